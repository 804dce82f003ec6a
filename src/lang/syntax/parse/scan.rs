//! One pass over the bytes that knows texts, comments and brackets, and nothing else: it collects the comments, measures the
//! nesting before anything recursive starts, and says which brackets and texts do not close.

use wcalang_model::source::{FileId, Span};

use crate::MAX_DEPTH;

/// A comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// Where, from `#` to before the end of the line, or from `/*` to `*/`.
    pub span: Span,
    /// Which form.
    pub kind: CommentKind,
}

/// The forms of comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentKind {
    /// `# to the end of the line`
    Line,
    /// `/* between */`
    Block,
    /// `/** documentation */`
    Doc,
}

/// What the scanner found.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The comments, in order, with spans of file 0.
    pub comments: Vec<Comment>,
    /// The bracket that is nested too deep, if one is.
    pub too_deep: Option<usize>,
    /// What was opened and never closed, outermost first.
    pub unclosed: Vec<Open>,
    /// Closing brackets that close nothing, or something else: the closer, and what was open there.
    pub stray: Vec<(usize, Option<Open>)>,
    /// The lines that begin outside of texts and comments.
    pub lines: Vec<Line>,
}

/// A line of code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// The place of its first byte.
    pub start: usize,
    /// In how many brackets.
    pub depth: usize,
    /// One past the last byte before it that is neither blank nor part of a comment.
    pub before: usize,
}

/// Something that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Open {
    /// The place of its first byte.
    pub start: usize,
    /// What it is.
    pub kind: OpenKind,
}

/// What can be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OpenKind {
    /// `(`
    Paren,
    /// `[`
    Bracket,
    /// `{`
    Brace,
    /// `${`
    Interpolation,
    /// `"`
    Text,
    /// `''`
    Indented,
    /// `/*`
    Comment,
}

impl OpenKind {
    /// What opens it.
    pub fn opener(self) -> &'static str {
        match self {
            OpenKind::Paren => "(",
            OpenKind::Bracket => "[",
            OpenKind::Brace => "{",
            OpenKind::Interpolation => "${",
            OpenKind::Text => "\"",
            OpenKind::Indented => "''",
            OpenKind::Comment => "/*",
        }
    }

    /// What closes it.
    pub fn closer(self) -> &'static str {
        match self {
            OpenKind::Paren => ")",
            OpenKind::Bracket => "]",
            OpenKind::Brace | OpenKind::Interpolation => "}",
            OpenKind::Text => "\"",
            OpenKind::Indented => "''",
            OpenKind::Comment => "*/",
        }
    }
}

impl Comment {
    /// The same comment in another file.
    pub(super) fn in_file(self, file: FileId) -> Comment {
        Comment { span: Span { file, ..self.span }, ..self }
    }
}

/// Scans a text.
pub(super) fn scan(text: &str) -> Scan {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0, open: Vec::new(), depth: 0, before: 0, since: 0, found: Scan::default() };
    scanner.run();
    scanner.found.unclosed.splice(0..0, scanner.open);
    scanner.found
}

/// Goes on with a word.
const WORD: u8 = 1;
/// Says nothing here: in code it neither begins a word, a text or a comment, nor is it a bracket or the end of a line.
const PLAIN: u8 = 2;
/// What each byte is.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut at = 0;
    while at < classes.len() {
        let byte = at as u8;
        let begins_word = byte.is_ascii_alphabetic() || byte == b'_';
        let is_special = matches!(byte, b'(' | b'[' | b'{' | b'}' | b']' | b')' | b'$' | b'"' | b'\'' | b'#' | b'/' | b'\n');
        if begins_word || byte.is_ascii_digit() || matches!(byte, b'-' | b'\'') {
            classes[at] |= WORD;
        }
        if !begins_word && !is_special {
            classes[at] |= PLAIN;
        }
        at += 1;
    }
    classes
};

fn is(byte: u8, class: u8) -> bool {
    CLASSES[usize::from(byte)] & class != 0
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

/// How many bytes there are before the first of which it does not hold.
fn run(bytes: &[u8], holds: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|byte| !holds(*byte)).unwrap_or(bytes.len())
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    open: Vec<Open>,
    depth: usize,
    /// One past the last byte of code, as far as that was asked.
    before: usize,
    /// Where the code begins of which it was not.
    since: usize,
    found: Scan,
}

impl Scanner<'_> {
    fn run(&mut self) {
        while self.at < self.bytes.len() {
            match self.open.last().map(|open| open.kind) {
                Some(OpenKind::Text) => self.text(),
                Some(OpenKind::Indented) => self.indented(),
                Some(OpenKind::Paren | OpenKind::Bracket | OpenKind::Brace | OpenKind::Interpolation | OpenKind::Comment) | None => {
                    self.code()
                }
            }
        }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: OpenKind) {
        if !matches!(kind, OpenKind::Text | OpenKind::Indented) {
            self.depth += 1;
            if self.depth > MAX_DEPTH && self.found.too_deep.is_none() {
                self.found.too_deep = Some(self.at);
            }
        }
        self.open.push(Open { start: self.at, kind });
        self.at += kind.opener().len();
    }

    fn close(&mut self, closer: u8) {
        let matches = self.open.last().is_some_and(|open| open.kind.closer().as_bytes()[0] == closer);
        if matches {
            self.open.pop();
            self.depth -= 1;
        } else {
            self.mismatch(closer);
        }
        self.at += 1;
    }

    /// A closer that does not fit the innermost opener: if an outer one of the same code is meant, those between never close.
    fn mismatch(&mut self, closer: u8) {
        let text = self
            .open
            .iter()
            .rposition(|open| matches!(open.kind, OpenKind::Interpolation | OpenKind::Text | OpenKind::Indented))
            .map_or(0, |at| at + 1);
        let outer = self.open[text..].iter().rposition(|open| open.kind.closer().as_bytes()[0] == closer).map(|at| at + text);
        match outer {
            Some(outer) => {
                self.depth -= self.open.len() - outer;
                self.found.unclosed.extend(self.open.drain(outer + 1..));
                self.open.pop();
            }
            None => self.found.stray.push((self.at, self.open.last().copied())),
        }
    }

    fn code(&mut self) {
        while self.at < self.bytes.len() {
            let byte = self.bytes[self.at];
            match byte {
                _ if is(byte, PLAIN) => self.at += run(&self.bytes[self.at..], |byte| is(byte, PLAIN)),
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.at += run(&self.bytes[self.at..], |byte| is(byte, WORD)),
                b'(' => self.push(OpenKind::Paren),
                b'[' => self.push(OpenKind::Bracket),
                b'{' => self.push(OpenKind::Brace),
                b'$' if self.peek(1) == b'{' => self.push(OpenKind::Interpolation),
                b')' | b']' => self.close(byte),
                b'}' => {
                    let interpolation = self.open.last().is_some_and(|open| open.kind == OpenKind::Interpolation);
                    self.close(b'}');
                    if interpolation {
                        return;
                    }
                }
                b'"' => return self.push(OpenKind::Text),
                b'\'' if self.peek(1) == b'\'' => return self.push(OpenKind::Indented),
                b'#' => self.line_comment(),
                b'/' if self.peek(1) == b'*' => self.block_comment(),
                b'\n' => {
                    self.code_ends();
                    self.at += 1;
                    self.found.lines.push(Line { start: self.at, depth: self.depth, before: self.before });
                }
                _ => self.at += 1,
            }
        }
    }

    /// Before a comment or the end of a line: where the last byte of code was.
    fn code_ends(&mut self) {
        let blank = self.bytes[self.since..self.at].iter().rev().take_while(|byte| is_blank(**byte)).count();
        if self.at - blank > self.since {
            self.before = self.at - blank;
        }
        self.since = self.at + 1;
    }

    fn text(&mut self) {
        while self.at < self.bytes.len() {
            match self.bytes[self.at] {
                b'"' => {
                    self.open.pop();
                    self.at += 1;
                    return;
                }
                b'\\' => self.at += 2,
                b'$' if self.peek(1) == b'$' => self.at += 2,
                b'$' if self.peek(1) == b'{' => return self.push(OpenKind::Interpolation),
                b'$' => self.at += 1,
                _ => self.at += run(&self.bytes[self.at..], |byte| !matches!(byte, b'"' | b'\\' | b'$')),
            }
        }
    }

    fn indented(&mut self) {
        while self.at < self.bytes.len() {
            match self.bytes[self.at] {
                b'\'' if self.peek(1) == b'\'' => match self.peek(2) {
                    b'\'' | b'$' => self.at += 3,
                    b'\\' => self.at += 4,
                    _ => {
                        self.open.pop();
                        self.at += 2;
                        return;
                    }
                },
                b'$' if self.peek(1) == b'$' => self.at += 2,
                b'$' if self.peek(1) == b'{' => return self.push(OpenKind::Interpolation),
                _ => self.at += 1,
            }
        }
    }

    fn line_comment(&mut self) {
        let start = self.at;
        self.code_ends();
        self.at += run(&self.bytes[start..], |byte| !matches!(byte, b'\n' | b'\r'));
        self.comment(start, CommentKind::Line);
    }

    fn block_comment(&mut self) {
        let start = self.at;
        self.code_ends();
        let end = self.bytes[start + 2..].windows(2).position(|two| two == b"*/");
        let Some(end) = end else {
            self.found.unclosed.push(Open { start, kind: OpenKind::Comment });
            self.at = self.bytes.len();
            return;
        };
        self.at = start + 2 + end + 2;
        let doc = self.bytes[start + 2] == b'*' && self.at > start + 4;
        self.comment(start, if doc { CommentKind::Doc } else { CommentKind::Block });
    }

    fn comment(&mut self, start: usize, kind: CommentKind) {
        self.since = self.at;
        self.found.comments.push(Comment { span: Span::new(FileId::default(), start, self.at), kind });
    }
}
