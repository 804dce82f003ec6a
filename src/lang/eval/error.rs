//! Problems of evaluation. Those that types have as well are the same.

use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::{engine, values};
use wcalang_model::source::Span;

pub(crate) use crate::check::error::{
    builtin, no_field, no_function, no_record, no_text, no_truth, operand, operands, options, unbound_with,
};

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

/// An option that was not given is read.
pub(crate) fn absent(name: &str, span: Span) -> Problem {
    Problem::error(&values::ABSENT, format!("`{name}` may be left out, and was"))
        .label(span, "read here")
        .help(format!("give a default: `… .{name} or …`; test it: `… ? {name}`; or pass it on: `inherit {name};`"))
}

/// What to do where 64 bits are too few.
pub(crate) const WIDE: &str = "whole numbers go from -9223372036854775808 to 9223372036854775807; calculate with fractions, `1.0 * n`";

/// Arithmetic without a result.
pub(crate) fn arithmetic(span: Span, message: &str, help: &str) -> Problem {
    Problem::error(&values::ARITHMETIC, message).label(span, "").help(help)
}

/// `fail "…"` of a library module or the file: its first line says what is wrong, the others what to do.
pub(crate) fn failure(message: &str, place: Span, span: Span) -> Problem {
    let (message, help) = message.split_once('\n').unwrap_or((message, ""));
    let problem = Problem::error(&values::FAILURE, message).label(place, "refused here");
    let problem = if place == span { problem } else { problem.label(span, "by this") };
    if help.trim().is_empty() { problem } else { problem.help(help.trim()) }
}

/// An allocated block that no longer fits what the file asks for.
pub(crate) fn block_moves(block: &str, why: &str, span: Span) -> Problem {
    Problem::warning(&engine::BLOCK_MOVES, format!("the block {block} moves: {why}"))
        .label(span, "asked for here")
        .help("what stands in the old block will be replaced; to keep it, take the change back or give the tier its `cidrs`")
}
