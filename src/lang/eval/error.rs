//! Problems of evaluation.

use wcalang_model::base::nearest;
use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::{names, values};
use wcalang_model::source::Span;

/// The program takes too long.
pub(crate) fn fuel(span: Span) -> Problem {
    Problem::error(&values::FUEL, "this program takes too many steps")
        .label(span, "it was stopped here")
        .help("look for a `range`, `map` or `genMap` over far too many items")
}

/// The program puts data or calls too deep inside of one another.
pub(crate) fn too_deep(span: Span) -> Problem {
    Problem::error(&values::FUEL, "this program puts too much inside of one another")
        .label(span, "it was stopped here")
        .help("look for a `fold` whose result contains what it had before: lists and records may be 1000 deep")
}

/// A name that neither a scope nor the record of a `with` has.
pub(crate) fn unbound_with(name: &str, span: Span) -> Problem {
    Problem::error(&names::UNBOUND, format!("nothing here is called `{name}`, not even the record of `with`"))
        .label(span, "not in scope")
        .help("`inherit (…) name;` in a `let` says where a name comes from, and is checked at once")
}

/// Something that is neither true nor false.
pub(crate) fn no_truth(what: &str, is: &str, span: Span) -> Problem {
    Problem::error(&values::OPERAND, format!("this {what} must be true or false, not {is}"))
        .label(span, "neither true nor false")
        .help("compare it: `x == …`, `x ? field`, `x != []`")
}

/// An assertion that does not hold, with the values under it.
pub(crate) fn assertion(text: String, span: Span, place: Span, shown: Vec<(Span, String)>) -> Problem {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut problem = Problem::error(&values::ASSERTION, format!("this does not hold: {text}"));
    if place != span {
        problem = problem.label(place, "asserted of this call");
    }
    problem = problem.label(span, "asserted here");
    for (span, value) in shown {
        problem = problem.label(span, format!("this is {value}"));
    }
    problem.help("change the values, or the assertion")
}

/// A field that is not there.
pub(crate) fn no_field(name: &str, span: Span, of: &str, mut fields: Vec<String>) -> Problem {
    fields.sort_unstable();
    fields.dedup();
    let problem = Problem::error(&values::NO_FIELD, format!("{of} has no `{name}`")).label(span, "no such field");
    let near = nearest(name, fields.iter().map(String::as_str)).map(str::to_string);
    let list = if fields.is_empty() { "it has no fields".to_string() } else { format!("it has: {}", fields.join(", ")) };
    match near {
        Some(near) => problem.help(format!("did you mean `{near}`?\n{list}")).fix(span, near),
        None => problem.help(list),
    }
}

/// A step into something that has no fields.
pub(crate) fn no_record(name: &str, span: Span, is: &str) -> Problem {
    Problem::error(&values::NO_FIELD, format!("{is} has no fields, so no `{name}`"))
        .label(span, "selected here")
        .help("only records, resources, `aws`, `std` and `lookup` have fields")
}

/// An option that was not given is read.
pub(crate) fn absent(name: &str, span: Span) -> Problem {
    Problem::error(&values::ABSENT, format!("`{name}` may be left out, and was"))
        .label(span, "read here")
        .help(format!("give a default: `… .{name} or …`; test it: `… ? {name}`; or pass it on: `inherit {name};`"))
}

/// A call of something that is no function.
pub(crate) fn no_function(is: &str, span: Span, argument: Span) -> Problem {
    Problem::error(&values::NOT_A_FUNCTION, format!("{is} is no function"))
        .label(span, "called here")
        .label(argument, "with this")
        .help("two expressions side by side are a call; was a `;`, an operator or `[ … ]` meant?")
}

/// An operator's operand of the wrong kind.
pub(crate) fn operands(op: &str, op_span: Span, left: (Span, String), right: (Span, String), help: &str) -> Problem {
    Problem::error(&values::OPERAND, format!("`{op}` does not go between {} and {}", left.1, right.1))
        .label(op_span, "")
        .label(left.0, left.1)
        .label(right.0, right.1)
        .help(help)
}

/// A prefix operator's operand of the wrong kind.
pub(crate) fn operand(op: &str, span: Span, is: &str, help: &str) -> Problem {
    Problem::error(&values::OPERAND, format!("`{op}` does not go before {is}")).label(span, "").help(help)
}

/// Arithmetic without a result.
pub(crate) fn arithmetic(span: Span, message: &str, help: &str) -> Problem {
    Problem::error(&values::ARITHMETIC, message).label(span, "").help(help)
}

/// Something in `${…}` that is no text.
pub(crate) fn no_text(is: &str, span: Span, help: &str) -> Problem {
    Problem::error(&values::NOT_TEXT, format!("{is} cannot stand in text")).label(span, "").help(help)
}

/// An argument of a prelude function of the wrong kind.
pub(crate) fn builtin(name: &str, wanted: &str, is: &str, call: Span, argument: Span) -> Problem {
    let problem = Problem::error(&values::OPERAND, format!("`{name}` wants {wanted}, not {is}")).label(argument, "this one");
    if call == argument { problem } else { problem.label(call, "called here") }
        .help(format!("`wcalang doc {name}` has its arguments and an example"))
}

/// A function's options that are no record.
pub(crate) fn options(what: &str, wanted: &str, is: &str, call: Span, argument: Span) -> Problem {
    Problem::error(&values::OPERAND, format!("{what} wants {wanted}, not {is}"))
        .label(argument, "this one")
        .label(call, "called here")
        .help("write the options between braces: `{ name = value; }`")
}

/// `fail "…"` of a library module or the file.
pub(crate) fn failure(message: &str, place: Span, span: Span) -> Problem {
    let problem = Problem::error(&values::FAILURE, message).label(place, "refused here");
    if place == span { problem } else { problem.label(span, "by this") }.help("change what the message names")
}
