//! A text under repair that knows where each of its bytes came from.

use std::ops::Range;

use wcalang_model::diag::Problem;
use wcalang_model::source::Span;

use super::descent::Edit;
use super::members;

/// Marks a byte that was written by the recovery; the rest is the place where it was inserted.
const INSERTED: u32 = 1 << 31;

/// A mended text.
#[derive(Debug, Clone, Default)]
pub(in crate::parse) struct Mended {
    /// What is read in place of the original.
    pub text: String,
    /// By byte of the text: its place in the original.
    origin: Vec<u32>,
}

impl Mended {
    /// The original itself.
    pub(super) fn of(text: &str) -> Mended {
        Mended { text: text.to_owned(), origin: (0..text.len() as u32).collect() }
    }

    /// A part of it.
    pub(super) fn part(&self, range: Range<usize>) -> Mended {
        Mended { text: self.text[range.clone()].to_owned(), origin: self.origin[range].to_vec() }
    }

    /// This text with ranges of `whole`, from which it was made by leaving them out; both begin in the same place.
    pub(super) fn with(self, whole: &Mended, ranges: &[Range<usize>]) -> Mended {
        let mut done = Mended::default();
        let mut at = 0;
        for range in ranges {
            let start = whole.start_of(range.start);
            let next = self.origin[at..].iter().position(|place| place & !INSERTED >= start).map_or(self.text.len(), |next| at + next);
            done.append(self.part(at..next));
            done.append(whole.part(range.clone()));
            at = next;
        }
        done.append(self.part(at..self.text.len()));
        done
    }

    pub(super) fn append(&mut self, part: Mended) {
        self.text.push_str(&part.text);
        self.origin.extend(part.origin);
    }

    /// Replaces a range; an empty one inserts.
    fn replace(&mut self, range: Range<usize>, text: &str) {
        let place = match self.origin.get(range.start) {
            Some(place) => place & !INSERTED,
            None => self.end_of(range.start),
        };
        self.text.replace_range(range.clone(), text);
        self.origin.splice(range, std::iter::repeat_n(place | INSERTED, text.len()));
    }

    /// The text with changes made to it, which are in order. One that overlaps another before it is left out.
    pub(super) fn edited(&self, edits: &[Edit]) -> Mended {
        let mut done = Mended { text: String::with_capacity(self.text.len()), origin: Vec::with_capacity(self.origin.len()) };
        let mut at = 0;
        for edit in edits.iter().filter(|edit| edit.range.end <= self.text.len()) {
            if edit.range.start < at {
                continue;
            }
            done.text.push_str(&self.text[at..edit.range.start]);
            done.origin.extend_from_slice(&self.origin[at..edit.range.start]);
            let place = match self.origin.get(edit.range.start) {
                Some(place) => place & !INSERTED,
                None => self.end_of(edit.range.start),
            };
            done.text.push_str(&edit.text);
            done.origin.extend(std::iter::repeat_n(place | INSERTED, edit.text.len()));
            at = edit.range.end;
        }
        done.text.push_str(&self.text[at..]);
        done.origin.extend_from_slice(&self.origin[at..]);
        done
    }

    /// The places of this text that were written by a guess: by the recovery, but for the `}` of a `${name`.
    pub(super) fn guessed(&self) -> Vec<usize> {
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-' | '\'');
        let is_whole = |at: usize| !self.text[at + 1..].starts_with([' ', '(', '.']);
        let is_certain =
            |at: usize| self.text[at..].starts_with('}') && self.text[..at].trim_end_matches(is_name).ends_with("${") && is_whole(at);
        (0..self.origin.len()).filter(|at| self.origin[*at] & INSERTED != 0 && !is_certain(*at)).collect()
    }

    /// The value of a member becomes a hole: everything from its first `=` on.
    pub(super) fn hollow(&mut self) {
        let end = self.text.len();
        match members::key(&self.text) {
            Some(key) => self.replace(key.end..end, " = \u{1};\n"),
            None => self.replace(0..end, "\n"),
        }
    }

    /// A place of the original for a place of this text.
    fn start_of(&self, at: usize) -> u32 {
        self.origin.get(at).map_or_else(|| self.end_of(at), |place| place & !INSERTED)
    }

    fn end_of(&self, at: usize) -> u32 {
        match at.checked_sub(1).and_then(|before| self.origin.get(before)) {
            Some(place) if place & INSERTED != 0 => place & !INSERTED,
            Some(place) => place + 1,
            None => self.origin.first().map_or(0, |place| place & !INSERTED),
        }
    }

    /// A span of the original for a span of this text.
    pub fn span(&self, span: Span) -> Span {
        let start = self.start_of(span.start as usize);
        let end = if span.end <= span.start { start } else { self.end_of(span.end as usize) };
        Span { file: span.file, start, end: end.max(start) }
    }

    /// A problem of this text, with the places of the original.
    pub fn original(&self, mut problem: Problem) -> Problem {
        for label in &mut problem.labels {
            label.span = self.span(label.span);
        }
        if let Some(fix) = &mut problem.fix {
            fix.span = self.span(fix.span);
        }
        problem
    }
}
