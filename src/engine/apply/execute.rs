//! The run itself: starts what is runnable, the most urgent first, takes in what comes back, and writes the journal between the
//! two. How a step starts stands in `start`, how it goes on in `answer`, what is recorded in `events`.

use std::collections::{BTreeMap, BTreeSet};

use futures::FutureExt;
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::time::Instant;
use wcalang_model::kind::{AnyCreated, Entry, Fault, FaultClass, Id, LocalFuture};
use wcalang_model::value::{Address, Datum, Fields, Resource};

use crate::apply::call::{Caller, Stop};
use crate::apply::create::{Making, NotMade};
use crate::apply::finish::{Finished, fault};
use crate::apply::run::{Failure, Run, RunEvent};
use crate::plan::{
    Act, Action, Change, Dependencies, Given, Known, Owners, Plan, Resolver, Standing, Wanted, callable, dependencies, is_readable, owners,
    to_record,
};
use crate::state::{Event, Journal, Recorded};

/// Runs the steps of a plan.
pub(super) async fn execute<'a>(
    given: Given<'a>,
    plan: &'a Plan,
    journal: &'a mut dyn Journal,
    caller: &'a Caller<'_>,
    random: &'a dyn Fn() -> u128,
) -> Run {
    let mut runner = Runner::new(given, plan, journal, caller, random);
    runner.prepare();
    let mut under_way: FuturesUnordered<LocalFuture<'a, Report>> = FuturesUnordered::new();
    loop {
        while !caller.interrupt.is_asked() && runner.start_runnable() {}
        if let Err(error) = runner.write() {
            runner.run.stopped = Some(error);
            break;
        }
        under_way.extend(runner.launches.drain(..));
        let Some(report) = under_way.next().await else { break };
        runner.take(report);
        // What else has come back meanwhile goes into the same write.
        while let Some(Some(report)) = under_way.next().now_or_never() {
            runner.take(report);
        }
    }
    drop(under_way);
    runner.end()
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// It waits for others.
    Waiting,
    /// It runs.
    Running,
    /// Its resource is written and not ready yet.
    Written,
    /// It is over.
    Done,
    /// It failed, or was interrupted.
    Stopped,
}

/// A step under way.
pub(super) struct Job {
    /// What the file wants of the resource.
    pub wanted: Wanted,
    /// The inputs that were sent or recorded.
    pub recorded: Fields,
    /// Its create.
    pub making: Option<Making>,
    /// Its identity.
    pub id: Option<Id>,
    /// What the cloud has in fields that the file does not give.
    pub seen: Option<Fields>,
    /// Whether it was just made.
    pub new: bool,
}

/// What came back.
pub(super) struct Report {
    pub step: usize,
    pub what: What,
}

/// The ends of the parts of a step.
pub(super) enum What {
    Settled(Result<Option<Id>, Stop>),
    Created(Result<AnyCreated, NotMade>),
    Finished(Result<Finished, Stop>),
    Ready(Result<Fields, Stop>),
    Rolled(Result<(), Stop>),
    Removed(Result<(), Stop>),
    DeposedRemoved(Vec<Id>, Result<(), Stop>),
}

/// A run under way.
pub(super) struct Runner<'a, 'c> {
    pub given: Given<'a>,
    pub plan: &'a Plan,
    pub journal: &'a mut dyn Journal,
    pub caller: &'a Caller<'c>,
    pub random: &'a dyn Fn() -> u128,
    pub dependencies: Dependencies,
    pub owners: Owners,
    /// New address → the one under which the survey knows it.
    pub before: BTreeMap<Address, Address>,
    pub standing: Standing,
    pub status: Vec<Status>,
    pub started: Vec<Option<Instant>>,
    pub jobs: BTreeMap<usize, Job>,
    /// What this run has made or changed.
    pub written: BTreeSet<Address>,
    /// Records not written yet.
    pub pending: Vec<Event>,
    /// What starts once they are.
    pub launches: Vec<LocalFuture<'a, Report>>,
    pub run: Run,
}

impl<'a, 'c> Runner<'a, 'c> {
    fn new(given: Given<'a>, plan: &'a Plan, journal: &'a mut dyn Journal, caller: &'a Caller<'c>, random: &'a dyn Fn() -> u128) -> Self {
        Runner {
            given,
            plan,
            journal,
            caller,
            random,
            dependencies: given.desired.map(|desired| dependencies(desired, given.facts)).unwrap_or_default(),
            owners: Owners::new(),
            before: plan.moves.iter().map(|(from, to)| (to.clone(), from.clone())).collect(),
            standing: Standing::default(),
            status: vec![Status::Waiting; plan.steps.len()],
            started: vec![None; plan.steps.len()],
            jobs: BTreeMap::new(),
            written: BTreeSet::new(),
            pending: Vec::new(),
            launches: Vec::new(),
            run: Run::default(),
        }
    }

    /// What is recorded before any step, and what stands.
    fn prepare(&mut self) {
        let place = &self.given.facts.place;
        if self.given.desired.is_some() && self.given.recorded.place.as_ref() != Some(place) {
            self.pending.push(Event::Place { place: place.clone() });
        }
        let found = self.given.live.found.iter();
        self.pending.extend(found.map(|(address, (id, _))| Event::Identified { address: address.clone(), id: id.clone() }));
        self.pending.extend(self.plan.moves.iter().map(|(from, to)| Event::Moved { from: from.clone(), to: to.clone() }));
        let created: BTreeSet<usize> = self.plan.steps.iter().filter(|step| step.act == Act::Create).map(|step| step.change).collect();
        for (index, change) in self.plan.changes.iter().enumerate() {
            let goes = matches!(change.action, Action::Delete | Action::Forget);
            if let Some(live) = self.live(&change.address).filter(|_| !goes && !created.contains(&index)) {
                let outputs = live.outputs.clone();
                let id = self.recorded_before(&change.address).and_then(|recorded| recorded.id.clone());
                self.stand(&change.address, outputs, id.as_ref());
            }
        }
        if let Some(desired) = self.given.desired {
            self.owners = owners(desired, self.given.facts.ownership, self.resolver(), self.given.recorded);
        }
    }

    /// Starts every step that waits for nothing any more, the most urgent first; whether some of them are over already.
    fn start_runnable(&mut self) -> bool {
        let satisfied = |need: &crate::plan::Need| match self.status[need.step] {
            Status::Done => true,
            Status::Written => !need.ready,
            Status::Waiting | Status::Running | Status::Stopped => false,
        };
        let steps = self.plan.steps.iter().enumerate();
        let runnable = steps.filter(|(index, step)| self.status[*index] == Status::Waiting && step.needs.iter().all(satisfied));
        let mut runnable: Vec<usize> = runnable.map(|(index, _)| index).collect();
        runnable.sort_by_key(|&index| (std::cmp::Reverse(self.plan.steps[index].path), index));
        let mut over = false;
        for index in runnable {
            let step = &self.plan.steps[index];
            self.status[index] = Status::Running;
            self.started[index] = Some(Instant::now());
            let address = self.change(index).address.clone();
            if step.act != Act::Record {
                self.caller.tell(RunEvent::Started { address, act: step.act, path: step.path });
            }
            if let Err(fault) = self.start(index) {
                self.fail(index, Stop::Fault(fault));
            }
            over |= self.status[index] == Status::Done;
        }
        over
    }

    /// Makes the pending records durable.
    fn write(&mut self) -> Result<(), crate::state::StateError> {
        let events = std::mem::take(&mut self.pending);
        self.journal.append(&events)
    }

    /// A step is over.
    pub(super) fn over(&mut self, step: usize) {
        self.status[step] = Status::Done;
        let (address, act) = (self.change(step).address.clone(), self.plan.steps[step].act);
        let elapsed = self.started[step].map(|started| started.elapsed()).unwrap_or_default();
        self.run.done.push((address.clone(), act));
        if act != Act::Record {
            self.caller.tell(RunEvent::Done { address, act, elapsed });
        }
    }

    /// A step has ended without success: what depends on it never starts.
    pub(super) fn fail(&mut self, step: usize, stop: Stop) {
        self.status[step] = Status::Stopped;
        let Stop::Fault(fault) = stop else { return };
        let (change, act) = (self.change(step), self.plan.steps[step].act);
        let resource = self.given.desired.and_then(|desired| desired.resources.get(&change.address));
        let field = fault.field.and_then(|field| resource?.fields.get(field)).map(|value| value.span);
        let elapsed = self.started[step].map(|started| started.elapsed()).unwrap_or_default();
        self.run.failed.push(Failure { address: change.address.clone(), act, fault: fault.clone(), span: field.or(change.span) });
        self.caller.tell(RunEvent::Failed { address: change.address.clone(), act, fault, elapsed });
    }

    /// The end: the outputs of the stack are recorded.
    fn end(mut self) -> Run {
        let unfinished: Vec<usize> = (0..self.plan.steps.len()).filter(|&step| self.status[step] != Status::Done).collect();
        let failed: BTreeSet<(Address, Act)> = self.run.failed.iter().map(|failure| (failure.address.clone(), failure.act)).collect();
        let skipped = unfinished.iter().map(|&step| (self.change(step).address.clone(), self.plan.steps[step].act));
        self.run.skipped = skipped.filter(|one| !failed.contains(one)).collect();
        self.run.interrupted = self.caller.interrupt.is_asked() && !unfinished.is_empty();
        if self.run.stopped.is_none() {
            let outputs = self.outputs(unfinished.is_empty());
            if outputs != self.journal.state().outputs {
                self.pending.push(Event::Outputs { outputs });
            }
            self.run.stopped = self.write().err();
        }
        self.run.outputs = self.journal.state().outputs.clone();
        self.run
    }

    /// The outputs as they are now; what is not known after a run that did not finish stays as it is recorded.
    fn outputs(&self, finished: bool) -> Fields {
        let recorded = &self.journal.state().outputs;
        let Some(desired) = self.given.desired else {
            return if finished { Fields::new() } else { recorded.clone() };
        };
        let outputs = desired.outputs.iter().filter_map(|(name, value)| {
            let datum = self.resolver().resolve(value, None).datum;
            let datum = if datum.is_known() { datum } else { recorded.get(name).cloned().unwrap_or(Datum::Unknown) };
            datum.is_known().then(|| (name.clone(), datum))
        });
        to_record(&outputs.collect(), Some(recorded), self.given.secrets)
    }

    pub(super) fn change(&self, step: usize) -> &'a Change {
        &self.plan.changes[self.plan.steps[step].change]
    }

    pub(super) fn resource(&self, step: usize) -> Result<(&'a Resource, &'static Entry), Fault> {
        let address = &self.change(step).address;
        let resource = self.given.desired.and_then(|desired| desired.resources.get(address));
        let both = resource.zip(self.entry(address));
        both.ok_or_else(|| fault(address, "plan", FaultClass::Invalid, "the plan is not of this file"))
    }

    pub(super) fn entry(&self, address: &Address) -> Option<&'static Entry> {
        self.given.facts.schemas.kind(&address.kind)
    }

    pub(super) fn recorded(&self, address: &Address) -> Option<&Recorded> {
        self.journal.state().resources.get(address)
    }

    /// What was recorded before this run.
    pub(super) fn recorded_before(&self, address: &Address) -> Option<&'a Recorded> {
        self.given.recorded.resources.get(self.before.get(address).unwrap_or(address))
    }

    /// What the survey saw.
    pub(super) fn live(&self, address: &Address) -> Option<&'a wcalang_model::kind::AnyLive> {
        self.given.live.of(self.before.get(address).unwrap_or(address))
    }

    pub(super) fn resolver(&self) -> Resolver<'_> {
        Resolver { standing: &self.standing, answers: self.given.answers, secrets: self.given.secrets }
    }

    pub(super) fn stand(&mut self, address: &Address, outputs: Fields, id: Option<&Id>) {
        let identity = self.entry(address).and_then(|entry| outputs.get(entry.schema.identity())).and_then(Datum::as_str);
        let identity = identity.map(str::to_string).or_else(|| id.map(|id| id.0.clone()));
        self.standing.0.insert(address.clone(), Known { identity, outputs });
    }

    /// Whether something it depends on, however far, was written by this run.
    pub(super) fn is_fresh(&self, address: &Address) -> bool {
        let (mut seen, mut open) = (BTreeSet::new(), vec![address]);
        while let Some(address) = open.pop() {
            for other in self.dependencies.get(address).into_iter().flat_map(BTreeMap::keys) {
                if self.written.contains(other) {
                    return true;
                }
                if seen.insert(other) {
                    open.push(other);
                }
            }
        }
        false
    }

    pub(super) fn token(&self) -> String {
        format!("{:032x}", (self.random)())
    }

    /// What the create call takes; a fault where a secret is needed and was not given.
    pub(super) fn sendable(&self, entry: &Entry, address: &Address, wanted: &Wanted) -> Result<Fields, Fault> {
        if let Some((name, _)) = wanted.fields.iter().find(|(_, datum)| !is_readable(datum)) {
            let field = entry.schema.inputs.field(name).map(|field| field.name);
            let message = format!("the secret in `{name}` is needed to make it, and was not given");
            return Err(Fault { field, ..fault(address, "create", FaultClass::Invalid, message) });
        }
        Ok(callable(entry.schema.inputs, &wanted.fields))
    }
}
