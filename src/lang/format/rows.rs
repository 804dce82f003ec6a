//! Items in brackets and definitions in a `let`: one line if they fit, or lines as the author grouped them.

use super::doc::Doc;

/// An item, with what the author wrote before it.
pub(super) struct Item {
    pub doc: Doc,
    /// How many lines end before it.
    pub lines: usize,
    pub form: Form,
}

/// What an item is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Form {
    Item,
    /// `# …`
    LineComment,
    BlockComment,
}

/// Whether the author ended a line behind the opening bracket, or a comment makes it necessary.
pub(super) fn are_broken(items: &[Item]) -> bool {
    items.first().is_some_and(|item| item.lines > 0) || items.iter().any(|item| item.form == Form::LineComment)
}

/// Items between an opener and a closer.
pub(super) fn bracketed(open: Doc, items: Vec<Item>, close: Doc) -> Doc {
    if items.is_empty() {
        return Doc::Concat(vec![open, Doc::Space, close]);
    }
    if are_broken(&items) {
        return Doc::group(Doc::Concat(vec![open, Doc::indent(Doc::Concat(vec![Doc::Hard, rows(items)])), Doc::Hard, close]));
    }
    Doc::group(Doc::Concat(vec![open, Doc::indent(Doc::Concat(vec![Doc::Line, separated(items)])), Doc::Line, close]))
}

/// Items with a line end, or a blank, between each two.
pub(super) fn separated(items: Vec<Item>) -> Doc {
    let mut docs = Vec::new();
    for item in items {
        if !docs.is_empty() {
            docs.push(Doc::Line);
        }
        docs.push(item.doc);
    }
    Doc::Concat(docs)
}

/// Items on the lines that the author gave them, as far as they fit, and at most one empty line between two.
pub(super) fn rows(items: Vec<Item>) -> Doc {
    let mut docs: Vec<Doc> = Vec::new();
    let mut row: Vec<Item> = Vec::new();
    let mut is_comment_before = false;
    for item in items {
        let is_behind = item.form == Form::LineComment && item.lines == 0 && !is_comment_before;
        if is_behind && (!row.is_empty() || !docs.is_empty()) {
            finish(&mut docs, &mut row);
            docs.push(Doc::Space);
            docs.push(item.doc);
            is_comment_before = true;
            continue;
        }
        let begins = item.lines > 0 || is_comment_before || (row.is_empty() && !docs.is_empty());
        if begins {
            finish(&mut docs, &mut row);
            if !docs.is_empty() {
                docs.push(if item.lines > 1 { Doc::Blank } else { Doc::Hard });
            }
        }
        is_comment_before = item.form == Form::LineComment;
        row.push(item);
    }
    finish(&mut docs, &mut row);
    Doc::Concat(docs)
}

fn finish(docs: &mut Vec<Doc>, row: &mut Vec<Item>) {
    if !row.is_empty() {
        docs.push(Doc::group(separated(std::mem::take(row))));
    }
}
