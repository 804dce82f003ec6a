//! Structs that are records: decoded from fields and encoded to them.

use crate::kind::{DecodeError, RecordSchema};
use crate::value::Fields;

/// A struct with a schema. Derived.
pub trait Record: Sized + 'static {
    /// Its declaration.
    const SCHEMA: RecordSchema;
    /// From fields; a default fills what is absent.
    fn decode(fields: &Fields) -> Result<Self, DecodeError>;
    /// To fields; what is `None` is left out.
    fn encode(&self) -> Fields;
}

/// What a kind's rules found wrong in its fields.
#[derive(Debug, Default)]
pub struct FieldProblems(pub Vec<FieldProblem>);

/// One problem of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field; empty for the whole resource.
    pub field: &'static str,
    /// What is.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl FieldProblems {
    /// Adds one.
    pub fn push(&mut self, field: &'static str, message: impl Into<String>, help: impl Into<String>) {
        self.0.push(FieldProblem { field, message: message.into(), help: help.into() });
    }
}
