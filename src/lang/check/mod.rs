//! Types without annotations: what has which form, before anything is evaluated.
//!
//! `let f = { port ? 80 }: port + 1; in f { port = "x"; }` is refused at the call, and so is the same mistake in a branch that is
//! not taken or a function that nobody calls. Types flow forward: a literal has its type, a record the types of its fields, and
//! a function is inferred anew for each type of argument that it is called with, once for equal ones. So every function is as
//! polymorphic as it can be, `//` always knows both sides, and no type variable exists that a message would have to hide. What
//! is one thing or another (the branches of an `if`, the items of a list) joins: records field by field, where a field that
//! not all have may be absent. A function that nobody calls is inferred with opaque arguments, each narrowed by its uses.
//!
//! Uses of kinds, library modules, the prelude and the stack itself are held against what they declare. The library's modules
//! are looked at only as far as the shape of their results asks for. A problem that comes of an argument is reported at the call
//! that gave it; a mistake of the function's own where it stands, once.
//!
//! Never evaluates: what depends on values (bounds, names, what is known later or secret) is left to `eval`.

#![expect(clippy::wildcard_enum_match_arm, reason = "most matches ask for one form of type or expression out of two dozen")]

mod builtin;
mod call;
mod conform;
mod declared;
pub(crate) mod error;
mod forms;
mod kinds;
pub(crate) mod literal;
mod narrow;
mod opaque;
mod operate;
mod place;
mod record;
mod report;
mod select;
mod signature;
mod types;
mod what;

use std::rc::Rc;

use hashbrown::{HashMap, HashSet};
use wcalang_model::diag::Problems;
use wcalang_model::kind::Schemas;
use wcalang_model::source::Span;
use wcalang_model::value::{RecordType, Type};

pub use what::What;

use crate::check::forms::Forms;
use crate::check::narrow::Fact;
use crate::check::opaque::Opaque;
use crate::check::place::Spot;
use crate::check::signature::Signature;
use crate::check::types::{Form, FrameId, Ty, Types};
use crate::prelude::{self, Global};
use crate::resolve::{Module, Target};
use crate::syntax::ast::{Expr, ExprId, Literal, Part, Tree};
use crate::syntax::{Name, Names};

/// Steps after which what is left is taken as it is, beside some for each expression: `eval` counts as well, and reports.
const FUEL: u64 = 2_000_000;
const FUEL_OF_EACH: u64 = 20;
/// Calls within calls beyond which a result is not looked for.
const DEEPEST: usize = 60;

/// What a file is checked with.
pub struct Request<'a> {
    /// The interned names of all trees.
    pub names: &'a mut Names,
    /// The kinds and lookups.
    pub schemas: Schemas,
    /// Reads a module of the library.
    pub load: &'a mut dyn FnMut(&'static str, &mut Names) -> Option<Rc<Module>>,
    /// What the file's value has to be, if anything.
    pub wanted: Option<&'a RecordType>,
}

/// What is known of the types of a file.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// What is wrong.
    pub problems: Problems,
    /// Whether a function is applied to itself without end: then it must not be evaluated.
    pub endless: bool,
    /// The selections that pass on that their last field is absent: `inherit (e) a;` where `a` may be.
    pub passes: Rc<HashSet<ExprId>>,
}

/// Checks the types of a file.
pub fn check(module: &Rc<Module>, request: Request<'_>) -> Checked {
    let wanted = request.wanted;
    let mut checker = Checker::new(request);
    let unit = checker.unit(module.clone(), false);
    checker.fuel += FUEL_OF_EACH * module.tree.len() as u64;
    match wanted {
        Some(wanted) => {
            let value = checker.file(&unit);
            checker.stack(value, wanted, unit.module.root, unit.frame);
        }
        None => {
            checker.infer(&unit, unit.module.root, unit.frame);
        }
    }
    checker.uncalled();
    Checked { problems: checker.problems, endless: checker.endless, passes: Rc::new(checker.passes) }
}

/// A file that is looked at.
struct Unit {
    module: Rc<Module>,
    /// The scope of its top.
    frame: FrameId,
    /// A module of the library: nothing is reported, and only what a result needs is looked at.
    library: bool,
}

/// A scope that was entered.
struct Frame {
    /// Whose file it is in.
    unit: Rc<Unit>,
    parent: Option<FrameId>,
    slots: Vec<Ty>,
    /// What made it.
    scope: Scope,
    /// How many calls were around when it was entered.
    level: u32,
}

/// What made a scope.
#[derive(Clone)]
enum Scope {
    /// The top of a file.
    Top,
    /// A `let` or `rec`.
    Bindings(ExprId),
    /// A call of a lambda, and its argument if that can be pointed at.
    Call(ExprId, Option<Rc<Spot>>),
    /// The record of a `with`.
    With,
}

/// A call that is being looked at.
struct Call {
    /// The call.
    span: Span,
    /// The lambda, and the scope in which it was made.
    lambda: (ExprId, FrameId),
    /// Nobody made it: the arguments are opaque.
    opaque: bool,
}

/// A slot that is not looked at yet, and one that is being looked at.
const PENDING: Ty = Ty(u32::MAX);

struct Checker<'a> {
    names: &'a mut Names,
    schemas: Schemas,
    load: &'a mut dyn FnMut(&'static str, &mut Names) -> Option<Rc<Module>>,
    types: Types,
    frames: Vec<Frame>,
    /// The results of calls: by lambda, where it was made, and argument.
    results: HashMap<(ExprId, FrameId, Ty), Ty>,
    /// The calls that are being looked at.
    active: Vec<(ExprId, FrameId, Ty)>,
    /// The results of the library's modules, by number.
    modules: HashMap<u16, Ty>,
    /// Their options.
    options: HashMap<u16, Rc<declared::Options>>,
    /// The calls around.
    calls: Vec<Call>,
    /// What holds in the branch of an `if` that is looked at.
    facts: Vec<Fact>,
    /// Arguments of functions that nobody calls.
    opaques: Vec<Opaque>,
    /// Declared types, by their place in memory, which outlives the checker.
    declared: HashMap<usize, Rc<Type>>,
    /// Declared types of functions, by number.
    functions: Vec<Rc<Type>>,
    /// The types that declared ones have, by their place in memory.
    read: HashMap<usize, Ty>,
    /// The prelude's signatures, by number.
    signatures: HashMap<u16, Rc<Signature>>,
    /// The scope that an expression opened last, by the scope around it.
    scopes: HashMap<(ExprId, FrameId), FrameId>,
    /// What held where a function was made in a branch.
    lambda_facts: HashMap<(ExprId, FrameId), Vec<Fact>>,
    /// Every function that was made, in order, and those that were called or looked at with opaque arguments.
    made: Vec<(ExprId, FrameId)>,
    /// Those that were made while a function is looked at with opaque arguments.
    created: Vec<(ExprId, FrameId)>,
    seen: HashSet<(u32, ExprId)>,
    called: HashSet<(u32, ExprId)>,
    tried: HashSet<(u32, ExprId)>,
    /// The mistakes of functions' own: code and place.
    own: HashSet<(&'static str, Span)>,
    problems: Problems,
    /// The codes and places of them.
    reported: HashSet<(&'static str, Span)>,
    /// Problems that were found while none was to be reported.
    missed: usize,
    quiet: usize,
    endless: bool,
    passes: HashSet<ExprId>,
    fuel: u64,
    /// Space for the fields of records and the items of lists that are being looked at.
    fields: Vec<(Name, Ty)>,
    items: Vec<Ty>,
}

impl<'a> Checker<'a> {
    fn new(request: Request<'a>) -> Self {
        Checker {
            names: request.names,
            schemas: request.schemas,
            load: request.load,
            types: Types::default(),
            frames: Vec::new(),
            results: HashMap::new(),
            active: Vec::new(),
            modules: HashMap::new(),
            options: HashMap::new(),
            calls: Vec::new(),
            facts: Vec::new(),
            opaques: Vec::new(),
            declared: HashMap::new(),
            functions: Vec::new(),
            read: HashMap::new(),
            signatures: HashMap::new(),
            scopes: HashMap::new(),
            lambda_facts: HashMap::new(),
            made: Vec::new(),
            created: Vec::new(),
            seen: HashSet::new(),
            called: HashSet::new(),
            tried: HashSet::new(),
            own: HashSet::new(),
            problems: Problems::default(),
            reported: HashSet::new(),
            missed: 0,
            quiet: 0,
            endless: false,
            passes: HashSet::new(),
            fuel: FUEL,
            fields: Vec::new(),
            items: Vec::new(),
        }
    }

    /// Begins with a file.
    fn unit(&mut self, module: Rc<Module>, library: bool) -> Rc<Unit> {
        let frame = FrameId(self.frames.len() as u32);
        let unit = Rc::new(Unit { module, frame, library });
        self.frames.push(Frame { unit: unit.clone(), parent: None, slots: Vec::new(), scope: Scope::Top, level: 0 });
        unit
    }

    /// The value of a file: its result if it is a function of inputs, which have the types that it declares.
    fn file(&mut self, unit: &Rc<Unit>) -> Ty {
        match &unit.module.tree[unit.module.root] {
            Expr::Lambda { .. } => self.declared_call(unit, unit.module.root),
            _ => self.infer(unit, unit.module.root, unit.frame),
        }
    }

    fn enter(&mut self, unit: &Rc<Unit>, parent: FrameId, slots: Vec<Ty>, scope: Scope) -> FrameId {
        let frame = FrameId(self.frames.len() as u32);
        let level = self.calls.len() as u32;
        self.frames.push(Frame { unit: unit.clone(), parent: Some(parent), slots, scope, level });
        frame
    }

    fn frame(&self, frame: FrameId) -> &Frame {
        &self.frames[frame.0 as usize]
    }

    /// The scope so many scopes out.
    fn outer(&self, frame: FrameId, depth: u16) -> Option<FrameId> {
        (0..depth).try_fold(frame, |frame, _| self.frame(frame).parent)
    }

    /// What a variable stands for in a scope.
    fn target(&self, unit: &Unit, id: ExprId) -> Target {
        unit.module.resolved.targets[id.0 as usize]
    }

    /// The type of an expression; it may have absence in it where the expression only passes something on.
    fn infer(&mut self, unit: &Rc<Unit>, id: ExprId, frame: FrameId) -> Ty {
        if self.fuel == 0 {
            return Ty::ANY;
        }
        self.fuel -= 1;
        let tree = &unit.module.tree;
        match &tree[id] {
            Expr::Hole => Ty::ANY,
            Expr::Literal(literal) => self.literal(literal),
            Expr::Interpolated(parts) => {
                for part in parts {
                    if let Part::Expr(expr) = part {
                        self.text(unit, *expr, frame);
                    }
                }
                Ty::STR
            }
            Expr::Variable(name) => self.variable(unit, id, *name, frame),
            Expr::Select { base, path, default } => self.select(unit, *base, path, *default, frame),
            Expr::HasAttr { base, path } => {
                self.has_attr(unit, *base, path, frame);
                Ty::BOOL
            }
            Expr::Apply { function, argument } | Expr::Pipe { argument, function } => {
                self.apply_expr(unit, id, *function, *argument, frame)
            }
            Expr::Lambda { .. } => self.lambda(unit, id, frame),
            Expr::LetIn { bindings, body } => {
                let inner = self.scope(unit, id, bindings, frame);
                self.infer(unit, *body, inner)
            }
            Expr::Record { recursive, bindings } => self.record(unit, id, *recursive, bindings, frame),
            Expr::List(items) => self.list(unit, items, frame),
            Expr::If { condition, then, otherwise } => self.branches(unit, *condition, *then, *otherwise, frame),
            Expr::Assert { condition, body } => {
                self.condition(unit, *condition, frame, "assertion");
                self.holding(unit, *condition, frame, true, |checker| checker.infer(unit, *body, frame))
            }
            Expr::With { scope, body } => {
                let scope = self.infer(unit, *scope, frame);
                let inner = self.enter(unit, frame, vec![scope], Scope::With);
                self.infer(unit, *body, inner)
            }
            Expr::Unary { op, operand } => self.unary(unit, id, *op, *operand, frame),
            Expr::Binary { op, left, right, op_span } => self.binary(unit, *op, *left, *right, *op_span, frame),
        }
    }

    /// The type of an expression whose value is needed: what may be absent is refused.
    fn needed(&mut self, unit: &Rc<Unit>, id: ExprId, frame: FrameId) -> Ty {
        let ty = self.infer(unit, id, frame);
        if self.types.may_be_absent(ty) {
            self.maybe_absent(unit, id, frame);
            return self.types.present(ty);
        }
        ty
    }

    fn literal(&mut self, literal: &Literal) -> Ty {
        match literal {
            Literal::Int(_) => Ty::INT,
            Literal::Float(_) => Ty::FLOAT,
            Literal::Str(text) => self.types.literal(text),
            Literal::Cidr(_) => Ty::CIDR,
            Literal::Ip(_) => Ty::IP,
            Literal::Size(_) => Ty::SIZE,
            Literal::Duration(_) => Ty::DURATION,
            Literal::Money(_) => Ty::MONEY,
            Literal::Percent(_) => Ty::PERCENT,
            Literal::Cpu(_) => Ty::CPU,
        }
    }

    fn variable(&mut self, unit: &Rc<Unit>, id: ExprId, name: Name, frame: FrameId) -> Ty {
        match self.target(unit, id) {
            Target::None => Ty::ANY,
            Target::Slot { depth, index } => match self.outer(frame, depth) {
                Some(frame) => {
                    let ty = self.slot(frame, index as usize);
                    if self.facts.is_empty() { ty } else { self.refined(ty, frame, index as usize) }
                }
                None => Ty::ANY,
            },
            Target::Global(name) => self.global(name),
            Target::With(withs) => self.with_name(unit, id, name, &unit.module.resolved.withs[withs as usize], frame),
        }
    }

    /// The type of a member of a scope; in the library it is looked at now.
    fn slot(&mut self, frame: FrameId, index: usize) -> Ty {
        let Some(ty) = self.frame(frame).slots.get(index).copied() else { return Ty::ANY };
        if ty != PENDING {
            return ty;
        }
        let unit = self.frame(frame).unit.clone();
        self.frames[frame.0 as usize].slots[index] = Ty::ANY;
        let ty = self.pending(&unit, frame, index);
        self.frames[frame.0 as usize].slots[index] = ty;
        ty
    }

    fn global(&mut self, name: Name) -> Ty {
        match prelude::global(name) {
            Some(Global::Truth) => Ty::BOOL,
            Some(Global::Kinds) => self.types.intern(Form::Kinds(None)),
            Some(Global::Library) => self.types.intern(Form::Library),
            Some(Global::Lookups) => self.types.intern(Form::Lookups),
            Some(Global::Function(index)) => self.types.intern(Form::Builtin(index as u16, Box::new([]))),
            Some(Global::Module(index)) => self.module(index as u16),
            None => Ty::ANY,
        }
    }

    /// A name that is a field of a record of `with`: the innermost that has it.
    fn with_name(&mut self, unit: &Rc<Unit>, id: ExprId, name: Name, depths: &[u16], frame: FrameId) -> Ty {
        let mut maybe = None;
        for depth in depths {
            let Some(scope) = self.outer(frame, *depth).map(|frame| self.slot(frame, 0)) else { return Ty::ANY };
            let found = self.member(scope, name);
            match found {
                Some(found) if found == Ty::ABSENT => {}
                // It may be there or further out.
                Some(found) if self.types.may_be_absent(found) => maybe = Some(self.types.present(found)),
                Some(found) if maybe.is_some() => return maybe.map_or(found, |maybe| self.types.join(maybe, found)),
                Some(found) => return found,
                None if self.types.is_unknown(scope) => return Ty::ANY,
                None => {}
            }
        }
        if let Some(found) = maybe {
            self.maybe_absent(unit, id, frame);
            return found;
        }
        let problem = error::unbound_with(self.names.text(name), unit.module.tree.span(id));
        self.report(problem, frame);
        Ty::ANY
    }

    fn list(&mut self, unit: &Rc<Unit>, items: &[ExprId], frame: FrameId) -> Ty {
        let start = self.items.len();
        for item in items {
            let ty = self.infer(unit, *item, frame);
            let ty = self.types.present(ty);
            self.items.push(ty);
        }
        // Items that are alike, as most are, need no joining.
        let all = &self.items[start..];
        let item = match all.first() {
            None => Ty::NEVER,
            Some(first) if all.iter().all(|ty| ty == first) => *first,
            Some(_) => {
                let mut all = self.items.split_off(start);
                self.types.join_all(&mut all)
            }
        };
        self.items.truncate(start);
        self.types.list(item)
    }

    fn branches(&mut self, unit: &Rc<Unit>, condition: ExprId, then: ExprId, otherwise: ExprId, frame: FrameId) -> Ty {
        self.condition(unit, condition, frame, "condition");
        let then = self.holding(unit, condition, frame, true, |checker| checker.infer(unit, then, frame));
        let otherwise = self.holding(unit, condition, frame, false, |checker| checker.infer(unit, otherwise, frame));
        self.types.join(then, otherwise)
    }

    fn condition(&mut self, unit: &Rc<Unit>, id: ExprId, frame: FrameId, what: &str) {
        let ty = self.needed(unit, id, frame);
        self.truth(ty, unit, id, frame, what);
    }

    fn truth(&mut self, ty: Ty, unit: &Rc<Unit>, id: ExprId, frame: FrameId, what: &str) {
        if ty == Ty::BOOL || self.types.is_unknown(ty) {
            return;
        }
        let span = unit.module.tree.span(id);
        if self.must_be(ty, Forms::BOOL, span).is_err() {
            let is = self.describe_literal(ty, id, frame).unwrap_or_else(|| self.describe_unlike(ty, Forms::BOOL));
            let problem = error::no_truth(what, &is, span);
            self.report_of(problem, id, frame);
        }
    }

    fn tree<'u>(&self, unit: &'u Unit) -> &'u Tree {
        &unit.module.tree
    }
}
