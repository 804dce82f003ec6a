//! Deleting, until it is gone. Asks for no leave: the plan had it. Writes no journal.

use std::time::Duration;

use tokio::time::Instant;
use wcalang_model::kind::{AnyKind, AnyLive, Deletion, FaultClass, Gone, Id};
use wcalang_model::value::Fields;

use crate::apply::call::{Caller, Caused, Stop};
use crate::apply::finish::fault;
use crate::apply::retry::{Doing, poll};
use crate::plan::complete;

/// How long something just made may stay invisible.
const GRACE: Duration = Duration::from_secs(60);
/// How long a deletion may take.
const PATIENCE: Duration = Duration::from_secs(3600);

/// Something to be deleted.
pub struct Removing {
    /// The calls of its kind.
    pub kind: &'static dyn AnyKind,
    /// Its identity.
    pub id: Id,
    /// As the survey saw it; None: it is read first.
    pub live: Option<AnyLive>,
    /// Whether it was just made: it may not be visible yet.
    pub new: bool,
    /// Its recorded inputs: they stand for what a read cannot see.
    pub recorded: Fields,
    /// How.
    pub how: Deletion,
}

/// Deletes; what is gone already is deleted.
pub async fn remove(caller: &Caller<'_>, caused: Caused<'_>, removing: &Removing) -> Result<(), Stop> {
    let (kind, id) = (removing.kind, &removing.id);
    let live = match removing.live.clone() {
        Some(live) => Some(live),
        None => look(caller, caused, removing).await?,
    };
    let Some(mut live) = live else { return Ok(()) };
    if let Some(entry) = caller.schemas.kind(&caused.address.kind) {
        live = complete(entry, live, &removing.recorded);
    }
    let (started, mut polls, mut said) = (Instant::now(), 0, String::new());
    loop {
        let why = match caller.call(caused, Doing::Delete, || kind.delete(caller.cx, id, &live, &removing.how)).await {
            Ok(Gone::Yes) => return Ok(()),
            Ok(Gone::Wait(why)) => why,
            Err(Stop::Fault(fault)) if fault.class == FaultClass::NotFound => return Ok(()),
            Err(stop) => return Err(stop),
        };
        if started.elapsed() > PATIENCE {
            let message = format!("it is not gone after an hour: {why}");
            return Err(Stop::Fault(fault(caused.address, "delete", FaultClass::NotYet, message)));
        }
        if why != said {
            caller.waiting(caused.address, &why);
            said = why;
        }
        caller.pause(poll(polls)).await?;
        polls += 1;
    }
}

/// Reads it; None: it is gone.
async fn look(caller: &Caller<'_>, caused: Caused<'_>, removing: &Removing) -> Result<Option<AnyLive>, Stop> {
    let (started, mut polls, ids) = (Instant::now(), 0, [removing.id.clone()]);
    loop {
        let live = caller.call(caused, Doing::Look, || removing.kind.read(caller.cx, &ids)).await?;
        let live = live.into_iter().next().flatten();
        if live.is_some() || !removing.new || started.elapsed() > GRACE {
            return Ok(live);
        }
        caller.pause(poll(polls)).await?;
        polls += 1;
    }
}
