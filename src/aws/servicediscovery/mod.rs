//! Kinds of AWS Cloud Map: names by which tasks find one another.

pub mod private_dns_namespace;
pub mod service;
#[cfg(feature = "sdk")]
mod tagging;
