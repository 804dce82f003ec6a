//! What stages hand each other: types, values that know where they come from, addresses, and the resource graph.
//!
//! Three forms of one thing, never mixed. The evaluator has its own values with functions in them. A [`Value`] is what the
//! file's value contains: data with spans, parts of it perhaps [`Deferred`] until plan or apply. A [`Datum`] is what a kind
//! reads and writes: plain data without spans, where a deferred part has become its text, a [`Datum::Secret`] or
//! [`Datum::Unknown`].

mod address;
mod data;
mod datum;
mod graph;
mod types;

pub use address::Address;
pub use data::{Data, Deferred, Lookup, Part, Value, When};
pub use datum::{Datum, Fields, Secret};
pub use graph::{Block, Graph, Removed, Resource, Stack, Store};
pub use types::{RecordType, Type, TypeField, in_alphabet};
