//! Kinds of Application Auto Scaling: how many tasks a service runs, decided by a metric.

pub mod policy;
pub mod target;
