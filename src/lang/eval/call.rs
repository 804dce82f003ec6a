//! Calls: of functions of the language, of the prelude, of constructors and lookups.

use std::cell::RefCell;
use std::rc::Rc;

use wcalang_model::source::Span;

use crate::eval::conform::{Wanted, What};
use crate::eval::value::{Data, Frame, Function, Partial, Value};
use crate::eval::{Evaluator, Group, error};
use crate::syntax::ast::{Expr, Formals, Param};

impl Evaluator<'_> {
    /// `function argument`.
    pub(crate) fn apply(&mut self, function: Value, argument: Value, span: Span) -> Value {
        match &function.data {
            Data::Error => function,
            Data::Function(closure) => self.call(&closure.clone(), argument, span),
            Data::Builtin(partial) => self.call_builtin(partial, argument, span),
            Data::Constructor(entry) => self.construct(entry, argument, span),
            Data::Lookup(entry) => self.ask(entry, argument, span),
            _ => {
                let is = self.describe(&function);
                let problem = error::no_function(&is, self.outward(function.span), self.outward(argument.span));
                self.report(problem);
                Value::error(span)
            }
        }
    }

    fn call_builtin(&mut self, partial: &Partial, argument: Value, span: Span) -> Value {
        let mut arguments = partial.arguments.clone();
        arguments.push(argument);
        if arguments.len() < partial.builtin.arity {
            return Value::new(Data::Builtin(Rc::new(Partial { builtin: partial.builtin, arguments })), span);
        }
        if arguments.iter().any(Value::is_error) {
            return Value::error(span);
        }
        (partial.builtin.run)(self, &arguments, span)
    }

    fn call(&mut self, function: &Function, argument: Value, span: Span) -> Value {
        let module = self.modules[function.module].clone();
        let Expr::Lambda { param, body } = &module.tree[function.lambda] else { return Value::error(span) };
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
        let slots = match param {
            Param::Name { .. } => Some(vec![argument]),
            Param::Formals(formals) => self.take_apart(function, formals, &argument, span),
        };
        let value = match slots {
            Some(slots) => {
                let frame = Rc::new(Frame { slots: RefCell::new(slots), parent: function.frame.clone() });
                self.defaults(function, &frame);
                self.eval(&module.tree, *body, &Some(frame))
            }
            None => Value::error(span),
        };
        if grouped {
            self.calls.pop();
        }
        self.module = before;
        self.outer = outer;
        value
    }

    /// The arguments of formals; what is absent and has a default is left to [`Evaluator::defaults`].
    fn take_apart(&mut self, function: &Function, formals: &Formals, argument: &Value, span: Span) -> Option<Vec<Value>> {
        let what = match function.library {
            Some(name) => format!("`{}`", self.names.text(name)),
            None => "this function".to_string(),
        };
        let given = match &argument.data {
            Data::Record(given) => given.clone(),
            Data::Error => return None,
            _ => {
                let is = self.describe(argument);
                let wanted = format!("a record of its options ({})", self.names.text(formals.fields.first()?.name));
                let problem = error::options(&what, &wanted, &is, self.outward(span), self.outward(argument.span));
                self.report(problem);
                return None;
            }
        };
        let mut meant = Vec::new();
        if formals.ellipsis.is_none() {
            for (name, value) in given.sorted(self.names) {
                if !formals.fields.iter().any(|field| field.name == *name) {
                    let fields: Vec<String> = formals.fields.iter().map(|field| self.names.text(field.name).to_string()).collect();
                    let text = self.names.text(*name).to_string();
                    meant.extend(self.unknown_field(&text, value.span, What::Is(&what), fields.iter().map(String::as_str)));
                }
            }
        }
        let mut missing = Vec::new();
        let mut slots = Vec::with_capacity(formals.fields.len() + 1);
        for field in &formals.fields {
            let ty = field.annotation.as_ref().map(|annotation| self.type_of_annotation(annotation));
            let absent = Value::new(Data::Absent, field.name_span);
            slots.push(match (given.get(field.name).filter(|value| !value.is_absent()), ty) {
                (Some(value), Some(ty)) => {
                    let name = self.names.shared(field.name);
                    let wanted = Wanted { what: What::Option(&name, &what), place: self.place(field.name, value) };
                    self.conform(value.clone(), &ty, wanted)
                }
                (Some(value), None) => value.clone(),
                (None, ty) if field.default.is_none() && !field.optional => {
                    missing.push((field.name, ty.map_or_else(|| "a value".to_string(), |ty| ty.to_string())));
                    Value::error(field.name_span)
                }
                (None, _) => absent,
            });
        }
        if formals.at.is_some() {
            let options = formals.fields.iter().filter(|field| field.optional).map(|field| field.name);
            slots.push(Value::new(Data::Record(Rc::new((*given).clone().with_options(options))), argument.span));
        }
        let missing: Vec<(String, String)> = missing.into_iter().map(|(name, ty)| (self.names.text(name).to_string(), ty)).collect();
        let missing: Vec<_> = missing.into_iter().filter(|(name, _)| !meant.contains(name)).collect();
        self.missing_fields(missing.iter().map(|(name, ty)| (name.as_str(), ty.clone())), What::Is(&what), argument.span);
        Some(slots)
    }

    /// Fills the defaults of options that were not given, each after those it needs.
    fn defaults(&mut self, function: &Function, frame: &Rc<Frame>) {
        let module = self.modules[function.module].clone();
        let Expr::Lambda { param: Param::Formals(formals), .. } = &module.tree[function.lambda] else { return };
        let around = Some(frame.clone());
        for &index in module.resolved.orders.get(&function.lambda).into_iter().flatten() {
            let Some(field) = formals.fields.get(index) else { continue };
            let absent = frame.slots.borrow()[index].is_absent();
            if let Some(default) = field.default.filter(|_| absent) {
                let value = self.eval(&module.tree, default, &around);
                let value = match &field.annotation {
                    Some(annotation) => {
                        let ty = self.type_of_annotation(annotation);
                        let name = self.names.shared(field.name);
                        let wanted = Wanted { what: What::Option(&name, "the function, by default"), place: value.span };
                        self.conform(value, &ty, wanted)
                    }
                    None => value,
                };
                frame.slots.borrow_mut()[index] = value;
            }
        }
    }
}
