//! What a run tells while it goes on, and what it was when it is over.

use std::time::Duration;

use wcalang_model::diag::catalogue::engine;
use wcalang_model::diag::{Problem, Problems};
use wcalang_model::kind::{Fault, FaultClass};
use wcalang_model::source::Span;
use wcalang_model::value::{Address, Fields};

use crate::plan::Act;
use crate::state::StateError;

/// What happens during a run.
#[derive(Debug, Clone, PartialEq)]
pub enum RunEvent {
    /// A step begins.
    Started {
        /// The resource.
        address: Address,
        /// What is done.
        act: Act,
        /// Seconds to the expected end of all that waits for it.
        path: u32,
    },
    /// A step waits.
    Waiting {
        /// The resource.
        address: Address,
        /// For what.
        why: String,
    },
    /// A step is over.
    Done {
        /// The resource.
        address: Address,
        /// What was done.
        act: Act,
        /// How long it took.
        elapsed: Duration,
    },
    /// A step failed.
    Failed {
        /// The resource.
        address: Address,
        /// What was tried.
        act: Act,
        /// Why.
        fault: Fault,
        /// How long it took.
        elapsed: Duration,
    },
}

/// A finished run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Run {
    /// The steps that were done, in the order in which they ended.
    pub done: Vec<(Address, Act)>,
    /// Those that failed.
    pub failed: Vec<Failure>,
    /// Those that were not started, because something they need failed or the run was stopped.
    pub skipped: Vec<(Address, Act)>,
    /// The outputs of the stack, as recorded now.
    pub outputs: Fields,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// Why the state could not be written, if that ended the run.
    pub stopped: Option<StateError>,
}

/// A step that failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// The resource.
    pub address: Address,
    /// What was tried.
    pub act: Act,
    /// Why.
    pub fault: Fault,
    /// The expression that caused it: the field that the fault is about, or the call that made the resource.
    pub span: Option<Span>,
}

impl Run {
    /// The exit code: 0 all done, 4 resumable, 130 interrupted.
    pub fn exit(&self) -> u8 {
        match (self.interrupted, self.stopped.is_some() || !self.failed.is_empty() || !self.skipped.is_empty()) {
            (true, _) => 130,
            (false, true) => 4,
            (false, false) => 0,
        }
    }

    /// The failures as problems.
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        self.failed.iter().for_each(|failure| problems.push(failure.problem()));
        if let Some(error) = &self.stopped {
            let problem = Problem::error(&engine::STATE_NOT_WRITTEN, format!("the state could not be written: {error}"));
            problems.push(problem.help("mend the cause, then run `apply` again: it settles what was under way"));
        }
        problems
    }
}

impl Failure {
    /// As a problem, at the place that caused it.
    pub fn problem(&self) -> Problem {
        let verb = match self.act {
            Act::Create => "made",
            Act::Update => "changed",
            Act::Roll => "brought up to date",
            Act::Delete | Act::DeleteDeposed => "deleted",
            Act::Forget | Act::Record => "recorded",
        };
        let (code, help) = match self.fault.class {
            FaultClass::Exists => (&engine::NAME_TAKEN, "give it another name, or delete the other one"),
            FaultClass::Denied => {
                (&engine::STEP_FAILED, "the credentials of this run may not do this: look at its policy, then apply again")
            }
            FaultClass::NotFound | FaultClass::NotYet | FaultClass::Throttled => {
                (&engine::STEP_FAILED, "apply again: it goes on from here")
            }
            FaultClass::Unavailable | FaultClass::Lost | FaultClass::Unreachable => {
                (&engine::STEP_FAILED, "apply again when the service answers: it goes on from here")
            }
            FaultClass::Invalid => (&engine::STEP_FAILED, "mend the cause and apply again: it goes on from here"),
        };
        let help = match self.fault.field {
            Some(field) if self.fault.class == FaultClass::Invalid => {
                format!("change `{field}` as AWS says, and apply again: it goes on from here")
            }
            Some(_) | None => help.to_string(),
        };
        let problem = Problem::error(code, format!("{} could not be {verb}: {}", self.address, self.fault)).help(help);
        match self.span {
            Some(span) => problem.label(span, ""),
            None => problem,
        }
    }
}
