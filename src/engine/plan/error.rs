//! The problems of planning.

use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::engine;
use wcalang_model::kind::DecodeError;
use wcalang_model::source::Span;
use wcalang_model::value::{Address, Graph, Resource};

use crate::plan::types::{Action, Change, FieldChange, Reason};

/// A secret input that something to be made needs, and that was not given.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MissingSecret {
    pub input: String,
    pub address: Address,
    pub span: Span,
}

/// All of them in one problem.
pub(super) fn secrets_missing(missing: &[MissingSecret]) -> Option<Problem> {
    let mut inputs: Vec<&str> = missing.iter().map(|secret| secret.input.as_str()).collect();
    inputs.sort_unstable();
    inputs.dedup();
    let message = match inputs[..] {
        [] => return None,
        [input] => format!("the secret input `{input}` is needed and was not given"),
        _ => format!("{} secret inputs are needed and were not given: {}", inputs.len(), inputs.join(", ")),
    };
    let mut problem = Problem::error(&engine::SECRET_NOT_GIVEN, message);
    for secret in missing {
        problem = problem.label(secret.span, format!("`{}` goes into {}", secret.input, secret.address));
    }
    let flags: Vec<String> = inputs.iter().map(|input| format!("--var {input}=…")).collect();
    Some(problem.help(format!("give {} or the environment variables WCALANG_VAR_…", flags.join(" "))))
}

pub(super) fn cycle(resources: &[&Resource]) -> Problem {
    let mut names: Vec<String> = resources.iter().map(|resource| resource.address.to_string()).collect();
    names.extend(names.first().cloned());
    let mut problem = Problem::error(&engine::REFERENCE_CYCLE, format!("resources refer to each other in a circle: {}", names.join(" → ")));
    for resource in resources {
        problem = problem.label(resource.span, resource.address.to_string());
    }
    problem
}

pub(super) fn unknown_kind(address: &Address, span: Option<Span>) -> Problem {
    let problem = Problem::error(&engine::UNKNOWN_RECORDED_KIND, format!("{address} is of a kind that this version does not know"));
    let problem = problem.help("a newer version of wcalang knows it");
    match span {
        Some(span) => problem.label(span, ""),
        None => problem,
    }
}

pub(super) fn unreadable(resource: &Resource, wrong: &DecodeError) -> Problem {
    let span = wrong.path.first().and_then(|field| resource.fields.get(field)).map_or(resource.span, |value| value.span);
    let path = wrong.path.join(".");
    Problem::error(&engine::UNREADABLE_FIELD, format!("field `{path}` of {}: {}", resource.address, wrong.message)).label(span, "")
}

pub(super) fn refused(change: &Change, protected: bool, forced: Option<&FieldChange>, desired: Option<&Graph>) -> Problem {
    let (address, what) = (&change.address, if protected { "is protected" } else { "holds data" });
    let would = match change.action {
        Action::Replace { .. } => "would be replaced",
        Action::Create | Action::Update | Action::Delete | Action::Adopt | Action::Forget => "would be destroyed",
        Action::Deploy | Action::Run | Action::Nothing => "would be destroyed",
    };
    let mut problem = Problem::error(&engine::DESTRUCTION_REFUSED, format!("{address} {what} and {would}"));
    if let Some(field) = forced
        && let Some(span) = field.span.or(change.span)
    {
        problem = problem.label(span, format!("`{}` cannot be changed in place", field.field));
    }
    match (change.span, desired) {
        (Some(span), _) => problem = problem.label(span, if protected { "protected" } else { "this holds data" }),
        (None, Some(desired)) => problem = problem.label(desired.stack.span, "the stack no longer has it"),
        (None, None) => {}
    }
    let leave = format!("--allow-destroy {address}");
    problem.help(match (&change.reason, desired) {
        (Reason::Destroyed, _) | (_, None) => format!("if it may go, say so: {leave}"),
        (_, Some(_)) => format!("if it may go, write `removed = [ \"{address}\" ];` in the stack, or say {leave}"),
    })
}
