//! Records, scopes, and `//`.

use std::rc::Rc;

use crate::check::conform::Wanted;
use crate::check::forms::Forms;
use crate::check::place::Place;
use crate::check::types::{Form, FrameId, Rest, Ty};
use crate::check::what::What;
use crate::check::{Checker, PENDING, Scope, Unit, error};
use crate::syntax::Name;
use crate::syntax::ast::{Binding, Expr, ExprId, Key, Origin};

impl Checker<'_> {
    /// The members of a `let` or `rec`; those of the library are looked at when they are used.
    pub(super) fn scope(&mut self, unit: &Rc<Unit>, id: ExprId, bindings: &[Binding], frame: FrameId) -> FrameId {
        let empty = if unit.library { PENDING } else { Ty::ANY };
        let inner = self.enter(unit, frame, vec![empty; bindings.len()], Scope::Bindings(id));
        self.scopes.insert((id, frame), inner);
        if !unit.library {
            for &index in unit.module.resolved.orders.get(&id).into_iter().flatten() {
                let ty = self.binding(unit, &bindings[index], frame, inner);
                self.frames[inner.0 as usize].slots[index] = ty;
            }
        }
        inner
    }

    /// A member that is looked at only now.
    pub(super) fn pending(&mut self, unit: &Rc<Unit>, inner: FrameId, index: usize) -> Ty {
        let (Scope::Bindings(id), Some(frame)) = (self.frame(inner).scope.clone(), self.frame(inner).parent) else { return Ty::ANY };
        match &unit.module.tree[id] {
            Expr::LetIn { bindings, .. } | Expr::Record { bindings, .. } => self.binding(unit, &bindings[index], frame, inner),
            _ => Ty::ANY,
        }
    }

    /// The value of a binding, in the scope that its form asks for: `inherit` looks outside.
    fn binding(&mut self, unit: &Rc<Unit>, binding: &Binding, outside: FrameId, inside: FrameId) -> Ty {
        let frame = if binding.origin == Origin::Inherit { outside } else { inside };
        let ty = match &unit.module.tree[binding.value] {
            Expr::Select { base, path, default: None } => self.passed(unit, binding.value, *base, path, frame),
            _ => self.infer(unit, binding.value, frame),
        };
        match binding.annotation() {
            None => ty,
            Some(annotation) => {
                let want = self.annotation(annotation);
                let what = match binding.attr.key {
                    Key::Name(name) => format!("`{}`", self.names.text(name)),
                    Key::Dynamic(_) => "this field".to_string(),
                };
                self.conform(ty, &want, Wanted { what: What::Is(&what), place: &Place::Expr(binding.value, frame) })
            }
        }
    }

    pub(super) fn record(&mut self, unit: &Rc<Unit>, id: ExprId, recursive: bool, bindings: &[Binding], frame: FrameId) -> Ty {
        let inner = if recursive { self.scope(unit, id, bindings, frame) } else { frame };
        let start = self.fields.len();
        let mut rest = Ty::NEVER;
        for (index, binding) in bindings.iter().enumerate() {
            let ty = if recursive { self.slot(inner, index) } else { self.binding(unit, binding, frame, frame) };
            match binding.attr.key {
                Key::Name(_) if ty == Ty::ABSENT => {}
                Key::Name(name) => self.fields.push((name, ty)),
                // A name is missing here: it may have any field.
                Key::Dynamic(key) if unit.module.tree[key] == Expr::Hole => rest = Ty::ANY,
                Key::Dynamic(key) => {
                    self.text(unit, key, inner);
                    rest = self.types.join(rest, ty);
                }
            }
        }
        let rest = if rest == Ty::NEVER { Rest::Closed } else { Rest::Open(self.types.present(rest)) };
        let ty = self.types.record_of(&mut self.fields[start..], rest);
        self.fields.truncate(start);
        ty
    }

    /// `a // b`: the fields of both, the right ones winning where they are there.
    pub(super) fn merge(&mut self, unit: &Rc<Unit>, left: ExprId, right: ExprId, op: wcalang_model::source::Span, frame: FrameId) -> Ty {
        let (a, b) = (self.needed(unit, left, frame), self.needed(unit, right, frame));
        let sides = [(a, left), (b, right)].map(|(ty, id)| self.must_be(ty, Forms::RECORD, self.tree(unit).span(id)).is_ok());
        if sides != [true, true] {
            let (is_a, is_b) = (self.describe(a), self.describe(b));
            let (at_a, at_b) = (self.tree(unit).span(left), self.tree(unit).span(right));
            let problem = error::operands("//", op, (at_a, is_a), (at_b, is_b), "`//` joins two records");
            let culprit = if sides[0] { right } else { left };
            self.report_of(problem, culprit, frame);
            return Ty::ANY;
        }
        self.merged(a, b)
    }

    /// The type of `a // b`.
    pub(super) fn merged(&mut self, a: Ty, b: Ty) -> Ty {
        let (left, left_rest) = self.as_record(a);
        let (right, right_rest) = self.as_record(b);
        let mut fields: Vec<(Name, Ty)> = Vec::with_capacity(left.len() + right.len());
        for (name, ty) in &left {
            if !right.iter().any(|(other, _)| other == name) {
                // An open right side may have it as well.
                let ty = match right_rest {
                    Rest::Open(other) => self.types.join(*ty, other),
                    Rest::Closed | Rest::Taken => *ty,
                };
                fields.push((*name, ty));
            }
        }
        for (name, ty) in &right {
            let ty = if self.types.may_be_absent(*ty) {
                let under = match left.iter().find(|(other, _)| other == name) {
                    Some((_, under)) => *under,
                    None => self.types.rest_type(left_rest),
                };
                let over = self.types.present(*ty);
                self.types.join(under, over)
            } else {
                *ty
            };
            fields.push((*name, ty));
        }
        let rest = match (left_rest, right_rest) {
            (Rest::Open(one), Rest::Open(other)) => Rest::Open(self.types.join(one, other)),
            (Rest::Open(one), _) | (_, Rest::Open(one)) => Rest::Open(one),
            (Rest::Taken, _) | (_, Rest::Taken) => Rest::Taken,
            (Rest::Closed, Rest::Closed) => Rest::Closed,
        };
        self.types.record(&mut fields, rest)
    }

    /// The fields of what was found to be a record; what is not known has any field.
    pub(super) fn as_record(&mut self, ty: Ty) -> (Vec<(Name, Ty)>, Rest) {
        match self.types.form(ty) {
            Form::Record(fields, rest) => (fields.to_vec(), *rest),
            Form::Opaque(index) => (self.opaques[*index as usize].fields.clone(), Rest::Open(Ty::ANY)),
            Form::Union(parts) => {
                let record = parts.iter().copied().find(|part| self.types.forms(*part) == Forms::RECORD);
                record.map_or((Vec::new(), Rest::Open(Ty::ANY)), |record| self.as_record(record))
            }
            Form::Never => (Vec::new(), Rest::Closed),
            _ => (Vec::new(), Rest::Open(Ty::ANY)),
        }
    }
}
