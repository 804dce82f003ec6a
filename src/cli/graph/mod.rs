//! `wcalang graph`: what needs what, as a picture (SVG) or for Graphviz or Mermaid; with `--plan` coloured by what an apply would do.

mod layout;
mod svg;

use std::collections::BTreeMap;
use std::fmt::Write;

use wcalang_engine::plan::{Action, Change, Leave, Plan};
use wcalang_engine::state::State;
use wcalang_model::value::{Address, Graph};

use crate::cli::args::{GraphArgs, GraphFormat, StackArgs};
use crate::cli::out::Out;
use crate::cli::plan::{Seen, block_on, make, see};
use crate::cli::program::Program;
use crate::cli::session::no_state;
use crate::cli::{Exit, Stop};

/// Draws the graph of a file.
pub fn run(args: &GraphArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    let drawing = if args.plan { planned(args, out)? } else { described(args, out)? };
    let Some(drawing) = drawing else { return Ok(Exit::Mistake) };
    out.print(&match args.format {
        GraphFormat::Dot => dot(&drawing),
        GraphFormat::Mermaid => mermaid(&drawing),
        GraphFormat::Svg => svg::draw(&drawing),
    });
    Ok(Exit::Fine)
}

/// What is drawn.
struct Drawing {
    title: String,
    nodes: Vec<Node>,
    /// Who needs whom, as indices.
    edges: Vec<(usize, usize)>,
}

/// A resource.
struct Node {
    address: Address,
    /// What an apply would do to it; none where that was not asked.
    action: Option<Action>,
    /// The fields that change.
    fields: Vec<String>,
}

/// The colours of an action: line and area.
fn colors(action: Action) -> (&'static str, &'static str) {
    match action {
        Action::Create => ("#1a7f37", "#dafbe1"),
        Action::Update => ("#9a6700", "#fff8c5"),
        Action::Replace { .. } => ("#8250df", "#fbefff"),
        Action::Delete => ("#cf222e", "#ffebe9"),
        Action::Adopt => ("#1b7c83", "#d9f5f7"),
        Action::Forget => ("#57606a", "#eaeef2"),
        Action::Deploy | Action::Run => ("#0969da", "#ddf4ff"),
        Action::Nothing => PLAIN,
    }
}

/// What does not change, or of which nothing was asked.
const PLAIN: (&str, &str) = ("#8c959f", "#ffffff");

impl Node {
    fn colors(&self) -> (&'static str, &'static str) {
        self.action.map_or(PLAIN, colors)
    }

    /// The action as a word, where there is one to tell.
    fn verb(&self) -> Option<&'static str> {
        self.action.filter(|action| *action != Action::Nothing).map(Action::verb)
    }
}

fn described(args: &GraphArgs, out: &mut Out) -> Result<Option<Drawing>, Box<Stop>> {
    let mut program = Program::read(args.file.file.as_deref(), &args.file.inputs)?;
    let compiled = program.compile_offline()?;
    out.problems(&compiled.problems, &program.files);
    let graph = compiled.graph.filter(|_| !compiled.problems.has_errors());
    Ok(graph.map(|graph| drawing(&graph, None)))
}

fn planned(args: &GraphArgs, out: &mut Out) -> Result<Option<Drawing>, Box<Stop>> {
    let stack =
        StackArgs { file: args.file.file.clone(), inputs: args.file.inputs.clone(), sandbox: args.sandbox, json: false, json_into: None };
    block_on(async {
        let Seen { session, state, live } = see(&stack, out).await?;
        let secrets = session.secrets(session.store.digest_key().map_err(|error| no_state(&error))?);
        let plan = make(&session, &state, &live, &secrets, &Leave::default());
        out.problems(&plan.problems, &session.program.files);
        let fine = !plan.problems.has_errors();
        Ok(fine.then(|| drawing(&session.graph, Some((&plan, &state)))))
    })
}

/// The resources of the file, and those that are recorded and go.
fn drawing(graph: &Graph, planned: Option<(&Plan, &State)>) -> Drawing {
    let mut needs: BTreeMap<&Address, Vec<Address>> =
        graph.resources.iter().map(|(address, resource)| (address, resource.references().into_iter().cloned().collect())).collect();
    if let Some((plan, state)) = planned {
        for change in &plan.changes {
            let recorded = || state.resources.get(&change.address).map(|recorded| recorded.dependencies.iter().cloned().collect());
            needs.entry(&change.address).or_insert_with(|| recorded().unwrap_or_default());
        }
    }
    let numbers: BTreeMap<&Address, usize> = needs.keys().enumerate().map(|(number, address)| (*address, number)).collect();
    let edges = needs.iter().flat_map(|(address, needed)| {
        let from = numbers[address];
        needed.iter().filter_map(|needed| numbers.get(needed)).map(move |to| (from, *to))
    });
    let change = |address: &Address| planned.and_then(|(plan, _)| plan.change(address));
    let nodes = needs.keys().map(|address| Node {
        address: (*address).clone(),
        action: change(address).map(|change: &Change| change.action),
        fields: change(address).map(|change| change.fields.iter().map(|field| field.field.clone()).collect()).unwrap_or_default(),
    });
    let place = if planned.is_some() { format!("{}: what an apply would do", graph.stack.name) } else { graph.stack.name.clone() };
    Drawing { title: place, edges: edges.collect(), nodes: nodes.collect() }
}

fn dot(drawing: &Drawing) -> String {
    let mut text = "digraph stack {\n  rankdir = LR;\n  node [shape = box];\n".to_string();
    for node in &drawing.nodes {
        let address = node.address.to_string();
        let _ = match node.verb() {
            Some(verb) => {
                let (line, area) = node.colors();
                let label = format!("{address}\\n{verb}");
                writeln!(
                    text,
                    "  {address:?} [label = \"{}\", style = filled, color = {line:?}, fillcolor = {area:?}];",
                    label.replace('"', "'")
                )
            }
            None => writeln!(text, "  {address:?};"),
        };
    }
    for (from, to) in &drawing.edges {
        let _ = writeln!(text, "  {:?} -> {:?};", drawing.nodes[*from].address.to_string(), drawing.nodes[*to].address.to_string());
    }
    text + "}\n"
}

fn mermaid(drawing: &Drawing) -> String {
    let mut text = "flowchart LR\n".to_string();
    let mut classes: BTreeMap<&str, (Action, Vec<String>)> = BTreeMap::new();
    for (number, node) in drawing.nodes.iter().enumerate() {
        let verb = node.verb().map(|verb| format!("<br>{verb}")).unwrap_or_default();
        let _ = writeln!(text, "  n{number}[\"{}{verb}\"]", node.address.to_string().replace('"', "#quot;"));
        if let (Some(verb), Some(action)) = (node.verb(), node.action) {
            classes.entry(verb).or_insert((action, Vec::new())).1.push(format!("n{number}"));
        }
    }
    for (from, to) in &drawing.edges {
        let _ = writeln!(text, "  n{from} --> n{to}");
    }
    for (verb, (action, nodes)) in classes {
        let (line, area) = colors(action);
        let _ = writeln!(text, "  classDef {verb} fill:{area},stroke:{line},stroke-width:2px\n  class {} {verb}", nodes.join(","));
    }
    text
}
