//! Kinds of AWS IAM: roles with their policies, and the profiles that give roles to instances.

pub mod instance_profile;
pub mod policy_attachment;
pub mod role;
pub mod role_policy;
#[cfg(feature = "sdk")]
pub(crate) mod survey;
#[cfg(feature = "sdk")]
mod tagging;
