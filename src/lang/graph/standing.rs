//! What is left of a stack where nobody wants its graph.

use std::collections::BTreeMap;

use wcalang_model::kind::Naming;
use wcalang_model::source::Span;
use wcalang_model::value::{Address, Stack};

use crate::eval::{Evaluator, Made};
use crate::graph::Closed;

/// A stack in few words.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Its own fields.
    pub stack: Stack,
    /// How many resources are in it.
    pub resources: usize,
}

/// A stack, and what another one must not share to stand beside it.
pub struct Standing {
    /// The stack.
    pub summary: Summary,
    /// The addresses of resources whose AWS name must be unique in their account and region, as AWS tells names from others, and
    /// where each is named.
    pub names: BTreeMap<Address, Span>,
}

impl Standing {
    /// Of a stack that was closed.
    pub fn new(closed: Closed, evaluator: &Evaluator<'_>) -> Self {
        let named = |made: &Made| match made.entry.schema.naming {
            Naming::Field { lower: true, .. } => Some((Address::new(&made.address.kind, made.address.name.to_lowercase()), made.named)),
            Naming::Field { lower: false, .. } => Some((made.address.clone(), made.named)),
            Naming::Tag | Naming::None => None,
        };
        let names = closed.resources(evaluator).filter_map(named).collect();
        let resources = closed.resources(evaluator).count();
        Standing { summary: Summary { stack: closed.stack, resources }, names }
    }

    /// Whether they are different stacks, by name or by their tags, in one account and region. With the same name and tags they are
    /// one stack, given otherwise.
    pub fn is_beside(&self, other: &Standing) -> bool {
        let place = |stack: &Stack| (stack.account.clone(), stack.region.clone());
        let is = |stack: &Stack| (stack.name.clone(), stack.tags.clone());
        let (one, other) = (&self.summary.stack, &other.summary.stack);
        is(one) != is(other) && place(one) == place(other)
    }
}
