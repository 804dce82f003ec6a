//! The text as nested pieces, nothing left out: for the formatter, which must keep what the tree forgets (parentheses,
//! comments, line ends, the order of keys).
#![expect(clippy::wildcard_enum_match_arm, reason = "the enum of the grammar's rules: tokens are the rest")]

use std::ops::Range;

use pest::Parser;
use pest::iterators::Pair;

use super::{CommentKind, Grammar, MAX_DEPTH, Rule, scan};

/// A form of the language and what it consists of, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Which form.
    pub kind: NodeKind,
    /// Its tokens, comments and inner forms.
    pub children: Vec<Child>,
}

/// The forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// The whole file.
    File,
    /// `let … in …`
    LetIn,
    /// `if … then … else …`
    IfElse,
    /// `assert …; …`
    Assert,
    /// `with …; …`
    With,
    /// `x: …`, `{ a }: …`
    Lambda,
    /// `{ a, b ? 1 }`
    Formals,
    /// `b ? 1`
    Formal,
    /// Operands and operators in a row.
    Operation,
    /// `.a`
    Select,
    /// `or …`
    Default,
    /// `? a.b`
    HasAttr,
    /// `( … )`
    Group,
    /// `[ … ]`
    List,
    /// `{ … }`, `rec { … }`
    Record,
    /// `inherit …;`
    Inherit,
    /// `a = …;`, `a : …;`
    Binding,
    /// A type.
    Annotation,
}

/// A part of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Child {
    /// An inner form.
    Node(Node),
    /// A word, sign, literal or text.
    Token(Leaf),
    /// A comment.
    Comment(Leaf, CommentKind),
}

/// A piece of the text that is not taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Where.
    pub range: Range<usize>,
    /// How many lines end between the leaf before and this one.
    pub lines: usize,
    /// How many bytes stand between the leaf before and this one.
    pub gap: usize,
}

impl Child {
    /// The first leaf.
    pub fn first(&self) -> Option<&Leaf> {
        match self {
            Child::Node(node) => node.children.first().and_then(Child::first),
            Child::Token(leaf) | Child::Comment(leaf, _) => Some(leaf),
        }
    }

    /// How many lines end before it.
    pub fn lines(&self) -> usize {
        self.first().map_or(0, |leaf| leaf.lines)
    }
}

/// The pieces of a text, if the grammar reads it, it is not nested too deep, and blanks may be written otherwise: `1. b` is refused as
/// a number without an end, and `1 .b` is not.
pub fn pieces(text: &str) -> Option<Node> {
    let scanned = scan::scan(text);
    if scanned.too_deep.is_some() {
        return None;
    }
    let pair = Grammar::parse(Rule::file, text).ok()?.next()?;
    let mut builder = Builder { text, end: 0, level: 0, is_refused: false };
    let mut node = Node { kind: NodeKind::File, children: Vec::new() };
    builder.fill(pair, &mut node.children);
    (!builder.is_refused).then_some(node)
}

struct Builder<'a> {
    text: &'a str,
    /// The end of the last leaf.
    end: usize,
    /// How many forms are open.
    level: usize,
    is_refused: bool,
}

/// How deep forms may be nested: more than this is nested deeper than [`MAX_DEPTH`], counted in expressions.
const DEEPEST: usize = 8 * MAX_DEPTH;

impl Builder<'_> {
    fn fill(&mut self, pair: Pair<'_, Rule>, children: &mut Vec<Child>) {
        if self.level >= DEEPEST {
            self.is_refused = true;
            return;
        }
        self.level += 1;
        let span = pair.as_span();
        let mut at = span.start();
        for inner in pair.into_inner() {
            let rule = inner.as_rule();
            if rule == Rule::EOI {
                continue;
            }
            let range = inner.as_span().start()..inner.as_span().end();
            self.is_refused |= rule == Rule::odd_number && self.text[range.end..].starts_with('.');
            let comment = match rule {
                Rule::line => Some((range.start - 1..range.end, CommentKind::Line)),
                Rule::block => Some((range.start - 2..range.end, CommentKind::Block)),
                _ => None,
            };
            let start = comment.as_ref().map_or(range.start, |(range, _)| range.start);
            self.literals(at..start, children);
            at = range.end;
            if let Some((range, kind)) = comment {
                let leaf = self.leaf(range);
                children.push(Child::Comment(leaf, kind));
                continue;
            }
            match kind(rule) {
                Some(kind) => {
                    let mut node = Node { kind, children: Vec::new() };
                    self.fill(inner, &mut node.children);
                    let comments = node.children.iter().rposition(|child| !matches!(child, Child::Comment(..))).map_or(0, |last| last + 1);
                    let after = node.children.split_off(comments);
                    children.push(Child::Node(node));
                    children.extend(after);
                }
                None => {
                    let leaf = self.leaf(range);
                    children.push(Child::Token(leaf));
                }
            }
        }
        self.literals(at..span.end(), children);
        self.level -= 1;
    }

    /// Words and signs of the grammar between its rules.
    fn literals(&mut self, range: Range<usize>, children: &mut Vec<Child>) {
        let mut at = range.start;
        while let Some(letter) = self.text[at..range.end].chars().next() {
            if letter.is_whitespace() || letter == '\u{feff}' {
                at += letter.len_utf8();
                continue;
            }
            let rest = &self.text[at..range.end];
            let length = match rest {
                _ if letter.is_ascii_alphabetic() => rest.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(rest.len()),
                _ if rest.starts_with("->") => 2,
                _ => letter.len_utf8(),
            };
            let leaf = self.leaf(at..at + length);
            children.push(Child::Token(leaf));
            at += length;
        }
    }

    fn leaf(&mut self, range: Range<usize>) -> Leaf {
        let between = &self.text[self.end..range.start];
        let leaf = Leaf { lines: between.matches('\n').count(), gap: between.len(), range };
        self.end = leaf.range.end;
        leaf
    }
}

fn kind(rule: Rule) -> Option<NodeKind> {
    Some(match rule {
        Rule::let_in => NodeKind::LetIn,
        Rule::if_else => NodeKind::IfElse,
        Rule::assert => NodeKind::Assert,
        Rule::with => NodeKind::With,
        Rule::lambda_name | Rule::lambda_formals => NodeKind::Lambda,
        Rule::formals => NodeKind::Formals,
        Rule::formal => NodeKind::Formal,
        Rule::operation => NodeKind::Operation,
        Rule::select => NodeKind::Select,
        Rule::default => NodeKind::Default,
        Rule::has => NodeKind::HasAttr,
        Rule::group => NodeKind::Group,
        Rule::list => NodeKind::List,
        Rule::record => NodeKind::Record,
        Rule::inherit => NodeKind::Inherit,
        Rule::binding => NodeKind::Binding,
        Rule::annotation | Rule::shape_applied | Rule::shape_texts | Rule::shape_list => NodeKind::Annotation,
        Rule::shape_group | Rule::shape_record | Rule::shape_field => NodeKind::Annotation,
        _ => return None,
    })
}
