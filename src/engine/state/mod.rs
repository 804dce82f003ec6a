//! What is recorded of a stack: an append-only journal of events, and the state that they add up to.
//!
//! Every mutation that cannot simply be repeated is preceded by a durable [`Event::Begin`]; the identity AWS gives follows as
//! [`Event::Identified`], the end as [`Event::Done`]. So a crash at any instant leaves a state that says what may exist:
//!
//! ```text
//! Begin  → phase Begun        made, or not: settle it by its token
//!   Voided → nothing          settled: it was never made
//! Identified → Identified     made, not finished: an update finishes it
//! Done → Done
//! Depose → the current one joins `deposed`, phase Absent until the replacement begins
//! Deleting → Deleting → Deleted → nothing (or Absent, while deposed ones remain)
//! ```
//!
//! No secret is ever recorded: a secret is recorded as its keyed digest.

mod digest;
mod error;
mod event;
pub(crate) mod files;
mod journal;
mod key;
mod local;
mod local_journal;
mod record;
mod sealed;
#[cfg(test)]
mod tests;
pub(crate) mod wire;

pub use digest::DigestKey;
pub use error::{Holder, Notice, StateError};
pub use event::Event;
pub use journal::{Crash, Journal, MemoryJournal};
pub use key::Key;
pub use local::{LocalStore, Opened};
pub use local_journal::LocalJournal;
pub use record::{Deposed, Phase, Recorded, State};
pub use sealed::Batch;
