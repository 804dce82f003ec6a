//! Whether a type is what a declaration wants. What fits comes back as the declaration reads it; what does not is reported where
//! it is given, down to the item or branch that is wrong.

use wcalang_model::value::{RecordType, Type};

use crate::check::forms::taken;
use crate::check::place::Place;
use crate::check::types::{Form, Rest, Ty};
use crate::check::{Checker, What, error, literal};
use crate::syntax::Name;
use crate::syntax::ast::{Expr, Literal};

/// A value's purpose, and where it is given.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub what: What<'a>,
    pub place: &'a Place<'a>,
}

/// How far a search for the branch or item that is wrong goes.
const FAR: usize = 16;

impl Checker<'_> {
    /// `ty` as `want` reads it; `Any` where it was reported.
    pub(super) fn conform(&mut self, ty: Ty, want: &Type, wanted: Wanted<'_>) -> Ty {
        match want {
            Type::Any => return ty,
            Type::Secret(inner) => return self.conform(ty, inner, wanted),
            _ => {}
        }
        if ty == Ty::ABSENT {
            return ty;
        }
        if self.types.may_be_absent(ty) {
            let present = self.types.present(ty);
            let ty = self.conform(present, want, wanted);
            return self.types.optional(ty);
        }
        match self.types.form(ty) {
            Form::Any | Form::Never => self.reads(want),
            Form::Opaque(index) => {
                let index = *index;
                self.conform_opaque(ty, index, want, wanted)
            }
            Form::Union(parts) => {
                let parts = parts.clone();
                if parts.iter().any(|part| !self.fits(*part, want)) {
                    return self.refuse_in(ty, want, wanted);
                }
                let mut all = Ty::NEVER;
                for part in parts.iter() {
                    let part = self.conform(*part, want, wanted);
                    all = self.types.join(all, part);
                }
                all
            }
            _ => self.conform_one(ty, want, wanted),
        }
    }

    /// Whether it fits; nothing is reported.
    fn fits(&mut self, ty: Ty, want: &Type) -> bool {
        let nowhere = Place::Expr(crate::syntax::ast::ExprId(0), crate::check::types::FrameId(0));
        !self.complains(|checker| {
            checker.conform(ty, want, Wanted { what: What::Is(""), place: &nowhere });
        })
    }

    fn conform_one(&mut self, ty: Ty, want: &Type, wanted: Wanted<'_>) -> Ty {
        if !self.types.forms(ty).without(taken(want)).is_empty() {
            return self.refuse_in(ty, want, wanted);
        }
        match (want, self.types.form(ty)) {
            (Type::Json, _) => ty,
            (Type::Int(min, max), _) if (*min, *max) != (i64::MIN, i64::MAX) => self.conform_number(want, wanted),
            (Type::Str { .. } | Type::Cidr | Type::Ip | Type::Arn | Type::OneOf(_), Form::Text(_) | Form::Texts(_)) => {
                self.conform_texts(ty, want, wanted)
            }
            (Type::List(item), Form::List(given)) => {
                let (given, item) = (*given, item.clone());
                let place = Place::Item(wanted.place);
                if !self.types.is_unknown(given) && !self.fits(given, &item) {
                    return self.refuse_item(given, &item, Wanted { place: &place, ..wanted }, wanted.place);
                }
                let item = if given == Ty::NEVER { given } else { self.conform(given, &item, Wanted { place: &place, ..wanted }) };
                self.types.list(item)
            }
            (Type::Map(item), Form::Record(fields, rest)) => {
                let (mut fields, rest, item) = (fields.to_vec(), *rest, item.clone());
                for (name, ty) in &mut fields {
                    let text = self.names.shared(*name);
                    let place = Place::Field(wanted.place, *name);
                    *ty = self.conform(*ty, &item, Wanted { what: What::Field(&text, &wanted.what), place: &place });
                }
                let rest = match rest {
                    Rest::Open(ty) => {
                        let place = Place::Item(wanted.place);
                        Rest::Open(self.conform(ty, &item, Wanted { place: &place, ..wanted }))
                    }
                    Rest::Closed | Rest::Taken => rest,
                };
                self.types.record(&mut fields, rest)
            }
            (Type::Record(record), Form::Record(..)) => {
                let record = record.clone();
                self.conform_record(ty, &record, wanted.what, wanted.place)
            }
            (Type::Handle(kinds), Form::Handle(given)) => {
                let wrong = |kind: &u16| {
                    let name = self.schemas.kinds[*kind as usize].schema.name;
                    !kinds.is_empty() && !kinds.iter().any(|kind| **kind == *name)
                };
                match given.iter().find(|kind| wrong(kind)).copied() {
                    Some(kind) => self.wrong_handle(kind, want, wanted),
                    None => ty,
                }
            }
            (Type::Function(from, to), _) => {
                let (from, to) = (from.clone(), to.clone());
                self.conform_function(ty, &from, &to, wanted);
                self.reads(want)
            }
            _ => self.reads(want),
        }
    }

    /// A record, field by field: unknown ones with the nearest name, missing ones, and each value.
    pub(super) fn conform_record(&mut self, ty: Ty, want: &RecordType, what: What<'_>, place: &Place<'_>) -> Ty {
        let (given, rest) = self.as_record(ty);
        let mut result: Vec<(Name, Ty)> = Vec::with_capacity(given.len());
        let mut meant = Vec::new();
        let mut unknown = Vec::new();
        for (name, ty) in given.iter().copied() {
            let text = self.names.shared(name);
            match want.fields.iter().find(|field| *field.name == *text) {
                Some(field) => {
                    let at = Place::Field(place, name);
                    if !field.optional && ty != Ty::ABSENT && self.types.may_be_absent(ty) {
                        self.maybe_missing(&text, what, place);
                    }
                    let ty = self.conform(ty, &field.ty, Wanted { what: What::Field(&text, &what), place: &at });
                    result.push((name, if field.optional { ty } else { self.types.present(ty) }));
                }
                None if want.open => result.push((name, ty)),
                None => unknown.push(name),
            }
        }
        for name in unknown {
            let names: Vec<String> = want.fields.iter().map(|field| field.name.to_string()).collect();
            meant.extend(self.unknown_field(name, what, &names, place));
        }
        let mut missing = Vec::new();
        for field in &want.fields {
            let name = self.names.intern(&field.name);
            match given.iter().find(|(given, _)| *given == name) {
                Some((_, ty)) if *ty != Ty::ABSENT => {}
                Some(_) | None => match rest {
                    // What a map has where a required field belongs is not meant for it.
                    Rest::Open(other) if field.optional || self.fits(other, &field.ty) => {
                        let ty = self.reads(&field.ty);
                        result.push((name, if field.optional { self.types.optional(ty) } else { ty }));
                    }
                    Rest::Closed | Rest::Taken if field.optional => result.push((name, Ty::ABSENT)),
                    Rest::Closed | Rest::Taken | Rest::Open(_) => {
                        if !meant.iter().any(|meant| *meant == *field.name) {
                            missing.push((field.name.to_string(), field.ty.to_string()));
                        }
                        result.push((name, Ty::ANY));
                    }
                },
            }
        }
        self.missing_fields(&missing, what, place);
        self.types.record(&mut result, if want.open { Rest::Open(Ty::ANY) } else { Rest::Closed })
    }

    /// An opaque argument becomes what is wanted.
    fn conform_opaque(&mut self, ty: Ty, index: u32, want: &Type, wanted: Wanted<'_>) -> Ty {
        if matches!(want, Type::Json) {
            return ty;
        }
        let place = self.place_span(wanted.place);
        if self.must_be(ty, taken(want), place).is_err() {
            return self.refuse(ty, want, wanted);
        }
        match want {
            Type::Record(record) => {
                for field in &record.fields {
                    let name = self.names.intern(&field.name);
                    let known = self.opaques[index as usize].fields.iter().find(|(known, _)| *known == name).map(|(_, ty)| *ty);
                    if let Some(ty) = known {
                        let place = Place::Field(wanted.place, name);
                        self.conform(ty, &field.ty, Wanted { what: What::Field(&field.name, &wanted.what), place: &place });
                    }
                }
            }
            Type::List(item) => {
                let given = self.opaque_item(index);
                let place = Place::Item(wanted.place);
                self.conform(given, item, Wanted { place: &place, ..wanted });
            }
            _ => {}
        }
        self.reads(want)
    }

    /// A function where one of a declared type is wanted: called with what is declared.
    fn conform_function(&mut self, ty: Ty, from: &Type, to: &Type, wanted: Wanted<'_>) {
        let argument = self.reads(from);
        let span = self.place_span(wanted.place);
        let site = crate::check::call::Site { span, function: wanted.place, argument: wanted.place };
        let result = self.apply(ty, argument, &site);
        let what = wanted.what.to_string();
        let words = format!("what {what} gives");
        self.conform(result, to, Wanted { what: What::Is(&words), place: wanted.place });
    }

    /// A whole number, which is within bounds unless it is written out.
    fn conform_number(&mut self, want: &Type, wanted: Wanted<'_>) -> Ty {
        let (found, all) = self.find(&wanted.place.spot());
        if !all {
            return Ty::INT;
        }
        let made = self.made(found).unwrap_or(found);
        let tree = &self.frame(made.frame).unit.module.tree;
        let number = match &tree[made.expr] {
            Expr::Literal(Literal::Int(number)) => Some(*number),
            _ => None,
        };
        match number.map(|number| literal::number(number, want)) {
            Some(Err(unfit)) => {
                let span = self.span_of(made.expr, made.frame);
                self.report_spot(unfit.problem(span, Some(span), wanted.what), wanted.place.spot());
                Ty::ANY
            }
            Some(Ok(())) | None => Ty::INT,
        }
    }

    fn conform_texts(&mut self, ty: Ty, want: &Type, wanted: Wanted<'_>) -> Ty {
        if let Type::Str { min: 0, max: u32::MAX, alphabet: "" } = want {
            return ty;
        }
        let ids = match self.types.form(ty) {
            Form::Text(id) => vec![*id],
            Form::Texts(ids) => ids.to_vec(),
            _ => Vec::new(),
        };
        for id in &ids {
            let text = self.types.text(*id).clone();
            if let Err(unfit) = literal::text(&text, want, wanted.what) {
                if ids.len() > 1 {
                    return self.refuse_in(ty, want, wanted);
                }
                let spot = wanted.place.spot();
                let (found, span) = self.shown(&spot);
                let made = self.made(found);
                let span = made.map_or(span, |made| self.span_of(made.expr, made.frame));
                let made = made.unwrap_or(found);
                let is_written = matches!(self.frame(made.frame).unit.module.tree[made.expr], Expr::Literal(_));
                self.report_spot(unfit.problem(span, is_written.then_some(span), wanted.what), spot);
                return Ty::ANY;
            }
        }
        match want {
            Type::OneOf(_) | Type::Str { .. } => ty,
            _ => self.reads(want),
        }
    }

    /// Refuses a value, at the branch of an `if` that is wrong where it has branches.
    fn refuse_in(&mut self, ty: Ty, want: &Type, wanted: Wanted<'_>) -> Ty {
        if self.quiet > 0 {
            self.missed += 1;
            return Ty::ANY;
        }
        if self.in_branches(want, wanted) { Ty::ANY } else { self.refuse(ty, want, wanted) }
    }

    /// Whether a branch of the value was refused.
    fn in_branches(&mut self, want: &Type, wanted: Wanted<'_>) -> bool {
        let (found, all) = self.find(&wanted.place.spot());
        let branches = if all { self.alternatives(found, FAR) } else { None };
        let before = self.missed;
        for branch in branches.into_iter().flatten() {
            let ty = self.again(branch);
            self.conform(ty, want, Wanted { what: wanted.what, place: &Place::Expr(branch.expr, branch.frame) });
        }
        self.missed > before
    }

    /// Refuses items of a list: those that are wrong, where they are written.
    fn refuse_item(&mut self, ty: Ty, want: &Type, wanted: Wanted<'_>, list: &Place<'_>) -> Ty {
        if self.quiet > 0 {
            self.missed += 1;
            return Ty::ANY;
        }
        let (found, all) = self.find(&list.spot());
        let items = if all { self.items_of(found, FAR) } else { None };
        let before = self.missed;
        for item in items.into_iter().flatten() {
            let ty = self.again(item);
            self.conform(ty, want, Wanted { what: wanted.what, place: &Place::Expr(item.expr, item.frame) });
        }
        if self.missed > before { Ty::ANY } else { self.conform(ty, want, Wanted { what: wanted.what, place: list }) }
    }

    /// The type of an expression that was looked at before.
    fn again(&mut self, at: crate::check::place::Found) -> Ty {
        let unit = self.unit_of(at.frame);
        let mut ty = Ty::ANY;
        self.complains(|checker| ty = checker.infer(&unit, at.expr, at.frame));
        self.types.present(ty)
    }

    /// Refuses a value.
    fn refuse(&mut self, ty: Ty, want: &Type, wanted: Wanted<'_>) -> Ty {
        if self.quiet > 0 {
            self.missed += 1;
            return Ty::ANY;
        }
        let is = self.describe_place(ty, taken(want), wanted.place);
        let spot = wanted.place.spot();
        let (found, span) = self.shown(&spot);
        let forms = self.forms_of(ty);
        let mut problem = error::mismatch(&wanted.what.to_string(), want, &is, forms, span);
        if let Some(made) = self.made(found) {
            problem = problem.label(self.span_of(made.expr, made.frame), "made here");
        }
        let problem = self.with_other_use(problem, ty);
        self.report_spot(problem, spot);
        Ty::ANY
    }

    fn wrong_handle(&mut self, kind: u16, want: &Type, wanted: Wanted<'_>) -> Ty {
        if self.quiet > 0 {
            self.missed += 1;
            return Ty::ANY;
        }
        if self.in_branches(want, wanted) {
            return Ty::ANY;
        }
        let name = self.schemas.kinds[kind as usize].schema.name;
        let spot = wanted.place.spot();
        let (found, span) = self.shown(&spot);
        let mut problem = error::wrong_handle(&wanted.what.to_string(), want, name, span);
        if let Some(made) = self.made(found) {
            problem = problem.label(self.span_of(made.expr, made.frame), "made here");
        }
        self.report_spot(problem, spot);
        Ty::ANY
    }

    /// Reports fields that must be given and are not, all in one problem.
    pub(super) fn missing_fields(&mut self, missing: &[(String, String)], what: What<'_>, place: &Place<'_>) {
        if missing.is_empty() {
            return;
        }
        let spot = place.spot();
        let (found, span) = self.shown(&spot);
        let problem = match self.record_made(found) {
            Some(record) => error::missing(missing, &what.to_string(), record).label(span, "needed here"),
            None => error::missing(missing, &what.to_string(), span),
        };
        self.report_spot(problem, spot);
    }

    /// Reports a field of what is given that must be there and may be absent.
    pub(super) fn maybe_missing(&mut self, name: &str, what: What<'_>, given: &Place<'_>) {
        let spot = given.spot();
        let (_, span) = self.shown(&spot);
        let mut problem = error::maybe_missing(name, &what.to_string(), span);
        if let Some(choice) = self.choice(&spot).filter(|choice| *choice != span) {
            problem = problem.label(choice, format!("not every branch of this has `{name}`"));
        }
        self.report_spot(problem, spot);
    }

    /// Reports a field that does not exist. Gives the one that was probably meant: it is not missing, too.
    pub(super) fn unknown_field(&mut self, name: Name, what: What<'_>, fields: &[String], place: &Place<'_>) -> Option<String> {
        let spot = place.spot();
        let (found, all) = self.find(&spot);
        let key = if all { self.field_of(found, name, FAR) } else { None };
        let text = self.names.text(name).to_string();
        let written = key.and_then(|found| found.key);
        // Where the key stands in a function's body, or is passed on by it, its own place is shown.
        let span = written.unwrap_or_else(|| self.span_of(found.expr, found.frame));
        let (mut problem, near) = error::unknown(&text, &what.to_string(), fields, span, written.is_some());
        let given = near.as_ref().map(|near| self.names.intern(near));
        if given.is_some_and(|given| all && self.field_of(found, given, FAR).is_some()) {
            // What is given already is not given twice.
            problem.fix = None;
        }
        self.report_key(problem, spot, name);
        near
    }
}
