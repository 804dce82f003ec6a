//! What the file wants of one resource, as the fields that its kind takes: resolved, with its AWS name and all its tags. Used
//! when a plan is made, where parts may be unknown, and again when the step runs. Compares nothing.

use std::collections::BTreeSet;

use wcalang_model::kind::{DecodeError, Entry, FieldType, Naming, tags};
use wcalang_model::value::{Datum, Fields, Resource, Stack};

use crate::plan::canonical::canonical;
use crate::plan::names::name_field;
use crate::plan::resolve::Resolver;

/// The fields that the file wants.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// In canonical form, defaults filled in; unknown parts are [`Datum::Unknown`], secrets that were not given as recorded.
    pub fields: Fields,
    /// The fields that the file gives.
    pub given: BTreeSet<String>,
    /// The secret inputs that are needed, were not given, and have nothing recorded that could stand for them: field, input.
    pub missing: Vec<(String, String)>,
}

/// What the engine itself adds to the fields of a resource.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// The AWS name, for kinds that have one.
    pub name: Option<&'a str>,
    /// What its ownership tag says; None before that is chosen.
    pub mark: Option<&'a str>,
    /// The inputs recorded, which stand for secrets that were not given.
    pub recorded: Option<&'a Fields>,
}

/// Resolves the fields of a resource.
pub fn wanted(
    entry: &Entry,
    stack: &Stack,
    resource: &Resource,
    identity: Identity<'_>,
    resolver: Resolver<'_>,
) -> Result<Wanted, DecodeError> {
    let schema = entry.schema;
    let mut wanted = Wanted { given: resource.fields.keys().cloned().collect(), ..Wanted::default() };
    let mut fields = Fields::new();
    for (name, value) in &resource.fields {
        let resolved = resolver.resolve(value, schema.inputs.field(name).map(|field| &field.ty));
        if resolved.missing.is_empty() {
            fields.insert(name.clone(), resolved.datum);
        } else if let Some(recorded) = identity.recorded.and_then(|recorded| recorded.get(name)) {
            fields.insert(name.clone(), recorded.clone());
        } else {
            fields.insert(name.clone(), Datum::Unknown);
            wanted.missing.extend(resolved.missing.into_iter().map(|input| (name.clone(), input)));
        }
    }
    if let (Some(field), Some(name)) = (name_field(schema.naming), identity.name) {
        fields.entry(field.to_string()).or_insert_with(|| Datum::str(name));
    }
    if schema.inputs.field("tags").is_some_and(|field| matches!(field.ty, FieldType::Tags)) {
        let own = fields.remove("tags");
        fields.insert("tags".to_string(), merge_tags(stack, resource, schema.naming, identity.mark, own));
    }
    wanted.fields = canonical(entry, &fields)?;
    Ok(wanted)
}

/// The stack's tags, over them the resource's own, over them those that say whose it is.
fn merge_tags(stack: &Stack, resource: &Resource, naming: Naming, mark: Option<&str>, own: Option<Datum>) -> Datum {
    let mut all: Fields = stack.tags.iter().map(|(key, value)| (key.clone(), Datum::str(value))).collect();
    if naming == Naming::Tag {
        all.insert("Name".to_string(), Datum::str(&resource.address.name));
    }
    match own {
        Some(Datum::Record(own)) => all.extend(own),
        Some(Datum::Unknown) => return Datum::Unknown,
        Some(_) | None => {}
    }
    all.insert(tags::STACK.to_string(), Datum::str(&stack.name));
    all.insert(tags::ADDRESS.to_string(), Datum::Str(resource.address.to_string()));
    all.insert(tags::INTENT.to_string(), mark.map_or(Datum::Unknown, Datum::str));
    Datum::Record(all)
}
