//! A tree to values, symbolically.
//!
//! `{ a = 1; b = "x${r.id}"; }` evaluates to a record whose `b` is text with a part that only AWS knows: values say with the
//! expression that made them when they are known and whether they are secret, and whatever needs a value now that is not known
//! now is reported with its origin. Evaluation is total (recursion was refused by `resolve`), strict but for branches, `or` and
//! the right sides of `&&`, `||`, `->`; its order cannot be observed. A problem does not stop it: the value becomes an error
//! that swallows what is made of it, so one cause gives one report and all of the file is looked at.
//!
//! Knows no kind by name, and does not look at what a stack contains: that is `graph`.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most matches ask for one form of value out of two dozen; those that must follow every form are exhaustive"
)]

pub mod builtins;
mod call;
pub(crate) mod conform;
pub(crate) mod convert;
mod error;
mod operate;
mod resource;
mod select;
mod text;
mod types;
pub mod value;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use wcalang_model::diag::{Problem, Problems};
use wcalang_model::kind::Schemas;
use wcalang_model::source::{FileId, Files, Span};
use wcalang_model::value::{Deferred, Fields, Lookup, Type};

use crate::eval::value::{Data, Frame, Function, Record, Value};
use crate::library;
use crate::prelude;
use crate::resolve::{Target, resolve_module};
use crate::syntax::ast::{Binding, Expr, ExprId, Key, Literal, Origin, Tree};
use crate::syntax::{Name, Names};

pub use crate::resolve::Module;
pub use resource::{Group, Made};

/// Steps after which a program is refused: far beyond any real file, reached within seconds.
const FUEL: u64 = 50_000_000;

/// Where a field is written.
#[derive(Debug, Clone, Copy)]
struct Written {
    key: Span,
    value: Span,
}

/// What the evaluations of one run share: interned names, and the library's modules, each read once.
#[derive(Debug)]
pub struct Shared {
    /// The interned names of all trees; those of the prelude come first.
    pub names: Names,
    /// The library's modules as they were read.
    pub library: Library,
}

/// The library's modules as they were read.
pub type Library = HashMap<&'static str, Rc<Module>>;

impl Default for Shared {
    fn default() -> Self {
        Shared { names: prelude::names(), library: HashMap::new() }
    }
}

/// Answers of lookups that are pinned.
pub trait Pinned {
    /// The answer to a lookup, if there is one.
    fn answer(&self, lookup: &Lookup) -> Option<Fields>;
}

/// Evaluates the files of one run.
pub struct Evaluator<'a> {
    /// The files, for messages and for the library's modules, which are added when they are first used.
    pub files: &'a mut Files,
    /// The interned names of all trees.
    pub names: &'a mut Names,
    /// The kinds and lookups.
    pub schemas: Schemas,
    /// The pinned answers.
    pub pins: &'a dyn Pinned,
    /// What is wrong.
    pub problems: Problems,
    /// The resources, in the order in which they were made.
    pub made: Vec<Made>,
    /// What each library call made.
    pub groups: Vec<Group>,
    /// The selections of the user's file that pass on that their last field is absent.
    pub passes: Rc<HashSet<ExprId>>,
    /// The user's file; everything else is the library.
    user: FileId,
    modules: Vec<Rc<Module>>,
    /// The library's modules as they were read.
    read: &'a mut HashMap<&'static str, Rc<Module>>,
    /// Those that were evaluated.
    library: HashMap<&'static str, Value>,
    /// The types of annotations and fields, by their place in memory: both outlive the evaluation.
    types: HashMap<usize, Type>,
    /// Where a field of the user's file was written last: its key and its value, by the origin of the value and the name. What
    /// checks a record does so as soon as it was written, so the last place is the right one.
    written: HashMap<(Span, Name), Written>,
    /// Where the secret inputs are declared.
    secrets: BTreeMap<String, Span>,
    /// The library calls around, as indices into `groups`.
    calls: Vec<usize>,
    /// The call in the user's file around what is evaluated now, if the library is at work.
    outer: Option<Span>,
    /// Inside a binding whose name begins with `_`.
    meant: bool,
    fuel: u64,
    module: usize,
}

impl<'a> Evaluator<'a> {
    /// An evaluator for a user's file.
    pub fn new(files: &'a mut Files, shared: &'a mut Shared, schemas: Schemas, pins: &'a dyn Pinned, user: FileId) -> Self {
        Evaluator {
            files,
            names: &mut shared.names,
            schemas,
            pins,
            problems: Problems::default(),
            made: Vec::new(),
            groups: Vec::new(),
            passes: Rc::default(),
            user,
            modules: Vec::new(),
            read: &mut shared.library,
            library: HashMap::new(),
            types: HashMap::new(),
            written: HashMap::new(),
            secrets: BTreeMap::new(),
            calls: Vec::new(),
            outer: None,
            meant: false,
            fuel: FUEL,
            module: 0,
        }
    }

    /// Evaluates a module at its top.
    pub fn module(&mut self, module: Rc<Module>) -> Value {
        self.modules.push(module.clone());
        let before = std::mem::replace(&mut self.module, self.modules.len() - 1);
        let value = self.eval(&module.tree, module.root, &None);
        self.module = before;
        value
    }

    /// A secret input.
    pub fn secret_input(&mut self, name: &str, declared: Span) -> Value {
        self.secrets.insert(name.to_string(), declared);
        value::deferred(Deferred::Input { name: name.to_string() }, declared)
    }

    /// The module of the library of this name, evaluated at its first use.
    fn library(&mut self, name: Name) -> Option<Value> {
        let module = library::find(self.names.text(name))?;
        if let Some(value) = self.library.get(module.name) {
            return Some(value.clone());
        }
        let (read, problems) = load(self.read, self.files, self.names, module.name)?;
        self.problems.extend(problems);
        let value = self.module(read);
        let value = match value.data {
            Data::Function(function) => {
                let function =
                    Function { library: Some(name), module: function.module, lambda: function.lambda, frame: function.frame.clone() };
                Value::new(Data::Function(Rc::new(function)), value.span)
            }
            data => Value::new(data, value.span),
        };
        self.library.insert(module.name, value.clone());
        Some(value)
    }

    /// Where the value of a field is written, which may be elsewhere than where the value was made.
    pub(crate) fn place(&self, name: Name, value: &Value) -> Span {
        self.written.get(&(value.span, name)).map_or(value.span, |written| written.value)
    }

    pub(crate) fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// The span itself if it lies in the user's file, else the call in the user's file that led there: a reader can act there.
    pub(crate) fn outward(&self, span: Span) -> Span {
        if span.file == self.user { span } else { self.outer.unwrap_or(span) }
    }

    /// Where the secret in a deferred value is declared.
    pub(crate) fn secret_origin(&self, deferred: &Deferred) -> Option<Span> {
        match deferred {
            Deferred::Input { name } => self.secrets.get(name).copied(),
            Deferred::Text(parts) => parts.iter().find_map(|part| match part {
                wcalang_model::value::Part::Deferred(deferred) => self.secret_origin(deferred),
                wcalang_model::value::Part::Text(_) | wcalang_model::value::Part::Resource(_) => None,
            }),
            Deferred::Json(_) | Deferred::Output { .. } | Deferred::Lookup { .. } => None,
        }
    }

    /// What a message calls a value: as [`Value::describe`], with the address of a resource.
    pub(crate) fn describe(&self, value: &Value) -> String {
        match &value.data {
            Data::Resource(id) => self.made[id.0 as usize].address.to_string(),
            Data::Deferred(deferred) => match &**deferred {
                Deferred::Output { address, output, .. } => format!("`{output}` of {address}, known only when AWS has made it"),
                _ => value.describe(),
            },
            _ => value.describe(),
        }
    }

    /// Counts a step; false when there were too many.
    pub(crate) fn burn(&mut self, steps: u64, span: Span) -> bool {
        if self.fuel < steps {
            if self.fuel > 0 {
                self.fuel = 0;
                let problem = error::fuel(self.outward(span));
                self.report(problem);
            }
            return false;
        }
        self.fuel -= steps;
        true
    }

    pub(crate) fn eval(&mut self, tree: &Tree, id: ExprId, frame: &Option<Rc<Frame>>) -> Value {
        let span = tree.span(id);
        if !self.burn(1, span) {
            return Value::error(span);
        }
        match &tree[id] {
            Expr::Hole => Value::error(span),
            Expr::Literal(literal) => Value::new(literal_data(literal), span),
            Expr::Interpolated(parts) => self.interpolate(tree, parts, frame, span),
            Expr::Variable(name) => self.variable(tree, id, *name, frame),
            Expr::Select { base, path, default } => self.select(tree, *base, path, *default, frame, span),
            Expr::HasAttr { base, path } => self.has_attr(tree, *base, path, frame, span),
            Expr::Apply { function, argument } => {
                let function = Value { span: tree.span(*function), ..self.eval(tree, *function, frame) };
                let argument = self.eval(tree, *argument, frame);
                self.apply(function, argument, span)
            }
            Expr::Pipe { argument, function } => {
                let argument = self.eval(tree, *argument, frame);
                let function = self.eval(tree, *function, frame);
                self.apply(function, argument, span)
            }
            Expr::Lambda { .. } => {
                let function = Function { module: self.module, lambda: id, frame: frame.clone(), library: None };
                Value::new(Data::Function(Rc::new(function)), span)
            }
            Expr::LetIn { bindings, body } => {
                let inner = self.scope(tree, id, bindings, frame);
                self.eval(tree, *body, &Some(inner))
            }
            Expr::Record { recursive, bindings } => self.record(tree, id, *recursive, bindings, frame, span),
            Expr::List(items) => {
                let items = items.iter().map(|item| self.eval(tree, *item, frame)).collect();
                Value::new(Data::List(Rc::new(items)), span)
            }
            Expr::If { condition, then, otherwise } => match self.condition(tree, *condition, frame, "condition") {
                Some(true) => self.eval(tree, *then, frame),
                Some(false) => self.eval(tree, *otherwise, frame),
                None => Value::error(span),
            },
            Expr::Assert { condition, body } => {
                if self.condition(tree, *condition, frame, "assertion") == Some(false) {
                    let problem = self.failed_assertion(tree, *condition, frame);
                    self.report(problem);
                }
                self.eval(tree, *body, frame)
            }
            Expr::With { scope, body } => {
                let scope = self.eval(tree, *scope, frame);
                let inner = Frame { slots: RefCell::new(vec![scope]), parent: frame.clone() };
                self.eval(tree, *body, &Some(Rc::new(inner)))
            }
            Expr::Unary { op, operand } => {
                let operand = self.eval(tree, *operand, frame);
                self.unary(*op, operand, span)
            }
            Expr::Binary { op, left, right, op_span } => self.binary(tree, *op, *left, *right, *op_span, frame, span),
        }
    }

    fn variable(&mut self, tree: &Tree, id: ExprId, name: Name, frame: &Option<Rc<Frame>>) -> Value {
        let span = tree.span(id);
        let module = self.modules[self.module].clone();
        match &module.resolved.targets[id.0 as usize] {
            Target::None => Value::error(span),
            Target::Slot { depth, index } => slot(frame, *depth, *index).unwrap_or_else(|| Value::error(span)),
            Target::Global(name) => self.global(*name, span),
            Target::With(depths) => {
                for depth in depths {
                    match slot(frame, *depth, 0).map(|scope| scope.data) {
                        Some(Data::Error) => return Value::error(span),
                        Some(Data::Record(fields)) => {
                            if let Some(value) = fields.get(name) {
                                return value.clone();
                            }
                        }
                        Some(data @ (Data::Kinds(_) | Data::Library | Data::Lookups)) => {
                            if let Some(value) = self.member(&Value::new(data, span), name, span) {
                                return value;
                            }
                        }
                        Some(_) | None => {}
                    }
                }
                let problem = error::unbound_with(self.names.text(name), self.outward(span));
                self.report(problem);
                Value::error(span)
            }
        }
    }

    fn global(&mut self, name: Name, span: Span) -> Value {
        if let Some(data) = prelude::value(name) {
            return Value::new(data, span);
        }
        match self.library(name) {
            Some(value) => Value::new(value.data, span),
            None => Value::error(span),
        }
    }

    /// The members of a `let` or `rec`, evaluated so that each comes after those it needs.
    fn scope(&mut self, tree: &Tree, id: ExprId, bindings: &[Binding], frame: &Option<Rc<Frame>>) -> Rc<Frame> {
        let empty = bindings.iter().map(|binding| Value::error(tree.span(binding.value))).collect();
        let inner = Rc::new(Frame { slots: RefCell::new(empty), parent: frame.clone() });
        let module = self.modules[self.module].clone();
        let around = Some(inner.clone());
        for &index in module.resolved.orders.get(&id).into_iter().flatten() {
            let binding = &bindings[index];
            let meant = self.meant;
            if let Key::Name(name) = binding.attr.key {
                self.meant |= self.names.text(name).starts_with('_');
            }
            let value = match binding.origin {
                Origin::Inherit => self.eval(tree, binding.value, frame),
                Origin::Written | Origin::Path | Origin::InheritFrom => self.passed(tree, binding.value, &around),
            };
            self.meant = meant;
            let value = self.annotated(tree, binding, value);
            inner.slots.borrow_mut()[index] = value;
        }
        inner
    }

    fn record(&mut self, tree: &Tree, id: ExprId, recursive: bool, bindings: &[Binding], frame: &Option<Rc<Frame>>, span: Span) -> Value {
        let inner = recursive.then(|| self.scope(tree, id, bindings, frame));
        let mut fields = Vec::with_capacity(bindings.len());
        for (index, binding) in bindings.iter().enumerate() {
            let around = inner.clone().or_else(|| frame.clone());
            let name = match binding.attr.key {
                Key::Name(name) => name,
                Key::Dynamic(expr) => {
                    let key = self.eval(tree, expr, &around);
                    match self.known_text(&key, "a field's name") {
                        Some(text) => self.names.intern(&text),
                        None => continue,
                    }
                }
            };
            let value = match &inner {
                Some(inner) => inner.slots.borrow()[index].clone(),
                None => {
                    let value = self.passed(tree, binding.value, frame);
                    self.annotated(tree, binding, value)
                }
            };
            if value.is_absent() {
                continue;
            }
            if span.file == self.user {
                let written = Written { key: binding.attr.span, value: tree.span(binding.value) };
                self.written.insert((value.span, name), written);
            }
            fields.push((name, value));
        }
        Value::new(Data::Record(Rc::new(Record::from_fields(fields))), span)
    }

    /// The value of a binding: `a = e.b` and `inherit` pass on that `b` is absent.
    fn passed(&mut self, tree: &Tree, id: ExprId, frame: &Option<Rc<Frame>>) -> Value {
        match &tree[id] {
            Expr::Select { base, path, default: None } => {
                let base = self.eval(tree, *base, frame);
                self.walk(tree, base, path, frame, Some(id))
            }
            _ => self.eval(tree, id, frame),
        }
    }

    /// A condition, which must be known now.
    fn condition(&mut self, tree: &Tree, id: ExprId, frame: &Option<Rc<Frame>>, what: &str) -> Option<bool> {
        let value = self.eval(tree, id, frame);
        self.truth(&value, tree.span(id), what)
    }

    pub(crate) fn truth(&mut self, value: &Value, span: Span, what: &str) -> Option<bool> {
        match &value.data {
            Data::Bool(holds) => Some(*holds),
            Data::Error => None,
            Data::Deferred(_) | Data::Resource(_) => {
                let problem = self.later(value, span, &format!("this {what}"));
                self.report(problem);
                None
            }
            _ => {
                let problem = error::no_truth(what, &self.describe(value), self.outward(span));
                self.report(problem);
                None
            }
        }
    }

    fn failed_assertion(&mut self, tree: &Tree, condition: ExprId, frame: &Option<Rc<Frame>>) -> Problem {
        let span = tree.span(condition);
        let mut shown = Vec::new();
        let reported = self.problems.0.len();
        if let Expr::Binary { left, right, .. } = &tree[condition] {
            for side in [*left, *right] {
                let value = self.eval(tree, side, frame);
                if !matches!(tree[side], Expr::Literal(_)) {
                    shown.push((tree.span(side), self.describe(&value)));
                }
            }
        }
        self.problems.0.truncate(reported);
        error::assertion(self.files.text(span).to_string(), span, self.outward(span), shown)
    }
}

/// A module of the library, read at its first use. Its problems come with the first reading.
pub fn load(library: &mut Library, files: &mut Files, names: &mut Names, name: &str) -> Option<(Rc<Module>, Problems)> {
    let module = library::find(name)?;
    if let Some(read) = library.get(module.name) {
        return Some((read.clone(), Problems::default()));
    }
    let file = files.add(format!("std/{}", module.file), module.text);
    let (tree, root) = module.tree(file, names);
    let (read, problems) = resolve_module(tree, root, names);
    library.insert(module.name, read.clone());
    Some((read, problems))
}

fn slot(frame: &Option<Rc<Frame>>, depth: u32, index: u32) -> Option<Value> {
    let mut frame = frame.as_ref()?;
    for _ in 0..depth {
        frame = frame.parent.as_ref()?;
    }
    frame.slots.borrow().get(index as usize).cloned()
}

fn literal_data(literal: &Literal) -> Data {
    match literal {
        Literal::Int(number) => Data::Int(*number),
        Literal::Float(number) => Data::Float(*number),
        Literal::Str(text) => Data::Str((&**text).into()),
        Literal::Cidr(net) => Data::Cidr(Rc::new(*net)),
        Literal::Ip(ip) => Data::Ip(Rc::new(*ip)),
        Literal::Size(bytes) => Data::Size(*bytes),
        Literal::Duration(millis) => Data::Duration(*millis),
        Literal::Money(cents) => Data::Money(*cents),
        Literal::Percent(percent) => Data::Percent(*percent),
        Literal::Cpu(millis) => Data::Cpu(*millis),
    }
}
