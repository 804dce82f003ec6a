//! Texts: escapes, `${…}`, and the common indentation of `'' … ''`, by Nix's rules. Lines end in `\n` whatever the file has.
#![expect(clippy::wildcard_enum_match_arm, reason = "the enum of the grammar's rules: what cannot come here is one arm")]

use std::borrow::Cow;

use pest::iterators::Pair;

use super::{Lowering, tokens};
use crate::ast::{Expr, ExprId, Literal, Part};
use crate::parse::Rule;

/// A part of an indented text before its indentation is taken away.
enum Piece {
    /// As it stands in the file.
    Raw(String),
    /// An escape: never indentation.
    Escaped(String),
    Expr(ExprId),
}

impl Lowering<'_> {
    pub(super) fn string(&mut self, pair: Pair<'_, Rule>) -> ExprId {
        let span = self.range(&pair);
        let mut parts = Parts::default();
        for part in tokens(pair) {
            match part.as_rule() {
                Rule::escape => parts.text(unescape(&part.as_str()[1..])),
                Rule::interpolation => {
                    let inner = tokens(part).next();
                    let expr = self.next_expr(inner);
                    parts.expr(expr);
                }
                _ => parts.text(&unix_lines(part.as_str())),
            }
        }
        let expr = parts.finish();
        self.add(expr, span.start, span.end)
    }

    pub(super) fn indented(&mut self, pair: Pair<'_, Rule>) -> ExprId {
        let span = self.range(&pair);
        let mut pieces = Vec::new();
        for part in tokens(pair) {
            match part.as_rule() {
                Rule::indented_escape => pieces.push(Piece::Escaped(match part.as_str() {
                    "'''" => "''".to_owned(),
                    "''$" => "$".to_owned(),
                    other => unescape(&other[3..]).to_owned(),
                })),
                Rule::interpolation => {
                    let inner = tokens(part).next();
                    pieces.push(Piece::Expr(self.next_expr(inner)));
                }
                _ => match (pieces.last_mut(), unix_lines(part.as_str())) {
                    (_, text) if text.is_empty() => {}
                    (Some(Piece::Raw(before)), text) => before.push_str(&text),
                    (_, text) => pieces.push(Piece::Raw(text.into_owned())),
                },
            }
        }
        let expr = dedent(pieces);
        self.add(expr, span.start, span.end)
    }
}

#[derive(Default)]
struct Parts {
    done: Vec<Part>,
    text: String,
}

impl Parts {
    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn expr(&mut self, expr: ExprId) {
        if !self.text.is_empty() {
            self.done.push(Part::Text(std::mem::take(&mut self.text).into()));
        }
        self.done.push(Part::Expr(expr));
    }

    fn finish(mut self) -> Expr {
        if self.done.is_empty() {
            return Expr::Literal(Literal::Str(self.text.into()));
        }
        if !self.text.is_empty() {
            self.done.push(Part::Text(self.text.into()));
        }
        Expr::Interpolated(self.done.into())
    }
}

fn unescape(escaped: &str) -> &str {
    match escaped {
        "n" => "\n",
        "r" => "\r",
        "t" => "\t",
        other => other,
    }
}

/// The text with `\n` for every `\r\n`.
fn unix_lines(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").into() } else { text.into() }
}

/// What a plain text says: without its quotes.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    unix_lines(&text[1..text.len() - 1])
}

/// What a doc comment says: without its delimiters, leading stars and common indentation.
pub(super) fn documentation(comment: &str) -> String {
    let inner = unix_lines(comment.trim_start_matches("/**").trim_end_matches("*/")).into_owned();
    let lines: Vec<&str> = inner.trim().lines().map(|line| line.trim_end()).collect();
    let starred = lines.len() > 1 && lines[1..].iter().all(|line| line.is_empty() || line.trim_start().starts_with('*'));
    let indent = lines.iter().skip(1).filter(|line| !line.is_empty()).map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let rest = lines.iter().skip(1).map(|line| match starred {
        true => line.trim_start().trim_start_matches('*').trim_start(),
        false => line.get(indent..).unwrap_or(""),
    });
    lines.iter().take(1).copied().chain(rest).collect::<Vec<_>>().join("\n")
}

fn dedent(mut pieces: Vec<Piece>) -> Expr {
    // The opening quotes take the rest of their line, if it is blank.
    if let Some(Piece::Raw(first)) = pieces.first_mut()
        && let Some(newline) = first.find('\n')
        && first[..newline].bytes().all(|byte| byte == b' ')
    {
        first.drain(..=newline);
    }
    let indent = least_indentation(&pieces);
    let count = pieces.len();
    let mut parts = Parts::default();
    let mut dropping = Some(0);
    for (index, piece) in pieces.into_iter().enumerate() {
        let is_last = index + 1 == count;
        match piece {
            Piece::Expr(expr) => {
                dropping = None;
                parts.expr(expr);
            }
            Piece::Escaped(text) => {
                dropping = None;
                parts.text(&text);
            }
            Piece::Raw(text) => {
                let mut kept = String::with_capacity(text.len());
                for letter in text.chars() {
                    match (letter, dropping) {
                        ('\n', _) => dropping = Some(0),
                        (' ', Some(dropped)) if dropped < indent => {
                            dropping = Some(dropped + 1);
                            continue;
                        }
                        (' ', Some(_)) => {}
                        _ => dropping = None,
                    }
                    kept.push(letter);
                }
                if is_last
                    && let Some(newline) = kept.rfind('\n')
                    && kept[newline + 1..].bytes().all(|byte| byte == b' ')
                {
                    kept.truncate(newline + 1);
                }
                parts.text(&kept);
            }
        }
    }
    parts.finish()
}

/// The fewest blanks before a line that has more than blanks.
fn least_indentation(pieces: &[Piece]) -> usize {
    let mut least = usize::MAX;
    let mut current = Some(0);
    for piece in pieces {
        match piece {
            Piece::Expr(_) | Piece::Escaped(_) => least = least.min(current.take().unwrap_or(usize::MAX)),
            Piece::Raw(text) => {
                for letter in text.chars() {
                    match (letter, current) {
                        ('\n', _) => current = Some(0),
                        (' ', Some(count)) => current = Some(count + 1),
                        (_, Some(count)) => {
                            least = least.min(count);
                            current = None;
                        }
                        (_, None) => {}
                    }
                }
            }
        }
    }
    least
}
