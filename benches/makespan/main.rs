//! How long an apply and a destroy of the acceptance stack take, beside the longest chain of their steps: `cargo run --release -p
//! wcalang-makespan`.
//!
//! The engine runs the real graph with the real kinds and its usual limits; the cloud is simulated, as slow as the plan's own estimate
//! says, and time is virtual. So the two differ by what the engine adds: queues, pauses, the order in which it begins.

#![expect(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_methods, reason = "a bench prints what it measured")]

mod cloud;
#[path = "../../src/cli/facts.rs"]
mod facts;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use tokio::time::Instant;
use wcalang_engine::apply::{Interrupt, Means, apply, survey};
use wcalang_engine::plan::{Given, Leave, Plan, Secrets, destroy, plan};
use wcalang_engine::state::{DigestKey, Journal, MemoryJournal, State};
use wcalang_lang::inputs::Given as Input;
use wcalang_lang::{NoPins, Request, Unit};
use wcalang_model::source::{Files, MemoryWorld};
use wcalang_model::value::{Graph, Secret};

use crate::cloud::{Cloud, answer, place, schemas};

/// How much longer than its longest chain a run may take, in per cent.
const MOST: f64 = 5.0;

/// A run: what its plan says, and what it took.
struct Taken {
    what: String,
    steps: usize,
    critical: f64,
    makespan: f64,
    calls: u32,
}

impl Taken {
    fn beyond(&self) -> f64 {
        (self.makespan / self.critical - 1.0) * 100.0
    }
}

fn main() -> ExitCode {
    match runs() {
        Ok(runs) => {
            println!("{:44} {:>6} {:>14} {:>12} {:>9} {:>6}", "", "steps", "critical path", "makespan", "beyond", "calls");
            for run in &runs {
                let (critical, makespan) = (format!("{:.1} s", run.critical), format!("{:.1} s", run.makespan));
                println!("{:44} {:6} {critical:>14} {makespan:>12} {:8.1} % {:6}", run.what, run.steps, run.beyond(), run.calls);
            }
            if runs.iter().all(|run| run.beyond() <= MOST) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

/// Both members of the acceptance stack, made and destroyed.
fn runs() -> Result<Vec<Taken>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let mut runs = Vec::new();
    for env in ["prod", "staging"] {
        runs.extend(runtime.block_on(measure(env))?);
    }
    Ok(runs)
}

async fn measure(env: &str) -> Result<Vec<Taken>, String> {
    let (graph, secrets) = compile(env)?;
    let facts = wcalang_engine::plan::Facts { schemas: schemas(), ..facts::facts(place()) };
    let cloud = Cloud::new();
    let cx = cloud.cx();
    let interrupt = Interrupt::default();
    let counter = Cell::new(0);
    let random = || {
        counter.set(counter.get() + 1);
        counter.get()
    };
    let means = Means { cx: &cx, random: &random, interrupt: &interrupt, limits: &[] };
    let mut journal = MemoryJournal::new(State::new(&graph.stack.name));
    let mut taken = Vec::new();
    for (verb, desired) in [("apply", Some(&graph)), ("destroy", None)] {
        let recorded = journal.state().clone();
        let live = survey(&cx, facts.schemas, &recorded, &mut |_| {}).await.map_err(|fault| format!("survey: {fault}"))?;
        let leave = Leave { destroy: recorded.resources.keys().cloned().collect(), ..Leave::default() };
        let given = Given { desired, recorded: &recorded, live: &live, answers: &answer, secrets: &secrets, leave: &leave, facts: &facts };
        let plan: Plan = if desired.is_some() { plan(given) } else { destroy(&recorded, &live, &leave, &facts) };
        let (started, before) = (Instant::now(), cloud.calls());
        let run = apply(given, &plan, &mut journal, means, &mut |_| {}).await;
        let elapsed: Duration = started.elapsed();
        if run.exit() != 0 {
            let problems = plan.problems.0.iter().chain(&plan.refusals.0).map(|problem| problem.message.clone());
            let faults = run.failed.iter().map(|failure| format!("{}: {}", failure.address, failure.fault));
            return Err(format!("{verb} fails: {}", problems.chain(faults).collect::<Vec<_>>().join("\n")));
        }
        taken.push(Taken {
            what: format!("{verb} examples/wca-live.wca, {env}"),
            steps: plan.steps.len(),
            critical: f64::from(plan.critical_path()),
            makespan: elapsed.as_secs_f64(),
            calls: cloud.calls() - before,
        });
    }
    Ok(taken)
}

/// A member of the stack, all of its secrets given.
fn compile(env: &str) -> Result<(Graph, Secrets), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/wca-live.wca");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut files = Files::default();
    let file = files.add("wca-live.wca", text);
    let mut unit = Unit::read(&files, file);
    let inputs = unit.inputs(&mut files, facts::facts(place()).schemas);
    let secrets: BTreeSet<String> = inputs.into_iter().filter(|input| input.secret).map(|input| input.name).collect();
    let given = BTreeMap::from([("env".to_string(), Input::Text(env.to_string()))]);
    let request = Request { schemas: facts::facts(place()).schemas, pins: &NoPins, given: &given, secrets: &secrets };
    let compiled = unit.compile(&mut files, &request);
    if let Some(problem) = compiled.problems.0.first() {
        return Err(format!("examples/wca-live.wca: {}", problem.message));
    }
    let given = secrets.into_iter().map(|name| (name, Secret::new("simulated"))).collect();
    let key = Some(DigestKey::new(&MemoryWorld::default()));
    compiled.graph.map(|graph| (graph, Secrets { given, key })).ok_or_else(|| "no graph".to_string())
}

#[test]
fn the_makespan_is_near_the_critical_path() {
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(|| {
        let runs = runs().map_err(|reason| panic!("{reason}")).into_iter().flatten();
        let slow: Vec<String> = runs.filter(|run| run.beyond() > MOST).map(|run| format!("{}: {:.1} %", run.what, run.beyond())).collect();
        assert_eq!(slow, Vec::<String>::new(), "beyond the critical path");
    });
    assert!(thread.is_ok_and(|thread| thread.join().is_ok()));
}
