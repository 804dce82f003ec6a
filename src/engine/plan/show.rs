//! A plan as text for people: what is replaced first, then what goes, changes and comes; nothing that does not change. Prints
//! nothing and asks nobody.

use std::collections::BTreeSet;
use std::fmt::Write;

use wcalang_model::kind::{FieldType, Schemas, tags};
use wcalang_model::value::{Datum, Fields};

use crate::plan::drift::is_drift;
use crate::plan::types::{Act, Action, Bounds, Change, FieldChange, Notice, Outage, Plan, Reason};

/// Whether to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Plain text.
    Plain,
    /// With ANSI colours.
    Color,
}

impl Style {
    fn paint(self, code: &str, text: &str) -> String {
        match self {
            Style::Plain => text.to_string(),
            Style::Color => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}

/// The whole plan.
pub fn show(plan: &Plan, schemas: &Schemas, style: Style) -> String {
    let mut out = String::new();
    for (from, to) in &plan.moves {
        let _ = writeln!(out, "  {from} is called {to} from now on");
    }
    let mut changes: Vec<&Change> = plan.changes.iter().filter(|change| change.action != Action::Nothing).collect();
    changes.sort_by_key(|change| group(change.action));
    let (drifted, asked): (Vec<&Change>, Vec<&Change>) =
        changes.into_iter().partition(|change| matches!(change.reason, Reason::Drift | Reason::Vanished));
    asked.into_iter().for_each(|change| one(change, plan, schemas, style, &mut out));
    if !drifted.is_empty() {
        let head = "Changed behind our back; the file asks for nothing new here, and apply sets it back:";
        let _ = writeln!(out, "{}", style.paint("35", head));
    }
    drifted.into_iter().for_each(|change| one(change, plan, schemas, style, &mut out));
    for output in &plan.outputs {
        let line = sides(output.old.as_ref(), output.new.as_ref(), None);
        let _ = writeln!(out, "  output {}: {line}", output.name);
    }
    for notice in &plan.notices {
        let _ = writeln!(out, "  {}", style.paint("33", &note(notice, schemas)));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(&counts(plan));
    out.push('\n');
    out
}

/// What was changed behind our back: see [`crate::plan::drift()`]. A field is shown as it should be, and as it is.
pub fn show_drift(drift: &Plan, schemas: &Schemas, style: Style) -> String {
    let mut out = String::new();
    for change in &drift.changes {
        let gone = change.reason == Reason::Vanished;
        let words = if gone { "is gone; apply makes it again" } else { "was changed; apply sets it back" };
        let _ = writeln!(out, "{}  ({words})", style.paint(if gone { "31" } else { "33" }, &format!("{}", change.address)));
        let record = schemas.kind(&change.address.kind).map(|entry| entry.schema.inputs);
        for field in &change.fields {
            let ty = record.and_then(|record| record.field(&field.field)).map(|field| &field.ty);
            let mut lines = Vec::new();
            if field.sensitive {
                lines.push(format!("{}: another secret", field.field));
            } else {
                differences(&field.field, field.new.as_ref(), field.old.as_ref(), ty, false, &mut lines);
            }
            if let Some(line) = lines.first_mut().filter(|_| !field.declared) {
                line.push_str(&style.paint("35", "  [the file does not give it]"));
            }
            lines.iter().for_each(|line| _ = writeln!(out, "    {line}"));
        }
    }
    for notice in &drift.notices {
        let _ = writeln!(out, "  {}", style.paint("33", &note(notice, schemas)));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let undeclared = drift.notices.iter().filter(|notice| is_drift(notice)).count();
    match drift.changes.len() + undeclared {
        0 => out.push_str("No drift: the cloud is as it was left.\n"),
        1 => out.push_str("Drift in one place.\n"),
        count => _ = writeln!(out, "Drift in {count} places."),
    }
    out
}

/// One line: `Plan: 3 to create, 1 to delete; about 2 min`.
pub fn counts(plan: &Plan) -> String {
    if plan.is_empty() {
        return "Nothing to do: everything is as the file says.".to_string();
    }
    let mut parts = Vec::new();
    for verb in ["replace", "delete", "update", "create", "adopt", "forget", "deploy", "run"] {
        match plan.count(|action| action.verb() == verb) {
            0 => {}
            count => parts.push(format!("{count} to {verb}")),
        }
    }
    if !plan.moves.is_empty() {
        parts.push(format!("{} to rename in the records", plan.moves.len()));
    }
    if parts.is_empty() {
        parts.push("outputs change".to_string());
    }
    let unchanged = plan.count(|action| action == Action::Nothing);
    let rest = if unchanged > 0 { format!("; {unchanged} as they should be") } else { String::new() };
    let back = match plan.set_back().len() {
        0 => String::new(),
        count => format!("; {count} of them set back what was changed behind our back"),
    };
    format!("Plan: {}{back}{rest}; about {}.", parts.join(", "), seconds(plan.critical_path()))
}

fn group(action: Action) -> u8 {
    match action {
        Action::Replace { .. } => 0,
        Action::Delete => 1,
        Action::Forget => 2,
        Action::Update => 3,
        Action::Deploy | Action::Run => 4,
        Action::Adopt => 5,
        Action::Create => 6,
        Action::Nothing => 7,
    }
}

fn color(action: Action) -> &'static str {
    match action {
        Action::Create | Action::Adopt => "32",
        Action::Update | Action::Deploy | Action::Run => "33",
        Action::Replace { .. } => "35",
        Action::Delete | Action::Forget => "31",
        Action::Nothing => "0",
    }
}

fn one(change: &Change, plan: &Plan, schemas: &Schemas, style: Style, out: &mut String) {
    let head = style.paint(color(change.action), &format!("{} {}", change.action.glyph(), change.address));
    let mut words = Vec::new();
    if let Action::Replace { create_first } = change.action {
        words.push(if create_first { "replace, the new one first" } else { "replace, the old one goes first" }.to_string());
    }
    words.extend(reason(&change.reason));
    match change.outage {
        Outage::None => {}
        Outage::Rolling => words.push("rolling".to_string()),
        Outage::Drain => words.push("drains".to_string()),
        Outage::Hard if matches!(change.action, Action::Delete) => {}
        Outage::Hard => words.push("outage".to_string()),
    }
    let words = if words.is_empty() { String::new() } else { style.paint("2", &format!("  ({})", words.join("; "))) };
    let _ = writeln!(out, "{head}{words}");
    let record = schemas.kind(&change.address.kind).map(|entry| entry.schema.inputs);
    for field in &change.fields {
        let ty = record.and_then(|record| record.field(&field.field)).map(|field| &field.ty);
        self::field(field, ty, change.action, style, out);
    }
    if let Some(steps) = steps(change, plan) {
        let _ = writeln!(out, "    {}", style.paint("2", &steps));
    }
}

/// The steps of a change that takes more than one: `steps: make the new one → change a, b → delete the old one`.
fn steps(change: &Change, plan: &Plan) -> Option<String> {
    let name = |change: usize| plan.changes[change].address.to_string();
    let mut words: Vec<String> = Vec::new();
    for step in plan.steps.iter().filter(|step| plan.changes[step.change].address == change.address) {
        if matches!(step.act, Act::Delete | Act::DeleteDeposed) {
            // What points to the old one is changed before it goes.
            let needs = || step.needs.iter().map(|need| &plan.steps[need.step]).filter(|need| need.change != step.change);
            for (what, acts) in [("change", &[Act::Update, Act::Roll][..]), ("replace what runs in", &[Act::Roll])] {
                let those: BTreeSet<String> = needs().filter(|need| acts.contains(&need.act)).map(|need| name(need.change)).collect();
                if !those.is_empty() {
                    words.push(format!("{what} {}", those.into_iter().collect::<Vec<_>>().join(", ")));
                }
            }
        }
        words.push(match step.act {
            Act::Create => "make the new one".to_string(),
            Act::Update => "change it".to_string(),
            Act::Roll => "replace what runs in it, little by little".to_string(),
            Act::Delete | Act::DeleteDeposed => "delete the old one".to_string(),
            Act::Forget | Act::Record => continue,
        });
    }
    (words.len() > 1).then(|| format!("steps: {}", words.join(" → ")))
}

fn reason(reason: &Reason) -> Option<String> {
    Some(match reason {
        Reason::None | Reason::New | Reason::Asked | Reason::Destroyed => return None,
        Reason::Drift => return None,
        Reason::Vanished => "it is gone from the cloud".to_string(),
        Reason::Unfinished => "an earlier run was interrupted".to_string(),
        Reason::Behind(what) => format!("not as it should be: {what}"),
        Reason::Forced => "asked for by --replace".to_string(),
        Reason::Follows(address) => format!("because {address} is new"),
        Reason::Removed => "the file no longer has it".to_string(),
    })
}

fn field(change: &FieldChange, ty: Option<&FieldType>, action: Action, style: Style, out: &mut String) {
    let mut marks = Vec::new();
    if change.replaces {
        marks.push("cannot be changed in place");
    }
    if change.drift && action != Action::Create {
        marks.push(if change.declared { "drift" } else { "drift; the file does not give it" });
    }
    let marks = if marks.is_empty() { String::new() } else { style.paint("35", &format!("  [{}]", marks.join(", "))) };
    let creates = action == Action::Create;
    if change.sensitive {
        let line = if creates { "(secret)" } else { "(secret) → (secret)" };
        let _ = writeln!(out, "    {}: {line}{marks}", change.field);
        return;
    }
    let mut lines = Vec::new();
    differences(&change.field, change.old.as_ref(), change.new.as_ref(), ty, creates, &mut lines);
    for (index, line) in lines.iter().enumerate() {
        let marks = if index == 0 { marks.as_str() } else { "" };
        let glyph = if creates { "" } else { "~ " };
        let _ = writeln!(out, "    {glyph}{line}{marks}");
    }
}

/// One line for each part that differs.
fn differences(path: &str, old: Option<&Datum>, new: Option<&Datum>, ty: Option<&FieldType>, creates: bool, lines: &mut Vec<String>) {
    match (old, new) {
        (Some(Datum::Record(old)), Some(Datum::Record(new))) => {
            let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for name in names {
                let ty = part(ty, name);
                let (old, new) = (old.get(name), new.get(name));
                if old != new {
                    differences(&format!("{path}.{name}"), old, new, ty, creates, lines);
                }
            }
        }
        (Some(Datum::List(old)), Some(Datum::List(new))) if old.len() == new.len() && matches!(ty, Some(FieldType::List(_))) => {
            for (index, (old, new)) in old.iter().zip(new).enumerate().filter(|(_, (old, new))| old != new) {
                differences(&format!("{path}[{index}]"), Some(old), Some(new), item(ty), creates, lines);
            }
        }
        (None, Some(Datum::Record(new))) if creates && matches!(ty, Some(FieldType::Tags)) => {
            let own: Fields = new.iter().filter(|(key, _)| !is_ownership(key)).map(|(key, value)| (key.clone(), value.clone())).collect();
            if !own.is_empty() {
                lines.push(format!("{path}: {}", text(&Datum::Record(own), ty)));
            }
        }
        (None, Some(new)) if creates => lines.push(format!("{path}: {}", text(new, ty))),
        (_, _) => lines.push(format!("{path}: {}", sides(old, new, ty))),
    }
}

fn is_ownership(key: &str) -> bool {
    [tags::STACK, tags::ADDRESS, tags::INTENT].contains(&key)
}

fn sides(old: Option<&Datum>, new: Option<&Datum>, ty: Option<&FieldType>) -> String {
    let side = |datum: Option<&Datum>| datum.map_or_else(|| "(none)".to_string(), |datum| text(datum, ty));
    format!("{} → {}", side(old), side(new))
}

fn part<'a>(ty: Option<&'a FieldType>, name: &str) -> Option<&'a FieldType> {
    if let FieldType::Record(record) = ty? {
        return record.field(name).map(|field| &field.ty);
    }
    if let FieldType::Map(item) = ty? { Some(item) } else { None }
}

fn item(ty: Option<&FieldType>) -> Option<&FieldType> {
    if let FieldType::List(item) | FieldType::Set(item) = ty? { Some(item) } else { None }
}

/// A value as the language writes it.
fn text(datum: &Datum, ty: Option<&FieldType>) -> String {
    match (datum, ty) {
        (Datum::Bool(value), _) => value.to_string(),
        (Datum::Int(value), Some(FieldType::Size)) => size(*value),
        (Datum::Int(value), Some(FieldType::Duration)) => duration(*value),
        (Datum::Int(value), Some(FieldType::Cpu)) => format!("{}vcpu", *value as f64 / 1000.0),
        (Datum::Int(value), _) => value.to_string(),
        (Datum::Float(value), Some(FieldType::Percent)) => format!("{value}%"),
        (Datum::Float(value), _) => value.to_string(),
        (Datum::Str(value), Some(FieldType::Cidr)) => value.clone(),
        (Datum::Str(value), _) => format!("{value:?}"),
        (Datum::List(items), _) if items.is_empty() => "[ ]".to_string(),
        (Datum::List(items), _) => {
            format!("[ {} ]", items.iter().map(|datum| text(datum, item(ty))).collect::<Vec<_>>().join(" "))
        }
        (Datum::Record(fields), _) if fields.is_empty() => "{ }".to_string(),
        (Datum::Record(fields), _) => {
            let fields = fields.iter().map(|(name, field)| format!("{} = {};", key(name), text(field, part(ty, name))));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(" "))
        }
        (Datum::Secret(_) | Datum::Digest(_), _) => "(secret)".to_string(),
        (Datum::Unknown, _) => "(known after apply)".to_string(),
    }
}

fn key(name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '\''));
    if plain && !name.starts_with(|c: char| c.is_ascii_digit() || c == '-') { name.to_string() } else { format!("{name:?}") }
}

fn size(bytes: i64) -> String {
    let units = [(1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let unit = units.into_iter().find(|(unit, _)| bytes != 0 && bytes % unit == 0);
    unit.map_or_else(|| format!("{bytes}B"), |(unit, name)| format!("{}{name}", bytes / unit))
}

fn duration(milliseconds: i64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s")];
    let unit = units.into_iter().find(|(unit, _)| milliseconds != 0 && milliseconds % unit == 0);
    unit.map_or_else(|| format!("{milliseconds}ms"), |(unit, name)| format!("{}{name}", milliseconds / unit))
}

fn seconds(seconds: u32) -> String {
    if seconds < 90 { format!("{seconds} s") } else { format!("{} min", seconds.div_ceil(60)) }
}

fn note(notice: &Notice, schemas: &Schemas) -> String {
    match notice {
        Notice::NotOurs { address, field, owner, live, bounds, inside } => {
            let record = schemas.kind(&address.kind).map(|entry| entry.schema.inputs);
            let ty = record.and_then(|record| record.field(field)).map(|field| &field.ty);
            let live = live.as_ref().map_or_else(|| "(none)".to_string(), |live| text(live, ty));
            let bounds = bounds.as_ref().map(|bounds| match bounds {
                Bounds::Between(least, most) => format!("{} to {}", text(least, ty), text(most, ty)),
                Bounds::Among(among) => among.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "),
            });
            let place = match (bounds, inside) {
                (None, _) => String::new(),
                (Some(bounds), true) => format!(", inside {bounds}"),
                (Some(bounds), false) => format!(", OUTSIDE {bounds}"),
            };
            format!("not ours: {address} {field}, which {owner} owns; currently {live}{place}")
        }
        Notice::Undeclared { address, field, seen, live } => {
            let record = schemas.kind(&address.kind).map(|entry| entry.schema.inputs);
            let ty = record.and_then(|record| record.field(field)).map(|field| &field.ty);
            let sides = sides(seen.as_ref(), live.as_ref(), ty);
            format!("{address} {field}: {sides}, changed behind our back; the file does not give it, and apply leaves it (drift)")
        }
        Notice::SecretUncertain { address, field } => {
            format!("cannot tell whether the secret `{field}` of {address} changed: the digest key is missing; it stays as it is")
        }
        Notice::CreateOnly { address, field, .. } => {
            format!("`{field}` of {address} was used when it was made; what the file says now has no effect")
        }
        Notice::Protection { address, protected: true } => {
            format!("{address} is protected from its deletion, once an apply has recorded it")
        }
        Notice::Protection { address, protected: false } => {
            format!("{address} is no longer protected from its deletion, once an apply has recorded it")
        }
        Notice::Unsettled { address } => {
            format!("a create of {address} was sent and its answer lost; nothing was found so far, apply settles it")
        }
    }
}
