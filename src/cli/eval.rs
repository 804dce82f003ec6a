//! `wcalang eval`: the value of an expression, as JSON.

use wcalang_aws::SCHEMAS;
use wcalang_lang::NoPins;
use wcalang_model::source::Files;
use wcalang_model::value::{Data, Deferred, Part, Value};

use crate::cli::args::EvalArgs;
use crate::cli::out::Out;
use crate::cli::program::Program;
use crate::cli::{Exit, Stop};

/// Evaluates an expression, or what a file describes.
pub fn run(args: &EvalArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    if let Some(expression) = &args.expr {
        let mut files = Files::default();
        let file = files.add("expression", expression.as_str());
        let (value, problems) = wcalang_lang::evaluate(&mut files, file, SCHEMAS, &NoPins);
        out.problems(&problems, &files);
        if problems.has_errors() {
            return Ok(Exit::Mistake);
        }
        out.print(&value.map_or_else(|| "a function\n".to_string(), |value| shown(&value)));
        return Ok(Exit::Fine);
    }
    let mut program = Program::read(args.file.as_deref(), &args.inputs)?;
    let compiled = program.compile(&NoPins, false);
    out.problems(&compiled.problems, &program.files);
    let Some(graph) = compiled.graph.filter(|_| !compiled.problems.has_errors()) else { return Ok(Exit::Mistake) };
    let resources = graph.resources.values().map(|resource| {
        let fields = resource.fields.iter().map(|(name, value)| (name.clone(), json(value)));
        (resource.address.to_string(), serde_json::Value::Object(fields.collect()))
    });
    let outputs = graph.outputs.iter().map(|(name, value)| (name.clone(), json(value)));
    let whole = serde_json::json!({
        "name": graph.stack.name, "region": graph.stack.region, "tags": graph.stack.tags,
        "resources": serde_json::Value::Object(resources.collect()), "outputs": serde_json::Value::Object(outputs.collect()),
    });
    out.print(&format!("{whole:#}\n"));
    Ok(Exit::Fine)
}

fn shown(value: &Value) -> String {
    format!("{:#}\n", json(value))
}

/// A value as JSON. What is known only later is a text in angle brackets; a secret is never shown.
pub fn json(value: &Value) -> serde_json::Value {
    match &value.data {
        Data::Bool(value) => (*value).into(),
        Data::Int(value) | Data::Money(value) => (*value).into(),
        Data::Float(value) | Data::Percent(value) => (*value).into(),
        Data::Str(text) => (**text).into(),
        Data::Cidr(net) => net.to_string().into(),
        Data::Ip(ip) => ip.to_string().into(),
        Data::Size(bytes) => wcalang_lang::eval::value::size_text(*bytes).into(),
        Data::Duration(millis) => wcalang_lang::eval::value::duration_text(*millis).into(),
        Data::Cpu(millis) => format!("{}vcpu", *millis as f64 / 1000.0).into(),
        Data::List(items) => items.iter().map(json).collect(),
        Data::Record(fields) => serde_json::Value::Object(fields.iter().map(|(name, field)| (name.clone(), json(field))).collect()),
        Data::Resource(address) => format!("<{address}>").into(),
        Data::Deferred(deferred) => text(deferred).into(),
    }
}

fn text(deferred: &Deferred) -> String {
    match deferred {
        Deferred::Output { address, output, .. } => format!("<{address} {output}>"),
        Deferred::Input { .. } => "(secret)".to_string(),
        Deferred::Lookup { lookup, output, .. } => format!("<lookup.{} {output}>", lookup.name),
        Deferred::Json(value) => json(value).to_string(),
        Deferred::Text(parts) => parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.to_string(),
                Part::Deferred(deferred) => text(deferred),
                Part::Resource(address) => format!("<{address}>"),
            })
            .collect(),
    }
}
