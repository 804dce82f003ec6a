//! Operators.

use std::cmp::Ordering;
use std::net::IpAddr;
use std::rc::Rc;

use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::values;
use wcalang_model::source::Span;

use crate::eval::frames::FrameId;
use crate::eval::text::Text;
use crate::eval::value::{Data, List, Record, Value};
use crate::eval::{Evaluator, Module, error};
use crate::syntax::ast::{BinaryOp, ExprId, UnaryOp};

impl Evaluator<'_> {
    pub(crate) fn unary(&mut self, op: UnaryOp, operand: Value, span: Span) -> Value {
        let data = match (op, &operand.data) {
            (_, Data::Error) => Data::Error,
            (UnaryOp::Not, _) => {
                return self
                    .truth(&operand, operand.span, "operand of `!`")
                    .map_or(Value::error(span), |holds| Value::new(Data::Bool(!holds), span));
            }
            (UnaryOp::Negate, Data::Int(number)) => match number.checked_neg() {
                Some(number) => Data::Int(number),
                None => return self.impossible(span, "this number has no negative in 64 bits", error::WIDE),
            },
            (UnaryOp::Negate, Data::Float(number)) => Data::Float(-number),
            (UnaryOp::Negate, _) => {
                let problem = error::operand("-", self.outward(span), &self.describe(&operand), "only numbers can be negative");
                self.report(problem);
                Data::Error
            }
        };
        Value::new(data, span)
    }

    /// An operator between two expressions.
    pub(crate) fn binary(&mut self, code: &Module, op: BinaryOp, sides: [ExprId; 2], op_span: Span, frame: FrameId, span: Span) -> Value {
        let ([left, right], tree) = (sides, &code.tree);
        // The right side of these is evaluated only where it counts.
        if let BinaryOp::And | BinaryOp::Or | BinaryOp::Implies = op {
            let value = self.eval(code, left, frame);
            let Some(holds) = self.truth(&value, tree.span(left), "condition") else { return Value::error(span) };
            let decided = match op {
                BinaryOp::And => (!holds).then_some(false),
                BinaryOp::Or => holds.then_some(true),
                _ => (!holds).then_some(true),
            };
            if let Some(decided) = decided {
                return Value::new(Data::Bool(decided), span);
            }
            let value = self.eval(code, right, frame);
            return self
                .truth(&value, tree.span(right), "condition")
                .map_or(Value::error(span), |holds| Value::new(Data::Bool(holds), span));
        }
        let (left_expr, right_expr) = (left, right);
        let left = here(self.eval(code, left, frame), tree.span(left));
        let right = here(self.eval(code, right, frame), tree.span(right));
        if left.is_error() || right.is_error() {
            return Value::error(span);
        }
        if let Some((_, absent)) = [(&left, left_expr), (&right, right_expr)].into_iter().find(|(value, _)| value.is_absent()) {
            let problem = error::absent(self.files.text(tree.span(absent)), self.outward(tree.span(absent)));
            self.report(problem);
            return Value::error(span);
        }
        let data = match op {
            BinaryOp::Equal | BinaryOp::NotEqual => {
                self.equal(&left, &right, op_span).map(|same| Data::Bool(same == (op == BinaryOp::Equal)))
            }
            BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => self.compare(op, &left, &right, op_span),
            BinaryOp::Merge => self.merge(&left, &right, op_span),
            BinaryOp::Concat => self.concat(&left, &right, op_span),
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide => self.arithmetic(op, &left, &right, op_span, span),
            BinaryOp::And | BinaryOp::Or | BinaryOp::Implies => None,
        };
        Value::new(data.unwrap_or(Data::Error), span)
    }

    /// Whether two values are the same; `None` if that cannot be told now, which is reported.
    pub(crate) fn equal(&mut self, left: &Value, right: &Value, op_span: Span) -> Option<bool> {
        match (&left.data, &right.data) {
            (Data::Error, _) | (_, Data::Error) => None,
            (Data::Resource(a), Data::Resource(b)) => Some(self.made[a.0 as usize].address == self.made[b.0 as usize].address),
            (Data::Deferred(_), _) => {
                let problem = self.later(left, left.span, "what is compared");
                self.report(problem);
                None
            }
            (_, Data::Deferred(_)) => {
                let problem = self.later(right, right.span, "what is compared");
                self.report(problem);
                None
            }
            (Data::Bool(a), Data::Bool(b)) => Some(a == b),
            (Data::Int(a), Data::Int(b)) => Some(a == b),
            (Data::Float(a), Data::Float(b)) | (Data::Percent(a), Data::Percent(b)) => Some(a == b),
            (Data::Int(a), Data::Float(b)) | (Data::Float(b), Data::Int(a)) => Some(*a as f64 == *b),
            (Data::Str(a), Data::Str(b)) => Some(a == b),
            (Data::Cidr(a), Data::Cidr(b)) => Some(a == b),
            (Data::Ip(a), Data::Ip(b)) => Some(a == b),
            (Data::Size(a), Data::Size(b)) | (Data::Duration(a), Data::Duration(b)) | (Data::Cpu(a), Data::Cpu(b)) => Some(a == b),
            (Data::Money(a), Data::Money(b)) => Some(a == b),
            (Data::List(a), Data::List(b)) => {
                if a.len() != b.len() {
                    return Some(false);
                }
                if !self.burn(a.len() as u64, op_span) {
                    return None;
                }
                a.clone().iter().zip(b.clone().iter()).try_fold(true, |same, (a, b)| Some(same & self.equal(a, b, op_span)?))
            }
            (Data::Record(a), Data::Record(b)) => {
                if a.len() != b.len() || a.iter().zip(b.iter()).any(|((a, _), (b, _))| a != b) {
                    return Some(false);
                }
                if !self.burn(a.len() as u64, op_span) {
                    return None;
                }
                a.clone().iter().zip(b.clone().iter()).try_fold(true, |same, ((_, a), (_, b))| Some(same & self.equal(a, b, op_span)?))
            }
            (Data::Absent, Data::Absent) => Some(true),
            (Data::Function(_) | Data::Builtin(_) | Data::Partial(_), _) | (_, Data::Function(_) | Data::Builtin(_) | Data::Partial(_)) => {
                self.unsuitable("==", op_span, left, right, "functions cannot be compared");
                None
            }
            _ => {
                self.unsuitable("==", op_span, left, right, "both sides must be of one kind; two kinds are never equal");
                None
            }
        }
    }

    fn compare(&mut self, op: BinaryOp, left: &Value, right: &Value, op_span: Span) -> Option<Data> {
        let order = match (&left.data, &right.data) {
            (Data::Deferred(_) | Data::Resource(_), _) | (_, Data::Deferred(_) | Data::Resource(_)) => {
                let which = if matches!(left.data, Data::Deferred(_) | Data::Resource(_)) { left } else { right };
                let problem = self.later(which, which.span, "what is compared");
                self.report(problem);
                return None;
            }
            (left_data, right_data) => match order(left_data, right_data) {
                Some(order) => order,
                None => {
                    self.unsuitable(op.text(), op_span, left, right, "two numbers, two texts, or two amounts of one unit can be compared");
                    return None;
                }
            },
        };
        Some(Data::Bool(match op {
            BinaryOp::Less => order.is_lt(),
            BinaryOp::LessEqual => order.is_le(),
            BinaryOp::Greater => order.is_gt(),
            _ => order.is_ge(),
        }))
    }

    fn merge(&mut self, left: &Value, right: &Value, op_span: Span) -> Option<Data> {
        let (Data::Record(a), Data::Record(b)) = (&left.data, &right.data) else {
            self.unsuitable("//", op_span, left, right, "`//` joins two records");
            return None;
        };
        for (name, value) in b.iter() {
            if let (Some(Data::Record(inner)), Data::Record(new)) = (a.get(*name).map(|value| &value.data), &value.data)
                && let Some((lost, _)) = inner.iter().find(|(lost, _)| new.get(*lost).is_none())
                && op_span.file == self.user
            {
                let (name, lost) = (self.names.text(*name).to_string(), self.names.text(*lost).to_string());
                let problem = Problem::warning(&values::SHALLOW_MERGE, format!("`//` drops `{name}.{lost}`"))
                    .label(op_span, format!("`{name}` is taken whole from the right side"))
                    .help(format!("merge the inner records too: `{name} = left.{name} // {{ … }};`"));
                self.report(problem);
            }
        }
        self.burn((a.len() + b.len()) as u64, op_span).then(|| Data::Record(Rc::new(Record::merge(a, b))))
    }

    fn concat(&mut self, left: &Value, right: &Value, op_span: Span) -> Option<Data> {
        let (Data::List(a), Data::List(b)) = (&left.data, &right.data) else {
            self.unsuitable("++", op_span, left, right, "`++` joins two lists; for texts write `+` or `\"${a}${b}\"`");
            return None;
        };
        self.burn(2 * (a.len() + b.len()) as u64, op_span)
            .then(|| Data::List(Rc::new(List::new(a.iter().chain(b.iter()).cloned().collect()))))
    }

    fn arithmetic(&mut self, op: BinaryOp, left: &Value, right: &Value, op_span: Span, span: Span) -> Option<Data> {
        let whole = |a: i64, b: i64| match op {
            BinaryOp::Add => a.checked_add(b),
            BinaryOp::Subtract => a.checked_sub(b),
            BinaryOp::Multiply => a.checked_mul(b),
            _ => a.checked_div(b),
        };
        let fraction = |a: f64, b: f64| match op {
            BinaryOp::Add => a + b,
            BinaryOp::Subtract => a - b,
            BinaryOp::Multiply => a * b,
            _ => a / b,
        };
        let amount = |a: u64, b: u64| match op {
            BinaryOp::Add => a.checked_add(b),
            BinaryOp::Subtract => a.checked_sub(b),
            _ => None,
        };
        let sum = matches!(op, BinaryOp::Add | BinaryOp::Subtract);
        let scale = matches!(op, BinaryOp::Multiply | BinaryOp::Divide);
        let scaled = |a: u64, b: i64| {
            let b = u64::try_from(b).ok()?;
            if op == BinaryOp::Multiply { a.checked_mul(b) } else { a.checked_div(b) }
        };
        let data = match (&left.data, &right.data) {
            (Data::Int(a), Data::Int(b)) => whole(*a, *b).map(Data::Int),
            (Data::Float(a), Data::Float(b)) => Some(Data::Float(fraction(*a, *b))),
            (Data::Int(a), Data::Float(b)) => Some(Data::Float(fraction(*a as f64, *b))),
            (Data::Float(a), Data::Int(b)) => Some(Data::Float(fraction(*a, *b as f64))),
            (Data::Percent(a), Data::Percent(b)) if sum => Some(Data::Percent(fraction(*a, *b))),
            (Data::Size(a), Data::Size(b)) if sum => amount(*a, *b).map(Data::Size),
            (Data::Duration(a), Data::Duration(b)) if sum => amount(*a, *b).map(Data::Duration),
            (Data::Cpu(a), Data::Cpu(b)) if sum => amount(*a, *b).map(Data::Cpu),
            (Data::Money(a), Data::Money(b)) if sum => whole(*a, *b).map(Data::Money),
            (Data::Size(a), Data::Int(b)) if scale => scaled(*a, *b).map(Data::Size),
            (Data::Duration(a), Data::Int(b)) if scale => scaled(*a, *b).map(Data::Duration),
            (Data::Cpu(a), Data::Int(b)) if scale => scaled(*a, *b).map(Data::Cpu),
            (Data::Money(a), Data::Int(b)) if scale => whole(*a, *b).map(Data::Money),
            (Data::Int(a), Data::Size(b)) if op == BinaryOp::Multiply => scaled(*b, *a).map(Data::Size),
            (Data::Int(a), Data::Duration(b)) if op == BinaryOp::Multiply => scaled(*b, *a).map(Data::Duration),
            (Data::Int(a), Data::Cpu(b)) if op == BinaryOp::Multiply => scaled(*b, *a).map(Data::Cpu),
            (Data::Int(a), Data::Money(b)) if op == BinaryOp::Multiply => whole(*a, *b).map(Data::Money),
            (Data::Size(a), Data::Size(b)) if op == BinaryOp::Divide => a.checked_div(*b).map(|n| Data::Int(n as i64)),
            (Data::Duration(a), Data::Duration(b)) if op == BinaryOp::Divide => a.checked_div(*b).map(|n| Data::Int(n as i64)),
            (Data::Ip(a), Data::Int(b)) if sum => {
                moved(**a, if op == BinaryOp::Add { Some(*b) } else { b.checked_neg() }).map(|ip| Data::Ip(Rc::new(ip)))
            }
            (Data::Str(_) | Data::Deferred(_), Data::Str(_) | Data::Deferred(_)) if op == BinaryOp::Add => {
                let mut text = Text::default();
                let fine = self.add_text(&mut text, left, left.span) && self.add_text(&mut text, right, right.span);
                return fine.then(|| self.text(text, span).data);
            }
            (Data::Deferred(_), _) | (_, Data::Deferred(_)) => {
                let which = if matches!(left.data, Data::Deferred(_)) { left } else { right };
                let problem = self.later(which, which.span, "what is calculated with");
                self.report(problem);
                return None;
            }
            (Data::Str(_), _) | (_, Data::Str(_)) if op == BinaryOp::Add => {
                self.unsuitable("+", op_span, left, right, "write the value into the text: `\"…${x}…\"`");
                return None;
            }
            _ => {
                self.unsuitable(
                    op.text(),
                    op_span,
                    left,
                    right,
                    "numbers go with numbers, amounts with amounts of the same unit; `*` and `/` scale an amount by a number",
                );
                return None;
            }
        };
        if data.is_none() {
            let (why, help) = match (op, &right.data) {
                (BinaryOp::Divide, Data::Int(0) | Data::Size(0) | Data::Duration(0)) => {
                    ("this divides by zero", "say what it is then: `if n == 0 then … else … / n`")
                }
                _ if matches!((&left.data, &right.data), (Data::Int(_), Data::Int(_))) => ("the result is beyond 64 bits", error::WIDE),
                _ => ("the result is below zero or beyond 64 bits", "an amount is never negative: compare the two first, with `if`"),
            };
            self.impossible(span, why, help);
        }
        data
    }

    pub(crate) fn impossible(&mut self, span: Span, why: &str, help: &str) -> Value {
        let problem = error::arithmetic(self.outward(span), why, help);
        self.report(problem);
        Value::error(span)
    }

    fn unsuitable(&mut self, op: &str, op_span: Span, left: &Value, right: &Value, help: &str) {
        let sides = [left, right].map(|side| (self.outward(side.span), self.describe(side)));
        let [left, right] = sides;
        let problem = error::operands(op, self.outward(op_span), left, right, help);
        self.report(problem);
    }
}

/// Which of two values comes first; `None` where they cannot be compared.
pub(crate) fn order(left: &Data, right: &Data) -> Option<Ordering> {
    match (left, right) {
        (Data::Int(a), Data::Int(b)) | (Data::Money(a), Data::Money(b)) => Some(a.cmp(b)),
        (Data::Size(a), Data::Size(b)) | (Data::Duration(a), Data::Duration(b)) | (Data::Cpu(a), Data::Cpu(b)) => Some(a.cmp(b)),
        (Data::Str(a), Data::Str(b)) => Some(a.cmp(b)),
        (Data::Float(a), Data::Float(b)) | (Data::Percent(a), Data::Percent(b)) => a.partial_cmp(b),
        (Data::Int(a), Data::Float(b)) => (*a as f64).partial_cmp(b),
        (Data::Float(a), Data::Int(b)) => a.partial_cmp(&(*b as f64)),
        _ => None,
    }
}

/// What is known only later is shown where it is used: it was made elsewhere, and may be a declaration.
fn here(value: Value, span: Span) -> Value {
    if matches!(value.data, Data::Deferred(_) | Data::Resource(_)) { Value::new(value.data, span) } else { value }
}

fn moved(ip: IpAddr, by: Option<i64>) -> Option<IpAddr> {
    let by = i128::from(by?);
    match ip {
        IpAddr::V4(v4) => u32::try_from(i128::from(v4.to_bits()) + by).ok().map(|bits| IpAddr::V4(bits.into())),
        IpAddr::V6(v6) => u128::try_from(i128::try_from(v6.to_bits()).ok()? + by).ok().map(|bits| IpAddr::V6(bits.into())),
    }
}
