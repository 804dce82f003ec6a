//! The vocabulary that every wing shares: files and spans, problems, types and values, addresses, the resource graph, and what
//! a resource kind is. Nothing in here acts: no stage, no cloud, no state.

pub mod base;
pub mod diag;
pub mod kind;
pub mod source;
pub mod value;
