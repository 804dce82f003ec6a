//! What to do: desired × recorded × live → plan. Pure: no clock, no randomness, nothing is awaited; the same inputs give the same
//! plan, byte for byte.
//!
//! ```text
//! in the file, not recorded          + create
//! recorded, gone from the cloud      + create (drift)
//! recorded, a field differs          ~ update, or ± ∓ replace where the field's schema says so
//! recorded, only the cloud differs   ~ update (drift)
//! recorded, not finished             ~ update (an earlier run was interrupted)
//! recorded, not in the file          - delete
//! ```
//!
//! Fields are compared in canonical form. Never compared: the AWS name, `create_only` fields, fields that another resource of
//! the graph owns, and fields that are neither given nor recorded, of which only is told that they are not what they were. What cannot
//! be read back is compared with what is recorded,
//! secrets by their digest. What the plan does not have leave for stands in [`Plan::refusals`].

mod canonical;
mod decide;
mod diff;
mod drift;
mod error;
mod facts;
mod json;
mod names;
mod order;
mod own;
mod protect;
mod resolve;
mod show;
mod survey;
#[cfg(test)]
mod tests;
mod types;
mod wanted;

use std::borrow::Cow;
use std::collections::BTreeSet;

use wcalang_model::value::{Address, Fields, Graph};

pub use canonical::{callable, canonical, complete, is_readable, recordable, recordable_fields, same};
pub use decide::Dependencies;
pub use diff::{Diff, Sides, diff, seen};
pub use drift::{drift, has_drift};
pub use facts::{Expected, Facts, Ownership};
pub use json::{fingerprint, to_json};
pub use names::{choose, mark, name_field};
pub use order::dependencies;
pub use own::{Held, Owned, Owners, owned_of, owners};
pub use resolve::{Answers, Known, Resolved, Resolver, Secrets, Standing};
pub use show::{Style, show, show_drift};
pub use survey::Survey;
pub use types::{Act, Action, Bounds, Change, FieldChange, Need, Notice, Outage, OutputChange, Plan, Reason, Step};
pub use wanted::{Identity, Wanted, wanted};

use crate::state::{Event, State};

/// All that a plan is made from.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// What the file wants; None: nothing, the stack is destroyed.
    pub desired: Option<&'a Graph>,
    /// What is recorded.
    pub recorded: &'a State,
    /// What the cloud has.
    pub live: &'a Survey,
    /// What the lookups answered.
    pub answers: Answers<'a>,
    /// The secrets given, and the key of their digests.
    pub secrets: &'a Secrets,
    /// What the command line gives leave for, and asks for.
    pub leave: &'a Leave,
    /// The kinds.
    pub facts: &'a Facts,
}

/// What the command line gives leave for, and asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leave {
    /// `--allow-destroy ADDRESS`: these may go though they are protected or hold data.
    pub destroy: BTreeSet<Address>,
    /// `--replace ADDRESS`: these are replaced whatever differs.
    pub replace: BTreeSet<Address>,
}

/// Plans.
pub fn plan(given: Given<'_>) -> Plan {
    let moves = given.desired.map(|desired| moves(desired, given.recorded)).unwrap_or_default();
    let recorded = moved(given.recorded, &moves);
    let mut plan = decide::decide(given, &recorded, &moves);
    plan.moves = moves;
    plan.refusals = protect::refusals(&plan, given, &recorded);
    plan
}

/// Plans the end of a stack: works from what is recorded alone.
pub fn destroy(recorded: &State, live: &Survey, leave: &Leave, facts: &Facts) -> Plan {
    plan(Given { desired: None, recorded, live, answers: &|_, _| None, secrets: &Secrets::default(), leave, facts })
}

/// The state as it is once records have moved.
pub fn moved<'a>(recorded: &'a State, moves: &[(Address, Address)]) -> Cow<'a, State> {
    let mut state = Cow::Borrowed(recorded);
    for (from, to) in moves {
        state.to_mut().record(&Event::Moved { from: from.clone(), to: to.clone() });
    }
    state
}

/// Records that take another name: those of `formerly`, where the old name is recorded and not wanted, the new one not recorded.
fn moves(desired: &Graph, recorded: &State) -> Vec<(Address, Address)> {
    let moves = desired.resources.values().filter_map(|resource| {
        let old = Address::new(&resource.address.kind, resource.formerly.as_deref()?);
        let moves = recorded.resources.contains_key(&old)
            && !recorded.resources.contains_key(&resource.address)
            && !desired.resources.contains_key(&old);
        moves.then(|| (old, resource.address.clone()))
    });
    moves.collect()
}

/// What is recorded of a resource that is wanted: secrets as digests. Without a key a secret's recorded digest stays.
pub fn to_record(fields: &Fields, recorded: Option<&Fields>, secrets: &Secrets) -> Fields {
    let mut record = recordable_fields(fields, secrets.key.as_ref());
    if secrets.key.is_none() {
        for (name, datum) in &mut record {
            if let Some(before) = recorded.and_then(|recorded| recorded.get(name)).filter(|_| canonical::is_secret(datum)) {
                *datum = before.clone();
            }
        }
    }
    record
}
