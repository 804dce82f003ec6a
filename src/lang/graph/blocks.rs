//! Blocks of addresses: a part lies within its whole, and no two parts of one have an address in common.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use wcalang_model::source::Span;
use wcalang_model::value::Address;

use crate::eval::value::{Data, ResourceId};
use crate::eval::{Evaluator, Made};
use crate::graph::error;

/// A resource's block, and where it was written.
type Block<'a> = (&'a Address, IpNet, Span);

/// Reports the parts of each block that do not fit, among the resources of the stack. What is not known now is not looked at.
pub(super) fn check(evaluator: &mut Evaluator<'_>, reached: &BTreeSet<ResourceId>) {
    let mut problems = Vec::new();
    let made = |id: &ResourceId| &evaluator.made[id.0 as usize];
    let mut parts: BTreeMap<(ResourceId, &str), Vec<Block<'_>>> = BTreeMap::new();
    for part in reached.iter().map(made) {
        let Some(within) = part.entry.schema.within else { continue };
        let whole = part.fields.get(within.whole).map(|whole| &whole.data);
        if let (Some(Data::Resource(whole)), Some(block)) = (whole, block(evaluator, part, within.block)) {
            parts.entry((*whole, within.block_of_whole)).or_default().push(block);
        }
    }
    for ((whole, field), mut parts) in parts {
        let address = &made(&whole).address;
        let Some(whole) = block(evaluator, made(&whole), field) else { continue };
        parts.sort_by_key(|(address, block, _)| (block.network(), block.prefix_len(), *address));
        let blocks: Vec<IpNet> = parts.iter().map(|(_, block, _)| *block).collect();
        let mut last: Option<Block<'_>> = None;
        for part in parts {
            if !whole.1.contains(&part.1) {
                problems.push(error::block_outside(part, whole, free(whole.1, part.1.prefix_len(), &blocks)));
            }
            match last.filter(|last| last.1.contains(&part.1)) {
                Some(one) => {
                    // The one that was written later is the one to change.
                    let (one, other) = if one.2.start <= part.2.start { (one, part) } else { (part, one) };
                    let free = free(whole.1, other.1.prefix_len(), &blocks);
                    problems.push(error::blocks_overlap(one, other, address, free));
                }
                None => last = Some(part),
            }
        }
    }
    problems.into_iter().for_each(|problem| evaluator.report(problem));
}

fn block<'a>(evaluator: &Evaluator<'_>, made: &'a Made, field: &str) -> Option<Block<'a>> {
    let value = made.fields.get(field)?;
    let Data::Cidr(block) = &value.data else { return None };
    let span = if value.span.file == evaluator.user { value.span } else { made.span };
    Some((&made.address, **block, span))
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
