//! Algorithms without a subject: order in a graph, and the nearest name.

mod nearest;
mod order;

pub use nearest::nearest;
pub use order::{Cycle, topological_order};
