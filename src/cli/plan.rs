//! `wcalang plan`: what `apply` would do.

use wcalang_aws::SCHEMAS;
use wcalang_engine::apply::survey;
use wcalang_engine::plan::{Given, Leave, Plan, Secrets, Style, Survey, plan, show};
use wcalang_engine::state::State;
use wcalang_model::source::OsWorld;

use crate::cli::args::{PlanArgs, StackArgs};
use crate::cli::out::Out;
use crate::cli::progress::Live;
use crate::cli::report::Report;
use crate::cli::saved;
use crate::cli::session::{For, Session, no_state, say_notices, unreachable};
use crate::cli::{Exit, Stop};

/// Plans, and shows the plan.
pub fn run(args: &PlanArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    block_on(async {
        let mut report = Report::open(&args.stack)?;
        let Seen { session, state, live } = see(&args.stack, out).await?;
        let key = match args.out {
            // A saved plan says of secrets whether they are the same, so they need a key.
            Some(_) => Some(session.store.need_digest_key(&OsWorld).map_err(|error| no_state(&error))?),
            None => session.store.digest_key().map_err(|error| no_state(&error))?,
        };
        let secrets = session.secrets(key);
        let plan = make(&session, &state, &live, &secrets, &session.leave(&args.leave)?);
        present(&session, &plan, &mut report, out)?;
        if let Some(path) = &args.out {
            saved::save(path, &session, &args.leave, &state, &secrets, &plan)?;
            out.say(&format!(
                "saved in {}: `wcalang apply {}` does this, or refuses if something has moved",
                path.display(),
                path.display()
            ));
        }
        Ok(if plan.is_empty() { Exit::Fine } else { Exit::Pending })
    })
}

/// A stack, what is recorded of it, and what the cloud has.
pub struct Seen {
    /// The stack.
    pub session: Session,
    /// What is recorded.
    pub state: State,
    /// What the cloud has.
    pub live: Survey,
}

/// Opens a stack to read only.
pub async fn see(args: &StackArgs, out: &mut Out) -> Result<Seen, Box<Stop>> {
    let session = Session::open(args, For::All, out).await?;
    let read = session.store.read().map_err(|error| no_state(&error))?;
    say_notices(&read.notices, out);
    let state = read.content;
    session.nothing_is_lost(&state).await?;
    let live = look(&session, &state, out).await?;
    Ok(Seen { session, state, live })
}

/// Runs a future of this one thread to its end.
pub fn block_on<T>(future: impl Future<Output = Result<T, Box<Stop>>>) -> Result<T, Box<Stop>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        wcalang_model::diag::Problem::error(&wcalang_model::diag::catalogue::machine::UNREADABLE_FILE, format!("no runtime: {error}"))
    })?;
    runtime.block_on(future)
}

/// Reads the cloud.
pub async fn look(session: &Session, state: &State, out: &mut Out) -> Result<Survey, Box<Stop>> {
    let live = Live::new(out.is_terminal());
    let read = survey(&session.cx, SCHEMAS, state, &mut |progress| live.survey(progress)).await;
    live.clear();
    read.map_err(|fault| unreachable(&fault, &wcalang_aws::Connection::default()))
}

/// The plan for a session.
pub fn make(session: &Session, state: &State, live: &Survey, secrets: &Secrets, leave: &Leave) -> Plan {
    let facts = session.facts();
    let answers = |lookup: &wcalang_model::value::Lookup, output: &str| session.answer(lookup, output);
    plan(Given { desired: Some(&session.graph), recorded: state, live, answers: &answers, secrets, leave, facts: &facts })
}

/// Shows a plan, or says why there is none.
pub fn present(session: &Session, plan: &Plan, report: &mut Report, out: &mut Out) -> Result<(), Box<Stop>> {
    let files = &session.program.files;
    out.problems(&plan.problems, files);
    if plan.problems.has_errors() {
        return Err(Stop::mistakes(Default::default(), files));
    }
    report.plan(plan, files, out);
    if report.shows_text() {
        let style = if out.colors() { Style::Color } else { Style::Plain };
        out.print(&show(plan, &SCHEMAS, style));
    }
    if !plan.refusals.is_empty() {
        return Err(Stop::mistakes(plan.refusals.clone(), files).with(Exit::Refused));
    }
    Ok(())
}
