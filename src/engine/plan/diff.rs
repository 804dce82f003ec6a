//! What differs between what the file wants, what is recorded and what the cloud has, field by field. Decides no action.

use std::collections::BTreeMap;

use wcalang_model::kind::{AnyLive, Entry, FieldSchema, FieldType, Presence};
use wcalang_model::value::{Address, Datum, Fields, Resource};

use crate::plan::Notice;
use crate::plan::canonical::{canonical, is_secret, same};
use crate::plan::names::name_field;
use crate::plan::own::{Held, Owned};
use crate::plan::types::FieldChange;
use crate::plan::wanted::Wanted;
use crate::state::DigestKey;

/// What is compared.
#[derive(Clone, Copy)]
pub struct Sides<'a> {
    /// Its kind.
    pub entry: &'a Entry,
    /// What the file says of it.
    pub resource: &'a Resource,
    /// What the file wants.
    pub wanted: &'a Wanted,
    /// What is recorded.
    pub recorded: Option<&'a Fields>,
    /// What the cloud had in fields that the file does not give.
    pub seen: Option<&'a Fields>,
    /// What the cloud has.
    pub live: &'a AnyLive,
    /// The fields that others own.
    pub owned: &'a BTreeMap<String, Owned>,
    /// The field that cannot be read and that somebody else has set.
    pub meddled: Option<&'static str>,
    /// The key of digests.
    pub key: Option<&'a DigestKey>,
}

/// What differs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diff {
    /// The fields.
    pub fields: Vec<FieldChange>,
    /// What is worth knowing beside them.
    pub notices: Vec<Notice>,
}

/// Compares.
pub fn diff(sides: Sides<'_>) -> Diff {
    let schema = sides.entry.schema;
    // What an earlier version recorded may lack defaults of today, or not be readable at all.
    let recorded = sides.recorded.map(|recorded| canonical(sides.entry, recorded).unwrap_or_else(|_| recorded.clone()));
    let mut diff = Diff::default();
    for field in schema.inputs.fields {
        if name_field(schema.naming) == Some(field.name) {
            continue;
        }
        let wanted = sides.wanted.fields.get(field.name);
        let before = recorded.as_ref().and_then(|recorded| recorded.get(field.name));
        if field.create_only {
            let changed = sides.wanted.given.contains(field.name) && before.is_some() && !same(wanted, before, sides.key);
            if changed {
                diff.notices.push(create_only(sides.resource, field));
            }
            continue;
        }
        if let Some(owned) = sides.owned.get(field.name) {
            let live = sides.live.inputs.get(field.name);
            let held = owned.held(wanted, live);
            if held != Held::AsWanted {
                diff.notices.push(owned.notice(&sides.resource.address, field.name, live, held == Held::Inside));
            }
            if let Held::Outside(back) = held {
                diff.fields.push(FieldChange {
                    field: field.name.to_string(),
                    old: live.cloned(),
                    drift: !owned.moved && back.as_ref().is_none_or(Datum::is_known),
                    new: back,
                    replaces: false,
                    sensitive: false,
                    declared: sides.wanted.given.contains(field.name),
                    span: sides.resource.fields.get(field.name).map(|value| value.span),
                });
            }
            continue;
        }
        if wanted.is_none() && (before.is_none() || field.computed) {
            diff.notices.extend(undeclared(sides, field));
            continue;
        }
        let unseen = field.write_only || sides.live.unread.contains(&field.name);
        let meddled = sides.meddled == Some(field.name);
        let live = if unseen { before.filter(|_| !meddled) } else { sides.live.inputs.get(field.name) };
        if sides.key.is_none() && wanted.is_some_and(is_secret) && before.is_some_and(is_secret) && !wanted.is_some_and(holds_digest) {
            let (address, field) = (sides.resource.address.clone(), field.name.to_string());
            diff.notices.push(Notice::SecretUncertain { address, field });
        }
        let filled = live.zip(wanted).and_then(|(live, wanted)| filled(&field.ty, wanted, live));
        if same(filled.as_ref().or(wanted), live, sides.key) {
            continue;
        }
        diff.fields.push(FieldChange {
            field: field.name.to_string(),
            old: live.cloned(),
            new: wanted.map(|wanted| spelled(&field.ty, wanted)),
            replaces: replaces(field, live, wanted),
            drift: before.is_some() && same(wanted, before, sides.key),
            sensitive: matches!(field.ty, FieldType::Secret) || wanted.is_some_and(is_secret) || live.is_some_and(is_secret),
            declared: sides.wanted.given.contains(field.name) || matches!(field.ty, FieldType::Tags),
            span: sides.resource.fields.get(field.name).map(|value| value.span),
        });
    }
    diff
}

/// A value in which defaults are spelled out also beside what is not known yet, so that they do not look like changes.
fn spelled(ty: &FieldType, datum: &Datum) -> Datum {
    match datum {
        Datum::Record(fields) => {
            let mut out: Fields = fields.clone();
            if let FieldType::Record(record) = ty {
                for field in record.fields {
                    match (out.get_mut(field.name), field.presence) {
                        (Some(datum), _) => *datum = spelled(&field.ty, datum),
                        (None, Presence::Default(default)) => _ = out.insert(field.name.to_string(), default()),
                        (None, Presence::Required | Presence::Optional) => {}
                    }
                }
            }
            Datum::Record(out)
        }
        Datum::List(items) => {
            let (FieldType::List(item) | FieldType::Set(item)) = ty else { return datum.clone() };
            Datum::List(items.iter().map(|datum| spelled(item, datum)).collect())
        }
        Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) | Datum::Str(_) | Datum::Secret(_) | Datum::Digest(_) | Datum::Unknown => {
            datum.clone()
        }
    }
}

/// A wanted record with what the cloud chose for the fields in it that it may choose and that are not given; None: there are none.
fn filled(ty: &FieldType, wanted: &Datum, live: &Datum) -> Option<Datum> {
    let FieldType::Record(record) = ty else { return None };
    let (wanted, live) = (wanted.as_record()?, live.as_record()?);
    let chosen = record.fields.iter().filter(|field| field.computed && !wanted.contains_key(field.name));
    let chosen: Vec<(String, Datum)> = chosen.filter_map(|field| Some((field.name.to_string(), live.get(field.name)?.clone()))).collect();
    (!chosen.is_empty()).then(|| Datum::Record(wanted.clone().into_iter().chain(chosen).collect()))
}

/// A field that the file does not give, and that is not what it was. What AWS may choose it may choose later than it makes the rest.
fn undeclared(sides: Sides<'_>, field: &FieldSchema) -> Option<Notice> {
    let (seen, live) = (sides.seen?.get(field.name), sides.live.inputs.get(field.name));
    let chosen = field.computed && seen.is_none();
    if !is_seen(field, sides.live) || chosen || same(seen, live, None) {
        return None;
    }
    let (address, field) = (sides.resource.address.clone(), field.name.to_string());
    Some(Notice::Undeclared { address, field, seen: seen.cloned(), live: live.cloned() })
}

/// Whether a read sees a field, and it is no secret.
fn is_seen(field: &FieldSchema, live: &AnyLive) -> bool {
    !field.write_only && !matches!(field.ty, FieldType::Secret) && !live.unread.contains(&field.name)
}

/// What the cloud has in fields that the file does not give, that are not recorded and that nobody owns.
pub fn seen(entry: &Entry, wanted: &Fields, owned: &BTreeMap<String, Owned>, live: &AnyLive) -> Fields {
    let fields =
        entry.schema.inputs.fields.iter().filter(|field| {
            !wanted.contains_key(field.name) && !field.create_only && !owned.contains_key(field.name) && is_seen(field, live)
        });
    fields.filter_map(|field| Some((field.name.to_string(), live.inputs.get(field.name)?.clone()))).collect()
}

fn create_only(resource: &Resource, field: &FieldSchema) -> Notice {
    let span = resource.fields.get(field.name).map(|value| value.span);
    Notice::CreateOnly { address: resource.address.clone(), field: field.name.to_string(), span }
}

/// A secret that was not given stands as its digest: nothing is uncertain about it.
fn holds_digest(datum: &Datum) -> bool {
    match datum {
        Datum::Digest(_) => true,
        Datum::List(items) => items.iter().any(holds_digest),
        Datum::Record(fields) => fields.values().any(holds_digest),
        Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) | Datum::Str(_) | Datum::Secret(_) | Datum::Unknown => false,
    }
}

/// Whether a difference needs a new resource: the field says so, or one inside it that differs does.
fn replaces(field: &FieldSchema, old: Option<&Datum>, new: Option<&Datum>) -> bool {
    if field.replace {
        return true;
    }
    let FieldType::Record(record) = field.ty else { return false };
    let part = |datum: Option<&Datum>, name: &str| datum.and_then(Datum::as_record).and_then(|fields| fields.get(name)).cloned();
    record.fields.iter().any(|inner| {
        let (old, new) = (part(old, inner.name), part(new, inner.name));
        old != new && replaces(inner, old.as_ref(), new.as_ref())
    })
}

/// All that a create sets, for show.
pub fn given(entry: &Entry, resource: &Resource, wanted: &Wanted) -> Vec<FieldChange> {
    let fields = entry.schema.inputs.fields.iter().filter_map(|field| {
        let new = wanted.fields.get(field.name)?;
        let given = wanted.given.contains(field.name) || field.name == "tags" || name_field(entry.schema.naming) == Some(field.name);
        given.then(|| FieldChange {
            field: field.name.to_string(),
            old: None,
            new: Some(new.clone()),
            replaces: false,
            drift: false,
            sensitive: matches!(field.ty, FieldType::Secret) || is_secret(new),
            declared: true,
            span: resource.fields.get(field.name).map(|value| value.span),
        })
    });
    fields.collect()
}

/// The resource whose replacement or creation makes a field unknown, if that is why.
pub fn because(resource: &Resource, change: &FieldChange, replaced: impl Fn(&Address) -> bool) -> Option<Address> {
    if change.new.as_ref().is_none_or(Datum::is_known) {
        return None;
    }
    resource.fields.get(&change.field)?.references().into_iter().find(|address| replaced(address)).cloned()
}
