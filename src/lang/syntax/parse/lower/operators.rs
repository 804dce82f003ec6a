//! Operations: the flat row of operands and operators that the grammar reads becomes a tree by precedence, without recursion.
//!
//! From the loosest: `|>` · `->` (right) · `||` · `&&` · `== !=` · `< <= > >=` · `//` (right) · `!` · `+ -` · `* /` · `++`
//! (right) · `?` · negation · application · selection.
#![expect(clippy::wildcard_enum_match_arm, reason = "the enum of the grammar's rules: what cannot come here is one arm")]

use pest::iterators::Pair;
use wcalang_model::source::Span;

use super::{Lowering, tokens};
use crate::ast::{Attr, BinaryOp, Expr, ExprId, UnaryOp};
use crate::error;
use crate::parse::Rule;

/// A piece of an operation.
pub(super) enum Token {
    /// An operand, applications and selections done.
    Operand(ExprId),
    /// `-`, `!`
    Prefix(UnaryOp, usize),
    /// `+`
    Infix(Infix, Span),
    /// `? a.b`, and where it ends
    Has(Box<[Attr]>, usize),
}

/// An operator between operands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Infix {
    Pipe,
    Binary(BinaryOp),
}

/// An operand that may still grow to the right.
struct Growing {
    atom: ExprId,
    path: Vec<Attr>,
    default: Option<ExprId>,
}

/// An operator that waits for its right operand.
#[derive(Clone, Copy)]
enum Waiting {
    Prefix(UnaryOp, usize),
    Infix(Infix, Span),
}

impl Lowering<'_> {
    pub(super) fn operation(&mut self, pair: Pair<'_, Rule>) -> ExprId {
        let base = self.tokens.len();
        let start = self.range(&pair).start;
        let mut growing: Option<Growing> = None;
        for part in tokens(pair) {
            match part.as_rule() {
                Rule::select => self.grow(&mut growing, part),
                Rule::default => {
                    let default = self.default(part);
                    if let Some(growing) = &mut growing {
                        growing.default = Some(default);
                    }
                }
                Rule::prefix => {
                    self.put(base, &mut growing);
                    let op = if part.as_str() == "!" { UnaryOp::Not } else { UnaryOp::Negate };
                    self.tokens.push(Token::Prefix(op, self.range(&part).start));
                }
                Rule::infix => {
                    self.put(base, &mut growing);
                    let infix = BinaryOp::find(part.as_str()).map_or(Infix::Pipe, Infix::Binary);
                    self.tokens.push(Token::Infix(infix, self.span_of(&part)));
                }
                Rule::has => {
                    self.put(base, &mut growing);
                    let path: Box<[Attr]> = tokens(part).map(|attr| self.attr(attr)).collect();
                    let end = path.last().map_or(start, |attr| attr.span.end as usize);
                    self.tokens.push(Token::Has(path, end));
                }
                _ => {
                    self.put(base, &mut growing);
                    let atom = self.signed(base, part);
                    growing = Some(Growing { atom, path: Vec::new(), default: None });
                }
            }
        }
        if self.tokens.len() == base {
            // By far the most common: nothing but one operand.
            return match growing {
                Some(growing) => self.grown(growing),
                None => self.hole(start, start),
            };
        }
        self.put(base, &mut growing);
        let row: Vec<Token> = self.tokens.drain(base..).collect();
        self.climb(row, start)
    }

    /// `or e`
    fn default(&mut self, pair: Pair<'_, Rule>) -> ExprId {
        let span = self.span_of(&pair);
        let read = self.deeper(span, |lowering| lowering.operand(pair));
        read.unwrap_or_else(|| self.hole(span.start as usize, span.end as usize))
    }

    /// One operand.
    fn operand(&mut self, pair: Pair<'_, Rule>) -> ExprId {
        let start = self.range(&pair).start;
        let mut growing: Option<Growing> = None;
        for part in tokens(pair) {
            match part.as_rule() {
                Rule::select => self.grow(&mut growing, part),
                Rule::default => {
                    let default = self.default(part);
                    if let Some(growing) = &mut growing {
                        growing.default = Some(default);
                    }
                }
                _ => growing = Some(Growing { atom: self.atom(part), path: Vec::new(), default: None }),
            }
        }
        match growing {
            Some(growing) => self.grown(growing),
            None => self.hole(start, start),
        }
    }

    /// `[ a (f x) -1 ]`: a row of operands.
    pub(super) fn list(&mut self, pair: Pair<'_, Rule>) -> ExprId {
        let span = self.range(&pair);
        let mut items = Vec::new();
        self.items(&mut items, tokens(pair));
        self.add(Expr::List(items.into()), span.start, span.end)
    }

    pub(super) fn items<'i>(&mut self, items: &mut Vec<ExprId>, pairs: impl Iterator<Item = Pair<'i, Rule>>) {
        let mut growing: Option<Growing> = None;
        for part in pairs {
            match part.as_rule() {
                Rule::select => self.grow(&mut growing, part),
                Rule::default => {
                    let default = self.default(part);
                    if let Some(growing) = &mut growing {
                        growing.default = Some(default);
                    }
                }
                _ if self.is_parts(&part) => self.items_of_parts(items),
                _ => {
                    let atom = self.atom(part);
                    let done = growing.replace(Growing { atom, path: Vec::new(), default: None });
                    items.extend(done.map(|done| self.grown(done)));
                }
            }
        }
        items.extend(growing.map(|done| self.grown(done)));
    }

    fn grow(&mut self, growing: &mut Option<Growing>, select: Pair<'_, Rule>) {
        let attr = tokens(select).next().map(|attr| self.attr(attr));
        if let Some(growing) = growing {
            growing.path.extend(attr);
        }
    }

    fn grown(&mut self, growing: Growing) -> ExprId {
        let Growing { atom, path, default } = growing;
        let Some(last) = path.last() else { return atom };
        let end = default.map_or(last.span.end as usize, |default| self.end(default));
        self.add(Expr::Select { base: atom, path: path.into(), default }, self.start(atom), end)
    }

    /// Ends an operand: it is applied to, or becomes a token.
    fn put(&mut self, base: usize, growing: &mut Option<Growing>) {
        let Some(growing) = growing.take() else { return };
        let argument = self.grown(growing);
        let token = match self.tokens[base..].last() {
            Some(Token::Operand(function)) => {
                let function = *function;
                self.tokens.pop();
                let (start, end) = (self.start(function), self.end(argument));
                self.add(Expr::Apply { function, argument }, start, end)
            }
            Some(Token::Prefix(..) | Token::Infix(..) | Token::Has(..)) | None => argument,
        };
        self.tokens.push(Token::Operand(token));
    }

    /// An atom; a number with its sign, if one stands directly before it.
    fn signed(&mut self, base: usize, pair: Pair<'_, Rule>) -> ExprId {
        let (start, end) = (self.range(&pair).start, self.range(&pair).end);
        match (self.tokens[base..].last(), pair.as_rule()) {
            (Some(Token::Prefix(UnaryOp::Negate, sign)), rule @ (Rule::integer | Rule::float)) if sign + 1 == start => {
                self.tokens.pop();
                self.number(rule, start - 1, end)
            }
            _ => self.atom(pair),
        }
    }

    fn climb(&mut self, row: Vec<Token>, start: usize) -> ExprId {
        let mut operands: Vec<ExprId> = Vec::new();
        let mut waiting: Vec<Waiting> = Vec::new();
        let mut is_chained = false;
        for token in row {
            match token {
                Token::Operand(id) => operands.push(id),
                Token::Prefix(op, at) => waiting.push(Waiting::Prefix(op, at)),
                Token::Infix(infix, span) => {
                    is_chained |= self.apply_tighter(&mut operands, &mut waiting, infix, span);
                    waiting.push(Waiting::Infix(infix, span));
                }
                Token::Has(path, end) => {
                    while waiting.last().is_some_and(|last| strength(*last) > HAS) {
                        self.apply_last(&mut operands, &mut waiting);
                    }
                    if let Some(base) = operands.pop() {
                        let start = self.start(base);
                        operands.push(self.add(Expr::HasAttr { base, path }, start, end));
                    }
                }
            }
        }
        while !waiting.is_empty() {
            self.apply_last(&mut operands, &mut waiting);
        }
        match operands.pop() {
            Some(id) if is_chained => self.hole(start, self.end(id)),
            Some(id) => id,
            None => self.hole(start, start),
        }
    }

    /// Applies what binds tighter than the operator that follows. Whether that is a comparison of a comparison, which is refused.
    fn apply_tighter(&mut self, operands: &mut Vec<ExprId>, waiting: &mut Vec<Waiting>, infix: Infix, span: Span) -> bool {
        let (own, side) = precedence(infix);
        let mut is_chained = false;
        while let Some(last) = waiting.last().copied() {
            let other = strength(last);
            if other < own || (other == own && side == Side::Right) {
                break;
            }
            if let (true, Side::Neither, Waiting::Infix(_, first)) = (other == own, side, last) {
                self.problems.0.push(error::chained_comparison(span, first));
                is_chained = true;
            }
            self.apply_last(operands, waiting);
        }
        is_chained
    }

    fn apply_last(&mut self, operands: &mut Vec<ExprId>, waiting: &mut Vec<Waiting>) {
        let (Some(last), Some(right)) = (waiting.pop(), operands.pop()) else { return };
        let end = self.end(right);
        let made = match last {
            Waiting::Prefix(op, start) => self.add(Expr::Unary { op, operand: right }, start, end),
            Waiting::Infix(infix, op_span) => {
                let Some(left) = operands.pop() else { return operands.push(right) };
                let start = self.start(left);
                let expr = match infix {
                    Infix::Pipe => Expr::Pipe { argument: left, function: right },
                    Infix::Binary(op) => Expr::Binary { op, left, right, op_span },
                };
                self.add(expr, start, end)
            }
        };
        operands.push(made);
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Left,
    Right,
    Neither,
}

const HAS: u8 = 12;

fn strength(waiting: Waiting) -> u8 {
    match waiting {
        Waiting::Prefix(UnaryOp::Not, _) => 8,
        Waiting::Prefix(UnaryOp::Negate, _) => 13,
        Waiting::Infix(infix, _) => precedence(infix).0,
    }
}

fn precedence(infix: Infix) -> (u8, Side) {
    let Infix::Binary(op) = infix else { return (1, Side::Left) };
    match op {
        BinaryOp::Implies => (2, Side::Right),
        BinaryOp::Or => (3, Side::Left),
        BinaryOp::And => (4, Side::Left),
        BinaryOp::Equal | BinaryOp::NotEqual => (5, Side::Neither),
        BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => (6, Side::Neither),
        BinaryOp::Merge => (7, Side::Right),
        BinaryOp::Add | BinaryOp::Subtract => (9, Side::Left),
        BinaryOp::Multiply | BinaryOp::Divide => (10, Side::Left),
        BinaryOp::Concat => (11, Side::Right),
    }
}
