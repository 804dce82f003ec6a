//! A long text is read in parts: the members of its longest `let` or record, or the items of its longest list, where they
//! begin at the beginning of lines, as people write them.
//!
//! The grammar keeps two tokens for each piece of what it reads until it is done; in parts, those of the whole text are never
//! there at once. And who reads a text again and again, changed a little each time, reads only the parts that are new
//! ([`Memory`]). The parts are found without the grammar and may be wrong: then the grammar refuses one, and the whole is read.

use std::ops::Range;

use hashbrown::HashMap;

use super::lower::Part;
use super::scan::Line;

/// From how many bytes on a text is read in parts.
const LONG: usize = 16 << 10;
/// How many bytes a part has at least, if it is not kept for the next reading.
const PART: usize = 32 << 10;
/// How many lines of members or items make parts worth while.
const LINES: usize = 8;

/// What the parts of a text are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Members of a `let` or a record.
    Members,
    /// Items of a list.
    Items,
}

/// The parts that were read before, by their texts, for who reads a text again that was changed a little.
#[derive(Debug, Default)]
pub struct Memory {
    pub(super) parts: HashMap<Box<str>, Kept>,
    /// Which reading this is.
    reading: u64,
    /// How many expressions the last reading gave.
    pub(super) exprs: usize,
}

#[derive(Debug)]
pub(super) struct Kept {
    part: Part,
    /// The last reading that had use for it.
    used: u64,
}

impl Memory {
    /// The part of a text, as it was read before.
    pub(super) fn find(&mut self, text: &str) -> Option<&Part> {
        let kept = self.parts.get_mut(text)?;
        kept.used = self.reading;
        Some(&kept.part)
    }

    /// Keeps a part that was read.
    pub(super) fn keep(&mut self, text: &str, part: Part) {
        self.parts.insert(text.into(), Kept { part, used: self.reading });
    }

    /// A reading has ended: what it had no use for is forgotten.
    pub(super) fn end(&mut self, exprs: usize) {
        let reading = self.reading;
        self.parts.retain(|_, kept| kept.used == reading);
        self.reading += 1;
        self.exprs = exprs;
    }
}

/// The parts of a text.
#[derive(Debug)]
pub(super) struct Parts {
    /// What they are.
    pub kind: Kind,
    /// Where they are: one after the other, whole lines.
    pub ranges: Vec<Range<usize>>,
}

impl Parts {
    /// Where all of them are.
    pub fn range(&self) -> Range<usize> {
        self.ranges.first().map_or(0, |first| first.start)..self.ranges.last().map_or(0, |last| last.end)
    }

    /// The text around the parts: in their place stands a hole.
    pub fn around(&self, text: &str) -> String {
        let range = self.range();
        [&text[..range.start], self.hole(), &text[range.end..]].concat()
    }

    fn hole(&self) -> &'static str {
        match self.kind {
            Kind::Members => "\u{1}=\u{1};\n",
            Kind::Items => "\u{1}\n",
        }
    }

    /// Where a place of the text around them is in the whole text.
    pub fn place(&self, at: usize) -> usize {
        let (range, hole) = (self.range(), self.hole().len());
        if at < range.start + hole { at } else { at + range.len() - hole }
    }

    /// The parts of a text, if it is long. `each`: every line that can begin a part does.
    pub fn find(text: &str, lines: &[Line], each: bool) -> Option<Parts> {
        if text.len() < LONG {
            return None;
        }
        let mut finder = Finder { text, each, open: Vec::new(), opened: 0, longest: None };
        lines.iter().for_each(|line| finder.line(line));
        finder.longest
    }
}

/// A `let`, a record or a list whose first line inside was seen.
struct Open {
    kind: Kind,
    depth: usize,
    indent: usize,
    /// How it ends.
    end: &'static str,
    /// How many of its members or items begin a line.
    count: usize,
    /// Where parts begin.
    cuts: Vec<usize>,
}

struct Finder<'a> {
    text: &'a str,
    each: bool,
    open: Vec<Open>,
    /// The end of what opened the last one.
    opened: usize,
    longest: Option<Parts>,
}

impl Finder<'_> {
    fn line(&mut self, line: &Line) {
        let rest = &self.text[line.start..];
        let code = rest.trim_start_matches([' ', '\t']);
        let Some(first) = code.bytes().next().filter(|byte| !matches!(byte, b'\n' | b'\r')) else { return };
        let indent = rest.len() - code.len();
        let before = self.text[..line.before].bytes().next_back().unwrap_or(0);
        while self.open.last().is_some_and(|open| open.depth > line.depth) {
            self.open.pop();
        }
        if let Some(open) = self.open.last_mut().filter(|open| open.depth == line.depth) {
            let ends = code.starts_with(open.end) && !code[open.end.len()..].starts_with(|next: char| next.is_ascii_alphanumeric());
            let begins = indent == open.indent
                && match open.kind {
                    Kind::Members => before == b';',
                    Kind::Items => matches!(before, b'}' | b')' | b']' | b'"') && matches!(first, b'{' | b'(' | b'[' | b'"'),
                };
            if ends {
                self.close(line.start);
            } else if begins {
                open.count += 1;
                let since = open.cuts.last().map_or(0, |last| line.start - last);
                if since >= PART || (self.each && line.before > open.cuts.last().copied().unwrap_or(0)) {
                    open.cuts.push(line.start);
                }
            } else if indent < open.indent {
                self.open.pop();
            }
        }
        let opened = match before {
            b'{' => Some((Kind::Members, "}")),
            b'[' => Some((Kind::Items, "]")),
            b't' if ends_in_let(&self.text[..line.before]) => Some((Kind::Members, "in")),
            _ => None,
        };
        // Comments may stand before the first member: it begins with the first of them.
        if let Some((kind, end)) = opened.filter(|_| line.before > self.opened) {
            self.opened = line.before;
            self.open.push(Open { kind, depth: line.depth, indent, end, count: 1, cuts: vec![line.start] });
        }
    }

    /// The innermost ends before a line.
    fn close(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        let length = |parts: &Parts| parts.range().len();
        let mut ends = open.cuts.iter().skip(1).copied().chain([end]);
        let ranges: Vec<Range<usize>> = open.cuts.iter().map_while(|start| Some(*start..ends.next()?)).collect();
        let found = Parts { kind: open.kind, ranges };
        if open.count >= LINES && self.longest.as_ref().is_none_or(|longest| length(longest) < length(&found)) {
            self.longest = Some(found);
        }
    }
}

fn ends_in_let(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'\'' | b'.');
    text.strip_suffix("let").is_some_and(|before| !before.bytes().next_back().is_some_and(word))
}
