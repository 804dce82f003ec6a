//! Problems of the stack.

use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::{arguments, stack};
use wcalang_model::source::Span;
use wcalang_model::value::Address;

/// The file's value is no stack.
pub(super) fn no_stack(is: &str, span: Span) -> Problem {
    Problem::error(&stack::NOT_A_STACK, format!("the file must give a stack, not {is}"))
        .label(span, "this is the file's value")
        .help("a stack is a record: `{ name = \"…\"; region = \"us-west-2\"; resources = [ … ]; }`")
}

/// A resource that nothing reaches.
pub(super) fn unreachable(address: &Address, span: Span) -> Problem {
    Problem::error(&stack::UNREACHABLE, format!("{address} is made, but the stack does not contain it"))
        .label(span, "made here, and neither in `resources` nor referred to")
        .help("put it into `resources = [ … ];`, or bind it to a name that begins with `_` if it is meant to stay outside")
}

/// Something in `resources` that is no resource.
pub(super) fn no_resource(is: &str, span: Span, function: bool) -> Problem {
    let problem = Problem::error(&stack::NOT_A_RESOURCE, format!("`resources` contains resources, not {is}")).label(span, "in `resources`");
    if function {
        problem.help("in a list, put a call in parentheses: `[ (vpc { … }) ]`")
    } else {
        problem.help("pass the resource itself, or what a library module gave")
    }
}

/// A secret in an output.
pub(super) fn secret_output(span: Span, origin: Option<Span>) -> Problem {
    let problem =
        Problem::error(&arguments::SECRET_SHOWN, "an output is no place for a secret").label(span, "outputs are shown and recorded");
    let problem = match origin.filter(|origin| *origin != span) {
        Some(origin) => problem.label(origin, "the secret comes from here"),
        None => problem,
    };
    problem.help("leave it out, or store it with aws.secretsmanager.Secret and give out that resource's `arn`")
}

/// A line of `removed` that is no address.
pub(super) fn no_address(text: &str, span: Span) -> Problem {
    Problem::error(&stack::BAD_ADDRESS, format!("{text:?} is no address"))
        .label(span, "")
        .help("write `kind/name`, as `wcalang state list` shows them")
}
