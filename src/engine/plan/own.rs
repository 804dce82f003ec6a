//! Who owns a field, derived from the graph: never from an attribute that says "ignore". Compares nothing.

use std::collections::BTreeMap;

use wcalang_model::kind;
use wcalang_model::value::{Address, Datum, Graph};

use crate::plan::canonical::same;
use crate::plan::facts::Ownership;
use crate::plan::resolve::Resolver;
use crate::plan::types::{Bounds, Notice};
use crate::state::State;

/// A field of ours that another resource of the stack owns.
#[derive(Debug, Clone, PartialEq)]
pub struct Owned {
    /// Who owns it.
    pub owner: Address,
    /// What the owner may make of it, where that is bounded and the bounds are known.
    pub bounds: Option<Bounds>,
    /// Whether the file gives other bounds than are recorded: what is beyond them need not be anybody's doing.
    pub moved: bool,
    /// The identities of what [`Bounds::Among`] names, as far as it stands and stays.
    pub standing: Vec<String>,
}

/// The owned fields of every resource.
pub type Owners = BTreeMap<Address, BTreeMap<String, Owned>>;

/// How an owned field is.
#[derive(Debug, Clone, PartialEq)]
pub enum Held {
    /// As the file says.
    AsWanted,
    /// Otherwise, and that is the owner's right.
    Inside,
    /// As the owner may not make it; it goes back to this.
    Outside(Option<Datum>),
}

/// Finds them.
pub fn owners(graph: &Graph, rules: &[Ownership], resolver: Resolver<'_>, recorded: &State) -> Owners {
    let mut owners = Owners::new();
    for rule in rules {
        for (owner, resource) in graph.resources.iter().filter(|(address, _)| address.kind == rule.owner_kind) {
            let Some(reference) = resource.fields.get(rule.owner_field) else { continue };
            let before = recorded.resources.get(owner).map(|recorded| &recorded.inputs);
            let mut moved = false;
            let mut bound = |name: &str| {
                let datum = resolver.resolve(resource.fields.get(name)?, None).datum;
                moved |= before.is_none_or(|before| before.get(name) != Some(&datum));
                datum.is_known().then_some(datum)
            };
            let bounds = rule.bounds.and_then(|bounds| match bounds {
                kind::Bounds::Between(least, most) => Some(Bounds::Between(bound(least)?, bound(most)?)),
                kind::Bounds::Among(field) => Some(Bounds::Among(resource.fields.get(field)?.references().into_iter().cloned().collect())),
            });
            for owned in reference.references().into_iter().filter(|address| address.kind == rule.kind) {
                let field = Owned { owner: owner.clone(), bounds: bounds.clone(), moved, standing: Vec::new() };
                owners.entry(owned.clone()).or_default().insert(rule.field.to_string(), field);
            }
        }
    }
    owners
}

/// The owned fields of a resource, with the identities of what may be in them.
pub fn owned_of(owners: &Owners, address: &Address, identity: impl Fn(&Address) -> Option<String>) -> BTreeMap<String, Owned> {
    let mut owned = owners.get(address).cloned().unwrap_or_default();
    for field in owned.values_mut() {
        if let Some(Bounds::Among(among)) = &field.bounds {
            field.standing = among.iter().filter_map(&identity).collect();
        }
    }
    owned
}

impl Owned {
    /// How the field is, by what the file wants and what the cloud has.
    pub fn held(&self, wanted: Option<&Datum>, live: Option<&Datum>) -> Held {
        if same(wanted, live, None) {
            return Held::AsWanted;
        }
        match (&self.bounds, live) {
            (Some(Bounds::Between(Datum::Int(least), Datum::Int(most))), Some(Datum::Int(live))) if live < least || live > most => {
                Held::Outside(Some(Datum::Int(*live.max(least).min(most))))
            }
            (Some(Bounds::Among(_)), Some(live)) if wanted.is_none_or(|wanted| self.blurred(wanted) != self.blurred(live)) => {
                Held::Outside(wanted.cloned())
            }
            (Some(_) | None, Some(_) | None) => Held::Inside,
        }
    }

    /// A value in which all that may stand in each other's place is the same.
    fn blurred(&self, datum: &Datum) -> Datum {
        match datum {
            Datum::Str(text) if self.standing.contains(text) => Datum::str("(one of them)"),
            Datum::List(items) => Datum::List(items.iter().map(|item| self.blurred(item)).collect()),
            Datum::Record(fields) => Datum::Record(fields.iter().map(|(name, field)| (name.clone(), self.blurred(field))).collect()),
            Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) | Datum::Str(_) | Datum::Secret(_) | Datum::Digest(_) | Datum::Unknown => {
                datum.clone()
            }
        }
    }

    /// What to say of a live value that is not what the file says.
    pub fn notice(&self, address: &Address, field: &str, live: Option<&Datum>, inside: bool) -> Notice {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(bounds: Bounds, standing: &[&str]) -> Owned {
        let standing = standing.iter().map(ToString::to_string).collect();
        Owned { owner: Address::new("test.Gadget", "a"), bounds: Some(bounds), moved: false, standing }
    }

    fn held(owned: &Owned, wanted: Datum, live: Datum) -> Held {
        owned.held(Some(&wanted), Some(&live))
    }

    #[test]
    fn a_number_goes_back_to_the_bound_that_is_next() {
        let count = owned(Bounds::Between(Datum::Int(1), Datum::Int(25)), &[]);
        assert_eq!(held(&count, Datum::Int(1), Datum::Int(1)), Held::AsWanted);
        assert_eq!(held(&count, Datum::Int(1), Datum::Int(25)), Held::Inside);
        assert_eq!(held(&count, Datum::Int(1), Datum::Int(26)), Held::Outside(Some(Datum::Int(25))));
        assert_eq!(held(&count, Datum::Int(3), Datum::Int(0)), Held::Outside(Some(Datum::Int(1))));
    }

    #[test]
    fn one_may_stand_for_another_and_nothing_else_may() {
        let blue_or_green = owned(Bounds::Among(std::collections::BTreeSet::new()), &["blue", "green"]);
        let to = |group: &str| Datum::Record([("forward".to_string(), Datum::List(vec![Datum::str(group)]))].into());
        assert_eq!(held(&blue_or_green, to("blue"), to("green")), Held::Inside);
        assert_eq!(held(&blue_or_green, to("blue"), to("red")), Held::Outside(Some(to("blue"))));
        assert_eq!(held(&blue_or_green, to("blue"), Datum::Record([].into())), Held::Outside(Some(to("blue"))));
        assert_eq!(held(&blue_or_green, Datum::Unknown, to("red")), Held::Outside(Some(Datum::Unknown)));
    }
}
