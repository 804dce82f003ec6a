//! Where a value comes from: found in the tree when a problem is reported, so that types need not carry it.

use std::rc::Rc;

use wcalang_model::source::Span;

use crate::check::types::FrameId;
use crate::check::{Checker, Scope, Unit};
use crate::resolve::Target;
use crate::syntax::Name;
use crate::syntax::ast::{BinaryOp, Binding, Expr, ExprId, Key, Origin, Param};

/// A value as the one who holds it against something can point at it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'p> {
    /// The value of an expression.
    Expr(ExprId, FrameId),
    /// A field of it.
    Field(&'p Place<'p>, Name),
    /// An item of it.
    Item(&'p Place<'p>),
}

/// A place that is kept.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    pub expr: ExprId,
    pub frame: FrameId,
    pub steps: Vec<Step>,
}

/// A step into a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Field(Name),
    Item,
}

/// An expression that was found, in its scope.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub expr: ExprId,
    pub frame: FrameId,
    /// The key of the field that it is the value of.
    pub key: Option<Span>,
}

impl Place<'_> {
    pub fn spot(&self) -> Spot {
        match self {
            Place::Expr(expr, frame) => Spot { expr: *expr, frame: *frame, steps: Vec::new() },
            Place::Field(of, name) => {
                let mut spot = of.spot();
                spot.steps.push(Step::Field(*name));
                spot
            }
            Place::Item(of) => {
                let mut spot = of.spot();
                spot.steps.push(Step::Item);
                spot
            }
        }
    }
}

/// Steps of a search after which it is given up.
const FAR: usize = 64;

impl Checker<'_> {
    pub(super) fn unit_of(&self, frame: FrameId) -> Rc<Unit> {
        self.frame(frame).unit.clone()
    }

    pub(super) fn span_of(&self, expr: ExprId, frame: FrameId) -> Span {
        self.frame(frame).unit.module.tree.span(expr)
    }

    /// The expression at a place, and whether all of its steps were found.
    pub(super) fn find(&self, spot: &Spot) -> (Found, bool) {
        let mut found = Found { expr: spot.expr, frame: spot.frame, key: None };
        for step in &spot.steps {
            let next = match step {
                Step::Field(name) => self.field_of(found, *name, FAR),
                Step::Item => self.only_item(found),
            };
            match next {
                Some(next) => found = next,
                None => return (found, false),
            }
        }
        (found, true)
    }

    /// What a variable or selection stands for; `None` for what is made where it stands.
    pub(super) fn definition(&self, at: Found) -> Option<Found> {
        let unit = &self.frame(at.frame).unit;
        match &unit.module.tree[at.expr] {
            Expr::Variable(name) => {
                let Target::Slot { depth, index } = self.target(unit, at.expr) else { return None };
                self.member_definition(self.outer(at.frame, depth)?, index as usize, *name)
            }
            Expr::Select { base, path, default: None } => {
                path.iter().try_fold(Found { expr: *base, frame: at.frame, key: None }, |found, attr| match attr.key {
                    Key::Name(name) => self.field_of(found, name, FAR),
                    Key::Dynamic(_) => None,
                })
            }
            Expr::LetIn { body, .. } => {
                let inner = self.scopes.get(&(at.expr, at.frame))?;
                Some(Found { expr: *body, frame: *inner, key: at.key })
            }
            Expr::Assert { body, .. } => Some(Found { expr: *body, ..at }),
            _ => None,
        }
    }

    /// What a member of a scope stands for.
    fn member_definition(&self, frame: FrameId, index: usize, name: Name) -> Option<Found> {
        let scope = self.frame(frame);
        let tree = &scope.unit.module.tree;
        match &scope.scope {
            Scope::Bindings(id) => match &tree[*id] {
                Expr::LetIn { bindings, .. } | Expr::Record { bindings, .. } => self.value_of(bindings.get(index)?, scope.parent?, frame),
                _ => None,
            },
            Scope::Call(lambda, argument) => {
                let Expr::Lambda { param, .. } = &tree[*lambda] else { return None };
                let argument = argument.as_ref().map(|argument| self.find(argument)).filter(|(_, all)| *all).map(|(found, _)| found);
                match param {
                    Param::Name { .. } => argument,
                    Param::Formals(formals) => match formals.fields.get(index) {
                        Some(field) => argument
                            .and_then(|argument| self.field_of(argument, name, FAR))
                            .or_else(|| field.default.map(|expr| Found { expr, frame, key: None })),
                        None => argument,
                    },
                }
            }
            Scope::Top | Scope::With => None,
        }
    }

    fn value_of(&self, binding: &Binding, outside: FrameId, inside: FrameId) -> Option<Found> {
        let frame = if binding.origin == Origin::Inherit { outside } else { inside };
        Some(Found { expr: binding.value, frame, key: Some(binding.attr.span) })
    }

    /// Where a field of a value is written.
    pub(super) fn field_of(&self, at: Found, name: Name, far: usize) -> Option<Found> {
        let far = far.checked_sub(1)?;
        let unit = &self.frame(at.frame).unit;
        match &unit.module.tree[at.expr] {
            Expr::Record { recursive, bindings } => {
                let binding = bindings.iter().rev().find(|binding| binding.attr.key == Key::Name(name))?;
                let inside = if *recursive { *self.scopes.get(&(at.expr, at.frame))? } else { at.frame };
                self.value_of(binding, at.frame, inside)
            }
            Expr::Binary { op: BinaryOp::Merge, left, right, .. } => {
                let side = |expr| self.field_of(Found { expr, frame: at.frame, key: None }, name, far);
                side(*right).or_else(|| side(*left))
            }
            Expr::If { then, otherwise, .. } => {
                let side = |expr| self.field_of(Found { expr, frame: at.frame, key: None }, name, far);
                side(*then).or_else(|| side(*otherwise))
            }
            _ => self.field_of(self.definition(at)?, name, far),
        }
    }

    /// The item of a list of one.
    fn only_item(&self, at: Found) -> Option<Found> {
        match self.items_of(at, FAR)?.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// Where the items of a list are written.
    pub(super) fn items_of(&self, at: Found, far: usize) -> Option<Vec<Found>> {
        let far = far.checked_sub(1)?;
        let unit = &self.frame(at.frame).unit;
        match &unit.module.tree[at.expr] {
            Expr::List(items) => Some(items.iter().map(|expr| Found { expr: *expr, frame: at.frame, key: None }).collect()),
            Expr::Binary { op: BinaryOp::Concat, left, right, .. } => {
                let side = |expr| self.items_of(Found { expr, frame: at.frame, key: None }, far);
                let sides = (side(*left), side(*right));
                match sides {
                    (Some(left), Some(right)) => Some([left, right].concat()),
                    (one, other) => one.or(other),
                }
            }
            _ => self.items_of(self.definition(at)?, far),
        }
    }

    /// The expressions of which a value is one or the other: the branches of an `if`.
    pub(super) fn alternatives(&self, at: Found, far: usize) -> Option<[Found; 2]> {
        let far = far.checked_sub(1)?;
        let unit = &self.frame(at.frame).unit;
        match &unit.module.tree[at.expr] {
            Expr::If { then, otherwise, .. } => Some([*then, *otherwise].map(|expr| Found { expr, frame: at.frame, key: at.key })),
            Expr::Select { base, path, default: Some(default) } => {
                let field = path.iter().try_fold(Found { expr: *base, frame: at.frame, key: None }, |found, attr| match attr.key {
                    Key::Name(name) => self.field_of(found, name, FAR),
                    Key::Dynamic(_) => None,
                })?;
                Some([field, Found { expr: *default, frame: at.frame, key: at.key }])
            }
            _ => self.alternatives(self.definition(at)?, far),
        }
    }

    /// The `if` that a value at a place comes of.
    pub(super) fn choice(&self, spot: &Spot) -> Option<Span> {
        let (found, all) = self.find(spot);
        let mut next = Some(found).filter(|_| all);
        for _ in 0..FAR {
            let at = next?;
            if let Expr::If { .. } = self.frame(at.frame).unit.module.tree[at.expr] {
                return Some(self.span_of(at.expr, at.frame));
            }
            next = self.definition(at);
        }
        None
    }

    /// Where the value at a place was made, if that is elsewhere: the end of the way through names.
    pub(super) fn made(&self, at: Found) -> Option<Found> {
        let mut found = None;
        let mut next = self.definition(at);
        for _ in 0..FAR {
            let Some(one) = next else { break };
            found = Some(one);
            next = self.definition(one);
        }
        found
    }

    /// The record that is written out where the value at a place was made, if that is elsewhere.
    pub(super) fn record_made(&self, at: Found) -> Option<Span> {
        let made = self.made(at)?;
        let unit = &self.frame(made.frame).unit;
        let is_record = matches!(unit.module.tree[made.expr], Expr::Record { .. });
        (is_record && !unit.library).then(|| self.span_of(made.expr, made.frame))
    }

    /// The first place on the way to where a value was made that lies outside of so many calls.
    pub(super) fn outside(&self, at: Found, level: u32) -> Option<Found> {
        let mut next = at;
        for _ in 0..FAR {
            if self.frame(next.frame).level <= level {
                return Some(next);
            }
            next = self.definition(next)?;
        }
        None
    }
}
