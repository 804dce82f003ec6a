//! `wcalang check`: everything that can be known without asking AWS.

use wcalang_lang::NoPins;

use crate::cli::Exit;
use crate::cli::args::FileArgs;
use crate::cli::out::Out;
use crate::cli::program::Program;

/// Checks a file.
pub fn run(args: &FileArgs, out: &mut Out) -> Exit {
    let mut program = match Program::read(args.file.as_deref(), &args.inputs) {
        Ok(program) => program,
        Err(problem) => {
            out.problem(problem);
            return Exit::Mistake;
        }
    };
    let compiled = program.compile(&NoPins, true);
    out.problems(&compiled.problems, &program.files);
    if compiled.problems.has_errors() {
        return Exit::Mistake;
    }
    let count = compiled.graph.map_or(0, |graph| graph.resources.len());
    out.say(&format!("{}: {count} resources, no problems", program.path.display()));
    Exit::Fine
}
