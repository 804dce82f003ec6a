//! `wcalang doc`: the documentation of kinds, lookups, library modules and the prelude, from their declarations.

use std::fmt::Write;

use wcalang_aws::{KINDS, LOOKUPS, SCHEMAS};
use wcalang_lang::eval::builtins::{BUILTINS, Builtin};
use wcalang_lang::library::{self, ModuleDoc};
use wcalang_model::base::nearest;
use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::machine;
use wcalang_model::kind::{FieldSchema, KindSchema, LookupEntry, Presence, RecordSchema};

use crate::cli::{Exit, Stop};
use crate::cli::out::Out;

/// Shows one page, or the list of all.
pub fn run(name: Option<&str>, out: &mut Out) -> Result<Exit, Box<Stop>> {
    let Some(name) = name else {
        out.print(&list());
        return Ok(Exit::Fine);
    };
    match page(name.trim_start_matches("aws.").trim_start_matches("lookup.").trim_start_matches("std.")) {
        Some(page) => {
            out.print(&page);
            Ok(Exit::Fine)
        }
        None => {
            let near = nearest(name, names());
            let help = near.map_or_else(|| "`wcalang doc` lists everything".to_string(), |near| format!("did you mean {near}?"));
            Err(Problem::error(&machine::NOTHING_KNOWN, format!("nothing is called {name}")).help(help).into())
        }
    }
}

fn names() -> impl Iterator<Item = &'static str> {
    let modules = library::MODULES.iter().map(|module| module.name);
    let kinds = KINDS.iter().map(|entry| entry.schema.name);
    modules.chain(kinds).chain(LOOKUPS.iter().map(|entry| entry.name)).chain(BUILTINS.iter().map(|builtin| builtin.name))
}

fn page(name: &str) -> Option<String> {
    if let Some(module) = library::find(name) {
        return Some(module_page(&library::documentation(module, SCHEMAS)));
    }
    if let Some(entry) = SCHEMAS.kind(name) {
        return Some(kind_page(entry.schema));
    }
    if let Some(entry) = SCHEMAS.lookup(name) {
        return Some(lookup_page(entry));
    }
    BUILTINS.iter().find(|builtin| builtin.name == name).map(builtin_page)
}

fn list() -> String {
    let mut text = "Library modules\n".to_string();
    for module in library::MODULES {
        let doc = library::documentation(module, SCHEMAS).doc;
        let _ = writeln!(text, "  {:<20} {}", module.name, first_line(&doc));
    }
    text.push_str("\nKinds (aws.…)\n");
    for entry in KINDS {
        let _ = writeln!(text, "  {:<36} {}", entry.schema.name, first_line(entry.schema.inputs.doc));
    }
    text.push_str("\nLookups (lookup.…)\n");
    for entry in LOOKUPS {
        let _ = writeln!(text, "  {:<20} {}", entry.name, first_line(entry.arguments.doc));
    }
    text.push_str("\nPrelude\n");
    for builtin in BUILTINS {
        let _ = writeln!(text, "  {:<20} {}", builtin.name, builtin.doc);
    }
    text
}

fn first_line(doc: &str) -> &str {
    doc.lines().next().unwrap_or_default()
}

fn kind_page(schema: &KindSchema) -> String {
    let mut text = format!("aws.{}\n\n{}\n\nFields\n", schema.name, schema.inputs.doc);
    text.push_str("  name : text, required\n      The name in the stack; it never changes.\n");
    fields(schema.inputs, &mut text);
    text.push_str("\nOutputs\n");
    fields(schema.outputs, &mut text);
    let _ = writeln!(text, "\nOptions of every kind: protect, purge, formerly, after");
    let _ = writeln!(text, "IAM actions that applying it needs: {}", schema.actions.join(", "));
    text
}

fn lookup_page(entry: &LookupEntry) -> String {
    let mut text = format!("lookup.{}\n\n{}\n\nArguments\n", entry.name, entry.arguments.doc);
    fields(entry.arguments, &mut text);
    text.push_str("\nAnswers\n");
    fields(entry.outputs, &mut text);
    text
}

fn fields(record: &RecordSchema, text: &mut String) {
    for field in record.fields {
        let _ = writeln!(text, "  {} : {}{}", field.name, field.ty.to_type(), presence(field));
        for line in field.doc.lines() {
            let _ = writeln!(text, "      {line}");
        }
    }
}

fn presence(field: &FieldSchema) -> String {
    let mut text = match field.presence {
        Presence::Required if field.identity || field.stable => String::new(),
        Presence::Required => ", required".to_string(),
        Presence::Optional => ", optional".to_string(),
        Presence::Default(value) => format!(", default {}", value().to_json()),
    };
    if field.replace {
        text.push_str("; a change replaces the resource");
    }
    text
}

fn module_page(module: &ModuleDoc) -> String {
    let mut text = format!("{}\n\n{}\n\nOptions\n", module.name, module.doc);
    for option in &module.options {
        let presence = match (&option.default, option.optional) {
            (Some(default), _) => format!(", default {default}"),
            (None, true) => ", optional".to_string(),
            (None, false) => ", required".to_string(),
        };
        let _ = writeln!(text, "  {} : {}{presence}", option.name, option.ty);
        for line in option.doc.lines() {
            let _ = writeln!(text, "      {line}");
        }
    }
    text
}

fn builtin_page(builtin: &Builtin) -> String {
    let (example, result) = builtin.example;
    format!("{} : {}\n\n{}\n\nExample\n  {example}\n  → {result}\n", builtin.name, builtin.signature, builtin.doc)
}
