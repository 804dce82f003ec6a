//! Brackets, texts and comments that do not close, and closers that close nothing.

use wcalang_model::diag::Problems;
use wcalang_model::source::{FileId, Span};

use super::{Mended, reads};
use crate::error;
use crate::parse::Rule;
use crate::parse::scan::{self, Open, OpenKind};

/// How many places are tried for a closer.
const TRIED: usize = 40;
/// How many brackets of one piece are mended.
const MENDED: usize = 5;

/// Closes what is open and removes what closes nothing, a problem each; the place is where it does most for the grammar.
pub(super) fn close(file: FileId, part: &mut Mended, rule: Rule, problems: &mut Problems) {
    for _ in 0..MENDED {
        let found = scan::scan(&part.text);
        if let Some((at, open)) = found.stray.first().copied() {
            let opener = open.map(|open| (Span::new(file, open.start, open.start + open.kind.opener().len()), open.kind.opener()));
            problems.push(part.original(error::stray_closer(Span::new(file, at, at + 1), &part.text[at..at + 1], opener)));
            part.replace(at..at + 1, " ");
        } else if let Some(open) = culprit(&found.unclosed) {
            let opener = open.kind.opener();
            problems.push(part.original(error::unclosed(
                Span::new(file, open.start, open.start + opener.len()),
                opener,
                open.kind.closer(),
            )));
            insert_closer(part, rule, open);
        } else {
            return;
        }
    }
}

/// Which of the open ones to close: the outermost, except that a quote inside of `${` was meant to end the text around it.
fn culprit(unclosed: &[Open]) -> Option<Open> {
    let inside = unclosed.windows(2).rfind(|two| two[0].kind == OpenKind::Interpolation && two[1].kind == OpenKind::Text);
    inside.map(|two| two[0]).or(unclosed.first().copied())
}

fn insert_closer(part: &mut Mended, rule: Rule, open: Open) {
    let after = open.start + open.kind.opener().len();
    let closer = open.kind.closer();
    let places = places(&part.text, open, after);
    let best = places.iter().take(TRIED).find_map(|place| {
        let endings = if open.kind == OpenKind::Comment { vec![closer.to_owned()] } else { vec![closer.to_owned(), format!("{closer};")] };
        endings.into_iter().find_map(|ending| {
            let mut text = part.text.clone();
            text.insert_str(*place, &ending);
            reads(rule, &text).then_some((*place, ending))
        })
    });
    match best {
        Some((place, ending)) => part.replace(place..place, &ending),
        None => {
            // Nothing reads at once: close it where it closes at all, and let the grammar say the rest.
            let place = places.first().copied().unwrap_or(part.text.len());
            part.replace(place..place, closer);
        }
    }
}

/// Where a closer may be missing, the likeliest first.
fn places(text: &str, open: Open, after: usize) -> Vec<usize> {
    let line_start = text[..open.start].rfind('\n').map_or(0, |newline| newline + 1);
    let indentation = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let own = indentation(&text[line_start..]);
    let mut places = Vec::new();
    let line_end = text[after..].find('\n').map_or(text.len(), |newline| after + newline);
    let is_text = matches!(open.kind, OpenKind::Text);
    let opens_block = text[after..line_end].trim().is_empty() && !is_text;
    // A bracket that ends its line opens a block: it ends before the first line that is not indented deeper.
    let mut at = line_end;
    while let Some(next) = text.get(at + 1..).filter(|rest| !rest.is_empty()) {
        let end = next.find('\n').map_or(text.len(), |newline| at + 1 + newline);
        if !text[at + 1..end].trim().is_empty() && indentation(&text[at + 1..end]) <= own {
            break;
        }
        at = end;
    }
    let block_end = text[..at].trim_end().len().max(after);
    if opens_block {
        places.push(block_end);
    }
    let signs: &[char] = match open.kind {
        OpenKind::Interpolation => &['"', '\'', ' ', '.', ';', '/', ':'],
        OpenKind::Text => &[';', ' ', ']', '\n'],
        OpenKind::Paren | OpenKind::Bracket | OpenKind::Brace | OpenKind::Indented | OpenKind::Comment => &[';', ')', ']', '}', '\n'],
    };
    places.extend(text[after..].match_indices(signs).map(|(at, _)| after + at));
    places.push(block_end);
    places.push(text.trim_end().trim_end_matches(';').len().max(after));
    places.push(text.len());
    places
}
