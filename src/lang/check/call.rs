//! Calls: a function is inferred anew for each type of argument, once for equal ones.

use std::rc::Rc;

use wcalang_model::source::Span;

use crate::check::conform::Wanted;
use crate::check::forms::Forms;
use crate::check::place::Place;
use crate::check::types::{Form, FrameId, Rest, Ty};
use crate::check::what::What;
use crate::check::{Call, Checker, DEEPEST, Scope, Unit, error};
use crate::resolve::Target;
use crate::syntax::ast::{Expr, ExprId, Formal, Formals, Param};
use crate::syntax::{LOST_NAME, Name};

/// Where a call is written.
#[derive(Clone, Copy)]
pub(super) struct Site<'p> {
    /// The call.
    pub span: Span,
    /// The function.
    pub function: &'p Place<'p>,
    /// The argument.
    pub argument: &'p Place<'p>,
}

impl Checker<'_> {
    pub(super) fn apply_expr(&mut self, unit: &Rc<Unit>, id: ExprId, function: ExprId, argument: ExprId, frame: FrameId) -> Ty {
        let callee = self.needed(unit, function, frame);
        if unit.library {
            // Of the library only the shapes of results are wanted, and these follow from the function alone.
            match self.types.form(callee) {
                Form::Constructor(kind) => {
                    let kind = *kind;
                    return self.types.intern(Form::Handle(Box::new([kind])));
                }
                Form::Lookup(index) => return self.lookup_result(*index),
                Form::Module(index) => return self.module_result(*index),
                _ => {}
            }
        }
        let tree = self.tree(unit);
        let is_amount = matches!(tree[function], Expr::Literal(_)) && matches!(tree[argument], Expr::Variable(_));
        if is_amount && self.target(unit, argument) == Target::None {
            // `30 d`, which was reported.
            return Ty::ANY;
        }
        let given = self.infer(unit, argument, frame);
        let (function, argument) = (Place::Expr(function, frame), Place::Expr(argument, frame));
        let site = Site { span: self.tree(unit).span(id), function: &function, argument: &argument };
        self.apply(callee, given, &site)
    }

    /// `function argument`
    pub(super) fn apply(&mut self, function: Ty, argument: Ty, site: &Site<'_>) -> Ty {
        match self.types.form(function) {
            Form::Any => Ty::ANY,
            Form::Never => Ty::NEVER,
            Form::Function { lambda, frame } => {
                let (lambda, frame) = (*lambda, *frame);
                self.call(lambda, frame, argument, site)
            }
            Form::Builtin(index, arguments) => {
                let (index, arguments) = (*index, arguments.clone());
                self.apply_builtin(index, &arguments, argument, site)
            }
            Form::Constructor(kind) => self.construct(*kind, argument, site),
            Form::Lookup(index) => self.ask(*index, argument, site),
            Form::Module(index) => self.call_module(*index, argument, site),
            Form::Declared(index) => self.call_declared(*index, argument, site),
            Form::Opaque(index) => {
                let index = *index;
                let place = self.place_span(site.function);
                if self.must_be(function, Forms::FUNCTION, place).is_err() {
                    return self.no_function(function, site);
                }
                self.opaque_result(index)
            }
            Form::Union(parts) => {
                let parts = parts.clone();
                let results: Vec<Ty> =
                    parts.iter().filter(|part| **part != Ty::ABSENT).map(|part| self.apply(*part, argument, site)).collect();
                results.into_iter().fold(Ty::NEVER, |joined, ty| self.types.join(joined, ty))
            }
            _ => self.no_function(function, site),
        }
    }

    fn no_function(&mut self, function: Ty, site: &Site<'_>) -> Ty {
        let is = self.describe_place(function, Forms::FUNCTION, site.function);
        let problem = error::no_function(&is, self.place_span(site.function), self.place_span(site.argument));
        let problem = self.with_other_use(problem, function);
        self.report_spot(problem, site.function.spot());
        Ty::ANY
    }

    pub(super) fn place_span(&self, place: &Place<'_>) -> Span {
        self.shown(&place.spot()).1
    }

    /// A call of a function of the language.
    fn call(&mut self, lambda: ExprId, made: FrameId, argument: Ty, site: &Site<'_>) -> Ty {
        let unit = self.unit_of(made);
        self.called.insert((unit.frame.0, lambda));
        let key = (lambda, made, argument);
        if let Some(result) = self.results.get(&key) {
            return *result;
        }
        if self.calls.len() >= DEEPEST || self.active.contains(&key) {
            return self.endless_call(site);
        }
        self.active.push(key);
        let before = self.missed;
        self.calls.push(Call { span: site.span, lambda: (lambda, made), opaque: false });
        let result = self.body(&unit, lambda, made, argument, site);
        self.calls.pop();
        self.active.pop();
        // What has a problem is looked at again: each call that makes one is to be reported.
        if self.missed == before {
            self.results.insert(key, result);
        }
        result
    }

    fn body(&mut self, unit: &Rc<Unit>, lambda: ExprId, made: FrameId, argument: Ty, site: &Site<'_>) -> Ty {
        let Expr::Lambda { param, body } = &unit.module.tree[lambda] else { return Ty::ANY };
        let facts = self.lambda_facts.get(&(lambda, made)).cloned().unwrap_or_default();
        let facts = std::mem::replace(&mut self.facts, facts);
        let scope = Scope::Call(lambda, Some(Rc::new(site.argument.spot())));
        let result = match param {
            Param::Name { .. } => {
                let inner = self.enter(unit, made, vec![argument], scope);
                self.infer(unit, *body, inner)
            }
            Param::Formals(formals) => match self.take_apart(unit, lambda, formals, made, argument, site, scope) {
                Some(inner) => self.infer(unit, *body, inner),
                None => Ty::ANY,
            },
        };
        self.facts = facts;
        result
    }

    /// The scope of a call of formals; `None` where the argument is no record.
    #[expect(clippy::too_many_arguments, reason = "a function, what it was made and called with, and where")]
    fn take_apart(
        &mut self,
        unit: &Rc<Unit>,
        lambda: ExprId,
        formals: &Formals,
        made: FrameId,
        argument: Ty,
        site: &Site<'_>,
        scope: Scope,
    ) -> Option<FrameId> {
        let what = What::Is("this function");
        let place = self.place_span(site.argument);
        if argument == Ty::ABSENT || self.must_be(argument, Forms::RECORD, place).is_err() {
            let first = formals.fields.first().map(|field| self.names.text(field.name).to_string())?;
            let is = self.describe_place(argument, Forms::RECORD, site.argument);
            let problem = error::options(what, &format!("a record of its options ({first})"), &is, site.span, place);
            self.report_spot(problem, site.argument.spot());
            return None;
        }
        let (given, rest) = self.as_record(argument);
        let mut meant = Vec::new();
        let is_open = formals.ellipsis.is_some() || formals.fields.iter().any(|field| self.names.text(field.name) == LOST_NAME);
        if !is_open {
            let unknown: Vec<Name> =
                given.iter().map(|(name, _)| *name).filter(|name| !formals.fields.iter().any(|field| field.name == *name)).collect();
            for name in unknown {
                let fields: Vec<&str> = formals.fields.iter().map(|field| self.names.text(field.name)).collect();
                let fields: Vec<String> = fields.into_iter().map(str::to_string).collect();
                meant.extend(self.unknown_field(name, what, &fields, site.argument));
            }
        }
        let mut missing = Vec::new();
        let mut slots = Vec::with_capacity(formals.fields.len() + 1);
        for field in &formals.fields {
            let ty = self.argument(field, argument, &given, rest, site, &mut missing);
            slots.push(ty);
        }
        if formals.at.is_some() {
            slots.push(self.taken(formals, given, rest));
        }
        let missing: Vec<(String, String)> = missing.into_iter().filter(|(name, _): &(String, String)| !meant.contains(name)).collect();
        self.missing_fields(&missing, what, site.argument);
        let inner = self.enter(unit, made, slots, scope);
        self.defaults(unit, lambda, formals, inner, Some(site));
        Some(inner)
    }

    /// The type of one argument of formals, absent where its default is to be taken.
    fn argument(
        &mut self,
        field: &Formal,
        argument: Ty,
        given: &[(Name, Ty)],
        rest: Rest,
        site: &Site<'_>,
        missing: &mut Vec<(String, String)>,
    ) -> Ty {
        let ty = match given.iter().find(|(name, _)| *name == field.name) {
            Some((_, ty)) => *ty,
            None => match (self.types.form(argument), rest) {
                (Form::Opaque(index), _) => {
                    let index = *index;
                    self.opaque_field(index, field.name)
                }
                (_, Rest::Open(ty)) => ty,
                (_, Rest::Closed | Rest::Taken) => Ty::ABSENT,
            },
        };
        let required = field.default.is_none() && !field.optional;
        let name = self.names.shared(field.name);
        let want = field.annotation.as_ref().map(|annotation| self.annotation(annotation));
        if ty == Ty::ABSENT {
            if required {
                missing.push((name.to_string(), want.map_or_else(|| "a value".to_string(), |want| want.to_string())));
                return Ty::ANY;
            }
            return ty;
        }
        let place = Place::Field(site.argument, field.name);
        let absent = self.types.may_be_absent(ty);
        if absent && required {
            self.maybe_missing(&name, What::Is("this function"), site.argument);
        }
        let present = self.types.present(ty);
        let ty = match want {
            Some(want) => self.conform(present, &want, Wanted { what: What::Option(&name, &What::Is("this function")), place: &place }),
            None => present,
        };
        if absent && !required { self.types.optional(ty) } else { ty }
    }

    /// The record that a function took, under its own name.
    fn taken(&mut self, formals: &Formals, mut given: Vec<(Name, Ty)>, rest: Rest) -> Ty {
        for field in formals.fields.iter().filter(|field| field.optional) {
            if !given.iter().any(|(name, _)| *name == field.name) && !matches!(rest, Rest::Open(_)) {
                given.push((field.name, Ty::ABSENT));
            }
        }
        let rest = match rest {
            Rest::Closed if formals.ellipsis.is_some() => Rest::Taken,
            rest => rest,
        };
        self.types.record(&mut given, rest)
    }

    /// Fills in defaults, each after those it needs.
    fn defaults(&mut self, unit: &Rc<Unit>, lambda: ExprId, formals: &Formals, inner: FrameId, site: Option<&Site<'_>>) {
        for &index in unit.module.resolved.orders.get(&lambda).into_iter().flatten() {
            let Some(field) = formals.fields.get(index) else { continue };
            let Some(default) = field.default else { continue };
            let ty = self.infer(unit, default, inner);
            let name = self.names.shared(field.name);
            let ty = match &field.annotation {
                Some(annotation) => {
                    let want = self.annotation(annotation);
                    let place = Place::Expr(default, inner);
                    self.conform(ty, &want, Wanted { what: What::Option(&name, &What::Is("the function, by default")), place: &place })
                }
                None => ty,
            };
            let given = self.frame(inner).slots[index];
            let present = self.types.present(given);
            if let (Some(site), None, true) = (site, &field.annotation, present != Ty::NEVER)
                && !self.agree(present, ty, field, unit.module.tree.span(default), site)
            {
                self.frames[inner.0 as usize].slots[index] = Ty::ANY;
                continue;
            }
            let ty = if given == present { given } else { self.types.join(present, ty) };
            self.frames[inner.0 as usize].slots[index] = ty;
        }
    }

    /// Without an annotation, an option is of the form of its default. False where it is not, which is reported.
    fn agree(&mut self, given: Ty, default: Ty, field: &Formal, at: Span, site: &Site<'_>) -> bool {
        if self.types.is_unknown(given) || self.types.is_unknown(default) {
            return true;
        }
        let text = Forms::STR.with(Forms::CIDR).with(Forms::IP);
        let number = Forms::INT.with(Forms::FLOAT).with(Forms::PERCENT);
        let wide = |forms: Forms| [text, number].into_iter().filter(|group| forms.has(*group)).fold(forms, Forms::with);
        let (given_forms, default_forms) = (self.forms_of(given), self.forms_of(default));
        if wide(given_forms).has(wide(default_forms)) {
            return true;
        }
        let place = Place::Field(site.argument, field.name);
        let (is, wants) = (self.describe_place(given, Forms::NONE, &place), default_forms.words());
        let problem = error::not_as_default(self.names.text(field.name), &wants, &is, self.place_span(&place), at);
        self.report_spot(problem, place.spot());
        false
    }

    /// A function that is made here.
    pub(super) fn lambda(&mut self, unit: &Rc<Unit>, lambda: ExprId, frame: FrameId) -> Ty {
        if !unit.library && self.seen.insert((unit.frame.0, lambda)) {
            self.made.push((lambda, frame));
        }
        if !unit.library && self.calls.first().is_some_and(|call| call.opaque) {
            self.created.push((lambda, frame));
        }
        if !self.facts.is_empty() {
            self.lambda_facts.insert((lambda, frame), self.facts.clone());
        }
        self.types.intern(Form::Function { lambda, frame })
    }

    /// Looks at every function that nobody called.
    pub(super) fn uncalled(&mut self) {
        let mut index = 0;
        while let Some(&(lambda, frame)) = self.made.get(index) {
            index += 1;
            let unit = self.unit_of(frame).frame.0;
            if !self.called.contains(&(unit, lambda)) {
                self.with_opaque_arguments(lambda, frame);
            }
        }
    }

    /// Looks at a function by itself, once: what is wrong then is its own mistake.
    pub(super) fn with_opaque_arguments(&mut self, lambda: ExprId, made: FrameId) {
        let unit = self.unit_of(made);
        if unit.library || !self.tried.insert((unit.frame.0, lambda)) {
            return;
        }
        let Expr::Lambda { param, body } = &unit.module.tree[lambda] else { return };
        let facts = self.lambda_facts.get(&(lambda, made)).cloned().unwrap_or_default();
        let facts = std::mem::replace(&mut self.facts, facts);
        let call = Call { span: unit.module.tree.span(lambda), lambda: (lambda, made), opaque: true };
        let calls = std::mem::replace(&mut self.calls, vec![call]);
        let active = std::mem::take(&mut self.active);
        let created = std::mem::take(&mut self.created);
        let inner = match param {
            Param::Name { .. } => {
                let ty = self.opaque(Forms::ALL);
                self.enter(&unit, made, vec![ty], Scope::Call(lambda, None))
            }
            Param::Formals(formals) => self.opaque_formals(&unit, lambda, formals, made),
        };
        self.infer(&unit, *body, inner);
        self.calls = calls;
        self.active = active;
        self.facts = facts;
        // The functions in it as well, by themselves.
        for (lambda, made) in std::mem::replace(&mut self.created, created) {
            if !self.called.contains(&(unit.frame.0, lambda)) || self.calls.iter().any(|call| call.lambda.0 == lambda) {
                self.with_opaque_arguments(lambda, made);
            }
        }
    }

    /// The scope of a call that nobody made.
    fn opaque_formals(&mut self, unit: &Rc<Unit>, lambda: ExprId, formals: &Formals, made: FrameId) -> FrameId {
        let mut slots: Vec<Ty> = Vec::with_capacity(formals.fields.len() + 1);
        for field in &formals.fields {
            let ty = match (&field.annotation, field.default) {
                (Some(annotation), _) => {
                    let want = self.annotation(annotation);
                    self.reads(&want)
                }
                // Its default says what it is like.
                (None, Some(_)) => Ty::ABSENT,
                (None, None) => self.opaque(Forms::ALL),
            };
            slots.push(if field.optional { self.types.optional(ty) } else { ty });
        }
        let inner = self.enter(unit, made, slots, Scope::Call(lambda, None));
        self.defaults(unit, lambda, formals, inner, None);
        let mut given = Vec::with_capacity(formals.fields.len());
        for (index, field) in formals.fields.iter().enumerate() {
            let mut ty = self.frame(inner).slots[index];
            if field.default.is_some() {
                if field.annotation.is_none() {
                    ty = self.like(ty);
                    self.frames[inner.0 as usize].slots[index] = ty;
                }
                ty = self.types.optional(ty);
            }
            given.push((field.name, ty));
        }
        if formals.at.is_some() {
            let rest = if formals.ellipsis.is_some() { Rest::Open(Ty::ANY) } else { Rest::Closed };
            let ty = self.types.record(&mut given, rest);
            self.frames[inner.0 as usize].slots.push(ty);
        }
        inner
    }

    /// What may be given where this is the default: any text for a text, more fields for a record.
    fn like(&mut self, ty: Ty) -> Ty {
        match self.types.form(ty) {
            Form::Text(_) | Form::Texts(_) => Ty::STR,
            Form::List(Ty::NEVER) => self.types.list(Ty::ANY),
            Form::Record(fields, _) => {
                let mut fields: Vec<(Name, Ty)> = fields.to_vec();
                for field in &mut fields {
                    field.1 = self.like(field.1);
                }
                self.types.record(&mut fields, Rest::Open(Ty::ANY))
            }
            Form::Never => Ty::ANY,
            _ => ty,
        }
    }

    /// The result of the function that a file or module is, with the arguments that it declares.
    pub(super) fn declared_call(&mut self, unit: &Rc<Unit>, lambda: ExprId) -> Ty {
        let Expr::Lambda { param, body } = &unit.module.tree[lambda] else { return Ty::ANY };
        self.called.insert((unit.frame.0, lambda));
        let inner = match param {
            Param::Name { .. } => self.enter(unit, unit.frame, vec![Ty::ANY], Scope::Call(lambda, None)),
            Param::Formals(formals) => self.declared_formals(unit, lambda, formals),
        };
        self.infer(unit, *body, inner)
    }

    fn declared_formals(&mut self, unit: &Rc<Unit>, lambda: ExprId, formals: &Formals) -> FrameId {
        let mut slots = Vec::with_capacity(formals.fields.len() + 1);
        let mut given = Vec::with_capacity(formals.fields.len());
        for field in &formals.fields {
            let ty = match &field.annotation {
                Some(annotation) => {
                    let want = self.annotation(annotation);
                    self.reads(&want)
                }
                None => Ty::STR,
            };
            slots.push(if field.optional { self.types.optional(ty) } else { ty });
            given.push((field.name, if field.optional || field.default.is_some() { self.types.optional(ty) } else { ty }));
        }
        if formals.at.is_some() {
            let rest = if formals.ellipsis.is_some() { Rest::Taken } else { Rest::Closed };
            slots.push(self.types.record(&mut given, rest));
        }
        let inner = self.enter(unit, unit.frame, slots, Scope::Call(lambda, None));
        if !unit.library {
            self.declared_defaults(unit, lambda, formals, inner);
        }
        inner
    }

    /// Holds the defaults of a file's inputs against what they are declared as.
    fn declared_defaults(&mut self, unit: &Rc<Unit>, lambda: ExprId, formals: &Formals, inner: FrameId) {
        for &index in unit.module.resolved.orders.get(&lambda).into_iter().flatten() {
            let Some(field) = formals.fields.get(index) else { continue };
            let Some(default) = field.default else { continue };
            let ty = self.infer(unit, default, inner);
            if let Some(annotation) = &field.annotation {
                let (want, name) = (self.annotation(annotation), self.names.shared(field.name));
                let wanted =
                    Wanted { what: What::Option(&name, &What::Is("the function, by default")), place: &Place::Expr(default, inner) };
                self.conform(ty, &want, wanted);
            }
        }
    }

    fn endless_call(&mut self, site: &Site<'_>) -> Ty {
        self.endless = true;
        let problem = error::endless(self.place_span(site.function), self.place_span(site.argument));
        self.report_spot(problem, site.function.spot());
        Ty::ANY
    }
}
