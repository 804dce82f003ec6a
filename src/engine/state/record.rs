//! The recorded state: what this stack has made, began to make, or still has to remove.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use wcalang_model::kind::{Id, Place};
use wcalang_model::value::{Address, Datum, Fields};

use crate::state::{Event, wire};

/// Everything recorded of a stack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The stack's name.
    pub stack: String,
    /// The corner of the cloud it lives in; None before the first apply.
    #[serde(with = "wire::place", default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// How many batches of events it has seen. A plan made for another serial is stale.
    pub serial: u64,
    /// The resources.
    #[serde(with = "wire::resources")]
    pub resources: BTreeMap<Address, Recorded>,
    /// How often nothing was left of an address: what is made there again is marked as another one.
    #[serde(with = "wire::counts", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lives: BTreeMap<Address, u32>,
    /// The outputs of the file, as of the last apply.
    #[serde(with = "wire::fields")]
    pub outputs: Fields,
}

/// What is recorded of one address: its current resource, and older ones of the same address that still exist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// The identity; None in [`Phase::Begun`] and [`Phase::Absent`].
    #[serde(with = "wire::maybe_id", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// The token of its create: 32 lower-case hexadecimal digits, new for each attempt.
    pub token: String,
    /// What its ownership tag says.
    pub mark: String,
    /// Which one it is of those made for this address since nothing was there.
    pub generation: u32,
    /// How far it has come.
    pub phase: Phase,
    /// Its inputs in canonical form; a secret is a [`Datum::Digest`].
    #[serde(with = "wire::fields")]
    pub inputs: Fields,
    /// Its outputs.
    #[serde(with = "wire::fields")]
    pub outputs: Fields,
    /// What the cloud had in fields that the file does not give, when they were last looked at; None: not since it was written.
    #[serde(with = "wire::maybe_fields", default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Fields>,
    /// What it was made after. Those that are not recorded any more are gone.
    #[serde(with = "wire::addresses")]
    pub dependencies: BTreeSet<Address>,
    /// It must not be destroyed.
    pub protect: bool,
    /// Its contents may go with it.
    pub purge: bool,
    /// Older ones of this address that have to be deleted, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deposed: Vec<Deposed>,
}

/// How far the current resource of an address has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The intent is durable; whether it was made is not known.
    Begun,
    /// It was made and is not finished: an update finishes it.
    Identified,
    /// It stands as recorded.
    Done,
    /// Its deletion has begun.
    Deleting,
    /// There is no current one; the address is kept for its deposed ones.
    Absent,
}

/// A resource that another one of the same address has replaced, and that still exists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deposed {
    /// Its identity.
    #[serde(with = "wire::id")]
    pub id: Id,
    /// The token of its create.
    pub token: String,
    /// Which one it is of those made for this address.
    pub generation: u32,
    /// Its inputs.
    #[serde(with = "wire::fields")]
    pub inputs: Fields,
    /// Its outputs.
    #[serde(with = "wire::fields")]
    pub outputs: Fields,
    /// What it was made after.
    #[serde(with = "wire::addresses")]
    pub dependencies: BTreeSet<Address>,
    /// Its contents may go with it.
    pub purge: bool,
}

impl State {
    /// Nothing recorded yet.
    pub fn new(stack: impl Into<String>) -> Self {
        State { stack: stack.into(), place: None, serial: 0, resources: BTreeMap::new(), lives: BTreeMap::new(), outputs: Fields::new() }
    }

    /// Takes in one batch of events.
    pub fn take(&mut self, events: &[Event]) {
        events.iter().for_each(|event| self.record(event));
        self.serial += 1;
    }

    /// Takes in one event. Total: an event about an address that is not recorded (except those that record it) changes nothing.
    /// The serial counts batches: see [`State::take`]. A secret in an event is recorded as unknown.
    pub fn record(&mut self, event: &Event) {
        match event {
            Event::Begin { address, token, mark, generation, inputs, dependencies, protect, purge } => {
                // An identity is never forgotten: what stands there and was not deposed is deposed now.
                let deposed = self.resources.remove(address).map(Recorded::depose).unwrap_or_default();
                let begun = Recorded {
                    id: None,
                    token: token.clone(),
                    mark: mark.clone(),
                    generation: *generation,
                    phase: Phase::Begun,
                    inputs: recordable(inputs),
                    outputs: Fields::new(),
                    seen: None,
                    dependencies: dependencies.clone(),
                    protect: *protect,
                    purge: *purge,
                    deposed,
                };
                self.resources.insert(address.clone(), begun);
            }
            Event::Adopted { address, id, token, mark, generation, inputs, outputs, dependencies, protect, purge } => {
                let mut deposed = self.resources.remove(address).map(Recorded::depose).unwrap_or_default();
                deposed.retain(|deposed| deposed.id != *id);
                let adopted = Recorded {
                    id: Some(id.clone()),
                    token: token.clone(),
                    mark: mark.clone(),
                    generation: *generation,
                    phase: Phase::Done,
                    inputs: recordable(inputs),
                    outputs: recordable(outputs),
                    seen: None,
                    dependencies: dependencies.clone(),
                    protect: *protect,
                    purge: *purge,
                    deposed,
                };
                self.resources.insert(address.clone(), adopted);
            }
            Event::Identified { address, id } => self.change(address, |recorded| {
                recorded.id = Some(id.clone());
                recorded.phase = Phase::Identified;
            }),
            Event::Done { address, inputs, outputs, dependencies, protect, purge } => self.change(address, |recorded| {
                recorded.phase = Phase::Done;
                recorded.inputs = recordable(inputs);
                recorded.outputs = recordable(outputs);
                recorded.seen = None;
                recorded.dependencies = dependencies.clone();
                recorded.protect = *protect;
                recorded.purge = *purge;
            }),
            Event::Seen { address, fields } => self.change(address, |recorded| recorded.seen = Some(recordable(fields))),
            Event::Voided { address } | Event::Deleted { address } => self.change(address, Recorded::clear),
            Event::Depose { address } => self.change(address, |recorded| {
                recorded.deposed = recorded.clone().depose();
                recorded.clear();
            }),
            Event::Deleting { address } => self.change(address, |recorded| {
                if recorded.id.is_some() {
                    recorded.phase = Phase::Deleting;
                }
            }),
            Event::DeposedDeleted { address, id } => self.change(address, |recorded| recorded.deposed.retain(|deposed| deposed.id != *id)),
            Event::Moved { from, to } => self.rename(from, to),
            Event::Options { address, protect, purge } => self.change(address, |recorded| {
                recorded.protect = *protect;
                recorded.purge = *purge;
            }),
            Event::Outputs { outputs } => self.outputs = recordable(outputs),
            Event::Place { place } => self.place = Some(place.clone()),
        }
    }

    /// The first address of which these events would forget an intent that was never settled: it may have been made, and only
    /// its token finds it. A journal refuses such events.
    pub fn forgets<'a>(&self, events: &'a [Event]) -> Option<&'a Address> {
        events.iter().enumerate().find_map(|(index, event)| {
            let (Event::Begin { address, .. } | Event::Adopted { address, .. }) = event else { return None };
            let recorded = self.resources.get(address)?;
            let again = matches!(event, Event::Begin { token, .. } if *token == recorded.token);
            let settles = |earlier: &Event| {
                matches!(earlier, Event::Voided { address: settled } | Event::Identified { address: settled, .. } if settled == address)
            };
            let lost = recorded.phase == Phase::Begun && !again && !events[..index].iter().any(settles);
            lost.then_some(address)
        })
    }

    /// What is wrong with it, in words; empty when its invariants hold.
    pub fn verify(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut identities = BTreeSet::new();
        if holds_secret(&self.outputs) {
            wrong.push("the outputs hold a secret".to_string());
        }
        for (address, recorded) in &self.resources {
            wrong.extend(recorded.verify().into_iter().map(|what| format!("{address} {what}")));
            if recorded.dependencies.contains(address) || recorded.deposed.iter().any(|deposed| deposed.dependencies.contains(address)) {
                wrong.push(format!("{address} depends on itself"));
            }
            for id in recorded.id.iter().chain(recorded.deposed.iter().map(|deposed| &deposed.id)) {
                if !identities.insert((&address.kind, id)) {
                    wrong.push(format!("{address} has the identity {id}, which is recorded twice"));
                }
            }
        }
        wrong
    }

    /// Changes what is recorded of an address, and forgets the address when nothing of it is left.
    fn change(&mut self, address: &Address, change: impl FnOnce(&mut Recorded)) {
        if let Some(recorded) = self.resources.get_mut(address) {
            change(recorded);
            if recorded.phase == Phase::Absent && recorded.deposed.is_empty() {
                self.resources.remove(address);
                *self.lives.entry(address.clone()).or_default() += 1;
            }
        }
    }

    /// Renames an address everywhere, unless the new one is taken.
    fn rename(&mut self, from: &Address, to: &Address) {
        if self.resources.contains_key(to) {
            return;
        }
        let Some(recorded) = self.resources.remove(from) else { return };
        self.resources.insert(to.clone(), recorded);
        let rename = |dependencies: &mut BTreeSet<Address>| {
            if dependencies.remove(from) {
                dependencies.insert(to.clone());
            }
        };
        for recorded in self.resources.values_mut() {
            rename(&mut recorded.dependencies);
            recorded.deposed.iter_mut().for_each(|deposed| rename(&mut deposed.dependencies));
        }
    }
}

impl Recorded {
    /// Its deposed ones, with itself as the last of them if it has an identity.
    fn depose(self) -> Vec<Deposed> {
        let mut deposed = self.deposed;
        if let Some(id) = self.id {
            let Recorded { token, generation, inputs, outputs, dependencies, purge, .. } = self;
            deposed.push(Deposed { id, token, generation, inputs, outputs, dependencies, purge });
        }
        deposed
    }

    /// There is no current one any more.
    fn clear(&mut self) {
        self.id = None;
        self.token.clear();
        self.mark.clear();
        self.phase = Phase::Absent;
        self.inputs.clear();
        self.outputs.clear();
        self.seen = None;
        self.dependencies.clear();
    }

    fn verify(&self) -> Vec<&'static str> {
        let mut wrong = Vec::new();
        let mut check = |holds: bool, what: &'static str| {
            if !holds {
                wrong.push(what);
            }
        };
        match self.phase {
            Phase::Begun => {
                check(self.id.is_none(), "is only begun and has an identity");
                check(is_token(&self.token), "is begun without a token of 32 hexadecimal digits");
            }
            Phase::Identified | Phase::Done | Phase::Deleting => check(self.id.is_some(), "stands and has no identity"),
            Phase::Absent => {
                check(self.id.is_none(), "is absent and has an identity");
                check(!self.deposed.is_empty(), "is absent and nothing of it is left to delete");
            }
        }
        let older = |deposed: &Deposed| deposed.generation < self.generation || self.phase == Phase::Absent;
        check(self.deposed.iter().all(older), "has a deposed one that is not older than the current one");
        let all = [&self.inputs, &self.outputs]
            .into_iter()
            .chain(&self.seen)
            .chain(self.deposed.iter().flat_map(|deposed| [&deposed.inputs, &deposed.outputs]));
        check(!all.into_iter().any(holds_secret), "holds a secret");
        wrong
    }
}

fn is_token(token: &str) -> bool {
    token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Whether there is secret text anywhere in it.
fn holds_secret(fields: &Fields) -> bool {
    fn in_datum(datum: &Datum) -> bool {
        match datum {
            Datum::Secret(_) => true,
            Datum::List(items) => items.iter().any(in_datum),
            Datum::Record(fields) => holds_secret(fields),
            Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) | Datum::Str(_) | Datum::Digest(_) | Datum::Unknown => false,
        }
    }
    fields.values().any(in_datum)
}

/// The same without secret text: what would be read back from the journal.
fn recordable(fields: &Fields) -> Fields {
    fn of_datum(datum: &Datum) -> Datum {
        match datum {
            Datum::Secret(_) => Datum::Unknown,
            Datum::List(items) => Datum::List(items.iter().map(of_datum).collect()),
            Datum::Record(fields) => Datum::Record(recordable(fields)),
            Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) | Datum::Str(_) | Datum::Digest(_) | Datum::Unknown => datum.clone(),
        }
    }
    fields.iter().map(|(name, datum)| (name.clone(), of_datum(datum))).collect()
}
