//! Constructors and lookups: where resources come from.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::{arguments, stack};
use wcalang_model::kind::{Entry, FieldProblems, FieldType, LookupEntry, Naming};
use wcalang_model::source::Span;
use wcalang_model::value::{Address, Datum, Deferred, Fields, Lookup, Type};

use crate::eval::Evaluator;
use crate::eval::conform::{Place, Wanted, What};
use crate::eval::convert::{data_of_datum, datum_of};
use crate::eval::takes::{self, Choice, Taken, Takes};
use crate::eval::value::{Data, Record, ResourceId, Value, deferred};

/// A resource that a constructor made.
#[derive(Debug, Clone)]
pub struct Made {
    /// What it is called.
    pub address: Address,
    /// Its kind.
    pub entry: &'static Entry,
    /// Its fields, checked.
    pub fields: BTreeMap<&'static str, Value>,
    /// `after = [ … ]`
    pub after: Vec<Value>,
    /// `protect = …`
    pub protect: bool,
    /// `purge = …`
    pub purge: bool,
    /// `formerly = "…"`
    pub formerly: Option<String>,
    /// The call in the user's file that made it.
    pub span: Span,
    /// Where its name is written.
    pub named: Span,
    /// It need not be reachable: a binding around it begins with `_`.
    pub meant: bool,
}

/// What one library call made.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// The resources.
    pub resources: BTreeSet<ResourceId>,
}

/// What was given for the options that every constructor takes.
#[derive(Debug, Default)]
struct Options {
    name: Option<Value>,
    protect: Option<Value>,
    purge: Option<Value>,
    formerly: Option<Value>,
    after: Option<Value>,
}

impl Options {
    fn slot(&mut self, choice: Choice) -> &mut Option<Value> {
        match choice {
            Choice::Name => &mut self.name,
            Choice::Protect => &mut self.protect,
            Choice::Purge => &mut self.purge,
            Choice::Formerly => &mut self.formerly,
            Choice::After => &mut self.after,
        }
    }
}

impl Evaluator<'_> {
    /// `aws.ec2.Vpc { name = "x"; … }`
    pub(crate) fn construct(&mut self, entry: &'static Entry, argument: Value, span: Span) -> Value {
        let what = What::Kind(entry.schema.name);
        if !self.walks(&argument, span) {
            return Value::error(span);
        }
        let given = match &argument.data {
            Data::Record(given) => given.clone(),
            Data::Error => return Value::error(span),
            _ => {
                let wanted = Wanted { what, place: argument.span.into() };
                self.conform(argument, &Type::Record(Default::default()), wanted);
                return Value::error(span);
            }
        };
        let reported = self.problems.0.len();
        let (mut fields, options) = self.fields(&given, entry, what, argument.span);
        let written = self.names.intern("name");
        let name = options.name;
        let name = name.map(|value| Value { span: self.place(Place::of(written, &value)), ..value });
        let named = name.as_ref().map_or(span, |name| name.span);
        let name = match name {
            Some(name) => {
                let place = name.span;
                let ty = Type::Str { min: 1, max: 255, alphabet: "" };
                let known = self.known_text(&name, "the name of a resource");
                known.map(|text| {
                    self.conform(Value::str(text, place), &ty, Wanted { what: What::Field("name", &what), place: place.into() })
                })
            }
            None => {
                self.missing_fields([("name", Type::STR.to_string())].into_iter(), what, argument.span);
                None
            }
        };
        let protect = self.option_flag(options.protect, "protect", what);
        let purge = self.option_flag(options.purge, "purge", what);
        let formerly = options.formerly.and_then(|value| self.known_text(&value, "the former name of a resource"));
        let after = match options.after.map(|value| value.data) {
            Some(Data::List(items)) => items.to_vec(),
            Some(Data::Resource(id)) => vec![Value::new(Data::Resource(id), span)],
            _ => Vec::new(),
        };
        self.rules(entry, &fields, name.as_ref(), what, argument.span);
        let Some(Data::Str(name)) = name.map(|name| name.data) else { return Value::error(span) };
        if self.problems.0[reported..].iter().any(|problem| problem.severity == wcalang_model::diag::Severity::Error) {
            // A resource with a problem still is one: what refers to it has no problem of its own.
            fields.retain(|_, value| !value.is_error());
        }
        let made = Made {
            address: Address::new(entry.schema.name, &*name),
            entry,
            fields,
            after,
            protect,
            purge,
            formerly: formerly.map(|text| text.to_string()),
            span: self.outward(span),
            named: self.outward(named),
            meant: self.meant,
        };
        Value::new(Data::Resource(self.register(made)), span)
    }

    /// Adds a resource; two equal ones with one address are one.
    fn register(&mut self, made: Made) -> ResourceId {
        let id = match self.by_address.get(&made.address).copied() {
            Some(id) => {
                let other = self.made[id.0 as usize].clone();
                if !self.same_fields(&other, &made) {
                    let problem = Problem::error(&stack::TWO_RESOURCES, format!("two different resources are called {}", made.address))
                        .label(made.span, "made again here, with other fields")
                        .label(other.span, "made here")
                        .help(format!("give one of them another `name` than {:?}", made.address.name));
                    self.report(problem);
                }
                id
            }
            None => {
                let id = ResourceId(self.made.len() as u32);
                self.by_address.insert(made.address.clone(), id);
                self.made.push(made);
                id
            }
        };
        for call in &self.calls {
            self.groups[*call].resources.insert(id);
        }
        id
    }

    fn same_fields(&self, a: &Made, b: &Made) -> bool {
        let plain = |made: &Made| {
            made.fields.iter().map(|(name, value)| (*name, crate::eval::convert::comparable(value, self))).collect::<Vec<_>>()
        };
        plain(a) == plain(b) && (a.protect, a.purge, &a.formerly) == (b.protect, b.purge, &b.formerly)
    }

    fn option_flag(&mut self, given: Option<Value>, name: &str, what: What<'_>) -> bool {
        let Some(value) = given.filter(|value| !value.is_absent()) else { return false };
        let wanted = Wanted { what: What::Field(name, &what), place: value.span.into() };
        let value = self.conform(value, &Type::Bool, wanted);
        if matches!(value.data, Data::Deferred(_)) {
            let problem = self.later(&value, value.span, &format!("`{name}`"));
            self.report(problem);
        }
        matches!(value.data, Data::Bool(true))
    }

    /// The kind's fields in a constructor's argument, checked one by one, and the options that were given.
    fn fields(&mut self, given: &Record, entry: &'static Entry, what: What<'_>, span: Span) -> (BTreeMap<&'static str, Value>, Options) {
        let takes = self.constructor(entry);
        let (mut fields, mut options) = (BTreeMap::new(), Options::default());
        let (mut meant, mut unknown) = (Vec::new(), Vec::new());
        for (written, value) in given.iter() {
            match takes.get(*written) {
                Some(Taken::Option(choice)) => *options.slot(*choice) = Some(value.clone()),
                _ if value.is_absent() => {}
                Some(Taken::Field(field, ty)) => {
                    let what = What::Field(field.name, &what);
                    let wanted = Wanted { what, place: Place::of(*written, value) };
                    let value = self.conform(value.clone(), ty, wanted);
                    if matches!(field.ty, FieldType::Policy) {
                        self.check_policy(&value, what);
                    }
                    fields.insert(field.name, value);
                }
                None => unknown.push((*written, value)),
            }
        }
        for (written, value) in unknown {
            let names = takes::fields(entry).map(|field| field.name).chain(Choice::ALL.map(Choice::text));
            let name = self.names.shared(written);
            meant.extend(self.unknown_field(&name, value, what, names, |_, near| fields.contains_key(near)));
        }
        let missing = takes.required.iter().filter(|field| !fields.contains_key(field.name));
        let missing = missing.filter(|field| !meant.iter().any(|meant| meant == field.name));
        let missing: Vec<(&str, String)> = missing.map(|field| (field.name, field.ty.to_type().to_string())).collect();
        self.missing_fields(missing.into_iter(), what, span);
        (fields, options)
    }

    /// What the constructor of a kind takes.
    fn constructor(&mut self, entry: &'static Entry) -> Rc<Takes> {
        let place = std::ptr::from_ref(entry) as usize;
        self.constructors.entry(place).or_insert_with(|| Rc::new(Takes::of(entry, self.names))).clone()
    }

    /// The kind's own rules, on the fields as far as they are known.
    fn rules(&mut self, entry: &Entry, fields: &BTreeMap<&'static str, Value>, name: Option<&Value>, what: What<'_>, span: Span) {
        let Some(rules) = entry.schema.rules else { return };
        let mut known: Fields = fields.iter().map(|(name, value)| (name.to_string(), datum_of(value, self))).collect();
        let chosen = match entry.schema.naming {
            Naming::Field { field, .. } => name.map(|name| (field, name)),
            Naming::None | Naming::Tag => None,
        };
        known.extend(chosen.map(|(field, name)| (field.to_string(), datum_of(name, self))));
        let mut problems = FieldProblems::default();
        rules(&known, &mut problems);
        for found in problems.0 {
            let named = chosen.filter(|(field, _)| *field == found.field).map(|(_, name)| name);
            let place = fields.get(found.field).or(named).map_or(span, |value| value.span);
            let problem =
                Problem::error(&arguments::RULE, format!("{what}: {}", found.message)).label(self.outward(place), "").help(found.help);
            self.report(problem);
        }
    }

    /// `lookup.certificate { domain = "…"; }`: a record of its outputs, pinned or known later.
    pub(crate) fn ask(&mut self, entry: &'static LookupEntry, argument: Value, span: Span) -> Value {
        let what = What::Lookup(entry.name);
        let wanted = Wanted { what, place: argument.span.into() };
        let ty = Type::Record(entry.arguments.to_type().into());
        let argument = self.conform(argument, &ty, wanted);
        let mut arguments = Fields::new();
        let Data::Record(fields) = &argument.data else { return Value::error(span) };
        for (name, value) in fields.clone().iter() {
            let text = self.names.text(*name).to_string();
            match datum_of(value, self) {
                datum if datum.is_known() => drop(arguments.insert(text, datum)),
                Datum::Unknown if value.is_error() => return Value::error(span),
                _ => {
                    let problem = self.later(value, value.span, &format!("`{text}` of {what}"));
                    self.report(problem);
                    return Value::error(span);
                }
            }
        }
        let lookup = Lookup { name: entry.name.to_string(), arguments };
        let answer = self.pins.answer(&lookup);
        let mut fields = Vec::new();
        for output in entry.outputs.fields {
            let value = match answer.as_ref().and_then(|answer| answer.get(output.name)) {
                Some(Datum::Unknown) => continue,
                Some(datum) => Value::new(data_of_datum(datum, self.names, span), span),
                None => {
                    deferred(Deferred::Lookup { lookup: lookup.clone(), output: output.name.to_string(), ty: output.ty.to_type() }, span)
                }
            };
            fields.push((self.names.intern(output.name), value));
        }
        Value::new(Data::Record(Rc::new(Record::from_fields(fields))), span)
    }
}
