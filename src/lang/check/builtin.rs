//! Functions of the prelude, by their signatures: what is data first, so that it is known what a function is called with.

use std::rc::Rc;

use wcalang_model::source::Span;

use crate::check::call::Site;
use crate::check::forms::Forms;
use crate::check::place::Place;
use crate::check::signature::Signature;
use crate::check::types::{Form, Rest, Ty};
use crate::check::{Checker, error};
use crate::prelude;
use crate::syntax::Name;

/// What the variables of a signature stand for.
type Variables = [Ty; 26];

/// How often a function is called whose result is its argument, until its type stays.
const ROUNDS: usize = 4;

/// A function of the prelude that is called, with where its last argument is.
struct Use<'p> {
    name: &'static str,
    site: &'p Site<'p>,
    /// The list whose items a function is called with.
    items: Option<usize>,
}

impl Checker<'_> {
    pub(super) fn apply_builtin(&mut self, index: u16, given: &[Ty], argument: Ty, site: &Site<'_>) -> Ty {
        let function = prelude::function(index as usize);
        let mut arguments = given.to_vec();
        arguments.push(self.types.present(argument));
        let signature = match self.signatures.get(&index) {
            Some(signature) => signature.clone(),
            None => {
                let read = Rc::new(Signature::read(function.signature));
                self.signatures.insert(index, read.clone());
                read
            }
        };
        let (wanted, result) = signature.arguments(function.arity);
        let place = arguments.len() - 1;
        if self.types.may_be_absent(argument) && !matches!(wanted.get(place), Some(Signature::Variable(_)) | None) {
            let span = self.place_span(site.argument);
            self.report_spot(error::maybe_absent_value("this value", span), site.argument.spot());
        }
        if arguments.len() < function.arity {
            return self.types.intern(Form::Builtin(index, arguments.into()));
        }
        let items = wanted.iter().position(|wanted| matches!(wanted, Signature::List(_) | Signature::Map(_)));
        let call = Use { name: function.name, site, items };
        let mut variables = [Ty::NEVER; 26];
        let mut fine = true;
        for (index, wanted) in wanted.iter().enumerate().filter(|(_, wanted)| !matches!(wanted, Signature::Function(..))) {
            fine &= self.takes(arguments[index], wanted, &mut variables, &call, index, arguments.len());
        }
        if !fine {
            return Ty::ANY;
        }
        for (index, wanted) in wanted.iter().enumerate().filter(|(_, wanted)| matches!(wanted, Signature::Function(..))) {
            for _ in 0..ROUNDS {
                let before = variables;
                fine &= self.calls(arguments[index], wanted, &mut variables, &call, index, arguments.len());
                // Only what it gives back to itself can change what it is given.
                if !fine || before == variables || function.name != "fold" {
                    break;
                }
            }
        }
        if !fine {
            return Ty::ANY;
        }
        match self.special(function.name, &arguments, &variables) {
            Some(ty) => ty,
            None => self.instance(result, &variables),
        }
    }

    /// Results that a signature cannot say.
    fn special(&mut self, name: &str, arguments: &[Ty], variables: &Variables) -> Option<Ty> {
        match name {
            "without" => {
                let texts: Vec<Name> = match self.types.form(self.plain_item(arguments[0])?) {
                    Form::Text(id) => vec![*id],
                    Form::Texts(ids) => ids.to_vec(),
                    _ => return None,
                }
                .into_iter()
                .map(|id| self.types.text(id).clone())
                .map(|text| self.names.intern(&text))
                .collect();
                let (mut fields, rest) = self.as_record(arguments[1]);
                for (_, ty) in fields.iter_mut().filter(|(name, _)| texts.contains(name)) {
                    *ty = self.types.optional(*ty);
                }
                Some(self.types.record(&mut fields, rest))
            }
            "filterValues" => {
                let (mut fields, rest) = self.as_record(arguments[1]);
                for (_, ty) in &mut fields {
                    *ty = self.types.optional(*ty);
                }
                Some(self.types.record(&mut fields, rest))
            }
            "mapValues" => {
                let (mut fields, rest) = self.as_record(arguments[1]);
                for (_, ty) in &mut fields {
                    *ty = if self.types.may_be_absent(*ty) { self.types.optional(variables[1]) } else { variables[1] };
                }
                let rest = match rest {
                    Rest::Open(_) => Rest::Open(variables[1]),
                    rest => rest,
                };
                Some(self.types.record(&mut fields, rest))
            }
            _ => None,
        }
    }

    fn plain_item(&self, ty: Ty) -> Option<Ty> {
        match self.types.form(ty) {
            Form::List(item) => Some(*item),
            _ => None,
        }
    }

    /// Holds an argument against a signature, whose variables become what is given.
    fn takes(&mut self, ty: Ty, wanted: &Signature, variables: &mut Variables, call: &Use<'_>, index: usize, count: usize) -> bool {
        let ty = self.types.present(ty);
        if ty == Ty::ANY || ty == Ty::NEVER {
            self.any(wanted, variables, ty);
            return true;
        }
        match wanted {
            Signature::Any => true,
            Signature::Variable(variable) => {
                let variable = &mut variables[*variable as usize];
                *variable = self.types.join(*variable, ty);
                call.name != "toString" || self.allows(ty, Forms::TEXT.with(Forms::BOOL), call, index, count)
            }
            Signature::Scalar(forms) => {
                let forms = match (call.name, *forms) {
                    ("join", Forms::STR) => Forms::TEXT,
                    (_, Forms::CIDR) => Forms::CIDR.with(Forms::STR),
                    (_, forms) => forms,
                };
                let fine = self.allows(ty, forms, call, index, count);
                fine && (forms != Forms::CIDR.with(Forms::STR) || self.is_block(ty, call, index, count))
            }
            Signature::Resource => self.allows(ty, Forms::HANDLE, call, index, count),
            Signature::List(item) => {
                if !self.allows(ty, Forms::LIST, call, index, count) {
                    return false;
                }
                let given = self.item(ty);
                self.takes(given, item, variables, call, index, count)
            }
            Signature::Map(item) => {
                if !self.allows(ty, Forms::RECORD, call, index, count) {
                    return false;
                }
                let (fields, rest) = self.as_record(ty);
                let mut all: Vec<Ty> = fields.into_iter().map(|(_, ty)| ty).collect();
                if let Rest::Open(ty) = rest {
                    all.push(ty);
                }
                let joined = self.types.join_all(&mut all);
                self.takes(joined, item, variables, call, index, count)
            }
            Signature::Record(wanted) => {
                if !self.allows(ty, Forms::RECORD, call, index, count) {
                    return false;
                }
                let mut fine = true;
                for (name, wanted) in wanted {
                    let key = self.names.intern(name);
                    let field = self.member(ty, key).unwrap_or(Ty::ANY);
                    if field == Ty::ABSENT {
                        let span = self.argument_span(call, index, count);
                        let problem = error::builtin(call.name, &format!("a record with `{name}`"), "one without", call.site.span, span);
                        self.report_spot(problem, call.site.function.spot());
                        return false;
                    }
                    fine &= self.takes(field, wanted, variables, call, index, count);
                }
                fine
            }
            Signature::Function(..) => self.calls(ty, wanted, variables, call, index, count),
        }
    }

    /// Calls a function that was given as an argument with what the signature says.
    fn calls(&mut self, function: Ty, wanted: &Signature, variables: &mut Variables, call: &Use<'_>, index: usize, count: usize) -> bool {
        let (mut function, mut rest) = (function, wanted);
        let last = index + 1 == count;
        while let Signature::Function(from, to) = rest {
            if !self.allows(function, Forms::FUNCTION, call, index, count) {
                return false;
            }
            let argument = self.instance(from, variables);
            // It has no items to be called with.
            if argument == Ty::NEVER && matches!(**from, Signature::Variable(_)) {
                return true;
            }
            // A function is called with the items of the list, which can be pointed at if it is the last argument.
            let items = Place::Item(call.site.argument);
            let place = if call.items == Some(count - 1) && matches!(**from, Signature::Variable(0)) { &items } else { call.site.argument };
            let site = Site { span: call.site.span, function: if last { call.site.argument } else { call.site.function }, argument: place };
            function = self.apply(function, argument, &site);
            rest = to;
        }
        self.takes(function, rest, variables, call, index, count)
    }

    /// Whether an argument is of one of these forms; reports it otherwise.
    fn allows(&mut self, ty: Ty, forms: Forms, call: &Use<'_>, index: usize, count: usize) -> bool {
        let span = self.argument_span(call, index, count);
        if self.must_be(ty, forms, span).is_ok() {
            return true;
        }
        let is = if index + 1 == count { self.describe_place(ty, forms, call.site.argument) } else { self.describe_unlike(ty, forms) };
        let wanted = match forms {
            Forms::RECORD => "a record".to_string(),
            forms => forms.without(if forms.has(Forms::CIDR) { Forms::STR } else { Forms::NONE }).words(),
        };
        let problem = error::builtin(call.name, &wanted, &is, call.site.span, span);
        let problem = self.with_other_use(problem, ty);
        let spot = if index + 1 == count { call.site.argument.spot() } else { call.site.function.spot() };
        self.report_spot(problem, spot);
        false
    }

    /// Whether a literal text that is read as a block is one; reports it otherwise.
    fn is_block(&mut self, ty: Ty, call: &Use<'_>, index: usize, count: usize) -> bool {
        let Form::Text(id) = self.types.form(ty) else { return true };
        let text = self.types.text(*id).clone();
        if text.parse::<ipnet::IpNet>().is_ok() {
            return true;
        }
        let span = self.argument_span(call, index, count);
        let problem = error::builtin(call.name, &Forms::CIDR.words(), &format!("the text {text:?}"), call.site.span, span);
        let spot = if index + 1 == count { call.site.argument.spot() } else { call.site.function.spot() };
        self.report_spot(problem, spot);
        false
    }

    /// Where an argument is written: the last one at the call itself, others in the calls that are its function.
    fn argument_span(&self, call: &Use<'_>, index: usize, count: usize) -> Span {
        let mut place = call.site.argument.spot();
        let mut function = call.site.function.spot();
        for _ in index + 1..count {
            let unit = &self.frame(function.frame).unit;
            match unit.module.tree[function.expr] {
                crate::syntax::ast::Expr::Apply { function: inner, argument } => {
                    place = crate::check::place::Spot { expr: argument, frame: function.frame, steps: Vec::new() };
                    function.expr = inner;
                }
                _ => return call.site.span,
            }
        }
        self.shown(&place).1
    }

    /// What is not known is so for all variables of what it was wanted for.
    fn any(&mut self, wanted: &Signature, variables: &mut Variables, ty: Ty) {
        match wanted {
            Signature::Variable(variable) => {
                let variable = &mut variables[*variable as usize];
                *variable = self.types.join(*variable, ty);
            }
            Signature::List(inner) | Signature::Map(inner) => self.any(inner, variables, ty),
            Signature::Record(fields) => fields.iter().for_each(|(_, field)| self.any(field, variables, ty)),
            Signature::Function(_, to) => self.any(to, variables, ty),
            Signature::Any | Signature::Scalar(_) | Signature::Resource => {}
        }
    }

    /// The type that a signature says, now that its variables are known.
    fn instance(&mut self, signature: &Signature, variables: &Variables) -> Ty {
        match signature {
            Signature::Any | Signature::Function(..) => Ty::ANY,
            Signature::Variable(variable) => variables[*variable as usize],
            Signature::Scalar(forms) => self.types.scalars(*forms),
            Signature::Resource => self.types.intern(Form::Handle(Box::new([]))),
            Signature::List(item) => {
                let item = self.instance(item, variables);
                self.types.list(item)
            }
            Signature::Map(item) => {
                let item = self.instance(item, variables);
                self.types.record(&mut Vec::new(), Rest::Open(item))
            }
            Signature::Record(fields) => {
                let mut all = Vec::with_capacity(fields.len());
                for (name, field) in fields {
                    let ty = self.instance(field, variables);
                    all.push((self.names.intern(name), ty));
                }
                self.types.record(&mut all, Rest::Closed)
            }
        }
    }
}
