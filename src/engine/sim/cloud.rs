//! The simulated cloud: things by identity, a clock, and what goes wrong.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use wcalang_model::kind::{Cx, Fault, FaultClass, Gone, Id, Intent, Outcome, Place, Ready, tags};
use wcalang_model::value::{Datum, Fields};

use crate::sim::kinds::AT_WORK;

/// A thing in the cloud.
#[derive(Debug, Clone, PartialEq)]
pub struct Thing {
    /// Its kind.
    pub kind: &'static str,
    /// Its inputs; secrets as the cloud holds them.
    pub inputs: Fields,
    /// Its unique key, if its kind has one.
    pub key: Option<String>,
    /// The token of its create.
    pub token: String,
    /// Since when it exists.
    pub since: Instant,
}

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It is never received, and no answer comes.
    LostBefore,
    /// It is done, and no answer comes.
    LostAfter,
    /// Too many calls.
    Throttled,
    /// Something is not visible yet.
    NotYet,
    /// The service is down for a moment.
    Unavailable,
    /// It is refused for good.
    Refused,
}

/// How a create is made unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// The same token, the same thing.
    Token,
    /// A unique key: a second create is refused.
    Unique(String),
    /// A unique key: a second create changes the first.
    Upsert(String),
    /// Every create makes another one.
    None,
}

/// The cloud.
#[derive(Debug)]
pub struct Cloud {
    /// What exists.
    pub things: RefCell<BTreeMap<String, Thing>>,
    /// What a glance tells: things as they were when that was last brought up to date.
    pub told: RefCell<BTreeMap<String, Thing>>,
    /// What will go wrong: the n-th call of an operation (`create test.Widget`), counted from 1.
    pub troubles: RefCell<BTreeMap<(String, u32), Trouble>>,
    /// How often each operation was called.
    pub calls: RefCell<BTreeMap<String, u32>>,
    /// How long a new thing stays invisible.
    pub lag: Cell<Duration>,
    /// How long a new thing is not ready.
    pub slow: Cell<Duration>,
    /// How many things were ever made.
    pub made: Cell<u32>,
}

impl Cloud {
    /// An empty one, without troubles.
    pub fn new() -> Rc<Self> {
        Rc::new(Cloud {
            things: RefCell::default(),
            told: RefCell::default(),
            troubles: RefCell::default(),
            calls: RefCell::default(),
            lag: Cell::new(Duration::ZERO),
            slow: Cell::new(Duration::ZERO),
            made: Cell::new(0),
        })
    }

    /// The context of calls to it.
    pub fn cx(self: &Rc<Self>) -> Cx {
        let place = Place { partition: "sim".into(), account: "000000000000".into(), region: "here".into() };
        Cx { place, clients: Rc::<Cloud>::clone(self) }
    }

    /// The cloud behind a context.
    pub fn of(cx: &Cx) -> Outcome<Rc<Cloud>> {
        Rc::clone(&cx.clients).downcast().map_err(|_| fault(FaultClass::Invalid, "cx", "no simulated cloud"))
    }

    /// Lets the n-th call of an operation go wrong.
    pub fn trouble(&self, operation: &str, nth: u32, trouble: Trouble) {
        self.troubles.borrow_mut().insert((operation.to_string(), nth), trouble);
    }

    /// How often an operation was called.
    pub fn count(&self, operation: &str) -> u32 {
        self.calls.borrow().get(operation).copied().unwrap_or(0)
    }

    /// All calls so far.
    pub fn all_calls(&self) -> u32 {
        self.calls.borrow().values().sum()
    }

    /// Changes an input behind everybody's back.
    pub fn tamper(&self, id: &str, field: &str, datum: Datum) {
        if let Some(thing) = self.things.borrow_mut().get_mut(id) {
            thing.inputs.insert(field.to_string(), datum);
        }
    }

    /// The identities of a kind.
    pub fn ids(&self, kind: &str) -> Vec<String> {
        self.things.borrow().iter().filter(|(_, thing)| thing.kind == kind).map(|(id, _)| id.clone()).collect()
    }

    /// One call: takes its time, and what goes wrong before it is done. True: its answer will be lost.
    async fn call(&self, verb: &str, kind: &str) -> Outcome<bool> {
        sleep(Duration::from_millis(25)).await;
        let operation = format!("{verb} {kind}");
        let nth = *self.calls.borrow_mut().entry(operation.clone()).and_modify(|count| *count += 1).or_insert(1);
        let trouble = self.troubles.borrow_mut().remove(&(operation.clone(), nth));
        let failed = |class| Err(fault(class, &operation, "simulated"));
        match trouble {
            None => Ok(false),
            Some(Trouble::LostAfter) => Ok(true),
            Some(Trouble::LostBefore) => failed(FaultClass::Lost),
            Some(Trouble::Throttled) => failed(FaultClass::Throttled),
            Some(Trouble::NotYet) => failed(FaultClass::NotYet),
            Some(Trouble::Unavailable) => failed(FaultClass::Unavailable),
            Some(Trouble::Refused) => failed(FaultClass::Invalid),
        }
    }

    /// The way back of an answer.
    async fn answer<T>(lost: bool, verb: &str, kind: &str, answer: T) -> Outcome<T> {
        sleep(Duration::from_millis(25)).await;
        if lost { Err(fault(FaultClass::Lost, &format!("{verb} {kind}"), "no answer")) } else { Ok(answer) }
    }

    /// Makes a thing.
    pub async fn create(&self, kind: &'static str, inputs: Fields, intent: &Intent, key: Key) -> Outcome<Id> {
        let lost = self.call("create", kind).await?;
        for (name, datum) in &inputs {
            if let Datum::Str(target) = datum
                && target.starts_with("test.")
                && !self.things.borrow().contains_key(target)
            {
                return Err(fault(FaultClass::Invalid, &format!("create {kind}"), &format!("{name}: {target} does not exist")));
            }
        }
        let known = self.things.borrow().iter().find_map(|(id, thing)| {
            let same = thing.kind == kind
                && match &key {
                    Key::Token => thing.token == intent.token,
                    Key::Unique(key) | Key::Upsert(key) => thing.key.as_ref() == Some(key),
                    Key::None => false,
                };
            same.then(|| (id.clone(), thing.inputs.clone()))
        });
        let id = match (known, &key) {
            (Some((_, other)), Key::Token) if other != inputs => {
                return Err(fault(FaultClass::Invalid, &format!("create {kind}"), "the token was used with other parameters"));
            }
            (Some((id, _)), Key::Token | Key::None) => id,
            (Some(_), Key::Unique(key)) => {
                return Err(fault(FaultClass::Exists, &format!("create {kind}"), &format!("{key} exists")));
            }
            (Some((id, _)), Key::Upsert(_)) => {
                if let Some(thing) = self.things.borrow_mut().get_mut(&id) {
                    thing.inputs = inputs;
                }
                id
            }
            (None, _) => {
                self.made.set(self.made.get() + 1);
                let id = format!("{kind}-{}", self.made.get());
                let key = match key {
                    Key::Unique(key) | Key::Upsert(key) => Some(key),
                    Key::Token | Key::None => None,
                };
                let thing = Thing { kind, inputs, key, token: intent.token.clone(), since: Instant::now() };
                self.things.borrow_mut().insert(id.clone(), thing);
                id
            }
        };
        Self::answer(lost, "create", kind, Id(id)).await
    }

    /// Finds a visible thing by its intent tag.
    pub async fn find_tagged(&self, kind: &'static str, intent: &Intent) -> Outcome<Option<Id>> {
        let lost = self.call("find", kind).await?;
        let ours = |thing: &Thing| {
            let tag = |key: &str| thing.inputs.get("tags").and_then(Datum::as_record).and_then(|tags| tags.get(key)?.as_str());
            tag(tags::INTENT) == Some(&intent.mark) && tag(tags::ADDRESS) == Some(&intent.address.to_string())
        };
        let found = self.visible(kind).into_iter().find(|(_, thing)| ours(thing));
        Self::answer(lost, "find", kind, found.map(|(id, _)| Id(id))).await
    }

    /// Finds a visible thing by its key.
    pub async fn find_keyed(&self, kind: &'static str, key: &str) -> Outcome<Option<Id>> {
        let lost = self.call("find", kind).await?;
        let found = self.visible(kind).into_iter().find(|(_, thing)| thing.key.as_deref() == Some(key));
        Self::answer(lost, "find", kind, found.map(|(id, _)| Id(id))).await
    }

    fn visible(&self, kind: &str) -> Vec<(String, Thing)> {
        let things = self.things.borrow();
        let visible = things.iter().filter(|(_, thing)| thing.kind == kind && thing.since.elapsed() >= self.lag.get());
        visible.map(|(id, thing)| (id.clone(), thing.clone())).collect()
    }

    /// Reads visible things.
    pub async fn read(&self, kind: &'static str, ids: &[Id]) -> Outcome<Vec<Option<Fields>>> {
        let lost = self.call("read", kind).await?;
        let visible: BTreeMap<String, Thing> = self.visible(kind).into_iter().collect();
        Self::answer(lost, "read", kind, ids.iter().map(|id| visible.get(id.as_str()).map(|thing| thing.inputs.clone())).collect()).await
    }

    /// Reads what is told of things, which lags behind what they are.
    pub async fn glance(&self, kind: &'static str, ids: &[Id]) -> Outcome<Vec<Option<Fields>>> {
        let lost = self.call("glance", kind).await?;
        let told = self.told.borrow();
        let told = ids.iter().map(|id| told.get(id.as_str()).map(|thing| thing.inputs.clone())).collect();
        Self::answer(lost, "glance", kind, told).await
    }

    /// Brings what a glance tells up to date.
    pub fn tell(&self) {
        self.told.replace(self.things.borrow().clone());
    }

    /// Changes a thing.
    pub async fn update(&self, kind: &'static str, id: &Id, changed: Vec<(String, Option<Datum>)>) -> Outcome<()> {
        let lost = self.call("update", kind).await?;
        match self.things.borrow_mut().get_mut(id.as_str()) {
            Some(thing) => changed.into_iter().for_each(|(name, datum)| match datum {
                Some(datum) => drop(thing.inputs.insert(name, datum)),
                None => drop(thing.inputs.remove(&name)),
            }),
            None => return Err(fault(FaultClass::NotFound, &format!("update {kind}"), id.as_str())),
        }
        Self::answer(lost, "update", kind, ()).await
    }

    /// Whether it is ready.
    pub async fn ready(&self, kind: &'static str, id: &Id) -> Outcome<Ready> {
        self.call("ready", kind).await?;
        let since = self.things.borrow().get(id.as_str()).map(|thing| thing.since.elapsed());
        Ok(if since.is_some_and(|since| since >= self.slow.get()) { Ready::Yes } else { Ready::Wait("pending".into()) })
    }

    /// Others come to work, under the rule that holds.
    pub async fn roll(&self, kind: &'static str, id: &Id) -> Outcome<()> {
        let lost = self.call("roll", kind).await?;
        if let Some(thing) = self.things.borrow_mut().get_mut(id.as_str())
            && let Some(rule) = thing.inputs.get("rule").cloned()
        {
            thing.inputs.insert(AT_WORK.to_string(), rule);
        }
        Self::answer(lost, "roll", kind, ()).await
    }

    /// Deletes a thing that nothing refers to.
    pub async fn delete(&self, kind: &'static str, id: &Id) -> Outcome<Gone> {
        let lost = self.call("delete", kind).await?;
        let holder = self
            .things
            .borrow()
            .iter()
            .find_map(|(other, thing)| thing.inputs.values().any(|datum| datum.as_str() == Some(id.as_str())).then(|| other.clone()));
        if let Some(holder) = holder {
            return Err(fault(FaultClass::NotYet, &format!("delete {kind}"), &format!("{holder} still uses {id}")));
        }
        self.things.borrow_mut().remove(id.as_str());
        Self::answer(lost, "delete", kind, Gone::Yes).await
    }
}

fn fault(class: FaultClass, operation: &str, message: &str) -> Fault {
    Fault { class, operation: operation.to_string(), code: String::new(), message: message.to_string(), field: None }
}
