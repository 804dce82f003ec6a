//! `wcalang explain`: what a code means.

use wcalang_model::base::nearest;
use wcalang_model::diag::catalogue::{self, machine};
use wcalang_model::diag::{Code, Problem};

use crate::cli::out::Out;
use crate::cli::wrap::wrap;
use crate::cli::{Exit, Stop};

/// Explains a code, or lists all of them.
pub fn run(code: Option<&str>, out: &mut Out) -> Result<Exit, Box<Stop>> {
    let Some(wanted) = code else {
        for code in catalogue::all() {
            out.print(&format!("{}  {}\n", code.id, code.name));
        }
        return Ok(Exit::Fine);
    };
    match catalogue::find(wanted) {
        Some(code) => {
            out.print(&explained(code));
            Ok(Exit::Fine)
        }
        None => {
            let near = nearest(wanted, catalogue::all().flat_map(|code| [code.id, code.name]));
            let help = near.map_or_else(|| "`wcalang explain` lists them all".to_string(), |near| format!("did you mean {near}?"));
            Err(Problem::error(&machine::NOTHING_KNOWN, format!("there is no code {wanted}")).help(help).into())
        }
    }
}

fn explained(code: &Code) -> String {
    let mut text = format!("{} {}\n\n{}", code.id, code.name, wrap(code.text, 0));
    for (title, program) in [("This has the problem:", code.failing), ("Mended:", code.mended)] {
        if !program.is_empty() {
            let lines: Vec<String> = program.lines().map(|line| format!("    {line}")).collect();
            text.push_str(&format!("\n{title}\n\n{}\n", lines.join("\n")));
        }
    }
    text
}
