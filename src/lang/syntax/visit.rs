//! The children of an expression, in the order of the text, and what a tree holds of other tables.

use wcalang_model::source::Span;

use crate::Name;
use crate::ast::{Annotation, Attr, Binding, Expr, ExprId, Formals, Key, Origin, Param, Part, Shape, Tree};

impl Expr {
    /// Calls `visit` with each direct child. The source of `inherit (e) a b;` is a child of each of the selections.
    pub fn for_each_child(&self, visit: &mut dyn FnMut(ExprId)) {
        match self {
            Expr::Literal(_) | Expr::Variable(_) | Expr::Hole => {}
            Expr::Interpolated(parts) => parts.iter().for_each(|part| match part {
                Part::Text(_) => {}
                Part::Expr(expr) => visit(*expr),
            }),
            Expr::Select { base, path, default } => {
                visit(*base);
                each_key(path, visit);
                if let Some(default) = default {
                    visit(*default);
                }
            }
            Expr::HasAttr { base, path } => {
                visit(*base);
                each_key(path, visit);
            }
            Expr::Apply { function, argument } => [*function, *argument].into_iter().for_each(visit),
            Expr::Pipe { argument, function } => [*argument, *function].into_iter().for_each(visit),
            Expr::Lambda { param, body } => {
                if let Param::Formals(formals) = param {
                    formals.fields.iter().filter_map(|field| field.default).for_each(&mut *visit);
                }
                visit(*body);
            }
            Expr::LetIn { bindings, body } => {
                each_binding(bindings, visit);
                visit(*body);
            }
            Expr::Record { bindings, .. } => each_binding(bindings, visit),
            Expr::List(items) => items.iter().copied().for_each(visit),
            Expr::If { condition, then, otherwise } => [*condition, *then, *otherwise].into_iter().for_each(visit),
            Expr::Assert { condition, body } => [*condition, *body].into_iter().for_each(visit),
            Expr::With { scope, body } => [*scope, *body].into_iter().for_each(visit),
            Expr::Unary { operand, .. } => visit(*operand),
            Expr::Binary { left, right, .. } => [*left, *right].into_iter().for_each(visit),
        }
    }
}

impl Tree {
    /// The smallest expressions first: every expression below `root`, children before parents. The source of an `inherit (e)`
    /// comes once for each of its names.
    pub fn visit(&self, root: ExprId, visit: &mut dyn FnMut(ExprId)) {
        self[root].for_each_child(&mut |child| self.visit(child, visit));
        visit(root);
    }

    /// Whether a key is missing in the text, which was reported: what has it may have any.
    pub fn is_lost(&self, attr: &Attr) -> bool {
        attr.key.expr().is_some_and(|key| self[key] == Expr::Hole)
    }

    /// The names that an `inherit (e) …` takes share `e`: its id, if the binding is one of them.
    pub fn inherit_source(&self, binding: &Binding) -> Option<ExprId> {
        match (&binding.origin, &self[binding.value]) {
            (Origin::InheritFrom, Expr::Select { base, .. }) => Some(*base),
            (Origin::Written | Origin::Path | Origin::Inherit | Origin::InheritFrom, _) => None,
        }
    }
}

/// Changes what a tree holds of other tables: places of a file, names of [`crate::Names`], expressions of a larger tree.
pub(crate) trait Rewrite {
    fn span(&mut self, _: &mut Span) {}
    fn name(&mut self, _: &mut Name) {}
    fn expr(&mut self, _: &mut ExprId) {}
}

impl Tree {
    /// Changes every span, every name and every id of the tree.
    pub(crate) fn rewrite(&mut self, with: &mut impl Rewrite) {
        for place in &mut self.places {
            let mut span = Span { file: self.file, start: place.start, end: place.end };
            with.span(&mut span);
            *place = span.into();
        }
        self.exprs.iter_mut().for_each(|expr| expr.rewrite(with));
    }
}

impl Expr {
    /// The same, changed.
    pub(crate) fn rewritten(&self, with: &mut impl Rewrite) -> Expr {
        let mut expr = self.clone();
        expr.rewrite(with);
        expr
    }

    fn rewrite(&mut self, with: &mut impl Rewrite) {
        match self {
            Expr::Literal(_) | Expr::Hole => {}
            Expr::Variable(name) => with.name(name),
            Expr::Interpolated(parts) => parts.iter_mut().for_each(|part| match part {
                Part::Text(_) => {}
                Part::Expr(expr) => with.expr(expr),
            }),
            Expr::Select { base, path, default } => {
                with.expr(base);
                path.iter_mut().for_each(|attr| attr.rewrite(with));
                default.iter_mut().for_each(|default| with.expr(default));
            }
            Expr::HasAttr { base, path } => {
                with.expr(base);
                path.iter_mut().for_each(|attr| attr.rewrite(with));
            }
            Expr::Apply { function: one, argument: other }
            | Expr::Pipe { argument: one, function: other }
            | Expr::Assert { condition: one, body: other }
            | Expr::With { scope: one, body: other } => {
                with.expr(one);
                with.expr(other);
            }
            Expr::Lambda { param, body } => {
                match param {
                    Param::Name { name, span } => {
                        with.name(name);
                        with.span(span);
                    }
                    Param::Formals(formals) => formals.rewrite(with),
                }
                with.expr(body);
            }
            Expr::LetIn { bindings, body } => {
                bindings.iter_mut().for_each(|binding| binding.rewrite(with));
                with.expr(body);
            }
            Expr::Record { bindings, .. } => bindings.iter_mut().for_each(|binding| binding.rewrite(with)),
            Expr::List(items) => items.iter_mut().for_each(|item| with.expr(item)),
            Expr::If { condition, then, otherwise } => {
                with.expr(condition);
                with.expr(then);
                with.expr(otherwise);
            }
            Expr::Unary { operand, .. } => with.expr(operand),
            Expr::Binary { left, right, op_span, .. } => {
                with.expr(left);
                with.expr(right);
                with.span(op_span);
            }
        }
    }
}

impl Binding {
    pub(crate) fn rewrite(&mut self, with: &mut impl Rewrite) {
        self.attr.rewrite(with);
        with.expr(&mut self.value);
        if let Some(annotation) = self.before.as_mut().and_then(|before| before.annotation.as_mut()) {
            annotation.rewrite(with);
        }
    }
}

impl Attr {
    fn rewrite(&mut self, with: &mut impl Rewrite) {
        with.span(&mut self.span);
        match &mut self.key {
            Key::Name(name) => with.name(name),
            Key::Dynamic(expr) => with.expr(expr),
        }
    }
}

impl Formals {
    fn rewrite(&mut self, with: &mut impl Rewrite) {
        with.span(&mut self.span);
        self.ellipsis.iter_mut().for_each(|span| with.span(span));
        if let Some((name, span)) = &mut self.at {
            with.name(name);
            with.span(span);
        }
        for field in &mut self.fields {
            with.name(&mut field.name);
            with.span(&mut field.name_span);
            if let Some(annotation) = &mut field.annotation {
                annotation.rewrite(with);
            }
            field.default.iter_mut().for_each(|default| with.expr(default));
        }
    }
}

impl Annotation {
    pub(crate) fn rewrite(&mut self, with: &mut impl Rewrite) {
        with.span(&mut self.span);
        match &mut self.shape {
            Shape::Scalar(_) | Shape::OneOf(_) | Shape::Hole => {}
            Shape::Named(path) => path.iter_mut().for_each(|name| with.name(name)),
            Shape::List(inner) | Shape::Map(inner) | Shape::Secret(inner) => inner.rewrite(with),
            Shape::Function(from, to) => {
                from.rewrite(with);
                to.rewrite(with);
            }
            Shape::Record { fields, .. } => {
                for field in fields {
                    with.name(&mut field.name);
                    with.span(&mut field.name_span);
                    field.annotation.rewrite(with);
                }
            }
        }
    }
}

fn each_key(path: &[Attr], visit: &mut dyn FnMut(ExprId)) {
    for attr in path {
        match attr.key {
            Key::Name(_) => {}
            Key::Dynamic(expr) => visit(expr),
        }
    }
}

fn each_binding(bindings: &[Binding], visit: &mut dyn FnMut(ExprId)) {
    for binding in bindings {
        each_key(std::slice::from_ref(&binding.attr), visit);
        visit(binding.value);
    }
}
