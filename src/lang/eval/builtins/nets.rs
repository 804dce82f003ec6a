//! Address blocks.

use std::rc::Rc;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::IpAddr;
use wcalang_model::source::Span;

use super::{Arguments, cidr, int, number, or_error, text, truth, wrong};
use crate::eval::Evaluator;
use crate::eval::value::{Data, Value};

pub(super) fn block(net: IpNet, span: Span) -> Value {
    Value::new(Data::Cidr(Rc::new(net)), span)
}

pub(super) fn subnet(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let (prefix, number) = (int(evaluator, "subnet", arguments, 0, span), int(evaluator, "subnet", arguments, 1, span));
    let (Some(prefix), Some(number), Some(net)) = (prefix, number, cidr(evaluator, "subnet", arguments, 2, span)) else {
        return Value::error(span);
    };
    match nth_subnet(net, prefix, number) {
        Some(net) => block(net, span),
        None => evaluator.impossible(
            span,
            &format!("{net} has no block number {number} of prefix length {prefix}"),
            "the first is number 0; a longer prefix makes more and smaller blocks",
        ),
    }
}

fn nth_subnet(net: IpNet, prefix: i64, number: i64) -> Option<IpNet> {
    let (prefix, number) = (u8::try_from(prefix).ok()?, u128::try_from(number).ok()?);
    let extra = prefix.checked_sub(net.prefix_len())?;
    if prefix > net.max_prefix_len() || (extra < 128 && number >= 1 << extra) {
        return None;
    }
    Some(match net {
        IpNet::V4(v4) => {
            let bits = u64::from(v4.network().to_bits()) + ((number as u64) << (32 - prefix));
            IpNet::V4(Ipv4Net::new(u32::try_from(bits).ok()?.into(), prefix).ok()?)
        }
        IpNet::V6(v6) => {
            let bits = v6.network().to_bits().checked_add(number.checked_shl(128 - u32::from(prefix)).unwrap_or(0))?;
            IpNet::V6(Ipv6Net::new(bits.into(), prefix).ok()?)
        }
    })
}

pub(super) fn contains(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let (outer, inner) = (cidr(evaluator, "contains", arguments, 0, span), cidr(evaluator, "contains", arguments, 1, span));
    or_error(outer.zip(inner).map(|(outer, inner)| truth(outer.contains(&inner), span)), span)
}

pub(super) fn prefix_length(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    or_error(cidr(evaluator, "prefixLength", arguments, 0, span).map(|net| number(net.prefix_len().into(), span)), span)
}

pub(super) fn parse(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(text) = text(evaluator, "net'parse", arguments, 0, span) else { return Value::error(span) };
    match text.parse::<IpNet>() {
        Ok(net) if net.trunc() == net => block(net, span),
        Ok(net) => evaluator.impossible(span, &format!("{text} has bits set beyond its prefix"), &format!("the block is {}", net.trunc())),
        Err(_) => or_error(wrong(evaluator, "net'parse", "the text of a CIDR block", &arguments[0], span), span),
    }
}

pub(super) fn host(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let (number, net) = (int(evaluator, "net'host", arguments, 0, span), cidr(evaluator, "net'host", arguments, 1, span));
    let (Some(number), Some(net)) = (number, net) else { return Value::error(span) };
    match nth_host(net, number) {
        Some(ip) => Value::new(Data::Ip(Rc::new(ip)), span),
        None => evaluator.impossible(
            span,
            &format!("{net} has no address number {number}"),
            "the first is number 0, and negative numbers count from the end",
        ),
    }
}

/// The address of a number, from the front or, below zero, from the back.
fn nth_host(net: IpNet, number: i64) -> Option<IpAddr> {
    let back = number < 0;
    let steps = u128::from(if back { number.unsigned_abs() - 1 } else { number.unsigned_abs() });
    let bits = |first: u128, last: u128| {
        let at = if back { last.checked_sub(steps)? } else { first.checked_add(steps)? };
        (first..=last).contains(&at).then_some(at)
    };
    match net {
        IpNet::V4(v4) => {
            let at = bits(v4.network().to_bits().into(), v4.broadcast().to_bits().into())?;
            Some(IpAddr::V4(u32::try_from(at).ok()?.into()))
        }
        IpNet::V6(v6) => Some(IpAddr::V6(bits(v6.network().to_bits(), v6.broadcast().to_bits())?.into())),
    }
}

pub(super) fn size(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(net) = cidr(evaluator, "net'size", arguments, 0, span) else { return Value::error(span) };
    let bits = u32::from(net.max_prefix_len() - net.prefix_len());
    match 1i64.checked_shl(bits).filter(|count| bits < 63 && *count > 0) {
        Some(count) => number(count, span),
        None => evaluator.impossible(
            span,
            &format!("{net} has more addresses than 64 bits count"),
            "ask for the addresses of one of its blocks: `subnet`",
        ),
    }
}
