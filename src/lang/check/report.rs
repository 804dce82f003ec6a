//! How problems are reported: once, where the reader must act.
//!
//! A problem in the body of a function is the function's own if it is there with opaque arguments too; then it is reported
//! where it stands. Otherwise it comes of an argument, and is reported at the call that gave it.

use wcalang_model::diag::{Label, Problem};
use wcalang_model::source::Span;

use crate::check::place::{Found, Spot, Step};
use crate::check::types::FrameId;
use crate::check::{Call, Checker};
use crate::syntax::Name;
use crate::syntax::ast::ExprId;

impl Checker<'_> {
    /// Reports a problem whose first label is where it stands.
    pub(super) fn report(&mut self, problem: Problem, frame: FrameId) {
        self.emit(problem, None, frame, false);
    }

    /// Reports a problem of the value of an expression.
    pub(super) fn report_of(&mut self, problem: Problem, expr: ExprId, frame: FrameId) {
        self.emit(problem, Some(Spot { expr, frame, steps: Vec::new() }), frame, false);
    }

    /// Reports a problem of what a path leads to from an expression.
    pub(super) fn report_at(&mut self, problem: Problem, base: (ExprId, FrameId), path: &[crate::syntax::ast::Attr]) {
        let names = path.iter().filter_map(|attr| match attr.key {
            crate::syntax::ast::Key::Name(name) => Some(Step::Field(name)),
            crate::syntax::ast::Key::Dynamic(_) => None,
        });
        let spot = Spot { expr: base.0, frame: base.1, steps: names.collect() };
        self.emit(problem, Some(spot), base.1, false);
    }

    /// Reports a problem of the value at a place.
    pub(super) fn report_spot(&mut self, problem: Problem, spot: Spot) {
        let frame = spot.frame;
        self.emit(problem, Some(spot), frame, false);
    }

    /// Reports a problem of a field's name.
    pub(super) fn report_key(&mut self, problem: Problem, mut spot: Spot, name: Name) {
        let frame = spot.frame;
        spot.steps.push(Step::Field(name));
        self.emit(problem, Some(spot), frame, true);
    }

    /// Whether something was reported, or missed while it was quiet, by what is done.
    pub(super) fn complains(&mut self, does: impl FnOnce(&mut Self)) -> bool {
        self.quiet += 1;
        let before = self.missed;
        does(self);
        self.quiet -= 1;
        self.missed > before
    }

    fn emit(&mut self, problem: Problem, spot: Option<Spot>, frame: FrameId, key: bool) {
        if self.quiet > 0 || self.frame(frame).unit.library {
            self.missed += 1;
            return;
        }
        let Some(span) = problem.span() else { return };
        let mark = (problem.code.id, span);
        let concrete: Vec<usize> = (0..self.calls.len()).filter(|index| self.is_elsewhere(&self.calls[*index])).collect();
        let Some(&outermost) = concrete.first() else {
            self.missed += 1;
            self.own.insert(mark);
            self.problems.push(problem);
            return;
        };
        self.missed += 1;
        for index in concrete.into_iter().rev() {
            if self.own.contains(&mark) {
                return;
            }
            let (lambda, made) = self.calls[index].lambda;
            self.with_opaque_arguments(lambda, made);
        }
        if self.own.contains(&mark) {
            return;
        }
        let call = self.calls[outermost].span;
        let origin = spot.and_then(|spot| self.origin(&spot, outermost as u32, key));
        self.problems.push(moved(problem, origin, call));
    }

    /// Whether a call is made elsewhere than its function is written: what is passed to `map` is not.
    fn is_elsewhere(&self, call: &Call) -> bool {
        let lambda = self.span_of(call.lambda.0, call.lambda.1);
        let inside = lambda.file == call.span.file && call.span.start <= lambda.start && lambda.end <= call.span.end;
        !call.opaque && !inside
    }

    /// Where the argument of a call that a value came of is written.
    fn origin(&self, spot: &Spot, level: u32, key: bool) -> Option<Span> {
        let (found, all) = self.find(spot);
        if !all {
            return None;
        }
        let outside = self.outside(found, level)?;
        let own = self.span_of(outside.expr, outside.frame);
        Some(if key { outside.key.unwrap_or(own) } else { own })
    }

    /// The place of a spot to show: where its value is given, and the key it is given under.
    pub(super) fn shown(&self, spot: &Spot) -> (Found, Span) {
        let (found, _) = self.find(spot);
        (found, self.span_of(found.expr, found.frame))
    }
}

/// The same problem at the argument, or the call, that made it; where it stands is shown as well.
fn moved(mut problem: Problem, origin: Option<Span>, call: Span) -> Problem {
    let inside = problem.labels.first_mut().map(|label| std::mem::replace(&mut label.text, "and is used here".to_string()));
    let text = inside.unwrap_or_default();
    let label = match origin {
        Some(span) => Label { span, text: if text.is_empty() { "this".to_string() } else { text } },
        None => {
            if let Some(first) = problem.labels.first_mut() {
                first.text = text;
            }
            Label { span: call, text: "in this call".to_string() }
        }
    };
    problem.labels.retain(|other| other.span != label.span);
    problem.labels.insert(0, label);
    problem.fix = problem.fix.filter(|fix| Some(fix.span) == origin);
    problem
}
