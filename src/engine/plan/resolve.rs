//! From a value of the graph to plain data, as far as it is known: references become identities, outputs what stands, secret
//! inputs what was given. Asks nobody, decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use wcalang_model::kind::FieldType;
use wcalang_model::value::{Address, Data, Datum, Deferred, Fields, Lookup, Part, Secret, Value};

use crate::state::DigestKey;

/// What the lookups answered: the output of a lookup, if it has been asked.
pub type Answers<'a> = &'a dyn Fn(&Lookup, &str) -> Option<Datum>;

/// The secret inputs that were given with this run, and the key of their digests.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    /// By the name of the input.
    pub given: BTreeMap<String, Secret>,
    /// The stack's digest key; without it nobody can tell whether a secret changed.
    pub key: Option<DigestKey>,
}

/// What is known of the resources that others may refer to.
#[derive(Debug, Clone, Default)]
pub struct Standing(pub BTreeMap<Address, Known>);

/// What is known of one resource.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// Its identity.
    pub identity: Option<String>,
    /// Its outputs, those that are known.
    pub outputs: Fields,
}

/// All that resolving needs.
#[derive(Clone, Copy)]
pub struct Resolver<'a> {
    /// The resources.
    pub standing: &'a Standing,
    /// The lookups.
    pub answers: Answers<'a>,
    /// The secret inputs.
    pub secrets: &'a Secrets,
}

/// A resolved value.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// The data; what is not known yet, or was not given, is [`Datum::Unknown`].
    pub datum: Datum,
    /// The secret inputs that it needs and that were not given.
    pub missing: BTreeSet<String>,
}

impl Resolver<'_> {
    /// Resolves a value for a field of this type; without one as plain data.
    pub fn resolve(&self, value: &Value, ty: Option<&FieldType>) -> Resolved {
        let mut missing = BTreeSet::new();
        let datum = self.typed(value, ty, &mut missing);
        Resolved { datum, missing }
    }

    fn typed(&self, value: &Value, ty: Option<&FieldType>, missing: &mut BTreeSet<String>) -> Datum {
        let item = match ty {
            Some(FieldType::List(item) | FieldType::Set(item) | FieldType::Map(item)) => Some(*item),
            Some(_) | None => None,
        };
        let datum = match &value.data {
            Data::Bool(value) => Datum::Bool(*value),
            Data::Int(value) if matches!(ty, Some(FieldType::Float | FieldType::Percent)) => Datum::Float(*value as f64),
            Data::Int(value) | Data::Money(value) => Datum::Int(*value),
            Data::Float(value) | Data::Percent(value) => Datum::Float(*value),
            Data::Str(text) => Datum::str(text.as_ref()),
            Data::Cidr(net) => Datum::Str(net.to_string()),
            Data::Ip(address) => Datum::Str(address.to_string()),
            Data::Size(value) | Data::Duration(value) | Data::Cpu(value) => Datum::Int(i64::try_from(*value).unwrap_or(i64::MAX)),
            Data::List(items) => Datum::List(items.iter().map(|value| self.typed(value, item, missing)).collect()),
            Data::Record(fields) => {
                let of = |name: &str| match ty {
                    Some(FieldType::Record(record)) => record.field(name).map(|field| &field.ty),
                    Some(_) | None => item,
                };
                Datum::Record(fields.iter().map(|(name, value)| (name.clone(), self.typed(value, of(name), missing))).collect())
            }
            Data::Resource(address) => self.identity(address),
            Data::Deferred(deferred) => self.deferred(deferred, missing),
        };
        if matches!(ty, Some(FieldType::Secret)) { as_secret(datum) } else { datum }
    }

    fn identity(&self, address: &Address) -> Datum {
        self.standing.0.get(address).and_then(|known| known.identity.clone()).map_or(Datum::Unknown, Datum::Str)
    }

    fn deferred(&self, deferred: &Deferred, missing: &mut BTreeSet<String>) -> Datum {
        match deferred {
            Deferred::Output { address, output, .. } => {
                let (first, rest) = steps(output);
                let value = self.standing.0.get(address).and_then(|known| known.outputs.get(first)).cloned();
                value.and_then(|value| step_into(value, rest)).unwrap_or(Datum::Unknown)
            }
            Deferred::Input { name } => match self.secrets.given.get(name) {
                Some(secret) => Datum::Secret(secret.clone()),
                None => {
                    missing.insert(name.clone());
                    Datum::Unknown
                }
            },
            Deferred::Lookup { lookup, output, .. } => {
                let (first, rest) = steps(output);
                (self.answers)(lookup, first).and_then(|value| step_into(value, rest)).unwrap_or(Datum::Unknown)
            }
            Deferred::Text(parts) => self.text(parts, missing),
            Deferred::Json(value) => match self.typed(value, None, missing) {
                datum if !datum.is_known() => Datum::Unknown,
                datum if holds_secret(&datum) => Datum::Secret(Secret::new(exposed(&datum).to_string())),
                datum => Datum::Str(datum.to_json().to_string()),
            },
        }
    }

    /// The parts joined; secret if one of them is.
    fn text(&self, parts: &[Part], missing: &mut BTreeSet<String>) -> Datum {
        let (mut joined, mut secret, mut known) = (String::new(), false, true);
        for part in parts {
            let datum = match part {
                Part::Text(text) => Datum::str(text.as_ref()),
                Part::Resource(address) => self.identity(address),
                Part::Deferred(deferred) => self.deferred(deferred, missing),
            };
            match datum {
                Datum::Str(text) => joined.push_str(&text),
                Datum::Int(value) => joined.push_str(&value.to_string()),
                Datum::Float(value) => joined.push_str(&value.to_string()),
                Datum::Bool(value) => joined.push_str(if value { "true" } else { "false" }),
                Datum::Secret(text) => {
                    joined.push_str(text.expose());
                    secret = true;
                }
                Datum::List(_) | Datum::Record(_) => {
                    known &= datum.is_known();
                    secret |= holds_secret(&datum);
                    joined.push_str(&exposed(&datum).to_string());
                }
                Datum::Digest(_) | Datum::Unknown => known = false,
            }
        }
        match (known, secret) {
            (false, _) => Datum::Unknown,
            (true, true) => Datum::Secret(Secret::new(joined)),
            (true, false) => Datum::Str(joined),
        }
    }
}

/// The output that a path begins with, and the steps into it: fields of records, indices of lists.
fn steps(path: &str) -> (&str, impl Iterator<Item = &str>) {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    (first, rest.split('.').filter(|step| !step.is_empty()))
}

fn step_into<'a>(value: Datum, mut steps: impl Iterator<Item = &'a str>) -> Option<Datum> {
    steps.try_fold(value, |value, step| match value {
        Datum::Record(mut fields) => fields.remove(step),
        Datum::List(items) => items.into_iter().nth(step.parse().ok()?),
        Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) | Datum::Str(_) | Datum::Secret(_) | Datum::Digest(_) | Datum::Unknown => None,
    })
}

/// What stands in a secret field: text, or the JSON text of a record or list.
fn as_secret(datum: Datum) -> Datum {
    match datum {
        Datum::Str(text) => Datum::Secret(Secret::new(text)),
        Datum::List(_) | Datum::Record(_) if datum.is_known() => Datum::Secret(Secret::new(exposed(&datum).to_string())),
        Datum::List(_) | Datum::Record(_) => Datum::Unknown,
        Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) | Datum::Secret(_) | Datum::Digest(_) | Datum::Unknown => datum,
    }
}

fn holds_secret(datum: &Datum) -> bool {
    match datum {
        Datum::Secret(_) => true,
        Datum::List(items) => items.iter().any(holds_secret),
        Datum::Record(fields) => fields.values().any(holds_secret),
        Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) | Datum::Str(_) | Datum::Digest(_) | Datum::Unknown => false,
    }
}

/// As JSON with the secrets in it, to become a secret itself.
fn exposed(datum: &Datum) -> serde_json::Value {
    match datum {
        Datum::Secret(secret) => secret.expose().into(),
        Datum::List(items) => items.iter().map(exposed).collect(),
        Datum::Record(fields) => serde_json::Value::Object(fields.iter().map(|(name, field)| (name.clone(), exposed(field))).collect()),
        Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) | Datum::Str(_) | Datum::Digest(_) | Datum::Unknown => datum.to_json(),
    }
}
