//! A plan as JSON, version 1. Secrets are never in it: only that there is one.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wcalang_model::source::Span;
use wcalang_model::value::Datum;

use crate::plan::types::{Action, Bounds, Change, FieldChange, Notice, Plan, Reason};

/// The whole plan; `locate` says `file:line:column` of a span.
pub fn to_json(plan: &Plan, locate: &dyn Fn(Span) -> String) -> Value {
    let datum = |datum: &Option<Datum>| datum.as_ref().map(shown);
    json!({
        "document": "plan",
        "version": 1,
        "empty": plan.is_empty(),
        "changes": plan.changes.iter().map(|change| one(change, plan, locate)).collect::<Vec<_>>(),
        "steps": plan.steps.iter().map(|step| json!({
            "address": plan.changes[step.change].address.to_string(),
            "act": step.act.verb(),
            "needs": step.needs.iter().map(|need| json!({ "step": need.step, "ready": need.ready })).collect::<Vec<_>>(),
            "path": step.path,
        })).collect::<Vec<_>>(),
        "moves": plan.moves.iter().map(|(from, to)| json!({ "from": from.to_string(), "to": to.to_string() })).collect::<Vec<_>>(),
        "outputs": plan.outputs.iter().map(|output| json!({
            "name": output.name, "old": datum(&output.old), "new": datum(&output.new),
        })).collect::<Vec<_>>(),
        "notices": plan.notices.iter().map(|one| notice(one, locate)).collect::<Vec<_>>(),
        "refusals": plan.refusals.0.iter().map(|problem| json!({
            "code": problem.code.id, "message": problem.message, "at": problem.span().map(locate),
        })).collect::<Vec<_>>(),
        "setBack": plan.set_back().into_iter().map(|(change, fields)| json!({
            "address": change.address.to_string(), "fields": fields.iter().map(|field| &field.field).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "criticalPath": plan.critical_path(),
    })
}

/// What a plan comes to, as 64 hexadecimal digits: equal for two plans that would do the same to the same. Where code stands does
/// not count, nor what an owner has chosen within its bounds.
pub fn fingerprint(plan: &Plan) -> String {
    let mut document = to_json(plan, &|_| String::new());
    for notice in document["notices"].as_array_mut().into_iter().flatten() {
        if notice["inside"] == true {
            notice["live"] = Value::Null;
        }
    }
    Sha256::digest(document.to_string().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn one(change: &Change, plan: &Plan, locate: &dyn Fn(Span) -> String) -> Value {
    let create_first = match change.action {
        Action::Replace { create_first } => Some(create_first),
        Action::Create | Action::Update | Action::Delete | Action::Adopt | Action::Forget => None,
        Action::Deploy | Action::Run | Action::Nothing => None,
    };
    json!({
        "address": change.address.to_string(),
        "action": change.action.verb(),
        "createFirst": create_first,
        "reason": reason(&change.reason),
        "outage": change.outage.as_str(),
        "expected": change.expected,
        "at": change.span.map(locate),
        "needs": change.needs.iter().map(|&need| plan.changes[need].address.to_string()).collect::<Vec<_>>(),
        "fields": change.fields.iter().map(|one| field(one, locate)).collect::<Vec<_>>(),
    })
}

fn field(change: &FieldChange, locate: &dyn Fn(Span) -> String) -> Value {
    let side = |datum: &Option<Datum>| {
        let datum = datum.as_ref()?;
        Some(if change.sensitive { json!({ "$secret": true }) } else { shown(datum) })
    };
    json!({
        "field": change.field,
        "old": side(&change.old),
        "new": side(&change.new),
        "replaces": change.replaces,
        "drift": change.drift,
        "sensitive": change.sensitive,
        "declared": change.declared,
        "at": change.span.map(locate),
    })
}

/// As [`Datum::to_json`], without digests.
fn shown(datum: &Datum) -> Value {
    match datum {
        Datum::Secret(_) | Datum::Digest(_) => json!({ "$secret": true }),
        Datum::List(items) => items.iter().map(shown).collect(),
        Datum::Record(fields) => Value::Object(fields.iter().map(|(name, field)| (name.clone(), shown(field))).collect()),
        Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) | Datum::Str(_) | Datum::Unknown => datum.to_json(),
    }
}

fn reason(reason: &Reason) -> Value {
    match reason {
        Reason::None => Value::Null,
        Reason::New => "new".into(),
        Reason::Asked => "asked".into(),
        Reason::Drift => "drift".into(),
        Reason::Vanished => "vanished".into(),
        Reason::Unfinished => "unfinished".into(),
        Reason::Behind(what) => json!({ "behind": what }),
        Reason::Forced => "forced".into(),
        Reason::Follows(address) => json!({ "follows": address.to_string() }),
        Reason::Removed => "removed".into(),
        Reason::Destroyed => "destroyed".into(),
    }
}

fn notice(notice: &Notice, locate: &dyn Fn(Span) -> String) -> Value {
    match notice {
        Notice::NotOurs { address, field, owner, live, bounds, inside } => json!({
            "notice": "not-ours", "address": address.to_string(), "field": field, "owner": owner.to_string(),
            "live": live.as_ref().map(shown), "bounds": bounds.as_ref().map(allowed), "inside": inside,
        }),
        Notice::Undeclared { address, field, seen, live } => json!({
            "notice": "undeclared", "address": address.to_string(), "field": field,
            "seen": seen.as_ref().map(shown), "live": live.as_ref().map(shown),
        }),
        Notice::SecretUncertain { address, field } => {
            json!({ "notice": "secret-uncertain", "address": address.to_string(), "field": field })
        }
        Notice::CreateOnly { address, field, span } => {
            json!({ "notice": "create-only", "address": address.to_string(), "field": field, "at": span.map(locate) })
        }
        Notice::Protection { address, protected } => {
            json!({ "notice": "protection", "address": address.to_string(), "protected": protected })
        }
        Notice::Unsettled { address } => json!({ "notice": "unsettled", "address": address.to_string() }),
    }
}

fn allowed(bounds: &Bounds) -> Value {
    match bounds {
        Bounds::Between(least, most) => json!({ "least": shown(least), "most": shown(most) }),
        Bounds::Among(among) => json!({ "among": among.iter().map(ToString::to_string).collect::<Vec<_>>() }),
    }
}
