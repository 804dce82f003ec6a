//! Who owns a field, derived from the graph: never from an attribute that says "ignore". Compares nothing.

use std::collections::BTreeMap;

use wcalang_model::value::{Address, Datum, Graph};

use crate::plan::facts::Ownership;
use crate::plan::resolve::Resolver;
use crate::plan::types::Notice;

/// A field of ours that another resource of the stack owns.
#[derive(Debug, Clone, PartialEq)]
pub struct Owned {
    /// Who owns it.
    pub owner: Address,
    /// The least and the most the owner is allowed, where it has bounds and they are known.
    pub bounds: Option<(Datum, Datum)>,
}

/// The owned fields of every resource.
pub type Owners = BTreeMap<Address, BTreeMap<String, Owned>>;

/// Finds them.
pub fn owners(graph: &Graph, rules: &[Ownership], resolver: Resolver<'_>) -> Owners {
    let mut owners = Owners::new();
    for rule in rules {
        for (owner, resource) in graph.resources.iter().filter(|(address, _)| address.kind == rule.owner_kind) {
            let Some(reference) = resource.fields.get(rule.owner_field) else { continue };
            let bound = |name: &str| {
                let datum = resolver.resolve(resource.fields.get(name)?, None).datum;
                datum.is_known().then_some(datum)
            };
            let bounds = rule.bounds.and_then(|(least, most)| Some((bound(least)?, bound(most)?)));
            for owned in reference.references().into_iter().filter(|address| address.kind == rule.kind) {
                let owned = owners.entry(owned).or_default();
                owned.insert(rule.field.to_string(), Owned { owner: owner.clone(), bounds: bounds.clone() });
            }
        }
    }
    owners
}

impl Owned {
    /// What to say of a live value that is not what the file says.
    pub fn notice(&self, address: &Address, field: &str, live: Option<&Datum>) -> Notice {
        let inside = match (&self.bounds, live) {
            (Some((Datum::Int(least), Datum::Int(most))), Some(Datum::Int(live))) => least <= live && live <= most,
            (Some(_) | None, Some(_) | None) => true,
        };
        Notice::NotOurs {
            address: address.clone(),
            field: field.to_string(),
            owner: self.owner.clone(),
            live: live.cloned(),
            bounds: self.bounds.clone(),
            inside,
        }
    }
}
