//! Texts that stand without quotes: URLs, paths, IPv6 addresses, single quotes.

use std::ops::Range;

use wcalang_model::diag::Problem;
use wcalang_model::source::{FileId, Span};

use crate::error;

/// The problem of such a text that begins at a place where an operand is expected, and where it stands.
pub(super) fn find(file: FileId, text: &str, at: usize) -> Option<(Problem, Range<usize>)> {
    let rest = &text[at..];
    let word = rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '+')).unwrap_or(rest.len());
    let behind = &rest[word..];
    let is_address = rest[..word].bytes().all(|byte| byte.is_ascii_hexdigit());
    let what = if word > 0 && behind.starts_with("://") {
        "a URL"
    } else if behind.starts_with("::") && is_address {
        "an IPv6 address"
    } else if ["./", "../", "~/"].iter().any(|prefix| rest.starts_with(prefix)) || is_root_path(rest) || is_search_path(rest) {
        "a path"
    } else if rest.starts_with('\'') && !rest.starts_with("''") {
        "a text in single quotes"
    } else {
        return None;
    };
    let length = rest.find(|letter: char| letter.is_whitespace() || matches!(letter, ';' | ')' | ']' | '}' | '"')).unwrap_or(rest.len());
    let range = at..at + length;
    Some((error::unquoted(Span::new(file, range.start, range.end), what, &text[range.clone()]), range))
}

fn is_root_path(rest: &str) -> bool {
    let mut letters = rest.chars();
    letters.next() == Some('/') && letters.next().is_some_and(|letter| letter.is_ascii_alphabetic()) && rest[1..].contains('/')
}

fn is_search_path(rest: &str) -> bool {
    let end = rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '<' | '/' | '-' | '.')));
    rest.starts_with('<') && end.is_some_and(|end| end > 1 && rest[end..].starts_with('>'))
}
