//! `wcalang lock`: asks the cloud for the answers of lookups, and pins them.

use wcalang_model::value::Datum;

use crate::cli::args::LockArgs;
use crate::cli::out::Out;
use crate::cli::plan::block_on;
use crate::cli::program::Program;
use crate::cli::session::{For, Session};
use crate::cli::{Exit, Stop};

/// Pins what the file looks up.
pub fn run(args: &LockArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    block_on(async {
        let mut session = Session::open(&args.stack, For::All, out).await?;
        if args.update {
            session.pins.pins(&session.key).forget_answers();
            write(&session.program, &session)?;
            session = Session::open(&args.stack, For::All, out).await?;
        }
        for (lookup, fields) in &session.answers {
            session.pins.pins(&session.key).set(lookup, fields.clone());
            let json = |fields: &wcalang_model::value::Fields| Datum::Record(fields.clone()).to_json();
            out.print(&format!("lookup.{} {} = {}\n", lookup.name, json(&lookup.arguments), json(fields)));
        }
        write(&session.program, &session)?;
        Ok(Exit::Fine)
    })
}

fn write(program: &Program, session: &Session) -> Result<(), Box<Stop>> {
    Ok(session.pins.write(&program.lock_path()).map_err(|error| error.problem())?)
}
