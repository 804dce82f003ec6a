//! What happens to a recorded state. The journal is a sequence of these.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wcalang_model::kind::{Id, Place};
use wcalang_model::value::{Address, Fields};

use crate::state::wire;

/// One change of the recorded state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// It will now be made. Durable before the create is sent.
    Begin {
        /// What.
        #[serde(with = "wire::address")]
        address: Address,
        /// The token of the create.
        token: String,
        /// What its ownership tag says: see [`crate::plan::mark`].
        mark: String,
        /// Which one it is of those made for this address.
        generation: u32,
        /// Its inputs in canonical form; secrets as digests.
        #[serde(with = "wire::fields")]
        inputs: Fields,
        /// What it is made after.
        #[serde(with = "wire::addresses")]
        dependencies: BTreeSet<Address>,
        /// It must not be destroyed.
        protect: bool,
        /// Its contents may go with it.
        purge: bool,
    },
    /// The create has given it an identity.
    Identified {
        /// What.
        #[serde(with = "wire::address")]
        address: Address,
        /// Its identity.
        #[serde(with = "wire::id")]
        id: Id,
    },
    /// It stands as its inputs say: created and finished, or updated.
    Done {
        /// What.
        #[serde(with = "wire::address")]
        address: Address,
        /// Its inputs in canonical form; secrets as digests.
        #[serde(with = "wire::fields")]
        inputs: Fields,
        /// Its outputs.
        #[serde(with = "wire::fields")]
        outputs: Fields,
        /// What it was made after.
        #[serde(with = "wire::addresses")]
        dependencies: BTreeSet<Address>,
        /// It must not be destroyed.
        protect: bool,
        /// Its contents may go with it.
        purge: bool,
    },
    /// What the cloud has in fields that the file does not give and nothing was recorded of: what it is later is held against this.
    Seen {
        /// Whose.
        #[serde(with = "wire::address")]
        address: Address,
        /// The fields.
        #[serde(with = "wire::fields")]
        fields: Fields,
    },
    /// Settled: what was begun was never made.
    Voided {
        /// What.
        #[serde(with = "wire::address")]
        address: Address,
    },
    /// The current one becomes deposed. Before its replacement begins.
    Depose {
        /// What.
        #[serde(with = "wire::address")]
        address: Address,
    },
    /// Its deletion begins.
    Deleting {
        /// What.
        #[serde(with = "wire::address")]
        address: Address,
    },
    /// The current one is gone, or is not ours to keep any more.
    Deleted {
        /// What.
        #[serde(with = "wire::address")]
        address: Address,
    },
    /// A deposed one is gone.
    DeposedDeleted {
        /// What.
        #[serde(with = "wire::address")]
        address: Address,
        /// Which.
        #[serde(with = "wire::id")]
        id: Id,
    },
    /// Something that already stands is ours from now on.
    Adopted {
        /// What.
        #[serde(with = "wire::address")]
        address: Address,
        /// Its identity.
        #[serde(with = "wire::id")]
        id: Id,
        /// The token of its create.
        token: String,
        /// What its ownership tag says.
        mark: String,
        /// Which one it is of those of this address.
        generation: u32,
        /// Its inputs in canonical form; secrets as digests.
        #[serde(with = "wire::fields")]
        inputs: Fields,
        /// Its outputs.
        #[serde(with = "wire::fields")]
        outputs: Fields,
        /// What it stands after.
        #[serde(with = "wire::addresses")]
        dependencies: BTreeSet<Address>,
        /// It must not be destroyed.
        protect: bool,
        /// Its contents may go with it.
        purge: bool,
    },
    /// It has another name now.
    Moved {
        /// The old one.
        #[serde(with = "wire::address")]
        from: Address,
        /// The new one.
        #[serde(with = "wire::address")]
        to: Address,
    },
    /// The options that concern wcalang alone.
    Options {
        /// Whose.
        #[serde(with = "wire::address")]
        address: Address,
        /// It must not be destroyed.
        protect: bool,
        /// Its contents may go with it.
        purge: bool,
    },
    /// The outputs of the file.
    Outputs {
        /// All of them.
        #[serde(with = "wire::fields")]
        outputs: Fields,
    },
    /// The corner of the cloud that the stack lives in.
    Place {
        /// Which.
        #[serde(with = "wire::known_place")]
        place: Place,
    },
}
