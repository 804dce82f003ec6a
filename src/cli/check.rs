//! `wcalang check`: everything that can be known without asking AWS.

use wcalang_lang::Verdict;
use wcalang_model::diag::{Problem, Problems, mend};

use crate::cli::args::{CheckArgs, InputArgs};
use crate::cli::files::write;
use crate::cli::out::Out;
use crate::cli::program::Program;
use crate::cli::{Exit, Stop};

/// How often a file is mended and looked at again: a fix may bring to light what the problem hid.
const ROUNDS: usize = 20;

/// Checks a file.
pub fn run(args: &CheckArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    let mut program = Program::read(args.file.file.as_deref(), &args.file.inputs)?;
    let mut verdict = program.check_offline()?;
    if args.fix {
        (program, verdict) = fix(program, verdict, &args.file.inputs, out)?;
    }
    out.verdict(&verdict.problems, &program.files);
    if verdict.problems.has_errors() {
        return Ok(Exit::Mistake);
    }
    let count = verdict.stack.as_ref().map_or(0, |stack| stack.resources);
    out.say(&format!("{}: {count} resources, no problems", program.path.display()));
    // The process ends here: taking the trees apart piece by piece would be work for nobody.
    std::mem::forget((program, verdict));
    Ok(Exit::Fine)
}

/// Makes the fixes, as long as they leave fewer problems; what does not is not written.
fn fix(mut program: Program, mut verdict: Verdict, inputs: &InputArgs, out: &mut Out) -> Result<(Program, Verdict), Box<Stop>> {
    let mut all = 0;
    for _ in 0..ROUNDS {
        let (text, made) = mend(&verdict.problems.0, &program.files, program.file());
        if made == 0 {
            break;
        }
        let mut mended = Program::of_text(program.path.clone(), text, inputs)?;
        let after = mended.check_offline()?;
        if !is_better(&after.problems, &verdict.problems) {
            break;
        }
        all += made;
        (program, verdict) = (mended, after);
    }
    if all > 0 {
        write(&program.path, &program.files.get(program.file()).text)?;
        out.say(&format!("{}: {all} {}", program.path.display(), if all == 1 { "fix made" } else { "fixes made" }));
    }
    Ok((program, verdict))
}

/// Whether there are fewer problems, or others than before.
fn is_better(after: &Problems, before: &Problems) -> bool {
    let key = |problem: &Problem| (problem.code.id, problem.message.clone());
    after.0.len() < before.0.len() || after.0.iter().all(|problem| !before.0.iter().any(|known| key(known) == key(problem)))
}
