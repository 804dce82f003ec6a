//! One call: with leave of its gate, tried again as the table says, given up when the run is interrupted. Knows nothing of steps.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep};
use wcalang_model::kind::{AnyKind, Cx, Fault, FaultClass, LocalFuture, Outcome, Schemas};
use wcalang_model::value::Address;

use crate::apply::gate::Gates;
use crate::apply::retry::{Doing, budget, pause};
use crate::apply::run::RunEvent;

/// Asks a run to stop: what has not started does not start, waits are given up, calls under way are finished.
#[derive(Debug, Default)]
pub struct Interrupt {
    asked: Cell<bool>,
    wake: Notify,
}

impl Interrupt {
    /// Asks.
    pub fn ask(&self) {
        self.asked.set(true);
        self.wake.notify_waiters();
    }

    /// Whether it was asked.
    pub fn is_asked(&self) -> bool {
        self.asked.get()
    }

    /// Returns when it is asked.
    pub async fn asked(&self) {
        let woken = self.wake.notified();
        if !self.is_asked() {
            woken.await;
        }
    }
}

/// Why something ended without success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// A call failed for good.
    Fault(Fault),
    /// The run was interrupted.
    Interrupted,
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Stop::Fault(fault)
    }
}

/// What calls share.
pub struct Caller<'a> {
    /// Where they go.
    pub cx: &'a Cx,
    /// The kinds.
    pub schemas: Schemas,
    /// How many at once.
    pub gates: Gates,
    /// The wish to stop.
    pub interrupt: &'a Interrupt,
    /// Who is told.
    pub events: RefCell<&'a mut dyn FnMut(RunEvent)>,
    /// The last random number of the pauses.
    pub random: Cell<u64>,
}

/// The tries of one call.
#[derive(Debug)]
pub struct Tries {
    doing: Doing,
    started: Instant,
    attempts: u32,
}

impl Tries {
    /// None so far.
    pub fn new(doing: Doing) -> Self {
        Tries { doing, started: Instant::now(), attempts: 0 }
    }
}

/// For whom a call is made.
#[derive(Debug, Clone, Copy)]
pub struct Caused<'a> {
    /// The resource.
    pub address: &'a Address,
    /// How urgent it is.
    pub priority: u32,
}

impl Caller<'_> {
    /// The calls of a kind.
    pub fn kind(&self, name: &str) -> Outcome<&'static dyn AnyKind> {
        calls(&self.schemas, name)
    }

    /// Calls, and tries again as the table says.
    pub async fn call<'f, T>(&self, caused: Caused<'_>, doing: Doing, call: impl Fn() -> LocalFuture<'f, Outcome<T>>) -> Result<T, Stop> {
        let mut tries = Tries::new(doing);
        loop {
            match self.once(caused, call()).await? {
                Ok(answer) => return Ok(answer),
                Err(fault) => self.again(caused, &mut tries, fault).await?,
            }
        }
    }

    /// Calls once, when its gate lets it.
    pub async fn once<T>(&self, caused: Caused<'_>, call: LocalFuture<'_, Outcome<T>>) -> Result<Outcome<T>, Stop> {
        let permit = self.gates.enter(&caused.address.kind, caused.priority).await;
        if self.interrupt.is_asked() {
            return Err(Stop::Interrupted);
        }
        let answer = call.await;
        drop(permit);
        Ok(answer)
    }

    /// Returns after a pause when a failure is worth another try.
    pub async fn again(&self, caused: Caused<'_>, tries: &mut Tries, fault: Fault) -> Result<(), Stop> {
        let wait = pause(fault.class, tries.attempts, self.next());
        if budget(fault.class, tries.doing).is_none_or(|budget| tries.started.elapsed() + wait > budget) {
            return Err(Stop::Fault(fault));
        }
        tries.attempts += 1;
        self.waiting(caused.address, &fault.to_string());
        self.pause(wait).await
    }

    /// Waits, unless the run is interrupted.
    pub async fn pause(&self, wait: Duration) -> Result<(), Stop> {
        tokio::select! {
            () = sleep(wait) => Ok(()),
            () = self.interrupt.asked() => Err(Stop::Interrupted),
        }
    }

    /// Says why a step waits.
    pub fn waiting(&self, address: &Address, why: &str) {
        self.tell(RunEvent::Waiting { address: address.clone(), why: why.to_string() });
    }

    /// Tells.
    pub fn tell(&self, event: RunEvent) {
        (self.events.borrow_mut())(event);
    }

    /// The next random number (xorshift64).
    fn next(&self) -> u64 {
        let mut number = self.random.get() | 1;
        number ^= number << 13;
        number ^= number >> 7;
        number ^= number << 17;
        self.random.set(number);
        number
    }
}

/// The calls of a kind; a fault where they are not compiled in.
pub(super) fn calls(schemas: &Schemas, name: &str) -> Outcome<&'static dyn AnyKind> {
    let calls = schemas.kind(name).and_then(|entry| entry.calls);
    calls.ok_or_else(|| Fault {
        class: FaultClass::Invalid,
        operation: name.to_string(),
        code: String::new(),
        message: "this build has no calls for this kind".to_string(),
        field: None,
    })
}
