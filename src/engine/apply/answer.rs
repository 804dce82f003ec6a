//! What happens when a part of a step comes back: the record it leaves, and the part that follows. Starts no step.

use wcalang_model::kind::{AnyCreated, AnyLive, CreateClass, Fault, FaultClass, Id};
use wcalang_model::value::Fields;

use crate::apply::call::Stop;
use crate::apply::create::{Making, create};
use crate::apply::execute::{Job, Report, Runner, Status, What};
use crate::apply::finish::{Finished, Finishing, fault, finish, ready};
use crate::plan::{Act, Wanted, is_readable, owned_of, same, to_record};
use crate::state::{Event, Recorded};

impl Runner<'_, '_> {
    /// Takes in what came back.
    pub(super) fn take(&mut self, report: Report) {
        let Report { step, what } = report;
        match what {
            What::Settled(Ok(found)) => self.settled(step, found),
            What::Created(Ok(created)) => self.created(step, created),
            What::Created(Err(not_made)) => {
                if !not_made.unsure {
                    let address = &self.change(step).address;
                    self.pending.push(Event::Voided { address: address.clone() });
                    let restored = self.restore_event(address);
                    let before = restored.as_ref().and_then(|_| self.recorded_before(address)?.seen.clone());
                    self.pending.extend(restored);
                    self.pending.extend(before.map(|fields| Event::Seen { address: address.clone(), fields }));
                }
                self.fail(step, not_made.stop);
            }
            What::Finished(Ok(finished)) => self.finished(step, finished),
            What::Ready(Ok(outputs)) => self.complete(step, outputs),
            What::Rolled(Ok(())) => self.over(step),
            What::Removed(Ok(())) => {
                self.pending.push(Event::Deleted { address: self.change(step).address.clone() });
                self.over(step);
            }
            What::DeposedRemoved(gone, result) => {
                let address = &self.change(step).address;
                let events = gone.into_iter().map(|id| Event::DeposedDeleted { address: address.clone(), id });
                self.pending.extend(events);
                match result {
                    Ok(()) => self.over(step),
                    Err(stop) => self.fail(step, stop),
                }
            }
            What::Settled(Err(stop))
            | What::Finished(Err(stop))
            | What::Ready(Err(stop))
            | What::Rolled(Err(stop))
            | What::Removed(Err(stop)) => {
                self.fail(step, stop);
            }
        }
    }

    /// An intent of an earlier run was looked for.
    fn settled(&mut self, step: usize, found: Option<Id>) {
        if self.plan.steps[step].act == Act::Delete {
            return self.settled_to_delete(step, found);
        }
        match found {
            Some(id) => self.created(step, AnyCreated { id, outputs: None }),
            None => {
                if let Err(fault) = self.make_again(step) {
                    self.fail(step, Stop::Fault(fault));
                }
            }
        }
    }

    /// Nothing was found of what an earlier run began: it is made again from the recorded inputs where only they go with the
    /// token, and from today's otherwise.
    fn make_again(&mut self, step: usize) -> Result<(), Fault> {
        let address = self.change(step).address.clone();
        let (Some(job), Some(recorded)) = (self.jobs.remove(&step), self.recorded(&address).cloned()) else {
            return Err(fault(&address, "create", FaultClass::Invalid, "nothing is recorded of it any more"));
        };
        let Some(mut making) = job.making else { return Ok(()) };
        let today = to_record(&job.wanted.fields, Some(&recorded.inputs), self.given.secrets) == recorded.inputs;
        let replay = self.replay(&recorded, &job.wanted);
        let token = making.class == CreateClass::Token;
        if let Some(inputs) = replay.filter(|_| today || token) {
            making.inputs = inputs;
            let job = Job { making: Some(making.clone()), recorded: recorded.inputs, ..job };
            self.jobs.insert(step, job);
            self.send(step, making);
            return Ok(());
        }
        if token {
            self.pending.push(Event::Voided { address: address.clone() });
        }
        let token = if token { self.token() } else { recorded.token.clone() };
        self.begin(step, token, recorded.generation + u32::from(making.class == CreateClass::Token))
    }

    /// The recorded inputs with today's secrets in the place of their digests; None where those differ.
    fn replay(&self, recorded: &Recorded, wanted: &Wanted) -> Option<Fields> {
        let fields = recorded.inputs.iter().map(|(name, datum)| {
            if is_readable(datum) {
                return Some((name.clone(), datum.clone()));
            }
            let today = wanted.fields.get(name).filter(|today| is_readable(today))?;
            same(Some(datum), Some(today), self.given.secrets.key.as_ref()).then(|| (name.clone(), today.clone()))
        });
        fields.collect()
    }

    /// Sends a create once its records are durable.
    pub(super) fn send(&mut self, step: usize, making: Making) {
        let caller = self.caller;
        self.launches.push(Box::pin(async move {
            let created = create(caller, &making).await;
            Report { step, what: What::Created(created) }
        }));
    }

    fn created(&mut self, step: usize, created: AnyCreated) {
        let address = self.change(step).address.clone();
        self.pending.push(Event::Identified { address: address.clone(), id: created.id.clone() });
        self.written.insert(address.clone());
        let Some(job) = self.jobs.get_mut(&step) else { return };
        job.id = Some(created.id.clone());
        job.new = true;
        let whole = job.recorded == to_record(&job.wanted.fields, Some(&job.recorded), self.given.secrets);
        match created.outputs {
            // What nobody has set is not there, and what AWS may choose is seen by the next apply.
            Some(outputs) if whole => self.finished(step, Finished { outputs, seen: Fields::new() }),
            Some(_) | None => {
                if let Err(fault) = self.launch_finish(step, None) {
                    self.fail(step, Stop::Fault(fault));
                }
            }
        }
    }

    /// Reads it where that was not done, and updates what differs.
    pub(super) fn launch_finish(&mut self, step: usize, live: Option<AnyLive>) -> Result<(), Fault> {
        let (resource, entry) = self.resource(step)?;
        let address = &resource.address;
        let job = self.jobs.get(&step).ok_or_else(|| fault(address, "update", FaultClass::Invalid, "it was not started"))?;
        let before = self.recorded_before(address).zip(live.as_ref());
        let finishing = Finishing {
            meddled: before.and_then(|(before, live)| self.given.facts.meddled(&address.kind, &before.outputs, &live.outputs)),
            resource,
            entry,
            kind: self.caller.kind(&address.kind)?,
            priority: self.plan.steps[step].path,
            id: job.id.clone().ok_or_else(|| fault(address, "update", FaultClass::Invalid, "it has no identity"))?,
            wanted: job.wanted.clone(),
            recorded: job.recorded.clone(),
            live,
            owned: owned_of(&self.owners, address, |other| self.standing.0.get(other)?.identity.clone()),
            key: self.given.secrets.key.as_ref(),
            new: job.new,
            fresh: job.new || self.is_fresh(address),
        };
        let caller = self.caller;
        self.launches.push(Box::pin(async move { Report { step, what: What::Finished(finish(caller, finishing).await) } }));
        Ok(())
    }

    fn finished(&mut self, step: usize, finished: Finished) {
        let Finished { outputs, seen } = finished;
        if let Some(job) = self.jobs.get_mut(&step) {
            job.seen = Some(seen);
        }
        let address = &self.change(step).address;
        self.written.insert(address.clone());
        let id = self.jobs.get(&step).and_then(|job| job.id.clone());
        self.stand(address, outputs.clone(), id.as_ref());
        let (waits, id) = match (self.entry(address), id) {
            (Some(entry), Some(id)) if entry.schema.waits => (entry.schema, id),
            (Some(_) | None, Some(_) | None) => return self.complete(step, outputs),
        };
        self.status[step] = Status::Written;
        let new = self.jobs.get(&step).is_some_and(|job| job.new);
        let (caller, priority) = (self.caller, self.plan.steps[step].path);
        self.launches.push(Box::pin(async move {
            let ready = ready(caller, address, priority, waits, &id, new, outputs).await;
            Report { step, what: What::Ready(ready) }
        }));
    }

    /// It stands as wanted.
    fn complete(&mut self, step: usize, outputs: Fields) {
        let address = &self.change(step).address;
        let Some(job) = self.jobs.remove(&step) else { return };
        self.stand(address, outputs.clone(), job.id.as_ref());
        let done = self.done_event(address, &job.wanted.fields, Some(&job.recorded), outputs);
        self.pending.extend(done);
        self.pending.extend(job.seen.map(|fields| Event::Seen { address: address.clone(), fields }));
        self.over(step);
    }
}
