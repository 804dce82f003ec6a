//! The children of an expression, in the order of the text, and every span of a tree.

use wcalang_model::source::Span;

use crate::syntax::ast::{Annotation, Attr, Binding, Expr, ExprId, Formals, Key, Origin, Param, Part, Shape, Tree};

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

    /// The names that an `inherit (e) …` takes share `e`: its id, if the binding is one of them.
    pub fn inherit_source(&self, binding: &Binding) -> Option<ExprId> {
        match (&binding.origin, &self[binding.value]) {
            (Origin::InheritFrom, Expr::Select { base, .. }) => Some(*base),
            (Origin::Written | Origin::Path | Origin::Inherit | Origin::InheritFrom, _) => None,
        }
    }
}

impl Tree {
    /// Changes every span of the tree.
    pub(super) fn map_spans(&mut self, map: &mut dyn FnMut(Span) -> Span) {
        for span in &mut self.spans {
            *span = map(*span);
        }
        for expr in &mut self.exprs {
            match expr {
                Expr::Select { path, .. } | Expr::HasAttr { path, .. } => path.iter_mut().for_each(|attr| attr.span = map(attr.span)),
                Expr::LetIn { bindings, .. } | Expr::Record { bindings, .. } => {
                    for binding in bindings {
                        binding.attr.span = map(binding.attr.span);
                        if let Some(annotation) = &mut binding.annotation {
                            annotation.map_spans(map);
                        }
                    }
                }
                Expr::Lambda { param, .. } => match param {
                    Param::Name { span, .. } => *span = map(*span),
                    Param::Formals(formals) => formals.map_spans(map),
                },
                Expr::Binary { op_span, .. } => *op_span = map(*op_span),
                Expr::Literal(_) | Expr::Interpolated(_) | Expr::Variable(_) | Expr::Apply { .. } | Expr::Pipe { .. } => {}
                Expr::List(_) | Expr::If { .. } | Expr::Assert { .. } | Expr::With { .. } | Expr::Unary { .. } | Expr::Hole => {}
            }
        }
    }
}

impl Formals {
    fn map_spans(&mut self, map: &mut dyn FnMut(Span) -> Span) {
        self.span = map(self.span);
        self.ellipsis = self.ellipsis.map(&mut *map);
        self.at = self.at.map(|(name, span)| (name, map(span)));
        for field in &mut self.fields {
            field.name_span = map(field.name_span);
            if let Some(annotation) = &mut field.annotation {
                annotation.map_spans(map);
            }
        }
    }
}

impl Annotation {
    fn map_spans(&mut self, map: &mut dyn FnMut(Span) -> Span) {
        self.span = map(self.span);
        match &mut self.shape {
            Shape::Scalar(_) | Shape::Named(_) | Shape::OneOf(_) | Shape::Hole => {}
            Shape::List(inner) | Shape::Map(inner) | Shape::Secret(inner) => inner.map_spans(map),
            Shape::Function(from, to) => {
                from.map_spans(map);
                to.map_spans(map);
            }
            Shape::Record { fields, .. } => {
                for field in fields {
                    field.name_span = map(field.name_span);
                    field.annotation.map_spans(map);
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
