//! Kinds of AWS CodeBuild: build projects.

mod parts;
pub mod project;

pub use parts::{Artifacts, ArtifactsType, ComputeType, Environment, EnvironmentType, Logs, Source, SourceType};
