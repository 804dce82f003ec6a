//! How each act starts: what is recorded before it, and what is sent once that is durable. Takes in no answers.

use std::collections::BTreeMap;

use wcalang_model::kind::{AnyLive, Deletion, Fault, FaultClass, Id, Intent};
use wcalang_model::value::{Address, Datum, Fields};

use crate::apply::call::Caused;
use crate::apply::create::{Making, settle};
use crate::apply::execute::{Job, Report, Runner, What};
use crate::apply::finish::{fault, roll};
use crate::apply::remove::{Removing, remove};
use crate::plan::{Act, Identity, Wanted, callable, mark, seen, to_record, wanted};
use crate::state::{Event, Phase, Recorded};

impl Runner<'_, '_> {
    /// Starts a step.
    pub(super) fn start(&mut self, step: usize) -> Result<(), Fault> {
        match self.plan.steps[step].act {
            Act::Create => self.start_create(step),
            Act::Update => self.start_update(step),
            Act::Roll => self.start_roll(step),
            Act::Record => self.start_record(step),
            Act::Delete => self.start_delete(step),
            Act::DeleteDeposed => self.start_delete_deposed(step),
            Act::Forget => {
                self.pending.push(Event::Deleted { address: self.change(step).address.clone() });
                self.over(step);
                Ok(())
            }
        }
    }

    fn start_create(&mut self, step: usize) -> Result<(), Fault> {
        let address = &self.change(step).address;
        let recorded = self.recorded(address).cloned();
        let generation = [recorded.as_ref(), self.recorded_before(address)].into_iter().flatten().map(|recorded| recorded.generation);
        let generation = generation.max().unwrap_or(0) + 1;
        match recorded {
            Some(recorded) if recorded.phase == Phase::Begun => return self.resume(step, &recorded),
            Some(recorded) if recorded.id.is_some() => {
                // What is gone is struck out; what stands is kept as deposed until its replacement has taken over.
                let gone = self.live(address).is_none();
                let address = address.clone();
                self.pending.push(if gone { Event::Deleted { address } } else { Event::Depose { address } });
            }
            Some(_) | None => {}
        }
        let token = self.token();
        self.begin(step, token, generation)
    }

    /// Records the intent of a create, to be sent when that is durable.
    pub(super) fn begin(&mut self, step: usize, token: String, generation: u32) -> Result<(), Fault> {
        let (resource, entry) = self.resource(step)?;
        let address = &resource.address;
        let stack = self.given.recorded.stack.clone();
        let mark = mark(&stack, address, self.life(address), generation);
        let wanted = self.wants(step, Some(&mark), None)?;
        let inputs = self.sendable(entry, address, &wanted)?;
        let record = to_record(&wanted.fields, None, self.given.secrets);
        let making = Making {
            address: address.clone(),
            priority: self.plan.steps[step].path,
            fresh: self.is_fresh(address),
            class: entry.schema.create,
            kind: self.caller.kind(&address.kind)?,
            inputs,
            intent: Intent { stack, address: address.clone(), token: token.clone(), mark: mark.clone() },
        };
        let begin = self.begin_event(address, token, mark, generation, record.clone());
        self.pending.extend(begin);
        self.jobs.insert(step, Job { wanted, recorded: record, making: Some(making.clone()), id: None, seen: None, new: true });
        self.send(step, making);
        Ok(())
    }

    /// An earlier run has begun it: what came of that is found out first.
    fn resume(&mut self, step: usize, recorded: &Recorded) -> Result<(), Fault> {
        let (resource, _) = self.resource(step)?;
        let wanted = self.wants(step, Some(&recorded.mark), Some(&recorded.inputs))?;
        let making = self.settling(step, &resource.address, recorded)?;
        self.jobs
            .insert(step, Job { wanted, recorded: recorded.inputs.clone(), making: Some(making.clone()), id: None, seen: None, new: true });
        self.launch_settle(step, making);
        Ok(())
    }

    fn settling(&self, step: usize, address: &Address, recorded: &Recorded) -> Result<Making, Fault> {
        let entry = self.entry(address).ok_or_else(|| fault(address, "find", FaultClass::Invalid, "its kind is not known"))?;
        let (stack, mark) = (self.given.recorded.stack.clone(), recorded.mark.clone());
        Ok(Making {
            address: address.clone(),
            priority: self.plan.steps[step].path,
            fresh: self.is_fresh(address),
            class: entry.schema.create,
            kind: self.caller.kind(&address.kind)?,
            inputs: callable(entry.schema.inputs, &recorded.inputs),
            intent: Intent { stack, address: address.clone(), token: recorded.token.clone(), mark },
        })
    }

    fn launch_settle(&mut self, step: usize, making: Making) {
        let caller = self.caller;
        caller.waiting(&making.address, "an earlier run was interrupted while it was made: looking for it");
        self.launches.push(Box::pin(async move { Report { step, what: What::Settled(settle(caller, &making).await) } }));
    }

    fn start_update(&mut self, step: usize) -> Result<(), Fault> {
        let address = &self.change(step).address;
        let recorded = self.recorded_before(address).cloned();
        let recorded = recorded.ok_or_else(|| fault(address, "update", FaultClass::Invalid, "nothing is recorded of it"))?;
        let before = self.before.get(address).unwrap_or(address);
        let found = self.given.live.found.get(before).map(|(id, _)| id.clone());
        let wanted = self.wants(step, Some(&recorded.mark), Some(&recorded.inputs))?;
        let (id, live) = (recorded.id.or(found), self.live(address).cloned());
        self.jobs.insert(step, Job { wanted, recorded: recorded.inputs, making: None, id, seen: None, new: recorded.phase != Phase::Done });
        self.launch_finish(step, live)
    }

    /// Nothing is recorded of it: what runs says whether it is over.
    fn start_roll(&mut self, step: usize) -> Result<(), Fault> {
        let address = &self.change(step).address;
        let recorded = self.recorded(address).or_else(|| self.recorded_before(address));
        let id = recorded.and_then(|recorded| recorded.id.clone());
        let id = id.ok_or_else(|| fault(address, "roll", FaultClass::Invalid, "it has no identity"))?;
        let (kind, caller, priority) = (self.caller.kind(&address.kind)?, self.caller, self.plan.steps[step].path);
        self.launches.push(Box::pin(async move {
            let rolled = roll(caller, Caused { address, priority }, kind, &id).await;
            Report { step, what: What::Rolled(rolled) }
        }));
        Ok(())
    }

    /// Only the record changes.
    fn start_record(&mut self, step: usize) -> Result<(), Fault> {
        let address = &self.change(step).address;
        if let (Some(recorded), Some(live)) = (self.recorded_before(address), self.live(address)) {
            let wanted = self.wants(step, Some(&recorded.mark), Some(&recorded.inputs))?;
            let done = self.done_event(address, &wanted.fields, Some(&recorded.inputs), live.outputs.clone());
            self.pending.extend(done);
            let (none, entry) = (BTreeMap::new(), self.entry(address));
            let owned = self.owners.get(address).unwrap_or(&none);
            let fields = entry.map(|entry| seen(entry, &wanted.fields, owned, live)).unwrap_or_default();
            self.pending.push(Event::Seen { address: address.clone(), fields });
        }
        self.over(step);
        Ok(())
    }

    fn start_delete(&mut self, step: usize) -> Result<(), Fault> {
        let address = &self.change(step).address;
        let Some(recorded) = self.recorded(address).cloned() else {
            self.over(step);
            return Ok(());
        };
        let found = self.given.live.found.get(address).map(|(id, _)| id.clone());
        let Some(id) = recorded.id.clone().or(found) else {
            let making = self.settling(step, address, &recorded)?;
            self.launch_settle(step, making);
            return Ok(());
        };
        let Some(live) = self.live(address).cloned() else {
            self.pending.push(Event::Deleted { address: address.clone() });
            self.over(step);
            return Ok(());
        };
        self.pending.push(Event::Deleting { address: address.clone() });
        self.launch_remove(step, id, Some(live), &recorded)
    }

    /// What an earlier run began, and nobody wants any more, was looked for.
    pub(super) fn settled_to_delete(&mut self, step: usize, found: Option<Id>) {
        let address = self.change(step).address.clone();
        let Some(id) = found else {
            self.pending.push(Event::Voided { address });
            return self.over(step);
        };
        let Some(recorded) = self.recorded(&address).cloned() else { return };
        self.pending.push(Event::Identified { address: address.clone(), id: id.clone() });
        self.pending.push(Event::Deleting { address });
        if let Err(fault) = self.launch_remove(step, id, None, &recorded) {
            self.fail(step, crate::apply::call::Stop::Fault(fault));
        }
    }

    fn launch_remove(&mut self, step: usize, id: Id, live: Option<AnyLive>, recorded: &Recorded) -> Result<(), Fault> {
        let (address, caller, priority) = (&self.change(step).address, self.caller, self.plan.steps[step].path);
        let how = Deletion { purge: recorded.purge || self.purges(address) };
        let (kind, new, recorded) = (caller.kind(&address.kind)?, live.is_none(), recorded.inputs.clone());
        let removing = Removing { kind, id, new, live, recorded, how };
        self.launches.push(Box::pin(async move {
            let removed = remove(caller, Caused { address, priority }, &removing).await;
            Report { step, what: What::Removed(removed) }
        }));
        Ok(())
    }

    fn start_delete_deposed(&mut self, step: usize) -> Result<(), Fault> {
        let address = &self.change(step).address;
        let recorded = self.recorded(address).cloned();
        let current = recorded.as_ref().and_then(|recorded| recorded.id.clone());
        // What has the identity of the current one is the current one: only its record goes.
        let (same, deposed): (Vec<_>, Vec<_>) =
            recorded.into_iter().flat_map(|recorded| recorded.deposed).partition(|deposed| Some(&deposed.id) == current.as_ref());
        let (kind, caller, priority) = (self.caller.kind(&address.kind)?, self.caller, self.plan.steps[step].path);
        let survey = self.given.live;
        let all = deposed.into_iter().map(|deposed| {
            let current = self.recorded_before(address).is_some_and(|recorded| recorded.id.as_ref() == Some(&deposed.id));
            let key = (address.clone(), deposed.id.clone());
            let live = if current { self.live(address).cloned() } else { survey.deposed.get(&key).cloned().flatten() };
            let how = Deletion { purge: deposed.purge || self.purges(address) };
            Removing { kind, id: deposed.id, new: false, live, recorded: deposed.inputs, how }
        });
        let all: Vec<Removing> = all.collect();
        self.launches.push(Box::pin(async move {
            let mut gone: Vec<Id> = same.into_iter().map(|deposed| deposed.id).collect();
            for removing in &all {
                if let Err(stop) = remove(caller, Caused { address, priority }, removing).await {
                    return Report { step, what: What::DeposedRemoved(gone, Err(stop)) };
                }
                gone.push(removing.id.clone());
            }
            Report { step, what: What::DeposedRemoved(gone, Ok(())) }
        }));
        Ok(())
    }

    /// How often nothing was left of an address, what is about to be recorded included.
    fn life(&self, address: &Address) -> u32 {
        let recorded = self.journal.state();
        let ends = self.recorded(address).is_some_and(|recorded| recorded.deposed.is_empty())
            && self.pending.iter().any(|event| matches!(event, Event::Deleted { address: gone } if gone == address));
        recorded.lives.get(address).copied().unwrap_or(0) + u32::from(ends)
    }

    fn purges(&self, address: &Address) -> bool {
        self.given.desired.and_then(|desired| desired.resources.get(address)).is_some_and(|resource| resource.purge)
    }

    /// What the file wants, now that everything it refers to stands.
    fn wants(&self, step: usize, mark: Option<&str>, recorded: Option<&Fields>) -> Result<Wanted, Fault> {
        let (resource, entry) = self.resource(step)?;
        let desired = self.given.desired.ok_or_else(|| fault(&resource.address, "plan", FaultClass::Invalid, "nothing is wanted"))?;
        let identity = Identity { name: self.change(step).name.as_deref(), mark, recorded };
        let field = |name: &str| entry.schema.inputs.field(name).map(|field| field.name);
        let wanted = wanted(entry, &desired.stack, resource, identity, self.resolver()).map_err(|wrong| {
            let message = format!("{}: {}", wrong.path.join("."), wrong.message);
            let field = wrong.path.first().and_then(|name| field(name));
            Fault { field, ..fault(&resource.address, "inputs", FaultClass::Invalid, message) }
        })?;
        match wanted.fields.iter().find(|(_, datum)| !Datum::is_known(datum)) {
            None => Ok(wanted),
            Some((name, _)) => {
                let message = match wanted.missing.iter().find(|(field, _)| field == name) {
                    Some((_, input)) => format!("the secret input `{input}` was not given"),
                    None => format!("`{name}` is made of something that AWS has not told"),
                };
                Err(Fault { field: field(name), ..fault(&resource.address, "inputs", FaultClass::Invalid, message) })
            }
        }
    }
}
