//! Asks the cloud what is not pinned yet.

use futures::StreamExt as _;
use futures::stream;
use wcalang_model::kind::{Cx, Fault, FaultClass, Outcome, Schemas};
use wcalang_model::value::{Fields, Lookup};

use crate::lookup::Pins;
use crate::lookup::pins::question;

/// How many are asked at a time: enough to hide the latency, too few to be throttled.
const AT_ONCE: usize = 8;

/// What came of the lookups of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answered {
    /// The answers, pinned before or now, each lookup once and in the order given.
    pub answers: Vec<(Lookup, Fields)>,
    /// Those that the cloud did not answer.
    pub faults: Vec<(Lookup, Fault)>,
}

/// Answers lookups from the pins, asks the cloud for the rest, all at once, and pins what it says. A fault pins nothing and
/// stops no other lookup.
pub async fn resolve(cx: &Cx, schemas: &Schemas, lookups: Vec<Lookup>, pins: &mut Pins) -> Answered {
    let mut seen = Vec::new();
    let lookups: Vec<Lookup> = lookups
        .into_iter()
        .filter(|lookup| {
            let question = question(lookup);
            let new = !seen.contains(&question);
            seen.push(question);
            new
        })
        .collect();
    let unpinned: Vec<&Lookup> = lookups.iter().filter(|lookup| pins.get(lookup).is_none()).collect();
    let calls = unpinned.into_iter().map(|lookup| async move { (lookup, ask(cx, schemas, lookup).await) });
    let asked: Vec<_> = stream::iter(calls).buffered(AT_ONCE).collect().await;
    let mut answered = Answered::default();
    for (lookup, outcome) in asked {
        match outcome {
            Ok(answer) => pins.set(lookup, answer),
            Err(fault) => answered.faults.push((lookup.clone(), fault)),
        }
    }
    let answers = lookups.iter().filter_map(|lookup| Some((lookup.clone(), pins.get(lookup)?.clone())));
    answered.answers = answers.collect();
    answered
}

async fn ask(cx: &Cx, schemas: &Schemas, lookup: &Lookup) -> Outcome<Fields> {
    let refused = |message: String| Fault {
        class: FaultClass::Invalid,
        operation: format!("lookup.{}", lookup.name),
        code: String::new(),
        message,
        field: None,
    };
    let entry = schemas.lookup(&lookup.name).ok_or_else(|| refused("there is no such lookup".to_string()))?;
    let call = entry.ask.ok_or_else(|| refused("this build of wcalang makes no calls to AWS".to_string()))?;
    call(cx, &lookup.arguments).await
}
