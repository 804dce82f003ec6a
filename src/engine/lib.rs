//! Resource graph in, changed world out. Knows no language and no cloud: only graphs, schemas and [`wcalang_model::kind::AnyKind`].

pub mod apply;
pub mod lookup;
pub mod plan;
#[cfg(any(test, feature = "sim"))]
pub mod sim;
pub mod state;
