//! Annotations as types, and values held against them.

use std::sync::Arc;

use wcalang_model::base::nearest;
use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::names;
use wcalang_model::source::Span;
use wcalang_model::value::{RecordType, Type, TypeField};

use crate::eval::Evaluator;
use crate::eval::conform::{Wanted, What};
use crate::eval::value::Value;
use crate::syntax::ast::{Annotation, Binding, Key, Scalar, Shape, Tree};

impl Evaluator<'_> {
    /// The type that an annotation says.
    pub(crate) fn type_of_annotation(&mut self, annotation: &Annotation) -> Type {
        let place = std::ptr::from_ref(annotation) as usize;
        if let Some(ty) = self.types.get(&place) {
            return ty.clone();
        }
        let ty = self.read_annotation(annotation);
        self.types.insert(place, ty.clone());
        ty
    }

    fn read_annotation(&mut self, annotation: &Annotation) -> Type {
        match &annotation.shape {
            Shape::Hole => Type::Any,
            Shape::Scalar(scalar) => scalar.to_type(),
            Shape::OneOf(texts) => Type::OneOf(texts.iter().cloned().collect()),
            Shape::List(item) => Type::List(Arc::new(self.type_of_annotation(item))),
            Shape::Map(item) => Type::Map(Arc::new(self.type_of_annotation(item))),
            Shape::Secret(inner) => Type::Secret(Arc::new(self.type_of_annotation(inner))),
            Shape::Function(from, to) => Type::Function(Arc::new(self.type_of_annotation(from)), Arc::new(self.type_of_annotation(to))),
            Shape::Record { fields, open } => {
                let fields = fields.iter().map(|field| TypeField {
                    name: self.names.shared(field.name),
                    ty: self.type_of_annotation(&field.annotation),
                    optional: field.optional,
                });
                Type::Record(Arc::new(RecordType { fields: fields.collect(), open: *open }))
            }
            Shape::Named(path) => {
                let text: Vec<&str> = path.iter().map(|name| self.names.text(*name)).collect();
                self.handle(&text.join("."), annotation.span)
            }
        }
    }

    /// `ec2.Vpc`, or `Vpc` where only one service has it; `Resource` for any.
    fn handle(&mut self, text: &str, span: Span) -> Type {
        if text == "Resource" {
            return Type::Handle(Arc::new([]));
        }
        let kinds: Vec<Arc<str>> = self.schemas.called(text).map(Arc::from).collect();
        if kinds.is_empty() {
            let kinds = self.schemas.kinds.iter().flat_map(|entry| [entry.schema.name, entry.schema.parts().1]);
            let near = nearest(text, kinds.chain(Scalar::ALL.iter().map(|one| one.text())));
            let help = near.map_or_else(
                || "types are Bool, Int, Str, Cidr, …, `[T]`, `Map T`, records, texts, and kinds".to_string(),
                |near| format!("did you mean `{near}`?"),
            );
            self.report(Problem::error(&names::UNBOUND, format!("there is no type `{text}`")).label(span, "unknown").help(help));
            return Type::Any;
        }
        Type::Handle(kinds.into())
    }

    /// The value of a binding, held against the annotation before it.
    pub(crate) fn annotated(&mut self, tree: &Tree, binding: &Binding, value: Value) -> Value {
        let Some(annotation) = binding.annotation() else { return value };
        let ty = self.type_of_annotation(annotation);
        let what = match binding.attr.key {
            Key::Name(name) => Some(self.names.shared(name)),
            Key::Dynamic(_) => None,
        };
        let what = what.as_deref().map_or(What::Is("this field"), What::Named);
        self.conform(value, &ty, Wanted { what, place: tree.span(binding.value).into() })
    }
}
