//! Parts of a long text: each is lowered to a small tree of its own, which is then moved into the tree of the whole.

use pest::Parser;
use pest::iterators::{Pair, Pairs};
use wcalang_model::source::Span;

use super::bindings::Members;
use super::{Lowering, tokens};
use crate::Name;
use crate::ast::{Annotation, Binding, ExprId, Tree};
use crate::parse::parts::{Kind, Memory, Parts};
use crate::parse::{Grammar, Rule};
use crate::visit::Rewrite;

/// A part that was read: its places and expressions are counted from its own beginning.
#[derive(Debug, Clone)]
pub(in crate::parse) struct Part {
    tree: Tree,
    depths: Vec<u16>,
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

    fn each_part(&mut self, mut take: impl FnMut(&mut Self, Part)) {
        let Some(mut pending) = self.pending.take() else { return };
        let whole = pending.parts.range();
        for range in &pending.parts.ranges {
            let text = &self.text[range.clone()];
            let known = pending.memory.as_mut().and_then(|memory| memory.find(text)).cloned();
            let part = match known {
                Some(part) => part,
                None => {
                    let Some(part) = self.part(text, range.start, pending.parts.kind) else {
                        pending.failed = true;
                        break;
                    };
                    if let Some(memory) = &mut pending.memory {
                        memory.parts.insert(text.into(), part.clone());
                    }
                    part
                }
            };
            if range.start == whole.start {
                // A tree that grows by and by is copied again and again: as many of the rest are to be expected.
                let all = part.tree.len() * (whole.len() / range.len() + 1);
                self.tree.exprs.reserve(all);
                self.tree.spans.reserve(all);
                self.depths.reserve(all);
            }
            let part = self.moved(part, range.start);
            take(self, part);
        }
        self.pending = Some(pending);
    }

    /// Reads one, unless anything is wrong with it.
    fn part(&mut self, text: &str, start: usize, kind: Kind) -> Option<Part> {
        let rule = match kind {
            Kind::Members => Rule::members,
            Kind::Items => Rule::items,
        };
        let pairs = Grammar::parse(rule, text).ok()?;
        let first = self.docs.partition_point(|doc| (doc.start as usize) < start);
        let docs = self.docs[first..].iter().take_while(|doc| doc.end as usize <= start + text.len());
        let docs = docs.map(|doc| Span { start: doc.start - start as u32, end: doc.end - start as u32, ..*doc }).collect();
        let mut lowering = Lowering { docs, ..Lowering::new(self.tree.file, text, &mut *self.names, &[]) };
        let part = lowering.read_part(pairs, kind);
        lowering.problems.is_empty().then_some(part)
    }

    fn read_part(&mut self, pairs: Pairs<'_, Rule>, kind: Kind) -> Part {
        let (mut members, mut items) = (Members::default(), Vec::new());
        let inner = pairs.flat_map(tokens).filter(|pair| pair.as_rule() != Rule::EOI);
        match kind {
            Kind::Members => self.members(&mut members, inner),
            Kind::Items => self.items(&mut items, inner),
        }
        let (members, annotations) = members.unmerged();
        Part { tree: std::mem::take(&mut self.tree), depths: std::mem::take(&mut self.depths), members, annotations, items }
    }

    /// Moves the expressions of a part to the end of the tree, and gives what is left of it, counted anew.
    fn moved(&mut self, mut part: Part, start: usize) -> Part {
        let mut shift = Shift { exprs: self.tree.len() as u32, bytes: start as u32 };
        part.tree.rewrite(&mut shift);
        part.members.iter_mut().for_each(|binding| binding.rewrite(&mut shift));
        for (_, span, annotation) in &mut part.annotations {
            shift.span(span);
            annotation.rewrite(&mut shift);
        }
        part.items.iter_mut().for_each(|item| shift.expr(item));
        self.tree.exprs.append(&mut part.tree.exprs);
        self.tree.spans.append(&mut part.tree.spans);
        self.depths.append(&mut part.depths);
        part
    }
}

/// Further on in the text and in the tree.
struct Shift {
    exprs: u32,
    bytes: u32,
}

impl Rewrite for Shift {
    fn span(&mut self, span: &mut Span) {
        span.start += self.bytes;
        span.end += self.bytes;
    }

    fn expr(&mut self, expr: &mut ExprId) {
        expr.0 += self.exprs;
    }
}
