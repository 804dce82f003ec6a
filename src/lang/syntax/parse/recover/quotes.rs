//! Quotes that do not pair, `${` without `}`, comments without end: mended line by line, since almost every text in quotes
//! ends on its line, and what is in an indented text is deeper than the line that opens it.

use std::ops::Range;

use wcalang_model::diag::Problem;
use wcalang_model::source::{FileId, Span};

use super::descent::{Diagnosis, Edit};
use crate::error;

/// How far from the end of a line places for a quote are tried.
const LONG: usize = 600;
/// How many places of a line are tried one after the other.
const TRIED: usize = 16;

/// The quotes that are missing. Texts that go over several lines are taken for broken ones, so this is one way to read a text
/// and not the first.
pub(super) fn mend(file: FileId, text: &str) -> Diagnosis {
    let mut lines = Lines { file, text, found: Diagnosis::default(), at: 0 };
    while lines.at < text.len() {
        lines.line();
    }
    lines.found.edits.sort_by_key(|edit| edit.range.start);
    lines.found
}

/// One quote more, on each line that has an odd number of them: the problem and the change, the likely ones first.
pub(super) fn insertions(file: FileId, text: &str) -> Vec<(Problem, Edit)> {
    let lines = Lines { file, text, found: Diagnosis::default(), at: 0 };
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.trim_end().len();
        start += line.len();
        let quotes = text[range.clone()].match_indices('"').map(|(at, _)| range.start + at);
        let mut quotes: Vec<usize> = quotes.filter(|at| !text[..*at].ends_with('\\')).collect();
        lines.without_inner(&range, &mut quotes);
        if quotes.len() % 2 == 1 {
            found.extend(
                lines
                    .likely_places(&range, &quotes)
                    .into_iter()
                    .take(TRIED)
                    .map(|place| (lines.quote_problem(&quotes, place), Edit { range: place..place, text: "\"".to_owned() })),
            );
        }
    }
    found
}

/// The places of `''` that begin and end texts, if the first one begins one.
pub(super) fn indented_quotes(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut quotes = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find("''").map(|next| at + next) {
        let is_inside = quotes.len() % 2 == 1;
        let is_name = next > 0 && (bytes[next - 1].is_ascii_alphanumeric() || bytes[next - 1] == b'"');
        at = match bytes.get(next + 2) {
            Some(b'\'' | b'$') if is_inside => next + 3,
            Some(b'\\') if is_inside => (next + 4).min(text.len()),
            _ if !is_inside && is_name => next + 2,
            _ => {
                quotes.push(next);
                next + 2
            }
        };
        while !text.is_char_boundary(at) {
            at += 1;
        }
    }
    quotes
}

struct Lines<'a> {
    file: FileId,
    text: &'a str,
    found: Diagnosis,
    /// The start of the line, or a place on it behind which nothing was looked at.
    at: usize,
}

/// What stands in the way of a text in quotes.
enum Broken {
    /// The line ends first.
    Quote,
    /// A `${`, at this place, has no `}`.
    Hole(usize),
}

impl Lines<'_> {
    /// Looks at the rest of a line.
    fn line(&mut self) {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let end = self.text[start..].find('\n').map_or(self.text.len(), |newline| start + newline);
        let mut quotes = Vec::new();
        let mut at = start;
        while at < end {
            match bytes[at] {
                b'#' => break,
                // Where the quote before it is missing, `/*` may be part of a text.
                b'/' if bytes.get(at + 1) == Some(&b'*') && (at == start || bytes[at - 1].is_ascii_whitespace()) => {
                    match self.text[at + 2..].find("*/") {
                        Some(length) => self.at = at + 2 + length + 2,
                        None => {
                            let comment = self.text[at..end].trim_end().len() + at;
                            self.found.problems.push(error::unclosed(self.span(at, at + 2), "/*", "*/"));
                            self.insert(comment, " */");
                            self.at = end + 1;
                        }
                    }
                    return;
                }
                b'\'' if bytes.get(at + 1) == Some(&b'\'') => return self.indented(at),
                b'"' => match text_end(bytes, at + 1, end) {
                    Ok(behind) => {
                        quotes.push(at);
                        quotes.push(behind - 1);
                        at = behind;
                        continue;
                    }
                    Err(Broken::Hole(hole)) if self.text[hole..end].contains('"') => {
                        self.close_hole(hole, end);
                        self.at = end + 1;
                        return;
                    }
                    Err(Broken::Quote | Broken::Hole(_)) => {
                        quotes.push(at);
                        let last = self.quote(start..end, &quotes);
                        self.at = self.text[last..end].rfind("''").map_or(end + 1, |opener| last + opener);
                        return;
                    }
                },
                _ => {}
            }
            at += 1;
        }
        self.at = end + 1;
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    fn insert(&mut self, place: usize, text: &str) {
        self.found.edits.push(Edit { range: place..place, text: text.to_owned() });
    }

    /// One quote is missing on a line whose first ones are these. Gives the place behind the last.
    fn quote(&mut self, line: Range<usize>, known: &[usize]) -> usize {
        let mut quotes = known.to_vec();
        let last = known.last().copied().unwrap_or(line.start);
        let more = self.text[last + 1..line.end].match_indices('"').map(|(at, _)| last + 1 + at);
        quotes.extend(more.filter(|at| !self.text[..*at].ends_with('\\')));
        self.without_inner(&line, &mut quotes);
        let last = quotes.last().copied().unwrap_or(last);
        let place = self.likely_places(&line, &quotes).into_iter().next().unwrap_or(line.end);
        self.found.problems.push(self.quote_problem(&quotes, place));
        self.insert(place, "\"");
        last + 1
    }

    /// Leaves out the quotes of texts in `${}`, which belong to it.
    fn without_inner(&self, line: &Range<usize>, quotes: &mut Vec<usize>) {
        for (hole, _) in self.text[line.clone()].match_indices("${").map(|(at, hole)| (line.start + at, hole)) {
            if let Some(end) = self.text[hole..line.end].find('}').map(|end| hole + end) {
                let inside = quotes.iter().filter(|quote| (hole..end).contains(*quote)).count();
                if inside.is_multiple_of(2) {
                    quotes.retain(|quote| !(hole..end).contains(quote));
                }
            }
        }
    }

    /// Where a quote may be missing on a line that has these, the likely places first.
    fn likely_places(&self, line: &Range<usize>, quotes: &[usize]) -> Vec<usize> {
        let mut places = self.places(line);
        places.sort_by_cached_key(|place| self.badness(line, quotes, *place));
        places
    }

    /// The problem of a quote that is missing at a place of a line that has these.
    fn quote_problem(&self, quotes: &[usize], place: usize) -> Problem {
        let before = quotes.iter().filter(|quote| **quote < place).count();
        if before % 2 == 1 {
            let opener = quotes[before - 1];
            error::unclosed(self.span(opener, opener + 1), "\"", "\"")
        } else {
            let closer = quotes.get(before).or(quotes.last()).copied().unwrap_or(place);
            error::unopened_text(self.span(closer, closer + 1), self.span(place, place))
        }
    }

    /// The places of a line where words begin and end.
    fn places(&self, line: &Range<usize>) -> Vec<usize> {
        let mut places = Vec::new();
        let mut at = line.start.max(line.end.saturating_sub(LONG));
        while !self.text.is_char_boundary(at) {
            at += 1;
        }
        for word in self.text[at..line.end].split_inclusive([' ', '\t', '\r']) {
            let bare = word.trim_end();
            let start = at + (bare.len() - bare.trim_start_matches(['(', '[', '{', '!']).len());
            at += word.len();
            let end = at - word.len() + bare.len();
            let mut inner = end;
            places.extend((start < end).then_some(start));
            while inner > start && self.text[..inner].ends_with([';', ')', ']', '}', ',', '.']) {
                inner -= 1;
                places.push(inner);
            }
            places.push(end);
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    /// How unlikely it is that a quote is missing here.
    fn badness(&self, line: &Range<usize>, quotes: &[usize], place: usize) -> usize {
        let text = &self.text[line.clone()];
        let mut all: Vec<(usize, usize)> = quotes.iter().map(|quote| (*quote, quote + 1)).collect();
        let index = all.partition_point(|(quote, _)| *quote < place);
        all.insert(index, (place, place));
        let mut bad = 0;
        for pair in all.chunks(2) {
            let (opener, closer) = match pair {
                [opener, closer] => (*opener, *closer),
                _ => return usize::MAX,
            };
            let before = text[..opener.0 - line.start].chars().next_back().unwrap_or(' ');
            let mut after = text[closer.1 - line.start..].chars();
            let (next, second) = (after.next().unwrap_or(' '), after.next().unwrap_or('\n'));
            let inside = &text[opener.1 - line.start..closer.0 - line.start];
            bad += if before.is_whitespace() || matches!(before, '(' | '[' | '{' | '=' | '!' | '+' | '.') { 0 } else { 3 };
            bad += if next.is_whitespace() || matches!(next, ';' | ')' | ']' | '}' | ',' | '.') { 0 } else { 3 };
            bad += usize::from(next.is_whitespace() && (second.is_ascii_alphanumeric() || matches!(second, '/' | '$' | '_')));
            bad += usize::from(inside.contains(" = ")) + usize::from(next == ',' && second == ' ');
            bad += 3 * usize::from(inside.contains(" : "));
            bad += 3 * usize::from(inside.contains(';') || inside.ends_with(['[', '(', '{']));
            bad += 3 * usize::from(inside.len() > 1 && inside.starts_with(['=', ';', '?', '|', '+', ',']));
            bad += 3 * usize::from(inside.contains(" then ") || inside.contains(" else ") || inside.starts_with("if "));
            bad += usize::from(inside.is_empty() || inside.starts_with(' ') || inside.ends_with(' '));
            let count = |sign: char| inside.matches(sign).count();
            bad += 2 * usize::from(count('{') != count('}') || count('(') != count(')') || count('[') != count(']'));
            bad += 2 * usize::from(inside.contains("# ") || inside.contains(" ? ") || inside.contains(" | "));
        }
        bad
    }

    /// `${` without `}` on a line of an indented text.
    fn holes(&mut self, line: Range<usize>) {
        let mut at = line.start;
        while let Some(hole) = self.text[at..line.end].find("${").map(|hole| at + hole) {
            at = hole + 2;
            if self.text[..hole].ends_with("''") || self.text[..hole].ends_with('$') {
                continue;
            }
            if hole_end(self.text.as_bytes(), hole, line.end).is_err() {
                self.close_hole(hole, line.end);
            }
        }
    }

    fn close_hole(&mut self, hole: usize, end: usize) {
        let name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-' | '\'');
        let length = self.text[hole + 2..end].find(|letter| !name(letter)).unwrap_or(end - hole - 2);
        self.found.problems.push(error::unclosed(self.span(hole, hole + 2), "${", "}"));
        self.insert(hole + 2 + length, "}");
    }

    /// `''` at a place that is code.
    fn indented(&mut self, at: usize) {
        let line = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let indent = blanks(&self.text[line..]);
        let mut place = at + 2;
        loop {
            let end = self.text[place..].find('\n').map_or(self.text.len(), |newline| place + newline);
            let is_below = place > at + 2;
            let here = &self.text[place..end];
            let closer = closing(here);
            self.holes(place..closer.map_or(end, |closer| place + closer));
            let outside = is_below && !here.trim().is_empty() && blanks(here) <= indent && !here.trim_start().starts_with("''");
            if let (Some(closer), false) = (closer, outside) {
                self.at = place + closer + 2;
                return;
            }
            if outside || end == self.text.len() {
                break;
            }
            place = end + 1;
        }
        let rest = self.text[at + 2..].trim_start_matches(' ');
        if line + indent == at && rest.starts_with([';', ']', ')', '}']) {
            // It ends a text that nothing begins: the text is what stands deeper above it.
            let mut opener = line;
            while let Some(newline) = self.text[..opener].rfind('\n') {
                let above = self.text[..newline].rfind('\n').map_or(0, |newline| newline + 1);
                opener = above;
                if blanks(&self.text[above..]) <= indent && !self.text[above..newline].trim().is_empty() {
                    break;
                }
            }
            let end = self.text[opener..].find('\n').map_or(self.text.len(), |newline| opener + newline);
            let end = opener + self.text[opener..end].trim_end().len();
            self.found.edits.retain(|edit| edit.range.start <= end);
            self.found.problems.retain(|problem| problem.span().is_none_or(|span| span.start as usize <= end));
            self.found.problems.push(error::unopened_text(self.span(at, at + 2), self.span(end, end)));
            self.insert(end, " ''");
            self.at = at + 2;
            return;
        }
        let place = place.min(self.text.len());
        let place = place + blanks(&self.text[place..]).min(self.text.len() - place);
        self.found.problems.push(error::unclosed(self.span(at, at + 2), "''", "''"));
        self.insert(place, "''");
        self.at = place.max(at + 2);
    }
}

fn blanks(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// The `''` of a line that ends an indented text.
fn closing(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut at = 0;
    while at + 1 < bytes.len() {
        if bytes[at] == b'\'' && bytes[at + 1] == b'\'' {
            match bytes.get(at + 2) {
                Some(b'\'' | b'$') => at += 3,
                Some(b'\\') => at += 4,
                _ => return Some(at),
            }
        } else {
            at += 1;
        }
    }
    None
}

/// The place behind the quote that ends a text on its line.
fn text_end(bytes: &[u8], mut at: usize, end: usize) -> Result<usize, Broken> {
    while at < end {
        match (bytes[at], bytes.get(at + 1)) {
            (b'"', _) => return Ok(at + 1),
            (b'\\', _) | (b'$', Some(b'$')) => at += 2,
            (b'$', Some(b'{')) => at = hole_end(bytes, at, end)?,
            _ => at += 1,
        }
    }
    Err(Broken::Quote)
}

/// The place behind the `}` of a `${` on its line.
fn hole_end(bytes: &[u8], hole: usize, end: usize) -> Result<usize, Broken> {
    let mut depth = 0;
    let mut at = hole + 2;
    while at < end {
        match bytes[at] {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Ok(at + 1),
            b'}' => depth -= 1,
            b'"' => {
                at = text_end(bytes, at + 1, end).map_err(|_| Broken::Hole(hole))?;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    Err(Broken::Hole(hole))
}
