//! Numbers and literals with a meaning: what each is worth, and what is refused.
#![expect(clippy::wildcard_enum_match_arm, reason = "the enum of the grammar's rules: what cannot come here is one arm")]

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};
use wcalang_model::diag::Problem;
use wcalang_model::source::Span;

use super::Lowering;
use crate::ast::{Expr, ExprId, Literal, UnaryOp};
use crate::error;
use crate::parse::Rule;

impl Lowering<'_> {
    /// A number; `start` may be that of its sign.
    pub(super) fn number(&mut self, rule: Rule, start: usize, end: usize) -> ExprId {
        let text = self.text;
        let text = &text[start..end];
        let span = self.span(start, end);
        if text.starts_with('-') && !matches!(rule, Rule::integer | Rule::float) {
            let operand = self.number(rule, start + 1, end);
            return self.add(Expr::Unary { op: UnaryOp::Negate, operand }, start, end);
        }
        let literal = match rule {
            Rule::integer => text
                .parse()
                .map(Literal::Int)
                .map_err(|_| Box::new(error::number_too_large(span, "-9223372036854775808 to 9223372036854775807"))),
            Rule::float => finite(text).ok_or_else(|| Box::new(error::number_too_large(span, "about ±1.8e308"))).map(Literal::Float),
            Rule::cidr => cidr(text, span),
            Rule::ip => ip(text, span).map(|ip| Literal::Ip(IpAddr::V4(ip))),
            Rule::measure => measure(text, span),
            _ => Err(Box::new(odd(text, span))),
        };
        match literal {
            Ok(literal) => self.add(Expr::Literal(literal), start, end),
            Err(problem) => {
                self.problems.0.push(*problem);
                self.hole(start, end)
            }
        }
    }
}

fn finite(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn ip(text: &str, span: Span) -> Result<Ipv4Addr, Box<Problem>> {
    let parts: Vec<&str> = text.split('.').collect();
    let mut octets = [0; 4];
    for (octet, part) in octets.iter_mut().zip(&parts) {
        *octet = part.parse().map_err(|_| Box::new(error::malformed_address(span, text, format!("`{part}` is more than 255"))))?;
        if part.len() > 1 && part.starts_with('0') {
            return Err(Box::new(error::malformed_address(span, text, format!("`{part}` has a leading zero"))));
        }
    }
    match parts.len() {
        4 => Ok(octets.into()),
        count => Err(Box::new(error::malformed_address(span, text, format!("an address has four parts, this one has {count}")))),
    }
}

fn cidr(text: &str, span: Span) -> Result<Literal, Box<Problem>> {
    let (address, length) = text.split_once('/').unwrap_or((text, ""));
    let address = ip(address, span)?;
    let block = length.parse().ok().and_then(|length| Ipv4Net::new(address, length).ok());
    let Some(block) = block else {
        return Err(Box::new(error::malformed_address(span, text, format!("the prefix length `/{length}` is more than 32"))));
    };
    if block.network() != address {
        return Err(Box::new(error::host_bits(span, &block.trunc().to_string(), &text[text.find('/').unwrap_or(0)..])));
    }
    Ok(Literal::Cidr(IpNet::V4(block)))
}

fn measure(text: &str, span: Span) -> Result<Literal, Box<Problem>> {
    let at = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let whole = |factor, smallest| scaled(number, factor).map_err(|reason| Box::new(reason.problem(span, text, smallest)));
    let unsigned = |amount: i64| amount.unsigned_abs();
    Ok(match unit {
        "KiB" => Literal::Size(whole(1 << 10, "byte").map(unsigned)?),
        "MiB" => Literal::Size(whole(1 << 20, "byte").map(unsigned)?),
        "GiB" => Literal::Size(whole(1 << 30, "byte").map(unsigned)?),
        "TiB" => Literal::Size(whole(1 << 40, "byte").map(unsigned)?),
        "ms" => Literal::Duration(whole(1, "millisecond").map(unsigned)?),
        "s" => Literal::Duration(whole(1_000, "millisecond").map(unsigned)?),
        "min" => Literal::Duration(whole(60_000, "millisecond").map(unsigned)?),
        "h" => Literal::Duration(whole(3_600_000, "millisecond").map(unsigned)?),
        "d" => Literal::Duration(whole(86_400_000, "millisecond").map(unsigned)?),
        "usd" => Literal::Money(whole(100, "cent")?),
        "vcpu" => Literal::Cpu(whole(1_000, "thousandth of a vCPU").map(unsigned)?),
        _ => Literal::Percent(finite(number).unwrap_or(0.0)),
    })
}

/// Why an amount is not a whole number of the smallest unit.
enum Uneven {
    Fraction,
    TooLarge,
}

impl Uneven {
    fn problem(self, span: Span, text: &str, smallest: &str) -> Problem {
        match self {
            Uneven::Fraction => error::uneven_amount(span, text, smallest),
            Uneven::TooLarge => error::number_too_large(span, &format!("9223372036854775807 {smallest}s")),
        }
    }
}

/// A decimal number times a factor, exactly.
fn scaled(number: &str, factor: u128) -> Result<i64, Uneven> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits: u128 = format!("{whole}{fraction}").parse().map_err(|_| Uneven::TooLarge)?;
    let scale = 10u128.checked_pow(fraction.len() as u32).ok_or(Uneven::Fraction)?;
    let product = digits.checked_mul(factor).ok_or(Uneven::TooLarge)?;
    if product % scale != 0 {
        return Err(Uneven::Fraction);
    }
    i64::try_from(product / scale).map_err(|_| Uneven::TooLarge)
}

/// What begins like a number and is none.
fn odd(text: &str, span: Span) -> Problem {
    let (number, length) = text.split_once('/').map_or((text, None), |(number, length)| (number, Some(length)));
    let numeric = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if numeric && (number.matches('.').count() > 1 || length.is_some()) {
        let reason = format!("an address has four parts, this one has {}", number.split('.').count());
        return error::malformed_address(span, text, reason);
    }
    let at = number.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(number.len());
    let (amount, unit) = number.split_at(at);
    error::unknown_unit(span, amount.trim_end_matches('.'), unit)
}
