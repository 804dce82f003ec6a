//! Numbers and amounts.

use wcalang_model::source::Span;

use super::{Arguments, int, number, or_error, wrong};
use crate::eval::Evaluator;
use crate::eval::value::{Data, Value};

/// Two whole numbers.
fn two(evaluator: &mut Evaluator<'_>, name: &'static str, arguments: Arguments<'_>, span: Span) -> Option<(i64, i64)> {
    let (a, b) = (int(evaluator, name, arguments, 0, span), int(evaluator, name, arguments, 1, span));
    a.zip(b)
}

pub(super) fn min(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    or_error(two(evaluator, "min", arguments, span).map(|(a, b)| number(a.min(b), span)), span)
}

pub(super) fn max(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    or_error(two(evaluator, "max", arguments, span).map(|(a, b)| number(a.max(b), span)), span)
}

pub(super) fn modulo(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some((a, b)) = two(evaluator, "mod", arguments, span) else { return Value::error(span) };
    match a.checked_rem_euclid(b) {
        Some(rest) => number(rest, span),
        None => evaluator.impossible(span, "this divides by zero", "say what it is then: `if n == 0 then … else mod m n`"),
    }
}

pub(super) fn floor(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    match &arguments[0].data {
        Data::Int(whole) => number(*whole, span),
        Data::Float(fraction) if fraction.floor() >= i64::MIN as f64 && fraction.floor() < i64::MAX as f64 => {
            number(fraction.floor() as i64, span)
        }
        Data::Float(_) => evaluator.impossible(span, "the result is beyond 64 bits", "keep it as a fraction: leave `math.floor` out"),
        _ => or_error(wrong(evaluator, "math'floor", "a number", &arguments[0], span), span),
    }
}

/// A whole number of `unit`s in an amount.
fn whole(evaluator: &mut Evaluator<'_>, name: &'static str, arguments: Arguments<'_>, span: Span, unit: u64) -> Value {
    match (&arguments[0].data, name) {
        (Data::Duration(amount), "seconds" | "days") | (Data::Size(amount), "mebibytes") => number((amount / unit) as i64, span),
        (_, "mebibytes") => or_error(wrong(evaluator, name, "a size", &arguments[0], span), span),
        _ => or_error(wrong(evaluator, name, "a duration", &arguments[0], span), span),
    }
}

pub(super) fn seconds(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    whole(evaluator, "seconds", arguments, span, 1000)
}

pub(super) fn days(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    whole(evaluator, "days", arguments, span, 86_400_000)
}

pub(super) fn mebibytes(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    whole(evaluator, "mebibytes", arguments, span, 1 << 20)
}
