//! Which resources are in the stack.

use std::collections::BTreeSet;

use hashbrown::HashMap;
use wcalang_model::value::{Address, Deferred};

use crate::eval::Evaluator;
use crate::eval::value::{Data, ResourceId, Value};
use crate::graph::error;

/// What leads to what.
pub(super) struct Closure<'a> {
    evaluator: &'a Evaluator<'a>,
    /// The library calls that made each resource.
    together: HashMap<ResourceId, Vec<usize>>,
}

impl<'a> Closure<'a> {
    pub fn new(evaluator: &'a Evaluator<'a>) -> Self {
        let mut together: HashMap<ResourceId, Vec<usize>> = HashMap::new();
        for (index, group) in evaluator.groups.iter().enumerate() {
            for id in &group.resources {
                together.entry(*id).or_default().push(index);
            }
        }
        Closure { evaluator, together }
    }

    /// The resources that these values contain or refer to.
    pub fn contained(&self, values: &[&Value]) -> Vec<ResourceId> {
        let mut found = Vec::new();
        values.iter().for_each(|value| self.referred(value, &mut found));
        found
    }

    /// Adds the resources that a value contains or refers to.
    fn referred(&self, value: &Value, found: &mut Vec<ResourceId>) {
        let mut addresses = Vec::new();
        references(value, found, &mut addresses);
        found.extend(addresses.iter().filter_map(|address| self.evaluator.by_address.get(*address).copied()));
    }

    /// Every resource that these lead to: contained, referred to, or made by a library call together with one that is.
    pub fn reachable(&self, from: Vec<ResourceId>) -> BTreeSet<ResourceId> {
        let mut reached = BTreeSet::new();
        let mut whole = BTreeSet::new();
        let mut open = from;
        while let Some(id) = open.pop() {
            if !reached.insert(id) {
                continue;
            }
            let made = &self.evaluator.made[id.0 as usize];
            made.fields.values().chain(&made.after).for_each(|value| self.referred(value, &mut open));
            for group in self.together.get(&id).into_iter().flatten() {
                if whole.insert(*group) {
                    open.extend(&self.evaluator.groups[*group].resources);
                }
            }
        }
        reached
    }

    /// The resources that are not reached and not meant to be: of those that one leads to the first, and how many more there are.
    /// What is made last leads to what it was made of.
    pub fn outside(&self, reached: &BTreeSet<ResourceId>) -> Vec<(ResourceId, usize)> {
        let all = self.evaluator.made.iter().enumerate().map(|(index, made)| (ResourceId(index as u32), made.meant));
        let mut left: BTreeSet<ResourceId> = all.filter(|(id, meant)| !meant && !reached.contains(id)).map(|(id, _)| id).collect();
        let mut outside = Vec::new();
        while let Some(last) = left.pop_last() {
            let with = self.reachable(vec![last]);
            let first = left.iter().find(|id| with.contains(id)).copied().unwrap_or(last);
            let before = left.len();
            left.retain(|id| !with.contains(id));
            outside.push((first, before - left.len()));
        }
        outside.reverse();
        outside
    }
}

/// The resources that a value contains, and the addresses of those it refers to.
fn references<'a>(value: &'a Value, ids: &mut Vec<ResourceId>, addresses: &mut Vec<&'a Address>) {
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
