//! The catalogue of problems: every code's failing example has just that problem, and its mended one has none.
//!
//! An example of the text alone is only parsed. An example that needs an input has a comment line that ends in
//! `--var NAME=VALUE`, as it would be given.

use std::collections::BTreeSet;

use libtest_mimic::{Failed, Trial};
use wcalang_lang::syntax_problems;
use wcalang_model::diag::{Code, Format, Problem, catalogue, render};
use wcalang_model::source::Files;

use crate::programs::{check, given, trial};

/// One trial for each code that has an example, and those about all of them.
pub fn trials() -> Vec<Trial> {
    let with_example = catalogue::all().filter(|code| !code.failing.is_empty());
    let mut trials: Vec<Trial> = with_example.map(|code| trial(format!("catalogue/{}", code.id), move || example(code))).collect();
    trials.push(Trial::test("catalogue/codes-are-unique-and-in-order", codes_are_unique_and_in_order));
    trials.push(Trial::test("catalogue/offline-codes-have-examples", offline_codes_have_examples));
    trials
}

fn example(code: &'static Code) -> Result<(), Failed> {
    let (problems, drawn) = problems(code, code.failing);
    let other = problems.iter().any(|problem| problem.code != code);
    if problems.len() != 1 || other {
        return Err(format!("the failing example should have {} once, and has:\n{drawn}", code.id).into());
    }
    let (problems, drawn) = self::problems(code, code.mended);
    if problems.is_empty() { Ok(()) } else { Err(format!("the mended example has:\n{drawn}").into()) }
}

fn problems(code: &Code, text: &str) -> (Vec<Problem>, String) {
    let (problems, files) = if code.id.starts_with("E01") {
        let mut files = Files::default();
        let file = files.add("example.wca", text);
        (syntax_problems(&files, file), files)
    } else {
        let program = check("example.wca", text, &given(text));
        (program.compiled.problems, program.files)
    };
    let drawn = render(&problems.0, &files, Format::Graphical { color: false, width: 110 });
    (problems.0, drawn)
}

fn codes_are_unique_and_in_order() -> Result<(), Failed> {
    let ids: Vec<&str> = catalogue::all().map(|code| code.id).collect();
    let names: BTreeSet<&str> = catalogue::all().map(|code| code.name).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    if names.len() != ids.len() {
        return Err("two codes have one name".into());
    }
    if sorted == ids { Ok(()) } else { Err(format!("codes are not in order, or not unique: {ids:?}").into()) }
}

/// What `check` can find has an example. Left out are a nest of hundreds of brackets, a character that nobody can see, and the
/// circle of resources, which is one of definitions already wherever a file can be written down.
fn offline_codes_have_examples() -> Result<(), Failed> {
    let left_out = ["E0106", "E0121"];
    let offline = |code: &&Code| code.id < "E0700" && !left_out.contains(&code.id);
    let bare: Vec<&str> = catalogue::all().filter(offline).filter(|code| code.failing.is_empty()).map(|code| code.id).collect();
    if bare.is_empty() { Ok(()) } else { Err(format!("these codes have no example: {}", bare.join(", ")).into()) }
}
