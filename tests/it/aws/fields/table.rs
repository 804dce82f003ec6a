//! `docs/changes.md`: what a change of each field does, as the schemas and facts of the kinds say and the cases prove.
//!
//! CI compares; `UPDATE_CHANGES=1` rewrites it.

use std::fmt::Write as _;
use std::{env, fs};

use libtest_mimic::Failed;
use wcalang_aws::{DELETE_FIRST, KINDS, NOTICED};
use wcalang_model::kind::{KindSchema, Outage};

use super::cases::Section;
use super::leaves::{Leaf, leaves};
use crate::programs::path;

const FILE: &str = "docs/changes.md";

const HEAD: &str = "# What a change does

Every field of every kind, made from the schemas of the kinds and from the cases in `tests/aws/fields`, which change each of them
on the wire, against the sandbox's emulator: the plan says what stands here, the apply does it, the plan after it is empty, and the
cloud then has the new value. `UPDATE_CHANGES=1 cargo test --release --test it aws/fields/changes` writes this file.

- **update**: in place. **replace**: a new resource takes the place of the old one. **ignored**: used when the resource is made, and
  never compared. **another resource**: the name, which is part of what identifies a resource: the old one goes, a new one is made.
- The *outage* is what users notice: *none*; *rolling*: its parts are replaced one after the other; *drain*: the new one stands before
  the old one goes; *hard*: it is away for a while.
- A field of which another resource of the stack is the owner is not changed at all; see the plan.
";

/// The class of an outage that a change of a leaf alone brings. None where the change does nothing.
pub fn outage(kind: &KindSchema, leaf: &Leaf) -> Option<Outage> {
    if leaf.create_only || leaf.name {
        return None;
    }
    if leaf.replaces {
        let first = DELETE_FIRST.iter().any(|(name, key)| *name == kind.name && !key.contains(&leaf.field));
        return Some(if first { Outage::Hard } else { Outage::Drain });
    }
    if kind.rolls.iter().any(|rolls| rolls.field() == leaf.field) {
        return Some(Outage::Rolling);
    }
    let noticed = NOTICED.iter().find(|noticed| noticed.kind == kind.name && noticed.field == leaf.field);
    Some(noticed.map_or(Outage::None, |noticed| noticed.outage))
}

/// Whether the file is what schemas and cases say.
pub fn up_to_date(sections: &[Section]) -> Result<(), Failed> {
    let text = table(sections);
    if env::var("UPDATE_CHANGES").is_ok_and(|value| value == "1") {
        fs::write(path(FILE), text).unwrap();
        return Ok(());
    }
    if fs::read_to_string(path(FILE)).unwrap_or_default() == text {
        Ok(())
    } else {
        Err(format!("{FILE} is not what the kinds and cases say: UPDATE_CHANGES=1 cargo test --release --test it aws/fields/changes")
            .into())
    }
}

fn table(sections: &[Section]) -> String {
    let mut text = HEAD.to_string();
    for entry in KINDS {
        let kind = entry.schema;
        let of_kind: Vec<&Section> = sections.iter().filter(|section| section.kind == kind.name).collect();
        write!(text, "\n## {}\n\n| field | change | outage | verified on the wire |\n| --- | --- | --- | --- |\n", kind.name).unwrap();
        for leaf in leaves(kind) {
            let change = match (leaf.name, leaf.create_only, leaf.replaces) {
                (true, _, _) => "another resource",
                (_, true, _) => "ignored",
                (_, _, true) => "replace",
                (_, _, false) => "update",
            };
            let outage = outage(kind, &leaf).map_or("", Outage::as_str);
            writeln!(text, "| `{}` | {change} | {outage} | {} |", leaf.path, verified(&of_kind, &leaf)).unwrap();
        }
    }
    text
}

fn verified(sections: &[&Section], leaf: &Leaf) -> String {
    if leaf.name {
        return "yes, by its plan".to_string();
    }
    let why = |said: &dyn Fn(&Section) -> &Vec<(String, String)>, field: &str| {
        sections.iter().flat_map(|section| said(section)).find(|(path, _)| path == field).map(|(_, why)| why.clone())
    };
    if let Some(why) = why(&|section| &section.never, &leaf.path) {
        return format!("no: {why}");
    }
    if leaf.write_only {
        return "yes; it cannot be read back".to_string();
    }
    match why(&|section| &section.unread, leaf.field) {
        Some(why) => format!("yes, but not read back: {why}"),
        None => "yes".to_string(),
    }
}
