//! Doing what a plan says: one thread, many calls at once, nothing sent that is not recorded first.
//!
//! ```text
//! create   Begin ─ create ─ Identified ─ read, update what differs ─ (ready) ─ Done
//! update   read by the survey ─ update what differs ─ (ready) ─ Done
//! replace  Depose, Begin ─ … ─ Done ─ dependents repointed ─ delete the deposed one ─ DeposedDeleted
//! delete   Deleting ─ delete, again until it is gone ─ Deleted
//! ```
//!
//! The records of everything that becomes runnable together are one write. A create whose answer was lost is settled: found by
//! its key or intent tag, or sent again where that cannot make a second one. What was begun by an earlier run is settled first.
//! A failed step stops what depends on it and nothing else. Nothing here decides what to do: it steps through the plan, and a
//! difference that the plan did not foresee is at most an update that is not needed.

mod answer;
mod call;
mod create;
mod events;
mod execute;
mod finish;
mod gate;
mod glance;
mod remove;
mod retry;
mod run;
mod start;
mod survey;
#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};

use wcalang_model::kind::Cx;

pub use call::Interrupt;
pub use run::{Failure, Run, RunEvent};
pub use survey::{Progress, survey};

use crate::plan::{Given, Plan};
use crate::state::Journal;

/// What a run works with.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// Where calls go.
    pub cx: &'a Cx,
    /// 128 random bits, for tokens.
    pub random: &'a dyn Fn() -> u128,
    /// The wish to stop.
    pub interrupt: &'a Interrupt,
    /// Calls at once by API family (`ecs`), where it is not the usual number.
    pub limits: &'static [(&'static str, usize)],
}

/// Applies a plan. `given` is what the plan was made from; `given.recorded` is a copy of the state that the journal holds. A plan
/// with problems or refusals is not applied at all.
pub async fn apply(given: Given<'_>, plan: &Plan, journal: &mut dyn Journal, means: Means<'_>, events: &mut dyn FnMut(RunEvent)) -> Run {
    if !plan.is_sound() {
        let all = plan.steps.iter().map(|step| (plan.changes[step.change].address.clone(), step.act));
        return Run { skipped: all.collect(), outputs: journal.state().outputs.clone(), ..Run::default() };
    }
    let caller = call::Caller {
        cx: means.cx,
        schemas: given.facts.schemas,
        gates: gate::Gates::new(means.limits),
        interrupt: means.interrupt,
        events: RefCell::new(events),
        random: Cell::new((means.random)() as u64),
    };
    execute::execute(given, plan, journal, &caller, means.random).await
}
