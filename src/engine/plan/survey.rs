//! What a survey found, as data. The survey itself is made by `apply::survey`.

use std::collections::BTreeMap;

use wcalang_model::kind::{AnyLive, Id};
use wcalang_model::value::Address;

/// What the cloud has of what is recorded.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// Of every recorded identity, the current ones; None is gone.
    pub live: BTreeMap<Address, Option<AnyLive>>,
    /// Of every deposed identity; None is gone.
    pub deposed: BTreeMap<(Address, Id), Option<AnyLive>>,
    /// Of creates whose answer was lost, those that were found.
    pub found: BTreeMap<Address, (Id, AnyLive)>,
}

impl Survey {
    /// The live resource of an address: the recorded one, or what a lost create made.
    pub fn of(&self, address: &Address) -> Option<&AnyLive> {
        self.live.get(address).and_then(Option::as_ref).or_else(|| self.found.get(address).map(|(_, live)| live))
    }
}
