//! Blocks of addresses: a part lies within its whole, and no two parts of one have an address in common.

use std::collections::BTreeMap;

use ipnet::IpNet;
use wcalang_model::source::Span;
use wcalang_model::value::{Address, Data, Graph, Resource};

use crate::eval::Evaluator;
use crate::graph::error;

/// A resource's block, and where it was written.
type Block<'a> = (&'a Address, IpNet, Span);

/// Reports the parts of each block that do not fit. What is not known now is not looked at.
pub(super) fn check(evaluator: &mut Evaluator<'_>, graph: &Graph) {
    let mut parts: BTreeMap<(&Address, &str), Vec<Block<'_>>> = BTreeMap::new();
    for resource in graph.resources.values() {
        let within = evaluator.schemas.kind(resource.address.kind.as_str()).and_then(|entry| entry.schema.within);
        let Some(within) = within else { continue };
        let whole = resource.fields.get(within.whole).map(|whole| &whole.data);
        if let (Some(Data::Resource(whole)), Some(block)) = (whole, block(evaluator, resource, within.block)) {
            parts.entry((whole, within.block_of_whole)).or_default().push(block);
        }
    }
    for ((address, field), mut parts) in parts {
        let Some(whole) = graph.resources.get(address).and_then(|whole| block(evaluator, whole, field)) else { continue };
        parts.sort_by_key(|(address, block, _)| (block.network(), block.prefix_len(), *address));
        let blocks: Vec<IpNet> = parts.iter().map(|(_, block, _)| *block).collect();
        let mut last: Option<Block<'_>> = None;
        for part in parts {
            if !whole.1.contains(&part.1) {
                evaluator.report(error::block_outside(part, whole, free(whole.1, part.1.prefix_len(), &blocks)));
            }
            match last.filter(|last| last.1.contains(&part.1)) {
                Some(one) => {
                    // The one that was written later is the one to change.
                    let (one, other) = if one.2.start <= part.2.start { (one, part) } else { (part, one) };
                    let free = free(whole.1, other.1.prefix_len(), &blocks);
                    evaluator.report(error::blocks_overlap(one, other, address, free));
                }
                None => last = Some(part),
            }
        }
    }
}

fn block<'a>(evaluator: &Evaluator<'_>, resource: &'a Resource, field: &str) -> Option<Block<'a>> {
    let value = resource.fields.get(field)?;
    let Data::Cidr(block) = value.data else { return None };
    let span = if value.span.file == evaluator.user { value.span } else { resource.span };
    Some((&resource.address, block, span))
}

/// The lowest block of a size within another that has no address of these, which are sorted.
fn free(whole: IpNet, prefix: u8, taken: &[IpNet]) -> Option<IpNet> {
    let mut candidates = whole.subnets(prefix).ok()?;
    let mut taken = taken.iter().peekable();
    candidates.find(|candidate| {
        while taken.next_if(|block| block.broadcast() < candidate.network()).is_some() {}
        taken.peek().is_none_or(|block| block.network() > candidate.broadcast())
    })
}
