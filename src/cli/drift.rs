//! `wcalang drift`: what was changed behind our back, apart from what the file asks for. Reads only.

use wcalang_aws::SCHEMAS;
use wcalang_engine::plan::{self, Leave, Style};

use crate::cli::args::DriftArgs;
use crate::cli::out::Out;
use crate::cli::plan::{block_on, look, make};
use crate::cli::report::Report;
use crate::cli::session::{For, Session, no_state, say_notices};
use crate::cli::{Exit, Stop};

/// Shows the drift of a stack.
pub fn run(args: &DriftArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    block_on(async {
        let mut report = Report::open(&args.stack)?;
        let session = Session::open(&args.stack, For::All, out).await?;
        let state = session.store.read().map_err(|error| no_state(&error))?;
        say_notices(&state.notices, out);
        session.nothing_is_lost(&state.content).await?;
        let live = look(&session, &state.content, out).await?;
        let secrets = session.secrets(session.store.digest_key().map_err(|error| no_state(&error))?);
        let drift = plan::drift(make(&session, &state.content, &live, &secrets, &Leave::default()));
        report.plan(&drift, &session.program.files, out);
        if report.shows_text() {
            let style = if out.colors() { Style::Color } else { Style::Plain };
            out.print(&plan::show_drift(&drift, &SCHEMAS, style));
        }
        Ok(if plan::has_drift(&drift) { Exit::Pending } else { Exit::Fine })
    })
}
