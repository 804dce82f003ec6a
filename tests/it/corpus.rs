//! The corpora `tests/syntax`, `tests/format`, `tests/eval` and `tests/check`: many cases in a file, each a program and what comes of it.
//!
//! `tests/README.md` has the form. With UPDATE_CASES=1 a run writes what comes of each case instead of comparing; read the
//! difference before you commit it. Where CI is set nothing is ever written.

use std::fs;

use libtest_mimic::{Failed, Trial};
use wcalang_aws::SCHEMAS;
use wcalang_lang::format::format;
use wcalang_lang::syntax::{Names, parse, show};
use wcalang_lang::{NoPins, evaluate};
use wcalang_model::source::Files;

use crate::laws::every_text;
use crate::programs::{check, files_of, given, path, read, trial};
use crate::shown;

/// A case of a corpus.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it is called.
    pub name: String,
    /// The program.
    pub program: String,
    /// The inputs it is given.
    pub given: Vec<(String, String)>,
    /// What comes of it.
    pub expected: String,
}

/// What comes of a case.
type Run = fn(&Case) -> String;

/// Each corpus, and what is done with its cases.
const CORPORA: &[(&str, Run)] = &[("syntax", read_case), ("format", format_case), ("eval", evaluate_case), ("check", check_case)];

/// One trial for each case.
pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for (corpus, run) in CORPORA {
        for file in files_of(&std::format!("tests/{corpus}"), ".wca") {
            let place = std::format!("tests/{corpus}/{file}");
            let cases = cases(&read(&place));
            if updating() {
                update(&place, &cases, *run);
            }
            for case in cases {
                let name = std::format!("{corpus}/{}/{}", file.trim_end_matches(".wca"), case.name);
                trials.push(trial(name, move || compare(&case, &run(&case))));
            }
        }
    }
    trials
}

/// The cases of a text: `### name`, the program, `=>`, what comes of it.
pub fn cases(text: &str) -> Vec<Case> {
    let pieces = text.split("### ").skip(1);
    let case = |piece: &str| {
        let (name, rest) = piece.split_once('\n').unwrap_or((piece, ""));
        let (program, expected) = rest.split_once("\n=>\n").unwrap_or((rest, ""));
        let (program, expected) = (std::format!("{}\n", program.trim_end()), expected.trim_end().to_string());
        Case { name: name.trim().to_string(), given: given(&program), program, expected }
    };
    pieces.map(case).collect()
}

/// What the parser makes of it: its tree, or its problems.
fn read_case(case: &Case) -> String {
    let mut files = Files::default();
    let file = files.add("case", case.program.as_str());
    let mut names = Names::default();
    let parsed = parse(file, &case.program, &mut names);
    if parsed.problems.is_empty() {
        return show(&parsed.tree, &names, parsed.root);
    }
    shown::problems(&parsed.problems.0, &files, file)
}

/// It as the formatter lays it out, which changes nothing else and is laid out like that itself.
fn format_case(case: &Case) -> String {
    every_text::parse(&case.program);
    format(&case.program).unwrap_or_else(|| "it cannot be read, and is left as it is".to_string())
}

/// Its value, or its problems.
fn evaluate_case(case: &Case) -> String {
    let mut files = Files::default();
    let file = files.add("case", case.program.as_str());
    let (value, problems) = evaluate(&mut files, file, SCHEMAS, &NoPins);
    let mut text = shown::problems(&problems.0, &files, file);
    if !problems.has_errors() {
        text.push_str(&value.map_or_else(|| "a function".to_string(), |value| shown::value(&value)));
    }
    text
}

/// The addresses and outputs of its graph, or its problems.
fn check_case(case: &Case) -> String {
    let program = check("case", &case.program, &case.given);
    let problems = &program.compiled.problems;
    let mut text = shown::problems(&problems.0, &program.files, program.file);
    if let Some(graph) = program.compiled.graph.as_ref().filter(|_| !problems.has_errors()) {
        graph.resources.keys().for_each(|address| text.push_str(&std::format!("{address}\n")));
        graph.outputs.iter().for_each(|(name, value)| text.push_str(&std::format!("{name} = {}\n", shown::value(value))));
        if text.is_empty() {
            text.push_str("an empty stack\n");
        }
    }
    text
}

/// Whether what came is what was expected.
fn compare(case: &Case, came: &str) -> Result<(), Failed> {
    let came = came.trim_end();
    if came == case.expected {
        return Ok(());
    }
    Err(std::format!("{}\n=>\nexpected:\n{}\n\ncame:\n{came}\n", case.program, case.expected).into())
}

/// Whether what is expected is to be written anew.
pub fn updating() -> bool {
    std::env::var("UPDATE_CASES").is_ok() && std::env::var("CI").is_err()
}

/// Writes what comes of each case into its file; the lines before the first case stay.
fn update(place: &str, cases: &[Case], run: Run) {
    let before = read(place);
    let mut text = before.split("### ").next().unwrap_or_default().to_string();
    for case in cases {
        let (name, program) = (case.name.clone(), case.program.clone());
        let (case, done) = (case.clone(), std::sync::mpsc::channel());
        let (send, receive) = done;
        let thread = std::thread::Builder::new().stack_size(64 << 20);
        let came = thread.spawn(move || send.send(run(&case)).unwrap()).map(|thread| thread.join());
        drop(came);
        let came = receive.recv().unwrap_or_else(|_| "panicked".to_string());
        text.push_str(&std::format!("### {name}\n{program}=>\n{}\n\n", came.trim_end()));
    }
    if text.trim_end() != before.trim_end() {
        fs::write(path(place), std::format!("{}\n", text.trim_end())).unwrap();
    }
}
