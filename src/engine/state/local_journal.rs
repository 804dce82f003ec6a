//! Appending to the local store, and folding its journal into a snapshot.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use crate::state::files::{self, Privacy, io_error};
use crate::state::sealed::{self, Batch, Snapshot};
use crate::state::{Event, Journal, State, StateError};

/// A journal that has grown beyond this many bytes is folded into a snapshot.
const JOURNAL_LIMIT: u64 = 1 << 20;

/// The open local store: holds the lock until it is dropped.
#[derive(Debug)]
pub struct LocalJournal {
    folder: PathBuf,
    file: File,
    length: u64,
    limit: u64,
    state: State,
    broken: bool,
    /// Locked while this lives.
    _lock: File,
}

impl Journal for LocalJournal {
    fn append(&mut self, events: &[Event]) -> Result<(), StateError> {
        if events.is_empty() {
            return Ok(());
        }
        let path = self.folder.join("journal.jsonl");
        if self.broken {
            return Err(StateError::Broken { path });
        }
        if let Some(address) = self.state.forgets(events) {
            return Err(StateError::Unsettled { address: address.clone() });
        }
        let serial = self.state.serial + 1;
        let line = sealed::seal(&Batch::new(serial, events)).map_err(|error| io_error(&path, "write", &error.into()))?;
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            // A torn line must not be followed by another one.
            self.broken = self.file.set_len(self.length).and_then(|()| self.file.sync_all()).is_err();
            return Err(io_error(&path, "write", &error));
        }
        if let Err(error) = self.file.sync_data() {
            // After a failed sync nobody knows what is on the disk, and a second sync may lie.
            self.broken = true;
            return Err(io_error(&path, "sync", &error));
        }
        self.length += line.len() as u64;
        self.state.take(events);
        if self.length > self.limit && self.fold().is_err() {
            // The events are durable all the same; the next attempt comes when the journal has grown some more.
            self.limit = self.length * 2;
        }
        Ok(())
    }

    fn state(&self) -> &State {
        &self.state
    }
}

impl LocalJournal {
    /// Goes on from a state and the journal's file, whose length is that of its whole records.
    pub(super) fn new(folder: PathBuf, file: File, length: u64, state: State, lock: File) -> Self {
        LocalJournal { folder, file, length, limit: JOURNAL_LIMIT, state, broken: false, _lock: lock }
    }

    /// Writes to another file: a disk that fails.
    #[cfg(test)]
    pub(super) fn writing_to(self, file: File) -> Self {
        LocalJournal { file, ..self }
    }

    /// Folds the journal into the snapshot and releases the lock. Without it nothing is lost: the journal is read again.
    pub fn close(mut self) -> Result<(), StateError> {
        if self.length > 0 && !self.broken { self.fold() } else { Ok(()) }
    }

    /// Writes a snapshot, then puts the journal aside and begins an empty one.
    fn fold(&mut self) -> Result<(), StateError> {
        let path = self.folder.join("snapshot.json");
        let line = sealed::seal(&Snapshot::new(self.state.clone())).map_err(|error| io_error(&path, "write", &error.into()))?;
        files::replace(&path, line.as_bytes(), Privacy::Owner)?;
        let (journal, empty) = (self.folder.join("journal.jsonl"), self.folder.join("journal.new"));
        let file = files::open(OpenOptions::new().write(true).create(true).truncate(true), &empty, Privacy::Owner)
            .and_then(|_| files::open(OpenOptions::new().append(true), &empty, Privacy::Owner))
            .map_err(|error| io_error(&empty, "write", &error))?;
        let aside = self.folder.join(format!("journal-{}.jsonl", self.state.serial));
        fs::rename(&journal, &aside).map_err(|error| io_error(&journal, "rename", &error))?;
        if let Err(error) = fs::rename(&empty, &journal) {
            self.broken = fs::rename(&aside, &journal).is_err();
            return Err(io_error(&journal, "rename", &error));
        }
        self.file = file;
        self.length = 0;
        self.limit = JOURNAL_LIMIT;
        files::sync_folder_of(&journal)
    }
}
