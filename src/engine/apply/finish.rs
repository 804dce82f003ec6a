//! From an identity to a finished resource: read, compare, update, wait until it is ready. The same for what was just made, for
//! what an interrupted run left half done, and for what the file changes. Writes no journal.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;
use wcalang_model::kind::{AnyKind, AnyLive, Changed, Entry, Fault, FaultClass, Id, KindSchema, LocalFuture, Outcome, Ready};
use wcalang_model::value::{Address, Fields, Resource};

use crate::apply::call::{Caller, Caused, Stop, Tries};
use crate::apply::retry::{Doing, poll};
use crate::plan::{Held, Owned, Sides, Wanted, callable, complete, diff, seen};
use crate::state::DigestKey;

/// A resource to be finished.
pub struct Finishing<'a> {
    /// What the file says of it.
    pub resource: &'a Resource,
    /// Its kind.
    pub entry: &'static Entry,
    /// The calls of its kind.
    pub kind: &'static dyn AnyKind,
    /// How urgent it is.
    pub priority: u32,
    /// Its identity.
    pub id: Id,
    /// What the file wants, all of it known.
    pub wanted: Wanted,
    /// The inputs that were recorded or sent.
    pub recorded: Fields,
    /// As the survey saw it; None: it is read first.
    pub live: Option<AnyLive>,
    /// The fields that others own.
    pub owned: BTreeMap<String, Owned>,
    /// The field that cannot be read and that somebody else has set.
    pub meddled: Option<&'static str>,
    /// The key of digests.
    pub key: Option<&'a DigestKey>,
    /// Whether it was just made: it may not be visible yet.
    pub new: bool,
    /// Whether it, or something it depends on, was written by this run.
    pub fresh: bool,
}

/// What came of it.
pub struct Finished {
    /// Its outputs.
    pub outputs: Fields,
    /// What the cloud has in fields that the file does not give.
    pub seen: Fields,
}

/// How long something just made may stay invisible (EC2, ECS and RDS answer "not found" for a while).
const GRACE: Duration = Duration::from_secs(120);
/// How long anything may take to become ready.
const PATIENCE: Duration = Duration::from_secs(3600);
/// How long it may take to replace what runs in something.
const PATIENCE_TO_ROLL: Duration = Duration::from_secs(6 * 3600);

/// Updates what differs; gives the outputs, and what the cloud has in fields that the file does not give.
pub async fn finish(caller: &Caller<'_>, mut finishing: Finishing<'_>) -> Result<Finished, Stop> {
    let caused = Caused { address: &finishing.resource.address, priority: finishing.priority };
    let mut live = match finishing.live.take() {
        Some(live) => live,
        None => read(caller, caused, &finishing).await?,
    };
    let mut tries = Tries::new(Doing::Update { fresh: finishing.fresh });
    let mut updated = false;
    loop {
        let changed = changed(&finishing, &live);
        if changed.0.is_empty() {
            break;
        }
        let new = inputs(&finishing, &live);
        let seen = complete(finishing.entry, live.clone(), &finishing.recorded);
        let update = finishing.kind.update(caller.cx, &finishing.id, &seen, &new, &changed);
        match caller.once(caused, update).await? {
            Ok(()) => {
                updated = true;
                break;
            }
            Err(fault) => {
                let not_yet = fault.class == FaultClass::NotYet;
                if not_yet && finishing.entry.schema.waits {
                    // Much of what is still being made cannot be changed until it is ready.
                    wait_ready(caller, caused, finishing.kind, &finishing.id, finishing.new).await?;
                }
                caller.again(caused, &mut tries, fault).await?;
                live = read(caller, caused, &finishing).await?;
            }
        }
    }
    if updated && !is_settled(finishing.entry.schema, &live.outputs) {
        live = read(caller, caused, &finishing).await?;
    }
    let seen = seen(finishing.entry, &finishing.wanted.fields, &finishing.owned, &live);
    Ok(Finished { outputs: live.outputs, seen })
}

/// Waits until dependents may use it; gives its outputs, read again where they may have changed meanwhile.
pub async fn ready(
    caller: &Caller<'_>,
    address: &Address,
    priority: u32,
    schema: &'static KindSchema,
    id: &Id,
    new: bool,
    outputs: Fields,
) -> Result<Fields, Stop> {
    let (caused, kind) = (Caused { address, priority }, caller.kind(&address.kind)?);
    let polls = wait_ready(caller, caused, kind, id, new).await?;
    let complete = schema.outputs.fields.iter().all(|field| outputs.contains_key(field.name));
    if polls == 0 && complete {
        return Ok(outputs);
    }
    let ids = [id.clone()];
    let live = caller.call(caused, Doing::Look, || kind.read(caller.cx, &ids)).await?;
    Ok(live.into_iter().next().flatten().map_or(outputs, |live| live.outputs))
}

/// Replaces what runs in it and is not as it should be, and follows that to its end.
pub async fn roll(caller: &Caller<'_>, caused: Caused<'_>, kind: &dyn AnyKind, id: &Id) -> Result<(), Stop> {
    caller.call(caused, Doing::Update { fresh: false }, || kind.roll(caller.cx, id)).await?;
    wait(caller, caused, || kind.rolled(caller.cx, id), Wait { patience: PATIENCE_TO_ROLL, new: false }).await.map(|_| ())
}

/// Asks until it is ready; gives how often it was not.
async fn wait_ready(caller: &Caller<'_>, caused: Caused<'_>, kind: &dyn AnyKind, id: &Id, new: bool) -> Result<u32, Stop> {
    wait(caller, caused, || kind.ready(caller.cx, id), Wait { patience: PATIENCE, new }).await
}

/// How to wait.
struct Wait {
    patience: Duration,
    /// It was just made, and may not be visible yet.
    new: bool,
}

async fn wait<'f>(
    caller: &Caller<'_>,
    caused: Caused<'_>,
    ask: impl Fn() -> LocalFuture<'f, Outcome<Ready>>,
    how: Wait,
) -> Result<u32, Stop> {
    let Wait { patience, new } = how;
    let (started, mut polls, mut said) = (Instant::now(), 0, String::new());
    loop {
        let why = match caller.call(caused, Doing::Look, &ask).await {
            Ok(Ready::Yes) => return Ok(polls),
            Ok(Ready::Wait(why)) => why,
            Ok(Ready::Failed(why)) => return Err(Stop::Fault(fault(caused.address, "ready", FaultClass::Invalid, why))),
            Err(Stop::Fault(fault)) if fault.class == FaultClass::NotFound && new && started.elapsed() < GRACE => fault.to_string(),
            Err(stop) => return Err(stop),
        };
        if started.elapsed() > patience {
            let message = format!("it is not ready after {} h: {why}", patience.as_secs() / 3600);
            return Err(Stop::Fault(fault(caused.address, "ready", FaultClass::Invalid, message)));
        }
        if why != said {
            caller.waiting(caused.address, &why);
            said = why;
        }
        caller.pause(poll(polls)).await?;
        polls += 1;
    }
}

/// Reads it. What was just made may not be visible yet; what is recorded must be.
async fn read(caller: &Caller<'_>, caused: Caused<'_>, finishing: &Finishing<'_>) -> Result<AnyLive, Stop> {
    let (started, mut polls, ids) = (Instant::now(), 0, [finishing.id.clone()]);
    loop {
        let answer = caller.call(caused, Doing::Look, || finishing.kind.read(caller.cx, &ids)).await;
        let live = match answer {
            Ok(live) => live.into_iter().next().flatten(),
            Err(Stop::Fault(fault)) if fault.class == FaultClass::NotFound => None,
            Err(stop) => return Err(stop),
        };
        if let Some(live) = live {
            return Ok(live);
        }
        if !finishing.new || started.elapsed() > GRACE {
            let message = format!("{} is gone", finishing.id);
            return Err(Stop::Fault(fault(caused.address, "read", FaultClass::NotFound, message)));
        }
        caller.pause(poll(polls)).await?;
        polls += 1;
    }
}

fn changed(finishing: &Finishing<'_>, live: &AnyLive) -> Changed {
    let Finishing { entry, resource, wanted, recorded, owned, meddled, key, .. } = finishing;
    let sides = Sides { entry, resource, wanted, recorded: Some(recorded), seen: None, live, owned, meddled: *meddled, key: *key };
    Changed(diff(sides).fields.into_iter().map(|field| field.field).collect())
}

/// What the update takes: what the file wants, and of what others own what is, if it may be.
fn inputs(finishing: &Finishing<'_>, live: &AnyLive) -> Fields {
    let mut fields = callable(finishing.entry.schema.inputs, &finishing.wanted.fields);
    for (name, owned) in &finishing.owned {
        let live = live.inputs.get(name);
        let kept = match owned.held(fields.get(name), live) {
            Held::AsWanted | Held::Inside => live.cloned(),
            Held::Outside(back) => back,
        };
        fields.extend(kept.map(|kept| (name.clone(), kept)));
    }
    fields
}

/// Whether an update cannot have changed these outputs.
fn is_settled(schema: &KindSchema, outputs: &Fields) -> bool {
    schema.outputs.fields.iter().all(|field| (field.stable || field.identity) && outputs.contains_key(field.name))
}

/// A failure that the engine itself finds.
pub fn fault(address: &Address, operation: &str, class: FaultClass, message: impl Into<String>) -> Fault {
    Fault { class, operation: format!("{}:{operation}", address.kind), code: String::new(), message: message.into(), field: None }
}
