//! One problem, and many.

use std::collections::BTreeSet;

use crate::diag::Code;
use crate::source::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; does not stop anything.
    Warning,
    /// Nothing is planned or applied while there is one.
    Error,
}

/// What stands at a value that a problem is about and that was made elsewhere.
pub const MADE_HERE: &str = "made here";

/// A place that takes part in a problem, and what it has to do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there; may be empty.
    pub text: String,
}

/// An edit that mends a problem: replace the text of `span` by `text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What to replace; empty to insert.
    pub span: Span,
    /// What to write there.
    pub text: String,
}

/// Something the user must know, with the places that take part and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its entry in the catalogue.
    pub code: &'static Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is, in one sentence without a full stop.
    pub message: String,
    /// Where: the first is where the reader must act. None for a problem of the command line or the machine.
    pub labels: Vec<Label>,
    /// What to do: a paste-ready fix, or the list of what exists.
    pub help: Option<String>,
    /// The edit that does it, where one is certain.
    pub fix: Option<Fix>,
}

impl Problem {
    /// An error without a place.
    pub fn error(code: &'static Code, message: impl Into<String>) -> Self {
        Problem { code, severity: Severity::Error, message: message.into(), labels: Vec::new(), help: None, fix: None }
    }

    /// A warning without a place.
    pub fn warning(code: &'static Code, message: impl Into<String>) -> Self {
        Problem { severity: Severity::Warning, ..Problem::error(code, message) }
    }

    /// Adds a place; the first one added is the primary.
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what to do, if there is anything to say.
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Gives the edit that mends it.
    pub fn fix(mut self, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, text: text.into() });
        self
    }

    /// Where the reader must act.
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}

/// The problems of a stage, in the order in which they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Adds one, unless the same is there already: one cause, one report.
    pub fn push(&mut self, problem: Problem) {
        // Most differ by their place already, which is quickly seen.
        if !self.0.iter().any(|other| other.labels == problem.labels && *other == problem) {
            self.0.push(problem);
        }
    }

    /// Adds all of another stage.
    pub fn extend(&mut self, other: Problems) {
        // Only those of one code at one place can be the same; a file may have very many.
        let key = |problem: &Problem| (problem.code.id, problem.span());
        let mut known: BTreeSet<_> = self.0.iter().map(key).collect();
        for problem in other.0 {
            if known.insert(key(&problem)) {
                self.0.push(problem);
            } else {
                self.push(problem);
            }
        }
    }

    /// Whether one of them stops the work.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts them in the order of the text, problems without a place first.
    pub fn sort(&mut self) {
        self.0.sort_by_key(|problem| problem.span().map(|span| (span.file, span.start, span.end)));
    }
}
