//! Members of records and of `let`: nested paths become records, records of one name are merged as Nix merges them, and what is
//! defined twice is refused.
#![expect(clippy::wildcard_enum_match_arm, reason = "the enum of the grammar's rules: what cannot come here is one arm")]

use std::collections::BTreeMap;

use hashbrown::HashMap;
use pest::iterators::Pair;
use wcalang_model::source::Span;

use super::{Lowering, is_expr, tokens};
use crate::ast::{Annotation, Attr, Before, Binding, Expr, ExprId, Key, Origin};
use crate::parse::Rule;
use crate::{Name, error};

/// From how many bindings on they are looked up by hash.
const MANY: usize = 24;

/// The bindings of a record that is being read.
#[derive(Default)]
pub(super) struct Members {
    done: Vec<Binding>,
    index: HashMap<Name, usize>,
    pub(super) annotations: Vec<(Name, Span, Annotation)>,
    /// Further definitions of those that are there, by their places.
    more: BTreeMap<usize, Vec<Binding>>,
}

impl Members {
    /// All definitions and annotations, before anything is made of them.
    pub(super) fn unmerged(self) -> (Vec<Binding>, Vec<(Name, Span, Annotation)>) {
        let mut all = self.done;
        all.extend(self.more.into_values().flatten());
        (all, self.annotations)
    }

    fn find(&self, name: Name) -> Option<usize> {
        if self.index.is_empty() { find(&self.done, name) } else { self.index.get(&name).copied() }
    }

    fn push(&mut self, binding: Binding) {
        if let (Key::Name(name), false) = (binding.attr.key, self.index.is_empty()) {
            self.index.insert(name, self.done.len());
        }
        self.done.push(binding);
        if self.index.is_empty() && self.done.len() > MANY {
            let names = self.done.iter().enumerate().filter_map(|(at, binding)| Some((binding.attr.name()?, at)));
            self.index.extend(names);
        }
    }
}

fn find(bindings: &[Binding], name: Name) -> Option<usize> {
    bindings.iter().position(|binding| binding.attr.key == Key::Name(name))
}

impl Lowering<'_> {
    pub(super) fn record(&mut self, pair: Pair<'_, Rule>) -> ExprId {
        let span = self.range(&pair);
        let recursive = self.text[span.start..].starts_with("rec");
        let bindings = self.bindings(tokens(pair));
        self.add(Expr::Record { recursive, bindings }, span.start, span.end)
    }

    pub(super) fn bindings<'i>(&mut self, pairs: impl Iterator<Item = Pair<'i, Rule>>) -> Box<[Binding]> {
        let mut members = Members { done: Vec::with_capacity(pairs.size_hint().1.unwrap_or(0)), ..Members::default() };
        self.members(&mut members, pairs);
        self.merge_all(&mut members);
        for (name, span, annotation) in std::mem::take(&mut members.annotations) {
            match members.find(name).map(|at| &mut members.done[at]) {
                Some(binding) if binding.annotation().is_none() => binding.before.get_or_insert_default().annotation = Some(annotation),
                Some(binding) => {
                    let first = binding.annotation().map_or(span, |annotation| annotation.span);
                    self.problems.0.push(error::second_annotation(span, first, self.names.text(name)));
                }
                None => self.problems.0.push(error::annotation_without_binding(span, self.names.text(name))),
            }
        }
        members.done.into()
    }

    pub(super) fn members<'i>(&mut self, members: &mut Members, pairs: impl Iterator<Item = Pair<'i, Rule>>) {
        for pair in pairs {
            match pair.as_rule() {
                _ if self.is_parts(&pair) => self.members_of_parts(members),
                Rule::inherit => self.inherit(members, pair),
                _ => self.binding(members, pair),
            }
        }
    }

    fn binding(&mut self, members: &mut Members, pair: Pair<'_, Rule>) {
        let mut before = self.before(self.range(&pair).start);
        let mut parts = tokens(pair);
        let (Some(first), Some(mut last)) = (parts.next(), parts.next()) else { return };
        let attr = self.attr(first);
        let mut path = Vec::new();
        for part in parts {
            path.push(self.attr(std::mem::replace(&mut last, part)));
        }
        if last.as_rule() == Rule::annotation {
            let annotation = self.annotation(last);
            match attr.key {
                Key::Name(name) => members.annotations.push((name, attr.span, annotation)),
                Key::Dynamic(key) if self.tree[key] == Expr::Hole => {}
                Key::Dynamic(_) => self.problems.0.push(error::annotation_without_binding(attr.span, "${…}")),
            }
            return;
        }
        let mut value = if is_expr(last.as_rule()) { self.expr(last) } else { self.atom(last) };
        let mut origin = Origin::Written;
        for attr in path.into_iter().rev() {
            let (start, end) = (attr.span.start as usize, self.end(value));
            let bindings = Box::new([Binding { attr, value, origin, before: before.take() }]);
            value = self.add(Expr::Record { recursive: false, bindings }, start, end);
            origin = Origin::Path;
        }
        self.define(members, Binding { attr, value, origin, before });
    }

    fn inherit(&mut self, members: &mut Members, pair: Pair<'_, Rule>) {
        let mut end = self.range(&pair).start;
        let before = self.before(end);
        let mut source = None;
        let word = self.span(end, end + "inherit".len());
        for part in tokens(pair) {
            if is_expr(part.as_rule()) {
                source = Some(self.expr(part));
                continue;
            }
            if part.as_str() == "inherit" {
                // The next one begins.
                let place = end;
                self.problems.0.push(error::missing_token(self.span(place, place), ";", "a definition", ";"));
                source = None;
                continue;
            }
            let attr = self.attr(part);
            let start = attr.span.start as usize;
            end = attr.span.end as usize;
            let Key::Name(name) = attr.key else {
                if !self.tree.is_lost(&attr) {
                    self.problems.0.push(error::inherit_of_dynamic_name(attr.span));
                }
                continue;
            };
            let (expr, origin) = match source {
                Some(base) => (Expr::Select { base, path: Box::new([attr.clone()]), default: None }, Origin::InheritFrom),
                None => (Expr::Variable(name), Origin::Inherit),
            };
            let value = self.add(expr, start, end);
            self.define(members, Binding { attr, value, origin, before: before.clone() });
        }
        if end == word.start as usize {
            self.problems.0.push(error::missing_name(word, "what is inherited"));
            let hole = self.hole(end, end);
            members.push(Binding {
                attr: Attr { key: Key::Dynamic(hole), span: word },
                value: hole,
                origin: Origin::Written,
                before: None,
            });
        }
    }

    /// What stands before a definition: its documentation so far.
    fn before(&self, start: usize) -> Option<Box<Before>> {
        let doc = self.doc(start)?;
        Some(Box::new(Before { doc: Some(doc), annotation: None }))
    }

    pub(super) fn define(&mut self, members: &mut Members, binding: Binding) {
        match binding.attr.name().and_then(|name| members.find(name)) {
            Some(at) => members.more.entry(at).or_default().push(binding),
            None => members.push(binding),
        }
    }

    /// Further definitions of one name: records written out become one, anything else is refused. All of a name at once, so
    /// that a record of many paths takes no longer than one of as many names.
    fn merge(&mut self, first: &mut Binding, others: Vec<Binding>) {
        let mut members = Members::default();
        let is_hole = |this: &Self, value: ExprId| this.tree[value] == Expr::Hole;
        let mut bindings = self.take_record(first.value);
        for binding in bindings.iter_mut().flat_map(std::mem::take) {
            members.push(binding);
        }
        for other in others {
            if is_hole(self, first.value) || is_hole(self, other.value) {
                continue;
            }
            let more = if bindings.is_some() { self.take_record(other.value) } else { None };
            let Some(more) = more else {
                let name = first.attr.name().map_or("", |name| self.names.text(name));
                self.problems.0.push(error::duplicate(other.attr.span, first.attr.span, name));
                continue;
            };
            more.into_iter().for_each(|binding| self.define(&mut members, binding));
            let span = self.tree.span(other.value);
            self.tree.places[first.value.0 as usize] = self.tree.span(first.value).to(span).into();
        }
        if bindings.is_none() {
            return;
        }
        self.merge_all(&mut members);
        let deepest = members.done.iter().map(|binding| self.depths[binding.value.0 as usize]).max().unwrap_or(0);
        let first = first.value.0 as usize;
        self.depths[first] = self.depths[first].max(deepest + 1);
        if let Expr::Record { bindings: place, .. } = &mut self.tree.exprs[first] {
            *place = members.done.into();
        }
    }

    fn merge_all(&mut self, members: &mut Members) {
        for (at, others) in std::mem::take(&mut members.more) {
            self.merge(&mut members.done[at], others);
        }
    }

    /// The bindings of a record literal, taken out of the tree. Both records keep their place in it; the second stays empty.
    fn take_record(&mut self, id: ExprId) -> Option<Vec<Binding>> {
        match &mut self.tree.exprs[id.0 as usize] {
            Expr::Record { bindings, .. } => Some(std::mem::take(bindings).into_vec()),
            _ => None,
        }
    }
}

impl Key {
    /// What computes it, unless it is written out.
    pub fn expr(self) -> Option<ExprId> {
        match self {
            Key::Name(_) => None,
            Key::Dynamic(expr) => Some(expr),
        }
    }
}

impl Attr {
    /// The name, unless it is computed.
    pub fn name(&self) -> Option<Name> {
        match self.key {
            Key::Name(name) => Some(name),
            Key::Dynamic(_) => None,
        }
    }
}
