//! What holds for every text, whoever wrote it. The fuzzer feeds these functions, and so do the tests (`tests/it/laws.rs`): with what
//! the fuzzer has kept, with texts of chance and with programs that were damaged. They panic where a law is broken.
//!
//! They need a stack as deep as the command's.

use std::collections::{BTreeMap, BTreeSet};

use wcalang_aws::SCHEMAS;
use wcalang_lang::format::format;
use wcalang_lang::syntax::ast::{Expr, ExprId};
use wcalang_lang::syntax::{Names, Parsed, parse as read, show};
use wcalang_lang::{NoPins, Request, Unit, Verdict};
use wcalang_model::diag::{Format, Problems, render};
use wcalang_model::source::{FileId, Files, Span};

/// The parser gives a tree whose places lie in the text, and a problem for each hole. What it reads, the formatter lays out; and
/// what the formatter lays out is the same program with the same comments, which it would not lay out otherwise.
pub fn parse(text: &str) {
    let mut names = Names::default();
    let parsed = read(FileId(0), text, &mut names);
    let inside = |span: Span| text.get(span.start as usize..span.end as usize).is_some();
    assert!((0..parsed.tree.len()).all(|id| inside(parsed.tree.span(ExprId(id as u32)))), "a place outside of the text");
    places(text, &parsed.problems);
    assert!(!parsed.problems.is_empty() || !parsed.tree.exprs.contains(&Expr::Hole), "a hole without a problem");
    let formatted = format(text);
    assert!(formatted.is_some() || !parsed.problems.is_empty(), "a program without problems is not laid out");
    let Some(once) = formatted else { return };
    let twice = format(&once).unwrap_or_else(|| panic!("what was laid out cannot be read:\n{once}"));
    if let Some(lines) = difference(&once, &twice) {
        panic!("laid out twice it is something else:\n{lines}");
    }
    let mut other_names = Names::default();
    let other = read(FileId(0), &once, &mut other_names);
    let is_same = show(&parsed.tree, &names, parsed.root) == show(&other.tree, &other_names, other.root);
    assert!(is_same, "laid out it is another program:\n{once}");
    assert_eq!(comments(text, &parsed), comments(&once, &other), "laid out it has other comments:\n{once}");
}

/// All of it ends, with a stack or with problems that can be drawn, and twice with the same ones.
pub fn check(text: &str) {
    let [(one, shown), (other, again)] = [(); 2].map(|()| checked(text));
    assert!(one.stack.is_some() || !one.problems.is_empty(), "neither a stack nor a problem");
    assert_eq!(shown, again, "other problems the second time");
    assert_eq!(one.stack, other.stack, "another stack the second time");
    places(
        text,
        &Problems(one.problems.0.into_iter().filter(|problem| problem.span().is_some_and(|span| span.file == FileId(0))).collect()),
    );
}

fn checked(text: &str) -> (Verdict, String) {
    let mut files = Files::default();
    let file = files.add("text", text);
    let (given, secrets) = (BTreeMap::new(), BTreeSet::new());
    let request = Request { schemas: SCHEMAS, pins: &NoPins, given: &given, secrets: &secrets };
    let verdict = Unit::read(&files, file).check(&mut files, &request);
    let shown = render(&verdict.problems.0, &files, Format::Short);
    render(&verdict.problems.0, &files, Format::Graphical { color: false, width: 100 });
    (verdict, shown)
}

/// The places of problems lie in the text, and so do their fixes.
fn places(text: &str, problems: &Problems) {
    for problem in &problems.0 {
        let labels = problem.labels.iter().map(|label| label.span).filter(|span| span.file == FileId(0));
        for span in labels.chain(problem.fix.as_ref().map(|fix| fix.span)) {
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{} is told outside of the text", problem.code.id);
        }
    }
}

/// Where two texts begin to differ.
fn difference(one: &str, other: &str) -> Option<String> {
    let (mut ones, mut others) = (one.lines(), other.lines());
    loop {
        match (ones.next(), others.next()) {
            (None, None) => return (one != other).then(|| "the end".to_string()),
            (one, other) if one == other => {}
            (one, other) => return Some(format!("{}\n{}", one.unwrap_or("(the end)"), other.unwrap_or("(the end)"))),
        }
    }
}

/// The words of each comment.
fn comments(text: &str, parsed: &Parsed) -> Vec<String> {
    let words = |comment: &str| comment.split_whitespace().collect::<Vec<_>>().join(" ");
    parsed.comments.iter().map(|comment| words(&text[comment.span.start as usize..comment.span.end as usize])).collect()
}
