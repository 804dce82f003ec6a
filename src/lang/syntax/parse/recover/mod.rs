//! Recovery: what a text that the grammar refuses was meant to be, as a text that it reads, and a problem for each change.
//!
//! A mistake is looked for where it is: the text is cut by indentation into definitions (`members`), those that read are put
//! aside, and each that does not is mended for itself, its own definitions first. So nothing that is wrong with one definition
//! touches another one. What cannot be cut further is read as a whole (`reading`). Where nothing helps, the definition becomes a
//! name with a hole. Every problem is at its place in the original text, and nothing of the mended text is ever shown.

mod descent;
mod insertions;
mod members;
mod mended;
mod quotes;
mod reading;
mod unquoted;

use std::ops::Range;

use pest::Parser;
use pest::error::InputLocation;
use wcalang_model::diag::{Problem, Problems};
use wcalang_model::source::{FileId, Span};

use super::{Grammar, Rule};
use crate::error;

use members::Piece;
pub(super) use mended::Mended;
use reading::Reading;

/// The character that stands for what is missing.
const HOLE: &str = "\u{1}";
/// How many definitions inside of one another are cut by their indentation.
const LEVELS: usize = 24;

/// What a text is meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whole {
    /// A file.
    File,
    /// Definitions.
    Members,
}

impl Whole {
    /// Whether the grammar reads a text as one.
    fn reads(self, text: &str) -> bool {
        let rule = match self {
            Whole::File => Rule::file,
            Whole::Members => Rule::members,
        };
        Grammar::parse(rule, text).is_ok()
    }
}

/// A text that the grammar reads in place of the original, unless nothing helped; and what was wrong.
pub(super) fn recover(file: FileId, text: &str) -> (Option<Mended>, Problems) {
    let recovery = Recovery { file };
    let reading = recovery.mend(&Mended::of(text), Whole::File, 0);
    let mut problems = Problems::default();
    let mended = reading.map(|reading| {
        problems.extend(Problems(reading.problems));
        reading.mended
    });
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

/// Characters that cannot be seen, and that the recovery uses itself.
pub(super) fn control_character(file: FileId, text: &str) -> Option<Problem> {
    let at = text.find('\u{1}')?;
    Some(error::control_character(Span::new(file, at, at + 1)))
}

struct Recovery {
    file: FileId,
}

/// A piece of a text, and what is known of it.
struct Part {
    piece: Piece,
    /// A definition that reads.
    is_fine: bool,
}

impl Recovery {
    /// Mends a part of the original that the grammar refuses.
    fn mend(&self, part: &Mended, whole: Whole, level: usize) -> Option<Reading> {
        let pieces = if level < LEVELS { members::cut(&part.text, whole == Whole::Members) } else { Vec::new() };
        let is_fine = |piece: &Piece| piece.is_member && Whole::Members.reads(&part.text[piece.range.clone()]);
        let parts: Vec<Part> = pieces.into_iter().map(|piece| Part { is_fine: is_fine(&piece), piece }).collect();
        let is_cut = parts.iter().any(|part| part.piece.is_member);
        let cut = if is_cut { self.members(part, whole, &parts, level).or_else(|| self.without_fine(part, whole, &parts)) } else { None };
        cut.or_else(|| reading::best(self.file, part, whole)).or_else(|| self.hollow(part, whole))
    }

    /// Where all is well but for some definitions: mends each of these for itself.
    fn members(&self, part: &Mended, whole: Whole, parts: &[Part], level: usize) -> Option<Reading> {
        let mut skeleton = String::new();
        for Part { piece, is_fine } in parts {
            let text = &part.text[piece.range.clone()];
            match members::key(text) {
                _ if !piece.is_member => skeleton.push_str(text),
                _ if *is_fine => {}
                Some(_) => skeleton.push_str(&format!("{HOLE} = {HOLE};\n")),
                None => return None,
            }
        }
        if !whole.reads(&skeleton) {
            return None;
        }
        let mut reading = Reading::default();
        for Part { piece, is_fine } in parts {
            let inner = part.part(piece.range.clone());
            if *is_fine || !piece.is_member {
                reading.mended.append(inner);
                continue;
            }
            let inner = self.mend(&inner, Whole::Members, level + 1)?;
            reading.mended.append(inner.mended);
            reading.problems.extend(inner.problems);
        }
        Some(reading)
    }

    /// What is between the definitions is wrong, or where they begin and end: reads it without those that are fine and that
    /// stand between two others.
    fn without_fine(&self, part: &Mended, whole: Whole, parts: &[Part]) -> Option<Reading> {
        let is_far = |at: usize| {
            let near = &parts[at.saturating_sub(1)..parts.len().min(at + 2)];
            near.iter().all(|part| part.is_fine) && at > 0 && at + 1 < parts.len()
        };
        let aside: Vec<Range<usize>> = (0..parts.len()).filter(|at| is_far(*at)).map(|at| parts[at].piece.range.clone()).collect();
        if aside.is_empty() {
            return None;
        }
        let mut near = Mended::default();
        let mut at = 0;
        for range in &aside {
            near.append(part.part(at..range.start));
            at = range.end;
        }
        near.append(part.part(at..part.text.len()));
        let mut reading = reading::best(self.file, &near, whole)?;
        reading.mended = reading.mended.with(part, &aside);
        whole.reads(&reading.mended.text).then_some(reading)
    }

    /// The last resort: a definition becomes a hole.
    fn hollow(&self, part: &Mended, whole: Whole) -> Option<Reading> {
        let key = members::key(&part.text).filter(|_| whole == Whole::Members)?;
        let problem = match reading::found(self.file, part, whole).into_iter().next() {
            Some(problem) => problem,
            None => part.original(error::unexpected(Span::new(self.file, key.start, key.end), &part.text[key])),
        };
        let mut mended = part.clone();
        mended.hollow();
        Some(Reading { mended, problems: vec![problem] })
    }
}
