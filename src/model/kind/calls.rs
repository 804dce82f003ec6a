//! The two traits of a kind: what it is, and its conversation with the cloud.

use std::collections::BTreeSet;
use std::fmt;

use crate::kind::{CreateClass, Cx, Naming, Outcome, Place, Record, Rolls, Rules, Within};
use crate::value::{Address, Fields};

/// The keys of ownership tags. Together they say whose a resource is, even where no state is left.
pub mod tags {
    /// The stack's name.
    pub const STACK: &str = "wca:stack";
    /// The address, `kind/name`.
    pub const ADDRESS: &str = "wca:address";
    /// The mark of the generation: [`super::Intent::mark`].
    pub const INTENT: &str = "wca:intent";
}

/// What a kind is. Always compiled.
pub trait Kind: Record {
    /// `ec2.Vpc`
    const NAME: &'static str;
    /// How its AWS name comes from its name.
    const NAMING: Naming = Naming::None;
    /// How a lost create is settled.
    const CREATE: CreateClass;
    /// IAM actions its calls need.
    const ACTIONS: &'static [&'static str];
    /// See [`crate::kind::KindSchema::after`].
    const AFTER: &'static [&'static str] = &[];
    /// Whether it holds data.
    const STATEFUL: bool = false;
    /// Whether `ready` must be asked.
    const WAITS: bool = false;
    /// See [`crate::kind::KindSchema::rolls`].
    const ROLLS: &'static [Rolls] = &[];
    /// Whether one call reads many.
    const BATCHED: bool = true;
    /// Of how many at least a survey begins with [`Calls::glance`]; `None`: it never does.
    const GLANCED: Option<usize> = None;
    /// Whose addresses its own are a part of.
    const WITHIN: Option<Within> = None;
    /// What it gives back.
    type Outputs: Record;
    /// Cross-field rules.
    const RULES: Option<Rules> = None;
    /// Outputs that follow from the inputs alone.
    fn foresee(_fields: &Fields, _place: &Place) -> Fields {
        Fields::new()
    }
}

/// A kind's conversation with the cloud.
#[expect(async_fn_in_trait, reason = "the engine runs on one thread; the object-safe face boxes these futures")]
pub trait Calls: Kind {
    /// Makes it: the one call that yields an identity. Waits for nothing.
    async fn create(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Created<Self>>;
    /// Finds what a create with this intent made, by natural key or intent tag; `None` also for what is not ours.
    async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>>;
    /// Reads many at once, each as the cloud has it; what is gone is `None`.
    async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>>;
    /// What fewer calls tell, though it may lag behind changes. A survey takes it where it is just what is recorded, and reads the
    /// others, also those that are `None` here. [`Live::unread`] is what cannot change while the resource stands.
    async fn glance(_cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
        Ok(ids.iter().map(|_| None).collect())
    }
    /// Changes what differs between `live` and `new`.
    async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()>;
    /// Whether dependents may use it.
    async fn ready(_cx: &Cx, _id: &Id) -> Outcome<Ready> {
        Ok(Ready::Yes)
    }
    /// Begins to replace what runs in it and is not as it should be ([`Live::behind`]), little by little; one that is under way
    /// already goes on. May be repeated.
    async fn roll(_cx: &Cx, _id: &Id) -> Outcome<()> {
        Ok(())
    }
    /// How far that is.
    async fn rolled(_cx: &Cx, _id: &Id) -> Outcome<Ready> {
        Ok(Ready::Yes)
    }
    /// One step of its deletion: called again, after a pause, until it is gone.
    async fn delete(cx: &Cx, id: &Id, live: &Live<Self>, how: &Deletion) -> Outcome<Gone>;
}

/// The identity of a live resource: what AWS's calls take to name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub String);

impl Id {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the last `/` or `:`: the short name in an ARN.
    pub fn short(&self) -> &str {
        self.0.rsplit(['/', ':']).next().unwrap_or(&self.0)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<T: Into<String>> From<T> for Id {
    fn from(text: T) -> Self {
        Id(text.into())
    }
}

/// What a create is for. Durable before the call is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// The stack.
    pub stack: String,
    /// The resource.
    pub address: Address,
    /// 32 random lower-case hexadecimal digits, new for each attempt: the one format legal as client token of every create. AWS may
    /// answer a token it knows with a resource that is gone, so it never returns.
    pub token: String,
    /// What the tag [`tags::INTENT`] says: 32 lower-case hexadecimal digits that follow from the stack, the address, how often
    /// nothing was left of it and the generation, so that the same stack made twice has the same tags, and nothing that is made
    /// later has them again.
    pub mark: String,
}

/// What a create gave.
#[derive(Debug, Clone)]
pub struct Created<K: Kind> {
    /// The identity.
    pub id: Id,
    /// The outputs, if the create alone did everything and told all of them. None: the engine reads, and updates what differs.
    pub outputs: Option<K::Outputs>,
}

impl<K: Kind> Created<K> {
    /// Made; nothing is left to do.
    pub fn whole(id: impl Into<Id>, outputs: K::Outputs) -> Self {
        Created { id: id.into(), outputs: Some(outputs) }
    }

    /// Made; the engine reads it and updates what differs from the inputs.
    pub fn begun(id: impl Into<Id>) -> Self {
        Created { id: id.into(), outputs: None }
    }
}

/// A resource as the cloud has it.
#[derive(Debug, Clone)]
pub struct Live<K: Kind> {
    /// Its inputs.
    pub inputs: K,
    /// Its outputs.
    pub outputs: K::Outputs,
    /// Inputs that this read cannot see (beyond those declared `write_only`): what is recorded stands for them.
    pub unread: &'static [&'static str],
    /// What runs in it and is not as its inputs want it, if anything is: `2 of 3 machines`. So it follows from what runs, and from no
    /// record, that the next apply must roll it.
    pub behind: Option<String>,
}

impl<K: Kind> Live<K> {
    /// Everything was read, and what runs in it is as it should be.
    pub fn new(inputs: K, outputs: K::Outputs) -> Self {
        Live { inputs, outputs, unread: &[], behind: None }
    }
}

/// The names of the fields that differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changed(pub BTreeSet<String>);

impl Changed {
    /// Whether this field differs.
    pub fn has(&self, field: &str) -> bool {
        self.0.contains(field)
    }

    /// Whether one of these fields differs.
    pub fn any(&self, fields: &[&str]) -> bool {
        fields.iter().any(|field| self.has(field))
    }
}

/// Whether dependents may use a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ready {
    /// They may.
    Yes,
    /// Not yet; why: `pending`.
    Wait(String),
    /// It never will be; why.
    Failed(String),
}

/// How to delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deletion {
    /// Contents may go too.
    pub purge: bool,
}

/// Whether a deletion is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gone {
    /// It is gone.
    Yes,
    /// Not yet; why: `draining`.
    Wait(String),
}
