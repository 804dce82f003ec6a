//! Which failures are worth another try, how long, and how soon: the one table. Calls nothing.

use std::time::Duration;

use wcalang_model::kind::FaultClass;

/// What is being done, as far as trying again goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// A read for a plan.
    Survey,
    /// A read, a search, or asking for readiness during a run.
    Look,
    /// A create: what may have happened is settled, never blindly repeated.
    Create {
        /// Whether something that it depends on was written by this run.
        fresh: bool,
    },
    /// An update, from the state read.
    Update {
        /// Whether it, or something that it depends on, was written by this run.
        fresh: bool,
    },
    /// A delete.
    Delete,
}

/// For how long a failure of this class is tried again; None: not at all.
///
/// Something just made takes its time to be seen everywhere (IAM: usually 2 s, up to 30 s observed), so what depends on it gets
/// two minutes; where nothing was just made, the same code means that it is simply missing.
pub fn budget(class: FaultClass, doing: Doing) -> Option<Duration> {
    let seconds = match (class, doing) {
        (FaultClass::Throttled | FaultClass::Unavailable, _) => 120,
        (FaultClass::Lost, Doing::Create { .. }) => return None,
        (FaultClass::Lost, Doing::Survey | Doing::Look | Doing::Update { .. } | Doing::Delete) => 120,
        (FaultClass::NotYet, Doing::Create { fresh } | Doing::Update { fresh }) => {
            if fresh {
                120
            } else {
                15
            }
        }
        (FaultClass::NotYet, Doing::Delete) => 600,
        (FaultClass::NotYet, Doing::Survey | Doing::Look) => 15,
        (FaultClass::NotFound, Doing::Create { fresh: true } | Doing::Update { fresh: true }) => 120,
        (FaultClass::NotFound, _) => return None,
        (FaultClass::Unreachable, Doing::Survey) => return None,
        (FaultClass::Unreachable, _) => 15,
        (FaultClass::Exists | FaultClass::Denied | FaultClass::Invalid, _) => return None,
    };
    Some(Duration::from_secs(seconds))
}

/// How long to wait before the next try: dense at first, then exponential with full jitter. `random` is any number.
pub fn pause(class: FaultClass, attempt: u32, random: u64) -> Duration {
    let (first, most) = match class {
        FaultClass::Throttled => (400, 20_000),
        FaultClass::NotYet | FaultClass::NotFound | FaultClass::Exists => (250, 5_000),
        FaultClass::Unavailable | FaultClass::Lost | FaultClass::Unreachable => (250, 10_000),
        FaultClass::Denied | FaultClass::Invalid => (1_000, 1_000),
    };
    // The first tries are dense: most of what is not there yet is there in a second or two.
    let ceiling = (first << attempt.saturating_sub(3).min(10)).min(most);
    Duration::from_millis(ceiling / 2 + random % (ceiling / 2 + 1))
}

/// The pauses of waiting for readiness or for the end of a deletion: from a quarter of a second to ten seconds.
pub fn poll(attempt: u32) -> Duration {
    Duration::from_millis((250_u64 << attempt.min(6)).min(10_000))
}
