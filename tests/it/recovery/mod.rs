//! What is said of a program with one mistake: how much, and where.
//!
//! Every token of every example and of every module of the library is left out once. Then at most two problems are told, all of
//! them in the construct that the token belongs to (`enclosing`), and nothing else is told differently than before. This holds for
//! the text alone (`deletions-in-syntax`), and for whole programs with their types and values (`deletions-in-programs`,
//! `deletions-in-modules`).
//!
//! Strays and swaps are measured alike, and only shown. The snapshots have the distributions.

mod breaking;
mod enclosing;
mod seen;

use libtest_mimic::Trial;
use wcalang_aws::SCHEMAS;
use wcalang_lang::{NoPins, evaluate, syntax_problems};
use wcalang_model::diag::Problem;
use wcalang_model::source::Files;

use crate::programs::{check, files_of, given, read, trial};
use breaking::{Broken, deletions, insertions, swaps};
use enclosing::Constructs;
use seen::Seen;

/// How many of the strays and swaps are tried.
const SAMPLE: usize = 5;

/// One trial for each sort of mistake, and what is looked at.
pub fn trials() -> Vec<Trial> {
    let of = |folder: &str| -> Vec<String> { files_of(folder, ".wca").iter().map(|file| format!("{folder}/{file}")).collect() };
    let (examples, modules) = (of("examples"), of("stdlib"));
    let all = [examples.clone(), modules.clone()].concat();
    let strict = |name: &'static str, files: Vec<String>, problems: fn(&str, &str) -> Vec<Problem>| {
        trial(format!("recovery/{name}"), move || {
            let mut seen = Seen::default();
            files.iter().for_each(|file| each(file, &mut seen, problems, |text| deletions(text).collect()));
            seen.strict(name)
        })
    };
    let shown = |name: &'static str, files: Vec<String>, problems: fn(&str, &str) -> Vec<Problem>, mistakes: fn(&str) -> Vec<Broken>| {
        trial(format!("recovery/{name}"), move || {
            let mut seen = Seen::default();
            files.iter().for_each(|file| each(file, &mut seen, problems, mistakes));
            seen.shown(name);
            Ok(())
        })
    };
    vec![
        strict("deletions-in-syntax", all.clone(), of_syntax),
        strict("deletions-in-programs", examples, of_program),
        strict("deletions-in-modules", modules, of_refused_module),
        shown("strays-in-syntax", all.clone(), of_syntax, |text| insertions(text, text.len()).step_by(SAMPLE).collect()),
        shown("swaps-in-syntax", all, of_syntax, |text| swaps(text).step_by(SAMPLE).collect()),
    ]
}

fn each(file: &str, seen: &mut Seen, problems: fn(&str, &str) -> Vec<Problem>, mistakes: impl Fn(&str) -> Vec<Broken>) {
    let text = read(file);
    let constructs = Constructs::of(&text);
    let before = problems(&text, &text);
    for broken in mistakes(&text) {
        let found = problems(&broken.text, &text);
        seen.add(file, &text, &broken, &constructs.around(&broken.replaced), &before, &found);
    }
}

fn of_syntax(text: &str, _: &str) -> Vec<Problem> {
    let mut files = Files::default();
    let file = files.add("broken", text);
    syntax_problems(&files, file).0
}

/// `given`: the program whose comments name its inputs.
fn of_program(text: &str, whole: &str) -> Vec<Problem> {
    check("broken", text, &given(whole)).compiled.problems.0
}

/// What is wrong with a module whose text is refused: of one that still is a program, with another meaning, nothing can be said.
fn of_refused_module(text: &str, _: &str) -> Vec<Problem> {
    if of_syntax(text, text).is_empty() {
        return Vec::new();
    }
    let mut files = Files::default();
    let file = files.add("broken", text);
    evaluate(&mut files, file, SCHEMAS, &NoPins).1.0
}
