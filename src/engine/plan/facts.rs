//! What the planner is told about kinds beyond their schemas, as data from outside: who owns a field, and how long things take.
//! The planner itself knows no kind by name.

pub use wcalang_model::kind::Ownership;
use wcalang_model::kind::{Anchored, Noticed, Outage, Place, Schemas, Versioned};
use wcalang_model::value::Fields;

/// All that is known of the kinds, and where the stack stands.
#[derive(Clone)]
pub struct Facts {
    /// The kinds.
    pub schemas: Schemas,
    /// Which resources own fields of others.
    pub ownership: &'static [Ownership],
    /// What tells that a field was set that cannot be read.
    pub versioned: &'static [Versioned],
    /// The fields that can be changed only within something.
    pub anchored: &'static [Anchored],
    /// Kinds of which an old and a new one cannot stand side by side where all of these fields are the same (none: never), beyond
    /// those that have a natural key and no name.
    pub delete_first: &'static [(&'static str, &'static [&'static str])],
    /// The fields of which users notice an update.
    pub noticed: &'static [Noticed],
    /// How long kinds take.
    pub expected: &'static [Expected],
    /// The place: part of ARNs that are foreseen.
    pub place: Place,
}

/// How long a kind takes, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// The kind.
    pub kind: &'static str,
    /// A create until it is ready.
    pub create: u32,
    /// An update.
    pub update: u32,
    /// A delete until it is gone.
    pub delete: u32,
    /// The replacement of what runs in it.
    pub roll: u32,
}

impl Facts {
    /// What users notice of an update of these fields.
    pub fn outage<'a>(&self, kind: &str, fields: impl Iterator<Item = &'a str>) -> Outage {
        fields
            .filter_map(|field| self.noticed.iter().find(|noticed| noticed.kind == kind && noticed.field == field))
            .map(|noticed| noticed.outage)
            .max()
            .unwrap_or(Outage::None)
    }

    /// The field of a kind that cannot be read and that somebody else has set, by its outputs as recorded and as they are.
    pub fn meddled(&self, kind: &str, recorded: &Fields, live: &Fields) -> Option<&'static str> {
        let versioned = self.versioned.iter().find(|versioned| versioned.kind == kind)?;
        let (before, now) = (recorded.get(versioned.output)?, live.get(versioned.output)?);
        (before != now).then_some(versioned.field)
    }

    /// What is expected of a kind; kinds that are not in the table take a call or two, and half a minute more where they wait.
    pub fn expected(&self, kind: &str) -> Expected {
        if let Some(&expected) = self.expected.iter().find(|expected| expected.kind == kind) {
            return expected;
        }
        let waits = self.schemas.kind(kind).is_some_and(|entry| entry.schema.waits);
        let (create, delete) = if waits { (40, 40) } else { (2, 2) };
        Expected { kind: "", create, update: 2, delete, roll: 60 }
    }
}
