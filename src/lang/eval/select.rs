//! `e.a.b`, `e.a or d`, `e ? a`: into records, resources, `aws`, `std` and `lookup`.

use wcalang_model::diag::MADE_HERE;
use wcalang_model::kind::Entry;
use wcalang_model::source::Span;
use wcalang_model::value::{Deferred, Type, When};

use crate::eval::frames::FrameId;
use crate::eval::value::{Data, Value, deferred};
use crate::eval::{Evaluator, Module, error};
use crate::library;
use crate::syntax::Name;
use crate::syntax::ast::{Attr, ExprId, Key};

impl Evaluator<'_> {
    pub(crate) fn select(
        &mut self,
        code: &Module,
        base: ExprId,
        path: &[Attr],
        default: Option<ExprId>,
        frame: FrameId,
        span: Span,
    ) -> Value {
        let base = self.eval(code, base, frame);
        match default {
            None => self.walk(code, base, path, frame, None),
            Some(default) => match self.reach(code, base, path, frame) {
                Some(value) if !value.is_absent() => value,
                Some(_) | None => {
                    let value = self.eval(code, default, frame);
                    Value { span: if value.span.file == span.file { value.span } else { span }, ..value }
                }
            },
        }
    }

    pub(crate) fn has_attr(&mut self, code: &Module, base: ExprId, path: &[Attr], frame: FrameId, span: Span) -> Value {
        let base = self.eval(code, base, frame);
        if base.is_error() {
            return base;
        }
        let found = self.reach(code, base, path, frame).is_some_and(|value| !value.is_absent());
        Value::new(Data::Bool(found), span)
    }

    /// Follows a path to its end. `pass`: the value of a binding, where what is absent is passed on instead of reported.
    pub(crate) fn walk(&mut self, code: &Module, base: Value, path: &[Attr], frame: FrameId, pass: Option<ExprId>) -> Value {
        let mut value = base;
        for (index, attr) in path.iter().enumerate() {
            if value.is_error() {
                return value;
            }
            let Some(name) = self.key(code, attr, frame) else { return Value::error(attr.span) };
            match self.member(&value, name, attr.span) {
                Some(next) if next.is_absent() && !(pass.is_some() && index + 1 == path.len()) => {
                    let problem = error::absent(self.names.text(name), self.outward(attr.span));
                    self.report(problem);
                    return Value::error(attr.span);
                }
                Some(next) => value = next,
                // By its type it may be absent.
                None if index + 1 == path.len() && code.tree.file == self.user && pass.is_some_and(|id| self.passes.contains(&id)) => {
                    return Value::new(Data::Absent, attr.span);
                }
                None => {
                    self.no_member(&value, name, attr.span);
                    return Value::error(attr.span);
                }
            }
        }
        value
    }

    /// Follows a path as far as it goes; `None` if a step is not there.
    fn reach(&mut self, code: &Module, base: Value, path: &[Attr], frame: FrameId) -> Option<Value> {
        let mut value = base;
        for attr in path {
            if value.is_error() {
                return Some(value);
            }
            let name = self.key(code, attr, frame)?;
            value = self.member(&value, name, attr.span)?;
        }
        Some(value)
    }

    fn key(&mut self, code: &Module, attr: &Attr, frame: FrameId) -> Option<Name> {
        match attr.key {
            Key::Name(name) => Some(name),
            Key::Dynamic(expr) => {
                let key = self.eval(code, expr, frame);
                let text = self.known_text(&key, "a field's name")?;
                Some(self.names.intern(&text))
            }
        }
    }

    /// A field of a value, if it has one of this name.
    pub(crate) fn member(&mut self, value: &Value, name: Name, span: Span) -> Option<Value> {
        if let Data::Record(fields) = &value.data {
            let left_out = || fields.leaves_out(name).then(|| Value::new(Data::Absent, span));
            return fields.get(name).cloned().or_else(left_out);
        }
        let text = self.names.shared(name);
        match &value.data {
            Data::Kinds("") => {
                let first = self.schemas.first_of(&text)?;
                Some(Value::new(Data::Kinds(self.schemas.kinds[first].schema.parts().0), span))
            }
            Data::Kinds(service) => {
                let kind = self.schemas.kind_of(service, &text)?;
                Some(Value::new(Data::Constructor(&self.schemas.kinds[kind]), span))
            }
            Data::Lookups => self.schemas.lookup(&text).map(|entry| Value::new(Data::Lookup(entry), span)),
            Data::Library => self.library(name),
            Data::Resource(id) => {
                let made = &self.made[id.0 as usize];
                let entry = made.entry;
                // The name that AWS knows it by may carry a suffix; where there is none, the name in the file is meant.
                if &*text == "name" && entry.schema.outputs.field("name").is_none() {
                    return Some(Value::str(made.address.name.as_str(), span));
                }
                if let Some(output) = entry.schema.outputs.field(&text) {
                    let address = made.address.clone();
                    let output = Deferred::Output { address, output: output.name.to_string(), ty: output.ty.to_type(), when: When::Apply };
                    return Some(deferred(output, span));
                }
                made.fields.get(&*text).map(|value| Value::new(value.data.clone(), span))
            }
            Data::Deferred(later) => later_member(later, &text, span),
            _ => None,
        }
    }

    fn no_member(&mut self, value: &Value, name: Name, span: Span) {
        let text = self.names.text(name).to_string();
        let of = self.describe(value);
        let fields = match &value.data {
            Data::Record(fields) => fields.iter().map(|(name, _)| self.names.text(*name).to_string()).collect(),
            Data::Kinds("") => self.schemas.services().map(str::to_string).collect(),
            Data::Kinds(service) => self.schemas.kinds_of(service).map(str::to_string).collect(),
            Data::Lookups => self.schemas.lookups.iter().map(|entry| entry.name.to_string()).collect(),
            Data::Library => library::MODULES.iter().map(|module| module.name.to_string()).collect(),
            Data::Resource(id) => members_of(self.made[id.0 as usize].entry),
            _ => {
                let problem = error::no_record(&text, self.outward(span), &of);
                self.report(problem);
                return;
            }
        };
        let mut problem = error::no_field(&text, self.outward(span), &of, fields);
        if span.file != self.user && value.span.file == self.user && matches!(value.data, Data::Record(_)) {
            problem = problem.label(value.span, MADE_HERE);
        }
        self.report(problem);
    }
}

/// The outputs and inputs of a kind, by name.
fn members_of(entry: &Entry) -> Vec<String> {
    let fields = entry.schema.outputs.fields.iter().chain(entry.schema.inputs.fields);
    fields.map(|field| field.name.to_string()).chain(["name".to_string()]).collect()
}

/// A field of a record that is known only later.
fn later_member(later: &Deferred, name: &str, span: Span) -> Option<Value> {
    let field = |ty: &Type| match ty {
        Type::Record(record) => record.fields.iter().find(|field| *field.name == *name).map(|field| field.ty.clone()),
        _ => None,
    };
    match later {
        Deferred::Output { address, output, ty, when } => {
            let (address, output) = (address.clone(), format!("{output}.{name}"));
            field(ty).map(|ty| deferred(Deferred::Output { address, output, ty, when: *when }, span))
        }
        Deferred::Lookup { lookup, output, ty } => {
            let (lookup, output) = (lookup.clone(), format!("{output}.{name}"));
            field(ty).map(|ty| deferred(Deferred::Lookup { lookup, output, ty }, span))
        }
        Deferred::Input { .. } | Deferred::Text(_) | Deferred::Json(_) => None,
    }
}
