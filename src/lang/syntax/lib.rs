//! Text in, tree out: what a file says, before anything is known about what it means.
//!
//! `parse` always gives a tree. Where the text cannot be read there is a problem and a [`ast::Expr::Hole`], and everything
//! around it is there: `let a = ; b = 2; in b` has one problem, one hole, and `b`. A tree is never changed afterwards; later
//! stages keep what they learn in tables by [`ast::ExprId`]. Names are integers of one [`Names`], shared by all trees of a run.

pub mod ast;
mod error;
#[cfg(test)]
mod hostile_tests;
mod names;
mod packed;
mod parse;
#[cfg(test)]
mod recovery_tests;
mod show;
#[cfg(test)]
mod tests;
mod visit;

pub use names::{LOST_NAME, Name, Names};
pub use packed::{pack, unpack};
pub use parse::{
    Child, Comment, CommentKind, Leaf, MAX_DEPTH, Memory, Node, NodeKind, Parsed, Token, TokenKind, parse, parse_again, pieces, tokens,
};
pub use show::show;
