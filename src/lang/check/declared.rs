//! Declared types: annotations, fields of kinds and lookups, options of modules.

use std::rc::Rc;
use std::sync::Arc;

use wcalang_model::kind::FieldSchema;
use wcalang_model::value::{RecordType, Type, TypeField};

use crate::check::Checker;
use crate::check::types::{Form, Rest, Ty};
use crate::syntax::ast::{Annotation, Shape};

/// What a module of the library takes.
#[derive(Debug)]
pub(super) struct Options {
    /// Its options, as the fields of a record; one with a default is optional.
    pub record: RecordType,
}

impl Checker<'_> {
    /// The type that an annotation says; one that names nothing is `Any`, and reported by `eval`.
    pub(super) fn annotation(&mut self, annotation: &Annotation) -> Rc<Type> {
        let place = std::ptr::from_ref(annotation) as usize;
        if let Some(ty) = self.declared.get(&place) {
            return ty.clone();
        }
        let ty = Rc::new(self.read_annotation(annotation));
        self.declared.insert(place, ty.clone());
        ty
    }

    /// The type of a field of a kind or lookup.
    pub(super) fn field_type(&mut self, field: &'static FieldSchema) -> Rc<Type> {
        let place = std::ptr::from_ref(field) as usize;
        self.declared.entry(place).or_insert_with(|| Rc::new(field.ty.to_type())).clone()
    }

    fn read_annotation(&mut self, annotation: &Annotation) -> Type {
        match &annotation.shape {
            Shape::Hole => Type::Any,
            Shape::Scalar(scalar) => scalar.to_type(),
            Shape::OneOf(texts) => Type::OneOf(texts.iter().cloned().collect()),
            Shape::List(item) => Type::List(Arc::new(self.read_annotation(item))),
            Shape::Map(item) => Type::Map(Arc::new(self.read_annotation(item))),
            Shape::Secret(inner) => Type::Secret(Arc::new(self.read_annotation(inner))),
            Shape::Function(from, to) => Type::Function(Arc::new(self.read_annotation(from)), Arc::new(self.read_annotation(to))),
            Shape::Record { fields, open } => {
                let mut all = Vec::with_capacity(fields.len());
                for field in fields {
                    let ty = self.read_annotation(&field.annotation);
                    all.push(TypeField { name: self.names.shared(field.name), ty, optional: field.optional });
                }
                Type::Record(Arc::new(RecordType { fields: all, open: *open }))
            }
            Shape::Named(path) => {
                let text: Vec<&str> = path.iter().map(|name| self.names.text(*name)).collect();
                let text = text.join(".");
                if text == "Resource" {
                    return Type::Handle(Arc::new([]));
                }
                let kinds: Vec<Arc<str>> = self.schemas.called(&text).map(Arc::from).collect();
                if kinds.is_empty() { Type::Any } else { Type::Handle(kinds.into()) }
            }
        }
    }

    /// What a value of a declared type has for a type.
    pub(super) fn reads(&mut self, ty: &Type) -> Ty {
        match ty {
            Type::Any | Type::Json => Ty::ANY,
            Type::Bool => Ty::BOOL,
            Type::Int(..) => Ty::INT,
            Type::Float => Ty::FLOAT,
            Type::Str { .. } | Type::Arn => Ty::STR,
            Type::Cidr => Ty::CIDR,
            Type::Ip => Ty::IP,
            Type::Size => Ty::SIZE,
            Type::Duration => Ty::DURATION,
            Type::Cpu => Ty::CPU,
            Type::Percent => Ty::PERCENT,
            Type::Money => Ty::MONEY,
            Type::OneOf(texts) => {
                let mut all: Vec<Ty> = texts.iter().map(|text| self.types.literal(text)).collect();
                self.types.join_all(&mut all)
            }
            Type::Handle(kinds) => {
                let number = |kind: &Arc<str>| self.schemas.kinds.iter().position(|entry| entry.schema.name == &**kind);
                let mut kinds: Vec<u16> = kinds.iter().filter_map(number).map(|kind| kind as u16).collect();
                kinds.sort_unstable();
                self.types.intern(Form::Handle(kinds.into()))
            }
            Type::List(item) => {
                let item = self.reads(item);
                self.types.list(item)
            }
            Type::Map(item) => {
                let item = self.reads(item);
                self.types.record(&mut Vec::new(), Rest::Open(item))
            }
            Type::Record(record) => self.reads_record(record),
            Type::Function(..) => {
                self.functions.push(Rc::new(ty.clone()));
                self.types.intern(Form::Declared(self.functions.len() as u32 - 1))
            }
            Type::Secret(inner) => self.reads(inner),
        }
    }

    pub(super) fn reads_record(&mut self, record: &RecordType) -> Ty {
        let mut fields = Vec::with_capacity(record.fields.len());
        for field in &record.fields {
            let ty = self.reads(&field.ty);
            fields.push((self.names.intern(&field.name), if field.optional { self.types.optional(ty) } else { ty }));
        }
        self.types.record(&mut fields, if record.open { Rest::Open(Ty::ANY) } else { Rest::Closed })
    }
}
