//! Text: interpolation, and what may stand in it.

use std::fmt::Write;
use std::sync::Arc;

use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::values;
use wcalang_model::source::Span;
use wcalang_model::value::{Deferred, Part, Type};

use crate::eval::frames::FrameId;
use crate::eval::value::{Data, Value, deferred, duration_text, later_weight, size_text, text_weight, type_of};
use crate::eval::{Evaluator, Module, error};
use crate::syntax::ast;

impl Evaluator<'_> {
    pub(crate) fn interpolate(&mut self, code: &Module, parts: &[ast::Part], frame: FrameId, span: Span) -> Value {
        let mut text = Text { head_text: std::mem::take(&mut self.scratch), ..Text::default() };
        for part in parts {
            match part {
                ast::Part::Text(known) => text.known(known),
                ast::Part::Expr(expr) => {
                    let value = self.eval(code, *expr, frame);
                    if !self.add_text(&mut text, &value, code.tree.span(*expr)) {
                        return Value::error(span);
                    }
                }
            }
        }
        self.text(text, span)
    }

    /// A text that was put together, whose parts were counted.
    pub(crate) fn text(&mut self, text: Text, span: Span) -> Value {
        if text.parts.is_empty() {
            let mut head = text.head_text;
            let value = Value::str(head.as_str(), span);
            head.clear();
            // What was long once is rarely so again.
            head.shrink_to(4096);
            self.scratch = head;
            return value;
        }
        let value = text.value(span);
        let weight = match &value.data {
            Data::Deferred(later) => later_weight(later),
            _ => 0,
        };
        if self.burn(weight.into(), span) { value } else { Value::error(span) }
    }

    /// Adds a value to a text; false if it is no text, which is reported.
    pub(crate) fn add_text(&mut self, text: &mut Text, value: &Value, span: Span) -> bool {
        match &value.data {
            Data::Error => return false,
            Data::Str(known) => {
                // Long text is counted before it is copied.
                if !self.burn(text_weight(known).into(), span) {
                    return false;
                }
                text.known(known);
            }
            Data::Int(number) => text.shown(number),
            Data::Float(number) => text.shown(number),
            Data::Cidr(net) => text.shown(net),
            Data::Ip(ip) => text.shown(ip),
            Data::Size(bytes) => text.known(&size_text(*bytes)),
            Data::Duration(millis) => text.known(&duration_text(*millis)),
            Data::Percent(percent) => text.known(&format!("{percent}%")),
            Data::Cpu(millis) => text.known(&format!("{}vcpu", *millis as f64 / 1000.0)),
            Data::Money(cents) => text.known(&format!("{}usd", *cents as f64 / 100.0)),
            Data::Deferred(later) => match &**later {
                Deferred::Text(parts) => parts.iter().for_each(|part| match part {
                    Part::Text(known) => text.known(known),
                    Part::Deferred(_) | Part::Resource(_) => text.parts.push(part.clone()),
                }),
                later if matches!(type_of(later), Type::Record(_) | Type::List(_) | Type::Map(_)) => {
                    return self.no_text(value, span, "select one of its fields");
                }
                later => text.parts.push(Part::Deferred(later.clone())),
            },
            Data::Resource(_) => return self.no_text(value, span, "write which of its outputs: `.id`, `.arn` or `.name`"),
            Data::Bool(_) => return self.no_text(value, span, "write `if … then \"…\" else \"…\"`"),
            Data::List(_) => return self.no_text(value, span, "join its items: `join \",\" list`"),
            Data::Record(_) => return self.no_text(value, span, "select one of its fields, or write `toJSON`"),
            Data::Absent => {
                let problem = error::absent("this option", self.outward(span));
                self.report(problem);
                return false;
            }
            Data::Function(_)
            | Data::Builtin(_)
            | Data::Partial(_)
            | Data::Kinds(_)
            | Data::Constructor(_)
            | Data::Lookups
            | Data::Lookup(_)
            | Data::Library => {
                return self.no_text(value, span, "call it first");
            }
        }
        true
    }

    fn no_text(&mut self, value: &Value, span: Span, help: &str) -> bool {
        let problem = error::no_text(&self.describe(value), self.outward(span), help);
        self.report(problem);
        false
    }

    /// The text of a value that must be known now: a name, a key.
    pub(crate) fn known_text(&mut self, value: &Value, what: &str) -> Option<Arc<str>> {
        match &value.data {
            Data::Str(text) => Some(text.clone()),
            Data::Int(number) => Some(number.to_string().into()),
            Data::Error => None,
            Data::Deferred(_) | Data::Resource(_) => {
                let problem = self.later(value, value.span, what);
                self.report(problem);
                None
            }
            _ => {
                let problem = error::builtin(what, "text", &self.describe(value), self.outward(value.span), self.outward(value.span));
                self.report(problem);
                None
            }
        }
    }

    /// The problem that something needs a value now which is known only later, or is secret.
    pub(crate) fn later(&self, value: &Value, span: Span, what: &str) -> Problem {
        let code = if what.contains("name") { &values::LATER_NAME } else { &values::LATER_CONDITION };
        let place = self.outward(span);
        let (why, origin, help) = match &value.data {
            Data::Deferred(later) if later.is_secret() => {
                let origin = self.secret_origin(later).map(|span| (span, "declared as a secret here".to_string()));
                ("is secret".to_string(), origin, "decide by an input that is no secret".to_string())
            }
            Data::Deferred(later) => match &**later {
                Deferred::Output { address, output, .. } => {
                    let made = self.made.iter().find(|made| made.address == *address);
                    let known = made.map(|made| {
                        let names: Vec<&str> = std::iter::once("name").chain(made.fields.keys().copied()).collect();
                        format!("known now of {address}: {}", names.join(", "))
                    });
                    let origin = made.map(|made| (made.span, format!("`{output}` is an output of {address}")));
                    ("is known only when AWS has made the resource".to_string(), origin, known.unwrap_or_default())
                }
                Deferred::Lookup { lookup, .. } => {
                    let help = "`wcalang lock` asks AWS once and pins the answer in the lock file".to_string();
                    (format!("is the answer of `lookup.{}`, which is not pinned yet", lookup.name), None, help)
                }
                _ => ("is known only later".to_string(), None, "use something that is known now".to_string()),
            },
            _ => ("is a resource".to_string(), None, "compare names or other fields of it".to_string()),
        };
        let mut problem = Problem::error(code, format!("{what} must be known now, but {why}")).label(place, why_label(&value.data));
        if let Some((span, text)) = origin.filter(|(span, _)| *span != place) {
            problem = problem.label(span, text);
        }
        problem.help(format!("{help}\nit can be passed on as it is, for example into a field or an output").trim_start().to_string())
    }
}

fn why_label(data: &Data) -> &'static str {
    match data {
        Data::Deferred(later) if later.is_secret() => "secret",
        Data::Resource(_) => "a resource",
        _ => "not known now",
    }
}

/// A text that is being put together.
#[derive(Debug, Default)]
pub(crate) struct Text {
    parts: Vec<Part>,
    head_text: String,
}

impl Text {
    /// Adds known text.
    pub fn known(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Part::Text(last)) = self.parts.last() {
            let joined = format!("{last}{text}");
            self.parts.pop();
            self.parts.push(Part::Text(joined.into()));
        } else if self.parts.is_empty() {
            self.head_text.push_str(text);
        } else {
            self.parts.push(Part::Text(text.into()));
        }
    }

    /// Adds something as it is written.
    fn shown(&mut self, value: impl std::fmt::Display) {
        if self.parts.is_empty() {
            let _ = write!(self.head_text, "{value}");
        } else {
            self.known(&value.to_string());
        }
    }

    /// The whole text, of which a part is known only later.
    fn value(self, span: Span) -> Value {
        // `head_text` has what comes before the first part that is known only later.
        let head = (!self.head_text.is_empty()).then(|| Part::Text(self.head_text.into()));
        let parts: Vec<Part> = head.into_iter().chain(self.parts).collect();
        match parts.as_slice() {
            [Part::Deferred(one)] if matches!(type_of(one), Type::Str { .. } | Type::Arn) => deferred(one.clone(), span),
            _ => deferred(Deferred::Text(parts), span),
        }
    }
}
