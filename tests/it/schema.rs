//! `docs/plan.schema.json` says what a plan as JSON is: every plan of the examples and of the trials is held against it, and so is one
//! with every word in it. The check knows as much of JSON Schema as the file uses, and fails on a word that it does not know.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use wcalang_engine::plan::{Act, Action, Bounds, Change, FieldChange, Need, Notice, Outage, OutputChange, Plan, Reason, Step, to_json};
use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::engine;
use wcalang_model::source::Span;
use wcalang_model::value::{Address, Datum, Secret};

use crate::programs::{read, trial};

pub fn trials() -> Vec<Trial> {
    vec![trial("schema/every-word", every_word), trial("schema/refuses", refuses)]
}

/// What is wrong with a document, by the schema of plans.
pub fn check(document: &Value) -> Vec<String> {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    let schema = SCHEMA.get_or_init(|| serde_json::from_str(&read("docs/plan.schema.json")).unwrap());
    let mut wrong = Vec::new();
    hold(schema, schema, document, "plan", &mut wrong);
    wrong
}

/// Words that say nothing of what a document may be.
const NOTES: [&str; 5] = ["$schema", "$id", "$defs", "title", "description"];

fn hold(root: &Value, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    let mut demand = |holds: bool, what: String| {
        if !holds {
            wrong.push(format!("{at}: {what}"));
        }
    };
    let rules = schema.as_object().unwrap();
    let mut inner: Vec<(&Value, &Value, String)> = Vec::new();
    for (word, rule) in rules {
        match word.as_str() {
            note if NOTES.contains(&note) => {}
            "$ref" => inner.push((root.pointer(rule.as_str().unwrap().trim_start_matches('#')).unwrap(), value, at.to_string())),
            "type" => {
                let types: Vec<&str> =
                    rule.as_array().map_or_else(|| vec![rule], |all| all.iter().collect()).iter().filter_map(|of| of.as_str()).collect();
                demand(types.iter().any(|of| is_of(value, of)), format!("{value} is no {}", types.join(" or ")));
            }
            "const" => demand(value == rule, format!("{value} is not {rule}")),
            "enum" => demand(rule.as_array().unwrap().contains(value), format!("{value} is none of {rule}")),
            "minimum" => demand(value.as_i64().is_none_or(|number| number >= rule.as_i64().unwrap()), format!("{value} is too small")),
            "minLength" => {
                demand(value.as_str().is_none_or(|text| text.len() as u64 >= rule.as_u64().unwrap()), format!("{value} is too short"))
            }
            "required" => {
                let missing: Vec<&Value> = rule
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|name| value.is_object() && value.get(name.as_str().unwrap()).is_none())
                    .collect();
                demand(missing.is_empty(), format!("it has no {missing:?}"));
            }
            "properties" => {
                let given =
                    rule.as_object().unwrap().iter().filter_map(|(name, rule)| Some((rule, value.get(name)?, format!("{at}.{name}"))));
                inner.extend(given);
            }
            "additionalProperties" => {
                assert_eq!(*rule, Value::Bool(false), "the check knows no other");
                let known: BTreeSet<&String> = rules["properties"].as_object().unwrap().keys().collect();
                let others: Vec<&String> =
                    value.as_object().into_iter().flat_map(|object| object.keys()).filter(|name| !known.contains(name)).collect();
                demand(others.is_empty(), format!("it has {others:?} too"));
            }
            "items" => {
                let items = value.as_array().into_iter().flatten().enumerate();
                inner.extend(items.map(|(index, item)| (rule, item, format!("{at}[{index}]"))));
            }
            "anyOf" => {
                let fits = |rule: &Value| {
                    let mut wrong = Vec::new();
                    hold(root, rule, value, at, &mut wrong);
                    wrong.is_empty()
                };
                demand(rule.as_array().unwrap().iter().any(fits), format!("{value} is nothing of what it may be"));
            }
            other => panic!("the check does not know `{other}`"),
        }
    }
    inner.into_iter().for_each(|(rule, value, at)| hold(root, rule, value, &at, wrong));
}

fn is_of(value: &Value, of: &str) -> bool {
    match of {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        other => panic!("the check does not know the type `{other}`"),
    }
}

/// A plan with every word in it is as the schema says, and none of the schema's words is missing from it.
fn every_word() -> Result<(), Failed> {
    let address = |name: &str| Address::new("test.Widget", name);
    let span = Some(Span::default());
    let field =
        |old, new| FieldChange { field: "size".into(), old, new, replaces: true, drift: true, sensitive: false, declared: true, span };
    let secret = FieldChange { sensitive: true, ..field(Some(Datum::Secret(Secret::new("hidden"))), Some(Datum::Digest("d".into()))) };
    let actions = [
        Action::Create,
        Action::Update,
        Action::Replace { create_first: true },
        Action::Delete,
        Action::Adopt,
        Action::Forget,
        Action::Deploy,
        Action::Run,
        Action::Nothing,
        Action::Replace { create_first: false },
    ];
    let reasons = [
        Reason::New,
        Reason::Asked,
        Reason::Drift,
        Reason::Removed,
        Reason::Destroyed,
        Reason::Follows(address("a")),
        Reason::Behind("2 of 3 machines".into()),
        Reason::Unfinished,
        Reason::None,
        Reason::Forced,
    ];
    let outages = [Outage::None, Outage::Rolling, Outage::Drain, Outage::Hard];
    let mut changes: Vec<Change> = actions
        .into_iter()
        .zip(reasons)
        .enumerate()
        .map(|(index, (action, reason))| Change {
            address: address(&index.to_string()),
            action,
            fields: vec![field(None, Some(Datum::Unknown)), secret.clone()],
            reason,
            outage: outages[index % 4],
            expected: 3,
            name: None,
            span,
            needs: vec![0],
        })
        .collect();
    changes.push(Change { reason: Reason::Vanished, span: None, ..changes[0].clone() });
    let acts = [Act::Create, Act::Update, Act::Roll, Act::Delete, Act::DeleteDeposed, Act::Forget, Act::Record];
    let steps = acts.into_iter().map(|act| Step { change: 0, act, needs: vec![Need { step: 0, ready: true }], path: 1 });
    let (one, live) = (Datum::Int(1), Some(Datum::Int(5)));
    let notices = vec![
        Notice::NotOurs {
            address: address("a"),
            field: "size".into(),
            owner: address("b"),
            live: live.clone(),
            bounds: Some(Bounds::Between(one.clone(), one)),
            inside: false,
        },
        Notice::NotOurs { address: address("a"), field: "size".into(), owner: address("b"), live: None, bounds: None, inside: true },
        Notice::NotOurs {
            address: address("a"),
            field: "size".into(),
            owner: address("b"),
            live: None,
            bounds: Some(Bounds::Among([address("a")].into())),
            inside: true,
        },
        Notice::Undeclared { address: address("a"), field: "zone".into(), seen: None, live },
        Notice::SecretUncertain { address: address("a"), field: "password".into() },
        Notice::CreateOnly { address: address("a"), field: "snapshot".into(), span },
        Notice::Protection { address: address("a"), protected: false },
        Notice::Unsettled { address: address("a") },
    ];
    let mut plan = Plan {
        changes,
        steps: steps.collect(),
        moves: vec![(address("a"), address("b"))],
        outputs: vec![OutputChange { name: "url".into(), old: None, new: Some(Datum::str("x")) }],
        notices,
        ..Plan::default()
    };
    plan.refusals.push(Problem::error(&engine::DESTRUCTION_REFUSED, "no"));
    let document = to_json(&plan, &|_| "shop.wca:1:1".to_string());
    let wrong = check(&document);
    if !wrong.is_empty() {
        return Err(wrong.join("\n").into());
    }
    let text = document.to_string();
    assert!(!text.contains("hidden"), "{text}");
    let schema: Value = serde_json::from_str(&read("docs/plan.schema.json")).unwrap();
    let mut words = Vec::new();
    listed(&schema, &mut words);
    let missing: Vec<&String> = words.iter().filter(|word| !text.contains(word.as_str())).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("no plan has {missing:?}").into()) }
}

/// The words that a schema lists.
fn listed(schema: &Value, words: &mut Vec<String>) {
    match schema {
        Value::Object(rules) => {
            words.extend(rules.get("enum").and_then(Value::as_array).into_iter().flatten().map(Value::to_string));
            words.extend(rules.get("const").into_iter().map(Value::to_string));
            rules.values().for_each(|rule| listed(rule, words));
        }
        Value::Array(rules) => rules.iter().for_each(|rule| listed(rule, words)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The check finds what is wrong.
fn refuses() -> Result<(), Failed> {
    let good = to_json(&Plan::default(), &|_| String::new());
    assert!(check(&good).is_empty());
    for (member, value) in
        [("version", json!(2)), ("empty", json!("yes")), ("changes", json!([{}])), ("more", json!(1)), ("criticalPath", json!(-1))]
    {
        let mut bad = good.clone();
        bad[member] = value;
        assert!(!check(&bad).is_empty(), "{member}");
    }
    let mut bad = good;
    bad.as_object_mut().unwrap().remove("steps");
    assert_eq!(check(&bad), ["plan: it has no [String(\"steps\")]"]);
    Ok(())
}
