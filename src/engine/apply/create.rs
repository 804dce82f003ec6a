//! Making a resource, and finding out what a create whose answer was lost has made. Writes no journal: the intent is durable
//! before, the identity after.

use std::time::Duration;

use tokio::time::Instant;
use wcalang_model::kind::{AnyCreated, AnyKind, CreateClass, Fault, FaultClass, Id, Intent};
use wcalang_model::value::{Address, Fields};

use crate::apply::call::{Caller, Caused, Stop};
use crate::apply::retry::{Doing, poll};

/// A create to be sent.
#[derive(Clone)]
pub struct Making {
    /// The resource.
    pub address: Address,
    /// How urgent it is.
    pub priority: u32,
    /// Whether something it depends on was written by this run.
    pub fresh: bool,
    /// How it is settled.
    pub class: CreateClass,
    /// The calls of its kind.
    pub kind: &'static dyn AnyKind,
    /// Its inputs, as the call takes them.
    pub inputs: Fields,
    /// What is durable.
    pub intent: Intent,
}

/// A create that gave no identity.
#[derive(Debug)]
pub struct NotMade {
    /// Why.
    pub stop: Stop,
    /// Whether it may have happened all the same: the intent then stays open.
    pub unsure: bool,
}

/// How many lost answers in a row are settled before the run gives up.
const LOST: u32 = 6;

/// Creates. A lost answer is settled: found, or sent again where that cannot make a second one.
pub async fn create(caller: &Caller<'_>, making: &Making) -> Result<AnyCreated, NotMade> {
    let caused = Caused { address: &making.address, priority: making.priority };
    let mut lost = 0;
    loop {
        let unsure = lost > 0;
        let call = || making.kind.create(caller.cx, &making.inputs, &making.intent);
        let fault = match caller.call(caused, Doing::Create { fresh: making.fresh }, call).await {
            Ok(created) => return Ok(created),
            Err(Stop::Interrupted) => return Err(NotMade { stop: Stop::Interrupted, unsure }),
            Err(Stop::Fault(fault)) => fault,
        };
        let unsettled = |stop| NotMade { stop, unsure: true };
        match fault.class {
            FaultClass::Lost => {
                lost += 1;
                caller.waiting(&making.address, "the answer to its create was lost: looking for what it made");
                let found = match making.class {
                    CreateClass::Upsert | CreateClass::Harmless => None,
                    CreateClass::Token | CreateClass::Natural | CreateClass::Tagged => settle(caller, making).await.map_err(unsettled)?,
                };
                if let Some(id) = found {
                    return Ok(AnyCreated { id, outputs: None });
                }
                if lost >= LOST {
                    return Err(NotMade { stop: Stop::Fault(fault), unsure: true });
                }
            }
            FaultClass::Exists => {
                let found = settle(caller, making).await.map_err(|stop| NotMade { stop, unsure })?;
                return match found {
                    Some(id) => Ok(AnyCreated { id, outputs: None }),
                    None => Err(NotMade { stop: Stop::Fault(foreign(making, fault)), unsure: false }),
                };
            }
            FaultClass::NotFound | FaultClass::NotYet | FaultClass::Throttled | FaultClass::Unavailable => {
                return Err(NotMade { stop: Stop::Fault(fault), unsure });
            }
            FaultClass::Denied | FaultClass::Unreachable | FaultClass::Invalid => {
                return Err(NotMade { stop: Stop::Fault(fault), unsure });
            }
        }
    }
}

/// Finds what a create with this intent made; None only after it had time to become visible.
pub async fn settle(caller: &Caller<'_>, making: &Making) -> Result<Option<Id>, Stop> {
    let caused = Caused { address: &making.address, priority: making.priority };
    let (started, mut polls) = (Instant::now(), 0);
    loop {
        let found = caller.call(caused, Doing::Look, || making.kind.find(caller.cx, &making.inputs, &making.intent)).await?;
        let wait = poll(polls);
        if found.is_some() || started.elapsed() + wait > grace(making.class) {
            return Ok(found);
        }
        polls += 1;
        caller.pause(wait).await?;
    }
}

/// How long what was made may stay invisible. Where only a tag finds it, a wrong "not there" makes a second one; a token or a
/// unique key forgives it.
fn grace(class: CreateClass) -> Duration {
    Duration::from_secs(match class {
        CreateClass::Tagged => 60,
        CreateClass::Natural => 15,
        CreateClass::Token => 5,
        CreateClass::Upsert | CreateClass::Harmless => 2,
    })
}

/// The name is taken by something that is not ours.
fn foreign(making: &Making, fault: Fault) -> Fault {
    let message = format!(
        "{} cannot be made: what has its name is not of stack `{}` at this address ({})",
        making.address, making.intent.stack, fault.message
    );
    Fault { message, ..fault }
}
