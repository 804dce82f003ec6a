//! Whether a value is what a declaration wants. One check for kinds, library modules, lookups, inputs and the stack itself: a
//! value that fits comes back in the form the type reads it as (text as a block, a whole number as a fraction); one that does
//! not is reported where it was written and comes back as an error.

use std::rc::Rc;
use std::sync::Arc;

use wcalang_model::base::nearest;
use wcalang_model::diag::catalogue::arguments;
use wcalang_model::diag::{Problem, Severity};
use wcalang_model::source::Span;
use wcalang_model::value::{Deferred, RecordType, Type, TypeField};

pub use crate::check::What;
use crate::check::literal::{self, Unfit};
use crate::eval::Evaluator;
use crate::eval::value::{Data, Record, Value, Written, type_of};
use crate::syntax::Name;

/// A value's purpose, and where it is given.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// For what.
    pub what: What<'a>,
    /// Where it is given, if not where the value was made.
    pub place: Place,
}

/// A place that is looked up where a message needs it.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// It is known.
    At(Span),
    /// That of a field of this name, in which a value was written that was made at the span.
    Field(Name, Written, Span),
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Place::At(span)
    }
}

impl Place {
    /// That of the value of a field.
    pub(crate) fn of(name: Name, value: &Value) -> Self {
        value.written.map_or(Place::At(value.span), |written| Place::Field(name, written, value.span))
    }
}

impl Evaluator<'_> {
    /// `value` as `ty` reads it.
    pub(crate) fn conform(&mut self, value: Value, ty: &Type, wanted: Wanted<'_>) -> Value {
        if matches!(value.data, Data::Error | Data::Absent) || matches!(ty, Type::Any) {
            return value;
        }
        if let Data::Deferred(deferred) = &value.data {
            return self.conform_deferred(&value, &deferred.clone(), ty, wanted);
        }
        match (ty, &value.data) {
            (Type::Secret(inner), _) => self.conform(value, inner, wanted),
            (Type::Bool, Data::Bool(_)) | (Type::Size, Data::Size(_)) | (Type::Duration, Data::Duration(_)) => value,
            (Type::Cpu, Data::Cpu(_)) | (Type::Percent, Data::Percent(_)) | (Type::Money, Data::Money(_)) => value,
            (Type::Cidr, Data::Cidr(_)) | (Type::Ip, Data::Ip(_)) | (Type::Float, Data::Float(_)) => value,
            (Type::Float, Data::Int(number)) => Value::new(Data::Float(*number as f64), value.span),
            (Type::Float, Data::Percent(number)) => Value::new(Data::Float(*number), value.span),
            (Type::Int(..), Data::Int(number)) => match literal::number(*number, ty) {
                Ok(()) => value,
                Err(unfit) => self.unfit(&value, None, unfit, wanted),
            },
            (Type::Json, Data::Function(_) | Data::Builtin(_) | Data::Partial(_) | Data::Constructor(_)) => {
                self.mismatch(&value, ty, wanted)
            }
            (Type::Json, _) => value,
            (Type::List(item), Data::List(items)) => {
                let items = items.iter().map(|value| self.conform(value.clone(), item, wanted)).collect();
                Value { written: value.written, ..Value::list(items, value.span) }
            }
            (Type::Map(item), Data::Record(fields)) => {
                let fields = fields.iter().map(|(name, value)| {
                    let text = self.names.shared(*name);
                    let wanted = Wanted { what: What::Field(&text, &wanted.what), place: Place::of(*name, value) };
                    (*name, self.conform(value.clone(), item, wanted))
                });
                let fields = fields.collect();
                Value { written: value.written, ..Value::record(Record::from_fields(fields), value.span) }
            }
            (Type::Record(record), Data::Record(fields)) => {
                let before = self.problems.0.len();
                let checked = self.conform_record(&fields.clone(), record, wanted.what, value.span);
                let wrong = self.problems.0[before..].iter().any(|problem| problem.severity == Severity::Error);
                if wrong { Value::error(value.span) } else { checked }
            }
            (Type::Handle(kinds), Data::Resource(id)) => {
                let kind = self.made[id.0 as usize].entry.schema.name;
                if kinds.is_empty() || kinds.iter().any(|wanted| **wanted == *kind) {
                    return value;
                }
                self.wrong_handle(&value, kind, ty, wanted)
            }
            (Type::Function(..), Data::Function(_) | Data::Builtin(_) | Data::Partial(_)) => value,
            (_, Data::Str(text)) => self.conform_text(&value, &text.clone(), ty, wanted),
            _ => self.mismatch(&value, ty, wanted),
        }
    }

    /// A record, field by field: unknown ones with the nearest name, missing ones, and each value.
    pub(crate) fn conform_record(&mut self, fields: &Record, ty: &RecordType, what: What<'_>, span: Span) -> Value {
        let mut result = Vec::with_capacity(fields.len());
        let mut meant = Vec::new();
        for (name, value) in fields.iter() {
            let text = self.names.shared(*name);
            match ty.fields.iter().find(|field| *field.name == *text) {
                Some(field) => {
                    let wanted = Wanted { what: What::Field(&text, &what), place: Place::of(*name, value) };
                    let value = self.conform(value.clone(), &field.ty, wanted);
                    if !value.is_absent() {
                        result.push((*name, value));
                    }
                }
                None if ty.open => result.push((*name, value.clone())),
                None => {
                    let names = ty.fields.iter().map(|field| &*field.name);
                    meant.extend(self.unknown_field(&text, value, what, names, |evaluator, near| evaluator.gives(fields, near)));
                }
            }
        }
        let optional = ty.fields.iter().filter(|field| field.optional).map(|field| self.names.intern(&field.name)).collect::<Vec<_>>();
        let given = Record::from_fields(result).with_options(optional.into_iter());
        let missing = ty.fields.iter().filter(|field| !field.optional).filter(|field| {
            let name = self.names.intern(&field.name);
            fields.get(name).is_none_or(Value::is_absent)
        });
        let missing: Vec<&TypeField> = missing.filter(|field| !meant.iter().any(|meant| *meant == *field.name)).collect();
        self.missing_fields(missing.iter().map(|field| (&*field.name, field.ty.to_string())), what, span);
        Value::new(Data::Record(Rc::new(given)), span)
    }

    /// Reports fields that must be given and are not, all in one problem.
    pub(crate) fn missing_fields<'a>(&mut self, missing: impl Iterator<Item = (&'a str, String)>, what: What<'_>, span: Span) {
        let missing: Vec<(&str, String)> = missing.collect();
        if missing.is_empty() {
            return;
        }
        let names: Vec<String> = missing.iter().map(|(name, _)| format!("`{name}`")).collect();
        let lines: Vec<String> = missing.iter().map(|(name, ty)| format!("{name} = …;  # {ty}")).collect();
        let message = format!("{what} needs {}", names.join(", "));
        let span = self.outward(span);
        self.report(
            Problem::error(&arguments::MISSING_FIELD, message)
                .label(span, "not given here")
                .help(format!("add  {}", lines.join("\n     "))),
        );
    }

    /// Whether a record has a field.
    pub(crate) fn gives(&mut self, record: &Record, name: &str) -> bool {
        let name = self.names.intern(name);
        record.get(name).is_some()
    }

    /// Reports a field that does not exist. Gives the one that was probably meant: it is not missing, too. `is_given`: whether there is
    /// a field of this name beside it.
    pub(crate) fn unknown_field<'a>(
        &mut self,
        name: &str,
        value: &Value,
        what: What<'_>,
        fields: impl Iterator<Item = &'a str>,
        is_given: impl Fn(&mut Self, &str) -> bool,
    ) -> Option<String> {
        let mut fields: Vec<&str> = fields.collect();
        let near = nearest(name, fields.iter().copied()).map(|near| format!("did you mean `{near}`?\n")).unwrap_or_default();
        fields.sort_unstable();
        let written = self.names.intern(name);
        let (span, fix) = match self.written_field(written, value.written) {
            // What is given already is not given twice.
            Some((key, _)) => (key, nearest(name, fields.iter().copied()).filter(|near| !is_given(self, near))),
            None => (value.span, None),
        };
        let mut problem = Problem::error(&arguments::UNKNOWN_FIELD, format!("{what} has no `{name}`"))
            .label(self.outward(span), "there is no such field")
            .help(format!("{near}there are: {}", fields.join(", ")));
        if let Some(near) = fix {
            problem = problem.fix(span, near);
        }
        self.report(problem);
        nearest(name, fields.iter().copied()).map(str::to_string)
    }

    fn conform_deferred(&mut self, value: &Value, deferred: &Deferred, ty: &Type, wanted: Wanted<'_>) -> Value {
        if deferred.is_secret() && !matches!(ty, Type::Secret(_) | Type::Json) {
            let help =
                "give it as a secret: `secrets.NAME = …` of a service or task stores it in Secrets Manager and grants the reading of it";
            let message = format!("{} is no place for a secret", wanted.what);
            let place = self.place(wanted.place);
            let span = self.outward(place);
            let mut problem =
                Problem::error(&arguments::SECRET_SHOWN, message).label(span, "this would be readable by everyone who sees the resource");
            if let Some(origin) = self.secret_origin(deferred) {
                problem = problem.label(origin, "the secret comes from here");
            }
            self.report(problem.help(help));
            return Value::error(value.span);
        }
        let is = type_of(deferred);
        let text = |ty: &Type| matches!(ty, Type::Str { .. } | Type::Arn | Type::OneOf(_) | Type::Ip | Type::Cidr);
        let fits = match ty {
            Type::Secret(_) | Type::Json | Type::Any => true,
            Type::Float => matches!(is, Type::Int(..) | Type::Float | Type::Percent),
            Type::Int(..) => matches!(is, Type::Int(..)),
            Type::Handle(_) => false,
            ty if text(ty) => text(&is),
            ty => std::mem::discriminant(ty) == std::mem::discriminant(&is),
        };
        if fits { value.clone() } else { self.mismatch(value, ty, wanted) }
    }

    fn conform_text(&mut self, value: &Value, text: &Arc<str>, ty: &Type, wanted: Wanted<'_>) -> Value {
        if let Err(unfit) = literal::text(text, ty, wanted.what) {
            return self.unfit(value, Some(text), unfit, wanted);
        }
        match ty {
            Type::Str { .. } | Type::Arn | Type::OneOf(_) => value.clone(),
            Type::Cidr => text.parse().map_or(Value::error(value.span), |net| Value::new(Data::Cidr(Rc::new(net)), value.span)),
            Type::Ip => text.parse().map_or(Value::error(value.span), |ip| Value::new(Data::Ip(Rc::new(ip)), value.span)),
            _ => self.mismatch(value, ty, wanted),
        }
    }

    /// Reports it; `text`: the value, if it is one.
    fn unfit(&mut self, value: &Value, text: Option<&str>, unfit: Unfit, wanted: Wanted<'_>) -> Value {
        // The part counts bytes of the text; it can be shown where the text stands between quotes as it is.
        let written = self.files.text(value.span);
        let plain = |end: usize| written.starts_with('"') && written.len() > end + 1;
        let at = match unfit.part {
            Some((start, end)) if plain(end) => value.span.part(start + 1, end + 1),
            Some(_) | None => value.span,
        };
        let is_written = text.is_some_and(|text| written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) == Some(text));
        let whole = self.outward(value.span);
        let problem = unfit.problem(self.outward(at), (is_written && whole == value.span).then_some(whole), wanted.what);
        self.report(problem);
        Value::error(value.span)
    }

    fn wrong_handle(&mut self, value: &Value, kind: &str, ty: &Type, wanted: Wanted<'_>) -> Value {
        let address = self.describe(value);
        let place = self.place(wanted.place);
        let span = self.outward(place);
        let message = format!("{} is {ty}, not {kind}", wanted.what);
        let mut problem = Problem::error(&arguments::WRONG_HANDLE, message).label(span, format!("this is {address}"));
        if let Type::Handle(kinds) = ty {
            let suitable: Vec<String> = self
                .made
                .iter()
                .filter(|made| kinds.iter().any(|kind| **kind == *made.entry.schema.name))
                .map(|made| made.address.to_string())
                .collect();
            if !suitable.is_empty() {
                problem = problem.help(format!("of that kind there are: {}", suitable.join(", ")));
            }
        }
        self.report(problem);
        Value::error(value.span)
    }

    fn mismatch(&mut self, value: &Value, ty: &Type, wanted: Wanted<'_>) -> Value {
        let is = self.describe(value);
        let place = self.place(wanted.place);
        let (made, place) = (self.outward(value.span), self.outward(place));
        // An item of a list that is written out is shown itself; a name that stands for something made elsewhere is shown as given.
        let inside = made.file == place.file && place.start <= made.start && made.end <= place.end;
        let span = if inside { made } else { place };
        let help = match (ty, &value.data) {
            (Type::Size, Data::Int(_)) => "give it a unit: MiB, GiB, …".to_string(),
            (Type::Duration, Data::Int(_)) => "give it a unit: s, min, h or d".to_string(),
            (Type::Cpu, Data::Int(_) | Data::Float(_)) => "give it a unit: 0.25vcpu".to_string(),
            (Type::Percent, Data::Int(_) | Data::Float(_)) => "write it with a percent sign: 60%".to_string(),
            (Type::Bool, Data::Str(_)) => "write true or false, without quotes".to_string(),
            (Type::List(_), _) => "put it between brackets: [ … ]".to_string(),
            (Type::Handle(_), Data::Str(_)) => "pass the resource itself, not its id or name".to_string(),
            (_, Data::Function(_) | Data::Builtin(_) | Data::Partial(_)) => {
                "call it: a function alone is no value to configure with".to_string()
            }
            _ => format!("give it {ty}"),
        };
        let message = format!("{} is {ty}, not {is}", wanted.what);
        let mut problem = Problem::error(&arguments::WRONG_TYPE, message).label(span, format!("this is {is}"));
        if made != span {
            problem = problem.label(made, "made here");
        }
        self.report(problem.help(help));
        Value::error(value.span)
    }
}
