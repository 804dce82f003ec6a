//! `docs/diagnostics.md`: what the page says that wcalang says of forty wrong programs is what it says.
//!
//! The answers of other tools there were recorded by `tests/diagnostics/run`. With UPDATE_CASES=1 a run writes those of wcalang
//! anew; `tests/diagnostics/run --render` then draws the tables from them.

use std::fs;
use std::ops::Range;

use libtest_mimic::{Failed, Trial};
use wcalang_model::diag::{Format, render};

use crate::corpus::updating;
use crate::programs::{STACK, check, files_of, given, path, read, trial};

/// Where the programs are, each in a folder of its own.
const FOLDER: &str = "tests/diagnostics";

/// The page about them.
const PAGE: &str = "docs/diagnostics.md";

/// One trial for each program, and one for their number.
pub fn trials() -> Vec<Trial> {
    let mut names = files_of(FOLDER, "");
    names.retain(|name| name.starts_with(|letter: char| letter.is_ascii_digit()));
    if updating() {
        update(&names);
    }
    let (count, sections) = (names.len(), read(PAGE).lines().filter(|line| is_heading(line)).count());
    let mut trials = vec![Trial::test("diagnostics/there-are-forty", move || {
        if count >= 40 && sections == count { Ok(()) } else { Err(format!("{count} programs, {sections} sections").into()) }
    })];
    trials.extend(names.into_iter().map(|name| trial(format!("diagnostics/{name}"), move || one(&name))));
    trials
}

/// Whether a line of the page begins the section of a program: `## 01 …`.
fn is_heading(line: &str) -> bool {
    line.strip_prefix("## ").is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()))
}

fn one(name: &str) -> Result<(), Failed> {
    let page = read(PAGE);
    let program = format!("```nix\n{}\n```\n", source(name).trim_end());
    if !page.contains(&program) {
        return Err(format!("the page has another program than {FOLDER}/{name}/main.wca").into());
    }
    let Some(place) = answer(&page, name) else { return Err(format!("{PAGE} has no answer of wcalang to {name}").into()) };
    let (expected, came) = (&page[place], drawn(name));
    if expected == came { Ok(()) } else { Err(format!("{PAGE} has:\n{expected}\n\ncame:\n{came}").into()) }
}

fn source(name: &str) -> String {
    read(&format!("{FOLDER}/{name}/main.wca"))
}

/// Where the page has wcalang's answer to a program: from its name to the end of the fenced text.
fn answer(page: &str, name: &str) -> Option<Range<usize>> {
    let section = page.find(&format!("(../{FOLDER}/{name}/main.wca)"))?;
    let start = section + page[section..].find("**wcalang**: ")?;
    let end = start + page[start..].find("\n```\n")?;
    Some(start..end)
}

/// What wcalang says of a program, as the page has it.
fn drawn(name: &str) -> String {
    let text = source(name);
    let program = check("main.wca", &text, &given(&text));
    let problems = &program.compiled.problems.0;
    if problems.is_empty() {
        return "**wcalang**: nothing found\n\n```text\nno problems".to_string();
    }
    let drawn = render(problems, &program.files, Format::Graphical { color: false, width: 110 });
    let lines: Vec<&str> = drawn.trim_matches('\n').lines().map(str::trim_end).collect();
    format!("**wcalang**: check\n\n```text\n{}", lines.join("\n"))
}

/// Writes wcalang's answers into the page; what other tools said stays.
fn update(names: &[String]) {
    let mut page = read(PAGE);
    for name in names {
        let work = {
            let name = name.clone();
            move || drawn(&name)
        };
        let came = std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap();
        if let Some(place) = answer(&page, name) {
            page.replace_range(place, &came);
        }
    }
    if page != read(PAGE) {
        fs::write(path(PAGE), page).unwrap();
    }
}
