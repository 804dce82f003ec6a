//! `wcalang doc`: the documentation of kinds, lookups, library modules and the prelude, from their declarations; and of the stack.

use std::fmt::Write;

use wcalang_aws::{KINDS, LOOKUPS, SCHEMAS};
use wcalang_lang::eval::builtins::{BUILTINS, Builtin};
use wcalang_lang::eval::value::{duration_text, size_text};
use wcalang_lang::library::{self, Library, ModuleDoc};
use wcalang_lang::manual::{MemberDoc, members};
use wcalang_model::base::nearest;
use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::machine;
use wcalang_model::kind::{FieldSchema, FieldType, KindSchema, LookupEntry, Presence, RecordSchema};
use wcalang_model::value::{Datum, RecordType, Type};

use crate::cli::out::Out;
use crate::cli::wrap::{first_sentence, row, wrap};
use crate::cli::{Exit, Stop};

/// What is said of the fields of a stack.
const STACK: &[(&str, &str)] = &[
    (
        "name : text of letters, digits, `-` and `_`, required",
        "What the stack is called: part of every ownership tag, and of where its state is kept.",
    ),
    ("region : text, required", "Where everything is made. Example: `region = \"us-west-2\";`"),
    (
        "resources : resources, records and lists of them, required",
        "What there is to be. All that these refer to belongs to the stack too, and all that a library call made together with one of them.",
    ),
    ("outputs : a record, optional", "What `apply` and `output` show. Example: `outputs.url = balancer.url;`"),
    ("tags : a map, each value text, optional", "Tags of everything that can have some. Example: `tags.Env = \"prod\";`"),
    (
        "account : text of 12 digits, optional",
        "The account that it belongs to; without it, the first apply pins one in the lock file. No other account can be applied to.",
    ),
    (
        "removed : a list, each item text, optional",
        "Addresses that may go though they are protected or hold data. Example: `removed = [ \"s3.Bucket/old\" ];`",
    ),
    ("state, checks, budget : optional", "Read, and without effect in this version: state is kept in `.wcalang` beside the file."),
];

/// What is said of the options that the language adds to every kind.
const OPTIONS: &[(&str, &str)] = &[
    (
        "protect : true or false, default false",
        "Whether it is kept from being destroyed or replaced without leave, also once its line is gone.",
    ),
    ("purge : true or false, default false", "Whether what is in it may go with it, for buckets and repositories."),
    ("formerly : text, optional", "The name that it had: its record takes the new one, and nothing is made anew."),
    ("after : a list, each item a resource, optional", "What is made before it, though no field refers to it."),
];

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
            let members: Vec<String> = functions().map(|member| member.name).collect();
            // `groupBy` is asked for as one reads it: in a module.
            let within = members.iter().find(|member| member.split_once('.').is_some_and(|(_, short)| short == name));
            let near = nearest(name, names().map(|name| -> &str { name }).chain(members.iter().map(String::as_str)));
            let near = within.map(String::as_str).or(near);
            let help = near.map_or_else(|| "`wcalang doc` lists everything".to_string(), |near| format!("did you mean {near}?"));
            Err(Problem::error(&machine::NOTHING_KNOWN, format!("nothing is called {name}")).help(help).into())
        }
    }
}

fn names() -> impl Iterator<Item = &'static str> {
    let modules = library::MODULES.iter().map(|module| module.name);
    let kinds = KINDS.iter().map(|entry| entry.schema.name);
    modules.chain(["stack"]).chain(kinds).chain(LOOKUPS.iter().map(|entry| entry.name)).chain(builtins().map(|builtin| builtin.name))
}

/// The functions that are in scope by themselves.
fn builtins() -> impl Iterator<Item = &'static Builtin> {
    BUILTINS.iter().filter(|builtin| !builtin.name.contains('\''))
}

/// The functions of all modules.
fn functions() -> impl Iterator<Item = MemberDoc> {
    library::MODULES.iter().flat_map(members)
}

fn page(name: &str) -> Option<String> {
    if name == "stack" {
        return Some(stack_page());
    }
    if let Some(module) = library::find(name) {
        let members = members(module);
        if !members.is_empty() {
            return Some(functions_page(module, &members));
        }
        return Some(module_page(&library::documentation(module, SCHEMAS)));
    }
    if let Some(entry) = SCHEMAS.kind(name) {
        return Some(kind_page(entry.schema));
    }
    if let Some(entry) = SCHEMAS.lookup(name) {
        return Some(lookup_page(entry));
    }
    if let Some(builtin) = builtins().find(|builtin| builtin.name == name) {
        return Some(builtin_page(builtin));
    }
    functions().find(|member| member.name == name).map(|member| member_page(&member))
}

fn list() -> String {
    let mut text = "The value of a file\n".to_string();
    text.push_str(&row("stack", 24, "What a file describes: its name, region, resources and outputs."));
    text.push_str("\nLibrary modules\n");
    for module in library::MODULES.iter().filter(|module| members(module).is_empty()) {
        let doc = library::documentation(module, SCHEMAS).doc;
        text.push_str(&row(module.name, 24, &first_sentence(&doc)));
    }
    text.push_str("\nLookups (lookup.…)\n");
    for entry in LOOKUPS {
        text.push_str(&row(entry.name, 24, &first_sentence(entry.arguments.doc)));
    }
    text.push_str("\nFunctions by subject\n");
    for module in library::MODULES.iter().filter(|module| !members(module).is_empty()) {
        let doc = library::documentation(module, SCHEMAS).doc;
        text.push_str(&row(module.name, 24, &first_sentence(&doc)));
    }
    text.push_str("\nFunctions\n");
    for builtin in builtins() {
        text.push_str(&row(builtin.name, 24, builtin.doc));
    }
    text.push_str("\nKinds of resources (aws.…)\n");
    for entry in KINDS {
        text.push_str(&row(entry.schema.name, 40, &first_sentence(entry.schema.inputs.doc)));
    }
    text.push_str("\n`wcalang doc NAME` has more about each.\n");
    text
}

fn stack_page() -> String {
    let mut text = "stack\n\nThe value of a file, a record with these fields:\n\n".to_string();
    entries(STACK, &mut text);
    text.push_str("\nExample\n  { name = \"shop\"; region = \"us-west-2\"; resources = [ (vpc { name = \"shop\"; }) ]; }\n");
    text
}

fn kind_page(schema: &KindSchema) -> String {
    let mut text = format!("aws.{}\n\n{}\nFields\n", schema.name, wrap(schema.inputs.doc, 0));
    if schema.inputs.field("name").is_none() {
        text.push_str("  name : text, required\n      What it is called in the stack. Another name is another resource.\n");
    }
    fields(schema.inputs, 2, &mut text);
    text.push_str("\nFields of every kind\n");
    entries(OPTIONS, &mut text);
    text.push_str("\nOutputs\n");
    answers(schema.outputs, &mut text);
    let _ = write!(text, "\nIAM actions that its calls need\n{}", wrap(&schema.actions.join(", "), 2));
    text
}

fn lookup_page(entry: &LookupEntry) -> String {
    let mut text = format!("lookup.{}\n\n{}", entry.name, wrap(entry.arguments.doc, 0));
    text.push_str(if entry.arguments.fields.is_empty() { "\nIt takes no arguments.\n" } else { "\nArguments\n" });
    fields(entry.arguments, 2, &mut text);
    text.push_str("\nOutputs\n");
    answers(entry.outputs, &mut text);
    text
}

/// What a record takes, with the fields of the records inside of it.
fn fields(record: &RecordSchema, indent: usize, text: &mut String) {
    for field in record.fields {
        let _ = writeln!(text, "{:indent$}{} : {}{}", "", field.name, shown(&field.ty), presence(field));
        text.push_str(&wrap(field.doc, indent + 4));
        if indent == 2 && field.name == "name" {
            text.push_str(&wrap("Another name is another resource.", indent + 4));
        }
        if let Some(nested) = nested(&field.ty) {
            fields(nested, indent + 6, text);
        }
    }
}

/// What a record gives back.
fn answers(record: &RecordSchema, text: &mut String) {
    for field in record.fields {
        let _ = writeln!(text, "  {} : {}", field.name, field.ty.to_type());
        text.push_str(&wrap(field.doc, 6));
    }
}

fn entries(entries: &[(&str, &str)], text: &mut String) {
    for (name, about) in entries {
        let _ = write!(text, "  {name}\n{}", wrap(about, 6));
    }
}

/// The record that a type is or has in it.
fn nested(ty: &FieldType) -> Option<&'static RecordSchema> {
    if let FieldType::Record(record) = ty {
        Some(record)
    } else if let FieldType::List(item) | FieldType::Set(item) | FieldType::Map(item) = ty {
        nested(item)
    } else {
        None
    }
}

/// A type in words.
fn shown(ty: &FieldType) -> String {
    if let FieldType::Secret = ty { "text that may be secret".to_string() } else { ty.to_type().to_string() }
}

fn presence(field: &FieldSchema) -> String {
    let mut text = match field.presence {
        Presence::Required => ", required".to_string(),
        Presence::Optional => ", optional".to_string(),
        Presence::Default(value) => format!(", default {}", literal(&value(), Some(&field.ty))),
    };
    if field.replace && field.name != "name" {
        text.push_str("; a change replaces the resource");
    }
    text
}

/// A datum as one writes it in the language.
fn literal(datum: &Datum, ty: Option<&FieldType>) -> String {
    let cpu = |millis: i64| format!("{}vcpu", millis as f64 / 1000.0);
    match datum {
        Datum::Int(number) => match (ty, u64::try_from(*number)) {
            (Some(FieldType::Size), Ok(bytes)) => size_text(bytes),
            (Some(FieldType::Duration), Ok(0)) => "0s".to_string(),
            (Some(FieldType::Duration), Ok(millis)) => duration_text(millis),
            (Some(FieldType::Cpu), _) => cpu(*number),
            (_, Ok(_) | Err(_)) => number.to_string(),
        },
        Datum::List(items) if items.is_empty() => "[ ]".to_string(),
        Datum::List(items) => {
            let item = if let Some(FieldType::List(item) | FieldType::Set(item)) = ty { Some(*item) } else { None };
            let items: Vec<String> = items.iter().map(|datum| literal(datum, item)).collect();
            format!("[ {} ]", items.join(" "))
        }
        Datum::Record(fields) if fields.is_empty() => "{ }".to_string(),
        Datum::Record(fields) => {
            let record = ty.and_then(nested);
            let of = |name: &str| record.and_then(|record| record.field(name)).map(|field| &field.ty);
            let fields: Vec<String> = fields.iter().map(|(name, datum)| format!("{name} = {};", literal(datum, of(name)))).collect();
            format!("{{ {} }}", fields.join(" "))
        }
        Datum::Bool(_) | Datum::Float(_) | Datum::Str(_) | Datum::Secret(_) | Datum::Digest(_) | Datum::Unknown => {
            datum.to_json().to_string()
        }
    }
}

fn module_page(module: &ModuleDoc) -> String {
    let mut text = format!("{}\n\n{}\nOptions\n", module.name, wrap(&module.doc, 0));
    for option in &module.options {
        let presence = match (&option.default, option.optional) {
            // Most say it in words that are better than the expression.
            (Some(_), _) if option.doc.contains("Default: ") => ", optional".to_string(),
            (Some(default), _) => format!(", default {default}"),
            (None, true) => ", optional".to_string(),
            (None, false) => ", required".to_string(),
        };
        let _ = writeln!(text, "  {} : {}{presence}", option.name, option.ty);
        text.push_str(&wrap(&option.doc, 6));
        if let Some(record) = written_out(&option.ty) {
            for field in &record.fields {
                let presence = if field.optional { "optional" } else { "required" };
                let _ = writeln!(text, "        {} : {}, {presence}", field.name, field.ty);
            }
        }
    }
    text
}

/// The record that an option is or has in it, if people write it themselves: what modules hand each other is open.
fn written_out(ty: &Type) -> Option<&RecordType> {
    if let Type::Record(record) = ty {
        Some(&**record).filter(|record| !record.open)
    } else if let Type::List(item) | Type::Map(item) | Type::Secret(item) = ty {
        written_out(item)
    } else {
        None
    }
}

/// A module that is a record of functions.
fn functions_page(module: &Library, members: &[MemberDoc]) -> String {
    let doc = library::documentation(module, SCHEMAS).doc;
    let mut text = format!("{}\n\n{}\nFunctions\n", module.name, wrap(&doc, 0));
    for member in members {
        let _ = write!(text, "  {} : {}\n{}", member.name, member.signature, wrap(&member.doc, 6));
    }
    let _ = writeln!(text, "\n`wcalang doc {}` has an example, as for the others.", members[0].name);
    text
}

fn member_page(member: &MemberDoc) -> String {
    let (example, result) = &member.example;
    function_page(&member.name, &member.signature, &member.doc, example, result)
}

fn builtin_page(builtin: &Builtin) -> String {
    let (example, result) = builtin.example;
    function_page(builtin.name, builtin.signature, builtin.doc, example, result)
}

fn function_page(name: &str, signature: &str, doc: &str, example: &str, result: &str) -> String {
    format!("{name} : {signature}\n\n{}\nExample\n  {example}\n  → {result}\n", wrap(doc, 0))
}
