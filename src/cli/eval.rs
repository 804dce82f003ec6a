//! `wcalang eval`: the value of an expression or a file, as JSON.

use std::collections::{BTreeMap, BTreeSet};

use wcalang_aws::SCHEMAS;
use wcalang_lang::eval::json::Json;
use wcalang_lang::{NoPins, Request, Unit};
use wcalang_model::diag::Problems;
use wcalang_model::source::Files;
use wcalang_model::value::{Graph, Value};

use crate::cli::args::EvalArgs;
use crate::cli::out::Out;
use crate::cli::program::Program;
use crate::cli::{Exit, Stop};

/// Evaluates an expression, what a file describes, or a file's value.
pub fn run(args: &EvalArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    if let Some(expression) = &args.expr {
        let mut files = Files::default();
        let file = files.add("expression", expression.as_str());
        let mut unit = Unit::read(&files, file);
        let (given, secrets) = (BTreeMap::new(), BTreeSet::new());
        let request = Request { schemas: SCHEMAS, pins: &NoPins, given: &given, secrets: &secrets };
        let (is_json, problems) = unit.json(&mut files, &request, &mut |text| out.print(text));
        return Ok(ended(is_json, &problems, &files, out));
    }
    let mut program = Program::read(args.file.as_deref(), &args.inputs)?;
    if args.value {
        let (is_json, problems) = program.json(&NoPins, &mut |text| out.print(text));
        return Ok(ended(is_json, &problems, &program.files, out));
    }
    let compiled = program.compile_offline()?;
    out.problems(&compiled.problems, &program.files);
    let Some(graph) = compiled.graph.filter(|_| !compiled.problems.has_errors()) else { return Ok(Exit::Mistake) };
    out.print(&stack(&graph));
    Ok(Exit::Fine)
}

fn ended(is_json: bool, problems: &Problems, files: &Files, out: &mut Out) -> Exit {
    out.problems(problems, files);
    if problems.has_errors() {
        return Exit::Mistake;
    }
    if !is_json {
        out.print("a function\n");
    }
    Exit::Fine
}

/// A stack as JSON.
fn stack(graph: &Graph) -> String {
    let mut json = Json::default();
    json.open('{');
    json.field("name");
    json.string(&graph.stack.name);
    json.field("outputs");
    fields(&graph.outputs, &mut json);
    json.field("region");
    json.string(&graph.stack.region);
    json.field("resources");
    json.open('{');
    for resource in graph.resources.values() {
        json.field(&resource.address.to_string());
        fields(&resource.fields, &mut json);
    }
    json.close('}');
    json.field("tags");
    json.open('{');
    for (name, text) in &graph.stack.tags {
        json.field(name);
        json.string(text);
    }
    json.close('}');
    json.close('}');
    json.text() + "\n"
}

fn fields(fields: &BTreeMap<String, Value>, json: &mut Json<'_>) {
    json.open('{');
    for (name, value) in fields {
        json.field(name);
        json.graph_value(value);
    }
    json.close('}');
}
