//! What a resource kind is.
//!
//! A kind is one documented struct, its inputs, with `#[derive(Record)]`; a second one, its outputs; an `impl` [`Kind`] that is
//! always compiled (name, outputs, rules); and an `impl` [`Calls`], its conversation with the cloud. Everything else reads the
//! same declaration: the checker and the manual its [`KindSchema`], the engine the object-safe [`AnyKind`].
//!
//! Laws that every kind obeys: (1) `create` returns as soon as the cloud gave an identity, before any wait; (2) after a lost
//! `create`, `find` with the same intent finds exactly what was made, and nothing that is not ours; (3) `update` converges from
//! a half-done state; (4) `delete` of what is gone is success, `read` of what is gone is `None`; (5) `read` gives inputs as the
//! cloud has them, so that a plan after an apply is empty; (6) every call made is in `ACTIONS`.

mod calls;
mod cx;
mod erase;
mod fault;
mod field;
mod lookup;
mod outage;
mod ownership;
mod record;
mod schema;
mod types;

pub use calls::{Calls, Changed, Created, Deletion, Gone, Id, Intent, Kind, Live, Ready, tags};
pub use cx::{Cx, LocalFuture, Place};
pub use erase::{AnyCreated, AnyKind, AnyLive, Entry, Erased, Schemas};
pub use fault::{Fault, FaultClass, Outcome};
pub use field::{DecodeError, Field};
pub use lookup::{Ask, LookupEntry};
pub use outage::{Noticed, Outage};
pub use ownership::{Anchored, Bounds, Ownership, Versioned};
pub use record::{FieldProblem, FieldProblems, Record};
pub use schema::{CreateClass, FieldSchema, FieldType, KindSchema, Naming, Presence, RecordSchema, Rolls, Rules, Within};
pub use types::{Arn, Cidr, Cpu, Json, Name, Policy, Port, Ref, SecretText, Set, Size, Tags};
pub use wcalang_derive::{Choice, Record};
