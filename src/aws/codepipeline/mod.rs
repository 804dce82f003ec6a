//! Kinds of AWS CodePipeline: pipelines.

pub mod pipeline;
mod stages;

pub use stages::{Action, Category, ExecutionMode, Owner, PipelineType, Stage};
