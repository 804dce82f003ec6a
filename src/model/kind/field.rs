//! How Rust types are fields: which type of the language they are, and how they are read and written.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::kind::FieldType;
use crate::value::Datum;

/// Why a datum is not what a field wants; the path is innermost last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    /// The fields from the outside in.
    pub path: Vec<String>,
    /// What is wrong.
    pub message: String,
}

impl DecodeError {
    /// An error at this very place.
    pub fn new(message: impl Into<String>) -> Self {
        DecodeError { path: Vec::new(), message: message.into() }
    }

    /// The same, seen from the record around it.
    pub fn within(mut self, field: &str) -> Self {
        self.path.insert(0, field.to_string());
        self
    }
}

/// A type that a field of a record may have.
pub trait Field: Sized {
    /// Its type in the language.
    const TYPE: FieldType;
    /// Reads it.
    fn decode(datum: &Datum) -> Result<Self, DecodeError>;
    /// Writes it, in the form in which two equal ones are equal.
    fn encode(&self) -> Datum;
    /// What to read where the field is absent; None: it must be there.
    fn absent() -> Option<Self> {
        None
    }
    /// Whether it is left out when written.
    fn is_absent(&self) -> bool {
        false
    }
}

pub(crate) fn mismatch<T>(wanted: &str, datum: &Datum) -> Result<T, DecodeError> {
    let found = match datum {
        Datum::Bool(_) => "true or false",
        Datum::Int(_) => "a whole number",
        Datum::Float(_) => "a number",
        Datum::Str(_) => "text",
        Datum::List(_) => "a list",
        Datum::Record(_) => "a record",
        Datum::Secret(_) | Datum::Digest(_) => "a secret",
        Datum::Unknown => "a value that is not known yet",
    };
    Err(DecodeError::new(format!("{wanted} is wanted, this is {found}")))
}

impl Field for bool {
    const TYPE: FieldType = FieldType::Bool;
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        if let Datum::Bool(value) = datum { Ok(*value) } else { mismatch("true or false", datum) }
    }
    fn encode(&self) -> Datum {
        Datum::Bool(*self)
    }
}

macro_rules! integers {
    ($($ty:ty)*) => { $(
        impl Field for $ty {
            const TYPE: FieldType = FieldType::Int(<$ty>::MIN as i64, <$ty>::MAX as i64);
            fn decode(datum: &Datum) -> Result<Self, DecodeError> {
                let Datum::Int(value) = datum else { return mismatch("a whole number", datum) };
                <$ty>::try_from(*value).map_err(|_| DecodeError::new(format!("{value} is out of range")))
            }
            fn encode(&self) -> Datum {
                Datum::Int(i64::from(*self))
            }
        }
    )* };
}
integers!(i32 u32 u16 i64);

impl Field for f64 {
    const TYPE: FieldType = FieldType::Float;
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        match datum {
            Datum::Float(value) => Ok(*value),
            Datum::Int(value) => Ok(*value as f64),
            Datum::Bool(_) | Datum::Str(_) | Datum::List(_) | Datum::Record(_) => mismatch("a number", datum),
            Datum::Secret(_) | Datum::Digest(_) | Datum::Unknown => mismatch("a number", datum),
        }
    }
    fn encode(&self) -> Datum {
        Datum::Float(*self)
    }
}

impl Field for String {
    const TYPE: FieldType = FieldType::Str { min: 0, max: u32::MAX, alphabet: "" };
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        if let Datum::Str(text) = datum { Ok(text.clone()) } else { mismatch("text", datum) }
    }
    fn encode(&self) -> Datum {
        Datum::Str(self.clone())
    }
}

impl Field for Duration {
    const TYPE: FieldType = FieldType::Duration;
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        let Datum::Int(value) = datum else { return mismatch("a duration", datum) };
        u64::try_from(*value).map(Duration::from_millis).map_err(|_| DecodeError::new("a duration is not negative"))
    }
    fn encode(&self) -> Datum {
        Datum::Int(i64::try_from(self.as_millis()).unwrap_or(i64::MAX))
    }
}

impl<T: Field> Field for Option<T> {
    const TYPE: FieldType = T::TYPE;
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        T::decode(datum).map(Some)
    }
    fn encode(&self) -> Datum {
        self.as_ref().map_or(Datum::Unknown, T::encode)
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Field + 'static> Field for Vec<T> {
    const TYPE: FieldType = FieldType::List(&T::TYPE);
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        let Datum::List(items) = datum else { return mismatch("a list", datum) };
        items.iter().enumerate().map(|(index, item)| T::decode(item).map_err(|error| error.within(&index.to_string()))).collect()
    }
    fn encode(&self) -> Datum {
        Datum::List(self.iter().map(T::encode).collect())
    }
}

impl<T: Field + 'static> Field for BTreeMap<String, T> {
    const TYPE: FieldType = FieldType::Map(&T::TYPE);
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        let Datum::Record(fields) = datum else { return mismatch("a map", datum) };
        fields.iter().map(|(key, value)| Ok((key.clone(), T::decode(value).map_err(|error| error.within(key))?))).collect()
    }
    fn encode(&self) -> Datum {
        Datum::Record(self.iter().map(|(key, value)| (key.clone(), value.encode())).collect())
    }
}

impl<T: Field> Field for Box<T> {
    const TYPE: FieldType = T::TYPE;
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        T::decode(datum).map(Box::new)
    }
    fn encode(&self) -> Datum {
        T::encode(self)
    }
}
