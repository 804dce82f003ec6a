//! How problems are reported: once, where the reader must act.
//!
//! A problem in the body of a function is the function's own if it is there with opaque arguments too; then it is reported
//! where it stands. Otherwise it comes of an argument, and is reported at the call that gave it.

use wcalang_model::diag::{Label, Problem};
use wcalang_model::source::Span;

use crate::check::place::{Found, Spot, Step};
use crate::check::types::FrameId;
use crate::check::{Call, Checker, Scope};
use crate::syntax::Name;
use crate::syntax::ast::ExprId;

impl Checker<'_> {
    /// Reports a problem whose first label is where it stands.
    pub(super) fn report(&mut self, problem: Problem, frame: FrameId) {
        self.emit(problem, Vec::new(), frame, false);
    }

    /// Reports a problem of the value of an expression.
    pub(super) fn report_of(&mut self, problem: Problem, expr: ExprId, frame: FrameId) {
        self.emit(problem, vec![(Spot { expr, frame, steps: Vec::new() }, String::new())], frame, false);
    }

    /// Reports a problem of what a path leads to from an expression.
    pub(super) fn report_at(&mut self, problem: Problem, base: (ExprId, FrameId), path: &[crate::syntax::ast::Attr]) {
        let names = path.iter().filter_map(|attr| match attr.key {
            crate::syntax::ast::Key::Name(name) => Some(Step::Field(name)),
            crate::syntax::ast::Key::Dynamic(_) => None,
        });
        let spot = Spot { expr: base.0, frame: base.1, steps: names.collect() };
        self.emit(problem, vec![(spot, String::new())], base.1, false);
    }

    /// Reports a problem of the value at a place.
    pub(super) fn report_spot(&mut self, problem: Problem, spot: Spot) {
        let frame = spot.frame;
        self.emit(problem, vec![(spot, String::new())], frame, false);
    }

    /// Reports a problem of a field's name.
    pub(super) fn report_key(&mut self, problem: Problem, mut spot: Spot, name: Name) {
        let frame = spot.frame;
        spot.steps.push(Step::Field(name));
        self.emit(problem, vec![(spot, String::new())], frame, true);
    }

    /// Reports a problem of two values, each with its words.
    pub(super) fn report_operands(&mut self, problem: Problem, spots: [(Spot, String); 2], frame: FrameId) {
        self.emit(problem, spots.into(), frame, false);
    }

    /// Whether something was reported, or missed while it was quiet, by what is done.
    pub(super) fn complains(&mut self, does: impl FnOnce(&mut Self)) -> bool {
        self.quiet += 1;
        let before = self.missed;
        does(self);
        self.quiet -= 1;
        self.missed > before
    }

    /// Reports a problem that comes of these values, each with words for it.
    fn emit(&mut self, problem: Problem, spots: Vec<(Spot, String)>, frame: FrameId, key: bool) {
        self.missed += 1;
        let Some(span) = problem.span().filter(|_| self.quiet == 0 && !self.frame(frame).unit.library) else { return };
        let mark = (problem.code.id, span);
        let concrete: Vec<usize> = (0..self.calls.len()).filter(|index| self.is_elsewhere(&self.calls[*index])).collect();
        let Some(&outermost) = concrete.first() else {
            self.own.insert(mark);
            self.add(problem);
            return;
        };
        for index in concrete.into_iter().rev() {
            if self.own.contains(&mark) {
                return;
            }
            let (lambda, made) = self.whole(self.calls[index].lambda);
            self.with_opaque_arguments(lambda, made);
        }
        if self.own.contains(&mark) {
            return;
        }
        let call = self.calls[outermost].span;
        let origins = spots.into_iter().filter_map(|(spot, words)| Some((self.origin(&spot, outermost as u32, key)?, words)));
        let origins: Vec<(Span, String)> = origins.collect();
        self.add(moved(problem, origins, call));
    }

    /// Adds a problem, unless there is one of the kind at the same place: one cause, one report.
    fn add(&mut self, problem: Problem) {
        let Some(span) = problem.span() else { return };
        if self.reported.insert((problem.code.id, span)) {
            self.problems.0.push(problem);
        }
    }

    /// The function that all of a curried one is: the outermost that was called to make it.
    fn whole(&self, (lambda, made): (ExprId, FrameId)) -> (ExprId, FrameId) {
        let mut whole = (lambda, made);
        let mut next = Some(made);
        while let Some(frame) = next {
            let frame = self.frame(frame);
            if let (Scope::Call(lambda, Some(_)), Some(parent)) = (&frame.scope, frame.parent) {
                whole = (*lambda, parent);
            }
            next = frame.parent;
        }
        whole
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

/// The same problem at the arguments, or the call, that made it; where it stands is shown as well.
fn moved(mut problem: Problem, origins: Vec<(Span, String)>, call: Span) -> Problem {
    let mut labels: Vec<Label> = Vec::with_capacity(problem.labels.len() + 2);
    let inside = problem.labels.first().map(|label| label.text.clone()).unwrap_or_default();
    // What says what a value is goes with the value.
    let of_value = inside.starts_with("this is ");
    for (span, words) in origins {
        let known = problem.labels.iter().find(|label| label.span == span && !label.text.is_empty());
        if let Some(label) = known.filter(|_| words.is_empty()) {
            labels.push(label.clone());
            continue;
        }
        let text = match (words.is_empty(), of_value) {
            (false, _) => words,
            (true, true) => inside.clone(),
            (true, false) => "this was given".to_string(),
        };
        if labels.iter().all(|label| label.span != span) {
            labels.push(Label { span, text });
        }
    }
    if labels.is_empty() {
        labels.push(Label { span: call, text: "in this call".to_string() });
    } else if let Some(first) = problem.labels.first_mut()
        && (of_value || first.text.is_empty())
    {
        first.text = "and is used here".to_string();
    }
    let moved = labels[0].span;
    problem.labels.retain(|other| labels.iter().all(|label| label.span != other.span));
    labels.append(&mut problem.labels);
    problem.labels = labels;
    problem.fix = problem.fix.filter(|fix| fix.span == moved);
    problem
}
