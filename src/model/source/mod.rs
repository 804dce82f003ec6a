//! Files, places in them, and the one door to the outside.
//!
//! A [`Span`] is a byte range of a file. Every value, resource and problem carries one, so that whatever goes wrong later can
//! be shown where it was written.

mod files;
mod world;

pub use files::{FileId, Files, Position, Source, Span};
pub use world::{MemoryWorld, OsWorld, World};
