//! What an evaluation may cost: steps and data together, and how deep it may go. Beyond that the program is refused, so that every
//! program ends within seconds and within a few hundred megabytes, on a stack of a fixed size.

use wcalang_model::source::Span;

use crate::eval::value::{Data, Extent, Value};
use crate::eval::{Evaluator, error};

/// What a program may cost. An expression costs one, 8 bytes of text too, an item of a list that a function makes two; so this is
/// far beyond any real file, reached within seconds, and bounds the memory.
const FUEL: u64 = 20_000_000;

/// How many expressions may be open inside of one another: functions that call functions that a fold has put together.
const DEEPEST: u32 = 5_000;

/// What is left.
#[derive(Debug)]
pub(crate) struct Fuel {
    left: u64,
    depth: u32,
}

impl Default for Fuel {
    fn default() -> Self {
        Fuel { left: FUEL, depth: 0 }
    }
}

impl Evaluator<'_> {
    /// Counts steps; false when there were too many.
    #[inline]
    pub(crate) fn burn(&mut self, steps: u64, span: Span) -> bool {
        match self.fuel.left.checked_sub(steps) {
            Some(left) if left > 0 => {
                self.fuel.left = left;
                true
            }
            Some(_) | None => {
                self.burnt(span);
                false
            }
        }
    }

    /// Opens an expression: counts a step, and how deep it is. False when it is too much, and then it is not open.
    #[inline]
    pub(crate) fn enter(&mut self, span: Span) -> bool {
        if self.fuel.depth >= DEEPEST {
            self.too_deep(span);
            return false;
        }
        if !self.burn(1, span) {
            return false;
        }
        self.fuel.depth += 1;
        true
    }

    /// Closes an expression.
    #[inline]
    pub(crate) fn leave(&mut self) {
        self.fuel.depth -= 1;
    }

    /// A list, record or partial application that was made, unless it is too deep; what it weighs itself is counted.
    #[inline]
    pub(crate) fn made(&mut self, value: Value, parts: usize) -> Value {
        if value.extent().depth > Extent::DEEPEST {
            self.too_deep(value.span);
            return Value::error(value.span);
        }
        if !self.burn(2 * parts as u64, value.span) {
            return Value::error(value.span);
        }
        value
    }

    /// Whether all of a value can be walked through: how much that is, shared parts counted each time, is counted as steps.
    pub(crate) fn walks(&mut self, value: &Value, span: Span) -> bool {
        match value.data {
            Data::List(_) | Data::Record(_) | Data::Deferred(_) => self.burn(value.extent().weight.into(), span),
            _ => true,
        }
    }

    #[cold]
    fn burnt(&mut self, span: Span) {
        if self.fuel.left > 0 {
            self.fuel.left = 0;
            let problem = error::fuel(self.outward(span));
            self.report(problem);
        }
    }

    #[cold]
    fn too_deep(&mut self, span: Span) {
        // What is around goes on with errors; there is no work left that could be told from this.
        if self.fuel.left > 0 {
            self.fuel.left = 0;
            let problem = error::too_deep(self.outward(span));
            self.report(problem);
        }
    }
}
