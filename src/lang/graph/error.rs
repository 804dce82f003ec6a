//! Problems of the stack.

use ipnet::IpNet;
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

/// A resource that nothing reaches, with `more` that belong to it. `list`: the resources of the stack.
pub(super) fn unreachable(address: &Address, more: usize, span: Span, list: Option<Span>) -> Problem {
    let made = match more {
        0 => format!("{address} is made"),
        _ => format!("{address} and {more} more are made"),
    };
    let contains = if more == 0 { "it" } else { "them" };
    let problem = Problem::error(&stack::UNREACHABLE, format!("{made}, but the stack does not contain {contains}"));
    let problem = match list {
        Some(list) => problem.label(list, "not in here, nor referred to by what is").label(span, "made here"),
        None => problem.label(span, "made here, and neither in `resources` nor referred to"),
    };
    problem.help("put it into `resources = [ … ];`, or bind it to a name that begins with `_` if it is meant to stay outside")
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

/// Two parts of one block of addresses that have addresses in common. `free`: the lowest block of that size that no part has.
pub(super) fn blocks_overlap(
    one: (&Address, IpNet, Span),
    other: (&Address, IpNet, Span),
    whole: &Address,
    free: Option<IpNet>,
) -> Problem {
    let problem =
        Problem::error(&stack::BLOCKS_OVERLAP, format!("the blocks of {} and {} overlap: both are parts of {whole}", one.0, other.0))
            .label(other.2, format!("{} is {}", other.0, other.1))
            .label(one.2, format!("{} is {}", one.0, one.1));
    match free {
        Some(free) => problem.help(format!("the lowest block of its size that is free is {free}")),
        None => problem.help(format!("{whole} has no block of this size left: make the blocks smaller")),
    }
}

/// A part of a block of addresses that lies outside of it.
pub(super) fn block_outside(part: (&Address, IpNet, Span), whole: (&Address, IpNet, Span), free: Option<IpNet>) -> Problem {
    let problem = Problem::error(&stack::BLOCK_OUTSIDE, format!("the block of {} lies outside of that of {}", part.0, whole.0))
        .label(part.2, format!("{} is not within {}", part.1, whole.1))
        .label(whole.2, format!("{} is {}", whole.0, whole.1));
    match free {
        Some(free) => problem.help(format!("the lowest block of its size that is free is {free}")),
        None => problem.help(format!("{} has no block of this size left: make the blocks smaller", whole.0)),
    }
}

/// A line of `removed` that is no address.
pub(super) fn no_address(text: &str, span: Span) -> Problem {
    Problem::error(&stack::BAD_ADDRESS, format!("{text:?} is no address"))
        .label(span, "")
        .help("write `kind/name`, as `wcalang state list` shows them")
}
