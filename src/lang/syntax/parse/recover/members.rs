//! Cutting a text into the definitions at one indentation, which is right even where brackets are wrong.

use std::ops::Range;

use super::quotes;
use crate::parse::scan;

/// How many members may be joined to make one whose brackets close.
const JOINED: usize = 8;

/// A piece of a file.
#[derive(Debug, PartialEq)]
pub(super) struct Piece {
    /// Where.
    pub range: Range<usize>,
    /// Whether it is one member, `name = …;`; otherwise what stands between.
    pub is_member: bool,
}

/// Cuts a text into pieces that cover it: by its outermost definitions that begin a line, or, of a text that is a definition, by
/// the outermost ones inside of it. A text without any is one piece, or none where it is unclear what is text in quotes.
pub(super) fn cut(text: &str, inside: bool) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let quotes = quotes::indented_quotes(text);
    if inside && !quotes.len().is_multiple_of(2) {
        return pieces;
    }
    let comments = comments(text);
    let is_aside = |at: usize| {
        let is_quoted = quotes.len().is_multiple_of(2) && !quotes.partition_point(|quote| *quote < at).is_multiple_of(2);
        is_quoted || comments[..comments.partition_point(|comment| comment.start < at)].last().is_some_and(|comment| at < comment.end)
    };
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or(text);
    let least = if inside { blanks(first) + 1 } else { 1 };
    let mut indent = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let depth = blanks(line);
        let blank = line.trim().is_empty();
        let begins =
            !blank && indent.is_none_or(|indent| indent == depth) && depth >= least && !is_aside(range.start) && key(line).is_some();
        if begins {
            indent = Some(depth);
            pieces.push(Piece { range, is_member: true });
            continue;
        }
        let outside =
            !blank && indent.is_some_and(|indent| depth < indent) && !is_aside(range.start) && !line.trim_start().starts_with('#');
        match pieces.last_mut() {
            Some(last) if !(outside && last.is_member) => last.range.end = range.end,
            _ => pieces.push(Piece { range, is_member: false }),
        }
    }
    let mut pieces = join(text, pieces);
    if closes(text) {
        // Then a piece that does not close was cut in the wrong place.
        for piece in &mut pieces {
            piece.is_member &= closes(&text[piece.range.clone()]);
        }
    }
    pieces
}

/// Members that close only together are one: text may look like a member.
fn join(text: &str, pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    let mut pieces = pieces.into_iter().peekable();
    while let Some(mut piece) = pieces.next() {
        if piece.is_member && !closes(&text[piece.range.clone()]) {
            let rest: Vec<Range<usize>> =
                std::iter::from_fn(|| pieces.next_if(|next| next.is_member).map(|next| next.range)).take(JOINED).collect();
            let enough = rest.iter().position(|range| closes(&text[piece.range.start..range.end]));
            if let Some(enough) = enough {
                piece.range.end = rest[enough].end;
            }
            let left = rest.into_iter().skip(enough.map_or(0, |enough| enough + 1));
            let left: Vec<Piece> = left.map(|range| Piece { range, is_member: true }).collect();
            joined.push(piece);
            // Those that were looked at and not needed are looked at again, each for itself.
            joined.extend(if left.iter().all(|piece| closes(&text[piece.range.clone()])) { left } else { join(text, left) });
            continue;
        }
        joined.push(piece);
    }
    joined
}

/// The comments that begin a line and go over several ones.
fn comments(text: &str) -> Vec<Range<usize>> {
    let mut comments = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("/*").map(|start| at + start) {
        let line = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[start + 2..].find("*/").map(|end| start + 2 + end + 2);
        at = start + 2;
        if let (true, Some(end)) = (text[line..start].trim().is_empty(), end) {
            comments.push(start..end);
            at = end;
        }
    }
    comments
}

fn blanks(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

fn closes(text: &str) -> bool {
    let found = scan::scan(text);
    found.unclosed.is_empty() && found.stray.is_empty()
}

/// The key of a text that begins like a member, `a."b".c =` or `a :`, without the sign behind it.
pub(super) fn key(text: &str) -> Option<Range<usize>> {
    let start = text.len() - text.trim_start().len();
    let rest = &text[start..];
    let mut end = 0;
    let bytes = rest.as_bytes();
    if !bytes.first().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'"' | b'$')) {
        return None;
    }
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'"' => end += 2 + rest[end + 1..].find(['"', '\n']).filter(|at| bytes[end + 1 + at] == b'"')?,
            b'$' => end += 1 + rest[end..].find(['}', '\n']).filter(|at| bytes[end + at] == b'}')?,
            byte if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'\'' | b'.') => end += 1,
            _ => break,
        }
    }
    let after = rest[end..].trim_start();
    let ends = |line: &str| line.split(" #").next().is_some_and(|line| line.trim_end().ends_with(';'));
    let word = &rest[..end];
    let is_member = word == "inherit"
        || (after.starts_with('=') && !after.starts_with("=="))
        || (after.starts_with(": ") && after.lines().next().is_some_and(ends));
    (is_member && word != "in").then_some(start..start + end)
}
