//! A simulated cloud for tests: a few toy kinds, one for each way a lost create is settled, on virtual time, with lost answers,
//! throttling, eventual consistency, slow readiness and dependencies that refuse a delete. No test of the real cloud.

mod cloud;
mod kinds;

pub use cloud::{Cloud, Key, Thing, Trouble};
pub use kinds::{Bolt, Gadget, Gizmo, KINDS, Note, Vault, Widget};
