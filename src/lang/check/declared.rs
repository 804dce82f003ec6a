//! Declared types: annotations, fields of kinds and lookups, options of modules; and literal texts held against them.

use std::rc::Rc;
use std::sync::Arc;

use wcalang_model::base::nearest;
use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::arguments;
use wcalang_model::kind::FieldSchema;
use wcalang_model::source::Span;
use wcalang_model::value::{RecordType, Type, TypeField, in_alphabet};

use crate::check::Checker;
use crate::check::types::{Form, Rest, Ty};
use crate::check::what::What;
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
                let all = self.schemas.kinds.iter().map(|entry| entry.schema.name);
                let kinds: Vec<Arc<str>> =
                    all.filter(|kind| *kind == text || kind.split('.').next_back() == Some(&text)).map(Arc::from).collect();
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

/// A literal text that is not what is wanted.
pub(super) struct BadText {
    message: String,
    /// It is none of a few texts; the nearest one.
    near: Option<Option<String>>,
    wanted: String,
}

impl BadText {
    pub fn problem(&self, span: Span, what: &What<'_>) -> Problem {
        match &self.near {
            None => Problem::error(&arguments::BAD_LITERAL, self.message.clone())
                .label(span, format!("for {what}"))
                .help("write it as the message says"),
            Some(near) => {
                let help = near.as_ref().map_or_else(|| format!("write {}", self.wanted), |near| format!("did you mean {near:?}?"));
                let problem = Problem::error(&arguments::NOT_ONE_OF, self.message.clone()).label(span, "none of them").help(help);
                match near {
                    Some(near) => problem.fix(span, format!("{near:?}")),
                    None => problem,
                }
            }
        }
    }
}

/// What is wrong with a literal text for a declared type, if anything.
pub(super) fn bad_text(text: &str, want: &Type, what: &What<'_>) -> Option<BadText> {
    let bad = |message: String| Some(BadText { message, near: None, wanted: want.to_string() });
    match want {
        Type::Str { min, max, alphabet } => {
            let length = text.chars().count();
            if length < *min as usize || length > *max as usize {
                return bad(format!("{what} is {want}, this has {length}"));
            }
            let letter = text.chars().find(|letter| !in_alphabet(*letter, alphabet))?;
            bad(format!("{letter:?} cannot stand in {what}: allowed are {alphabet}"))
        }
        Type::Cidr => match text.parse::<ipnet::IpNet>() {
            Ok(net) if net.trunc() == net => None,
            Ok(net) => bad(format!("{text} has bits set beyond its prefix; the block is {}", net.trunc())),
            Err(_) => bad(format!("{text:?} is no CIDR block such as 10.0.0.0/16 or ::/0")),
        },
        Type::Ip => match text.parse::<std::net::IpAddr>() {
            Ok(_) => None,
            Err(_) => bad(format!("{text:?} is no IP address")),
        },
        Type::Arn if text.starts_with("arn:") && text.splitn(6, ':').count() == 6 => None,
        Type::Arn => bad(format!("{text:?} is no ARN, such as arn:aws:iam::123456789012:role/x")),
        Type::OneOf(texts) if texts.iter().any(|one| **one == *text) => None,
        Type::OneOf(texts) => {
            let near = nearest(text, texts.iter().map(|one| &**one)).map(str::to_string);
            Some(BadText { message: format!("{what} is {want}, not {text:?}"), near: Some(near), wanted: want.to_string() })
        }
        _ => None,
    }
}
