//! What a call to the cloud may come back with instead of an answer.

use std::fmt;

/// The result of a call.
pub type Outcome<T> = Result<T, Fault>;

/// A failed call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of failure, for the engine.
    pub class: FaultClass,
    /// The operation: `ec2:CreateVpc`.
    pub operation: String,
    /// AWS's code: `InvalidParameterException`; empty where no answer came.
    pub code: String,
    /// AWS's words.
    pub message: String,
    /// The input it is about, where that is certain.
    pub field: Option<&'static str>,
}

/// What kind of failure it is. Decided from the service, the operation and the typed code by one table, never from text that a
/// user may have chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultClass {
    /// It does not exist.
    NotFound,
    /// The name or key is taken.
    Exists,
    /// Something that was just made or changed is not visible everywhere yet, or still in use for a moment: try again.
    NotYet,
    /// Too many calls: try again, slower.
    Throttled,
    /// The service failed before doing anything: try again.
    Unavailable,
    /// No answer: it may or may not have happened.
    Lost,
    /// Credentials are missing, expired or not enough.
    Denied,
    /// The endpoint cannot be reached: nothing was sent.
    Unreachable,
    /// AWS refuses the request as it is.
    Invalid,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.operation)?;
        if !self.code.is_empty() {
            write!(f, ": {}", self.code)?;
        }
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}
