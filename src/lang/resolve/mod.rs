//! Names to definitions.
//!
//! Every variable gets a [`Target`]: a slot of a scope so many scopes out, a name of the prelude, or, inside `with`, whatever
//! scope has it first. The members of each `let`, `rec` and set of formals get an order in which each comes after those it
//! needs; where there is none, they need themselves, which is refused with the whole cycle. Nothing is evaluated, so functions
//! that are never called are looked at too.

mod error;

use std::collections::BTreeMap;
use std::rc::Rc;

use wcalang_model::base::topological_order;
use wcalang_model::diag::{Label, Problems};
use wcalang_model::source::{FileId, Span};

use crate::prelude::{self, Global};
use crate::syntax::ast::{Attr, Binding, Expr, ExprId, Formals, Key, Literal, Origin, Param, Part, Tree};
use crate::syntax::{LOST_NAME, Memory, Name, Names, parse, parse_again};

/// What a variable stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Target {
    /// This expression is no variable, or its name is unknown, which was reported.
    #[default]
    None,
    /// Member `index` of the scope `depth` scopes out.
    Slot {
        /// 0 is the innermost scope; there are no more than expressions may be deep.
        depth: u16,
        /// The member.
        index: u32,
    },
    /// A name of the prelude.
    Global(Name),
    /// A field of the innermost `with` scope that has it, of those at this place of [`Resolved::withs`].
    With(u32),
}

/// What is known of the names of a tree.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// What each variable stands for, by expression.
    pub targets: Vec<Target>,
    /// The `with` scopes around a variable that only they can have, so many scopes out, innermost first.
    pub withs: Vec<Box<[u16]>>,
    /// In which order the members of a scope are evaluated, by the expression that makes the scope.
    pub orders: BTreeMap<ExprId, Vec<usize>>,
    /// What is wrong.
    pub problems: Problems,
}

/// A file that was read: its tree, and what is known of its names.
#[derive(Debug)]
pub struct Module {
    /// The tree.
    pub tree: Tree,
    /// What the file is.
    pub root: ExprId,
    /// Its names.
    pub resolved: Resolved,
}

/// Reads a file: its tree, and what its names stand for. `memory`: of earlier readings with the same names, if it is read again
/// and again.
pub fn read_module(file: FileId, text: &str, names: &mut Names, memory: Option<&mut Memory>) -> (Rc<Module>, Problems) {
    let parsed = match memory {
        Some(memory) => parse_again(file, text, names, memory),
        None => parse(file, text, names),
    };
    let mut problems = parsed.problems;
    let (module, found) = resolve_module(parsed.tree, parsed.root, names);
    problems.extend(found);
    (module, problems)
}

/// What the names of a tree stand for.
pub fn resolve_module(tree: Tree, root: ExprId, names: &Names) -> (Rc<Module>, Problems) {
    let mut resolved = resolve(&tree, root, names, &prelude::is_global);
    let problems = std::mem::take(&mut resolved.problems);
    (Rc::new(Module { tree, root, resolved }), problems)
}

/// Resolves every name below `root`. `globals` are the names of the prelude and the library.
pub fn resolve(tree: &Tree, root: ExprId, names: &Names, globals: &dyn Fn(Name) -> bool) -> Resolved {
    let resolved = Resolved { targets: vec![Target::None; tree.len()], ..Resolved::default() };
    let mut resolver = Resolver { tree, names, globals, scopes: Vec::new(), called: None, unbound: BTreeMap::new(), resolved };
    resolver.expr(root);
    resolver.resolved
}

/// The units of amounts that could be names.
const UNITS: &[&str] = &["KiB", "MiB", "GiB", "TiB", "ms", "s", "min", "h", "d", "usd", "vcpu"];

/// How many members are looked at one by one.
const FEW: usize = 16;
/// How many uses of a name that nothing defines are shown.
const USES: usize = 6;

/// A scope: the members that are visible in it, and who needs whom.
struct Scope {
    members: Vec<Option<(Name, Span)>>,
    /// The members by name, where they are many.
    by_name: Vec<(Name, usize)>,
    is_with: bool,
    /// Whether a name of it is missing in the text: then any name may be one of its.
    is_open: bool,
    /// The member whose definition is being looked at.
    current: Option<usize>,
    needs: Vec<Vec<usize>>,
}

impl Scope {
    fn new(members: Vec<Option<(Name, Span)>>) -> Self {
        let needs = vec![Vec::new(); members.len()];
        let mut by_name = Vec::new();
        if members.len() > FEW {
            by_name.extend(members.iter().enumerate().filter_map(|(index, member)| member.map(|(name, _)| (name, index))));
            by_name.sort_unstable();
        }
        Scope { members, by_name, is_with: false, is_open: false, current: None, needs }
    }

    /// The first member of a name.
    fn find(&self, name: Name) -> Option<usize> {
        if self.members.len() <= FEW {
            return self.members.iter().position(|member| member.is_some_and(|(member, _)| member == name));
        }
        let first = self.by_name.partition_point(|(member, _)| *member < name);
        self.by_name.get(first).filter(|(member, _)| *member == name).map(|(_, index)| *index)
    }
}

struct Resolver<'a> {
    tree: &'a Tree,
    names: &'a Names,
    globals: &'a dyn Fn(Name) -> bool,
    scopes: Vec<Scope>,
    /// The function of the call that is being looked at.
    called: Option<ExprId>,
    /// The problems of names that nothing defines.
    unbound: BTreeMap<Name, usize>,
    resolved: Resolved,
}

impl Resolver<'_> {
    fn expr(&mut self, id: ExprId) {
        let tree = self.tree;
        match &tree[id] {
            Expr::Literal(_) | Expr::Hole => {}
            Expr::Interpolated(parts) => parts.iter().for_each(|part| match part {
                Part::Text(_) => {}
                Part::Expr(expr) => self.expr(*expr),
            }),
            Expr::Variable(name) => self.variable(id, *name, self.scopes.len()),
            Expr::Select { base, path, default } => {
                self.expr(*base);
                self.path(path);
                if let Some(default) = default {
                    self.expr(*default);
                }
            }
            Expr::HasAttr { base, path } => {
                self.expr(*base);
                self.path(path);
            }
            Expr::Apply { function, argument } | Expr::Pipe { argument, function } => {
                self.called = Some(*function);
                self.expr(*function);
                if !self.is_amount(*function, *argument) {
                    self.expr(*argument);
                }
            }
            Expr::Lambda { param, body } => self.lambda(id, param, *body),
            Expr::LetIn { bindings, body } => {
                self.bindings(id, bindings, true);
                self.expr(*body);
                self.scopes.pop();
            }
            Expr::Record { recursive, bindings } => {
                self.bindings(id, bindings, *recursive);
                if *recursive {
                    self.scopes.pop();
                }
            }
            Expr::List(items) => {
                let mut before = None;
                for item in items {
                    if !before.is_some_and(|before| self.is_amount(before, *item)) {
                        self.expr(*item);
                    }
                    before = Some(*item);
                }
            }
            Expr::If { condition, then, otherwise } => [*condition, *then, *otherwise].into_iter().for_each(|part| self.expr(part)),
            Expr::Assert { condition, body } => [*condition, *body].into_iter().for_each(|part| self.expr(part)),
            Expr::With { scope, body } => {
                self.expr(*scope);
                self.scopes.push(Scope { is_with: true, ..Scope::new(vec![None]) });
                self.expr(*body);
                self.scopes.pop();
            }
            Expr::Unary { operand, .. } => self.expr(*operand),
            Expr::Binary { left, right, .. } => [*left, *right].into_iter().for_each(|part| self.expr(part)),
        }
    }

    /// `30 d`, where no scope has a `d`: an amount with a blank in it, which is reported.
    fn is_amount(&mut self, number: ExprId, unit: ExprId) -> bool {
        let (Expr::Literal(literal), Expr::Variable(name)) = (&self.tree[number], &self.tree[unit]) else { return false };
        let text = self.names.text(*name);
        let amount = match literal {
            Literal::Int(number) => format!("{number}{text}"),
            Literal::Float(number) => format!("{number}{text}"),
            Literal::Str(_) | Literal::Cidr(_) | Literal::Ip(_) | Literal::Size(_) | Literal::Duration(_) => return false,
            Literal::Money(_) | Literal::Percent(_) | Literal::Cpu(_) => return false,
        };
        if !UNITS.contains(&text) || self.scopes.iter().any(|scope| scope.find(*name).is_some() || scope.is_open) {
            return false;
        }
        let span = self.tree.span(number).to(self.tree.span(unit));
        self.resolved.problems.push(error::blank_before_unit(span, text, &amount));
        true
    }

    fn path(&mut self, path: &[Attr]) {
        for attr in path {
            self.key(attr);
        }
    }

    fn key(&mut self, attr: &Attr) {
        match attr.key {
            Key::Name(_) => {}
            Key::Dynamic(expr) => self.expr(expr),
        }
    }

    /// The members of a `let` or record; a recursive one stays open as the innermost scope.
    fn bindings(&mut self, id: ExprId, bindings: &[Binding], recursive: bool) {
        if recursive {
            let members = bindings.iter().map(|binding| match binding.attr.key {
                Key::Name(name) => Some((name, binding.attr.span)),
                Key::Dynamic(_) => None,
            });
            let scope = Scope::new(members.collect());
            let is_open = bindings.iter().any(|binding| self.tree.is_lost(&binding.attr));
            self.scopes.push(Scope { is_open, ..scope });
        }
        for (index, binding) in bindings.iter().enumerate() {
            if recursive {
                self.enter(Some(index));
            }
            self.key(&binding.attr);
            match (binding.origin, &self.tree[binding.value]) {
                (Origin::Inherit, Expr::Variable(name)) => {
                    let outside = self.scopes.len() - usize::from(recursive);
                    self.variable(binding.value, *name, outside);
                }
                (Origin::Written | Origin::Path | Origin::Inherit | Origin::InheritFrom, _) => self.expr(binding.value),
            }
        }
        if recursive {
            self.enter(None);
            self.order(id);
        }
    }

    fn lambda(&mut self, id: ExprId, param: &Param, body: ExprId) {
        match param {
            Param::Name { name, span } => self.scopes.push(Scope::new(vec![Some((*name, *span))])),
            Param::Formals(formals) => {
                let scope = Scope::new(members(formals));
                let is_open = scope.members.iter().flatten().any(|(name, _)| self.names.text(*name) == LOST_NAME);
                self.scopes.push(Scope { is_open, ..scope });
                for (index, field) in formals.fields.iter().enumerate() {
                    if let Some(default) = field.default {
                        self.enter(Some(index));
                        self.expr(default);
                    }
                }
                self.enter(None);
                self.order(id);
            }
        }
        self.expr(body);
        self.scopes.pop();
    }

    fn enter(&mut self, member: Option<usize>) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.current = member;
        }
    }

    /// Orders the members of the innermost scope, or reports why there is no order.
    fn order(&mut self, id: ExprId) {
        let Some(scope) = self.scopes.last() else { return };
        let order = topological_order(&scope.needs).unwrap_or_else(|cycle| {
            let members: Vec<_> = cycle.0.iter().filter_map(|index| scope.members[*index]).collect();
            let problem = error::recursion(&members, self.names);
            self.resolved.problems.push(problem);
            Vec::new()
        });
        self.resolved.orders.insert(id, order);
    }

    /// A variable, looked up in the outermost `within` scopes.
    fn variable(&mut self, id: ExprId, name: Name, within: usize) {
        let depth_of = |level: usize| (within - 1 - level) as u16;
        for level in (0..within).rev() {
            if let Some(index) = self.scopes[level].find(name) {
                let is_itself = self.scopes[level].current == Some(index);
                if is_itself && self.scopes[level + 1..within].iter().any(|scope| scope.is_open) {
                    // What a name that is missing stands for, and not itself.
                    return;
                }
                let scope = &mut self.scopes[level];
                if let Some(current) = scope.current {
                    scope.needs[current].push(index);
                }
                self.resolved.targets[id.0 as usize] = Target::Slot { depth: depth_of(level), index: index as u32 };
                return;
            }
        }
        let withs: Box<[u16]> = (0..within).rev().filter(|level| self.scopes[*level].is_with).map(depth_of).collect();
        // A name that is missing in the text may hide one of the library's, unless that is what is called.
        let is_open = self.scopes[..within].iter().any(|scope| scope.is_open);
        let is_hidden =
            is_open && self.called != Some(id) && matches!(prelude::global(name), Some(Global::Module(_) | Global::Function(_)));
        self.resolved.targets[id.0 as usize] = if (self.globals)(name) && !is_hidden {
            Target::Global(name)
        } else if is_open {
            Target::None
        } else if !withs.is_empty() {
            self.resolved.withs.push(withs);
            Target::With(self.resolved.withs.len() as u32 - 1)
        } else {
            self.unbound(name, self.tree.span(id), within);
            Target::None
        };
    }

    /// A name that nothing defines; one problem, wherever it is used.
    fn unbound(&mut self, name: Name, span: Span, within: usize) {
        if let Some(known) = self.unbound.get(&name) {
            let labels = &mut self.resolved.problems.0[*known].labels;
            if labels.len() < USES {
                labels.push(Label { span, text: "nor here".to_string() });
            }
            return;
        }
        let visible = self.scopes[..within].iter().flat_map(|scope| scope.members.iter().flatten());
        let visible = visible.map(|(name, _)| self.names.text(*name)).collect();
        let problem = error::unbound(self.names.text(name), span, visible);
        self.unbound.insert(name, self.resolved.problems.0.len());
        self.resolved.problems.push(problem);
    }
}

/// The members of the scope of formals: the fields, then the whole record if it has a name.
fn members(formals: &Formals) -> Vec<Option<(Name, Span)>> {
    let fields = formals.fields.iter().map(|field| Some((field.name, field.name_span)));
    fields.chain(formals.at.map(Some)).collect()
}
