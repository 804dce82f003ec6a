//! Problems as SARIF 2.1.0 (OASIS "Static Analysis Results Interchange Format"): one document of one run, with the codes it uses as
//! rules, for code scanning and for editors that read it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::diag::{Code, Problem, Severity};
use crate::source::{Files, Span};

/// The document.
pub fn document(problems: &[Problem], files: &Files) -> Value {
    let codes: BTreeMap<&str, &Code> = problems.iter().map(|problem| (problem.code.id, problem.code)).collect();
    let rules: Vec<Value> = codes.values().map(|code| rule(code)).collect();
    let results: Vec<Value> = problems.iter().map(|problem| result(problem, files)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "wcalang", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(code: &Code) -> Value {
    json!({
        "id": code.id,
        "name": code.name,
        "shortDescription": { "text": code.name.replace('-', " ") },
        "fullDescription": { "text": code.text },
        "help": { "text": format!("wcalang explain {}", code.id) },
    })
}

fn result(problem: &Problem, files: &Files) -> Value {
    let level = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let help = problem.help.iter().map(|help| format!("\n{help}")).collect::<String>();
    let mut places = problem.labels.iter().map(|label| {
        let mut place = location(label.span, files);
        if !label.text.is_empty() {
            place["message"] = json!({ "text": label.text });
        }
        place
    });
    let mut result = json!({
        "ruleId": problem.code.id,
        "level": level,
        "message": { "text": format!("{}{help}", problem.message) },
        "locations": places.next().into_iter().collect::<Vec<_>>(),
        "relatedLocations": places.collect::<Vec<_>>(),
    });
    if let Some(fix) = &problem.fix {
        result["fixes"] = json!([{
            "artifactChanges": [{
                "artifactLocation": { "uri": files.get(fix.span.file).name },
                "replacements": [{ "deletedRegion": region(fix.span, files), "insertedContent": { "text": fix.text } }],
            }],
        }]);
    }
    result
}

fn location(span: Span, files: &Files) -> Value {
    json!({ "physicalLocation": { "artifactLocation": { "uri": files.get(span.file).name }, "region": region(span, files) } })
}

fn region(span: Span, files: &Files) -> Value {
    let source = files.get(span.file);
    let (start, end) = (source.position(span.start), source.position(span.end));
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}
