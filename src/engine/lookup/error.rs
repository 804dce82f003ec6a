//! What may go wrong with the lock file. It is never overwritten then.

use std::fmt;
use std::path::PathBuf;

use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::engine as codes;

use crate::state::StateError;

/// Why the lock file cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PinsError {
    /// It does not read.
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong, with line and column.
        what: String,
    },
    /// A newer version wrote it.
    Newer {
        /// Which file.
        path: PathBuf,
        /// The version of its format.
        version: u64,
    },
    /// The machine refused.
    NotAccessible(StateError),
}

impl fmt::Display for PinsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PinsError::Damaged { path, what } => write!(f, "the lock file {} does not read: {what}", path.display()),
            PinsError::Newer { path, version } => {
                write!(f, "the lock file {} has format {version}, which a newer version of wcalang wrote", path.display())
            }
            PinsError::NotAccessible(why) => why.fmt(f),
        }
    }
}

impl std::error::Error for PinsError {}

impl From<StateError> for PinsError {
    fn from(why: StateError) -> Self {
        PinsError::NotAccessible(why)
    }
}

impl PinsError {
    /// As a problem: what is, and what to do.
    pub fn problem(&self) -> Problem {
        let (code, help) = match self {
            PinsError::Damaged { path, .. } => {
                let mend = "mend it, or take one side of the merge";
                let keep = "keep it while the stack stands: it holds the allocated address blocks";
                (&codes::PINS_DAMAGED, format!("{mend} (`git checkout --ours {}`) and run `wcalang lock`; {keep}", path.display()))
            }
            PinsError::Newer { .. } => (&codes::PINS_NEWER, "use the version of wcalang that wrote it, or a later one".to_string()),
            PinsError::NotAccessible(_) => {
                (&codes::PINS_NOT_ACCESSIBLE, "look at the file's permissions and the space left on its disk".to_string())
            }
        };
        Problem::error(code, self.to_string()).help(help)
    }
}
