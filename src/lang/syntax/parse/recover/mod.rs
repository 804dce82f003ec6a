//! Recovery: where the grammar refuses a text, mend it and read it again.
//!
//! The file is cut into its outermost members, so that a mistake in one never touches another (`members`). In each, brackets
//! and texts that do not close are closed (`brackets`); then what the grammar expected is inserted (`expected`), one mistake at
//! a time; a member that resists becomes a name with a hole. Every mend is one problem, at its place in the original text, and
//! nothing of the mended text is ever shown.

mod brackets;
mod expected;
mod members;
mod mended;

use std::sync::{Mutex, PoisonError};

use pest::Parser;
use wcalang_model::diag::{Problem, Problems};
use wcalang_model::source::{FileId, Span};

use super::{Grammar, Rule, scan};
use crate::error;

pub(super) use mended::Mended;

/// How many mistakes a member may have before its value becomes a hole.
const PER_MEMBER: usize = 5;
/// How many mistakes there may be outside of the members.
const PER_FILE: usize = 20;

/// A text that the grammar reads in place of the original, unless nothing helped; and what was wrong.
pub(super) fn recover(file: FileId, text: &str) -> (Option<Mended>, Problems) {
    let mut problems = Problems::default();
    let pieces = members::cut(text);
    let mut whole = Mended::default();
    for piece in pieces {
        let mut part = Mended::of(text, piece.range.clone());
        if piece.is_member {
            mend_member(file, &mut part, &mut problems);
        }
        whole.append(part);
    }
    let (done, mut found) = mend(file, &mut whole, Rule::file, PER_FILE);
    if !done && !problems.is_empty() {
        // What a mend left behind is not the user's mistake.
        found.0.clear();
    }
    problems.extend(found);
    problems.sort();
    (done.then_some(whole), problems)
}

/// Whether the grammar reads it.
fn reads(rule: Rule, text: &str) -> bool {
    Grammar::parse(rule, text).is_ok()
}

fn mend_member(file: FileId, part: &mut Mended, problems: &mut Problems) {
    if reads(Rule::members, &part.text) {
        return;
    }
    let original = part.clone();
    let (done, mut found) = mend(file, part, Rule::members, PER_MEMBER);
    if !done {
        *part = original;
        found.0.truncate(1);
        part.hollow();
    }
    problems.extend(found);
}

/// Mends brackets first, then what the grammar expects.
fn mend(file: FileId, part: &mut Mended, rule: Rule, limit: usize) -> (bool, Problems) {
    let mut problems = Problems::default();
    if reads(rule, &part.text) {
        return (true, problems);
    }
    brackets::close(file, part, rule, &mut problems);
    // What a bracket in the wrong place leads to is no mistake of its own.
    let has_brackets = !problems.is_empty();
    if has_brackets && rule == Rule::members {
        return (reads(rule, &part.text), problems);
    }
    let mut last = None;
    for _ in 0..limit {
        let Some(failure) = failure(rule, &part.text) else { return (true, problems) };
        let comments = scan::scan(&part.text).comments;
        let (problem, mend) = expected::judge(file, &part.text, &failure, &comments);
        if last.replace(failure.place) == Some(failure.place) {
            return (false, problems);
        }
        if !has_brackets {
            problems.push(part.original(problem));
        }
        match mend {
            Some(mend) => part.replace(mend.range, &mend.text),
            None => return (false, problems),
        }
    }
    (reads(rule, &part.text), problems)
}

/// Where the grammar stopped, and what it would have read there.
struct Failure {
    /// Where what was found begins.
    place: usize,
    /// The literals that could have stood there.
    expected: Vec<String>,
}

impl Failure {
    fn expects(&self, token: &str) -> bool {
        self.expected.iter().any(|expected| expected == token)
    }
}

/// Reads it again, slowly, with pest's record of attempts: a switch of the whole process, hence the lock.
fn failure(rule: Rule, text: &str) -> Option<Failure> {
    static DETAIL: Mutex<()> = Mutex::new(());
    let guard = DETAIL.lock().unwrap_or_else(PoisonError::into_inner);
    pest::set_error_detail(true);
    let parsed = Grammar::parse(rule, text);
    pest::set_error_detail(false);
    drop(guard);
    let error = parsed.err()?;
    let mut place = match error.location {
        pest::error::InputLocation::Pos(place) | pest::error::InputLocation::Span((place, _)) => place,
    };
    let mut expected = Vec::new();
    if let Some(attempts) = error.parse_attempts() {
        // A word that the language keeps for itself is refused at its end.
        let word = expected::word(text, place);
        if !(expected::KEYWORDS.contains(&word) && attempts.max_position == place + word.len()) {
            place = attempts.max_position;
            expected = attempts.expected_tokens().iter().map(ToString::to_string).collect();
        }
    }
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    Some(Failure { place, expected })
}

/// Characters that cannot be seen, and that the recovery uses itself.
pub(super) fn control_character(file: FileId, text: &str) -> Option<Problem> {
    let at = text.bytes().position(|byte| byte == 1)?;
    Some(error::control_character(Span::new(file, at, at + 1)))
}
