//! Kinds of AWS CodeDeploy: applications, and how their deployments go.

pub mod application;
pub mod deployment_group;
mod parts;
#[cfg(feature = "sdk")]
mod tagging;
#[cfg(feature = "sdk")]
pub(crate) mod together;

pub use parts::{ActionOnTimeout, Named, Rollback};
