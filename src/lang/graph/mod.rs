//! The value of a file to the resource graph.
//!
//! The stack is the closure of its value: a resource is in it if `resources`, `outputs` or `checks` contain it, if a resource in
//! it refers to it, or if a library call made it together with one that is. What stays outside is a mistake, unless a binding
//! that begins with `_` says that it is meant.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most matches ask for one form of value out of two dozen; those that must follow every form are exhaustive"
)]

mod blocks;
mod closure;
mod error;
mod stack;
mod standing;

pub use stack::{Closed, close, stack_type};
pub use standing::{Standing, Summary};
