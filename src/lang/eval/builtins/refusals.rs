//! Refusals of a program by itself, and what a message needs.

use wcalang_model::source::Span;

use super::{Arguments, or_error, text, wrong};
use crate::eval::value::{Data, Value};
use crate::eval::{Evaluator, error};

pub(super) fn address(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    match &arguments[0].data {
        Data::Resource(id) => Value::str(evaluator.made[id.0 as usize].address.to_string(), span),
        _ => or_error(wrong(evaluator, "address", "a resource", &arguments[0], span), span),
    }
}

pub(super) fn fail(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    if let Some(message) = text(evaluator, "fail", arguments, 0, span) {
        let problem = error::failure(&message, evaluator.outward(span), span);
        evaluator.report(problem);
    }
    Value::error(span)
}

pub(super) fn fail_at(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    if let Some(message) = text(evaluator, "failAt", arguments, 1, span) {
        let place = evaluator.outward(arguments[0].span);
        evaluator.report(error::failure(&message, place, place));
    }
    Value::error(span)
}
