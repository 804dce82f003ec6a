//! Kinds of Amazon RDS: database instances, and the groups of subnets and parameters they stand in.

#[cfg(feature = "sdk")]
mod description;
pub mod instance;
pub mod parameter_group;
#[cfg(feature = "sdk")]
mod requests;
pub mod subnet_group;
#[cfg(feature = "sdk")]
mod tagging;
#[cfg(feature = "sdk")]
pub(crate) mod together;
