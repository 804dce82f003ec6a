//! The vocabulary that every wing shares: files and spans, problems, types and values, addresses, the resource graph, and what
//! a resource kind is. Nothing in here acts: no stage, no cloud, no state.

pub mod base;
pub mod source;
pub mod diag;
pub mod value;
pub mod kind;
