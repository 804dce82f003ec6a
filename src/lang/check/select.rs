//! `e.a.b`, `e.a or d`, `e ? a`: into records, resources, `aws`, `std` and `lookup`.

use std::rc::Rc;

use wcalang_model::diag::MADE_HERE;
use wcalang_model::source::Span;

use crate::check::forms::Forms;
use crate::check::place::{Spot, Step};
use crate::check::types::{Form, FrameId, Rest, Ty};
use crate::check::{Checker, Unit, error};
use crate::prelude;
use crate::syntax::Name;
use crate::syntax::ast::{Attr, Expr, ExprId, Key};

/// What becomes of a step that may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// It is refused.
    Refused,
    /// At the end of the path it is passed on.
    Passed,
}

impl Checker<'_> {
    pub(super) fn select(&mut self, unit: &Rc<Unit>, base: ExprId, path: &[Attr], default: Option<ExprId>, frame: FrameId) -> Ty {
        let Some(default) = default else {
            return self.walk(unit, base, path, frame, Missing::Refused);
        };
        let from = self.infer(unit, base, frame);
        let found = self.reach(unit, from, path, frame);
        let other = self.infer(unit, default, frame);
        match found {
            None => other,
            Some(found) if self.types.may_be_absent(found) => {
                let found = self.types.present(found);
                self.types.join(found, other)
            }
            // What stands for a value that is always there still may be of any form.
            Some(found) => found,
        }
    }

    /// The value of `a = e.b;` and `inherit (e) b;`: where `b` may be absent, so may `a`.
    pub(super) fn passed(&mut self, unit: &Rc<Unit>, id: ExprId, base: ExprId, path: &[Attr], frame: FrameId) -> Ty {
        let ty = self.walk(unit, base, path, frame, Missing::Passed);
        if !unit.library && self.types.may_be_absent(ty) {
            self.passes.insert(id);
        }
        ty
    }

    fn walk(&mut self, unit: &Rc<Unit>, base: ExprId, path: &[Attr], frame: FrameId, missing: Missing) -> Ty {
        let mut ty = self.needed(unit, base, frame);
        for (index, attr) in path.iter().enumerate() {
            let Key::Name(name) = attr.key else {
                ty = self.dynamic(unit, ty, attr, frame);
                continue;
            };
            if matches!(self.types.form(ty), Form::Opaque(_)) && self.must_be(ty, Forms::FIELDS, attr.span).is_err() {
                let problem = error::no_record(self.names.text(name), attr.span, &self.describe(ty));
                let problem = self.with_other_use(problem, ty);
                self.report_at(problem, (base, frame), &path[..index]);
                return Ty::ANY;
            }
            if let Form::Union(parts) = self.types.form(ty) {
                let parts = parts.clone();
                let bare = parts.iter().copied().find(|part| *part != Ty::ABSENT && self.member(*part, name).is_none());
                if let Some(bare) = bare {
                    let problem = error::no_record(self.names.text(name), attr.span, &self.describe(bare));
                    self.report_at(problem, (base, frame), &path[..index]);
                    return Ty::ANY;
                }
            }
            let last = index + 1 == path.len();
            let passes = last && missing == Missing::Passed;
            ty = match self.member(ty, name) {
                Some(Ty::ABSENT) if passes && self.may_lack(ty, name) => Ty::ABSENT,
                Some(Ty::ABSENT) if self.may_lack(ty, name) => {
                    self.absent_field(ty, name, attr.span, (base, frame), &path[..index]);
                    return Ty::ANY;
                }
                Some(Ty::ABSENT) | None if !self.types.is_unknown(ty) => {
                    self.no_member(ty, name, attr.span, (base, frame), &path[..index]);
                    return Ty::ANY;
                }
                Some(found) if self.types.may_be_absent(found) && !passes => {
                    self.absent_field(ty, name, attr.span, (base, frame), &path[..index]);
                    self.types.present(found)
                }
                Some(found) => found,
                None => Ty::ANY,
            };
        }
        ty
    }

    /// As far as the path goes; `None` where a step certainly is not there.
    fn reach(&mut self, unit: &Rc<Unit>, base: Ty, path: &[Attr], frame: FrameId) -> Option<Ty> {
        let mut ty = base;
        let mut absent = self.types.may_be_absent(ty);
        for attr in path {
            ty = match attr.key {
                Key::Name(name) => self.member(ty, name)?,
                Key::Dynamic(_) => {
                    let found = self.dynamic(unit, ty, attr, frame);
                    self.types.optional(found)
                }
            };
            if ty == Ty::ABSENT {
                return None;
            }
            absent |= self.types.may_be_absent(ty);
        }
        Some(if absent { self.types.optional(ty) } else { ty })
    }

    pub(super) fn has_attr(&mut self, unit: &Rc<Unit>, base: ExprId, path: &[Attr], frame: FrameId) {
        let base = self.infer(unit, base, frame);
        self.reach(unit, base, path, frame);
    }

    /// `e.${key}`: any field.
    fn dynamic(&mut self, unit: &Rc<Unit>, ty: Ty, attr: &Attr, frame: FrameId) -> Ty {
        if let Key::Dynamic(key) = attr.key {
            if unit.module.tree[key] == Expr::Hole {
                return Ty::ANY;
            }
            self.text(unit, key, frame);
        }
        if self.types.forms(ty) != Forms::RECORD {
            return Ty::ANY;
        }
        let (fields, rest) = self.as_record(ty);
        let mut all: Vec<Ty> = fields.into_iter().map(|(_, ty)| ty).collect();
        if let Rest::Open(ty) = rest {
            all.push(ty);
        }
        let joined = self.types.join_all(&mut all);
        self.types.present(joined)
    }

    /// Whether a field may have been left out of it: an option that was declared, or any if it is what a function took by `...`.
    fn may_lack(&self, ty: Ty, name: Name) -> bool {
        match self.types.form(ty) {
            Form::Record(fields, rest) => *rest != Rest::Closed || fields.iter().any(|(field, _)| *field == name),
            _ => false,
        }
    }

    /// A field of a type: with absence where it may be missing, just absence where it is, `None` for what has no fields.
    pub(super) fn member(&mut self, ty: Ty, name: Name) -> Option<Ty> {
        match self.types.form(ty) {
            Form::Any => Some(Ty::ANY),
            Form::Never => Some(Ty::NEVER),
            Form::Record(fields, rest) => match fields.binary_search_by_key(&name, |(name, _)| *name) {
                Ok(index) => Some(fields[index].1),
                Err(_) => match *rest {
                    Rest::Closed | Rest::Taken => Some(Ty::ABSENT),
                    // A map, or what else a record may have: `eval` knows whether it has this one.
                    Rest::Open(ty) => Some(ty),
                },
            },
            Form::Opaque(index) => Some(self.opaque_field(*index, name)),
            Form::Handle(kinds) => {
                let kinds = kinds.clone();
                self.member_of_kinds(&kinds, name)
            }
            Form::Kinds(None) => {
                let text = self.names.text(name);
                let first = self.schemas.first_of(text);
                Some(first.map_or(Ty::ABSENT, |first| self.types.intern(Form::Kinds(Some(first as u16)))))
            }
            Form::Kinds(Some(first)) => {
                let service = self.service(*first);
                let text = self.names.text(name);
                let kind = self.schemas.kind_of(service, text);
                Some(kind.map_or(Ty::ABSENT, |kind| self.types.intern(Form::Constructor(kind as u16))))
            }
            Form::Lookups => {
                let text = self.names.text(name);
                let lookup = self.schemas.lookups.iter().position(|entry| entry.name == text);
                Some(lookup.map_or(Ty::ABSENT, |lookup| self.types.intern(Form::Lookup(lookup as u16))))
            }
            Form::Library => {
                let module = prelude::module(self.names.text(name));
                Some(module.map_or(Ty::ABSENT, |module| self.module(module as u16)))
            }
            Form::Union(parts) => {
                let parts = parts.clone();
                let mut found = Ty::NEVER;
                for part in parts.iter() {
                    let part = if *part == Ty::ABSENT { Ty::ABSENT } else { self.member(*part, name).unwrap_or(Ty::ABSENT) };
                    found = self.types.join(found, part);
                }
                Some(found)
            }
            _ => None,
        }
    }

    pub(super) fn service(&self, first: u16) -> &'static str {
        self.schemas.kinds[first as usize].schema.parts().0
    }

    /// Reports a step to a field that is not there.
    fn no_member(&mut self, ty: Ty, name: Name, span: Span, base: (ExprId, FrameId), path: &[Attr]) {
        let text = self.names.text(name).to_string();
        let of = self.describe(ty);
        let fields: Vec<String> = match self.types.form(ty) {
            Form::Record(fields, _) => fields.iter().map(|(name, _)| self.names.text(*name).to_string()).collect(),
            Form::Handle(kinds) => kinds.iter().flat_map(|kind| self.members_of(*kind)).collect(),
            Form::Kinds(None) => self.schemas.services().map(str::to_string).collect(),
            Form::Kinds(Some(first)) => self.schemas.kinds_of(self.service(*first)).map(str::to_string).collect(),
            Form::Lookups => self.schemas.lookups.iter().map(|entry| entry.name.to_string()).collect(),
            Form::Library => prelude::module_names().map(str::to_string).collect(),
            _ => {
                let problem = error::no_record(&text, span, &of);
                self.report_at(problem, base, path);
                return;
            }
        };
        let mut problem = error::no_field(&text, span, &of, fields);
        let names = path.iter().filter_map(|attr| attr.name().map(Step::Field));
        let (found, all) = self.find(&Spot { expr: base.0, frame: base.1, steps: names.collect() });
        if let Some(record) = self.record_made(found).filter(|_| all) {
            problem = problem.label(record, MADE_HERE);
        }
        self.report_at(problem, base, path);
    }

    /// Reports the read of a field that may be absent.
    fn absent_field(&mut self, ty: Ty, name: Name, span: Span, base: (ExprId, FrameId), path: &[Attr]) {
        let mut problem = error::maybe_absent(self.names.text(name), span, self.types.forms(ty) == Forms::RECORD);
        let names = path.iter().filter_map(|attr| match attr.key {
            Key::Name(name) => Some(Step::Field(name)),
            Key::Dynamic(_) => None,
        });
        let spot = Spot { expr: base.0, frame: base.1, steps: names.collect() };
        if let Some(span) = self.choice(&spot) {
            problem = problem.label(span, format!("not every branch of this has `{}`", self.names.text(name)));
        }
        self.report_at(problem, base, path);
    }
}
