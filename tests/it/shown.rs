//! Results as text: values as the language writes them, problems with the lines that they are about.

use std::fmt::Write;

use wcalang_lang::eval::value::{duration_text, size_text};
use wcalang_model::diag::{Label, Problem, Severity};
use wcalang_model::source::{FileId, Files};
use wcalang_model::value::{Data, Deferred, Part, Value};

/// A value in the language; what is known only later stands in angle brackets.
pub fn value(value: &Value) -> String {
    match &value.data {
        Data::Bool(value) => value.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => format!("{number:?}"),
        Data::Str(text) => format!("{text:?}"),
        Data::Cidr(net) => net.to_string(),
        Data::Ip(ip) => ip.to_string(),
        Data::Size(bytes) => size_text(*bytes),
        Data::Duration(millis) => duration_text(*millis),
        Data::Cpu(millis) => format!("{}vcpu", *millis as f64 / 1000.0),
        Data::Percent(percent) => format!("{percent}%"),
        Data::Money(cents) => format!("{}usd", *cents as f64 / 100.0),
        Data::List(items) => format!("[ {}]", items.iter().map(|item| self::value(item) + " ").collect::<String>()),
        Data::Record(fields) => {
            let fields = fields.iter().map(|(name, field)| format!("{} = {}; ", key(name), self::value(field)));
            format!("{{ {}}}", fields.collect::<String>())
        }
        Data::Resource(address) => format!("<{address}>"),
        Data::Deferred(deferred) => self::deferred(deferred),
    }
}

fn key(name: &str) -> String {
    let plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-'".contains(letter));
    if plain && !name.starts_with(|letter: char| letter.is_ascii_digit() || letter == '-') { name.to_string() } else { format!("{name:?}") }
}

fn deferred(deferred: &Deferred) -> String {
    match deferred {
        Deferred::Output { address, output, .. } => format!("<{address} {output}>"),
        Deferred::Input { name } => format!("<secret {name}>"),
        Deferred::Lookup { lookup, output, .. } => format!("<lookup.{} {output}>", lookup.name),
        Deferred::Json(value) => format!("<json {}>", self::value(value)),
        Deferred::Text(parts) => {
            let parts = parts.iter().map(|part| match part {
                Part::Text(text) => text.to_string(),
                Part::Deferred(deferred) => format!("${{{}}}", self::deferred(deferred)),
                Part::Resource(address) => format!("${{{address}}}"),
            });
            format!("{:?}", parts.collect::<String>())
        }
    }
}

/// Problems of a file, each with its code, its message, the lines that it is about with what is under them, and the first line
/// of its help. Labels in other files are told by file and line.
pub fn problems(problems: &[Problem], files: &Files, file: FileId) -> String {
    let mut text = String::new();
    for problem in problems {
        let severity = if problem.severity == Severity::Error { "error" } else { "warning" };
        writeln!(text, "{severity} {}: {}", problem.code.id, problem.message).unwrap();
        let mut line = None;
        for (index, label) in problem.labels.iter().enumerate() {
            if label.span.file == file {
                label_lines(label, if index == 0 { '^' } else { '-' }, files, &mut line, &mut text);
            } else {
                writeln!(text, "  at {}: {}", files.locate(label.span), label.text).unwrap();
            }
        }
        if let Some(help) = problem.help.as_ref().and_then(|help| help.lines().next()) {
            writeln!(text, "  help: {help}").unwrap();
        }
        if let Some(fix) = &problem.fix {
            writeln!(text, "  fix: {:?} -> {:?}", files.text(fix.span), fix.text).unwrap();
        }
    }
    text
}

/// The line of a label, unless it was shown just before, and the marks under it.
fn label_lines(label: &Label, mark: char, files: &Files, shown: &mut Option<usize>, text: &mut String) {
    let source = files.get(label.span.file);
    let (start, end) = (source.position(label.span.start), source.position(label.span.end));
    let line = source.text.split('\n').nth(start.line - 1).unwrap_or("");
    if *shown != Some(start.line) {
        writeln!(text, "{:>4} | {line}", start.line).unwrap();
        *shown = Some(start.line);
    }
    let to = if end.line == start.line { end.column } else { line.chars().count() + 1 };
    let marks: String = std::iter::repeat_n(mark, to.saturating_sub(start.column).max(1)).collect();
    let row = format!("     | {}{marks} {}", " ".repeat(start.column - 1), label.text);
    writeln!(text, "{}", row.trim_end()).unwrap();
}
