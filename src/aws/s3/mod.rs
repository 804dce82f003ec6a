//! Kinds of Amazon S3: buckets.

pub mod bucket;
mod settings;

pub use settings::{Algorithm, Encryption, LifecycleRule, Ownership, StorageClass, Transition};
