//! `wcalang graph`: what needs what, for Graphviz or Mermaid.

use std::collections::BTreeMap;
use std::fmt::Write;

use wcalang_model::value::{Address, Graph};

use crate::cli::args::{GraphArgs, GraphFormat};
use crate::cli::out::Out;
use crate::cli::program::Program;
use crate::cli::{Exit, Stop};

/// Draws the graph of a file.
pub fn run(args: &GraphArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    let mut program = Program::read(args.file.file.as_deref(), &args.file.inputs)?;
    let compiled = program.compile_offline(false)?;
    out.problems(&compiled.problems, &program.files);
    let Some(graph) = compiled.graph.filter(|_| !compiled.problems.has_errors()) else { return Ok(Exit::Mistake) };
    out.print(&match args.format {
        GraphFormat::Dot => dot(&graph),
        GraphFormat::Mermaid => mermaid(&graph),
    });
    Ok(Exit::Fine)
}

fn dot(graph: &Graph) -> String {
    let mut text = "digraph stack {\n  rankdir = LR;\n  node [shape = box];\n".to_string();
    for resource in graph.resources.values() {
        let _ = writeln!(text, "  {:?};", resource.address.to_string());
        for needed in resource.references() {
            let _ = writeln!(text, "  {:?} -> {:?};", resource.address.to_string(), needed.to_string());
        }
    }
    text + "}\n"
}

fn mermaid(graph: &Graph) -> String {
    let numbers: BTreeMap<&Address, usize> = graph.resources.keys().enumerate().map(|(number, address)| (address, number)).collect();
    let mut text = "flowchart LR\n".to_string();
    for (address, number) in &numbers {
        let _ = writeln!(text, "  n{number}[\"{address}\"]");
    }
    for (address, resource) in &graph.resources {
        for needed in resource.references() {
            if let (Some(from), Some(to)) = (numbers.get(address), numbers.get(&needed)) {
                let _ = writeln!(text, "  n{from} --> n{to}");
            }
        }
    }
    text
}
