//! The parser: the grammar of `grammar/wca.pest`, and the only user of pest.
//!
//! A file is scanned once for comments, brackets and depth (`scan`), read by the grammar, and lowered to the tree (`lower`).
//! Only if the grammar refuses it is the text mended, piece by piece, and read again (`recover`); a correct file pays nothing.

mod lower;
mod scan;

use pest::Parser;
use wcalang_model::diag::Problems;
use wcalang_model::source::{FileId, Span};

use crate::syntax::ast::{ExprId, Tree};
use crate::syntax::{Names, error};

pub use scan::{Comment, CommentKind};

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
#[grammar = "../../grammar/wca.pest"]
struct Grammar;

/// Reads a file. There is always a tree; what could not be read is a hole in it, and a problem.
pub fn parse(file: FileId, text: &str, names: &mut Names) -> Parsed {
    let scan = scan::scan(text);
    let mut lowering = lower::Lowering::new(file, text, names, &scan.comments);
    let root = if let Some(place) = scan.too_deep {
        lowering.problems.push(error::too_deep(Span::new(file, place, place + 1)));
        lowering.hole(0, text.len())
    } else {
        match Grammar::parse(Rule::file, text) {
            Ok(pairs) => lowering.file(pairs),
            Err(pest_error) => {
                let place = match pest_error.location {
                    pest::error::InputLocation::Pos(place) => place,
                    pest::error::InputLocation::Span((place, _)) => place,
                };
                let end = text[place..].chars().next().map_or(place, |found| place + found.len_utf8());
                lowering.problems.push(error::unexpected(Span::new(file, place, end), &text[place..end]));
                lowering.hole(0, text.len())
            }
        }
    };
    let (tree, problems) = lowering.finish();
    let comments = scan.comments.into_iter().map(|comment| comment.in_file(file)).collect();
    Parsed { tree, root, comments, problems }
}
