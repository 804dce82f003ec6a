//! A program with one mistake: a token left out, one too many, or two in the wrong order.

use std::ops::Range;

use wcalang_lang::syntax::{Token, TokenKind, tokens};

/// A mistake and the program that has it.
pub struct Broken {
    /// What was done, and to what.
    pub what: String,
    /// The piece of the whole program that was replaced.
    pub replaced: Range<usize>,
    /// By how much the program is longer now.
    pub longer: isize,
    /// The program.
    pub text: String,
}

/// What is written where it does not belong.
const STRAYS: &[&str] = &[";", "}", "{", "\"", "in", "=", "stray"];

fn broken(text: &str, replaced: Range<usize>, by: &str, what: String) -> Broken {
    let mut broken = text.to_string();
    broken.replace_range(replaced.clone(), by);
    Broken { what, longer: by.len() as isize - replaced.len() as isize, replaced, text: broken }
}

/// The tokens that a mistake can be made with: all but the letters of texts.
fn signs(text: &str) -> Vec<Token> {
    tokens(text).into_iter().filter(|token| token.kind != TokenKind::Text).collect()
}

/// Each token left out.
pub fn deletions(text: &str) -> impl Iterator<Item = Broken> {
    signs(text).into_iter().map(move |token| {
        let range = token.start..token.end;
        broken(text, range.clone(), "", format!("without `{}`", &text[range]))
    })
}

/// Before each token one of the strays, another one each time, unless it would stand within a text.
pub fn insertions(text: &str, seed: usize) -> impl Iterator<Item = Broken> {
    let inside =
        |token: &Token| token.kind == TokenKind::Unquote || (token.kind == TokenKind::Open && text[token.start..].starts_with("${"));
    signs(text).into_iter().filter(move |token| !inside(token)).enumerate().map(move |(at, token)| {
        let stray = STRAYS[(at + seed) % STRAYS.len()];
        let by = format!(" {stray} ");
        broken(text, token.start..token.start, &by, format!("with `{stray}` before `{}`", &text[token.start..token.end]))
    })
}

/// Each token and the one behind it in the wrong order, where both stand on one line.
pub fn swaps(text: &str) -> impl Iterator<Item = Broken> {
    let signs = signs(text);
    let pairs: Vec<(Token, Token)> = signs.windows(2).map(|pair| (pair[0], pair[1])).collect();
    pairs.into_iter().filter_map(move |(first, second)| {
        let (first, between, second) = (&text[first.start..first.end], &text[first.end..second.start], first.start..second.end);
        let whole = second.clone();
        let second = &text[second.start + first.len() + between.len()..second.end];
        let swapped = format!("{second}{between}{first}");
        let differs = first != second && !between.contains('\n');
        differs.then(|| broken(text, whole, &swapped, format!("`{first}` behind `{second}`")))
    })
}
