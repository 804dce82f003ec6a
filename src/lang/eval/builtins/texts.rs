//! Texts.

use std::sync::Arc;

use wcalang_model::source::Span;
use wcalang_model::value::{Deferred, When};

use super::{Arguments, int, items, list, number, or_error, text, truth, wrong};
use crate::eval::Evaluator;
use crate::eval::convert::{datum_of, graph_value};
use crate::eval::text::Text;
use crate::eval::value::{Data, Extent, Value, deferred, graph_extent, text_weight};

/// A text that was made; its length is counted.
fn made(evaluator: &mut Evaluator<'_>, made: impl Into<Arc<str>>, span: Span) -> Value {
    let made = made.into();
    if evaluator.burn(text_weight(&made).into(), span) { Value::str(made, span) } else { Value::error(span) }
}

pub(super) fn join(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(list) = list(evaluator, "join", arguments, 1, span) else { return Value::error(span) };
    let mut text = Text::default();
    for (index, item) in list.iter().enumerate() {
        if !evaluator.burn(item.extent().weight.into(), span)
            || (index > 0 && !evaluator.add_text(&mut text, &arguments[0], span))
            || !evaluator.add_text(&mut text, item, item.span)
        {
            return Value::error(span);
        }
    }
    evaluator.text(text, span)
}

pub(super) fn split(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let (separator, whole) = (text(evaluator, "split", arguments, 0, span), text(evaluator, "split", arguments, 1, span));
    let (Some(separator), Some(whole)) = (separator, whole) else { return Value::error(span) };
    if separator.is_empty() {
        return evaluator.impossible(span, "an empty separator is between any two letters", "give at least one letter to split at");
    }
    let parts = whole.split(&*separator).map(|part| Value::str(part, span)).collect();
    items(evaluator, parts, span)
}

pub(super) fn replace(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let mut texts = [0, 1, 2].map(|index| text(evaluator, "replace", arguments, index, span)).into_iter().flatten();
    let (Some(from), Some(to), Some(whole)) = (texts.next(), texts.next(), texts.next()) else { return Value::error(span) };
    if from.is_empty() {
        return evaluator.impossible(span, "an empty text is between any two letters", "give at least one letter to look for");
    }
    // What it would grow to is counted before it is made.
    let growth = whole.matches(&*from).count() as u64 * (to.len() as u64).saturating_sub(from.len() as u64);
    if !evaluator.burn(growth / 8, span) {
        return Value::error(span);
    }
    made(evaluator, whole.replace(&*from, &to), span)
}

pub(super) fn lower(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(text) = text(evaluator, "lower", arguments, 0, span) else { return Value::error(span) };
    made(evaluator, text.to_lowercase(), span)
}

pub(super) fn upper(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(text) = text(evaluator, "upper", arguments, 0, span) else { return Value::error(span) };
    made(evaluator, text.to_uppercase(), span)
}

/// What is true of two texts.
fn holds(
    evaluator: &mut Evaluator<'_>,
    name: &'static str,
    arguments: Arguments<'_>,
    span: Span,
    holds: impl Fn(&str, &str) -> bool,
) -> Value {
    let (part, whole) = (text(evaluator, name, arguments, 0, span), text(evaluator, name, arguments, 1, span));
    or_error(part.zip(whole).map(|(part, whole)| truth(holds(&part, &whole), span)), span)
}

pub(super) fn has_prefix(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    holds(evaluator, "hasPrefix", arguments, span, |prefix, whole| whole.starts_with(prefix))
}

pub(super) fn has_suffix(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    holds(evaluator, "string'hasSuffix", arguments, span, |suffix, whole| whole.ends_with(suffix))
}

pub(super) fn contains(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    holds(evaluator, "string'contains", arguments, span, |part, whole| whole.contains(part))
}

pub(super) fn length(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let text = text(evaluator, "string'length", arguments, 0, span);
    or_error(text.map(|text| number(text.chars().count() as i64, span)), span)
}

pub(super) fn slice(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let (from, count) = (int(evaluator, "string'slice", arguments, 0, span), int(evaluator, "string'slice", arguments, 1, span));
    let whole = text(evaluator, "string'slice", arguments, 2, span);
    let (Some(from), Some(count), Some(whole)) = (from, count, whole) else { return Value::error(span) };
    let (from, count) = (usize::try_from(from).unwrap_or(0), usize::try_from(count).unwrap_or(0));
    let part: String = whole.chars().skip(from).take(count).collect();
    made(evaluator, part, span)
}

pub(super) fn trim(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(text) = text(evaluator, "string'trim", arguments, 0, span) else { return Value::error(span) };
    made(evaluator, text.trim(), span)
}

pub(super) fn to_int(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(text) = text(evaluator, "string'toInt", arguments, 0, span) else { return Value::error(span) };
    match text.parse::<i64>() {
        Ok(one) => number(one, span),
        Err(_) => or_error(wrong(evaluator, "string'toInt", "the text of a whole number in 64 bits", &arguments[0], span), span),
    }
}

pub(super) fn to_string(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    if let Data::Bool(value) = arguments[0].data {
        return Value::str(value.to_string(), span);
    }
    let mut text = Text::default();
    if evaluator.add_text(&mut text, &arguments[0], arguments[0].span) { evaluator.text(text, span) } else { Value::error(span) }
}

pub(super) fn to_json(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    if !evaluator.walks(&arguments[0], span) {
        return Value::error(span);
    }
    let Some(value) = graph_value(&arguments[0], evaluator) else {
        return or_error(wrong(evaluator, "toJSON", "data", &arguments[0], span), span);
    };
    if value.when() == When::Now && !value.is_secret() {
        let text = datum_of(&arguments[0], evaluator).to_json().to_string();
        return made(evaluator, text, span);
    }
    if graph_extent(&value).depth >= Extent::DEEPEST {
        return evaluator.impossible(span, "this JSON has JSON in it a thousand times over", "write the innermost text only once as JSON");
    }
    deferred(Deferred::Json(Box::new(value)), span)
}
