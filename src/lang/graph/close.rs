//! Which resources are in the stack.

use std::collections::{BTreeMap, BTreeSet};

use wcalang_model::value::{Address, Deferred};

use crate::eval::Evaluator;
use crate::eval::value::{Data, ResourceId, Value};
use crate::graph::error;

/// Every resource that is reached from these values: contained, referred to, or made by a library call together with one that is.
pub(super) fn reachable(evaluator: &Evaluator<'_>, roots: &[&Value]) -> BTreeSet<ResourceId> {
    let by_address: BTreeMap<&Address, ResourceId> =
        evaluator.made.iter().enumerate().map(|(index, made)| (&made.address, ResourceId(index as u32))).collect();
    let referred = |value: &Value| {
        let (mut ids, mut addresses) = (Vec::new(), Vec::new());
        references(value, &mut ids, &mut addresses);
        ids.extend(addresses.iter().filter_map(|address| by_address.get(address).copied()));
        ids
    };
    let mut together: BTreeMap<ResourceId, Vec<usize>> = BTreeMap::new();
    for (index, group) in evaluator.groups.iter().enumerate() {
        for id in &group.resources {
            together.entry(*id).or_default().push(index);
        }
    }
    let mut reached = BTreeSet::new();
    let mut whole = BTreeSet::new();
    let mut open: Vec<ResourceId> = roots.iter().flat_map(|root| referred(root)).collect();
    while let Some(id) = open.pop() {
        if !reached.insert(id) {
            continue;
        }
        let made = &evaluator.made[id.0 as usize];
        open.extend(made.fields.values().chain(&made.after).flat_map(&referred));
        for group in together.get(&id).into_iter().flatten() {
            if whole.insert(*group) {
                open.extend(&evaluator.groups[*group].resources);
            }
        }
    }
    reached
}

/// The resources that a value contains, and the addresses of those it refers to.
fn references(value: &Value, ids: &mut Vec<ResourceId>, addresses: &mut Vec<Address>) {
    match &value.data {
        Data::Resource(id) => ids.push(*id),
        Data::List(items) => items.iter().for_each(|item| references(item, ids, addresses)),
        Data::Record(fields) => fields.iter().for_each(|(_, field)| references(field, ids, addresses)),
        Data::Deferred(later) => match &**later {
            Deferred::Json(value) => addresses.extend(value.references()),
            later => later.references(addresses),
        },
        _ => {}
    }
}

/// Reports each thing in `resources` that is neither a resource nor contains any.
pub(super) fn check_contents(evaluator: &mut Evaluator<'_>, value: &Value) {
    match &value.data {
        Data::Resource(_) | Data::Error | Data::Absent => {}
        Data::List(items) => items.iter().for_each(|item| check_contents(evaluator, item)),
        // What a library call gives back may also say other things about what it made.
        Data::Record(_) => {}
        _ => {
            let problem = error::no_resource(
                &evaluator.describe(value),
                evaluator.outward(value.span),
                matches!(value.data, Data::Function(_) | Data::Constructor(_)),
            );
            evaluator.report(problem);
        }
    }
}
