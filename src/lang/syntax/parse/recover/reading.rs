//! One text, read as a whole.
//!
//! `descent` reads the tokens and says what it would take; `quotes` does the same, line by line, for quotes that do not pair,
//! without which there are no tokens to rely on; `insertions` tries what else could be missing. There is more than one way to
//! read a broken text: with and without its indentation, with and without mended quotes. The one that the grammar accepts with
//! the fewest problems is what was meant.

use wcalang_model::diag::Problem;
use wcalang_model::source::{FileId, Span};

use super::{Mended, Whole, descent, insertions, quotes};
use crate::parse::tokens::tokens;

/// A reading of a broken text.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// What is read in its place.
    pub mended: Mended,
    /// What is wrong with it, in places of the original.
    pub problems: Vec<Problem>,
}

/// How many bytes are read at most to try insertions.
const TRIED: usize = 1 << 18;
/// How many bytes from a place where the text makes no sense are as near as none.
const NEAR: u32 = 120;

/// The best reading of a part, if there is one.
pub(super) fn best(file: FileId, part: &Mended, whole: Whole) -> Option<Reading> {
    let mut best = Best { whole, reading: None };
    // A comment without end is one token that goes to the end of the file.
    let is_comment = tokens(&part.text).last().is_some_and(|last| part.text[last.start..].starts_with("/*"));
    let quotes = quotes::mend(file, &part.text);
    // A text in quotes that goes over several lines is rare, so a quote that stands alone on its line comes first.
    if !quotes.edits.is_empty() {
        let problems: Vec<Problem> = quotes.problems.into_iter().map(|problem| part.original(problem)).collect();
        best.consider(read(file, &part.edited(&quotes.edits), whole, &problems, true));
    }
    let plain = read(file, part, whole, &[], true);
    let places: Vec<Span> = plain.problems.iter().filter_map(Problem::span).collect();
    if !best.is_found() && !is_comment {
        best.consider(plain);
    }
    if !best.is_found() {
        best.consider(read(file, part, whole, &[], false));
    }
    if !best.is_found() {
        let mut insertions: Vec<_> = insertions::all(file, &part.text)
            .into_iter()
            .map(|(problem, edit)| {
                let place = part.span(Span::new(file, edit.range.start, edit.range.end)).start;
                // That the `''` do not pair is certain, so the places for one are as near as any.
                let places = if edit.text == "''" { &[] } else { places.as_slice() };
                let far = places.iter().map(|near| place.abs_diff(near.start)).min().unwrap_or(0);
                (far / NEAR, place, part.original(problem), edit)
            })
            .collect();
        insertions.sort_by_key(|(far, ..)| *far);
        for (_, place, problem, edit) in insertions.into_iter().take(TRIED / (part.text.len() + 64) + 1) {
            let reading = read(file, &part.edited(&[edit]), whole, &[problem], true);
            // What is wrong with the insertion itself is no improvement.
            let is_wrong = reading.problems[1..].iter().filter_map(Problem::span).any(|span| span.start == place && span.end == place);
            if !is_wrong {
                best.consider(reading);
            }
            if best.is_found() {
                break;
            }
        }
    }
    best.reading
}

/// What is wrong with a part that has no reading.
pub(super) fn found(file: FileId, part: &Mended, whole: Whole) -> Vec<Problem> {
    read(file, part, whole, &[], true).problems
}

struct Best {
    whole: Whole,
    reading: Option<Reading>,
}

impl Best {
    fn consider(&mut self, reading: Reading) {
        let fewer = self.reading.as_ref().is_none_or(|best| reading.problems.len() < best.problems.len());
        if fewer && self.whole.reads(&reading.mended.text) {
            self.reading = Some(reading);
        }
    }

    /// Whether nothing better can be found.
    fn is_found(&self) -> bool {
        self.reading.as_ref().is_some_and(|best| best.problems.len() <= 1)
    }
}

fn read(file: FileId, part: &Mended, whole: Whole, before: &[Problem], by_indentation: bool) -> Reading {
    let found = descent::diagnose(file, &part.text, part.guessed(), whole, by_indentation);
    let mut problems = before.to_vec();
    problems.extend(found.problems.into_iter().map(|problem| part.original(problem)));
    Reading { mended: part.edited(&found.edits), problems }
}
