//! Kinds of Amazon EC2: the network, its rules, and launch templates.

#[cfg(feature = "sdk")]
mod tagging;
pub mod vpc;
