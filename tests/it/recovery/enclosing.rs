//! What a token belongs to: the place in which a mistake there must be told.
//!
//! A construct is a definition (`a = e;`, `inherit …;`), a parameter (`b ? 1`), or a body: what follows the `in` of a `let`, the
//! `:` of a function, the `;` of an `assert` or `with`, unless these stand in brackets within a definition, such as the function
//! of `map (x: x + 1) list`. A token belongs to the innermost construct that has it, and to the file if none has. So the `;` of a
//! definition belongs to the definition; each name of an `inherit` is a definition of its own, so that leaving it out leaves out
//! the definition and is told in what that stands in; a `,` between parameters and the words `let` and `in` belong to what the function or
//! the `let` stands in. What is wrong with a body may be told at the word before it, too.

use std::ops::Range;

use wcalang_lang::syntax::{Child, Node, NodeKind, pieces};

/// The constructs of a text.
pub struct Constructs(Vec<Construct>);

struct Construct {
    /// What belongs to it.
    text: Range<usize>,
    /// Where its problems may be told.
    told: Range<usize>,
    /// What is in it and does not belong to it.
    names: Vec<Range<usize>>,
}

impl Constructs {
    /// Those of a program.
    pub fn of(text: &str) -> Constructs {
        let mut found = vec![Construct::all(0..text.len())];
        if let Some(node) = pieces(text) {
            collect(&node, false, &mut found);
        }
        Constructs(found)
    }

    /// Where the problems of the construct that has a piece of the text may be told.
    pub fn around(&self, piece: &Range<usize>) -> Range<usize> {
        let around = |construct: &&Construct| {
            construct.text.start <= piece.start && piece.end <= construct.text.end && !construct.names.contains(piece)
        };
        let innermost = self.0.iter().filter(around).min_by_key(|construct| construct.text.len());
        innermost.map_or(piece.clone(), |construct| construct.told.clone())
    }
}

impl Construct {
    fn all(text: Range<usize>) -> Construct {
        Construct { told: text.clone(), text, names: Vec::new() }
    }
}

fn collect(node: &Node, bracketed: bool, found: &mut Vec<Construct>) {
    let is_definition = matches!(node.kind, NodeKind::Binding | NodeKind::Inherit | NodeKind::Formal);
    if is_definition {
        let names = if node.kind == NodeKind::Inherit { names_of(node) } else { Vec::new() };
        found.push(Construct { names, ..Construct::all(range_of(node)) });
    }
    if matches!(node.kind, NodeKind::LetIn | NodeKind::Lambda | NodeKind::Assert | NodeKind::With) && !bracketed {
        found.extend(body_of(node));
    }
    let bracketed = !is_definition && (bracketed || matches!(node.kind, NodeKind::Group | NodeKind::List));
    for child in &node.children {
        if let Child::Node(inner) = child {
            collect(inner, bracketed, found);
        }
    }
}

fn body_of(node: &Node) -> Option<Construct> {
    let body = node.children.iter().rposition(|child| matches!(child, Child::Node(_)))?;
    let text = node.children[body].first()?.range.start..range_of(node).end;
    let word = node.children[..body].iter().rfind(|child| matches!(child, Child::Token(_)))?;
    Some(Construct { told: word.first()?.range.start..text.end, ..Construct::all(text) })
}

/// The names of an `inherit`: its tokens but the word, the `(` and `)` of the source, and the `;`.
fn names_of(node: &Node) -> Vec<Range<usize>> {
    let source = node.children.iter().position(|child| matches!(child, Child::Node(_)));
    let first = source.map_or(1, |source| source + 2);
    let tokens = node.children.iter().skip(first).filter_map(|child| match child {
        Child::Token(leaf) => Some(leaf.range.clone()),
        Child::Node(_) | Child::Comment(..) => None,
    });
    let mut names: Vec<Range<usize>> = tokens.collect();
    names.pop();
    names
}

fn range_of(node: &Node) -> Range<usize> {
    let start = node.children.iter().find_map(Child::first).map_or(0, |leaf| leaf.range.start);
    start..end_of(node).unwrap_or(start)
}

fn end_of(node: &Node) -> Option<usize> {
    node.children.iter().rev().find_map(|child| match child {
        Child::Node(inner) => end_of(inner),
        Child::Token(leaf) => Some(leaf.range.end),
        Child::Comment(..) => None,
    })
}
