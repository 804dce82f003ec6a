//! Kinds of Amazon ECR: image repositories and what expires in them.

pub mod lifecycle_policy;
pub mod repository;
