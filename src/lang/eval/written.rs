//! Where the fields of the user's file are written: problems point there, and not to where the value was made.

use wcalang_model::source::{FileId, Span};

use crate::eval::Evaluator;
use crate::eval::conform::Place;
use crate::eval::value::Written;
use crate::syntax::Name;
use crate::syntax::ast::{Expr, Key, Tree};

/// The fields of all records in a tree, by the expression on the right; made when it is first asked.
#[derive(Debug, Default)]
pub(crate) struct WrittenFields {
    /// One more than the index into `fields`, by expression; 0 where it is no field's.
    by_expr: Vec<u32>,
    fields: Vec<Field>,
}

#[derive(Debug, Clone, Copy)]
struct Field {
    /// `None` where the key is calculated.
    name: Option<Name>,
    key: Span,
}

impl WrittenFields {
    fn of(tree: &Tree) -> Self {
        let mut all = WrittenFields { by_expr: vec![0; tree.len()], fields: Vec::new() };
        for expr in &tree.exprs {
            let Expr::Record { bindings, .. } = expr else { continue };
            for binding in bindings {
                let name = match binding.attr.key {
                    Key::Name(name) => Some(name),
                    Key::Dynamic(_) => None,
                };
                all.fields.push(Field { name, key: binding.attr.span });
                all.by_expr[binding.value.0 as usize] = all.fields.len() as u32;
            }
        }
        all
    }
}

impl Evaluator<'_> {
    /// A place, looked up: that of a field is where its value is written, which may be elsewhere than where it was made.
    pub(crate) fn place(&mut self, place: Place) -> Span {
        match place {
            Place::At(span) => span,
            Place::Field(name, written, made) => self.written_field(name, Some(written)).map_or(made, |(_, value)| value),
        }
    }

    /// Where a field is written in the user's file: its key and its value.
    pub(crate) fn written_field(&mut self, name: Name, written: Option<Written>) -> Option<(Span, Span)> {
        let expr = written?.expr();
        let module = self.module_of(self.user)?.clone();
        if self.written.by_expr.is_empty() {
            self.written = WrittenFields::of(&module.tree);
        }
        let index = (*self.written.by_expr.get(expr.0 as usize)? as usize).checked_sub(1)?;
        let field = self.written.fields.get(index)?;
        field.name.is_none_or(|written| written == name).then(|| (field.key, module.tree.span(expr)))
    }

    fn module_of(&self, file: FileId) -> Option<&std::rc::Rc<crate::eval::Module>> {
        self.modules.iter().find(|module| module.tree.file == file)
    }
}
