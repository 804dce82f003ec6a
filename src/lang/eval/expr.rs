//! Expressions, form by form.

use std::sync::Arc;

use wcalang_model::diag::Problem;

use crate::eval::frames::FrameId;
use crate::eval::value::{Data, Function, Record, Value, Written};
use crate::eval::{Evaluator, Module, error};
use crate::prelude;
use crate::resolve::Target;
use crate::syntax::Name;
use crate::syntax::ast::{Binding, Expr, ExprId, Key, Literal, Origin};

use wcalang_model::source::Span;

/// How many arguments of a call are passed at once; more are passed one after another.
const AT_ONCE: usize = 4;

impl Evaluator<'_> {
    /// The value of an expression of a module, in a scope.
    pub(crate) fn eval(&mut self, code: &Module, id: ExprId, frame: FrameId) -> Value {
        let span = code.tree.span(id);
        // What needs no other expression is not counted as deep.
        match &code.tree[id] {
            Expr::Literal(literal) if self.burn(1, span) => return Value::new(literal_data(literal), span),
            Expr::Variable(name) if self.burn(1, span) => return self.variable(code, id, *name, frame),
            _ => {}
        }
        if !self.enter(span) {
            return Value::error(span);
        }
        let value = self.form(code, id, frame, span);
        self.leave();
        value
    }

    fn form(&mut self, code: &Module, id: ExprId, frame: FrameId, span: Span) -> Value {
        match &code.tree[id] {
            Expr::Hole | Expr::Literal(_) | Expr::Variable(_) => Value::error(span),
            Expr::Interpolated(parts) => self.interpolate(code, parts, frame, span),
            Expr::Select { base, path, default } => self.select(code, *base, path, *default, frame, span),
            Expr::HasAttr { base, path } => self.has_attr(code, *base, path, frame, span),
            Expr::Apply { .. } => self.application(code, id, frame),
            Expr::Pipe { argument, function } => {
                let argument = self.eval(code, *argument, frame);
                let function = self.eval(code, *function, frame);
                self.apply(&function, argument, span)
            }
            Expr::Lambda { .. } => {
                self.frames.keep(frame);
                Value::new(Data::Function(Function { module: self.module, lambda: id, frame, library: None }), span)
            }
            Expr::LetIn { bindings, body } => {
                let mark = self.frames.mark();
                let inner = self.scope(code, id, bindings, frame);
                let value = self.eval(code, *body, inner);
                self.frames.release(mark);
                value
            }
            Expr::Record { recursive, bindings } => {
                let mark = self.frames.mark();
                let value = self.record(code, id, *recursive, bindings, frame, span);
                self.frames.release(mark);
                value
            }
            Expr::List(items) => {
                let items: Vec<Value> = items.iter().map(|item| self.eval(code, *item, frame)).collect();
                self.made(Value::list(items, span), 0)
            }
            Expr::If { condition, then, otherwise } => match self.condition(code, *condition, frame, "condition") {
                Some(true) => self.eval(code, *then, frame),
                Some(false) => self.eval(code, *otherwise, frame),
                None => Value::error(span),
            },
            Expr::Assert { condition, body } => {
                if self.condition(code, *condition, frame, "assertion") == Some(false) {
                    let problem = self.failed_assertion(code, *condition, frame);
                    self.report(problem);
                }
                self.eval(code, *body, frame)
            }
            Expr::With { scope, body } => {
                let scope = self.eval(code, *scope, frame);
                let mark = self.frames.mark();
                let inner = self.frames.open(frame);
                self.frames.push(scope);
                let value = self.eval(code, *body, inner);
                self.frames.release(mark);
                value
            }
            Expr::Unary { op, operand } => {
                let operand = self.eval(code, *operand, frame);
                self.unary(*op, operand, span)
            }
            Expr::Binary { op, left, right, op_span } => self.binary(code, *op, [*left, *right], *op_span, frame, span),
        }
    }

    /// `f a b`: with as many arguments at once as the function takes.
    fn application(&mut self, code: &Module, id: ExprId, frame: FrameId) -> Value {
        let tree = &code.tree;
        // The calls from the outermost one inwards, and what is called.
        let (mut calls, mut count, mut callee) = ([id; AT_ONCE], 0, id);
        while let Expr::Apply { function, .. } = &tree[callee]
            && count < AT_ONCE
        {
            calls[count] = callee;
            count += 1;
            callee = *function;
        }
        calls[..count].reverse();
        let mut function = Value { span: tree.span(callee), ..self.eval(code, callee, frame) };
        let mut arguments = [const { Value { data: Data::Error, span: NOWHERE, written: None } }; AT_ONCE];
        for (call, argument) in calls[..count].iter().zip(&mut arguments) {
            if let Expr::Apply { argument: expr, .. } = &tree[*call] {
                *argument = self.eval(code, *expr, frame);
            }
        }
        let mut done = 0;
        while done < count {
            let taken = self.takes(&function).min(count - done);
            let span = tree.span(calls[done + taken - 1]);
            let value = self.apply_all(&function, &arguments[done..done + taken], span);
            done += taken;
            // What a call gives is shown where it is called, if it is called again.
            function = if done < count { Value { span, ..value } } else { value };
        }
        function
    }

    fn variable(&mut self, code: &Module, id: ExprId, name: Name, frame: FrameId) -> Value {
        let span = code.tree.span(id);
        match code.resolved.targets[id.0 as usize] {
            Target::None => Value::error(span),
            Target::Slot { depth, index } => self.frames.get(frame, depth, index).clone(),
            Target::Global(name) => self.global(name, span),
            Target::With(withs) => {
                for depth in &code.resolved.withs[withs as usize] {
                    match self.frames.get(frame, *depth, 0).data.clone() {
                        Data::Error => return Value::error(span),
                        Data::Record(fields) => {
                            if let Some(value) = fields.get(name) {
                                return value.clone();
                            }
                        }
                        data @ (Data::Kinds(_) | Data::Library | Data::Lookups) => {
                            if let Some(value) = self.member(&Value::new(data, span), name, span) {
                                return value;
                            }
                        }
                        _ => {}
                    }
                }
                let problem = error::unbound_with(self.names.text(name), self.outward(span));
                self.report(problem);
                Value::error(span)
            }
        }
    }

    fn global(&mut self, name: Name, span: Span) -> Value {
        if let Some(data) = prelude::value(name) {
            return Value::new(data, span);
        }
        match self.library(name) {
            Some(value) => Value::new(value.data, span),
            None => Value::error(span),
        }
    }

    /// The members of a `let` or `rec`, evaluated so that each comes after those it needs.
    fn scope(&mut self, code: &Module, id: ExprId, bindings: &[Binding], frame: FrameId) -> FrameId {
        let inner = self.frames.open(frame);
        for binding in bindings {
            self.frames.push(Value::error(code.tree.span(binding.value)));
        }
        for &index in code.resolved.orders.get(&id).into_iter().flatten() {
            let binding = &bindings[index];
            let meant = self.meant;
            if let Key::Name(name) = binding.attr.key {
                self.meant |= self.names.text(name).starts_with('_');
            }
            let value = match binding.origin {
                Origin::Inherit => self.eval(code, binding.value, frame),
                Origin::Written | Origin::Path | Origin::InheritFrom => self.passed(code, binding.value, inner),
            };
            self.meant = meant;
            let value = self.annotated(&code.tree, binding, value);
            self.frames.set(inner, index, value);
        }
        inner
    }

    fn record(&mut self, code: &Module, id: ExprId, recursive: bool, bindings: &[Binding], frame: FrameId, span: Span) -> Value {
        let around = if recursive { self.scope(code, id, bindings, frame) } else { frame };
        let users = span.file == self.user;
        let mut fields = Vec::with_capacity(bindings.len());
        for (index, binding) in bindings.iter().enumerate() {
            if code.tree.is_lost(&binding.attr) {
                // It may have any field.
                return Value::error(span);
            }
            let name = match binding.attr.key {
                Key::Name(name) => name,
                Key::Dynamic(expr) => {
                    let key = self.eval(code, expr, around);
                    match self.known_text(&key, "a field's name") {
                        Some(text) if self.burn(4, span) => self.names.intern(&text),
                        Some(_) | None => continue,
                    }
                }
            };
            let mut value = if recursive {
                self.frames.get(around, 0, index as u32).clone()
            } else {
                let value = self.passed(code, binding.value, frame);
                self.annotated(&code.tree, binding, value)
            };
            if value.is_absent() {
                continue;
            }
            if users {
                value.written = Written::new(binding.value);
            }
            fields.push((name, value));
        }
        self.made(Value::record(Record::from_fields(fields), span), 0)
    }

    /// The value of a binding: `a = e.b` and `inherit` pass on that `b` is absent.
    fn passed(&mut self, code: &Module, id: ExprId, frame: FrameId) -> Value {
        match &code.tree[id] {
            Expr::Select { base, path, default: None } if self.enter(code.tree.span(id)) => {
                let base = self.eval(code, *base, frame);
                let value = self.walk(code, base, path, frame, Some(id));
                self.leave();
                value
            }
            _ => self.eval(code, id, frame),
        }
    }

    /// A condition, which must be known now.
    fn condition(&mut self, code: &Module, id: ExprId, frame: FrameId, what: &str) -> Option<bool> {
        let value = self.eval(code, id, frame);
        self.truth(&value, code.tree.span(id), what)
    }

    pub(crate) fn truth(&mut self, value: &Value, span: Span, what: &str) -> Option<bool> {
        match &value.data {
            Data::Bool(holds) => Some(*holds),
            Data::Error => None,
            Data::Deferred(_) | Data::Resource(_) => {
                let problem = self.later(value, span, &format!("this {what}"));
                self.report(problem);
                None
            }
            _ => {
                let problem = error::no_truth(what, &self.describe(value), self.outward(span));
                self.report(problem);
                None
            }
        }
    }

    fn failed_assertion(&mut self, code: &Module, condition: ExprId, frame: FrameId) -> Problem {
        let tree = &code.tree;
        let span = tree.span(condition);
        let mut shown = Vec::new();
        let reported = self.problems.0.len();
        if let Expr::Binary { left, right, .. } = &tree[condition] {
            for side in [*left, *right] {
                let value = self.eval(code, side, frame);
                if !matches!(tree[side], Expr::Literal(_)) {
                    shown.push((tree.span(side), self.describe(&value)));
                }
            }
        }
        self.problems.0.truncate(reported);
        error::assertion(self.files.text(span).to_string(), span, self.outward(span), shown)
    }
}

const NOWHERE: Span = Span { file: wcalang_model::source::FileId(0), start: 0, end: 0 };

fn literal_data(literal: &Literal) -> Data {
    match literal {
        Literal::Int(number) => Data::Int(*number),
        Literal::Float(number) => Data::Float(*number),
        Literal::Str(text) => Data::Str(Arc::clone(text)),
        Literal::Cidr(net) => Data::Cidr((*net).into()),
        Literal::Ip(ip) => Data::Ip((*ip).into()),
        Literal::Size(bytes) => Data::Size(*bytes),
        Literal::Duration(millis) => Data::Duration(*millis),
        Literal::Money(cents) => Data::Money(*cents),
        Literal::Percent(percent) => Data::Percent(*percent),
        Literal::Cpu(millis) => Data::Cpu(*millis),
    }
}
