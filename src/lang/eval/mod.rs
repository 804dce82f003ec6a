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
mod expr;
mod frames;
mod fuel;
pub mod json;
mod operate;
mod policy;
mod resource;
mod select;
mod takes;
mod text;
mod types;
pub mod value;
mod written;

use std::collections::BTreeMap;
use std::rc::Rc;

use hashbrown::{HashMap, HashSet};
use ipnet::IpNet;
use wcalang_model::diag::{Problem, Problems};
use wcalang_model::kind::Schemas;
use wcalang_model::source::{FileId, Files, Span};
use wcalang_model::value::{Address, Block, Deferred, Fields, Lookup, Type};

use crate::eval::frames::{FrameId, Frames};
use crate::eval::fuel::Fuel;
use crate::eval::takes::Takes;
use crate::eval::value::{Data, Function, ResourceId, Value};
use crate::eval::written::WrittenFields;
use crate::library;
use crate::prelude;
use crate::resolve::resolve_module;
use crate::syntax::ast::ExprId;
use crate::syntax::{Name, Names};

pub use crate::resolve::Module;
pub use resource::{Group, Made};

/// What the evaluations of one run share: interned names, and the library's modules, each read once.
#[derive(Debug)]
pub struct Shared {
    /// The interned names of all trees; those of the prelude come first.
    pub names: Names,
    /// The library's modules as they were read.
    pub library: Library,
    /// What the constructors of kinds take, by the kind's place in memory.
    constructors: HashMap<usize, Rc<Takes>>,
}

/// The library's modules as they were read.
pub type Library = HashMap<&'static str, Rc<Module>>;

impl Default for Shared {
    fn default() -> Self {
        Shared { names: prelude::names(), library: HashMap::new(), constructors: HashMap::new() }
    }
}

/// What is pinned: answers of lookups, and allocated address blocks.
pub trait Pinned {
    /// The answer to a lookup, if there is one.
    fn answer(&self, lookup: &Lookup) -> Option<Fields>;

    /// The address blocks allocated in a network.
    fn blocks(&self, network: &str) -> Vec<(Block, IpNet)>;
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
    /// Which of them has an address.
    pub(crate) by_address: HashMap<Address, ResourceId>,
    /// The address blocks that were allocated.
    pub blocks: BTreeMap<Block, IpNet>,
    /// What each library call made.
    pub groups: Vec<Group>,
    /// The selections of the user's file that pass on that their last field is absent.
    pub passes: Rc<HashSet<ExprId>>,
    /// The user's file; everything else is the library.
    pub(crate) user: FileId,
    modules: Vec<Rc<Module>>,
    /// The library's modules as they were read.
    read: &'a mut HashMap<&'static str, Rc<Module>>,
    /// Those that were evaluated.
    library: HashMap<&'static str, Value>,
    /// The types of annotations, by their place in memory, which outlives the evaluation.
    types: HashMap<usize, Type>,
    /// What constructors take, by the kind's place in memory.
    constructors: &'a mut HashMap<usize, Rc<Takes>>,
    /// Where the fields of the user's file are written.
    written: WrittenFields,
    /// The scopes that are open.
    frames: Frames,
    /// Where the secret inputs are declared.
    secrets: BTreeMap<String, Span>,
    /// The library calls around, as indices into `groups`.
    calls: Vec<usize>,
    /// The call in the user's file around what is evaluated now, if the library is at work.
    outer: Option<Span>,
    /// Inside a binding whose name begins with `_`.
    meant: bool,
    fuel: Fuel,
    module: u32,
    /// How often each place was reported, by code.
    reported: HashMap<(&'static str, Span), u32>,
    /// Room for text that is put together.
    scratch: String,
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
            by_address: HashMap::new(),
            blocks: BTreeMap::new(),
            groups: Vec::new(),
            passes: Rc::default(),
            user,
            modules: Vec::new(),
            read: &mut shared.library,
            library: HashMap::new(),
            types: HashMap::new(),
            constructors: &mut shared.constructors,
            written: WrittenFields::default(),
            frames: Frames::default(),
            secrets: BTreeMap::new(),
            calls: Vec::new(),
            outer: None,
            meant: false,
            fuel: Fuel::default(),
            module: 0,
            reported: HashMap::new(),
            scratch: String::new(),
        }
    }

    /// Evaluates a module at its top.
    pub fn module(&mut self, module: Rc<Module>) -> Value {
        self.modules.push(module.clone());
        let before = std::mem::replace(&mut self.module, self.modules.len() as u32 - 1);
        let value = self.eval(&module, module.root, FrameId::NONE);
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
        let data = match value.data {
            Data::Function(function) => Data::Function(Function { library: value::Library::new(name), ..function }),
            data => data,
        };
        let value = Value::new(data, value.span);
        self.library.insert(module.name, value.clone());
        Some(value)
    }

    /// Adds a problem. What goes wrong at one place again and again, as in a function that is called for each item, is reported a
    /// few times only.
    pub(crate) fn report(&mut self, problem: Problem) {
        const AT_ONE_PLACE: u32 = 3;
        if let Some(span) = problem.span() {
            let times = self.reported.entry((problem.code.id, span)).or_default();
            *times += 1;
            if *times > AT_ONE_PLACE {
                return;
            }
        }
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
}

/// A module of the library, read at its first use. Its problems come with the first reading.
pub fn load(library: &mut Library, files: &mut Files, names: &mut Names, name: &str) -> Option<(Rc<Module>, Problems)> {
    let module = library::find(name)?;
    if let Some(read) = library.get(module.name) {
        return Some((read.clone(), Problems::default()));
    }
    let file = files.add_built_in(format!("std/{}", module.file), module.text);
    let (tree, root) = module.tree(file, names);
    let (read, problems) = resolve_module(tree, root, names);
    library.insert(module.name, read.clone());
    Some((read, problems))
}
