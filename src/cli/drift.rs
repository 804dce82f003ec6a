//! `wcalang drift`: what was changed behind our back, apart from what the file asks for. Reads only.

use wcalang_aws::SCHEMAS;
use wcalang_engine::plan::{self, Leave, Style};

use crate::cli::args::DriftArgs;
use crate::cli::out::Out;
use crate::cli::plan::{Seen, block_on, make, see};
use crate::cli::report::Report;
use crate::cli::session::no_state;
use crate::cli::{Exit, Stop};

/// Shows the drift of a stack.
pub fn run(args: &DriftArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    block_on(async {
        let mut report = Report::open(&args.stack)?;
        let Seen { session, state, live } = see(&args.stack, out).await?;
        let secrets = session.secrets(session.store.digest_key().map_err(|error| no_state(&error))?);
        let drift = plan::drift(make(&session, &state, &live, &secrets, &Leave::default()));
        report.plan(&drift, &session.program.files, out);
        if report.shows_text() {
            let style = if out.colors() { Style::Color } else { Style::Plain };
            out.print(&plan::show_drift(&drift, &SCHEMAS, style));
        }
        Ok(if plan::has_drift(&drift) { Exit::Pending } else { Exit::Fine })
    })
}
