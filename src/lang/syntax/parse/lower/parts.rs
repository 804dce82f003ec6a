//! Parts of a long text: each is read by itself, into the tree of the whole. What was read before is kept as a small tree of its own,
//! and copied into that of the whole.

use pest::Parser;
use pest::iterators::{Pair, Pairs};
use wcalang_model::source::Span;

use super::bindings::Members;
use super::{Lowering, tokens};
use crate::Name;
use crate::ast::{Annotation, Binding, ExprId, Place, Tree};
use crate::parse::parts::{Kind, Memory, Parts};
use crate::parse::{Grammar, Rule};
use crate::visit::Rewrite;

/// A part that was read, to be kept: its places and expressions are counted from its own beginning.
#[derive(Debug)]
pub(in crate::parse) struct Part {
    tree: Tree,
    depths: Vec<u16>,
    found: Found,
}

/// What a part says, of expressions that are in a tree.
#[derive(Debug, Clone)]
struct Found {
    /// Its members, if it has members.
    members: Vec<Binding>,
    annotations: Vec<(Name, Span, Annotation)>,
    /// Its items, if it has items.
    items: Vec<ExprId>,
}

/// The parts that are read where their hole stands.
pub(super) struct Pending<'a> {
    parts: &'a Parts,
    memory: Option<&'a mut Memory>,
    /// Whether one of them could not be read.
    failed: bool,
}

impl Pending<'_> {
    /// Where a place of what the grammar read is in the whole text.
    pub(super) fn place(&self, at: usize) -> usize {
        self.parts.place(at)
    }
}

impl<'a> Lowering<'a> {
    /// Reads these parts where their hole stands.
    pub fn with_parts(mut self, parts: &'a Parts, memory: Option<&'a mut Memory>) -> Self {
        self.pending = Some(Pending { parts, memory, failed: false });
        self
    }

    /// Whether all parts were read.
    pub fn is_whole(&self) -> bool {
        self.pending.as_ref().is_none_or(|pending| !pending.failed)
    }

    /// Whether the hole of the parts stands here.
    pub(super) fn is_parts(&self, pair: &Pair<'_, Rule>) -> bool {
        self.pending.as_ref().is_some_and(|pending| pending.parts.range().start == pair.as_span().start())
    }

    /// Reads the parts: members of a record that is being read.
    pub(super) fn members_of_parts(&mut self, members: &mut Members) {
        self.each_part(|this, part| {
            members.annotations.extend(part.annotations);
            part.members.into_iter().for_each(|binding| this.define(members, binding));
        });
    }

    /// Reads the parts: items of a list.
    pub(super) fn items_of_parts(&mut self, items: &mut Vec<ExprId>) {
        self.each_part(|_, part| items.extend(part.items));
    }

    fn each_part(&mut self, mut take: impl FnMut(&mut Self, Found)) {
        let Some(mut pending) = self.pending.take() else { return };
        let whole = pending.parts.range();
        self.reserve(pending.memory.as_ref().map_or(0, |memory| memory.exprs));
        for range in &pending.parts.ranges {
            let (text, first) = (&self.text[range.clone()], self.tree.len());
            let known = pending.memory.as_mut().and_then(|memory| memory.find(text));
            let found = match known {
                Some(part) => self.moved(part, range.start),
                None => {
                    let Some(found) = self.part(text, range.start, pending.parts.kind) else {
                        pending.failed = true;
                        break;
                    };
                    if let Some(memory) = &mut pending.memory {
                        memory.keep(text, self.kept(&found, first, range.start));
                    }
                    found
                }
            };
            if range.start == whole.start {
                // As many of the rest are to be expected as there are in the first.
                self.reserve((self.tree.len() - first) * (whole.len() / range.len()));
            }
            take(self, found);
        }
        self.pending = Some(pending);
    }

    /// Makes room in the tree: one that grows by and by is copied again and again.
    fn reserve(&mut self, exprs: usize) {
        self.tree.exprs.reserve(exprs);
        self.tree.places.reserve(exprs);
        self.depths.reserve(exprs);
    }

    /// Reads one, unless anything is wrong with it.
    fn part(&mut self, text: &str, start: usize, kind: Kind) -> Option<Found> {
        let rule = match kind {
            Kind::Members => Rule::members,
            Kind::Items => Rule::items,
        };
        let pairs = Grammar::parse(rule, text).ok()?;
        let problems = self.problems.0.len();
        self.origin = start;
        let found = self.read_part(pairs, kind);
        self.origin = 0;
        (self.problems.0.len() == problems).then_some(found)
    }

    fn read_part(&mut self, pairs: Pairs<'_, Rule>, kind: Kind) -> Found {
        let (mut members, mut items) = (Members::default(), Vec::new());
        let inner = pairs.flat_map(tokens).filter(|pair| pair.as_rule() != Rule::EOI);
        match kind {
            Kind::Members => self.members(&mut members, inner),
            Kind::Items => self.items(&mut items, inner),
        }
        let (members, annotations) = members.unmerged();
        Found { members, annotations, items }
    }

    /// A part that was read, whose expressions are the last of the tree, to be kept.
    fn kept(&self, found: &Found, first: usize, start: usize) -> Part {
        let mut back = Shift { exprs: (first as u32).wrapping_neg(), bytes: (start as u32).wrapping_neg() };
        let exprs = self.tree.exprs[first..].iter().map(|expr| expr.rewritten(&mut back)).collect();
        let places = self.tree.places[first..].iter().map(|place| back.place(*place)).collect();
        let tree = Tree { file: self.tree.file, exprs, places };
        Part { tree, depths: self.depths[first..].into(), found: found.shifted(&mut back) }
    }

    /// Adds the expressions of a part that was read before to the tree, and gives what they make.
    fn moved(&mut self, part: &Part, start: usize) -> Found {
        let mut shift = Shift { exprs: self.tree.len() as u32, bytes: start as u32 };
        self.tree.exprs.extend(part.tree.exprs.iter().map(|expr| expr.rewritten(&mut shift)));
        self.tree.places.extend(part.tree.places.iter().map(|place| shift.place(*place)));
        self.depths.extend_from_slice(&part.depths);
        part.found.shifted(&mut shift)
    }
}

impl Found {
    fn shifted(&self, shift: &mut Shift) -> Found {
        let mut found = self.clone();
        found.members.iter_mut().for_each(|binding| binding.rewrite(shift));
        for (_, span, annotation) in &mut found.annotations {
            shift.span(span);
            annotation.rewrite(shift);
        }
        found.items.iter_mut().for_each(|item| shift.expr(item));
        found
    }
}

/// Further on in the text and in the tree, or back.
struct Shift {
    exprs: u32,
    bytes: u32,
}

impl Shift {
    fn place(&self, place: Place) -> Place {
        Place { start: place.start.wrapping_add(self.bytes), end: place.end.wrapping_add(self.bytes) }
    }
}

impl Rewrite for Shift {
    fn span(&mut self, span: &mut Span) {
        span.start = span.start.wrapping_add(self.bytes);
        span.end = span.end.wrapping_add(self.bytes);
    }

    fn expr(&mut self, expr: &mut ExprId) {
        expr.0 = expr.0.wrapping_add(self.exprs);
    }
}
