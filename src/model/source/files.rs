//! The files of one run, and byte ranges of them.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

/// Which file a span lies in; an index into [`Files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub u32);

/// A byte range of a file, `start..end`. Written down it is without its file: ids are of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// The file.
    #[serde(skip)]
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end` of `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        Span { file, start: start as u32, end: end as u32 }
    }

    /// From the start of this span to the end of `other`, which lies in the same file.
    pub fn to(self, other: Span) -> Span {
        Span { end: other.end.max(self.end), ..self }
    }

    /// A part of this span, by byte offsets from its start.
    pub fn part(self, start: usize, end: usize) -> Span {
        Span { file: self.file, start: self.start + start as u32, end: self.start + end as u32 }
    }

    /// The empty span at this one's start.
    pub fn at_start(self) -> Span {
        Span { end: self.start, ..self }
    }
}

/// A line and column, both from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// One file: its name as the user gave it, and its text.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path as given, or `std/NAME.wca` for a library module.
    pub name: String,
    /// The whole text.
    pub text: Arc<Cow<'static, str>>,
    /// Where its lines begin, once somebody has asked for a place.
    lines: OnceLock<Arc<[usize]>>,
}

impl Source {
    fn new(name: String, text: Cow<'static, str>) -> Self {
        Source { name, text: Arc::new(text), lines: OnceLock::new() }
    }

    /// The line and column of a byte offset; one past the end is allowed.
    pub fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let lines = self.lines.get_or_init(|| {
            let ends = self.text.match_indices('\n').map(|(newline, _)| newline + 1);
            std::iter::once(0).chain(ends).collect()
        });
        let line = lines.partition_point(|start| *start <= offset);
        Position { line, column: self.text[lines[line - 1]..offset].chars().count() + 1 }
    }
}

/// All files of one run.
#[derive(Debug, Clone, Default)]
pub struct Files {
    sources: Vec<Source>,
}

impl Files {
    /// Adds a file and gives its id.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.push(name.into(), Cow::Owned(text.into()))
    }

    /// Adds a file whose text is a part of the program, and is not copied.
    pub fn add_built_in(&mut self, name: impl Into<String>, text: &'static str) -> FileId {
        self.push(name.into(), Cow::Borrowed(text))
    }

    fn push(&mut self, name: String, text: Cow<'static, str>) -> FileId {
        self.sources.push(Source::new(name, text));
        FileId(self.sources.len() as u32 - 1)
    }

    /// Gives a file another text. What was made of the old one no longer fits.
    pub fn replace(&mut self, id: FileId, text: impl Into<String>) {
        let source = &mut self.sources[id.0 as usize];
        *source = Source::new(std::mem::take(&mut source.name), Cow::Owned(text.into()));
    }

    /// The file of an id that [`Files::add`] gave.
    pub fn get(&self, id: FileId) -> &Source {
        &self.sources[id.0 as usize]
    }

    /// The text of a span.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// `name:line:column` of the start of a span.
    pub fn locate(&self, span: Span) -> String {
        let source = self.get(span.file);
        let position = source.position(span.start);
        format!("{}:{}:{}", source.name, position.line, position.column)
    }
}
