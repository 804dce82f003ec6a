//! What may not go without leave: what is protected, and what holds data. Only refuses; the plan stays as it is.

use wcalang_model::diag::Problems;

use crate::plan::types::{Action, Plan};
use crate::plan::{Given, error};
use crate::state::{Phase, State};

/// What the plan would destroy and has no leave for. A stack is destroyed because its user says so: then only what is protected
/// is refused, and all of it, before anything is touched.
pub(super) fn refusals(plan: &Plan, given: Given<'_>, recorded: &State) -> Problems {
    let mut refusals = Problems::default();
    let removed = given.desired.map_or(&[][..], |desired| &desired.stack.removed);
    for change in &plan.changes {
        let goes = match change.action {
            Action::Delete => true,
            Action::Replace { .. } => true,
            Action::Create | Action::Update | Action::Adopt | Action::Forget => false,
            Action::Deploy | Action::Run | Action::Nothing => false,
        };
        let Some(record) = recorded.resources.get(&change.address).filter(|_| goes) else { continue };
        // What is being deleted already, or only waits for an older generation to go, had its leave.
        if matches!(record.phase, Phase::Absent | Phase::Deleting) || is_finishing(plan, change) {
            continue;
        }
        let leave = given.leave.destroy.contains(&change.address) || removed.iter().any(|line| line.address == change.address);
        let stateful = given.facts.schemas.kind(&change.address.kind).is_some_and(|entry| entry.schema.stateful);
        let resource = given.desired.and_then(|desired| desired.resources.get(&change.address));
        let protected = record.protect || resource.is_some_and(|resource| resource.protect);
        if leave || !(protected || stateful && given.desired.is_some()) {
            continue;
        }
        let forced = change.fields.iter().find(|field| field.replaces);
        refusals.push(error::refused(change, protected, forced, given.desired));
    }
    refusals
}

/// Whether the change replaces nothing that stands: the new generation does already.
fn is_finishing(plan: &Plan, change: &crate::plan::Change) -> bool {
    let creates = plan.steps.iter().any(|step| {
        plan.changes[step.change].address == change.address && matches!(step.act, crate::plan::Act::Create | crate::plan::Act::Delete)
    });
    !creates
}
