//! What holds in the branch of an `if`: after `e ? a`, the field is there.

use std::rc::Rc;

use crate::check::forms::Forms;
use crate::check::types::{Form, FrameId, Rest, Ty};
use crate::check::{Checker, Scope, Unit};
use crate::resolve::Target;
use crate::syntax::Name;
use crate::syntax::ast::{BinaryOp, Expr, ExprId, Key, Param, UnaryOp};

/// A field that is there, below a member of a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    frame: FrameId,
    slot: usize,
    path: Vec<Name>,
}

impl Checker<'_> {
    /// Does something where a condition holds, or does not.
    pub(super) fn holding<T>(
        &mut self,
        unit: &Rc<Unit>,
        condition: ExprId,
        frame: FrameId,
        holds: bool,
        does: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = self.facts.len();
        self.add_facts(unit, condition, frame, holds);
        let result = does(self);
        self.facts.truncate(before);
        result
    }

    fn add_facts(&mut self, unit: &Rc<Unit>, condition: ExprId, frame: FrameId, holds: bool) {
        match &unit.module.tree[condition] {
            Expr::HasAttr { base, path } if holds => {
                let names: Option<Vec<Name>> = path
                    .iter()
                    .map(|attr| match attr.key {
                        Key::Name(name) => Some(name),
                        Key::Dynamic(_) => None,
                    })
                    .collect();
                if let (Some(names), Some(root)) = (names, self.root(unit, *base, frame)) {
                    let fact = Fact { path: [root.path, names].concat(), ..root };
                    self.facts.extend(self.formal(&fact));
                    self.facts.push(fact);
                }
            }
            Expr::Unary { op: UnaryOp::Not, operand } => self.add_facts(unit, *operand, frame, !holds),
            Expr::Binary { op: BinaryOp::And, left, right, .. } if holds => {
                self.add_facts(unit, *left, frame, true);
                self.add_facts(unit, *right, frame, true);
            }
            Expr::Binary { op: BinaryOp::Or, left, right, .. } if !holds => {
                self.add_facts(unit, *left, frame, false);
                self.add_facts(unit, *right, frame, false);
            }
            Expr::Binary { op: BinaryOp::Implies, left, right, .. } if !holds => {
                self.add_facts(unit, *left, frame, true);
                self.add_facts(unit, *right, frame, false);
            }
            // A condition with a name.
            Expr::Variable(_) => {
                let Target::Slot { depth, index } = self.target(unit, condition) else { return };
                let Some(inner) = self.outer(frame, depth) else { return };
                let Scope::Bindings(id) = self.frame(inner).scope else { return };
                let unit = self.unit_of(inner);
                if let Expr::LetIn { bindings, .. } = &unit.module.tree[id]
                    && let Some(binding) = bindings.get(index as usize)
                    && !matches!(unit.module.tree[binding.value], Expr::Variable(_))
                {
                    self.add_facts(&unit, binding.value, inner, holds);
                }
            }
            _ => {}
        }
    }

    /// The member of a scope that a path of names begins with.
    fn root(&self, unit: &Unit, id: ExprId, frame: FrameId) -> Option<Fact> {
        match &unit.module.tree[id] {
            Expr::Variable(_) => match self.target(unit, id) {
                Target::Slot { depth, index } => Some(Fact { frame: self.outer(frame, depth)?, slot: index as usize, path: Vec::new() }),
                _ => None,
            },
            Expr::Select { base, path, default: None } => {
                let mut root = self.root(unit, *base, frame)?;
                for attr in path {
                    match attr.key {
                        Key::Name(name) => root.path.push(name),
                        Key::Dynamic(_) => return None,
                    }
                }
                Some(root)
            }
            _ => None,
        }
    }

    /// `args ? a` says as much of the argument `a` itself, where `args` is all that a function was given.
    fn formal(&self, fact: &Fact) -> Option<Fact> {
        let frame = self.frame(fact.frame);
        let Scope::Call(lambda, _) = &frame.scope else { return None };
        let Expr::Lambda { param: Param::Formals(formals), .. } = &frame.unit.module.tree[*lambda] else { return None };
        let (first, rest) = fact.path.split_first()?;
        if fact.slot == formals.fields.len() {
            let slot = formals.fields.iter().position(|field| field.name == *first)?;
            return Some(Fact { frame: fact.frame, slot, path: rest.to_vec() });
        }
        None
    }

    /// The type of a member of a scope, with what holds here.
    pub(super) fn refined(&mut self, mut ty: Ty, frame: FrameId, slot: usize) -> Ty {
        for index in 0..self.facts.len() {
            if self.facts[index].frame == frame && self.facts[index].slot == slot {
                let path = self.facts[index].path.clone();
                ty = self.with_field(ty, &path);
            }
        }
        ty
    }

    /// The same type, in which what the path leads to is there.
    fn with_field(&mut self, ty: Ty, path: &[Name]) -> Ty {
        let ty = self.types.present(ty);
        let Some((name, rest)) = path.split_first() else { return ty };
        if self.types.forms(ty) != Forms::RECORD || matches!(self.types.form(ty), Form::Union(_)) {
            return ty;
        }
        let (mut fields, others) = self.as_record(ty);
        let inner = match fields.iter().find(|(field, _)| field == name) {
            // It is not there for this type of argument: this branch is for others.
            Some((_, Ty::ABSENT)) => Ty::ANY,
            Some((_, field)) => self.with_field(*field, rest),
            None => match others {
                Rest::Open(field) => self.with_field(field, rest),
                Rest::Closed | Rest::Taken => Ty::ANY,
            },
        };
        fields.push((*name, inner));
        self.types.record(&mut fields, others)
    }
}
