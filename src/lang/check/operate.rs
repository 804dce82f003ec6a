//! Operators, text, and what messages call a type.

use std::rc::Rc;

use wcalang_model::source::Span;
use wcalang_model::value::Type;

use crate::check::forms::Forms;
use crate::check::place::{Found, Place, Spot};
use crate::check::types::{Form, FrameId, Ty, Types};
use crate::check::{Checker, Scope, Unit, What, error, literal};
use crate::resolve::Target;
use crate::syntax::Name;
use crate::syntax::ast::{BinaryOp, Expr, ExprId, Literal, Param, UnaryOp};

impl Checker<'_> {
    pub(super) fn unary(&mut self, unit: &Rc<Unit>, id: ExprId, op: UnaryOp, operand: ExprId, frame: FrameId) -> Ty {
        let ty = self.needed(unit, operand, frame);
        match op {
            UnaryOp::Not => {
                self.truth(ty, unit, operand, frame, "operand of `!`");
                Ty::BOOL
            }
            UnaryOp::Negate => {
                let span = self.tree(unit).span(id);
                if self.must_be(ty, Forms::INT.with(Forms::FLOAT), span).is_err() {
                    let problem = error::operand("-", span, &self.describe(ty), "only numbers can be negative");
                    self.report_of(problem, operand, frame);
                    return Ty::ANY;
                }
                ty
            }
        }
    }

    pub(super) fn binary(&mut self, unit: &Rc<Unit>, op: BinaryOp, left: ExprId, right: ExprId, op_span: Span, frame: FrameId) -> Ty {
        match op {
            BinaryOp::And | BinaryOp::Or | BinaryOp::Implies => {
                self.condition(unit, left, frame, "condition");
                let holds = op != BinaryOp::Or;
                self.holding(unit, left, frame, holds, |checker| checker.condition(unit, right, frame, "condition"));
                Ty::BOOL
            }
            BinaryOp::Merge => self.merge(unit, left, right, op_span, frame),
            BinaryOp::Concat => self.concat(unit, left, right, op_span, frame),
            BinaryOp::Equal | BinaryOp::NotEqual => {
                let sides = [self.needed(unit, left, frame), self.needed(unit, right, frame)];
                self.equal(unit, sides, [left, right], op_span, frame);
                Ty::BOOL
            }
            BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => {
                let sides = [self.needed(unit, left, frame), self.needed(unit, right, frame)];
                let help = "two numbers, two texts, or two amounts of one unit can be compared";
                self.between(unit, op, sides, [left, right], op_span, frame, help);
                Ty::BOOL
            }
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide => {
                let sides = [self.needed(unit, left, frame), self.needed(unit, right, frame)];
                let text = Forms::STR;
                let help = if op == BinaryOp::Add && (self.forms_of(sides[0]) == text || self.forms_of(sides[1]) == text) {
                    "write the value into the text: `\"…${x}…\"`"
                } else {
                    "numbers go with numbers, amounts with amounts of the same unit; `*` and `/` scale an amount by a number"
                };
                self.between(unit, op, sides, [left, right], op_span, frame, help)
            }
        }
    }

    fn concat(&mut self, unit: &Rc<Unit>, left: ExprId, right: ExprId, op_span: Span, frame: FrameId) -> Ty {
        let sides = [self.needed(unit, left, frame), self.needed(unit, right, frame)];
        let spans = [left, right].map(|side| self.tree(unit).span(side));
        let fine = [0, 1].map(|side| self.must_be(sides[side], Forms::LIST, spans[side]).is_ok());
        if fine != [true, true] {
            let help = "`++` joins two lists; for texts write `+` or `\"${a}${b}\"`";
            self.unsuitable("++", sides, [left, right], spans, op_span, frame, help, if fine[0] { 1 } else { 0 });
            return Ty::ANY;
        }
        let items = sides.map(|side| self.item(side));
        let item = self.types.join(items[0], items[1]);
        self.types.list(item)
    }

    /// The type of the items of what was found to be a list.
    pub(super) fn item(&mut self, ty: Ty) -> Ty {
        match self.types.form(ty) {
            Form::List(item) => *item,
            Form::Never => Ty::NEVER,
            Form::Opaque(index) => {
                let index = *index;
                self.opaque_item(index)
            }
            Form::Union(parts) => {
                let list = parts.iter().copied().find(|part| self.types.forms(*part) == Forms::LIST);
                list.map_or(Ty::ANY, |list| self.item(list))
            }
            _ => Ty::ANY,
        }
    }

    fn equal(&mut self, unit: &Rc<Unit>, sides: [Ty; 2], exprs: [ExprId; 2], op_span: Span, frame: FrameId) {
        if sides.iter().any(|side| self.types.is_unknown(*side)) {
            return;
        }
        let spans = exprs.map(|side| self.tree(unit).span(side));
        let [a, b] = sides.map(|side| self.forms_of(side));
        if a == Forms::FUNCTION || b == Forms::FUNCTION {
            let culprit = usize::from(a != Forms::FUNCTION);
            self.unsuitable("==", sides, exprs, spans, op_span, frame, "functions cannot be compared", culprit);
            return;
        }
        if !self.comparable(sides[0], sides[1], spans) {
            let help = "both sides must be of one kind; two kinds are never equal";
            self.unsuitable("==", sides, exprs, spans, op_span, frame, help, 1);
            return;
        }
        self.among(unit, exprs, frame);
        self.among(unit, [exprs[1], exprs[0]], frame);
    }

    /// A parameter that is declared to be one of a few texts is never equal to another one.
    fn among(&mut self, unit: &Rc<Unit>, [parameter, literal]: [ExprId; 2], frame: FrameId) {
        let tree = self.tree(unit);
        let (Expr::Variable(name), Expr::Literal(Literal::Str(text))) = (&tree[parameter], &tree[literal]) else { return };
        let (name, text) = (*name, text.clone());
        let Target::Slot { depth, index } = self.target(unit, parameter) else { return };
        let Some(scope) = self.outer(frame, depth).map(|frame| self.frame(frame)) else { return };
        let (of, Scope::Call(lambda, _)) = (scope.unit.clone(), &scope.scope) else { return };
        let Expr::Lambda { param: Param::Formals(formals), .. } = &of.module.tree[*lambda] else { return };
        let Some(annotation) = formals.fields.get(index as usize).and_then(|field| field.annotation.as_ref()) else { return };
        let want = self.annotation(annotation);
        let name = format!("`{}`", self.names.text(name));
        if let (Type::OneOf(_), Err(unfit)) = (&*want, literal::text(&text, &want, What::Is(&name))) {
            let span = unit.module.tree.span(literal);
            self.report_of(unfit.problem(span, Some(span), What::Is(&name)), literal, frame);
        }
    }

    /// Whether two values of these types can be compared, whatever they are. An opaque one becomes what can.
    fn comparable(&mut self, a: Ty, b: Ty, spans: [Span; 2]) -> bool {
        if a == b && self.types.forms(a).is_one() && Forms::SCALARS.has(self.types.forms(a)) {
            return true;
        }
        if self.types.is_unknown(a) || self.types.is_unknown(b) {
            return true;
        }
        let number = Forms::INT.with(Forms::FLOAT);
        let wide = |forms: Forms| if forms.has(number) { forms.with(number) } else { forms };
        let [left, right] = [a, b].map(|side| wide(self.forms_of(side)));
        let common = left.and(right);
        match [a, b].map(|side| matches!(self.types.form(side), Form::Opaque(_))) {
            [true, true] => return self.must_be(a, common, spans[0]).is_ok() && self.must_be(b, common, spans[1]).is_ok(),
            [true, false] => return right.without(left).is_empty() && self.must_be(a, right, spans[0]).is_ok(),
            [false, true] => return left.without(right).is_empty() && self.must_be(b, left, spans[1]).is_ok(),
            [false, false] => {}
        }
        let alike = common == left.with(right) && (common.is_one() || common == number) && common != Forms::FUNCTION;
        if !alike {
            return false;
        }
        match common {
            Forms::LIST => {
                // Which items meet is not known: some must suit.
                let (a, b) = (self.item(a), self.item(b));
                let known = [a, b].iter().all(|item| !matches!(self.types.form(*item), Form::Opaque(_)) && !self.types.is_unknown(*item));
                let (one, other) = (wide(self.forms_of(a)), wide(self.forms_of(b)));
                if known && !(one.is_one() && other.is_one()) { one.has(other) } else { self.comparable(a, b, spans) }
            }
            Forms::RECORD => {
                let ((a, _), (b, _)) = (self.as_record(a), self.as_record(b));
                // Records with other fields are not equal, and not looked into.
                let covers = |a: &[(Name, Ty)], b: &[(Name, Ty)], types: &Types| {
                    a.iter().all(|(name, ty)| types.may_be_absent(*ty) || b.iter().any(|(other, _)| other == name))
                };
                if !covers(&a, &b, &self.types) || !covers(&b, &a, &self.types) {
                    return true;
                }
                a.iter().all(|(name, ty)| match b.iter().find(|(other, _)| other == name) {
                    Some((_, other)) => {
                        let (one, other) = (self.types.present(*ty), self.types.present(*other));
                        self.comparable(one, other, spans)
                    }
                    None => true,
                })
            }
            _ => true,
        }
    }

    /// An operator between two scalars: every pair must suit it, of an opaque operand some.
    #[expect(clippy::too_many_arguments, reason = "an operator is an operator, two operands, where, and the scope around them")]
    fn between(
        &mut self,
        unit: &Rc<Unit>,
        op: BinaryOp,
        sides: [Ty; 2],
        exprs: [ExprId; 2],
        op_span: Span,
        frame: FrameId,
        help: &str,
    ) -> Ty {
        let [a, b] = sides;
        if a == Ty::NEVER || b == Ty::NEVER {
            return Ty::NEVER;
        }
        // The usual case first.
        if a == b && matches!(a, Ty::INT | Ty::STR) && (a == Ty::INT || op == BinaryOp::Add) {
            return a;
        }
        let opaque = sides.map(|side| self.types.is_unknown(side) || matches!(self.types.form(side), Form::Opaque(_)));
        let [left, right] = sides.map(|side| self.forms_of(side));
        let spans = exprs.map(|side| self.tree(unit).span(side));
        let (mut result, mut lefts, mut rights, mut wrong) = (Forms::NONE, Forms::NONE, Forms::NONE, None);
        for one in left.each() {
            for other in right.each() {
                match outcome(op, one, other) {
                    Some(form) => {
                        result = result.with(form);
                        lefts = lefts.with(one);
                        rights = rights.with(other);
                    }
                    None if !opaque[0] && !opaque[1] => wrong = Some((one, other)),
                    None => {}
                }
            }
        }
        // Each form of an operand that is known must suit some form of one that is not.
        let unsuited = [(left, lefts), (right, rights)].map(|(forms, suited)| !forms.without(suited).is_empty());
        let fails = wrong.is_some() || result.is_empty() || (!opaque[0] && unsuited[0]) || (!opaque[1] && unsuited[1]);
        if fails && left != Forms::NONE && right != Forms::NONE {
            let culprit = if lefts.is_empty() && !right.is_empty() && outcome_with_any(op, left) { 1 } else { usize::from(!unsuited[0]) };
            self.unsuitable(op.text(), sides, exprs, spans, op_span, frame, help, culprit);
            return Ty::ANY;
        }
        for (side, forms, span) in [(a, lefts, spans[0]), (b, rights, spans[1])] {
            if matches!(self.types.form(side), Form::Opaque(_)) && self.must_be(side, forms, span).is_err() {
                return Ty::ANY;
            }
        }
        if self.types.is_unknown(a) || self.types.is_unknown(b) {
            return if result.is_one() { self.types.scalars(result) } else { Ty::ANY };
        }
        if opaque[0] || opaque[1] { self.some_of(result) } else { self.types.scalars(result) }
    }

    #[expect(clippy::too_many_arguments, reason = "an operator is an operator, two operands, where, and the scope around them")]
    fn unsuitable(
        &mut self,
        op: &str,
        sides: [Ty; 2],
        exprs: [ExprId; 2],
        spans: [Span; 2],
        op_span: Span,
        frame: FrameId,
        help: &str,
        culprit: usize,
    ) {
        let words = [0, 1].map(|side| {
            let literal = self.describe_literal(sides[side], exprs[side], frame);
            literal.unwrap_or_else(|| self.describe(sides[side]))
        });
        let [left, right] = [0, 1].map(|side| (spans[side], words[side].clone()));
        let mut problem = error::operands(op, op_span, left, right, help);
        for side in sides {
            problem = self.with_other_use(problem, side);
        }
        let order = if culprit == 0 { [0, 1] } else { [1, 0] };
        let spots = order.map(|side| (Spot { expr: exprs[side], frame, steps: Vec::new() }, format!("this is {}", words[side])));
        self.report_operands(problem, spots, frame);
    }

    /// A part of a text.
    pub(super) fn text(&mut self, unit: &Rc<Unit>, id: ExprId, frame: FrameId) {
        let ty = self.infer(unit, id, frame);
        if matches!(ty, Ty::STR | Ty::INT | Ty::ANY) {
            return;
        }
        let ty = if self.types.may_be_absent(ty) {
            self.maybe_absent(unit, id, frame);
            self.types.present(ty)
        } else {
            ty
        };
        let span = self.tree(unit).span(id);
        if self.must_be(ty, Forms::TEXT, span).is_err() {
            let forms = self.forms_of(ty).without(Forms::TEXT);
            let help = no_text_help(forms);
            let problem = error::no_text(&self.describe_unlike(ty, Forms::TEXT), span, help);
            let problem = self.with_other_use(problem, ty);
            self.report_of(problem, id, frame);
        }
    }

    /// Reports that the value of an expression may be absent, where it is needed.
    pub(super) fn maybe_absent(&mut self, unit: &Rc<Unit>, id: ExprId, frame: FrameId) {
        let span = self.tree(unit).span(id);
        let name = match &self.tree(unit)[id] {
            Expr::Variable(name) => format!("`{}`", self.names.text(*name)),
            _ => "this value".to_string(),
        };
        self.report_of(error::maybe_absent_value(&name, span), id, frame);
    }

    /// What a message calls a type: `text`, `a CIDR block`, `a resource of kind ec2.Vpc`.
    pub(super) fn describe(&self, ty: Ty) -> String {
        match self.types.form(ty) {
            Form::Any => "something".to_string(),
            Form::Never => "nothing".to_string(),
            Form::Scalars(Forms::ABSENT) => "an option that was not given".to_string(),
            Form::Scalars(forms) => forms.words(),
            Form::Text(id) if self.types.text(*id).chars().count() <= 40 => format!("the text {:?}", self.types.text(*id)),
            Form::Text(_) | Form::Texts(_) => "text".to_string(),
            Form::Handle(kinds) => match &**kinds {
                [] => "a resource".to_string(),
                kinds => {
                    let names: Vec<&str> = kinds.iter().map(|kind| self.schemas.kinds[*kind as usize].schema.name).collect();
                    format!("a resource of kind {}", names.join(" or "))
                }
            },
            Form::List(_) => "a list".to_string(),
            Form::Record(..) => "a record".to_string(),
            Form::Function { .. } | Form::Builtin(..) | Form::Declared(_) | Form::Module(_) => "a function".to_string(),
            Form::Kinds(_) => "a group of kinds".to_string(),
            Form::Constructor(kind) => format!("the constructor aws.{}", self.schemas.kinds[*kind as usize].schema.name),
            Form::Lookups => "the group of lookups".to_string(),
            Form::Lookup(lookup) => format!("the lookup {}", self.schemas.lookups[*lookup as usize].name),
            Form::Library => "the library".to_string(),
            Form::Union(_) => self.types.forms(ty).words(),
            Form::Opaque(_) => self.forms_of(ty).words(),
        }
    }

    /// A literal number, in words, if the value of an expression is one.
    pub(super) fn describe_literal(&self, ty: Ty, id: ExprId, frame: FrameId) -> Option<String> {
        if !matches!(ty, Ty::INT | Ty::FLOAT) {
            return None;
        }
        let found = Found { expr: id, frame, key: None };
        let made = self.made(found).unwrap_or(found);
        match &self.unit_of(made.frame).module.tree[made.expr] {
            Expr::Literal(Literal::Int(number)) => Some(format!("the number {number}")),
            Expr::Literal(Literal::Float(number)) => Some(format!("the number {number}")),
            _ => None,
        }
    }

    /// What is at a place, as far as it is none of these forms.
    pub(super) fn describe_place(&self, ty: Ty, allowed: Forms, place: &Place<'_>) -> String {
        let (found, all) = self.find(&place.spot());
        let literal = if all { self.describe_literal(ty, found.expr, found.frame) } else { None };
        literal.unwrap_or_else(|| self.describe_unlike(ty, allowed))
    }

    /// As [`Checker::describe`], of a union only the parts that are not allowed.
    pub(super) fn describe_unlike(&self, ty: Ty, allowed: Forms) -> String {
        let parts = self.types.parts(ty);
        let unlike: Vec<Ty> = parts.iter().copied().filter(|part| !self.types.forms(*part).without(allowed).is_empty()).collect();
        match unlike.as_slice() {
            [one] => match self.types.form(*one) {
                Form::Scalars(forms) => forms.without(allowed).words(),
                _ => self.describe(*one),
            },
            _ => self.describe(ty),
        }
    }
}

fn no_text_help(forms: Forms) -> &'static str {
    match forms {
        Forms::HANDLE => "write which of its outputs: `.id`, `.arn` or `.name`",
        Forms::BOOL => "write `if … then \"…\" else \"…\"`",
        Forms::LIST => "join its items: `join \",\" list`",
        Forms::RECORD => "select one of its fields, or write `toJSON`",
        _ => "call it first",
    }
}

/// Whether an operator takes a form at all.
fn outcome_with_any(op: BinaryOp, forms: Forms) -> bool {
    forms.each().any(|one| Forms::SCALARS.each().any(|other| outcome(op, one, other).is_some()))
}

/// What an operator gives for two forms, if it goes between them.
fn outcome(op: BinaryOp, a: Forms, b: Forms) -> Option<Forms> {
    let number = Forms::INT.with(Forms::FLOAT);
    let amount = Forms::SIZE.with(Forms::DURATION).with(Forms::CPU).with(Forms::MONEY);
    let (sum, scale) = (matches!(op, BinaryOp::Add | BinaryOp::Subtract), matches!(op, BinaryOp::Multiply | BinaryOp::Divide));
    if !sum && !scale {
        // Comparisons.
        let alike = a == b && amount.with(number).with(Forms::STR).with(Forms::PERCENT).has(a);
        return (alike || (number.has(a) && number.has(b))).then_some(Forms::BOOL);
    }
    let divisible = Forms::SIZE.with(Forms::DURATION);
    match (a, b) {
        (Forms::INT, Forms::INT) => Some(Forms::INT),
        (a, b) if number.has(a) && number.has(b) => Some(Forms::FLOAT),
        (a, b) if sum && a == b && amount.with(Forms::PERCENT).has(a) => Some(a),
        (Forms::STR, Forms::STR) if op == BinaryOp::Add => Some(Forms::STR),
        (Forms::IP, Forms::INT) if sum => Some(Forms::IP),
        (a, Forms::INT) if scale && amount.has(a) => Some(a),
        (Forms::INT, b) if op == BinaryOp::Multiply && amount.has(b) => Some(b),
        (a, b) if op == BinaryOp::Divide && a == b && divisible.has(a) => Some(Forms::INT),
        _ => None,
    }
}
