//! Kinds of Amazon EC2 Auto Scaling: groups of machines.

pub mod group;
#[cfg(feature = "sdk")]
mod refresh;
