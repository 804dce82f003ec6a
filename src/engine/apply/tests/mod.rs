//! Plans and runs against the simulated cloud. One bench, many scenes.

#![expect(clippy::unwrap_used, reason = "tests")]

mod change;
mod crash;
mod glance;
mod lost;
mod secret;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use wcalang_model::kind::{Place, Schemas};
use wcalang_model::source::{MemoryWorld, Span};
use wcalang_model::value::{Address, Data, Deferred, Graph, Resource, Secret, Stack, Store, Type, Value, When};

use crate::apply::{Interrupt, Means, Run, apply, survey};
use crate::plan::{Facts, Given, Leave, Ownership, Plan, Secrets, Survey, plan};
use crate::sim::{Cloud, KINDS};
use crate::state::{Crash, DigestKey, Journal, MemoryJournal, State};

/// A cloud, a state, and a command line.
pub struct Bench {
    pub cloud: Rc<Cloud>,
    pub state: State,
    pub secrets: Secrets,
    pub leave: Leave,
    pub facts: Facts,
    pub batches: usize,
    pub interrupt_after: Option<Duration>,
    tokens: Cell<u128>,
}

pub const OWNERSHIP: &[Ownership] =
    &[Ownership { kind: "test.Widget", field: "size", owner_kind: "test.Gadget", owner_field: "widget", bounds: None }];

impl Bench {
    pub fn new() -> Self {
        let cloud = Cloud::new();
        let place = Place { partition: "sim".into(), account: "000000000000".into(), region: "here".into() };
        let facts = Facts {
            schemas: Schemas { kinds: KINDS, lookups: &[] },
            ownership: &[],
            versioned: &[],
            anchored: &[],
            delete_first: &[],
            noticed: &[],
            expected: &[],
            place,
        };
        let secrets = Secrets { given: BTreeMap::new(), key: Some(DigestKey::new(&MemoryWorld::default())) };
        Bench {
            cloud,
            state: State::new("shop"),
            secrets,
            leave: Leave::default(),
            facts,
            batches: 0,
            interrupt_after: None,
            tokens: Cell::new(0),
        }
    }

    pub fn given<'a>(&'a self, desired: Option<&'a Graph>, live: &'a Survey) -> Given<'a> {
        let Bench { state, secrets, leave, facts, .. } = self;
        Given { desired, recorded: state, live, answers: &|_, _| None, secrets, leave, facts }
    }

    pub async fn survey(&self) -> Survey {
        survey(&self.cloud.cx(), self.facts.schemas, &self.state, &mut |_| {}).await.unwrap()
    }

    pub async fn plan(&self, desired: Option<&Graph>) -> Plan {
        let live = self.survey().await;
        let first = plan(self.given(desired, &live));
        assert_eq!(first, plan(self.given(desired, &live)), "the same inputs give the same plan");
        first
    }

    /// Plans and applies; the state is what the journal has at the end, crashed or not.
    pub async fn run(&mut self, desired: Option<&Graph>, crash: Option<Crash>) -> Run {
        let live = self.survey().await;
        let made = plan(self.given(desired, &live));
        assert!(made.is_sound(), "{made:?}");
        let mut journal = MemoryJournal::new(self.state.clone());
        if let Some(crash) = crash {
            journal = journal.crash(crash);
        }
        let (cx, interrupt) = (self.cloud.cx(), Interrupt::default());
        let random = || {
            self.tokens.set(self.tokens.get() + 1);
            self.tokens.get()
        };
        let means = Means { cx: &cx, random: &random, interrupt: &interrupt, limits: &[] };
        let mut silent = |_| {};
        let applied = apply(self.given(desired, &live), &made, &mut journal, means, &mut silent);
        let run = match self.interrupt_after {
            None => applied.await,
            Some(wait) => {
                let ask = async {
                    tokio::time::sleep(wait).await;
                    interrupt.ask();
                };
                tokio::join!(applied, ask).0
            }
        };
        self.batches = journal.batches().len();
        self.state = journal.state().clone();
        assert_eq!(self.state.verify(), Vec::<String>::new());
        run
    }

    /// Applies and insists that all went well, and that nothing is left to do.
    pub async fn settle(&mut self, desired: Option<&Graph>) {
        let run = self.run(desired, None).await;
        assert_eq!(run.exit(), 0, "{run:?}");
        self.is_settled(desired).await;
    }

    pub async fn is_settled(&self, desired: Option<&Graph>) {
        let after = self.plan(desired).await;
        assert!(after.is_empty() && after.steps.is_empty(), "{:?} {:?}", after.steps, after.changes);
        let recorded: BTreeSet<String> = self.state.resources.values().filter_map(|one| Some(one.id.clone()?.0)).collect();
        let existing: BTreeSet<String> = self.cloud.things.borrow().keys().cloned().collect();
        assert_eq!(recorded, existing, "no orphans, no duplicates");
        assert_eq!(existing.len(), desired.map_or(0, |desired| desired.resources.len()));
    }
}

pub fn value(data: Data) -> Value {
    Value::new(data, Span::default())
}

pub fn text(text: &str) -> Data {
    Data::Str(Arc::from(text))
}

pub fn refer(address: &str) -> Data {
    Data::Resource(Address::parse(address).unwrap())
}

pub fn output(address: &str, output: &str) -> Data {
    let address = Address::parse(address).unwrap();
    Data::Deferred(Deferred::Output { address, output: output.into(), ty: Type::STR, when: When::Apply })
}

pub fn input(name: &str) -> Data {
    Data::Deferred(Deferred::Input { name: name.into() })
}

pub fn secret(text: &str) -> Secret {
    Secret::new(text)
}

pub fn resource(address: &str, fields: &[(&str, Data)]) -> Resource {
    Resource {
        address: Address::parse(address).unwrap(),
        fields: fields.iter().map(|(name, data)| (name.to_string(), value(data.clone()))).collect(),
        after: BTreeSet::new(),
        protect: false,
        purge: false,
        formerly: None,
        named: Span::default(),
        span: Span::default(),
    }
}

pub fn graph(resources: Vec<Resource>) -> Graph {
    Graph {
        stack: Stack {
            name: "shop".into(),
            region: "here".into(),
            account: None,
            tags: BTreeMap::from([("team".to_string(), "web".to_string())]),
            store: Store::Local,
            removed: Vec::new(),
            span: Span::default(),
        },
        resources: resources.into_iter().map(|resource| (resource.address.clone(), resource)).collect(),
        outputs: BTreeMap::new(),
        blocks: BTreeMap::new(),
    }
}

/// One of each kind, all connected.
pub fn all() -> Graph {
    graph(vec![
        resource("test.Widget/a", &[("size", Data::Int(2))]),
        resource("test.Gadget/b", &[("widget", refer("test.Widget/a"))]),
        resource("test.Bolt/c", &[("gadget", refer("test.Gadget/b"))]),
        resource("test.Gizmo/d", &[("widget", refer("test.Widget/a")), ("password", input("password"))]),
        resource("test.Note/e", &[("text", text("hello")), ("about", refer("test.Gadget/b"))]),
        resource("test.Vault/f", &[]),
    ])
}
