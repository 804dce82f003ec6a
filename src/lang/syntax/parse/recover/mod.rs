//! Recovery: what a text that the grammar refuses was meant to be, as a text that it reads, and a problem for each change.
//!
//! `descent` reads the tokens and says what it would take; `quotes` does the same, line by line, for quotes that do not pair,
//! without which there are no tokens to rely on. There is more than one way to read a broken text: with and without its
//! indentation, with and without mended quotes. The one that the grammar accepts with the fewest problems is what was meant.
//! Where none is accepted, each outermost member that cannot be read (`members`) becomes a name with a hole. Every problem is
//! at its place in the original text, and nothing of the mended text is ever shown.

mod descent;
mod members;
mod mended;
mod quotes;
mod unquoted;

use pest::Parser;
use pest::error::InputLocation;
use wcalang_model::diag::{Problem, Problems};
use wcalang_model::source::{FileId, Span};

use super::{Grammar, Rule};
use crate::error;
use crate::parse::tokens::tokens;

pub(super) use mended::Mended;

/// The character that stands for what is missing.
const HOLE: &str = "\u{1}";

/// A reading of a broken text.
struct Reading {
    mended: Mended,
    problems: Vec<Problem>,
}

/// A text that the grammar reads in place of the original, unless nothing helped; and what was wrong.
pub(super) fn recover(file: FileId, text: &str) -> (Option<Mended>, Problems) {
    let original = Mended::of(text, 0..text.len());
    let mut best: Option<Reading> = None;
    let mut consider = |reading: Reading| {
        let fewer = best.as_ref().is_none_or(|best| reading.problems.len() < best.problems.len());
        if fewer && reads(Rule::file, &reading.mended.text) {
            best = Some(reading);
        }
        best.as_ref().is_some_and(|best| best.problems.len() <= 1)
    };
    // A comment without end is one token that goes to the end of the file.
    let is_comment = tokens(text).last().is_some_and(|last| text[last.start..].starts_with("/*"));
    let done = (!is_comment && consider(read(file, &original, &[], true))) || {
        let quotes = quotes::mend(file, text);
        let mended = (!quotes.edits.is_empty()).then(|| original.edited(&quotes.edits));
        mended.is_some_and(|mended| consider(read(file, &mended, &quotes.problems, true)))
    };
    if !done {
        consider(read(file, &original, &[], false));
    }
    let (mended, found) = match best {
        Some(Reading { mended, problems }) => (Some(mended), problems),
        None => hollowed(file, text),
    };
    let mut problems = Problems::default();
    problems.extend(Problems(found));
    if problems.is_empty() {
        problems.push(refusal(file, text));
    }
    problems.sort();
    (mended, problems)
}

/// The place where the grammar stops, if nothing else is known.
fn refusal(file: FileId, text: &str) -> Problem {
    let at = match Grammar::parse(Rule::file, text).map_err(|error| error.location) {
        Err(InputLocation::Pos(at) | InputLocation::Span((at, _))) => at,
        Ok(_) => 0,
    };
    let length = text[at..].chars().next().map_or(0, char::len_utf8);
    error::unexpected(Span::new(file, at, at + length), &text[at..at + length])
}

/// Whether the grammar reads it.
fn reads(rule: Rule, text: &str) -> bool {
    Grammar::parse(rule, text).is_ok()
}

fn read(file: FileId, part: &Mended, before: &[Problem], by_indentation: bool) -> Reading {
    let found = descent::diagnose(file, &part.text, &tokens(&part.text), by_indentation);
    let mut problems = before.to_vec();
    problems.extend(found.problems.into_iter().map(|problem| part.original(problem)));
    Reading { mended: part.edited(&found.edits), problems }
}

/// The last resort: members that cannot be read become holes, one problem each.
fn hollowed(file: FileId, text: &str) -> (Option<Mended>, Vec<Problem>) {
    let found = read(file, &Mended::of(text, 0..text.len()), &[], true).problems;
    let mut whole = Mended::default();
    let mut problems = Vec::new();
    for piece in members::cut(text) {
        let mut part = Mended::of(text, piece.range.clone());
        if piece.is_member && !reads(Rule::members, &part.text) {
            let within = |problem: &&Problem| problem.span().is_some_and(|span| piece.range.contains(&(span.start as usize)));
            let key = members::key(&part.text).unwrap_or(0..1);
            let span = Span::new(file, piece.range.start + key.start, piece.range.start + key.end);
            problems.push(found.iter().find(within).cloned().unwrap_or_else(|| error::unexpected(span, &part.text[key])));
            part.hollow();
        }
        whole.append(part);
    }
    if reads(Rule::file, &whole.text) { (Some(whole), problems) } else { (None, found) }
}

/// Characters that cannot be seen, and that the recovery uses itself.
pub(super) fn control_character(file: FileId, text: &str) -> Option<Problem> {
    let at = text.bytes().position(|byte| byte == 1)?;
    Some(error::control_character(Span::new(file, at, at + 1)))
}
