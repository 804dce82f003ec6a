//! `wcalang output`: the outputs of the stack, as the last apply recorded them.

use wcalang_model::base::nearest;
use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::machine;
use wcalang_model::value::Datum;

use crate::cli::args::OutputArgs;
use crate::cli::out::Out;
use crate::cli::state::recorded;
use crate::cli::{Exit, Stop};

/// Shows outputs.
pub fn run(args: &OutputArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    let state = recorded(&args.stack, out)?;
    let Some(name) = &args.name else {
        let all = Datum::Record(state.outputs.clone()).to_json();
        if args.stack.json {
            out.print(&format!("{all:#}\n"));
        } else {
            for (name, value) in &state.outputs {
                out.print(&format!("{name} = {}\n", value.to_json()));
            }
        }
        return Ok(Exit::Fine);
    };
    let Some(value) = state.outputs.get(name) else {
        let near = nearest(name, state.outputs.keys().map(String::as_str));
        let known: Vec<&str> = state.outputs.keys().map(String::as_str).collect();
        let help = near.map_or_else(|| format!("recorded are: {}", known.join(", ")), |near| format!("did you mean {near}?"));
        return Err(Problem::error(&machine::NOTHING_KNOWN, format!("no output is called {name}")).help(help).into());
    };
    let raw = value.as_str().filter(|_| args.raw).map(str::to_string);
    out.print(&format!("{}\n", raw.unwrap_or_else(|| value.to_json().to_string())));
    Ok(Exit::Fine)
}
