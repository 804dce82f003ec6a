//! The leaves of the kinds' schemas: what can be changed alone. Every leaf has a case, or says why it has none.

use std::collections::BTreeSet;

use libtest_mimic::Failed;
use wcalang_aws::KINDS;
use wcalang_model::kind::{FieldSchema, FieldType, KindSchema, Naming, RecordSchema};

use super::cases::Section;

/// A field that holds no record: `healthCheck.path`, `containers[].cpu`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Its path, as cases write it.
    pub path: String,
    /// The field of the kind that it stands in.
    pub field: &'static str,
    /// Whether a change of it needs a new resource.
    pub replaces: bool,
    /// Whether it cannot be read back.
    pub write_only: bool,
    /// Whether it is used at the creation alone.
    pub create_only: bool,
    /// Whether it is the AWS name, which the engine chooses.
    pub name: bool,
}

/// The leaves of a kind, in the order declared.
pub fn leaves(kind: &KindSchema) -> Vec<Leaf> {
    let naming = match kind.naming {
        Naming::Field { field, .. } => Some(field),
        Naming::None | Naming::Tag => None,
    };
    let mut leaves = Vec::new();
    for field in kind.inputs.fields {
        let leaf = Leaf {
            path: field.name.to_string(),
            field: field.name,
            replaces: field.replace,
            write_only: field.write_only,
            create_only: field.create_only,
            name: naming == Some(field.name),
        };
        descend(leaf, field, true, &mut leaves);
    }
    leaves
}

/// Goes into records. Inside a list a difference is one of the list: what replaces is said outside of it.
fn descend(leaf: Leaf, field: &FieldSchema, outside: bool, leaves: &mut Vec<Leaf>) {
    let (record, mark) = match record_of(&field.ty) {
        Some(found) => found,
        None => return leaves.push(leaf),
    };
    for inner in record.fields {
        let outside = outside && mark.is_empty();
        let path = format!("{}{mark}.{}", leaf.path, inner.name);
        let leaf = Leaf { path, replaces: leaf.replaces || outside && inner.replace, ..leaf.clone() };
        descend(leaf, inner, outside, leaves);
    }
}

fn record_of(ty: &FieldType) -> Option<(&'static RecordSchema, &'static str)> {
    match *ty {
        FieldType::Record(record) => Some((record, "")),
        FieldType::List(item) | FieldType::Set(item) => record_of(item).map(|(record, _)| (record, "[]")),
        FieldType::Map(_) | FieldType::Bool | FieldType::Int(..) | FieldType::Float | FieldType::Str { .. } | FieldType::Cidr => None,
        FieldType::Size | FieldType::Duration | FieldType::Cpu | FieldType::Percent | FieldType::Arn | FieldType::Json => None,
        FieldType::Policy | FieldType::Tags | FieldType::Choice(_) | FieldType::Ref(_) | FieldType::Secret => None,
    }
}

/// That every leaf has a case or says why it has none, and that every case is about a field that there is.
pub fn complete(sections: &[Section]) -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for entry in KINDS {
        let kind = entry.schema;
        let of_kind: Vec<&Section> = sections.iter().filter(|section| section.kind == kind.name).collect();
        let tried: BTreeSet<String> = of_kind.iter().flat_map(|section| section.cases.iter().map(|case| case.name())).collect();
        let never: BTreeSet<&str> = of_kind.iter().flat_map(|section| section.never.iter().map(|(path, _)| path.as_str())).collect();
        let leaves = leaves(kind);
        for leaf in leaves.iter().filter(|leaf| !leaf.name) {
            match (tried.contains(&leaf.path), never.contains(leaf.path.as_str())) {
                (false, false) => wrong.push(format!("{} {}: no case changes it", kind.name, leaf.path)),
                (true, true) => wrong.push(format!("{} {}: has a case, and says why it has none", kind.name, leaf.path)),
                (true, false) | (false, true) => {}
            }
        }
        let within = |leaf: &Leaf, path: &str| leaf.path.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '[']));
        let known = |path: &str| leaves.iter().any(|leaf| leaf.path == path || within(leaf, path));
        let stray = tried.iter().map(String::as_str).chain(never).filter(|path| !known(path));
        wrong.extend(stray.map(|path| format!("{} {path}: there is no such field", kind.name)));
    }
    for section in sections.iter().filter(|section| !KINDS.iter().any(|entry| entry.schema.name == section.kind)) {
        wrong.push(format!("[{} {}]: there is no such kind", section.kind, section.resource));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}
