//! Calls: of functions of the language, of the prelude, of constructors and lookups.

use std::rc::Rc;
use std::sync::Arc;

use wcalang_model::diag::Severity;
use wcalang_model::source::Span;

use crate::eval::conform::{Place, Wanted, What};
use crate::eval::frames::FrameId;
use crate::eval::value::{Data, Function, Partial, Record, Value};
use crate::eval::{Evaluator, Group, Module, error};
use crate::syntax::LOST_NAME;
use crate::syntax::ast::{Expr, ExprId, Formals, Param};

impl Evaluator<'_> {
    /// `function argument`.
    pub(crate) fn apply(&mut self, function: &Value, argument: Value, span: Span) -> Value {
        self.apply_all(function, std::slice::from_ref(&argument), span)
    }

    /// `function first second`, as a fold does it for every item.
    pub(crate) fn apply_two(&mut self, function: &Value, first: Value, second: Value, span: Span) -> Value {
        let arguments = [first, second];
        if self.takes(function) >= 2 {
            return self.apply_all(function, &arguments, span);
        }
        let partial = self.apply_all(function, &arguments[..1], span);
        self.apply_all(&partial, &arguments[1..], span)
    }

    /// How many arguments can be given to it at once: at least one.
    pub(crate) fn takes(&self, function: &Value) -> usize {
        match &function.data {
            Data::Builtin(builtin) => builtin.arity,
            Data::Partial(partial) => partial.builtin.arity - partial.arguments.len(),
            Data::Function(function) => {
                let tree = &self.modules[function.module as usize].tree;
                let (mut count, mut lambda) = (0, function.lambda);
                while let Expr::Lambda { body, .. } = &tree[lambda] {
                    count += 1;
                    lambda = *body;
                }
                count.max(1)
            }
            _ => 1,
        }
    }

    /// A call with no more arguments than the function takes at once.
    pub(crate) fn apply_all(&mut self, function: &Value, arguments: &[Value], span: Span) -> Value {
        match &function.data {
            Data::Error => function.clone(),
            Data::Function(closure) => self.call(*closure, arguments, span),
            Data::Builtin(builtin) if arguments.len() == builtin.arity => self.run_builtin(builtin.run, arguments, span),
            Data::Builtin(builtin) => {
                let partial = Partial::new(builtin, arguments.to_vec());
                self.made(Value::new(Data::Partial(Rc::new(partial)), span), 2)
            }
            Data::Partial(partial) => {
                let all: Vec<Value> = partial.arguments.iter().chain(arguments).cloned().collect();
                if all.len() == partial.builtin.arity {
                    return self.run_builtin(partial.builtin.run, &all, span);
                }
                let partial = Partial::new(partial.builtin, all);
                self.made(Value::new(Data::Partial(Rc::new(partial)), span), 2)
            }
            Data::Constructor(entry) => self.construct(entry, arguments[0].clone(), span),
            Data::Lookup(entry) => self.ask(entry, arguments[0].clone(), span),
            // `30 d`, which was reported.
            Data::Int(_) | Data::Float(_) if arguments[0].is_error() => Value::error(span),
            _ => {
                let is = self.describe(function);
                let problem = error::no_function(&is, self.outward(function.span), self.outward(arguments[0].span));
                self.report(problem);
                Value::error(span)
            }
        }
    }

    fn run_builtin(&mut self, run: fn(&mut Self, &[Value], Span) -> Value, arguments: &[Value], span: Span) -> Value {
        if arguments.iter().any(Value::is_error) || !self.enter(span) {
            return Value::error(span);
        }
        let value = run(self, arguments, span);
        self.leave();
        value
    }

    fn call(&mut self, function: Function, arguments: &[Value], span: Span) -> Value {
        if !self.burn(2, span) {
            return Value::error(span);
        }
        let module = self.modules[function.module as usize].clone();
        // While the library works, its problems are shown at the user's call that led there.
        let outer = self.outer;
        if span.file == self.user && module.tree.file != self.user {
            self.outer = Some(span);
        } else if module.tree.file == self.user {
            self.outer = None;
        }
        let before = std::mem::replace(&mut self.module, function.module);
        let grouped = function.library.is_some();
        if grouped {
            self.groups.push(Group::default());
            self.calls.push(self.groups.len() - 1);
        }
        let mark = self.frames.mark();
        let sound = self.errors();
        let value = match self.enter_lambdas(&module, function, arguments, span) {
            // What a module would say of options that are refused follows from that.
            Some(_) if grouped && self.errors() > sound => Value::error(span),
            Some((body, frame)) => self.eval(&module, body, frame),
            None => Value::error(span),
        };
        self.frames.release(mark);
        if grouped {
            self.calls.pop();
        }
        self.module = before;
        self.outer = outer;
        value
    }

    /// Opens the scope of each argument's lambda; gives the body of the last one.
    fn enter_lambdas(&mut self, module: &Module, function: Function, arguments: &[Value], span: Span) -> Option<(ExprId, FrameId)> {
        let (mut lambda, mut frame) = (function.lambda, function.frame);
        for argument in arguments {
            let Expr::Lambda { param, body } = &module.tree[lambda] else { return None };
            match param {
                Param::Name { .. } => {
                    frame = self.frames.open(frame);
                    self.frames.push(argument.clone());
                }
                Param::Formals(formals) => {
                    let given = self.options(function, formals, argument, span)?;
                    frame = self.frames.open(frame);
                    self.take_apart(function, formals, &given, argument.span, span);
                    self.defaults(module, lambda, formals, frame);
                }
            }
            lambda = *body;
        }
        Some((lambda, frame))
    }

    /// How many errors there are so far.
    fn errors(&self) -> usize {
        self.problems.0.iter().filter(|problem| problem.severity == Severity::Error).count()
    }

    /// What messages call a function, if it has a name.
    fn callee(&self, function: Function) -> Option<Arc<str>> {
        function.library.map(|library| self.names.shared(library.name()))
    }

    /// The record of options that a function was given.
    fn options(&mut self, function: Function, formals: &Formals, argument: &Value, span: Span) -> Option<Rc<Record>> {
        match &argument.data {
            Data::Record(given) => Some(given.clone()),
            Data::Error => None,
            _ => {
                let is = self.describe(argument);
                let wanted = format!("a record of its options ({})", self.names.text(formals.fields.first()?.name));
                let callee = self.callee(function);
                let problem = error::options(what(&callee), &wanted, &is, self.outward(span), self.outward(argument.span));
                self.report(problem);
                None
            }
        }
    }

    /// Options that a function does not take; gives the names of those that were probably meant.
    fn unknown_options(&mut self, function: Function, formals: &Formals, given: &Record) -> Vec<String> {
        let known = |name| formals.fields.iter().any(|field| field.name == name);
        let is_open = formals.ellipsis.is_some() || formals.fields.iter().any(|field| self.names.text(field.name) == LOST_NAME);
        if is_open || given.iter().all(|(name, _)| known(*name)) {
            return Vec::new();
        }
        let callee = self.callee(function);
        let fields: Vec<String> = formals.fields.iter().map(|field| self.names.text(field.name).to_string()).collect();
        let mut meant = Vec::new();
        for (name, value) in given.sorted(self.names) {
            if !known(*name) {
                let text = self.names.text(*name).to_string();
                let names = fields.iter().map(String::as_str);
                meant.extend(self.unknown_field(&text, value, what(&callee), names, |evaluator, near| evaluator.gives(given, near)));
            }
        }
        meant
    }

    /// The values of formals, into the open scope; what is absent and has a default is left to [`Evaluator::defaults`].
    fn take_apart(&mut self, function: Function, formals: &Formals, given: &Rc<Record>, argument: Span, span: Span) {
        let meant = self.unknown_options(function, formals, given);
        let callee = self.callee(function);
        let mut missing = Vec::new();
        for field in &formals.fields {
            let value = match (given.get(field.name).filter(|value| !value.is_absent()), &field.annotation) {
                (Some(value), Some(annotation)) => {
                    let (ty, name) = (self.type_of_annotation(annotation), self.names.shared(field.name));
                    let wanted = Wanted { what: What::Option(&name, &what(&callee)), place: Place::of(field.name, value) };
                    self.conform(value.clone(), &ty, wanted)
                }
                (Some(value), None) => value.clone(),
                (None, annotation) if field.default.is_none() && !field.optional => {
                    let ty = annotation.as_ref().map(|annotation| self.type_of_annotation(annotation).to_string());
                    missing.push((field.name, ty.unwrap_or_else(|| "a value".to_string())));
                    Value::error(field.name_span)
                }
                (None, _) => Value::new(Data::Absent, field.name_span),
            };
            self.frames.push(value);
        }
        if formals.at.is_some() {
            let mut options = formals.fields.iter().filter(|field| field.optional).map(|field| field.name).peekable();
            let whole = match options.peek() {
                Some(_) => Rc::new((**given).clone().with_options(options)),
                None => given.clone(),
            };
            self.frames.push(Value::new(Data::Record(whole), argument));
        }
        if !missing.is_empty() {
            let missing: Vec<(String, String)> = missing.into_iter().map(|(name, ty)| (self.names.text(name).to_string(), ty)).collect();
            let missing = missing.iter().filter(|(name, _)| !meant.contains(name));
            self.missing_fields(missing.map(|(name, ty)| (name.as_str(), ty.clone())), what(&callee), argument);
        }
        self.burn(formals.fields.len() as u64, span);
    }

    /// Fills the defaults of options that were not given, each after those it needs.
    fn defaults(&mut self, module: &Module, lambda: ExprId, formals: &Formals, frame: FrameId) {
        for &index in module.resolved.orders.get(&lambda).into_iter().flatten() {
            let Some(field) = formals.fields.get(index) else { continue };
            let absent = self.frames.get(frame, 0, index as u32).is_absent();
            if let Some(default) = field.default.filter(|_| absent) {
                let value = self.eval(module, default, frame);
                let value = match &field.annotation {
                    Some(annotation) => {
                        let ty = self.type_of_annotation(annotation);
                        let name = self.names.shared(field.name);
                        let wanted = Wanted { what: What::Option(&name, &What::Is("the function, by default")), place: value.span.into() };
                        self.conform(value, &ty, wanted)
                    }
                    None => value,
                };
                self.frames.set(frame, index, value);
            }
        }
    }
}

/// What messages call what is called, by its name if it has one.
fn what(callee: &Option<Arc<str>>) -> What<'_> {
    callee.as_deref().map_or(What::Is("this function"), What::Named)
}
