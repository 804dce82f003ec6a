//! The journal: events made durable, batch by batch, and the state they add up to.

use crate::state::{Event, State, StateError};

/// Where events are made durable.
pub trait Journal {
    /// Records these events. When it returns, all of them are durable, by one write; when it fails, none is recorded (unless a
    /// failed sync leaves that open). No events, no write. Events that would forget an unsettled intent are refused.
    fn append(&mut self, events: &[Event]) -> Result<(), StateError>;
    /// What is recorded.
    fn state(&self) -> &State;
}

/// When a [`MemoryJournal`] cuts the power, counting appends from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crash {
    /// The append of this number is not recorded.
    Before(usize),
    /// The append of this number is recorded, but never returns well.
    After(usize),
}

/// A journal for tests: it forgets nothing but lasts no longer than the process, and can cut the power.
#[derive(Debug, Clone)]
pub struct MemoryJournal {
    state: State,
    batches: Vec<Vec<Event>>,
    crash: Option<Crash>,
    appends: usize,
}

impl MemoryJournal {
    /// Goes on from a state.
    pub fn new(state: State) -> Self {
        MemoryJournal { state, batches: Vec::new(), crash: None, appends: 0 }
    }

    /// Cuts the power at an append; from then on every append fails.
    pub fn crash(mut self, crash: Crash) -> Self {
        self.crash = Some(crash);
        self
    }

    /// What was appended, batch by batch.
    pub fn batches(&self) -> &[Vec<Event>] {
        &self.batches
    }
}

impl Journal for MemoryJournal {
    fn append(&mut self, events: &[Event]) -> Result<(), StateError> {
        if events.is_empty() {
            return Ok(());
        }
        if let Some(address) = self.state.forgets(events) {
            return Err(StateError::Unsettled { address: address.clone() });
        }
        self.appends += 1;
        let (recorded, returns) = match self.crash {
            None => (true, true),
            Some(Crash::Before(number)) => (self.appends < number, self.appends < number),
            Some(Crash::After(number)) => (self.appends <= number, self.appends < number),
        };
        if recorded {
            self.state.take(events);
            self.batches.push(events.to_vec());
        }
        if returns { Ok(()) } else { Err(StateError::Crashed) }
    }

    fn state(&self) -> &State {
        &self.state
    }
}
