//! Records on disk: one line of JSON that ends in its own checksum.
//!
//! ```text
//! {"v":1,"serial":7,"events":[…],"sum":"0123456789abcdef"}
//! ```
//!
//! The sum is the beginning of the SHA-256 of everything before `,"sum"`. A line whose sum is right was written whole, by us.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::state::{Event, State};

/// The version of the format that is written. Older ones are read as well.
pub(crate) const VERSION: u64 = 1;

/// A line of the journal: what became durable at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    v: u64,
    /// The serial of the state after it.
    pub serial: u64,
    /// What happened.
    pub events: Vec<Event>,
}

/// A snapshot: a whole state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    v: u64,
    pub state: State,
}

/// Why a line is not a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unsealed {
    /// It was not written whole, or was changed since.
    Torn,
    /// It is whole, and of a version that this one does not know.
    Newer(u64),
    /// It is whole and does not mean anything.
    Unreadable(String),
}

impl Batch {
    /// A batch of this version.
    pub(crate) fn new(serial: u64, events: &[Event]) -> Self {
        Batch { v: VERSION, serial, events: events.to_vec() }
    }
}

impl Snapshot {
    /// A snapshot of this version.
    pub(crate) fn new(state: State) -> Self {
        Snapshot { v: VERSION, state }
    }
}

/// The record as a line, with its newline.
pub(crate) fn seal(record: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut line = serde_json::to_string(record)?;
    line.pop();
    let sum = sum(line.as_bytes());
    line.push_str(&format!(",\"sum\":\"{sum}\"}}\n"));
    Ok(line)
}

/// The record of a line without its newline.
pub(crate) fn unseal<T: DeserializeOwned>(line: &[u8]) -> Result<T, Unsealed> {
    const TAIL: usize = r#","sum":"0123456789abcdef"}"#.len();
    let body = line.len().checked_sub(TAIL).map(|end| &line[..end]).ok_or(Unsealed::Torn)?;
    if line[body.len()..] != *format!(",\"sum\":\"{}\"}}", sum(body)).as_bytes() {
        return Err(Unsealed::Torn);
    }
    #[derive(Deserialize)]
    struct Version {
        v: u64,
    }
    let unreadable = |error: serde_json::Error| Unsealed::Unreadable(error.to_string());
    let Version { v } = serde_json::from_slice(line).map_err(unreadable)?;
    if v > VERSION {
        return Err(Unsealed::Newer(v));
    }
    serde_json::from_slice(line).map_err(unreadable)
}

fn sum(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..8])
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
