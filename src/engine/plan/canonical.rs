//! The one form of fields in which equal ones are equal, also where parts are not known or only a digest is left. Compares and
//! digests; resolves nothing.

use wcalang_model::kind::{AnyLive, DecodeError, Entry, FieldType, Presence, RecordSchema};
use wcalang_model::value::{Datum, Fields, Secret};

use crate::state::DigestKey;

/// The canonical form of a kind's inputs. A field with an unknown or digested part stays as it is: something of its type stands
/// for it while the others are read.
pub fn canonical(entry: &Entry, fields: &Fields) -> Result<Fields, DecodeError> {
    let mut readable = Fields::new();
    let mut opaque = Fields::new();
    for (name, datum) in fields {
        match entry.schema.inputs.field(name) {
            Some(field) if !is_readable(datum) => {
                readable.insert(name.clone(), stand_in(&field.ty));
                opaque.insert(name.clone(), datum.clone());
            }
            Some(_) | None => {
                readable.insert(name.clone(), datum.clone());
            }
        }
    }
    let mut out = (entry.canonical)(&readable)?;
    out.extend(opaque);
    Ok(out)
}

/// A live resource as calls take it: for what a read cannot see stands what is recorded.
pub fn complete(entry: &Entry, mut live: AnyLive, recorded: &Fields) -> AnyLive {
    let recorded = canonical(entry, recorded).unwrap_or_else(|_| recorded.clone());
    for &name in live.unread {
        if let Some(datum) = recorded.get(name).filter(|datum| is_readable(datum)) {
            live.inputs.insert(name.to_string(), datum.clone());
        }
    }
    live
}

/// Fields that a call can take: what is only known by its digest is left out, or empty where it must be there.
pub fn callable(record: &RecordSchema, fields: &Fields) -> Fields {
    let known = fields.iter().filter_map(|(name, datum)| {
        if is_readable(datum) {
            return Some((name.clone(), datum.clone()));
        }
        let field = record.field(name)?;
        matches!(field.presence, Presence::Required).then(|| (name.clone(), stand_in(&field.ty)))
    });
    known.collect()
}

/// As it is recorded: secrets as digests; without a key as a digest that equals nothing.
pub fn recordable(datum: &Datum, key: Option<&DigestKey>) -> Datum {
    match datum {
        Datum::Secret(secret) => Datum::Digest(key.map(|key| key.digest(secret)).unwrap_or_default()),
        Datum::List(items) => Datum::List(items.iter().map(|item| recordable(item, key)).collect()),
        Datum::Record(fields) => Datum::Record(recordable_fields(fields, key)),
        Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) | Datum::Str(_) | Datum::Digest(_) | Datum::Unknown => datum.clone(),
    }
}

/// Fields as they are recorded.
pub fn recordable_fields(fields: &Fields, key: Option<&DigestKey>) -> Fields {
    fields.iter().map(|(name, datum)| (name.clone(), recordable(datum, key))).collect()
}

/// Whether there is a secret, or the digest of one, in it.
pub fn is_secret(datum: &Datum) -> bool {
    match datum {
        Datum::Secret(_) | Datum::Digest(_) => true,
        Datum::List(items) => items.iter().any(is_secret),
        Datum::Record(fields) => fields.values().any(is_secret),
        Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) | Datum::Str(_) | Datum::Unknown => false,
    }
}

/// Whether two canonical values are the same. Secrets are compared by digest; without a key they all look the same.
pub fn same(left: Option<&Datum>, right: Option<&Datum>, key: Option<&DigestKey>) -> bool {
    let comparable = |datum: &Datum| match key {
        Some(key) => recordable(datum, Some(key)),
        None => blind(datum),
    };
    match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => left == right || (is_secret(left) && is_secret(right) && comparable(left) == comparable(right)),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn blind(datum: &Datum) -> Datum {
    match datum {
        Datum::Secret(_) | Datum::Digest(_) => Datum::Digest(String::new()),
        Datum::List(items) => Datum::List(items.iter().map(blind).collect()),
        Datum::Record(fields) => Datum::Record(fields.iter().map(|(name, field)| (name.clone(), blind(field))).collect()),
        Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) | Datum::Str(_) | Datum::Unknown => datum.clone(),
    }
}

/// Whether a kind can read it: nothing unknown, no digest.
pub fn is_readable(datum: &Datum) -> bool {
    match datum {
        Datum::Unknown | Datum::Digest(_) => false,
        Datum::List(items) => items.iter().all(is_readable),
        Datum::Record(fields) => fields.values().all(is_readable),
        Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) | Datum::Str(_) | Datum::Secret(_) => true,
    }
}

/// Something of a type.
fn stand_in(ty: &FieldType) -> Datum {
    match *ty {
        FieldType::Bool => Datum::Bool(false),
        FieldType::Int(min, max) => Datum::Int(0.clamp(min, max)),
        FieldType::Float | FieldType::Percent => Datum::Float(0.0),
        FieldType::Str { min, .. } => Datum::Str("x".repeat(min.max(1) as usize)),
        FieldType::Cidr => Datum::str("0.0.0.0/0"),
        FieldType::Size | FieldType::Duration | FieldType::Cpu => Datum::Int(0),
        FieldType::Arn => Datum::str("arn:"),
        FieldType::Json | FieldType::Policy | FieldType::Tags | FieldType::Map(_) => Datum::Record(Fields::new()),
        FieldType::Choice(texts) => Datum::str(texts.first().copied().unwrap_or_default()),
        FieldType::Ref(_) => Datum::str("x"),
        FieldType::List(_) | FieldType::Set(_) => Datum::List(Vec::new()),
        FieldType::Record(record) => {
            let required = record.fields.iter().filter(|field| matches!(field.presence, Presence::Required));
            Datum::Record(required.map(|field| (field.name.to_string(), stand_in(&field.ty))).collect())
        }
        FieldType::Secret => Datum::Secret(Secret::new("")),
    }
}
