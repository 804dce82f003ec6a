//! How a command ends.

use wcalang_model::diag::{Problem, Problems};
use wcalang_model::source::Files;

/// The exit codes: the same for every command, and documented in the README.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Fine, nothing to do.
    Fine,
    /// A mistake in the file, on the command line or of the machine.
    Mistake,
    /// Changes are pending (`plan`, `fmt --check`).
    Pending,
    /// Refused: protection, account.
    Refused,
    /// The run is incomplete; `apply` goes on from here.
    Incomplete,
    /// The saved plan is stale.
    Stale,
    /// Another run holds the state.
    Held,
    /// Interrupted; the state is safe.
    Interrupted,
}

impl Exit {
    /// The exit code of a run that broke down.
    pub const BROKEN: u8 = 1;

    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Exit::Fine => 0,
            Exit::Mistake => 1,
            Exit::Pending => 2,
            Exit::Refused => 3,
            Exit::Incomplete => 4,
            Exit::Stale => 5,
            Exit::Held => 6,
            Exit::Interrupted => 130,
        }
    }
}

/// A command that cannot go on: why, and its exit code.
#[derive(Debug)]
pub struct Stop {
    /// The exit code.
    pub exit: Exit,
    /// What to show.
    pub problems: Problems,
    /// The files that the problems point into.
    pub files: Files,
}

impl Stop {
    /// A mistake in a file.
    pub fn mistakes(problems: Problems, files: &Files) -> Box<Self> {
        Box::new(Stop { exit: Exit::Mistake, problems, files: files.clone() })
    }

    /// The same with another exit code.
    pub fn with(mut self: Box<Self>, exit: Exit) -> Box<Self> {
        self.exit = exit;
        self
    }
}

impl From<Problem> for Box<Stop> {
    fn from(problem: Problem) -> Self {
        Box::new(Stop { exit: Exit::Mistake, problems: Problems(vec![problem]), files: Files::default() })
    }
}
