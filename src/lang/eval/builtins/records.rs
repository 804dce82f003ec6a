//! Records and maps.

use std::rc::Rc;

use wcalang_model::source::Span;

use super::{Arguments, fields, items, list, record};
use crate::eval::Evaluator;
use crate::eval::value::{Data, Record, Value};
use crate::syntax::Name;

pub(super) fn names(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(fields) = record(evaluator, "names", arguments, 0, span) else { return Value::error(span) };
    let sorted = fields.sorted(evaluator.names);
    let names = sorted.into_iter().map(|(name, _)| Value::str(evaluator.names.shared(*name), span)).collect();
    items(evaluator, names, span)
}

pub(super) fn values(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(fields) = record(evaluator, "values", arguments, 0, span) else { return Value::error(span) };
    let values = fields.sorted(evaluator.names).into_iter().map(|(_, value)| value.clone()).collect();
    items(evaluator, values, span)
}

/// What a function of name and value gives for each field.
fn each_field(
    evaluator: &mut Evaluator<'_>,
    name: &'static str,
    arguments: Arguments<'_>,
    span: Span,
) -> Option<Vec<(Name, Value, Value)>> {
    let fields = record(evaluator, name, arguments, 1, span)?;
    let mut results = Vec::with_capacity(fields.len());
    for (name, value) in fields.iter() {
        let text = Value::str(evaluator.names.shared(*name), span);
        results.push((*name, value.clone(), evaluator.apply_two(&arguments[0], text, value.clone(), span)));
    }
    Some(results)
}

pub(super) fn map_values(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(results) = each_field(evaluator, "mapValues", arguments, span) else { return Value::error(span) };
    fields(evaluator, results.into_iter().map(|(name, _, result)| (name, result)).collect(), span)
}

pub(super) fn filter_values(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(results) = each_field(evaluator, "filterValues", arguments, span) else { return Value::error(span) };
    let mut kept = Vec::new();
    for (name, value, holds) in results {
        match evaluator.truth(&holds, holds.span, "result") {
            Some(true) => kept.push((name, value)),
            Some(false) => {}
            None => return Value::error(span),
        }
    }
    fields(evaluator, kept, span)
}

pub(super) fn to_map(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(list) = list(evaluator, "toMap", arguments, 1, span) else { return Value::error(span) };
    let (name, value) = (evaluator.names.intern("name"), evaluator.names.intern("value"));
    let mut all = Vec::with_capacity(list.len());
    for item in list.iter() {
        let pair = evaluator.apply(&arguments[0], item.clone(), span);
        let Some(pair) = record(evaluator, "toMap", &[pair], 0, span) else { return Value::error(span) };
        let (Some(name), Some(value)) = (pair.get(name), pair.get(value)) else {
            return evaluator.impossible(
                span,
                "the function of `toMap` must give a record of `name` and `value`",
                "write it as `item: { name = …; value = …; }`",
            );
        };
        let Some(text) = evaluator.known_text(&name.clone(), "a field's name") else { return Value::error(span) };
        all.push((evaluator.names.intern(&text), value.clone()));
    }
    fields(evaluator, all, span)
}

pub(super) fn without(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let (names, all) = (list(evaluator, "without", arguments, 0, span), record(evaluator, "without", arguments, 1, span));
    let (Some(names), Some(all)) = (names, all) else { return Value::error(span) };
    let mut dropped = Vec::with_capacity(names.len());
    for name in names.iter() {
        match evaluator.known_text(name, "a field's name") {
            Some(text) => dropped.push(evaluator.names.intern(&text)),
            None => return Value::error(span),
        }
    }
    dropped.sort_unstable();
    let kept = all.iter().filter(|(name, _)| dropped.binary_search(name).is_err()).cloned().collect();
    fields(evaluator, kept, span)
}

pub(super) fn merge_deep(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let (left, right) =
        (record(evaluator, "record'mergeDeep", arguments, 0, span), record(evaluator, "record'mergeDeep", arguments, 1, span));
    let (Some(left), Some(right)) = (left, right) else { return Value::error(span) };
    match merged(evaluator, &left, &right, span) {
        Some(record) => Value::record(record, span),
        None => Value::error(span),
    }
}

/// Both records; how deep it goes is bounded by how deep they are.
fn merged(evaluator: &mut Evaluator<'_>, left: &Rc<Record>, right: &Rc<Record>, span: Span) -> Option<Record> {
    if !evaluator.burn((left.len() + right.len()) as u64, span) {
        return None;
    }
    let mut inner = Vec::new();
    for (name, value) in right.iter() {
        if let (Some(Data::Record(a)), Data::Record(b)) = (left.get(*name).map(|value| &value.data), &value.data) {
            let record = merged(evaluator, a, b, span)?;
            inner.push((*name, Value { written: value.written, ..Value::record(record, value.span) }));
        }
    }
    Some(left.merge(right).merge(&Record::from_fields(inner)))
}
