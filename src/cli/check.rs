//! `wcalang check`: everything that can be known without asking AWS.

use wcalang_lang::NoPins;

use crate::cli::args::FileArgs;
use crate::cli::out::Out;
use crate::cli::program::Program;
use crate::cli::{Exit, Stop};

/// Checks a file.
pub fn run(args: &FileArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    let mut program = Program::read(args.file.as_deref(), &args.inputs)?;
    let compiled = program.compile(&NoPins, true);
    out.problems(&compiled.problems, &program.files);
    if compiled.problems.has_errors() {
        return Ok(Exit::Mistake);
    }
    let count = compiled.graph.as_ref().map_or(0, |graph| graph.resources.len());
    out.say(&format!("{}: {count} resources, no problems", program.path.display()));
    // The process ends here: taking the trees and the graph apart piece by piece would be work for nobody.
    std::mem::forget((program, compiled));
    Ok(Exit::Fine)
}
