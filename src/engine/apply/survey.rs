//! Reading the cloud before a plan: everything recorded, one batched read for each kind, all at once. Where a kind has calls that
//! are fewer and may lag, those come first, and what they tell otherwise than it is recorded is read. Creates whose answer was lost
//! are looked for, nothing is ever written.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt};
use tokio::time::Instant;
use wcalang_model::kind::{AnyLive, Cx, Fault, Id, Intent, LocalFuture, Outcome, Schemas};
use wcalang_model::value::Address;

use crate::apply::call::{Caller, Caused, Interrupt, Stop};
use crate::apply::gate::Gates;
use crate::apply::glance::believed;
use crate::apply::retry::{Doing, poll};
use crate::plan::{Survey, callable};
use crate::state::{Phase, State};

/// How long what an interrupted run has just made may stay invisible before it counts as gone.
const GRACE: Duration = Duration::from_secs(60);

/// How far a survey is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Reads that came back.
    pub done: usize,
    /// Reads in all.
    pub total: usize,
}

/// Whose identity was read.
enum Whose {
    Current(Address),
    /// Of a resource that an interrupted run has just made: it may not be visible yet.
    New(Address),
    Deposed(Address),
}

/// What one read found.
enum Part {
    /// What a glance tells, and is to be read yet if it is not believed.
    Glanced(String, Vec<(Whose, Id, Option<AnyLive>)>),
    Read(Vec<(Whose, Id, Option<AnyLive>)>),
    Found(Address, Option<(Id, AnyLive)>),
}

/// Reads all that is recorded. A failure of one read is the failure of the survey: what is not known is never taken for gone.
pub async fn survey(cx: &Cx, schemas: Schemas, recorded: &State, progress: &mut dyn FnMut(Progress)) -> Outcome<Survey> {
    let (interrupt, mut silent) = (Interrupt::default(), |_| {});
    let caller =
        Caller { cx, schemas, gates: Gates::of_reads(), interrupt: &interrupt, events: RefCell::new(&mut silent), random: Cell::new(1) };
    let stack = &recorded.stack;
    let mut parts: FuturesUnordered<LocalFuture<'_, Result<Part, Stop>>> = FuturesUnordered::new();
    for (kind, whose) in by_kind(recorded) {
        let from = schemas.kind(kind).and_then(|entry| entry.schema.glanced);
        if from.is_some_and(|from| whose.len() >= from) {
            parts.push(Box::pin(glance(&caller, kind.to_string(), whose)));
        } else {
            for whose in split(schemas, kind, whose) {
                parts.push(Box::pin(read(&caller, kind.to_string(), whose)));
            }
        }
    }
    for (address, recorded) in &recorded.resources {
        if recorded.phase == Phase::Begun {
            let (token, mark) = (recorded.token.clone(), recorded.mark.clone());
            let intent = Intent { stack: stack.clone(), address: address.clone(), token, mark };
            parts.push(Box::pin(find(&caller, address, intent, recorded)));
        }
    }
    let (mut survey, mut total, mut done) = (Survey::default(), parts.len(), 0);
    progress(Progress { done, total });
    while let Some(part) = parts.next().await {
        match part.map_err(fault)? {
            Part::Glanced(kind, found) => {
                let mut doubted = Vec::new();
                for (whose, id, live) in found {
                    match (as_recorded(schemas, recorded, &whose, live), whose) {
                        (Some(live), Whose::Current(address)) => _ = survey.live.insert(address, Some(live)),
                        (_, whose) => doubted.push((whose, id)),
                    }
                }
                for whose in split(schemas, &kind, doubted) {
                    parts.push(Box::pin(read(&caller, kind.clone(), whose)));
                    total += 1;
                }
            }
            Part::Read(found) => found.into_iter().for_each(|(whose, id, live)| match whose {
                Whose::Current(address) | Whose::New(address) => {
                    survey.live.insert(address, live);
                }
                Whose::Deposed(address) => {
                    survey.deposed.insert((address, id), live);
                }
            }),
            Part::Found(address, found) => {
                if let Some(found) = found {
                    survey.found.insert(address, found);
                }
            }
        }
        done += 1;
        progress(Progress { done, total });
    }
    Ok(survey)
}

/// The recorded identities of each kind.
fn by_kind(recorded: &State) -> BTreeMap<&str, Vec<(Whose, Id)>> {
    let mut kinds: BTreeMap<&str, Vec<(Whose, Id)>> = BTreeMap::new();
    for (address, recorded) in &recorded.resources {
        let all = kinds.entry(&address.kind).or_default();
        let whose = || if recorded.phase == Phase::Identified { Whose::New(address.clone()) } else { Whose::Current(address.clone()) };
        all.extend(recorded.id.iter().map(|id| (whose(), id.clone())));
        all.extend(recorded.deposed.iter().map(|deposed| (Whose::Deposed(address.clone()), deposed.id.clone())));
    }
    kinds
}

/// Those that one read takes: all of a kind, or one, where no call reads many.
fn split(schemas: Schemas, kind: &str, all: Vec<(Whose, Id)>) -> Vec<Vec<(Whose, Id)>> {
    if all.is_empty() {
        Vec::new()
    } else if schemas.kind(kind).is_none_or(|entry| entry.schema.batched) {
        vec![all]
    } else {
        all.into_iter().map(|one| vec![one]).collect()
    }
}

/// What a glance told, if it need not be read.
fn as_recorded(schemas: Schemas, recorded: &State, whose: &Whose, live: Option<AnyLive>) -> Option<AnyLive> {
    let Whose::Current(address) = whose else { return None };
    believed(schemas.kind(&address.kind)?, recorded.resources.get(address)?, live?)
}

async fn glance(caller: &Caller<'_>, kind: String, whose: Vec<(Whose, Id)>) -> Result<Part, Stop> {
    let calls = caller.kind(&kind)?;
    let ids: Vec<Id> = whose.iter().map(|(_, id)| id.clone()).collect();
    let address = Address::new(&kind, "*");
    let caused = Caused { address: &address, priority: 0 };
    let live = caller.call(caused, Doing::Survey, || calls.glance(caller.cx, &ids)).await?;
    Ok(Part::Glanced(kind, whose.into_iter().zip(live).map(|((whose, id), live)| (whose, id, live)).collect()))
}

async fn read(caller: &Caller<'_>, kind: String, whose: Vec<(Whose, Id)>) -> Result<Part, Stop> {
    let calls = caller.kind(&kind)?;
    let ids: Vec<Id> = whose.iter().map(|(_, id)| id.clone()).collect();
    let address = Address::new(&kind, "*");
    let caused = Caused { address: &address, priority: 0 };
    let (started, mut polls) = (Instant::now(), 0);
    loop {
        let live = caller.call(caused, Doing::Survey, || calls.read(caller.cx, &ids)).await?;
        let invisible = whose.iter().zip(&live).any(|((whose, _), live)| matches!(whose, Whose::New(_)) && live.is_none());
        if !invisible || started.elapsed() > GRACE {
            return Ok(Part::Read(whose.into_iter().zip(live).map(|((whose, id), live)| (whose, id, live)).collect()));
        }
        caller.pause(poll(polls)).await?;
        polls += 1;
    }
}

async fn find(caller: &Caller<'_>, address: &Address, intent: Intent, recorded: &crate::state::Recorded) -> Result<Part, Stop> {
    let calls = caller.kind(&address.kind)?;
    let caused = Caused { address, priority: 0 };
    let inputs = caller.schemas.kind(&address.kind).map(|entry| callable(entry.schema.inputs, &recorded.inputs)).unwrap_or_default();
    let Some(id) = caller.call(caused, Doing::Survey, || calls.find(caller.cx, &inputs, &intent)).await? else {
        return Ok(Part::Found(address.clone(), None));
    };
    let ids = [id.clone()];
    let live = caller.call(caused, Doing::Survey, || calls.read(caller.cx, &ids)).await?;
    Ok(Part::Found(address.clone(), live.into_iter().next().flatten().map(|live| (id, live))))
}

/// Nobody interrupts a survey.
fn fault(stop: Stop) -> Fault {
    match stop {
        Stop::Fault(fault) => fault,
        Stop::Interrupted => Fault {
            class: wcalang_model::kind::FaultClass::Lost,
            operation: "survey".to_string(),
            code: String::new(),
            message: "interrupted".to_string(),
            field: None,
        },
    }
}
