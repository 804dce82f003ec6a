//! `wcalang apply` and `wcalang destroy`: the cloud as the file says, or nothing of it.

use std::io::{BufRead, IsTerminal};

use wcalang_engine::apply::{Interrupt, Means, Run, apply};
use wcalang_engine::plan::{self, Act, Given, Leave, Plan, Secrets, Survey};
use wcalang_engine::state::{Journal, LocalJournal};
use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::machine;
use wcalang_model::source::{OsWorld, World};
use wcalang_model::value::{Address, Graph, Lookup};

use crate::cli::args::{ApplyArgs, DestroyArgs};
use crate::cli::out::Out;
use crate::cli::plan::{block_on, look, make, present};
use crate::cli::progress::Live;
use crate::cli::report::Report;
use crate::cli::session::{For, Session, addresses, no_state, say_notices};
use crate::cli::{Exit, Stop, prompt, saved};

/// Makes the cloud as the file says.
pub fn run(args: &ApplyArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    block_on(async {
        let mut report = Report::open(&args.stack)?;
        let saved = saved::open(&args.stack)?;
        let (stack, leave) = match &saved {
            Some(saved) => saved.arguments(&args.stack, &args.leave)?,
            None => (args.stack.clone(), args.leave.clone()),
        };
        let mut session = Session::open(&stack, For::All, out).await?;
        let opened = session.store.open(&OsWorld).map_err(|error| no_state(&error))?;
        say_notices(&opened.notices, out);
        let journal = opened.content;
        session.nothing_is_lost(journal.state()).await?;
        let live = look(&session, journal.state(), out).await?;
        let key = session.store.need_digest_key(&OsWorld).map_err(|error| no_state(&error))?;
        let mut secrets = session.secrets(Some(key));
        let leave = session.leave(&leave)?;
        let mut plan = make(&session, journal.state(), &live, &secrets, &leave);
        if prompt::secrets(&mut session.program, &plan.missing, out) {
            secrets.given = session.program.secrets.clone();
            plan = make(&session, journal.state(), &live, &secrets, &leave);
        }
        if let Some(saved) = &saved {
            saved.check(&session, journal.state(), &secrets, &plan)?;
        }
        present(&session, &plan, &mut report, out)?;
        if !plan.is_empty() && !agreed(args.yes || saved.is_some(), "apply this plan", out)? {
            return Ok(Exit::Interrupted);
        }
        if !session.key.sandbox {
            session.pins.account.get_or_insert_with(|| session.key.place.account.clone());
        }
        session.pin_blocks();
        session.write_pins()?;
        let work = Work { desired: Some(&session.graph), live: &live, secrets: &secrets, leave: &leave, plan: &plan, report };
        let exit = execute(&session, work, journal, out).await?;
        if exit == Exit::Fine {
            // Only now does nothing stand in the blocks that the file no longer has.
            session.pins.pins(&session.key).keep_only_blocks(&session.graph.blocks);
            session.write_pins()?;
        }
        Ok(exit)
    })
}

/// Deletes everything that the stack made.
pub fn destroy(args: &DestroyArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    block_on(async {
        let mut report = Report::open(&args.stack)?;
        let session = Session::open(&args.stack, For::Owner, out).await?;
        let opened = session.store.open(&OsWorld).map_err(|error| no_state(&error))?;
        say_notices(&opened.notices, out);
        let journal = opened.content;
        session.nothing_is_lost(journal.state()).await?;
        let live = look(&session, journal.state(), out).await?;
        let leave = Leave { destroy: addresses(&args.allow_destroy)?, ..Leave::default() };
        let plan = plan::destroy(journal.state(), &live, &leave, &session.facts());
        present(&session, &plan, &mut report, out)?;
        if !plan.is_empty() && !agreed(args.yes, "destroy all of this", out)? {
            return Ok(Exit::Interrupted);
        }
        let secrets = Secrets::default();
        let work = Work { desired: None, live: &live, secrets: &secrets, leave: &leave, plan: &plan, report };
        execute(&session, work, journal, out).await
    })
}

/// What a run is made of.
struct Work<'a> {
    desired: Option<&'a Graph>,
    live: &'a Survey,
    secrets: &'a Secrets,
    leave: &'a Leave,
    plan: &'a Plan,
    report: Report,
}

async fn execute(session: &Session, mut work: Work<'_>, mut journal: LocalJournal, out: &mut Out) -> Result<Exit, Box<Stop>> {
    let facts = session.facts();
    let answers = |lookup: &Lookup, output: &str| session.answer(lookup, output);
    let recorded = journal.state().clone();
    let given = Given {
        desired: work.desired,
        recorded: &recorded,
        live: work.live,
        answers: &answers,
        secrets: work.secrets,
        leave: work.leave,
        facts: &facts,
    };
    let interrupt = Interrupt::default();
    let means = Means { cx: &session.cx, random: &|| OsWorld.random(), interrupt: &interrupt, limits: &[] };
    let live = Live::run(out.is_terminal() && work.report.shows_text(), work.plan.steps.len());
    let report = &mut work.report;
    let mut events = |event| {
        report.event(&event, out);
        live.event(&event);
    };
    let run = {
        let mut running = std::pin::pin!(apply(given, work.plan, &mut journal, means, &mut events));
        loop {
            tokio::select! {
                run = &mut running => break run,
                () = asked_to_stop() => {
                    if interrupt.is_asked() {
                        leave_now();
                    }
                    live.note("stopping: what is under way is finished; once more stops at once, and is safe too");
                    interrupt.ask();
                }
            }
        }
    };
    live.clear();
    journal.close().map_err(|error| no_state(&error))?;
    Ok(tell(session, &run, &mut work, out))
}

fn tell(session: &Session, run: &Run, work: &mut Work<'_>, out: &mut Out) -> Exit {
    let (applied, report) = (work.desired.is_some(), &mut work.report);
    out.problems(&run.problems(), &session.program.files);
    let outputs = wcalang_model::value::Datum::Record(run.outputs.clone()).to_json();
    // What only brought records up to date is nobody's concern.
    let count = |steps: &[(Address, Act)]| steps.iter().filter(|(_, act)| *act != Act::Record).count();
    let (steps, skipped) = (count(&run.done), count(&run.skipped));
    let done = |address: &Address| run.done.iter().any(|(done, _)| done == address);
    let set_back: Vec<(String, Vec<&str>)> = work
        .plan
        .set_back()
        .into_iter()
        .filter(|(change, _)| done(&change.address))
        .map(|(change, fields)| (change.address.to_string(), fields.iter().map(|field| field.field.as_str()).collect()))
        .collect();
    let set_back_json: Vec<serde_json::Value> =
        set_back.iter().map(|(address, fields)| serde_json::json!({ "address": address, "fields": fields })).collect();
    let failed: Vec<String> = run.failed.iter().map(|failure| failure.address.to_string()).collect();
    let summary = serde_json::json!({
        "document": "run", "setBack": set_back_json, "done": steps, "failed": failed, "skipped": skipped, "outputs": outputs, "exit": run.exit(),
    });
    report.json(&summary, out);
    if report.shows_text() {
        let skipped = if skipped == 0 { String::new() } else { format!(", {skipped} not started") };
        let failed = if run.failed.is_empty() { String::new() } else { format!(", {} failed", run.failed.len()) };
        out.say(&format!("{steps} steps done{failed}{skipped}"));
        for (address, fields) in &set_back {
            let what =
                if fields.is_empty() { "made again, since it was gone".to_string() } else { format!("set back: {}", fields.join(", ")) };
            out.say(&format!("changed behind our back: {address} ({what})"));
        }
        if applied && let serde_json::Value::Object(outputs) = &outputs {
            for (name, value) in outputs {
                out.print(&format!("{name} = {value}\n"));
            }
        }
    }
    match run.exit() {
        0 => Exit::Fine,
        130 => Exit::Interrupted,
        _ => Exit::Incomplete,
    }
}

/// Whether the person at the terminal agrees.
fn agreed(yes: bool, what: &str, out: &mut Out) -> Result<bool, Box<Stop>> {
    if yes {
        return Ok(true);
    }
    if !std::io::stdin().is_terminal() {
        let problem = Problem::error(&machine::BAD_ARGUMENT, format!("nobody is there to ask whether to {what}"));
        return Err(problem.help("give --yes to go on without asking").into());
    }
    out.ask(&format!("{what}? [y/N] "));
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    Ok(read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Returns when the user or the system asks the run to stop.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// Ends the process at once: the journal makes this safe.
#[expect(clippy::exit, reason = "a second request to stop ends the process; nothing needs to be tidied up")]
fn leave_now() {
    std::process::exit(i32::from(Exit::Interrupted.code()))
}
