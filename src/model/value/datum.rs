//! Plain data as a kind reads and writes it, and as state records it.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// The fields of a record, by their name in the language.
pub type Fields = BTreeMap<String, Datum>;

/// Data without spans. Units are whole numbers: sizes in bytes, durations in milliseconds, CPU in thousandths of a vCPU; a
/// CIDR, an address, an ARN and a reference to a resource (its identity) are text.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    /// true or false
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    Str(String),
    /// A list.
    List(Vec<Datum>),
    /// A record or map.
    Record(Fields),
    /// Secret text, in memory only.
    Secret(Secret),
    /// What is recorded of a secret: a keyed digest.
    Digest(String),
    /// Not known yet.
    Unknown,
}

/// Secret text. Shown as `(secret)`, wiped when dropped, never serialised.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes the text.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(SecretString::from(text.into()))
    }

    /// The text, for the one call that sends it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

impl Datum {
    /// Text.
    pub fn str(text: impl Into<String>) -> Self {
        Datum::Str(text.into())
    }

    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        if let Datum::Str(text) = self { Some(text) } else { None }
    }

    /// The fields, if it is a record.
    pub fn as_record(&self) -> Option<&Fields> {
        if let Datum::Record(fields) = self { Some(fields) } else { None }
    }

    /// Whether all of it is known.
    pub fn is_known(&self) -> bool {
        match self {
            Datum::Unknown => false,
            Datum::List(items) => items.iter().all(Datum::is_known),
            Datum::Record(fields) => fields.values().all(Datum::is_known),
            Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) | Datum::Str(_) | Datum::Secret(_) | Datum::Digest(_) => true,
        }
    }

    /// As JSON. A digest is `{"$digest": "…"}`, an unknown part `{"$unknown": true}`, and a secret `{"$secret": true}`: its text
    /// never leaves memory this way.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Datum::Bool(value) => (*value).into(),
            Datum::Int(value) => (*value).into(),
            Datum::Float(value) => (*value).into(),
            Datum::Str(value) => value.clone().into(),
            Datum::List(items) => items.iter().map(Datum::to_json).collect(),
            Datum::Record(fields) => fields_to_json(fields),
            Datum::Secret(_) => serde_json::json!({ "$secret": true }),
            Datum::Digest(digest) => serde_json::json!({ "$digest": digest }),
            Datum::Unknown => serde_json::json!({ "$unknown": true }),
        }
    }

    /// From JSON as [`Datum::to_json`] writes it. `null` is [`Datum::Unknown`]: absence is a field that is not there.
    pub fn from_json(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Datum::Unknown,
            serde_json::Value::Bool(value) => Datum::Bool(*value),
            serde_json::Value::Number(number) => {
                number.as_i64().map_or_else(|| Datum::Float(number.as_f64().unwrap_or_default()), Datum::Int)
            }
            serde_json::Value::String(text) => Datum::Str(text.clone()),
            serde_json::Value::Array(items) => Datum::List(items.iter().map(Datum::from_json).collect()),
            serde_json::Value::Object(fields) => match fields.get("$digest").and_then(|digest| digest.as_str()) {
                Some(digest) => Datum::Digest(digest.to_string()),
                None if fields.contains_key("$unknown") || fields.contains_key("$secret") => Datum::Unknown,
                None => Datum::Record(fields.iter().map(|(name, field)| (name.clone(), Datum::from_json(field))).collect()),
            },
        }
    }
}

/// A record's fields as JSON, as [`Datum::to_json`].
pub fn fields_to_json(fields: &Fields) -> serde_json::Value {
    serde_json::Value::Object(fields.iter().map(|(name, field)| (name.clone(), field.to_json())).collect())
}
