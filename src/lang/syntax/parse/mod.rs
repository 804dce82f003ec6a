//! The parser: the grammar of `grammar/wca.pest`, and the only user of pest.
//!
//! A file is scanned once for comments, brackets and depth (`scan`), read by the grammar, and lowered to the tree (`lower`).
//! Only if the grammar refuses it is the text mended, piece by piece, and read again (`recover`); a correct file pays nothing.

mod cst;
mod lower;
mod parts;
#[cfg(test)]
mod parts_tests;
mod recover;
mod scan;
mod tokens;

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use wcalang_model::diag::Problems;
use wcalang_model::source::{FileId, Span};

use crate::ast::{ExprId, Tree};
use crate::visit::Rewrite;
use crate::{Names, error};
use parts::Parts;

pub use cst::{Child, Leaf, Node, NodeKind, pieces};
pub use parts::Memory;
pub use scan::{Comment, CommentKind};
pub use tokens::{Token, TokenKind, tokens};

/// How deep expressions may be nested. Every recursive pass behind the parser relies on it.
pub const MAX_DEPTH: usize = 200;

/// What a file says.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// Its expressions.
    pub tree: Tree,
    /// The whole.
    pub root: ExprId,
    /// Its comments, in the order of the text.
    pub comments: Vec<Comment>,
    /// What could not be read.
    pub problems: Problems,
}

#[derive(pest_derive::Parser)]
#[grammar = "../../../grammar/wca.pest"]
struct Grammar;

/// Reads a file. There is always a tree; what could not be read is a hole in it, and a problem.
pub fn parse(file: FileId, text: &str, names: &mut Names) -> Parsed {
    read(file, text, names, None)
}

/// Reads a file as [`parse`] does, faster if most of it was read with this memory before. The names must be those of then.
pub fn parse_again(file: FileId, text: &str, names: &mut Names, memory: &mut Memory) -> Parsed {
    let parsed = read(file, text, names, Some(memory));
    memory.end(parsed.tree.len());
    parsed
}

fn read(file: FileId, text: &str, names: &mut Names, memory: Option<&mut Memory>) -> Parsed {
    let scanned = scan::scan(text);
    let comments = scanned.comments.iter().map(|comment| comment.in_file(file)).collect();
    let mut problems = Problems::default();
    let hollow = if let Some(place) = scanned.too_deep {
        Some(error::too_deep(Span::new(file, place, place + 1)))
    } else {
        recover::control_character(file, text)
    };
    if let Some(problem) = hollow {
        problems.push(problem);
        let mut lowering = lower::Lowering::new(file, text, names, &[]);
        let root = lowering.hole(0, text.len());
        return Parsed { tree: lowering.finish().0, root, comments, problems };
    }
    if let Some((tree, root, problems)) = read_in_parts(file, text, names, &scanned, memory) {
        return Parsed { tree, root, comments, problems };
    }
    match Grammar::parse(Rule::file, text) {
        Ok(pairs) => {
            let mut lowering = lower::Lowering::new(file, text, names, &scanned.comments);
            let root = lowering.file(pairs);
            let (tree, problems) = lowering.finish();
            Parsed { tree, root, comments, problems }
        }
        Err(error) if is_too_deep(&error.variant) => {
            let place = match error.location {
                InputLocation::Pos(place) | InputLocation::Span((place, _)) => place,
            };
            let mut lowering = lower::Lowering::new(file, text, names, &[]);
            let root = lowering.hole(0, text.len());
            problems.push(error::too_deep(Span::new(file, place, (place + 1).min(text.len()))));
            Parsed { tree: lowering.finish().0, root, comments, problems }
        }
        Err(_) => {
            let (tree, root, problems) = parse_mended(file, text, names);
            Parsed { tree, root, comments, problems }
        }
    }
}

/// Whether pest stopped before its stack was used up: by words that nest, since brackets have been counted before.
fn is_too_deep(error: &ErrorVariant<Rule>) -> bool {
    matches!(error, ErrorVariant::CustomError { message } if message.contains("stack limit"))
}

/// Reads a long text in parts, if it has parts and all of them can be read.
fn read_in_parts(
    file: FileId,
    text: &str,
    names: &mut Names,
    scanned: &scan::Scan,
    memory: Option<&mut Memory>,
) -> Option<(Tree, ExprId, Problems)> {
    let parts = Parts::find(text, &scanned.lines, memory.is_some())?;
    let around = parts.around(text);
    let pairs = Grammar::parse(Rule::file, &around).ok()?;
    let mut lowering = lower::Lowering::new(file, text, names, &scanned.comments).with_parts(&parts, memory);
    let root = lowering.file(pairs);
    lowering.is_whole().then(|| {
        let (tree, problems) = lowering.finish();
        (tree, root, problems)
    })
}

/// Reads what the recovery made of a text that the grammar refuses, and takes everything back to the original places.
fn parse_mended(file: FileId, text: &str, names: &mut Names) -> (Tree, ExprId, Problems) {
    let (mended, mut problems) = recover::recover(file, text);
    let pairs = mended.as_ref().and_then(|mended| Grammar::parse(Rule::file, &mended.text).ok());
    let (Some(mended), Some(pairs)) = (&mended, pairs) else {
        let mut lowering = lower::Lowering::new(file, text, names, &[]);
        let root = lowering.hole(0, text.len());
        return (lowering.finish().0, root, problems);
    };
    let scanned = scan::scan(&mended.text);
    let mut lowering = lower::Lowering::new(file, &mended.text, names, &scanned.comments);
    let root = lowering.file(pairs);
    let (mut tree, found) = lowering.finish();
    tree.rewrite(&mut Unmended(mended));
    problems.extend(Problems(found.0.into_iter().map(|problem| mended.original(problem)).collect()));
    problems.sort();
    (tree, root, problems)
}

/// From a mended text back to the original.
struct Unmended<'a>(&'a recover::Mended);

impl Rewrite for Unmended<'_> {
    fn span(&mut self, span: &mut Span) {
        *span = self.0.span(*span);
    }
}
