//! Text in, resource graph and problems out.
//!
//! [`Unit::compile`] is the pipeline on one page: `syntax` reads the text into a tree, `resolve` binds its names, `eval` evaluates it
//! symbolically, `graph` takes the closure of its value. Each stage gives its result *and* its problems, so that one mistake
//! hides nothing else. Knows no cloud, no state and no plan: it is handed the schemas.

pub mod check;
pub mod eval;
pub mod format;
pub mod graph;
pub mod inputs;
pub mod library;
pub mod manual;
mod members;
mod once;
pub mod prelude;
pub mod resolve;

pub use graph::Summary;
pub use wcalang_syntax as syntax;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ipnet::IpNet;
use wcalang_model::diag::{Problem, Problems};
use wcalang_model::kind::Schemas;
use wcalang_model::source::{FileId, Files, Span};
use wcalang_model::value::{Block, Data, Deferred, Fields, Graph, Lookup, Part, RecordType};

use crate::check::Checked;
use crate::eval::value::Value;
use crate::eval::{Evaluator, Module, Pinned, Shared};
use crate::graph::{Closed, Standing};
use crate::inputs::{Given, Input};
use crate::resolve::read_module;
use crate::syntax::{Memory, Names, parse};

/// What a file is compiled with.
pub struct Request<'a> {
    /// The kinds and lookups.
    pub schemas: Schemas,
    /// The pinned answers of lookups.
    pub pins: &'a dyn Pinned,
    /// The values given for inputs, secret ones left out.
    pub given: &'a BTreeMap<String, Given>,
    /// The names of secret inputs that were given.
    pub secrets: &'a BTreeSet<String>,
}

/// What a file compiles to.
#[derive(Debug)]
pub struct Compiled {
    /// The graph; `None` where the file's value is no stack.
    pub graph: Option<Graph>,
    /// The inputs it declares.
    pub inputs: Vec<Input>,
    /// What is wrong.
    pub problems: Problems,
}

/// What a check says of a file.
#[derive(Debug)]
pub struct Verdict {
    /// What stack it is; `None` where its value is none.
    pub stack: Option<Summary>,
    /// The inputs it declares.
    pub inputs: Vec<Input>,
    /// What is wrong.
    pub problems: Problems,
}

/// A file that was read: parsed, and its names resolved, once for all evaluations of a run.
#[derive(Debug)]
pub struct Unit {
    file: FileId,
    module: Rc<Module>,
    problems: Problems,
    shared: Shared,
    /// What is known of its types, once that was asked for.
    checked: Option<Checked>,
    /// The parts of earlier readings, if it is read again and again.
    memory: Memory,
}

impl Unit {
    /// Reads a file that was added to `files`.
    pub fn read(files: &Files, file: FileId) -> Self {
        let mut shared = Shared::default();
        let (module, problems) = read_module(file, &files.get(file).text, &mut shared.names, None);
        Unit { file, module, problems, shared, checked: None, memory: Memory::default() }
    }

    /// Reads it again, after [`Files::replace`] changed its text: an editor's way, for which little of it is new.
    pub fn read_again(&mut self, files: &Files) {
        let text = &files.get(self.file).text;
        (self.module, self.problems) = read_module(self.file, text, &mut self.shared.names, Some(&mut self.memory));
        self.checked = None;
    }

    /// The inputs it declares.
    pub fn inputs(&mut self, files: &mut Files, schemas: Schemas) -> Vec<Input> {
        let mut evaluator = Evaluator::new(files, &mut self.shared, schemas, &NoPins, self.file);
        let formals = inputs::formals(&self.module.tree, self.module.root);
        formals.map(|formals| inputs::declared(&mut evaluator, &self.module.tree, formals)).unwrap_or_default()
    }

    /// Compiles it.
    pub fn compile(&mut self, files: &mut Files, request: &Request<'_>) -> Compiled {
        let (graph, inputs, problems) = self.chosen(files, request, Closed::graph);
        Compiled { graph, inputs, problems: in_order(problems) }
    }

    /// Everything that is wrong with it, whichever member of its finite inputs is chosen.
    pub fn check(&mut self, files: &mut Files, request: &Request<'_>) -> Verdict {
        let (stack, inputs, mut problems) = self.chosen(files, request, Standing::new);
        let (stack, standing) = stack.map(|standing| (standing.summary.clone(), standing)).unzip();
        if let Some(standing) = standing.filter(|_| !problems.has_errors()) {
            let clash = self.others(files, request, &inputs, standing, &mut problems);
            problems.extend(Problems(Vec::from_iter(clash)));
        }
        Verdict { stack, inputs, problems: in_order(problems) }
    }

    /// The stack of the members that are chosen, as `take` wants it; the inputs, and what is wrong.
    fn chosen<T>(
        &mut self,
        files: &mut Files,
        request: &Request<'_>,
        take: impl FnOnce(Closed, &Evaluator<'_>) -> T,
    ) -> (Option<T>, Vec<Input>, Problems) {
        let checked = self.types(files, request.schemas);
        let mut problems = self.problems.clone();
        if checked.endless {
            problems.extend(checked.problems);
            return (None, self.inputs(files, request.schemas), problems);
        }
        let (stack, inputs, found) = self.run(files, request, request.given, true, take);
        problems.extend(once::each(&checked.problems, found));
        (stack, inputs, problems)
    }

    /// Tries the other members of finite inputs, and says which stacks cannot stand beside one another. `chosen`: the one of the
    /// members that are chosen.
    fn others(
        &mut self,
        files: &mut Files,
        request: &Request<'_>,
        inputs: &[Input],
        chosen: Standing,
        problems: &mut Problems,
    ) -> Option<Problem> {
        let (members, mut chosen) = (members::chosen(inputs, request.given), Some(chosen));
        let mut stacks = Vec::new();
        for given in members::combinations(inputs, &members) {
            if given == members {
                stacks.extend(chosen.take().map(|chosen| (given, chosen)));
                continue;
            }
            let (other, _, found) = self.run(files, request, &given, false, Standing::new);
            let with = members::describe(inputs, &given);
            for problem in found.0 {
                let known = problems.0.iter().any(|known| known.code == problem.code && known.span() == problem.span());
                if !known {
                    problems.push(Problem { message: format!("{} (with {with})", problem.message), ..problem });
                }
            }
            stacks.extend(other.map(|other| (given, other)));
        }
        members::collision(inputs, &stacks)
    }

    /// The types of it, once for all evaluations.
    fn types(&mut self, files: &mut Files, schemas: Schemas) -> Checked {
        if let Some(checked) = &self.checked {
            return checked.clone();
        }
        let checked = self.check_for(files, schemas, Some(&graph::stack_type()));
        self.checked = Some(checked.clone());
        checked
    }

    /// What is wrong with its types, whatever its value is.
    pub fn type_problems(&mut self, files: &mut Files, schemas: Schemas) -> Problems {
        let checked = self.check_for(files, schemas, None);
        let problems = checked.problems.clone();
        self.checked = Some(checked);
        problems
    }

    /// Its value, with what its types say if they were looked at; none where it would never end.
    pub fn evaluate(&mut self, files: &mut Files, schemas: Schemas, pins: &dyn Pinned) -> (Option<wcalang_model::value::Value>, Problems) {
        let checked = self.checked.clone().unwrap_or_default();
        if checked.endless {
            return (None, Problems::default());
        }
        let mut evaluator = Evaluator::new(files, &mut self.shared, schemas, pins, self.file);
        evaluator.passes = checked.passes;
        let value = evaluator.module(self.module.clone());
        let value = if evaluator.walks(&value, value.span) { eval::convert::graph_value(&value, &evaluator) } else { None };
        (value, evaluator.problems)
    }

    fn check_for(&mut self, files: &mut Files, schemas: Schemas, wanted: Option<&RecordType>) -> Checked {
        let Shared { names, library, .. } = &mut self.shared;
        let mut load = |name: &str, names: &mut Names| Some(eval::load(library, files, names, name)?.0);
        check::check(&self.module, check::Request { names, schemas, load: &mut load, wanted })
    }

    /// One evaluation, with one value for each input. `told`: what is given and not declared is reported.
    fn run<T>(
        &mut self,
        files: &mut Files,
        request: &Request<'_>,
        given: &BTreeMap<String, Given>,
        told: bool,
        take: impl FnOnce(Closed, &Evaluator<'_>) -> T,
    ) -> (Option<T>, Vec<Input>, Problems) {
        let passes = self.checked.as_ref().map(|checked| checked.passes.clone()).unwrap_or_default();
        let mut evaluator = Evaluator::new(files, &mut self.shared, request.schemas, request.pins, self.file);
        evaluator.passes = passes;
        let (value, inputs) = value_with_inputs(&mut evaluator, &self.module, request, given, told);
        let closed = graph::close(&mut evaluator, &value, !self.problems.has_errors());
        let stack = closed.map(|closed| take(closed, &evaluator));
        (stack, inputs, evaluator.problems)
    }

    /// The value of the file as JSON, whatever it is: it need not be a stack. Nothing is written if there are errors; false for
    /// a function.
    pub fn json(&mut self, files: &mut Files, request: &Request<'_>, write: &mut dyn FnMut(&str)) -> (bool, Problems) {
        let mut problems = self.problems.clone();
        let checked = self.check_for(files, request.schemas, None);
        if checked.endless {
            problems.extend(checked.problems);
            problems.sort();
            return (false, problems);
        }
        let mut evaluator = Evaluator::new(files, &mut self.shared, request.schemas, request.pins, self.file);
        evaluator.passes = checked.passes;
        let (value, _) = value_with_inputs(&mut evaluator, &self.module, request, request.given, true);
        let is_json = evaluator.is_json(&value);
        problems.extend(once::each(&checked.problems, std::mem::take(&mut evaluator.problems)));
        problems.sort();
        if is_json && !problems.has_errors() {
            evaluator.write_json(&value, write);
        }
        (is_json, problems)
    }
}

/// The value of a file that takes these inputs, and the inputs it declares. `told`: what is given and not declared is reported.
fn value_with_inputs(
    evaluator: &mut Evaluator<'_>,
    module: &Rc<Module>,
    request: &Request<'_>,
    given: &BTreeMap<String, Given>,
    told: bool,
) -> (Value, Vec<Input>) {
    let (root, file) = (module.tree.span(module.root), module.tree.file);
    let mut inputs = Vec::new();
    let mut value = evaluator.module(module.clone());
    let formals = inputs::formals(&module.tree, module.root);
    if let Some(formals) = formals {
        inputs = inputs::declared(evaluator, &module.tree, formals);
        if let Some(problem) = inputs::missing(&inputs, given) {
            evaluator.report(problem);
            value = Value::error(root);
        } else {
            let argument = inputs::argument(evaluator, &inputs, given, formals.span);
            value = evaluator.apply(&value, argument, formals.span);
        }
    }
    if told {
        let names: BTreeSet<String> = given.keys().chain(request.secrets).cloned().collect();
        let span = formals.map_or(Span::new(file, 0, 0), |formals| formals.span);
        inputs::check_given(evaluator, &inputs, &names, span);
    }
    (value, inputs)
}

/// Each mistake once, in the order of the text.
fn in_order(problems: Problems) -> Problems {
    let mut problems = once::of_one_record(problems);
    problems.sort();
    problems
}

/// What is wrong with the types of a file, whatever its value is: of a module of the library, or of an expression.
pub fn type_problems(files: &mut Files, file: FileId, schemas: Schemas) -> Problems {
    Unit::read(files, file).type_problems(files, schemas)
}

/// What is wrong with the text of a file alone.
pub fn syntax_problems(files: &Files, file: FileId) -> Problems {
    parse(file, &files.get(file).text, &mut Names::default()).problems
}

/// Nothing is pinned.
#[derive(Debug, Clone, Copy)]
pub struct NoPins;

impl Pinned for NoPins {
    fn answer(&self, _lookup: &Lookup) -> Option<Fields> {
        None
    }

    fn blocks(&self, _network: &str) -> Vec<(Block, IpNet)> {
        Vec::new()
    }
}

/// The inputs that have no value and need one, as one problem. A plan and an apply need them; so does `check`.
pub fn missing_inputs(inputs: &[Input], given: &BTreeMap<String, Given>) -> Option<Problem> {
    inputs::missing(inputs, given)
}

/// Evaluates an expression on its own, for `wcalang eval` and the examples of the documentation: its value as text of the
/// language, known parts only.
pub fn evaluate(files: &mut Files, file: FileId, schemas: Schemas, pins: &dyn Pinned) -> (Option<wcalang_model::value::Value>, Problems) {
    let mut unit = Unit::read(files, file);
    let types = unit.type_problems(files, schemas);
    let (value, values) = unit.evaluate(files, schemas, pins);
    let mut problems = unit.problems;
    problems.extend(once::each(&types, values));
    (value, problems)
}

/// Every lookup whose answer a graph waits for.
pub fn lookups(graph: &Graph) -> Vec<Lookup> {
    fn of_deferred(deferred: &Deferred, found: &mut Vec<Lookup>) {
        match deferred {
            Deferred::Lookup { lookup, .. } if !found.contains(lookup) => found.push(lookup.clone()),
            Deferred::Text(parts) => parts.iter().for_each(|part| match part {
                Part::Deferred(deferred) => of_deferred(deferred, found),
                Part::Text(_) | Part::Resource(_) => {}
            }),
            Deferred::Json(value) => of_value(value, found),
            Deferred::Lookup { .. } | Deferred::Output { .. } | Deferred::Input { .. } => {}
        }
    }
    fn of_value(value: &wcalang_model::value::Value, found: &mut Vec<Lookup>) {
        let mut deferred = Vec::new();
        value.visit(&mut |data| {
            if let Data::Deferred(later) = data {
                deferred.push(later.clone());
            }
        });
        deferred.iter().for_each(|later| of_deferred(later, found));
    }
    let mut found = Vec::new();
    let fields = graph.resources.values().flat_map(|resource| resource.fields.values());
    fields.chain(graph.outputs.values()).for_each(|value| of_value(value, &mut found));
    found
}
