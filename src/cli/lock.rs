//! `wcalang lock`: asks the cloud for the answers of lookups, and pins them.

use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::engine;

use crate::cli::args::LockArgs;
use crate::cli::out::Out;
use crate::cli::plan::block_on;
use crate::cli::session::{For, Session};
use crate::cli::{Exit, Stop};

/// Pins what the file looks up.
pub fn run(args: &LockArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    block_on(async {
        let mut session = Session::open(&args.stack, For::All, out).await?;
        if session.key.sandbox {
            let problem =
                Problem::warning(&engine::LOOKUP_UNANSWERED, "an emulator's answers are not pinned: they change with every start of it");
            out.problem(problem.help("run `wcalang lock` against AWS"));
        } else {
            if args.update {
                session.pins.pins(&session.key).forget_answers();
                session.pins.write(&session.program.lock_path()).map_err(|error| error.problem())?;
                session = Session::open(&args.stack, For::All, out).await?;
            }
            session.pins.write(&session.program.lock_path()).map_err(|error| error.problem())?;
        }
        for (lookup, fields) in &session.answers {
            let answer = wcalang_model::value::Datum::Record(fields.clone()).to_json();
            let arguments = wcalang_model::value::Datum::Record(lookup.arguments.clone()).to_json();
            out.print(&format!("lookup.{} {arguments} = {answer}\n", lookup.name));
        }
        Ok(Exit::Fine)
    })
}
