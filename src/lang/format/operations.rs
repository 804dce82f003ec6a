//! How operands and operators in a row are laid out: `a + f x { … } // b`.
//!
//! A chain of operators stands on one line if it fits as far as it must, otherwise each operator of its weakest level begins a line.
//! Arguments stand behind their function, or each on a line of its own; the last one may open behind the others.

use std::ops::Range;

use super::doc::Doc;
use super::forms::{Layout, Start};
use crate::syntax::{Child, Node, NodeKind};

/// Operators between two operands, the weakest first; those of one row are equally strong.
const LEVELS: &[&[&str]] =
    &[&["|>"], &["->"], &["||"], &["&&"], &["==", "!=", "<=", ">=", "<", ">"], &["//"], &["+", "-"], &["*", "/"], &["++"]];

/// Whether the author ended a line within an operation, or a comment makes it necessary.
pub(super) fn is_broken(children: &[Child]) -> bool {
    let is_comment = |child: &Child| matches!(child, Child::Comment(..));
    children.first().is_some_and(is_comment) || children.iter().skip(1).any(|child| child.lines() > 0 || is_comment(child))
}

/// Whether what is laid out is the end of its operation: its last part may open on the line and go on below.
#[derive(Clone, Copy, PartialEq)]
enum Stand {
    Within,
    Last,
}

/// An operator between two operands.
struct Infix {
    /// Which child it is.
    at: usize,
    level: usize,
}

impl Layout<'_> {
    pub(super) fn operation(&self, node: &Node, start: Start) -> Doc {
        let signs: Vec<Infix> = (0..node.children.len()).filter_map(|at| self.infix(&node.children, at)).collect();
        self.chain(&node.children, 0..node.children.len(), &signs, start, Stand::Last)
    }

    /// The operator that a child is. `-` and `!` before an operand are none.
    fn infix(&self, children: &[Child], at: usize) -> Option<Infix> {
        let level = self.level(&children[at])?;
        let before = children[..at].iter().rev().find(|child| !matches!(child, Child::Comment(..)))?;
        let follows_a_sign = self.level(before).is_some() || self.is(before, "!");
        (!follows_a_sign).then_some(Infix { at, level })
    }

    fn level(&self, child: &Child) -> Option<usize> {
        let Child::Token(leaf) = child else { return None };
        LEVELS.iter().position(|signs| signs.contains(&self.text_of(leaf)))
    }

    fn chain(&self, children: &[Child], range: Range<usize>, signs: &[Infix], start: Start, stand: Stand) -> Doc {
        let Some(weakest) = signs.iter().map(|sign| sign.level).min() else { return self.application(children, range, start, stand) };
        let is_broken = is_broken(&children[range.clone()]);
        let splits: Vec<usize> = (0..signs.len()).filter(|index| signs[*index].level == weakest).collect();
        let first = &signs[..splits[0]];
        let (end, mut tail) = self.comments_before(children, range.start, signs[splits[0]].at);
        let head = self.chain(children, range.start..end, first, start, Stand::Within);
        for (index, split) in splits.iter().enumerate() {
            let next = splits.get(index + 1).copied();
            let at = signs[*split].at;
            let (end, comments) = match next {
                Some(next) => self.comments_before(children, at + 1, signs[next].at),
                None => (range.end, Vec::new()),
            };
            let inner = &signs[split + 1..next.unwrap_or(signs.len())];
            let part = self.chain(children, at + 1..end, inner, Start::OwnLine, if next.is_none() { stand } else { Stand::Within });
            let part = if inner.is_empty() { part } else { Doc::indent(part) };
            tail.extend([Doc::line(is_broken), self.child(&children[at], Start::Inline), Doc::Space, part]);
            tail.extend(comments);
        }
        let tail = Doc::Concat(tail);
        let doc = Doc::Concat(vec![head, if start == Start::Inline { Doc::indent(tail) } else { tail }]);
        if is_broken { Doc::group(doc) } else { Doc::loose(doc) }
    }

    /// Where an operand ends, and the comments on lines of their own between it and the operator behind it.
    fn comments_before(&self, children: &[Child], start: usize, sign: usize) -> (usize, Vec<Doc>) {
        let is_own_line = |at: &usize| matches!(&children[*at], Child::Comment(leaf, _) if leaf.lines > 0);
        let end = (start + 1..sign).rev().take_while(is_own_line).last().unwrap_or(sign);
        (end, children[end..sign].iter().flat_map(|child| [Doc::Hard, self.child(child, Start::Inline)]).collect())
    }

    /// An operand with what is selected from it, or a function with its arguments.
    fn application(&self, children: &[Child], range: Range<usize>, start: Start, stand: Stand) -> Doc {
        let is_broken = is_broken(&children[range.clone()]);
        let mut head: Vec<Doc> = Vec::new();
        let mut arguments: Vec<Doc> = Vec::new();
        let mut before: Option<&Child> = None;
        for (at, child) in children[range.clone()].iter().enumerate() {
            let is_last = stand == Stand::Last && range.start + at + 1 == range.end;
            let own = self.child(child, if before.is_none() { start } else { Start::Inline });
            let own = if is_last && self.opens(child) { Doc::hug(own) } else { own };
            let Some(previous) = before.replace(child) else {
                head.push(own);
                continue;
            };
            let separator = match child {
                Child::Node(Node { kind: NodeKind::Select, .. }) => self.is_number(previous).then_some(Doc::Space),
                _ if child.lines() > 0 => Some(Doc::Hard),
                _ if self.is(previous, "-") || self.is(previous, "!") => {
                    let is_apart = self.is_number(child) && child.first().is_some_and(|leaf| leaf.gap > 0);
                    is_apart.then_some(Doc::Space)
                }
                Child::Comment(..) | Child::Node(Node { kind: NodeKind::Default | NodeKind::HasAttr, .. }) => Some(Doc::Space),
                _ if is_broken => Some(Doc::Space),
                Child::Node(_) | Child::Token(_) => Some(Doc::Line),
            };
            let opens_arguments = matches!(separator, Some(Doc::Hard | Doc::Line));
            let docs = if arguments.is_empty() && !opens_arguments { &mut head } else { &mut arguments };
            docs.extend(separator);
            docs.push(own);
        }
        if arguments.is_empty() {
            return Doc::Concat(head);
        }
        head.push(Doc::indent(Doc::Concat(arguments)));
        let doc = Doc::Concat(head);
        if is_broken { Doc::group(doc) } else { Doc::loose(doc) }
    }

    /// Whether an argument may open on the line of its function and go on below.
    pub(super) fn opens(&self, child: &Child) -> bool {
        match child {
            Child::Node(node) => matches!(node.kind, NodeKind::Record | NodeKind::List | NodeKind::Group),
            Child::Token(leaf) => self.text_of(leaf).starts_with("''"),
            Child::Comment(..) => false,
        }
    }

    /// Whether a child is a number: what is selected from it must stand apart.
    pub(super) fn is_number(&self, child: &Child) -> bool {
        matches!(child, Child::Token(leaf) if self.text_of(leaf).starts_with(|letter: char| letter.is_ascii_digit()))
    }
}
