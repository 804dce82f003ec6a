//! What may go wrong with a store of state. None of it is worth losing a record for: nothing is overwritten.

use std::fmt;
use std::path::PathBuf;

use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::engine as codes;
use wcalang_model::value::Address;

/// Why state cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateError {
    /// Another run holds the lock.
    Held {
        /// Who, as far as it said.
        holder: Holder,
    },
    /// A file is damaged where only a change by hand or a failing disk explains it.
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Where in it: `line 7`.
        at: String,
        /// What is wrong there.
        what: String,
    },
    /// A file was written by a newer version.
    Newer {
        /// Which file.
        path: PathBuf,
        /// The version of its format.
        version: u64,
    },
    /// The machine refused.
    Io {
        /// Which file.
        path: PathBuf,
        /// What was tried: `write`.
        doing: &'static str,
        /// What it said.
        what: String,
    },
    /// An earlier write failed in a way that leaves open what is on the disk; this run must not write any more.
    Broken {
        /// Which file.
        path: PathBuf,
    },
    /// What was begun must be settled before anything else is begun or adopted in its place.
    Unsettled {
        /// What.
        address: Address,
    },
    /// A test has cut the power.
    Crashed,
}

/// Who holds a lock.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// The machine.
    pub host: String,
    /// Since when, in seconds since 1970-01-01 UTC.
    pub since: u64,
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StateError::Held { holder } if holder.pid == 0 => f.write_str("another run holds the lock of this stack's state"),
            StateError::Held { holder } => {
                write!(f, "another run holds the lock of this stack's state: process {} on {}", holder.pid, holder.host)
            }
            StateError::Damaged { path, at, what } => write!(f, "{} is damaged at {at}: {what}", path.display()),
            StateError::Newer { path, version } => {
                write!(f, "{} has format {version}, which a newer version of wcalang wrote", path.display())
            }
            StateError::Io { path, doing, what } => write!(f, "cannot {doing} {}: {what}", path.display()),
            StateError::Broken { path } => write!(f, "{} could not be written and is left as it is", path.display()),
            StateError::Unsettled { address } => {
                write!(f, "{address} was begun by an earlier run, and whether it was made is not settled")
            }
            StateError::Crashed => f.write_str("the power was cut"),
        }
    }
}

impl std::error::Error for StateError {}

impl StateError {
    /// As a problem: what is, and what to do.
    pub fn problem(&self) -> Problem {
        let (code, help) = match self {
            StateError::Held { .. } => (&codes::STATE_HELD, "wait until that run is over, then try again"),
            StateError::Damaged { .. } => (&codes::STATE_DAMAGED, "nothing was changed; restore the folder from a copy"),
            StateError::Newer { .. } => (&codes::STATE_NEWER, "use the version of wcalang that wrote it, or a later one"),
            StateError::Io { .. } => (&codes::STATE_NOT_ACCESSIBLE, "look at the folder's permissions and the space left on its disk"),
            StateError::Broken { .. } => {
                (&codes::STATE_NOT_ACCESSIBLE, "look at the disk, then run the same command again: it goes on from there")
            }
            StateError::Unsettled { .. } => {
                (&codes::STATE_UNSETTLED, "run `wcalang apply`: it settles what is open before it begins anything")
            }
            StateError::Crashed => (&codes::STATE_NOT_ACCESSIBLE, "run the same command again: it goes on from there"),
        };
        Problem::error(code, self.to_string()).help(help)
    }
}

/// Something about a state that the user should know and that stops nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The journal ended in a record that was never completed.
    TornTail {
        /// Which file.
        path: PathBuf,
        /// How long the incomplete record is.
        bytes: usize,
        /// The serial of the last whole one.
        serial: u64,
    },
}

impl Notice {
    /// As a warning.
    pub fn problem(&self) -> Problem {
        match self {
            Notice::TornTail { path, bytes, serial } => {
                let message = format!(
                    "{} ends in an incomplete record of {bytes} bytes, because a run was cut off or is writing it right now; the state is that of serial {serial}",
                    path.display()
                );
                Problem::warning(&codes::STATE_TORN, message).help("nothing to do: no call to AWS had relied on that record")
            }
        }
    }
}
