//! Kinds of Amazon EventBridge: rules and what they start.

pub mod rule;
pub mod target;
