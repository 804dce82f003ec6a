//! Problems of types. Evaluation, which finds some of them too, uses the same.

use wcalang_model::base::nearest;
use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::{arguments, names, values};
use wcalang_model::source::Span;
use wcalang_model::value::Type;

use crate::check::What;
use crate::check::forms::Forms;

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

/// A read of a field that may be absent. `of_record`: it is a field that not all of the records have which this may be.
pub(super) fn maybe_absent(name: &str, span: Span, of_record: bool) -> Problem {
    let problem = Problem::error(&values::ABSENT, format!("`{name}` may be absent here"));
    let label = if of_record { "read here" } else { "read here, and not everything that this may be has it" };
    problem
        .label(span, label)
        .help(format!("give a default: `… .{name} or …`; test it: `… ? {name}`; or pass it on: `inherit (…) {name};`"))
}

/// A value that may be absent where it is needed.
pub(super) fn maybe_absent_value(name: &str, span: Span) -> Problem {
    Problem::error(&values::ABSENT, format!("{name} may be absent here"))
        .label(span, "needed here")
        .help("give a default with `or`, or test it with `?`: `if args ? name then … else …`")
}

/// A call of something that is no function.
pub(crate) fn no_function(is: &str, span: Span, argument: Span) -> Problem {
    Problem::error(&values::NOT_A_FUNCTION, format!("{is} is no function"))
        .label(span, "called here")
        .label(argument, "with this")
        .help("two expressions side by side are a call; was a `;`, an operator or `[ … ]` meant?")
}

/// A function that is called by itself, without end.
pub(super) fn endless(function: Span, argument: Span) -> Problem {
    Problem::error(&values::ENDLESS, "this call would never end: the function is handed itself, and calls itself again")
        .label(function, "called here, within a call of its own")
        .label(argument, "with this")
        .help("use `map`, `fold`, `range` or `genMap` to repeat")
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

/// Something in `${…}` that is no text.
pub(crate) fn no_text(is: &str, span: Span, help: &str) -> Problem {
    Problem::error(&values::NOT_TEXT, format!("{is} cannot stand in text")).label(span, "").help(help)
}

/// An argument of a prelude function of the wrong kind.
pub(crate) fn builtin(name: &str, wanted: &str, is: &str, call: Span, argument: Span) -> Problem {
    // Those of a module are named as programs call them.
    let name = name.replace('\'', ".");
    let problem = Problem::error(&values::OPERAND, format!("`{name}` wants {wanted}, not {is}")).label(argument, "this one");
    if call == argument { problem } else { problem.label(call, "called here") }
        .help(format!("`wcalang doc {name}` has its arguments and an example"))
}

/// A function's options that are no record.
pub(crate) fn options(what: What<'_>, wanted: &str, is: &str, call: Span, argument: Span) -> Problem {
    Problem::error(&values::OPERAND, format!("{what} wants {wanted}, not {is}"))
        .label(argument, "this one")
        .label(call, "called here")
        .help("write the options between braces: `{ name = value; }`")
}

/// An option that is not of the form of its default.
pub(super) fn not_as_default(name: &str, wants: &str, is: &str, given: Span, default: Span) -> Problem {
    Problem::error(&arguments::WRONG_TYPE, format!("option `{name}` of this function is {wants} by its default, not {is}"))
        .label(given, format!("this is {is}"))
        .label(default, format!("the default is {wants}"))
        .help(format!("give it {wants}"))
}

/// A value of another kind than is wanted.
pub(super) fn mismatch(what: &str, want: &Type, is: &str, forms: Forms, span: Span) -> Problem {
    let help = match want {
        Type::Size if forms == Forms::INT => "give it a unit: MiB, GiB, …".to_string(),
        Type::Duration if forms == Forms::INT => "give it a unit: s, min, h or d".to_string(),
        Type::Cpu if Forms::INT.with(Forms::FLOAT).has(forms) => "give it a unit: 0.25vcpu".to_string(),
        Type::Percent if Forms::INT.with(Forms::FLOAT).has(forms) => "write it with a percent sign: 60%".to_string(),
        Type::Bool if forms == Forms::STR => "write true or false, without quotes".to_string(),
        Type::List(_) => "put it between brackets: [ … ]".to_string(),
        Type::Handle(_) if forms == Forms::STR => "pass the resource itself, not its id or name".to_string(),
        _ if forms == Forms::FUNCTION => "call it: a function alone is no value to configure with".to_string(),
        _ => format!("give it {want}"),
    };
    Problem::error(&arguments::WRONG_TYPE, format!("{what} is {want}, not {is}")).label(span, format!("this is {is}")).help(help)
}

/// A resource of another kind than is wanted.
pub(super) fn wrong_handle(what: &str, want: &Type, kind: &str, span: Span) -> Problem {
    Problem::error(&arguments::WRONG_HANDLE, format!("{what} is {want}, not {kind}"))
        .label(span, format!("this is a resource of kind {kind}"))
        .help(format!("give it {want}"))
}

/// Fields that must be given and are not.
pub(super) fn missing(missing: &[(String, String)], what: &str, span: Span) -> Problem {
    let names: Vec<String> = missing.iter().map(|(name, _)| format!("`{name}`")).collect();
    let lines: Vec<String> = missing.iter().map(|(name, ty)| format!("{name} = …;  # {ty}")).collect();
    Problem::error(&arguments::MISSING_FIELD, format!("{what} needs {}", names.join(", ")))
        .label(span, "not given here")
        .help(format!("add  {}", lines.join("\n     ")))
}

/// A field that must be given and may be absent.
pub(super) fn maybe_missing(name: &str, what: &str, span: Span) -> Problem {
    Problem::error(&arguments::MISSING_FIELD, format!("{what} needs `{name}`, which may be absent here"))
        .label(span, format!("`{name}` may be absent in this"))
        .help(format!("give a default: `{name} = … or …;`"))
}

/// A field that does not exist, and the one that was probably meant. `written`: the span is its key, which can be mended.
pub(super) fn unknown(name: &str, what: &str, fields: &[String], span: Span, written: bool) -> (Problem, Option<String>) {
    let mut fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let near = nearest(name, fields.iter().copied()).map(str::to_string);
    fields.sort_unstable();
    fields.dedup();
    let hint = near.as_ref().map(|near| format!("did you mean `{near}`?\n")).unwrap_or_default();
    let problem = Problem::error(&arguments::UNKNOWN_FIELD, format!("{what} has no `{name}`"))
        .label(span, "there is no such field")
        .help(format!("{hint}there are: {}", fields.join(", ")));
    match &near {
        Some(near) if written => (problem.fix(span, near.clone()), Some(near.clone())),
        Some(_) | None => (problem, near),
    }
}
