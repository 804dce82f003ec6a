//! `wcalang lock`: asks the cloud for the answers of lookups, and pins them, with the address blocks that are allocated.

use wcalang_model::value::{Block, Datum};

use crate::cli::args::LockArgs;
use crate::cli::out::Out;
use crate::cli::plan::block_on;
use crate::cli::session::{For, Session};
use crate::cli::{Exit, Stop};

/// Pins what the file looks up, and the blocks it leaves to be allocated.
pub fn run(args: &LockArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    block_on(async {
        let mut session = Session::open(&args.stack, For::All, out).await?;
        if args.update {
            session.pins.pins(&session.key).forget_answers();
            session.write_pins()?;
            session = Session::open(&args.stack, For::All, out).await?;
        }
        for (lookup, fields) in &session.answers {
            session.pins.pins(&session.key).set(lookup, fields.clone());
            let json = |fields: &wcalang_model::value::Fields| Datum::Record(fields.clone()).to_json();
            out.print(&format!("lookup.{} {} = {}\n", lookup.name, json(&lookup.arguments), json(fields)));
        }
        session.pin_blocks();
        for (Block { network, tier, zone }, net) in &session.graph.blocks {
            out.print(&format!("{network} {tier} {zone} = {net}\n"));
        }
        session.write_pins()?;
        Ok(Exit::Fine)
    })
}
