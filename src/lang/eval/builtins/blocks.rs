//! Allocation of address blocks: those that are pinned stay, new ones are the lowest that are free.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use wcalang_model::source::Span;
use wcalang_model::value::Block;

use super::nets::block;
use super::{Arguments, cidr, fields, int, items, list, record, text};
use crate::eval::value::Value;
use crate::eval::{Evaluator, error};

/// Parts of a network that are taken: their last addresses by their first ones.
type Taken = BTreeMap<u128, u128>;

/// What is asked for: the block of one tier in one zone.
struct Ask {
    block: Block,
    prefix: u8,
    /// Where its prefix is written.
    span: Span,
}

pub(super) fn place(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let name = text(evaluator, "net'place", arguments, 0, span);
    let within = cidr(evaluator, "net'place", arguments, 1, span);
    let (Some(name), Some(within), Some(asks)) = (name, within, asks(evaluator, arguments, span)) else { return Value::error(span) };
    let Some(given) = list(evaluator, "net'place", arguments, 2, span) else { return Value::error(span) };
    let mut taken = Taken::new();
    for index in 0..given.len() {
        let Some(net) = cidr(evaluator, "net'place", &given[index..], 0, span) else { return Value::error(span) };
        take(&mut taken, net);
    }
    let pinned: BTreeMap<Block, IpNet> = evaluator.pins.blocks(&name).into_iter().collect();
    // Also those that are given up now: what stands in them goes only when the new ones are there.
    pinned.values().for_each(|net| take(&mut taken, *net));
    let mut results = Vec::new();
    for (tier, asks) in asks {
        let mut blocks = Vec::new();
        for Ask { block: ask, prefix, span: place } in asks {
            let ask = Block { network: name.to_string(), ..ask };
            let net = match pinned.get(&ask) {
                Some(net) if net.prefix_len() == prefix && within.contains(net) => Some(*net),
                old => {
                    if let Some(old) = old {
                        let whose = format!("{old} of tier `{}` in zone {}", ask.tier, ask.zone);
                        let why = match within.contains(old) {
                            true => format!("the tier has the prefix {prefix} now"),
                            false => format!("it lies outside of {within}"),
                        };
                        let place = if within.contains(old) { place } else { arguments[1].span };
                        let problem = error::block_moves(&whose, &why, evaluator.outward(place));
                        evaluator.report(problem);
                    }
                    if !evaluator.burn(taken.len() as u64, span) {
                        return Value::error(span);
                    }
                    lowest(within, prefix, &taken)
                }
            };
            let Some(net) = net else {
                let why = format!("{within} has no room left for a /{prefix} of tier `{}` in zone {}", ask.tier, ask.zone);
                let help = "give the tier a greater prefix, which is a smaller block, or the network a larger block";
                let problem = error::arithmetic(evaluator.outward(place), &why, help);
                evaluator.report(problem);
                return Value::error(span);
            };
            take(&mut taken, net);
            evaluator.blocks.insert(ask, net);
            blocks.push(block(net, span));
        }
        results.push((tier, items(evaluator, blocks, span)));
    }
    fields(evaluator, results, span)
}

/// The blocks asked for, by tier.
fn asks(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Option<Vec<(crate::syntax::Name, Vec<Ask>)>> {
    let tiers = record(evaluator, "net'place", arguments, 3, span)?;
    let tiers: Vec<_> = tiers.sorted(evaluator.names).into_iter().cloned().collect();
    let mut asks = Vec::new();
    for (tier, prefixes) in &tiers {
        let prefixes = list(evaluator, "net'place", std::slice::from_ref(prefixes), 0, span)?;
        let mut of_tier = Vec::new();
        for (index, value) in prefixes.iter().enumerate() {
            let prefix = int(evaluator, "net'place", std::slice::from_ref(value), 0, span)?;
            let Some(prefix) = u8::try_from(prefix).ok().filter(|prefix| *prefix <= 128) else {
                let help = "give one from that of the network, such as 16, up to 28, the smallest block of a subnet";
                let problem = error::arithmetic(evaluator.outward(value.span), &format!("{prefix} is no prefix length"), help);
                evaluator.report(problem);
                return None;
            };
            let tier = evaluator.names.text(*tier).to_string();
            let block = Block { network: String::new(), tier, zone: index as u32 + 1 };
            of_tier.push(Ask { block, prefix, span: value.span });
        }
        asks.push((*tier, of_tier));
    }
    Some(asks)
}

fn take(taken: &mut Taken, net: IpNet) {
    let (first, last) = bounds(net);
    let end = taken.entry(first).or_insert(last);
    *end = last.max(*end);
}

fn bounds(net: IpNet) -> (u128, u128) {
    match net {
        IpNet::V4(net) => (net.network().to_bits().into(), net.broadcast().to_bits().into()),
        IpNet::V6(net) => (net.network().to_bits(), net.broadcast().to_bits()),
    }
}

/// The lowest block of a prefix length that is free.
fn lowest(within: IpNet, prefix: u8, taken: &Taken) -> Option<IpNet> {
    let free_bits = within.max_prefix_len().checked_sub(prefix)?;
    let rest = 1u128.checked_shl(free_bits.into()).map_or(u128::MAX, |size| size - 1);
    let (first, end) = bounds(within);
    let mut at = first.checked_add(rest)? & !rest;
    for (first, last) in taken {
        if *last < at {
            continue;
        }
        if *first > at.checked_add(rest)? {
            break;
        }
        at = last.checked_add(1)?.checked_add(rest)? & !rest;
    }
    let fits = at.checked_add(rest)? <= end;
    let net = match within {
        IpNet::V4(_) => IpNet::V4(Ipv4Net::new(u32::try_from(at).ok()?.into(), prefix).ok()?),
        IpNet::V6(_) => IpNet::V6(Ipv6Net::new(at.into(), prefix).ok()?),
    };
    fits.then_some(net)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn net(text: &str) -> IpNet {
        text.parse().unwrap()
    }

    fn found(within: &str, prefix: u8, taken: &[&str]) -> Option<String> {
        let mut all = Taken::new();
        taken.iter().for_each(|text| take(&mut all, net(text)));
        lowest(net(within), prefix, &all).map(|net| net.to_string())
    }

    #[test]
    fn the_lowest_free_block_is_found() {
        assert_eq!(found("10.0.0.0/16", 24, &[]).unwrap(), "10.0.0.0/24");
        assert_eq!(found("10.0.0.0/16", 22, &["10.0.0.0/26"]).unwrap(), "10.0.4.0/22");
        assert_eq!(found("10.0.0.0/16", 24, &["10.0.0.0/26", "10.0.2.0/24", "10.0.0.0/24"]).unwrap(), "10.0.1.0/24");
        assert_eq!(found("10.0.0.0/16", 17, &["10.0.0.0/28", "10.0.200.0/24"]), None);
        assert_eq!(found("10.0.0.0/24", 16, &[]), None);
        assert_eq!(found("10.0.0.0/24", 33, &[]), None);
        assert_eq!(found("0.0.0.0/0", 0, &[]).unwrap(), "0.0.0.0/0");
        assert_eq!(found("255.255.255.0/24", 25, &["255.255.255.0/25", "255.255.255.128/25"]), None);
        assert_eq!(found("fd00::/48", 64, &["fd00::/64"]).unwrap(), "fd00:0:0:1::/64");
        assert_eq!(found("::/0", 0, &["::/0"]), None);
        // What lies outside, or around, does no harm.
        assert_eq!(found("10.0.0.0/16", 24, &["9.0.0.0/8", "11.0.0.0/8"]).unwrap(), "10.0.0.0/24");
        assert_eq!(found("10.0.0.0/16", 24, &["10.0.0.0/8"]), None);
    }
}
