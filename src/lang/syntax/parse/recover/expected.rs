//! What the grammar expected, as a sentence and as a mend.

use std::ops::Range;

use wcalang_model::diag::Problem;
use wcalang_model::source::{FileId, Span};

use super::Failure;
use crate::error;
use crate::parse::Comment;

/// The words that are no names.
pub(super) const KEYWORDS: &[&str] = &["if", "then", "else", "assert", "with", "let", "inherit", "in", "rec"];

/// The character that stands for a missing value.
const HOLE: &str = "\u{1}";

/// An edit that makes the text readable.
pub(super) struct Mend {
    pub range: Range<usize>,
    pub text: String,
}

/// A failure under judgement.
struct Place<'a> {
    file: FileId,
    text: &'a str,
    at: usize,
    comments: &'a [Comment],
}

/// The problem of a failure, and its mend, if there is one.
pub(super) fn judge(file: FileId, text: &str, failure: &Failure, comments: &[Comment]) -> (Problem, Option<Mend>) {
    let place = Place { file, text, at: failure.place, comments };
    let found = &text[failure.place..];
    let word = word(text, failure.place);
    if let Some(judged) = place.unquoted() {
        return judged;
    }
    match word {
        "in" | "inherit" if failure.expected.is_empty() => return place.missing_before(";", "a definition"),
        "if" | "let" | "with" | "assert" if failure.expected.is_empty() => return place.bare_form(word),
        _ => {}
    }
    if found.starts_with(',') && failure.expects("]") {
        return place.commas();
    }
    if found.starts_with(',') && failure.expects(";") {
        let span = place.span(failure.place, failure.place + 1);
        return (error::comma_for_semicolon(span), Some(Mend { range: failure.place..failure.place + 1, text: ";".to_owned() }));
    }
    if failure.expects(";") {
        return match found.chars().next() {
            Some(':') if place.name_is_on_the_line_of_an_operand() => place.bare_function(),
            Some('=' | ':') => place.missing_before_name(),
            Some('}' | '{' | '"' | '$') | None => place.missing_before(";", "a definition"),
            Some(_) if !word.is_empty() => place.missing_before(";", "a definition"),
            Some(_) => place.unexpected(" "),
        };
    }
    let is_value_missing = failure.expects("\"") && failure.expects("[");
    if failure.expects("else") {
        return place.missing_else();
    }
    if failure.expects("then") {
        return place.missing_before("then", "the condition of an `if`");
    }
    if failure.expects("in") {
        return place.missing_before("in", "the definitions of a `let`");
    }
    if is_value_missing && !failure.expects("]") {
        return place.missing_value();
    }
    if failure.expects("=") {
        return place.missing_equals();
    }
    if failure.expects(")") {
        return place.missing_before(")", "a parenthesis");
    }
    if failure.expects(":") && failure.expects("@") && !failure.expects(",") {
        return place.missing_body();
    }
    if failure.expects(",") {
        return place.missing_before(",", "each parameter but the last");
    }
    place.unexpected(" ")
}

/// The word at a place, empty if there is none.
pub(super) fn word(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or("");
    let end = rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '\''))).unwrap_or(rest.len());
    &rest[..end]
}

impl Place<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    /// The end of what stands before a place: over blanks and comments.
    fn end_before(&self, mut at: usize) -> usize {
        loop {
            at = self.text[..at].trim_end().len();
            match self.comments.iter().rfind(|comment| comment.span.end as usize == at) {
                Some(comment) => at = comment.span.start as usize,
                None => return at,
            }
        }
    }

    /// The start of the key or name in front of a place.
    fn start_of_name(&self) -> usize {
        let end = self.end_before(self.at);
        let mut start = end;
        let bytes = self.text.as_bytes();
        while let Some(byte) = start.checked_sub(1).map(|before| bytes[before]) {
            match byte {
                b'"' => match self.text[..start - 1].rfind(['"', '\n']) {
                    Some(open) if bytes[open] == b'"' => start = open,
                    Some(_) | None => break,
                },
                byte if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'\'' | b'.') => start -= 1,
                _ => break,
            }
        }
        start
    }

    fn found(&self) -> &str {
        let word = word(self.text, self.at);
        match self.text[self.at..].chars().next() {
            Some(first) if word.is_empty() => &self.text[self.at..self.at + first.len_utf8()],
            _ => word,
        }
    }

    /// Something that fits nowhere: a sign is left out, after a word nothing is certain.
    fn unexpected(&self, instead: &str) -> (Problem, Option<Mend>) {
        let found = self.found();
        let range = self.at..self.at + found.len();
        let is_sign = !found.is_empty() && word(self.text, self.at).is_empty();
        let problem = error::unexpected(self.span(range.start, range.end), found);
        (problem, is_sign.then(|| Mend { range, text: instead.to_owned() }))
    }

    fn missing_before(&self, token: &str, construct: &str) -> (Problem, Option<Mend>) {
        self.missing_at(self.end_before(self.at), token, construct)
    }

    fn missing_before_name(&self) -> (Problem, Option<Mend>) {
        let name = self.start_of_name();
        self.missing_at(self.end_before(name), ";", "a definition")
    }

    fn missing_at(&self, at: usize, token: &str, construct: &str) -> (Problem, Option<Mend>) {
        let text = if token.starts_with(|letter: char| letter.is_ascii_alphabetic()) { format!(" {token} ") } else { token.to_owned() };
        (error::missing_token(self.span(at, at), token, construct, &text), Some(Mend { range: at..at, text }))
    }

    fn missing_else(&self) -> (Problem, Option<Mend>) {
        let at = self.end_before(self.at);
        let problem = error::missing_token(self.span(at, at), "else", "an `if`", " else …");
        (problem, Some(Mend { range: at..at, text: format!(" else {HOLE}") }))
    }

    /// A key without `=`.
    fn missing_equals(&self) -> (Problem, Option<Mend>) {
        let at = self.end_before(self.at);
        let rest = &self.text[self.at..];
        let name = &self.text[self.start_of_name()..at];
        if rest.is_empty() {
            // `let a = 1; a`: what looks like a key is the body.
            let start = self.start_of_name();
            return self.missing_at(self.end_before(start), "in", "the definitions of a `let`");
        }
        if rest.starts_with([';', '}']) {
            let text = if rest.starts_with(';') { format!(" = {HOLE}") } else { format!(" = {HOLE};") };
            return (error::key_without_value(self.span(at - name.len(), at), name), Some(Mend { range: at..at, text }));
        }
        self.missing_at(at, "=", "a key")
    }

    fn missing_value(&self) -> (Problem, Option<Mend>) {
        let rest = &self.text[self.at..];
        let word = word(self.text, self.at);
        let ends = rest.is_empty() || rest.starts_with([';', ')', ']', '}', ',']) || KEYWORDS.contains(&word);
        if !ends {
            return self.unexpected(HOLE);
        }
        let end = self.end_before(self.at);
        let start = self.text[..end].rfind(|letter: char| letter.is_whitespace()).map_or(0, |blank| blank + 1);
        let problem = error::missing_value(self.span(start, end), &self.text[start..end]);
        (problem, Some(Mend { range: self.at..self.at, text: format!("{HOLE} ") }))
    }

    fn missing_body(&self) -> (Problem, Option<Mend>) {
        let at = self.end_before(self.at);
        let problem = error::missing_token(self.span(at, at), ":", "the parameters of a function", ": …");
        (problem, Some(Mend { range: at..at, text: format!(": {HOLE}") }))
    }

    /// `[ a, b ]`: one problem for all commas of the list.
    fn commas(&self) -> (Problem, Option<Mend>) {
        let mut depth = 0;
        let mut text = String::new();
        let mut end = self.at;
        for letter in self.text[self.at..].chars() {
            match letter {
                '[' | '(' | '{' => depth += 1,
                ']' | ')' | '}' if depth == 0 => break,
                ']' | ')' | '}' => depth -= 1,
                _ => {}
            }
            text.push(if letter == ',' && depth == 0 { ' ' } else { letter });
            end += letter.len_utf8();
        }
        (error::comma_in_list(self.span(self.at, self.at + 1)), Some(Mend { range: self.at..end, text }))
    }

    /// URLs and paths outside of quotes.
    fn unquoted(&self) -> Option<(Problem, Option<Mend>)> {
        let before = &self.text[..self.at];
        let scheme = before.trim_end_matches(|letter: char| letter.is_ascii_alphanumeric() || letter == '+').len();
        let rest = &self.text[self.at..];
        let (start, what) = if rest.starts_with("://") {
            (scheme, "a URL")
        } else if rest.starts_with("//") && before.ends_with(':') {
            let colon = self.at - 1;
            let scheme = before[..colon].trim_end_matches(|letter: char| letter.is_ascii_alphanumeric() || letter == '+').len();
            (scheme, "a URL")
        } else if ["./", "../", "~/"].iter().any(|prefix| rest.starts_with(prefix)) || is_root_path(rest) || is_search_path(rest) {
            (self.at, "a path")
        } else if rest.starts_with("::") {
            (self.at, "an IPv6 address")
        } else if rest.starts_with('\'') && !rest.starts_with("''") {
            (self.at, "a text in single quotes")
        } else {
            return None;
        };
        let length = self.text[start..]
            .find(|letter: char| letter.is_whitespace() || matches!(letter, ';' | ')' | ']' | '}' | '"'))
            .unwrap_or(self.text.len() - start);
        let range = start..start + length;
        let problem = error::unquoted(self.span(range.start, range.end), what, &self.text[range.clone()]);
        Some((problem, Some(Mend { range, text: HOLE.to_owned() })))
    }

    /// `map x: x`: a name with `:` directly behind an operand on its line.
    fn name_is_on_the_line_of_an_operand(&self) -> bool {
        let start = self.start_of_name();
        let line = self.text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let between = self.text[line..start].trim_end();
        !between.is_empty() && !between.ends_with(';')
    }

    fn bare_function(&self) -> (Problem, Option<Mend>) {
        let start = self.start_of_name();
        (error::bare_form(self.span(start, self.at + 1), "a function"), None)
    }

    fn bare_form(&self, word: &str) -> (Problem, Option<Mend>) {
        (error::bare_form(self.span(self.at, self.at + word.len()), &format!("`{word}`")), None)
    }
}

fn is_root_path(rest: &str) -> bool {
    let mut letters = rest.chars();
    letters.next() == Some('/') && letters.next().is_some_and(|letter| letter.is_ascii_alphabetic()) && rest[1..].contains('/')
}

fn is_search_path(rest: &str) -> bool {
    let end = rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '<' | '/' | '-' | '.')));
    rest.starts_with('<') && end.is_some_and(|end| end > 1 && rest[end..].starts_with('>'))
}
