//! Values of the finished program: data that knows where it was written, when it is known, and whether it is secret.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use crate::source::Span;
use crate::value::{Address, Fields, Type};

/// A piece of data and the expression that made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// What it is.
    pub data: Data,
    /// The expression that made it.
    pub span: Span,
}

/// The forms of data.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// true or false
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    Str(Arc<str>),
    /// An address block, `10.0.0.0/16`.
    Cidr(IpNet),
    /// An address.
    Ip(IpAddr),
    /// Bytes.
    Size(u64),
    /// Milliseconds.
    Duration(u64),
    /// Thousandths of a vCPU.
    Cpu(u64),
    /// Per cent: 60 for `60%`.
    Percent(f64),
    /// Cents of a US dollar.
    Money(i64),
    /// A list.
    List(Vec<Value>),
    /// A record or a map.
    Record(BTreeMap<String, Value>),
    /// A resource: a reference to it; becomes its identity.
    Resource(Address),
    /// Not known yet, or secret.
    Deferred(Deferred),
}

/// What will be known later, or must not be shown.
#[derive(Debug, Clone, PartialEq)]
pub enum Deferred {
    /// An output of a resource.
    Output {
        /// Whose.
        address: Address,
        /// Which.
        output: String,
        /// Of what type.
        ty: Type,
        /// When it becomes known.
        when: When,
    },
    /// A secret input of the file.
    Input {
        /// Its name.
        name: String,
    },
    /// A fact of a lookup that has no pin yet.
    Lookup {
        /// What is asked.
        lookup: Lookup,
        /// Which of its answers.
        output: String,
        /// Of what type.
        ty: Type,
    },
    /// Text with deferred parts in it.
    Text(Vec<Part>),
    /// The JSON text of a value that has deferred parts.
    Json(Box<Value>),
}

/// A part of a deferred text.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Known text.
    Text(Arc<str>),
    /// Text to come.
    Deferred(Deferred),
    /// The identity of a resource.
    Resource(Address),
}

/// When a value is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// While the file is checked.
    Now,
    /// When a plan is made: names chosen by earlier runs, ARNs computed from them.
    Plan,
    /// Only when AWS has made the resource.
    Apply,
}

/// A question to the cloud whose answer is pinned in the lock file.
#[derive(Debug, Clone, PartialEq)]
pub struct Lookup {
    /// Which lookup: `certificate`.
    pub name: String,
    /// Its arguments, all known.
    pub arguments: Fields,
}

impl Value {
    /// Data made at a place.
    pub fn new(data: Data, span: Span) -> Self {
        Value { data, span }
    }

    /// When all of it is known.
    pub fn when(&self) -> When {
        match &self.data {
            Data::Deferred(deferred) => deferred.when(),
            Data::Resource(_) => When::Apply,
            Data::List(items) => items.iter().map(Value::when).max().unwrap_or(When::Now),
            Data::Record(fields) => fields.values().map(Value::when).max().unwrap_or(When::Now),
            Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Str(_) | Data::Cidr(_) | Data::Ip(_) | Data::Size(_) => When::Now,
            Data::Duration(_) | Data::Cpu(_) | Data::Percent(_) | Data::Money(_) => When::Now,
        }
    }

    /// Whether any of it is secret.
    pub fn is_secret(&self) -> bool {
        let mut secret = false;
        self.visit(&mut |data| secret |= matches!(data, Data::Deferred(deferred) if deferred.is_secret()));
        secret
    }

    /// Calls `visit` for this value and every value in it.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Data)) {
        visit(&self.data);
        match &self.data {
            Data::List(items) => items.iter().for_each(|item| item.visit(visit)),
            Data::Record(fields) => fields.values().for_each(|field| field.visit(visit)),
            Data::Deferred(Deferred::Json(value)) => value.visit(visit),
            Data::Deferred(_) | Data::Resource(_) | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Str(_) => {}
            Data::Cidr(_) | Data::Ip(_) | Data::Size(_) | Data::Duration(_) | Data::Cpu(_) | Data::Percent(_) | Data::Money(_) => {}
        }
    }

    /// Every resource this value refers to, by handle or by output.
    pub fn references(&self) -> Vec<&Address> {
        let mut found = Vec::new();
        self.visit(&mut |data| match data {
            Data::Resource(address) => found.push(address),
            Data::Deferred(deferred) => deferred.references(&mut found),
            Data::List(_) | Data::Record(_) | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Str(_) => {}
            Data::Cidr(_) | Data::Ip(_) | Data::Size(_) | Data::Duration(_) | Data::Cpu(_) | Data::Percent(_) | Data::Money(_) => {}
        });
        found
    }
}

impl Deferred {
    /// When it becomes known. A secret input is given with the run; it is never shown.
    pub fn when(&self) -> When {
        match self {
            Deferred::Output { when, .. } => *when,
            Deferred::Input { .. } | Deferred::Lookup { .. } => When::Plan,
            Deferred::Text(parts) => parts.iter().map(Part::when).max().unwrap_or(When::Now),
            Deferred::Json(value) => value.when(),
        }
    }

    /// Whether any of it is secret.
    pub fn is_secret(&self) -> bool {
        match self {
            Deferred::Input { .. } => true,
            Deferred::Text(parts) => parts.iter().any(|part| matches!(part, Part::Deferred(deferred) if deferred.is_secret())),
            Deferred::Json(value) => value.is_secret(),
            Deferred::Output { .. } | Deferred::Lookup { .. } => false,
        }
    }

    /// Adds every resource it refers to. Those inside [`Deferred::Json`] are found by [`Value::visit`].
    pub fn references<'a>(&'a self, found: &mut Vec<&'a Address>) {
        match self {
            Deferred::Output { address, .. } => found.push(address),
            Deferred::Text(parts) => parts.iter().for_each(|part| match part {
                Part::Resource(address) => found.push(address),
                Part::Deferred(Deferred::Json(value)) => found.extend(value.references()),
                Part::Deferred(deferred) => deferred.references(found),
                Part::Text(_) => {}
            }),
            Deferred::Input { .. } | Deferred::Lookup { .. } | Deferred::Json(_) => {}
        }
    }
}

impl Part {
    fn when(&self) -> When {
        match self {
            Part::Text(_) => When::Now,
            Part::Deferred(deferred) => deferred.when(),
            Part::Resource(_) => When::Apply,
        }
    }
}
