//! Types: the shapes that annotations, kinds and library modules declare. Whether a value is known or secret is no type.

use std::fmt;
use std::sync::Arc;

/// A type, as people write it.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// Anything; only where a stack contains things.
    Any,
    /// true or false
    Bool,
    /// A whole number within bounds.
    Int(i64, i64),
    /// A number.
    Float,
    /// Text of `min..=max` characters, all of them in the alphabet (a list of characters and ranges such as `a-z0-9-`; empty: any).
    Str {
        /// The fewest characters.
        min: u32,
        /// The most characters.
        max: u32,
        /// Which characters; empty for any.
        alphabet: &'static str,
    },
    /// `10.0.0.0/16`
    Cidr,
    /// `10.0.1.5`
    Ip,
    /// `512MiB`
    Size,
    /// `30s`
    Duration,
    /// `0.25vcpu`
    Cpu,
    /// `60%`
    Percent,
    /// `250usd`
    Money,
    /// Text that begins with `arn:`.
    Arn,
    /// Anything that JSON can say: a record, list or text.
    Json,
    /// One of these texts.
    OneOf(Arc<[Arc<str>]>),
    /// A resource of one of these kinds: `ec2.Vpc`. Empty: any resource.
    Handle(Arc<[Arc<str>]>),
    /// A list.
    List(Arc<Type>),
    /// A map from text.
    Map(Arc<Type>),
    /// A record.
    Record(Arc<RecordType>),
    /// A function.
    Function(Arc<Type>, Arc<Type>),
    /// May be secret; otherwise the type inside.
    Secret(Arc<Type>),
}

/// The type of a record.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RecordType {
    /// Its fields, in the order declared.
    pub fields: Vec<TypeField>,
    /// Whether other fields are welcome.
    pub open: bool,
}

/// A field of a record type.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeField {
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub ty: Type,
    /// Whether it may be absent.
    pub optional: bool,
}

impl Type {
    /// Any text.
    pub const STR: Type = Type::Str { min: 0, max: u32::MAX, alphabet: "" };
    /// Any whole number.
    pub const INT: Type = Type::Int(i64::MIN, i64::MAX);
    /// A TCP or UDP port.
    pub const PORT: Type = Type::Int(0, 65_535);
}

/// Whether a letter is in an alphabet such as `a-zA-Z0-9_-`: characters and ranges. An empty one has every letter.
pub fn in_alphabet(letter: char, alphabet: &str) -> bool {
    if alphabet.is_empty() {
        return true;
    }
    let mut letters = alphabet.chars();
    while let Some(first) = letters.next() {
        let mut after = letters.clone();
        match (after.next(), after.next()) {
            (Some('-'), Some(last)) if (first..=last).contains(&letter) => return true,
            (Some('-'), Some(_)) => letters = after,
            _ if first == letter => return true,
            _ => {}
        }
    }
    false
}

/// Bounds of whole numbers that are no more than the width of their field.
const U32_MAX: i64 = u32::MAX as i64;
const I32_MIN: i64 = i32::MIN as i64;
const I32_MAX: i64 = i32::MAX as i64;

/// As a message names it: `a CIDR block`, `one of "single", "per-zone"`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Any => f.write_str("anything"),
            Type::Bool => f.write_str("true or false"),
            Type::Int(i64::MIN, i64::MAX) | Type::Int(I32_MIN, I32_MAX) => f.write_str("a whole number"),
            Type::Int(0, 65_535) => f.write_str("a port (0 to 65535)"),
            Type::Int(min, i64::MAX | U32_MAX) => write!(f, "a whole number from {min}"),
            Type::Int(min, max) => write!(f, "a whole number from {min} to {max}"),
            Type::Float => f.write_str("a number"),
            Type::Str { max: u32::MAX, .. } => f.write_str("text"),
            Type::Str { min, max, .. } => write!(f, "text of {min} to {max} characters"),
            Type::Cidr => f.write_str("a CIDR block such as 10.0.0.0/16"),
            Type::Ip => f.write_str("an IP address"),
            Type::Size => f.write_str("a size such as 512MiB"),
            Type::Duration => f.write_str("a duration such as 30s"),
            Type::Cpu => f.write_str("an amount of CPU such as 0.25vcpu"),
            Type::Percent => f.write_str("a percentage such as 60%"),
            Type::Money => f.write_str("an amount of money such as 250usd"),
            Type::Arn => f.write_str("an ARN"),
            Type::Json => f.write_str("a record, list or text (JSON)"),
            Type::OneOf(texts) => {
                f.write_str(if texts.len() == 1 { "" } else { "one of " })?;
                join(f, texts.iter().map(|text| format!("{text:?}")))
            }
            Type::Handle(kinds) if kinds.is_empty() => f.write_str("a resource"),
            Type::Handle(kinds) => {
                f.write_str("a resource of kind ")?;
                join(f, kinds.iter().map(|kind| kind.to_string()))
            }
            Type::List(item) => write!(f, "a list, each item {item}"),
            Type::Map(item) => write!(f, "a map, each value {item}"),
            Type::Record(_) => f.write_str("a record"),
            Type::Function(..) => f.write_str("a function"),
            Type::Secret(inner) => write!(f, "{inner} (it may be secret)"),
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, items: impl Iterator<Item = String>) -> fmt::Result {
    for (index, item) in items.enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        f.write_str(&item)?;
    }
    Ok(())
}
