//! What comes after what, and what is urgent. Decides no action.
//!
//! A resource is made after what it refers to, after every resource of the kinds its schema names in `after`, and after what
//! completes the things it refers to (a role's policy). It is deleted before what it was made after, as recorded; and what is
//! kept is repointed before the thing it pointed to goes. Edges that no reference expresses give way where they would close a
//! cycle.

use std::collections::{BTreeMap, BTreeSet};

use wcalang_model::base::topological_order;
use wcalang_model::kind::FieldType;
use wcalang_model::value::{Address, Data, Graph, Value};

use crate::plan::decide::Dependencies;
use crate::plan::facts::Facts;
use crate::plan::types::{Act, Action, Need, Plan, Step};
use crate::state::State;

/// What each resource of the file comes after, and whether it waits for its readiness.
pub fn dependencies(desired: &Graph, facts: &Facts) -> Dependencies {
    let mut dependencies = Dependencies::new();
    let mut completers: BTreeMap<Address, BTreeSet<Address>> = BTreeMap::new();
    for (address, resource) in &desired.resources {
        let mut found = Vec::new();
        let schema = facts.schemas.kind(&address.kind).map(|entry| entry.schema);
        for (name, value) in &resource.fields {
            let field = schema.and_then(|schema| schema.inputs.field(name));
            let how = field.map(|field| How { early: field.early, completes: field.completes }).unwrap_or_default();
            references(value, field.map(|field| &field.ty), how, &mut found);
        }
        found.extend(resource.after.iter().map(|address| (address, How::default())));
        let of_this = dependencies.entry(address.clone()).or_default();
        for (target, how) in found.into_iter().filter(|(target, _)| *target != address) {
            *of_this.entry(target.clone()).or_default() |= !how.early;
            if how.completes {
                completers.entry(target.clone()).or_default().insert(address.clone());
            }
        }
    }
    let mut extra = Vec::new();
    for (address, targets) in &dependencies {
        for target in targets.keys() {
            let Some(completers) = completers.get(target).filter(|completers| !completers.contains(address)) else { continue };
            extra.extend(completers.iter().map(|completer| (address.clone(), completer.clone())));
        }
        let after = facts.schemas.kind(&address.kind).map_or(&[][..], |entry| entry.schema.after);
        let of_kinds = desired.resources.keys().filter(|other| after.contains(&other.kind.as_str()));
        extra.extend(of_kinds.map(|other| (address.clone(), other.clone())));
    }
    for (address, other) in extra {
        if address != other && !reaches(&dependencies, &other, &address) {
            dependencies.entry(address).or_default().insert(other, true);
        }
    }
    dependencies
}

/// How a field refers.
#[derive(Clone, Copy, Default)]
struct How {
    early: bool,
    completes: bool,
}

/// Every reference in a value, with what the field that holds it says.
fn references<'a>(value: &'a Value, ty: Option<&FieldType>, how: How, found: &mut Vec<(&'a Address, How)>) {
    match (&value.data, ty) {
        (Data::List(items), Some(FieldType::List(item) | FieldType::Set(item))) => {
            items.iter().for_each(|value| references(value, Some(item), how, found));
        }
        (Data::Record(fields), Some(FieldType::Map(item))) => {
            fields.values().for_each(|value| references(value, Some(item), how, found));
        }
        (Data::Record(fields), Some(FieldType::Record(record))) => {
            for (name, value) in fields {
                let field = record.field(name);
                let (early, completes) = field.map_or((false, false), |field| (field.early, field.completes));
                let how = How { early: how.early || early, completes: how.completes || completes };
                references(value, field.map(|field| &field.ty), how, found);
            }
        }
        (_, Some(_) | None) => found.extend(value.references().into_iter().map(|address| (address, how))),
    }
}

fn reaches(dependencies: &Dependencies, from: &Address, to: &Address) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(address) = open.pop() {
        if address == to {
            return true;
        }
        if seen.insert(address) {
            open.extend(dependencies.get(address).into_iter().flat_map(BTreeMap::keys));
        }
    }
    false
}

/// Makes the steps of the decided changes, in order.
pub(super) fn order(plan: &mut Plan, acts: &[Vec<Act>], dependencies: &Dependencies, recorded: &State, facts: &Facts) {
    let nodes: Vec<(usize, Act)> = acts.iter().enumerate().flat_map(|(change, acts)| acts.iter().map(move |&act| (change, act))).collect();
    let mut needs = needs(plan, &nodes, dependencies, recorded);
    let order = loop {
        let plain: Vec<Vec<usize>> = needs.iter().map(|needs| needs.keys().copied().collect()).collect();
        match topological_order(&plain) {
            Ok(order) => break order,
            // A delete that waits for what waits for it: it goes when it can, its refusals are retried.
            Err(cycle) => {
                let edges = cycle.0.iter().zip(cycle.0.iter().cycle().skip(1));
                let edges: Vec<(usize, usize)> = edges.map(|(&node, &next)| (node, next)).collect();
                let deletes = |node: &usize| matches!(nodes[*node].1, Act::Delete | Act::DeleteDeposed);
                // What happens to one resource happens in its order.
                let apart = |(node, next): &&(usize, usize)| nodes[*node].0 != nodes[*next].0;
                let weakest = edges.iter().filter(apart).find(|(node, next)| deletes(node) && !deletes(next));
                let weakest = weakest.or(edges.iter().find(apart)).or(edges.first());
                if let Some((node, next)) = weakest {
                    needs[*node].remove(next);
                }
            }
        }
    };
    let mut place = vec![0; nodes.len()];
    for (index, &node) in order.iter().enumerate() {
        place[node] = index;
    }
    for &node in &order {
        let (change, act) = nodes[node];
        let needs: Vec<Need> = needs[node].iter().map(|(&step, &ready)| Need { step: place[step], ready }).collect();
        plan.steps.push(Step { change, act, needs, path: 0 });
    }
    for index in (0..plan.steps.len()).rev() {
        let step = &plan.steps[index];
        let expected = facts.expected(&plan.changes[step.change].address.kind);
        let own = match step.act {
            Act::Create => expected.create,
            Act::Update => expected.update,
            Act::Roll => expected.roll,
            Act::Delete | Act::DeleteDeposed => expected.delete,
            Act::Forget | Act::Record => 0,
        };
        let path = plan.steps[index].path + own;
        plan.steps[index].path = path;
        for need in plan.steps[index].needs.clone() {
            plan.steps[need.step].path = plan.steps[need.step].path.max(path);
        }
    }
    for step in &plan.steps {
        let needs = step.needs.iter().map(|need| plan.steps[need.step].change);
        let needs: BTreeSet<usize> =
            needs.filter(|&change| change != step.change && plan.changes[change].action != Action::Nothing).collect();
        let change = &mut plan.changes[step.change];
        change.needs = change.needs.iter().copied().chain(needs).collect::<BTreeSet<usize>>().into_iter().collect();
    }
}

/// What each node waits for: node → (node it waits for → whether it must be ready).
fn needs(plan: &Plan, nodes: &[(usize, Act)], dependencies: &Dependencies, recorded: &State) -> Vec<BTreeMap<usize, bool>> {
    let mut making: BTreeMap<&Address, usize> = BTreeMap::new();
    // The last of them: what ran in it may have held what is removed.
    let mut made: BTreeMap<&Address, usize> = BTreeMap::new();
    let mut removing: BTreeMap<&Address, Vec<usize>> = BTreeMap::new();
    for (node, (change, act)) in nodes.iter().enumerate() {
        let address = &plan.changes[*change].address;
        match act {
            Act::Create | Act::Update => {
                making.insert(address, node);
                made.insert(address, node);
            }
            Act::Roll => drop(made.insert(address, node)),
            Act::Delete | Act::DeleteDeposed => removing.entry(address).or_default().push(node),
            Act::Forget | Act::Record => {}
        }
    }
    let pointed = dependents(dependencies, recorded);
    let mut needs: Vec<BTreeMap<usize, bool>> = vec![BTreeMap::new(); nodes.len()];
    for (node, (change, act)) in nodes.iter().enumerate() {
        let address = &plan.changes[*change].address;
        if node > 0 && nodes[node - 1].0 == *change {
            needs[node].insert(node - 1, true);
        }
        match act {
            Act::Create | Act::Update | Act::Roll => {
                for (other, ready) in dependencies.get(address).into_iter().flatten() {
                    if let Some(&step) = making.get(other) {
                        *needs[node].entry(step).or_default() |= ready;
                    }
                }
            }
            Act::Delete | Act::DeleteDeposed => {
                let remade = *act == Act::Delete && making.contains_key(address);
                for other in pointed.get(address).into_iter().flatten().filter(|other| **other != address) {
                    let removed = removing.get(other).into_iter().flatten();
                    needs[node].extend(removed.map(|&step| (step, false)));
                    if let Some(&step) = made.get(other).filter(|_| !remade) {
                        needs[node].insert(step, true);
                    }
                }
            }
            // What is recorded may hold what a step makes, such as the identity of a new generation that another owns the use of.
            Act::Record => {
                let made = dependencies.get(address).into_iter().flatten().filter_map(|(other, _)| making.get(other));
                needs[node].extend(made.map(|&step| (step, false)));
            }
            Act::Forget => {}
        }
    }
    needs
}

/// Who points, or pointed, to each resource.
fn dependents<'a>(dependencies: &'a Dependencies, recorded: &'a State) -> BTreeMap<&'a Address, BTreeSet<&'a Address>> {
    let mut dependents: BTreeMap<&Address, BTreeSet<&Address>> = BTreeMap::new();
    for (address, others) in dependencies {
        for other in others.keys() {
            dependents.entry(other).or_default().insert(address);
        }
    }
    for (address, recorded) in &recorded.resources {
        let older = recorded.deposed.iter().flat_map(|deposed| &deposed.dependencies);
        for other in recorded.dependencies.iter().chain(older) {
            dependents.entry(other).or_default().insert(address);
        }
    }
    dependents
}
