//! Constructors, lookups, modules of the library, and the stack: held against what they declare.

use std::rc::Rc;

use wcalang_model::kind::{FieldSchema, Naming, Presence};
use wcalang_model::value::{RecordType, Type, TypeField};

use crate::check::call::Site;
use crate::check::conform::Wanted;
use crate::check::declared::Options;
use crate::check::forms::Forms;
use crate::check::place::Place;
use crate::check::types::{Form, FrameId, Rest, Ty};
use crate::check::what::What;
use crate::check::{Checker, error};
use crate::prelude;
use crate::syntax::Name;
use crate::syntax::ast::{Expr, ExprId, Param};

/// The options that every constructor takes beside its kind's fields.
const OPTIONS: &[&str] = &["name", "protect", "purge", "formerly", "after"];

impl Checker<'_> {
    /// `aws.ec2.Vpc { name = "x"; … }`
    pub(super) fn construct(&mut self, kind: u16, argument: Ty, site: &Site<'_>) -> Ty {
        let entry = &self.schemas.kinds[kind as usize];
        let what = What::Kind(entry.schema.name);
        let result = self.types.intern(Form::Handle(Box::new([kind])));
        if !self.is_options(argument, &what, site) {
            return result;
        }
        let chosen = match entry.schema.naming {
            Naming::Field { field, .. } => Some(field),
            Naming::None | Naming::Tag => None,
        };
        let fields = || entry.schema.inputs.fields.iter().filter(move |field| Some(field.name) != chosen);
        let (given, rest) = self.as_record(argument);
        let mut meant = Vec::new();
        for (name, ty) in given.iter().copied().filter(|(_, ty)| *ty != Ty::ABSENT) {
            let text = self.names.shared(name);
            let at = Place::Field(site.argument, name);
            let wanted = Wanted { what: What::Field(&text, &what), place: &at };
            let field = fields().find(|field| field.name == &*text).filter(|_| &*text != "name");
            match field {
                Some(field) => {
                    if matches!(field.presence, Presence::Required) && self.types.may_be_absent(ty) {
                        self.maybe_missing(&text, what, site.argument);
                    }
                    let want = self.field_type(field);
                    self.conform(ty, &want, wanted);
                }
                None if OPTIONS.contains(&&*text) => self.option_of_kind(ty, &text, wanted),
                None => {
                    let names: Vec<String> = fields().map(|field| field.name).chain(OPTIONS.iter().copied()).map(str::to_string).collect();
                    meant.extend(self.unknown_field(name, what, &names, site.argument));
                }
            }
        }
        if !matches!(rest, Rest::Open(_)) {
            let has = |checker: &Self, text: &str| given.iter().any(|(name, ty)| checker.names.text(*name) == text && *ty != Ty::ABSENT);
            let required = fields().filter(|field| matches!(field.presence, Presence::Required) && !has(self, field.name));
            let required = required.filter(|field| !meant.iter().any(|meant| meant == field.name));
            let missing: Vec<(String, String)> = required.map(|field| (field.name.to_string(), field.ty.to_type().to_string())).collect();
            self.missing_fields(&missing, what, site.argument);
            if !has(self, "name") && !meant.iter().any(|meant| meant == "name") {
                self.missing_fields(&[("name".to_string(), Type::STR.to_string())], what, site.argument);
            }
        }
        result
    }

    fn option_of_kind(&mut self, ty: Ty, text: &str, wanted: Wanted<'_>) {
        match text {
            "name" => {
                // A number becomes a text here, as it does in `${…}`.
                if let (true, Place::Field(of, _)) = (self.types.may_be_absent(ty), wanted.place) {
                    self.maybe_missing(text, What::Is("a resource"), of);
                }
                let span = self.place_span(wanted.place);
                let present = self.types.present(ty);
                if self.must_be(present, Forms::STR.with(Forms::INT), span).is_err() {
                    self.conform(present, &Type::STR, wanted);
                }
            }
            "protect" | "purge" => drop(self.conform(ty, &Type::Bool, wanted)),
            _ => {}
        }
    }

    /// Whether an argument is a record, as every constructor, lookup and module wants it.
    fn is_options(&mut self, argument: Ty, what: &What<'_>, site: &Site<'_>) -> bool {
        if argument == Ty::ABSENT {
            return false;
        }
        let span = self.place_span(site.argument);
        if self.must_be(argument, Forms::RECORD, span).is_ok() {
            return true;
        }
        let want = Type::Record(Default::default());
        self.conform(argument, &want, Wanted { what: *what, place: site.argument });
        false
    }

    /// `lookup.certificate { domain = "…"; }`
    pub(super) fn ask(&mut self, lookup: u16, argument: Ty, site: &Site<'_>) -> Ty {
        let entry = &self.schemas.lookups[lookup as usize];
        let what = What::Lookup(entry.name);
        if self.is_options(argument, &what, site) {
            let want = entry.arguments.to_type();
            self.conform_record(argument, &want, what, site.argument);
        }
        self.lookup_result(lookup)
    }

    pub(super) fn lookup_result(&mut self, lookup: u16) -> Ty {
        let entry = &self.schemas.lookups[lookup as usize];
        let mut fields = Vec::with_capacity(entry.outputs.fields.len());
        for field in entry.outputs.fields {
            let ty = self.read_field(field);
            fields.push((self.names.intern(field.name), ty));
        }
        self.types.record(&mut fields, Rest::Closed)
    }

    fn read_field(&mut self, field: &'static FieldSchema) -> Ty {
        let place = std::ptr::from_ref(field) as usize;
        if let Some(ty) = self.read.get(&place) {
            return *ty;
        }
        let declared = self.field_type(field);
        let ty = self.reads(&declared);
        self.read.insert(place, ty);
        ty
    }

    /// A field of a resource of one of these kinds: an output, or what it was given.
    pub(super) fn member_of_kinds(&mut self, kinds: &[u16], name: Name) -> Option<Ty> {
        if kinds.is_empty() {
            return Some(Ty::ANY);
        }
        let text = self.names.shared(name);
        let mut found = Ty::NEVER;
        for kind in kinds {
            let schema = self.schemas.kinds[*kind as usize].schema;
            let ty = match schema.outputs.field(&text).or_else(|| schema.inputs.field(&text)) {
                Some(_) if &*text == "name" => Ty::STR,
                Some(field) => self.read_field(field),
                None if &*text == "name" => Ty::STR,
                None => Ty::ABSENT,
            };
            found = self.types.join(found, ty);
        }
        Some(found)
    }

    /// The outputs and inputs of a kind, by name.
    pub(super) fn members_of(&self, kind: u16) -> Vec<String> {
        let schema = self.schemas.kinds[kind as usize].schema;
        let fields = schema.outputs.fields.iter().chain(schema.inputs.fields);
        fields.map(|field| field.name.to_string()).chain(["name".to_string()]).collect()
    }

    /// A call of a module of the library.
    pub(super) fn call_module(&mut self, module: u16, argument: Ty, site: &Site<'_>) -> Ty {
        let what = What::Named(prelude::module_name(module as usize));
        let result = self.module_result(module);
        let Some(options) = self.options.get(&module).cloned() else { return result };
        if argument == Ty::ABSENT || self.is_no_record(argument, site) {
            let first = options.record.fields.first().map(|field| field.name.to_string()).unwrap_or_default();
            let is = self.describe_place(argument, Forms::RECORD, site.argument);
            let place = self.place_span(site.argument);
            let problem = error::options(what, &format!("a record of its options ({first})"), &is, site.span, place);
            self.report_spot(problem, site.argument.spot());
            return result;
        }
        self.conform_options(argument, &options.record, what, site);
        result
    }

    fn is_no_record(&mut self, argument: Ty, site: &Site<'_>) -> bool {
        let span = self.place_span(site.argument);
        self.must_be(argument, Forms::RECORD, span).is_err()
    }

    /// As [`Checker::conform_record`], in the words for options.
    fn conform_options(&mut self, argument: Ty, want: &RecordType, what: What<'_>, site: &Site<'_>) {
        let (given, rest) = self.as_record(argument);
        let mut meant = Vec::new();
        for (name, ty) in given.iter().copied().filter(|(_, ty)| *ty != Ty::ABSENT) {
            let text = self.names.shared(name);
            let at = Place::Field(site.argument, name);
            match want.fields.iter().find(|field| *field.name == *text) {
                Some(field) => {
                    if !field.optional && self.types.may_be_absent(ty) {
                        self.maybe_missing(&text, what, site.argument);
                    }
                    self.conform(ty, &field.ty, Wanted { what: What::Option(&text, &what), place: &at });
                }
                None if want.open => {}
                None => {
                    let names: Vec<String> = want.fields.iter().map(|field| field.name.to_string()).collect();
                    meant.extend(self.unknown_field(name, what, &names, site.argument));
                }
            }
        }
        if matches!(rest, Rest::Open(_)) {
            return;
        }
        let given = |text: &str| given.iter().any(|(name, ty)| self.names.text(*name) == text && *ty != Ty::ABSENT);
        let missing = want.fields.iter().filter(|field| !field.optional && !given(&field.name));
        let missing = missing.filter(|field| !meant.iter().any(|meant| *meant == *field.name));
        let missing: Vec<(String, String)> = missing.map(|field| (field.name.to_string(), field.ty.to_string())).collect();
        self.missing_fields(&missing, what, site.argument);
    }

    /// A module of the library: a function whose options are declared, or a record such as `list`, which has the type that it has.
    pub(super) fn module(&mut self, module: u16) -> Ty {
        let read = (self.load)(prelude::module_name(module as usize), self.names);
        match read.as_ref().map(|read| &read.tree[read.root]) {
            Some(Expr::Lambda { .. }) | None => self.types.intern(Form::Module(module)),
            Some(_) => self.module_result(module),
        }
    }

    /// The result of a module of the library, whatever it is given; its options are read with it.
    pub(super) fn module_result(&mut self, module: u16) -> Ty {
        if let Some(ty) = self.modules.get(&module) {
            return *ty;
        }
        self.modules.insert(module, Ty::ANY);
        let Some(read) = (self.load)(prelude::module_name(module as usize), self.names) else { return Ty::ANY };
        let unit = self.unit(read, true);
        let tree = &unit.module.tree;
        if let Expr::Lambda { param: Param::Formals(formals), .. } = &tree[unit.module.root] {
            let mut fields = Vec::with_capacity(formals.fields.len());
            for field in &formals.fields {
                let ty = match &field.annotation {
                    Some(annotation) => (*self.annotation(annotation)).clone(),
                    None => Type::Any,
                };
                fields.push(TypeField { name: self.names.shared(field.name), ty, optional: field.optional || field.default.is_some() });
            }
            let record = RecordType { fields, open: formals.ellipsis.is_some() };
            self.options.insert(module, Rc::new(Options { record }));
        }
        let facts = std::mem::take(&mut self.facts);
        let ty = self.file(&unit);
        self.facts = facts;
        self.modules.insert(module, ty);
        ty
    }

    /// A call of a function of which only the type is declared.
    pub(super) fn call_declared(&mut self, index: u32, argument: Ty, site: &Site<'_>) -> Ty {
        let declared = self.functions[index as usize].clone();
        let Type::Function(from, to) = &*declared else { return Ty::ANY };
        self.conform(argument, from, Wanted { what: What::Is("the argument of this function"), place: site.argument });
        self.reads(to)
    }

    /// The value of the file, held against the fields of a stack.
    pub(super) fn stack(&mut self, value: Ty, wanted: &RecordType, root: ExprId, frame: FrameId) {
        if self.types.is_unknown(value) || self.types.forms(value) != Forms::RECORD {
            return;
        }
        let mut at = (root, frame);
        if let Expr::Lambda { body, .. } = &self.unit_of(frame).module.tree[root] {
            let inner =
                self.frames.iter().position(|frame| matches!(frame.scope, crate::check::Scope::Call(lambda, None) if lambda == root));
            if let Some(inner) = inner {
                at = (*body, FrameId(inner as u32));
            }
        }
        self.conform_record(value, wanted, What::Is("the stack"), &Place::Expr(at.0, at.1));
    }
}
