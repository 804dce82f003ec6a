//! The formatter: the same program and the same comments, laid out in one way.
//!
//! Two blanks a level; records, lists and parameters stand on one line if they fit into 100 columns and the author did not end
//! the line behind the opening bracket, otherwise on lines as the author grouped them, `inherit name; zones = 2;` on one line
//! included, and one on each line where a group does not fit; at most one empty line between two definitions. Where an
//! expression continues on a new line (behind `=`, `:`, `then`, before an operator), the author decides that it does, and the
//! formatter how far it is indented. Formatting twice changes nothing.

mod doc;
mod forms;
#[cfg(test)]
mod laws;
mod rows;
#[cfg(test)]
mod tests;

use crate::syntax::pieces;

/// The formatted text; `None` if the text cannot be read.
pub fn format(text: &str) -> Option<String> {
    let root = pieces(text)?;
    let layout = forms::Layout { text };
    Some(doc::print(&layout.file(&root)))
}
