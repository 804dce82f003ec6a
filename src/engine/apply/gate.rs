//! How many calls run at once, by family of the API, the most urgent first. Retries nothing.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use tokio::sync::oneshot;

/// Calls at once where the table says nothing.
const LIMIT: usize = 8;

/// Reads at once in a survey: more than a family has kinds, so that what shares a call is asked for together.
const READS: usize = 16;

/// The gates of all families.
pub struct Gates {
    limits: &'static [(&'static str, usize)],
    otherwise: usize,
    families: RefCell<BTreeMap<String, Family>>,
}

#[derive(Default)]
struct Family {
    running: usize,
    arrivals: u64,
    waiting: BinaryHeap<(u32, Reverse<u64>)>,
    wakers: BTreeMap<u64, oneshot::Sender<()>>,
}

/// Leave to call; ends when dropped.
pub struct Permit<'a> {
    gates: &'a Gates,
    family: String,
}

impl Gates {
    /// Gates with these limits by family.
    pub fn new(limits: &'static [(&'static str, usize)]) -> Self {
        Gates { limits, otherwise: LIMIT, families: RefCell::default() }
    }

    /// Gates of a survey.
    pub fn of_reads() -> Self {
        Gates { limits: &[], otherwise: READS, families: RefCell::default() }
    }

    /// Waits for leave to call the API of this kind; the higher the priority, the sooner.
    pub async fn enter(&self, kind: &str, priority: u32) -> Permit<'_> {
        let family = family(kind).to_string();
        if let Some(woken) = self.queue(&family, priority) {
            // The sender goes only with the gates themselves.
            let _ = woken.await;
        }
        Permit { gates: self, family }
    }

    /// Takes a place, or queues for one.
    fn queue(&self, family: &str, priority: u32) -> Option<oneshot::Receiver<()>> {
        let limit = self.limits.iter().find(|(name, _)| *name == family).map_or(self.otherwise, |&(_, limit)| limit.max(1));
        let mut families = self.families.borrow_mut();
        let family = families.entry(family.to_string()).or_default();
        if family.running < limit {
            family.running += 1;
            return None;
        }
        family.arrivals += 1;
        let (sender, receiver) = oneshot::channel();
        family.waiting.push((priority, Reverse(family.arrivals)));
        family.wakers.insert(family.arrivals, sender);
        Some(receiver)
    }
}

impl Drop for Permit<'_> {
    /// Hands the place to the most urgent that waits, or gives it up.
    fn drop(&mut self) {
        let mut families = self.gates.families.borrow_mut();
        let Some(family) = families.get_mut(&self.family) else { return };
        while let Some((_, Reverse(arrival))) = family.waiting.pop() {
            if family.wakers.remove(&arrival).is_some_and(|waker| waker.send(()).is_ok()) {
                return;
            }
        }
        family.running -= 1;
    }
}

/// The family of a kind: `ec2` of `ec2.Vpc`.
fn family(kind: &str) -> &str {
    kind.split('.').next().unwrap_or(kind)
}
