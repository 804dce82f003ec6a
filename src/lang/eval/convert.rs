//! Between the evaluator's values, the graph's and plain data.

use std::rc::Rc;

use wcalang_model::source::Span;
use wcalang_model::value::{self as model, Datum, Deferred};

use crate::eval::Evaluator;
use crate::eval::value::{Data, List, Record, Value};
use crate::syntax::Names;

/// A value as the graph has it; `None` for what no graph contains: functions, and what was reported.
pub fn graph_value(value: &Value, evaluator: &Evaluator<'_>) -> Option<model::Value> {
    let data = match &value.data {
        Data::Bool(value) => model::Data::Bool(*value),
        Data::Int(value) => model::Data::Int(*value),
        Data::Float(value) => model::Data::Float(*value),
        Data::Str(text) => model::Data::Str(text.clone()),
        Data::Cidr(net) => model::Data::Cidr(**net),
        Data::Ip(ip) => model::Data::Ip(**ip),
        Data::Size(bytes) => model::Data::Size(*bytes),
        Data::Duration(millis) => model::Data::Duration(*millis),
        Data::Cpu(millis) => model::Data::Cpu(*millis),
        Data::Percent(percent) => model::Data::Percent(*percent),
        Data::Money(cents) => model::Data::Money(*cents),
        Data::List(items) => model::Data::List(items.iter().filter_map(|item| graph_value(item, evaluator)).collect()),
        Data::Record(fields) => {
            let fields =
                fields.iter().filter_map(|(name, value)| Some((evaluator.names.text(*name).to_string(), graph_value(value, evaluator)?)));
            model::Data::Record(fields.collect())
        }
        Data::Resource(id) => model::Data::Resource(evaluator.made[id.0 as usize].address.clone()),
        Data::Deferred(deferred) => model::Data::Deferred((**deferred).clone()),
        Data::Error | Data::Absent | Data::Function(_) | Data::Builtin(_) | Data::Partial(_) | Data::Kinds(_) => return None,
        Data::Constructor(_) | Data::Lookups | Data::Lookup(_) | Data::Library => return None,
    };
    Some(model::Value::new(data, value.span))
}

/// A value without its spans, for comparison.
pub fn comparable(value: &Value, evaluator: &Evaluator<'_>) -> String {
    fn strip(value: &mut model::Value) {
        value.span = Span::default();
        match &mut value.data {
            model::Data::List(items) => items.iter_mut().for_each(strip),
            model::Data::Record(fields) => fields.values_mut().for_each(strip),
            model::Data::Deferred(Deferred::Json(value)) => strip(value),
            _ => {}
        }
    }
    let mut value = graph_value(value, evaluator);
    if let Some(value) = &mut value {
        strip(value);
    }
    format!("{value:?}")
}

/// A value as plain data; what is not known now is [`Datum::Unknown`].
pub fn datum_of(value: &Value, evaluator: &Evaluator<'_>) -> Datum {
    match &value.data {
        Data::Bool(value) => Datum::Bool(*value),
        Data::Int(value) => Datum::Int(*value),
        Data::Float(value) | Data::Percent(value) => Datum::Float(*value),
        Data::Str(text) => Datum::str(&**text),
        Data::Cidr(net) => Datum::Str(net.to_string()),
        Data::Ip(ip) => Datum::Str(ip.to_string()),
        Data::Size(value) | Data::Duration(value) | Data::Cpu(value) => Datum::Int(i64::try_from(*value).unwrap_or(i64::MAX)),
        Data::Money(cents) => Datum::Int(*cents),
        Data::List(items) => Datum::List(items.iter().map(|item| datum_of(item, evaluator)).collect()),
        Data::Record(fields) => Datum::Record(
            fields.iter().map(|(name, value)| (evaluator.names.text(*name).to_string(), datum_of(value, evaluator))).collect(),
        ),
        Data::Resource(_) | Data::Deferred(_) | Data::Error | Data::Absent | Data::Function(_) | Data::Builtin(_) | Data::Partial(_) => {
            Datum::Unknown
        }
        Data::Kinds(_) | Data::Constructor(_) | Data::Lookups | Data::Lookup(_) | Data::Library => Datum::Unknown,
    }
}

/// Plain data as a value.
pub fn data_of_datum(datum: &Datum, names: &mut Names, span: Span) -> Data {
    match datum {
        Datum::Bool(value) => Data::Bool(*value),
        Datum::Int(value) => Data::Int(*value),
        Datum::Float(value) => Data::Float(*value),
        Datum::Str(text) => Data::Str(text.as_str().into()),
        Datum::List(items) => {
            let items = items.iter().map(|item| Value::new(data_of_datum(item, names, span), span)).collect();
            Data::List(Rc::new(List::new(items)))
        }
        Datum::Record(fields) => {
            let fields = fields.iter().map(|(name, field)| (names.intern(name), Value::new(data_of_datum(field, names, span), span)));
            Data::Record(Rc::new(Record::from_fields(fields.collect())))
        }
        Datum::Secret(_) | Datum::Digest(_) | Datum::Unknown => Data::Error,
    }
}
