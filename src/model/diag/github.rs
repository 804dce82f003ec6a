//! Problems as annotations of GitHub Actions: one workflow command a line, which the service shows beside the code.
//!
//! The form is that of GitHub's "Workflow commands": `::error file=…,line=…,col=…,endLine=…,endColumn=…,title=…::message`, where
//! `%`, line ends and, in properties, `:` and `,` are escaped.

use std::fmt::Write;

use crate::diag::{Problem, Severity};
use crate::source::Files;

/// Writes a problem.
pub fn write(problem: &Problem, files: &Files, out: &mut String) {
    let level = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut properties = Vec::new();
    if let Some(span) = problem.span() {
        let source = files.get(span.file);
        let (start, end) = (source.position(span.start), source.position(span.end));
        properties.push(format!("file={}", property(&source.name)));
        properties.push(format!("line={},col={}", start.line, start.column));
        properties.push(format!("endLine={},endColumn={}", end.line, end.column));
    }
    properties.push(format!("title={}", property(&format!("{} {}", problem.code.id, problem.code.name))));
    let help = problem.help.iter().map(|help| format!("\nhelp: {help}")).collect::<String>();
    let _ = writeln!(out, "::{level} {}::{}", properties.join(","), data(&format!("{}{help}", problem.message)));
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
