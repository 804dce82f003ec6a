//! Field types with meaning. Equality lives here: two values that AWS regards as the same encode to the same datum, so no kind
//! ever compares anything itself.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use ipnet::IpNet;

use crate::kind::field::mismatch;
use crate::kind::{DecodeError, Field, FieldType, Kind};
use crate::value::{Datum, Secret};

/// A reference to a resource of kind `K`: its identity.
pub struct Ref<K>(pub String, PhantomData<fn() -> K>);

impl<K> Ref<K> {
    /// A reference by identity.
    pub fn new(id: impl Into<String>) -> Self {
        Ref(id.into(), PhantomData)
    }

    /// The identity.
    pub fn id(&self) -> &str {
        &self.0
    }

    /// What follows the last `/` or `:` of the identity: the short name in an ARN.
    pub fn short(&self) -> &str {
        self.0.rsplit(['/', ':']).next().unwrap_or(&self.0)
    }
}

impl<K> Clone for Ref<K> {
    fn clone(&self) -> Self {
        Ref::new(self.0.clone())
    }
}

impl<K> PartialEq for Ref<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K> fmt::Debug for Ref<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<K: Kind> Field for Ref<K> {
    const TYPE: FieldType = FieldType::Ref(&[K::NAME]);
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        String::decode(datum).map(Ref::new)
    }
    fn encode(&self) -> Datum {
        Datum::Str(self.0.clone())
    }
}

/// Declares a type that is text to Rust, with its own type in the language.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $ty:expr;)*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
        pub struct $name(pub String);

        impl $name {
            /// As text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                $name(text.to_string())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                $name(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Field for $name {
            const TYPE: FieldType = $ty;
            fn decode(datum: &Datum) -> Result<Self, DecodeError> {
                String::decode(datum).map($name)
            }
            fn encode(&self) -> Datum {
                Datum::Str(self.0.clone())
            }
        }
    )* };
}

texts! {
    /// An Amazon resource name.
    Arn = FieldType::Arn;
}

/// The AWS name of a resource, unique in its scope, of at most `MAX` characters; `LOWER`: lower-case letters only. The engine
/// chooses it from the resource's name when it is created.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name<const MAX: u32, const LOWER: bool = false>(pub String);

impl<const MAX: u32, const LOWER: bool> Name<MAX, LOWER> {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: u32, const LOWER: bool> From<String> for Name<MAX, LOWER> {
    fn from(text: String) -> Self {
        Name(text)
    }
}

impl<const MAX: u32, const LOWER: bool> From<&str> for Name<MAX, LOWER> {
    fn from(text: &str) -> Self {
        Name(text.to_string())
    }
}

impl<const MAX: u32, const LOWER: bool> Field for Name<MAX, LOWER> {
    const TYPE: FieldType = FieldType::Str { min: 1, max: MAX, alphabet: "" };
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        String::decode(datum).map(Name)
    }
    fn encode(&self) -> Datum {
        Datum::Str(self.0.clone())
    }
}

/// An address block. Two ways to write the same block are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cidr(pub IpNet);

impl Cidr {
    /// Reads `10.0.0.0/16` or `::/0`.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<IpNet>().ok().map(|net| Cidr(net.trunc()))
    }

    /// Whether it is an IPv6 block.
    pub fn is_v6(&self) -> bool {
        matches!(self.0, IpNet::V6(_))
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Field for Cidr {
    const TYPE: FieldType = FieldType::Cidr;
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        let text = String::decode(datum)?;
        Cidr::parse(&text).ok_or_else(|| DecodeError::new(format!("{text:?} is not a CIDR block such as 10.0.0.0/16")))
    }
    fn encode(&self) -> Datum {
        Datum::Str(self.0.to_string())
    }
}

/// A TCP or UDP port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port(pub u16);

impl Field for Port {
    const TYPE: FieldType = FieldType::Int(0, 65_535);
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        u16::decode(datum).map(Port)
    }
    fn encode(&self) -> Datum {
        self.0.encode()
    }
}

/// An amount of memory or storage, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub u64);

impl Size {
    /// So many MiB.
    pub const fn mib(mib: u64) -> Self {
        Size(mib << 20)
    }

    /// So many GiB.
    pub const fn gib(gib: u64) -> Self {
        Size(gib << 30)
    }

    /// In whole MiB.
    pub const fn in_mib(self) -> i32 {
        (self.0 >> 20) as i32
    }

    /// In whole GiB.
    pub const fn in_gib(self) -> i32 {
        (self.0 >> 30) as i32
    }
}

impl Field for Size {
    const TYPE: FieldType = FieldType::Size;
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        let Datum::Int(bytes) = datum else { return mismatch("a size", datum) };
        u64::try_from(*bytes).map(Size).map_err(|_| DecodeError::new("a size is not negative"))
    }
    fn encode(&self) -> Datum {
        Datum::Int(self.0 as i64)
    }
}

/// An amount of CPU, in thousandths of a vCPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cpu(pub u32);

impl Cpu {
    /// In ECS's units: 1024 to the vCPU.
    pub const fn units(self) -> i32 {
        (self.0 as i64 * 1024 / 1000) as i32
    }

    /// From ECS's units, such that [`Cpu::units`] gives them back.
    pub const fn from_units(units: i32) -> Self {
        Cpu(((units as i64 * 1000 + 1023) / 1024) as u32)
    }
}

impl Field for Cpu {
    const TYPE: FieldType = FieldType::Cpu;
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        u32::decode(datum).map(Cpu)
    }
    fn encode(&self) -> Datum {
        self.0.encode()
    }
}

/// A list whose order and repetitions mean nothing: written sorted, once each.
#[derive(Debug, Clone, PartialEq)]
pub struct Set<T>(pub Vec<T>);

impl<T> Default for Set<T> {
    fn default() -> Self {
        Set(Vec::new())
    }
}

impl<T> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Set(items.into_iter().collect())
    }
}

impl<T: Field + 'static> Field for Set<T> {
    const TYPE: FieldType = FieldType::Set(&T::TYPE);
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        Vec::<T>::decode(datum).map(Set)
    }
    fn encode(&self) -> Datum {
        let mut items: Vec<Datum> = self.0.iter().map(T::encode).collect();
        items.sort_by_cached_key(|item| item.to_json().to_string());
        items.dedup();
        Datum::List(items)
    }
}

/// Tags. Keys that begin with `aws:` belong to AWS and are not ours to compare.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tags(pub BTreeMap<String, String>);

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Tags {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(items: I) -> Self {
        Tags(items.into_iter().map(|(key, value)| (key.into(), value.into())).filter(|(key, _)| !key.starts_with("aws:")).collect())
    }
}

impl Tags {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// The keys and values.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &String)> {
        self.0.iter()
    }

    /// What must be written, and which keys removed, to get from `old` to these.
    pub fn since(&self, old: &Tags) -> (BTreeMap<String, String>, Vec<String>) {
        let set = self.0.iter().filter(|(key, value)| old.0.get(*key) != Some(*value));
        let removed = old.0.keys().filter(|key| !self.0.contains_key(*key));
        (set.map(|(key, value)| (key.clone(), value.clone())).collect(), removed.cloned().collect())
    }
}

impl Field for Tags {
    const TYPE: FieldType = FieldType::Tags;
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        BTreeMap::<String, String>::decode(datum).map(Tags::from_iter)
    }
    fn encode(&self) -> Datum {
        self.0.encode()
    }
    fn absent() -> Option<Self> {
        Some(Tags::default())
    }
}

/// JSON: a record or list of the language, or JSON text. Compared as JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Json(pub serde_json::Value);

impl Json {
    /// From the text that AWS gives back; text that is no JSON stays text.
    pub fn parse(text: &str) -> Self {
        Json(serde_json::from_str(text).unwrap_or_else(|_| text.into()))
    }

    /// The compact text that AWS wants.
    pub fn text(&self) -> String {
        if let serde_json::Value::String(text) = &self.0 { text.clone() } else { self.0.to_string() }
    }
}

impl Field for Json {
    const TYPE: FieldType = FieldType::Json;
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        if !datum.is_known() {
            return mismatch("JSON", datum);
        }
        Ok(if let Datum::Str(text) = datum { Json::parse(text) } else { Json(datum.to_json()) })
    }
    fn encode(&self) -> Datum {
        Datum::from_json(&self.0)
    }
}

/// An IAM policy document, compared as IAM reads it: a single text and a list of one are the same, and the order of actions,
/// resources, principals and condition values means nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy(pub serde_json::Value);

impl Policy {
    /// From a document's text.
    pub fn parse(text: &str) -> Self {
        Policy(canonical_policy(Json::parse(text).0))
    }

    /// The compact text that AWS wants.
    pub fn text(&self) -> String {
        self.0.to_string()
    }
}

impl Field for Policy {
    const TYPE: FieldType = FieldType::Policy;
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        Json::decode(datum).map(|json| Policy(canonical_policy(json.0)))
    }
    fn encode(&self) -> Datum {
        Datum::from_json(&self.0)
    }
}

/// The one form of a policy document (IAM JSON policy grammar: every element that takes a list also takes a single value).
fn canonical_policy(mut document: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    fn texts(value: &mut Value) {
        match value {
            Value::Array(items) => {
                items.sort_by_key(Value::to_string);
                items.dedup();
                if items.len() == 1 {
                    *value = items.remove(0);
                }
            }
            Value::Object(fields) => fields.values_mut().for_each(texts),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    if let Some(statements) = document.get_mut("Statement") {
        if statements.is_object() {
            *statements = Value::Array(vec![statements.take()]);
        }
        for statement in statements.as_array_mut().into_iter().flatten() {
            for key in ["Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"] {
                if let Some(value) = statement.get_mut(key) {
                    texts(value);
                }
            }
        }
    }
    document
}

/// Text that may be secret: never recorded, shown or logged. A change is seen by its keyed digest.
#[derive(Debug, Clone, PartialEq)]
pub struct SecretText(pub Secret);

impl SecretText {
    /// The text, for the one call that sends it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl Field for SecretText {
    const TYPE: FieldType = FieldType::Secret;
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        match datum {
            Datum::Secret(secret) => Ok(SecretText(secret.clone())),
            Datum::Str(text) => Ok(SecretText(Secret::new(text.as_str()))),
            Datum::Record(_) | Datum::List(_) if datum.is_known() => Ok(SecretText(Secret::new(datum.to_json().to_string()))),
            Datum::Record(_) | Datum::List(_) | Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) => mismatch("text", datum),
            Datum::Digest(_) | Datum::Unknown => mismatch("the text of a secret", datum),
        }
    }
    fn encode(&self) -> Datum {
        Datum::Secret(self.0.clone())
    }
}
