//! What a resource is called for ever: `kind/name`.

use std::fmt;

/// The identity of a resource: its kind and the name it was given. No index, no position: moving code moves nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The kind: `ec2.Vpc`.
    pub kind: String,
    /// The name given to the constructor: `wca-live`.
    pub name: String,
}

impl Address {
    /// `kind/name`.
    pub fn new(kind: impl Into<String>, name: impl Into<String>) -> Self {
        Address { kind: kind.into(), name: name.into() }
    }

    /// Reads `kind/name`; None unless both parts are there. A name may itself contain `/`.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, name) = text.split_once('/')?;
        (!kind.is_empty() && !name.is_empty()).then(|| Address::new(kind, name))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}
