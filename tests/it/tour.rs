//! `docs/tour.md` and `docs/language.md`: every block in the language runs.
//!
//! In the tour, a block that is opened by `nix` is an expression, one by `nix stack` a file; after `=>` stands what comes of it: the
//! value, the addresses and outputs of the stack, or the first line of the first problem.

use libtest_mimic::{Failed, Trial};
use wcalang_aws::SCHEMAS;
use wcalang_lang::{NoPins, evaluate, syntax_problems, type_problems};
use wcalang_model::diag::Problems;
use wcalang_model::source::{FileId, Files};

use crate::programs::{check, read, trial};
use crate::shown;

/// A fenced block of a document.
struct Block {
    /// The line on which it begins.
    line: usize,
    /// What stands behind the fence.
    language: String,
    text: String,
}

/// One trial for each block.
pub fn trials() -> Vec<Trial> {
    let tour = blocks(&read("docs/tour.md")).into_iter().filter(|block| block.language.starts_with("nix"));
    let language = blocks(&read("docs/language.md")).into_iter().filter(|block| block.language == "nix");
    let tour = tour.map(|block| trial(format!("tour/line-{}", block.line), move || run(&block)));
    tour.chain(language.map(|block| trial(format!("language/line-{}", block.line), move || reads(&block)))).collect()
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), open) {
            (Some(_), true) => open = false,
            (Some(language), false) => {
                open = true;
                blocks.push(Block { line: index + 1, language: language.to_string(), text: String::new() });
            }
            (None, true) => blocks.iter_mut().last().unwrap().text.push_str(&format!("{line}\n")),
            (None, false) => {}
        }
    }
    blocks
}

fn run(block: &Block) -> Result<(), Failed> {
    let (program, expected) = block.text.split_once("\n=> ").ok_or("nothing is said to come of it")?;
    let came = if block.language == "nix stack" { of_stack(program) } else { of_expression(program) };
    if came.trim_end() == expected.trim_end() {
        return Ok(());
    }
    Err(format!("{program}\nexpected:\n{expected}\ncame:\n{came}").into())
}

fn first(problems: &Problems, files: &Files, file: FileId) -> String {
    shown::problems(&problems.0, files, file).lines().next().unwrap_or_default().to_string()
}

fn of_expression(program: &str) -> String {
    let mut files = Files::default();
    let file = files.add("tour", program);
    let (value, problems) = evaluate(&mut files, file, SCHEMAS, &NoPins);
    let types = type_problems(&mut files, file, SCHEMAS);
    match [problems, types].into_iter().find(Problems::has_errors) {
        Some(problems) => first(&problems, &files, file),
        None => value.map_or_else(|| "a function".to_string(), |value| shown::value(&value)),
    }
}

fn of_stack(program: &str) -> String {
    let program = check("tour", program, &[]);
    let problems = &program.compiled.problems;
    let graph = program.compiled.graph.as_ref().filter(|_| problems.is_empty());
    let Some(graph) = graph else { return first(problems, &program.files, program.file) };
    let mut text: String = graph.resources.keys().map(|address| format!("{address}\n")).collect();
    graph.outputs.iter().for_each(|(name, value)| text.push_str(&format!("{name} = {}\n", shown::value(value))));
    text
}

/// A block that shows forms: it reads, and has nothing wrong with its types.
fn reads(block: &Block) -> Result<(), Failed> {
    let mut files = Files::default();
    let file = files.add("language", block.text.as_str());
    let problems = syntax_problems(&files, file);
    let problems = if problems.has_errors() { problems } else { type_problems(&mut files, file, SCHEMAS) };
    if problems.has_errors() { Err(shown::problems(&problems.0, &files, file).into()) } else { Ok(()) }
}
