//! The catalogue of problems: every code's failing example has just that problem, and its mended one has none.
//!
//! An example of the text alone is only parsed. An example that needs an input has a comment line that ends in
//! `--var NAME=VALUE`, as it would be given.

use std::collections::BTreeSet;

use libtest_mimic::{Failed, Trial};
use wcalang_lang::syntax_problems;
use wcalang_model::diag::{Code, Format, Problem, catalogue, mend, render};
use wcalang_model::source::{FileId, Files};

use crate::corpus::updating;
use crate::programs::{check, given, path, trial};

/// One trial for each code that has an example, and those about all of them.
pub fn trials() -> Vec<Trial> {
    let with_example = catalogue::all().filter(|code| !code.failing.is_empty());
    let mut trials: Vec<Trial> = with_example.map(|code| trial(format!("catalogue/{}", code.id), move || example(code))).collect();
    trials.push(Trial::test("catalogue/codes-are-unique-and-in-order", codes_are_unique_and_in_order));
    trials.push(trial("catalogue/page", page));
    trials.push(Trial::test("catalogue/offline-codes-have-examples", offline_codes_have_examples));
    trials
}

fn example(code: &'static Code) -> Result<(), Failed> {
    let (problems, drawn) = problems(code, code.failing);
    let other = problems.iter().any(|problem| problem.code != code);
    if problems.len() != 1 || other {
        return Err(format!("the failing example should have {} once, and has:\n{drawn}", code.id).into());
    }
    let (mended, drawn) = self::problems(code, code.mended);
    if !mended.is_empty() {
        return Err(format!("the mended example has:\n{drawn}").into());
    }
    match fixed(code) {
        Some(text) => {
            let (left, drawn) = self::problems(code, &text);
            if left.is_empty() { Ok(()) } else { Err(format!("its fix makes\n{text}\nwhich has:\n{drawn}").into()) }
        }
        None => Ok(()),
    }
}

/// The failing example with the fix of its problem made, where it has one.
fn fixed(code: &Code) -> Option<String> {
    let (problems, files) = found(code, code.failing);
    let (text, made) = mend(&problems, &files, FileId(0));
    (made > 0).then_some(text)
}

/// The manual's page of all codes, which is made of the catalogue.
fn page() -> Result<(), Failed> {
    let mut page = String::from(
        "# Problems\n\nEvery problem that wcalang reports, by its code. `wcalang explain CODE` shows the same. This page is made of the \
         catalogue; every example runs as a test.\n",
    );
    for code in catalogue::all() {
        page.push_str(&format!("\n## {} {}\n\n{}\n", code.id, code.name, code.text));
        for (title, program) in [("It is in this file:", code.failing), ("Mended:", code.mended)] {
            if !program.is_empty() {
                page.push_str(&format!("\n{title}\n\n```nix\n{}\n```\n", program.trim_end()));
            }
        }
        if fixed(code).is_some() {
            page.push_str("\n`wcalang check --fix` mends it.\n");
        }
    }
    let path = path("docs/problems.md");
    if updating() {
        std::fs::write(&path, &page).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    if there == page { Ok(()) } else { Err("docs/problems.md is not what the catalogue says: run the tests with UPDATE_CASES=1".into()) }
}

fn problems(code: &Code, text: &str) -> (Vec<Problem>, String) {
    let (problems, files) = found(code, text);
    let drawn = render(&problems, &files, Format::Graphical { color: false, width: 110 });
    (problems, drawn)
}

fn found(code: &Code, text: &str) -> (Vec<Problem>, Files) {
    let (problems, files) = if code.id.starts_with("E01") {
        let mut files = Files::default();
        let file = files.add("example.wca", text);
        (syntax_problems(&files, file), files)
    } else {
        let program = check("example.wca", text, &given(text));
        (program.compiled.problems, program.files)
    };
    (problems.0, files)
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
