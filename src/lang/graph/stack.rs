//! The stack's own fields, and the graph they describe.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wcalang_model::source::Span;
use wcalang_model::value::{Address, Graph, RecordType, Removed, Resource, Stack, Store, Type, TypeField, When};

use crate::eval::conform::{Place, What};
use crate::eval::convert::graph_value;
use crate::eval::value::{Data, Record, ResourceId, Value};
use crate::eval::{Evaluator, Made};
use crate::graph::closure::{self, Closure};
use crate::graph::{blocks, error};

/// The fields of a stack.
pub fn stack_type() -> RecordType {
    let field = |name: &str, ty: Type, optional| TypeField { name: name.into(), ty, optional };
    let bucket = RecordType { fields: vec![field("bucket", Type::STR, false), field("key", Type::STR, true)], open: false };
    let store = RecordType { fields: vec![field("s3", Type::Record(Arc::new(bucket)), false)], open: false };
    let name = Type::Str { min: 1, max: 64, alphabet: "a-zA-Z0-9_-" };
    let fields = vec![
        field("name", name, false),
        field("region", Type::Str { min: 1, max: 32, alphabet: "a-z0-9-" }, false),
        field("account", Type::Str { min: 12, max: 12, alphabet: "0-9" }, true),
        field("tags", Type::Map(Arc::new(Type::STR)), true),
        field("state", Type::Record(Arc::new(store)), true),
        field("resources", Type::Any, false),
        field("removed", Type::List(Arc::new(Type::STR)), true),
        field("outputs", Type::Map(Arc::new(Type::Any)), true),
        field("checks", Type::List(Arc::new(Type::Any)), true),
        field("budget", Type::Money, true),
    ];
    RecordType { fields, open: false }
}

/// What the value of a file comes to: a stack with all that is in it.
pub struct Closed {
    /// The stack's own fields.
    pub stack: Stack,
    reached: BTreeSet<ResourceId>,
    outputs: Option<Value>,
}

/// The stack that a file's value is. `None` where it is none at all; one may come with problems. `sound`: no earlier stage found
/// a mistake.
pub fn close(evaluator: &mut Evaluator<'_>, value: &Value, sound: bool) -> Option<Closed> {
    let fields = match &value.data {
        Data::Record(fields) => fields.clone(),
        Data::Error => return None,
        _ => {
            let problem = error::no_stack(&evaluator.describe(value), value.span);
            evaluator.report(problem);
            return None;
        }
    };
    let checked = evaluator.conform_record(&fields, &stack_type(), What::Is("the stack"), value.span);
    let Data::Record(fields) = checked.data else { return None };
    let resources = field(evaluator, &fields, "resources");
    if let Some(resources) = &resources {
        closure::check_contents(evaluator, resources);
    }
    let outputs = field(evaluator, &fields, "outputs");
    let shown = outputs.iter().chain(&resources).all(|value| evaluator.walks(value, value.span));
    let (resources, outputs) = if shown { (resources, outputs) } else { (None, None) };
    if let Some(outputs) = &outputs {
        check_outputs(evaluator, outputs);
    }
    let checks = field(evaluator, &fields, "checks");
    let roots: Vec<&Value> = [&resources, &outputs, &checks].into_iter().flatten().collect();
    let closure = Closure::new(evaluator);
    let reached = closure.reachable(closure.contained(&roots));
    // After another mistake, what would have contained a resource may be missing.
    let sound = sound && !evaluator.problems.has_errors();
    let outside = if sound { closure.outside(&reached) } else { Vec::new() };
    let list = resources.as_ref().map(|resources| evaluator.outward(resources.span));
    for (made, more) in outside {
        let made = &evaluator.made[made.0 as usize];
        let problem = error::unreachable(&made.address, more, made.span, list);
        evaluator.report(problem);
    }
    let stack = stack(evaluator, &fields, value.span)?;
    blocks::check(evaluator, &reached);
    Some(Closed { stack, reached, outputs })
}

impl Closed {
    /// The resources in it.
    pub fn resources<'a>(&'a self, evaluator: &'a Evaluator<'_>) -> impl Iterator<Item = &'a Made> {
        self.reached.iter().map(|id| &evaluator.made[id.0 as usize])
    }

    /// The graph of it.
    pub fn graph(self, evaluator: &Evaluator<'_>) -> Graph {
        let resources = self.resources(evaluator).map(|made| (made.address.clone(), resource(evaluator, made))).collect();
        let outputs = match self.outputs.map(|outputs| outputs.data) {
            Some(Data::Record(outputs)) => {
                let named = outputs
                    .iter()
                    .filter_map(|(name, value)| Some((evaluator.names.text(*name).to_string(), graph_value(value, evaluator)?)));
                named.collect()
            }
            _ => BTreeMap::new(),
        };
        Graph { stack: self.stack, resources, outputs, blocks: evaluator.blocks.clone() }
    }
}

fn field(evaluator: &mut Evaluator<'_>, fields: &Record, name: &str) -> Option<Value> {
    let name = evaluator.names.intern(name);
    fields.get(name).cloned()
}

/// Reports each secret in the outputs: they are shown, and recorded.
fn check_outputs(evaluator: &mut Evaluator<'_>, outputs: &Value) {
    match &outputs.data {
        Data::Record(fields) => {
            for (name, value) in fields.iter() {
                let place = evaluator.place(Place::of(*name, value));
                let span = evaluator.outward(place);
                check_outputs(evaluator, &Value::new(value.data.clone(), span));
            }
        }
        Data::List(items) => items.iter().for_each(|item| check_outputs(evaluator, item)),
        Data::Deferred(deferred) if deferred.is_secret() => {
            let problem = error::secret_output(evaluator.outward(outputs.span), evaluator.secret_origin(deferred));
            evaluator.report(problem);
        }
        _ => {}
    }
}

fn resource(evaluator: &Evaluator<'_>, made: &Made) -> Resource {
    let fields = made.fields.iter().filter_map(|(name, value)| Some((name.to_string(), graph_value(value, evaluator)?)));
    let after: Vec<_> = made.after.iter().filter_map(|value| graph_value(value, evaluator)).collect();
    Resource {
        address: made.address.clone(),
        fields: fields.collect(),
        after: after.iter().flat_map(|value| value.references()).cloned().collect::<BTreeSet<_>>(),
        protect: made.protect,
        purge: made.purge,
        formerly: made.formerly.clone(),
        named: made.named,
        span: made.span,
    }
}

/// The stack's own fields, all of which must be known now.
fn stack(evaluator: &mut Evaluator<'_>, fields: &Record, span: Span) -> Option<Stack> {
    let text = |evaluator: &mut Evaluator<'_>, name: &str| {
        let value = field(evaluator, fields, name)?;
        evaluator.known_text(&value, &format!("the {name} of the stack"))
    };
    let name = text(evaluator, "name");
    let region = text(evaluator, "region");
    let account = text(evaluator, "account").map(|account| account.to_string());
    let mut tags = BTreeMap::new();
    if let Some(Data::Record(given)) = field(evaluator, fields, "tags").map(|tags| tags.data) {
        for (key, value) in given.iter() {
            if let Some(text) = evaluator.known_text(value, "a tag of the stack by name") {
                tags.insert(evaluator.names.text(*key).to_string(), text.to_string());
            }
        }
    }
    let mut removed = Vec::new();
    if let Some(Data::List(given)) = field(evaluator, fields, "removed").map(|removed| removed.data) {
        for line in given.iter() {
            let Some(text) = evaluator.known_text(line, "the name of what is removed") else { continue };
            match Address::parse(&text) {
                Some(address) => removed.push(Removed { address, span: line.span }),
                None => evaluator.report(error::no_address(&text, line.span)),
            }
        }
    }
    let store = store(evaluator, fields, name.as_deref().unwrap_or_default());
    Some(Stack { name: name?.to_string(), region: region?.to_string(), account, tags, store, removed, span })
}

fn store(evaluator: &mut Evaluator<'_>, fields: &Record, stack: &str) -> Store {
    let value =
        field(evaluator, fields, "state").and_then(|state| graph_value(&state, evaluator)).filter(|state| state.when() == When::Now);
    let text = |value: &wcalang_model::value::Value, name: &str| match &value.data {
        wcalang_model::value::Data::Record(fields) => match fields.get(name).map(|field| &field.data) {
            Some(wcalang_model::value::Data::Str(text)) => Some(text.to_string()),
            _ => None,
        },
        _ => None,
    };
    let inner = value.as_ref().and_then(|value| match &value.data {
        wcalang_model::value::Data::Record(fields) => fields.get("s3"),
        _ => None,
    });
    match inner.and_then(|s3| Some((text(s3, "bucket")?, text(s3, "key")))) {
        Some((bucket, key)) => Store::S3 { bucket, key: key.unwrap_or_else(|| stack.to_string()) },
        None => Store::Local,
    }
}
