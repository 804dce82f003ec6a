//! The resource graph: what the file wants, as data.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

use crate::source::Span;
use crate::value::{Address, Value};

/// What the file wants to exist: the closure of its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// The stack around it.
    pub stack: Stack,
    /// The resources, by address.
    pub resources: BTreeMap<Address, Resource>,
    /// The outputs the file names.
    pub outputs: BTreeMap<String, Value>,
    /// The address blocks that the file leaves to be allocated, as they are now: an apply pins them, so that they never move.
    pub blocks: BTreeMap<Block, IpNet>,
}

/// What an address block is allocated for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    /// The name of the network: of a VPC.
    pub network: String,
    /// The tier of its subnets: `app`.
    pub tier: String,
    /// Which of the tier's zones, from 1, as the names of its subnets count them.
    pub zone: u32,
}

/// What the file says about itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack {
    /// Its name: part of every ownership tag and of the state's key.
    pub name: String,
    /// The region.
    pub region: String,
    /// The account, if the file pins it.
    pub account: Option<String>,
    /// Tags for everything that can have them.
    pub tags: BTreeMap<String, String>,
    /// Where state is kept.
    pub store: Store,
    /// Addresses whose removal the file confirms.
    pub removed: Vec<Removed>,
    /// Where the stack is written.
    pub span: Span,
}

/// Where state is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Store {
    /// In `.wcalang/` beside the file.
    Local,
    /// In a bucket.
    S3 {
        /// The bucket.
        bucket: String,
        /// The prefix of its objects.
        key: String,
    },
}

/// A line of `removed`: this protected or stateful resource may go.
#[derive(Debug, Clone, PartialEq)]
pub struct Removed {
    /// Which.
    pub address: Address,
    /// Where it is said.
    pub span: Span,
}

/// A resource the file wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// What it is called.
    pub address: Address,
    /// The fields given, by name, without `name` and the options below.
    pub fields: BTreeMap<String, Value>,
    /// What must exist before it, beyond what its fields refer to (`after = [ … ]`).
    pub after: BTreeSet<Address>,
    /// It must not be destroyed (`protect = …`).
    pub protect: bool,
    /// Its contents may go with it (`purge = true`).
    pub purge: bool,
    /// The name it had before (`formerly = "…"`).
    pub formerly: Option<String>,
    /// The call that made it, in the user's file where there is one.
    pub span: Span,
    /// Where its name is written, in the user's file where it is; otherwise the call.
    pub named: Span,
}

impl Resource {
    /// Every resource it refers to, once each.
    pub fn references(&self) -> BTreeSet<&Address> {
        let mut all: BTreeSet<&Address> = self.fields.values().flat_map(Value::references).collect();
        all.extend(&self.after);
        all.remove(&self.address);
        all
    }
}
