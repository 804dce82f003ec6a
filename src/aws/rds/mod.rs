//! Kinds of Amazon RDS: database instances, and the groups of subnets and parameters they stand in.

pub mod instance;
pub mod parameter_group;
pub mod subnet_group;
#[cfg(feature = "sdk")]
mod tagging;
