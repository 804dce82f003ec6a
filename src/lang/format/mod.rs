//! The formatter: the same program and the same comments, laid out in one way.
//!
//! Two blanks a level and 100 columns. The author decides where lines end, the formatter where they must: brackets stay open once
//! a line ends behind the opening one, rows in them stay rows while they fit, and where a line ends within an operation or an `if`
//! each operator or keyword of it begins one. What does not fit is laid out as if the author had ended the lines. At most one
//! empty line stays between two others. Formatting twice changes nothing.
//!
//! `docs/formatting.md` compares this with what Nix's own formatter does; `tests/format` has each habit as a case.

mod doc;
mod forms;
mod operations;
mod rows;

use crate::syntax::pieces;

/// The formatted text, each line ended by a newline alone; `None` if the text cannot be read.
pub fn format(text: &str) -> Option<String> {
    let text = text.replace("\r\n", "\n");
    let root = pieces(&text)?;
    let layout = forms::Layout { text: &text };
    Some(doc::print(&layout.file(&root)))
}
