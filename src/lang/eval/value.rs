//! The evaluator's values: data with the place that made it, functions, resources, and what is known only later.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::rc::Rc;
use std::sync::Arc;

use ipnet::IpNet;
use wcalang_model::kind::{Entry, LookupEntry};
use wcalang_model::source::Span;
use wcalang_model::value::{self as model, Deferred, Part, Type};

use crate::eval::builtins::Builtin;
use crate::eval::frames::FrameId;
use crate::syntax::ast::ExprId;
use crate::syntax::{Name, Names};

/// A value and the expression that made it. Cloning copies at most a pointer.
#[derive(Debug, Clone)]
pub struct Value {
    /// What it is.
    pub data: Data,
    /// The expression that made it.
    pub span: Span,
    /// The right side of the field of the user's file in which it was written last.
    pub(crate) written: Option<Written>,
}

/// The right side of a field in the user's file: one more than its [`ExprId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written(NonZeroU32);

/// The forms of values.
#[derive(Debug, Clone)]
pub enum Data {
    /// Something went wrong and was reported; whatever is made of it is this too, silently.
    Error,
    /// An optional field or argument that was not given, passed on.
    Absent,
    /// true or false
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    Str(Arc<str>),
    /// An address block.
    Cidr(Rc<IpNet>),
    /// An address.
    Ip(Rc<IpAddr>),
    /// Bytes.
    Size(u64),
    /// Milliseconds.
    Duration(u64),
    /// Thousandths of a vCPU.
    Cpu(u64),
    /// Per cent.
    Percent(f64),
    /// Cents of a US dollar.
    Money(i64),
    /// A list.
    List(Rc<List>),
    /// A record or map.
    Record(Rc<Record>),
    /// A function of the language.
    Function(Function),
    /// A function of the prelude.
    Builtin(&'static Builtin),
    /// A function of the prelude, with the arguments it has so far.
    Partial(Rc<Partial>),
    /// `aws`, or `aws.ec2`: the kinds below a prefix.
    Kinds(&'static str),
    /// A constructor: `aws.ec2.Vpc`.
    Constructor(&'static Entry),
    /// `lookup`.
    Lookups,
    /// `lookup.certificate`.
    Lookup(&'static LookupEntry),
    /// `std`, the library modules by name.
    Library,
    /// A resource, by its number.
    Resource(ResourceId),
    /// Known later, or secret.
    Deferred(Rc<Deferred>),
}

/// The number of a resource in the order in which they were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(pub u32);

/// How far a value reaches below itself. What is deeper than [`Extent::DEEPEST`] is never made, so that whatever walks through a
/// value may recurse; what weighs too much costs too many steps to be copied, shown or compared, however much of it is shared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// How many lists and records are inside of one another.
    pub depth: u32,
    /// How many values there are, where each that is shared counts as often as it is met; long text counts more.
    pub weight: u32,
}

/// A list's items.
#[derive(Debug, Clone, Default)]
pub struct List {
    items: Vec<Value>,
    extent: Extent,
}

/// A record's fields, sorted by interned name.
#[derive(Debug, Clone, Default)]
pub struct Record {
    fields: Vec<(Name, Value)>,
    /// Names of options that were declared and not given.
    left_out: Vec<Name>,
    extent: Extent,
}

/// A function of the language, with where it was made.
#[derive(Debug, Clone, Copy)]
pub struct Function {
    /// The module whose tree has its body.
    pub module: u32,
    /// The lambda.
    pub lambda: ExprId,
    /// The names around it.
    pub frame: FrameId,
    /// The library module that it is, if it is one: `vpc`.
    pub library: Option<Library>,
}

/// The name of a library module: one more than its [`Name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Library(NonZeroU32);

/// A function of the prelude that still wants arguments.
#[derive(Debug, Clone)]
pub struct Partial {
    /// The function.
    pub builtin: &'static Builtin,
    /// What it has.
    pub arguments: Vec<Value>,
    extent: Extent,
}

impl Written {
    pub(crate) fn new(expr: ExprId) -> Option<Self> {
        NonZeroU32::new(expr.0.wrapping_add(1)).map(Written)
    }

    pub(crate) fn expr(self) -> ExprId {
        ExprId(self.0.get() - 1)
    }
}

impl Library {
    /// The module of this name.
    pub fn new(name: Name) -> Option<Self> {
        NonZeroU32::new(name.0.wrapping_add(1)).map(Library)
    }

    /// Its name.
    pub fn name(self) -> Name {
        Name(self.0.get() - 1)
    }
}

impl Extent {
    /// How many lists and records may be inside of one another.
    pub const DEEPEST: u32 = 1000;

    /// Of something that has these values in it.
    fn around<'a>(values: impl Iterator<Item = &'a Value>) -> Self {
        let mut all = Extent { depth: 0, weight: 1 };
        for value in values {
            let one = value.extent();
            all.depth = all.depth.max(one.depth);
            all.weight = all.weight.saturating_add(one.weight);
        }
        Extent { depth: all.depth + 1, ..all }
    }
}

impl List {
    /// Of these items.
    pub fn new(items: Vec<Value>) -> Self {
        let extent = Extent::around(items.iter());
        List { items, extent }
    }
}

impl std::ops::Deref for List {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.items
    }
}

impl Partial {
    /// A function of the prelude and some of its arguments.
    pub fn new(builtin: &'static Builtin, arguments: Vec<Value>) -> Self {
        let extent = Extent::around(arguments.iter());
        Partial { builtin, arguments, extent }
    }
}

impl Value {
    /// A value made at a place.
    pub fn new(data: Data, span: Span) -> Self {
        Value { data, span, written: None }
    }

    /// A list made at a place.
    pub fn list(items: Vec<Value>, span: Span) -> Self {
        Value::new(Data::List(Rc::new(List::new(items))), span)
    }

    /// A record made at a place.
    pub fn record(record: Record, span: Span) -> Self {
        Value::new(Data::Record(Rc::new(record)), span)
    }

    /// What stands for something that was reported.
    pub fn error(span: Span) -> Self {
        Value::new(Data::Error, span)
    }

    /// Text made at a place.
    pub fn str(text: impl Into<Arc<str>>, span: Span) -> Self {
        Value::new(Data::Str(text.into()), span)
    }

    /// How far it reaches below itself.
    pub fn extent(&self) -> Extent {
        match &self.data {
            Data::List(list) => list.extent,
            Data::Record(record) => record.extent,
            Data::Partial(partial) => partial.extent,
            Data::Str(text) => Extent { depth: 0, weight: 1 + text_weight(text) },
            Data::Deferred(later) => Extent { depth: 0, weight: later_weight(later) },
            Data::Error | Data::Absent | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Cidr(_) | Data::Ip(_) => LEAF,
            Data::Size(_) | Data::Duration(_) | Data::Cpu(_) | Data::Percent(_) | Data::Money(_) | Data::Resource(_) => LEAF,
            Data::Function(_) | Data::Builtin(_) | Data::Kinds(_) | Data::Constructor(_) => LEAF,
            Data::Lookups | Data::Lookup(_) | Data::Library => LEAF,
        }
    }

    /// Whether it was reported already.
    pub fn is_error(&self) -> bool {
        matches!(self.data, Data::Error)
    }

    /// Whether it is an option that was not given.
    pub fn is_absent(&self) -> bool {
        matches!(self.data, Data::Absent)
    }

    /// What a message calls it: `text`, `a CIDR block`, `the resource ec2.Vpc/x`.
    pub fn describe(&self) -> String {
        match &self.data {
            Data::Error => "something that was reported",
            Data::Absent => "an option that was not given",
            Data::Bool(true) => "true",
            Data::Bool(false) => "false",
            Data::Int(value) => return format!("the number {value}"),
            Data::Float(value) => return format!("the number {value}"),
            Data::Str(text) if text.chars().count() <= 40 => return format!("the text {text:?}"),
            Data::Str(_) => "text",
            Data::Cidr(net) => return format!("the CIDR block {net}"),
            Data::Ip(ip) => return format!("the IP address {ip}"),
            Data::Size(bytes) => return format!("the size {}", size_text(*bytes)),
            Data::Duration(millis) => return format!("the duration {}", duration_text(*millis)),
            Data::Cpu(_) => "an amount of CPU",
            Data::Percent(percent) => return format!("{percent}%"),
            Data::Money(_) => "an amount of money",
            Data::List(_) => "a list",
            Data::Record(_) => "a record",
            Data::Function(_) | Data::Builtin(_) | Data::Partial(_) => "a function",
            Data::Kinds(_) => "a group of kinds",
            Data::Constructor(entry) => return format!("the constructor aws.{}", entry.schema.name),
            Data::Lookups => "the group of lookups",
            Data::Lookup(entry) => return format!("the lookup {}", entry.name),
            Data::Library => "the library",
            Data::Resource(_) => "a resource",
            Data::Deferred(deferred) if deferred.is_secret() => "a secret",
            Data::Deferred(_) => "a value that is known only later",
        }
        .to_string()
    }
}

impl Record {
    /// From fields in any order; of two with one name the later stays.
    pub fn from_fields(mut fields: Vec<(Name, Value)>) -> Self {
        if fields.windows(2).all(|pair| pair[0].0 < pair[1].0) {
            return Record::sorted_fields(fields);
        }
        // Stable, so that of equal names the later one comes last and is kept by the walk from behind.
        fields.sort_by_key(|(name, _)| *name);
        if fields.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            fields.reverse();
            fields.dedup_by_key(|(name, _)| *name);
            fields.reverse();
        }
        Record::sorted_fields(fields)
    }

    fn sorted_fields(fields: Vec<(Name, Value)>) -> Self {
        let extent = Extent::around(fields.iter().map(|(_, value)| value));
        Record { fields, left_out: Vec::new(), extent }
    }

    /// The same, where these names are options that may be left out: those that were can be asked for.
    pub fn with_options(self, options: impl Iterator<Item = Name>) -> Self {
        let left_out = options.filter(|name| self.get(*name).is_none()).collect();
        Record { left_out, ..self }
    }

    /// Whether this is an option that was left out.
    pub fn leaves_out(&self, name: Name) -> bool {
        self.left_out.contains(&name)
    }

    /// The value of a field.
    pub fn get(&self, name: Name) -> Option<&Value> {
        self.fields.binary_search_by_key(&name, |(name, _)| *name).ok().map(|index| &self.fields[index].1)
    }

    /// The fields, by interned name.
    pub fn iter(&self) -> impl Iterator<Item = &(Name, Value)> {
        self.fields.iter()
    }

    /// A field, by its place among the fields by interned name.
    pub fn at(&self, place: usize) -> &(Name, Value) {
        &self.fields[place]
    }

    /// The fields in the order of their text.
    pub fn sorted<'a>(&'a self, names: &Names) -> Vec<&'a (Name, Value)> {
        let mut fields: Vec<_> = self.fields.iter().collect();
        fields.sort_by(|a, b| names.text(a.0).cmp(names.text(b.0)));
        fields
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The fields of both, those of `other` where both have one: `self // other`.
    pub fn merge(&self, other: &Record) -> Record {
        let mut fields = Vec::with_capacity(self.fields.len() + other.fields.len());
        let (mut left, mut right) = (self.fields.iter().peekable(), other.fields.iter().peekable());
        loop {
            match (left.peek(), right.peek()) {
                (Some((a, _)), Some((b, _))) if a == b => {
                    left.next();
                }
                (Some((a, _)), Some((b, _))) if a < b => fields.extend(left.next().cloned()),
                (Some(_), None) => fields.extend(left.next().cloned()),
                (_, Some(_)) => fields.extend(right.next().cloned()),
                (None, None) => return Record::sorted_fields(fields),
            }
        }
    }
}

/// `512MiB`, in the largest unit that divides it.
pub fn size_text(bytes: u64) -> String {
    let units = [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")];
    match units.into_iter().find(|(shift, _)| bytes > 0 && bytes.is_multiple_of(1 << shift)) {
        Some((shift, unit)) => format!("{}{unit}", bytes >> shift),
        None => format!("{bytes}B"),
    }
}

/// `5min`, in the largest unit that divides it.
pub fn duration_text(millis: u64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s")];
    match units.into_iter().find(|(unit, _)| millis > 0 && millis.is_multiple_of(*unit)) {
        Some((unit, text)) => format!("{}{text}", millis / unit),
        None => format!("{millis}ms"),
    }
}

const LEAF: Extent = Extent { depth: 0, weight: 1 };

/// What text weighs beside the value that it is.
pub(crate) fn text_weight(text: &str) -> u32 {
    u32::try_from(text.len() / 8).unwrap_or(u32::MAX)
}

/// What a value weighs that is known only later.
pub(crate) fn later_weight(later: &Deferred) -> u32 {
    match later {
        Deferred::Text(parts) => parts.iter().fold(1, |weight: u32, part| {
            weight.saturating_add(match part {
                Part::Text(text) => 1 + text_weight(text),
                Part::Deferred(later) => later_weight(later),
                Part::Resource(_) => 1,
            })
        }),
        Deferred::Json(value) => graph_extent(value).weight,
        Deferred::Output { .. } | Deferred::Input { .. } | Deferred::Lookup { .. } => 1,
    }
}

/// How far a finished value reaches below itself.
pub(crate) fn graph_extent(value: &model::Value) -> Extent {
    let around = |values: &mut dyn Iterator<Item = &model::Value>| {
        let all = values.fold(Extent::default(), |all, value| {
            let one = graph_extent(value);
            Extent { depth: all.depth.max(one.depth), weight: all.weight.saturating_add(one.weight) }
        });
        Extent { depth: all.depth + 1, weight: all.weight.saturating_add(1) }
    };
    match &value.data {
        model::Data::List(items) => around(&mut items.iter()),
        model::Data::Record(fields) => around(&mut fields.values()),
        model::Data::Str(text) => Extent { depth: 0, weight: 1 + text_weight(text) },
        model::Data::Deferred(Deferred::Json(value)) => around(&mut std::iter::once(&**value)),
        model::Data::Deferred(Deferred::Text(parts)) => {
            let nested = parts.iter().filter_map(|part| match part {
                Part::Deferred(Deferred::Json(value)) => Some(&**value),
                Part::Deferred(_) | Part::Text(_) | Part::Resource(_) => None,
            });
            let inner = around(&mut nested.collect::<Vec<_>>().into_iter());
            Extent { weight: inner.weight.saturating_add(parts.len() as u32), ..inner }
        }
        _ => LEAF,
    }
}

/// A value of a lookup or an output that is known only later.
pub fn deferred(deferred: Deferred, span: Span) -> Value {
    Value::new(Data::Deferred(Rc::new(deferred)), span)
}

/// The type that a deferred value will have.
pub fn type_of(deferred: &Deferred) -> Type {
    match deferred {
        Deferred::Output { ty, .. } | Deferred::Lookup { ty, .. } => ty.clone(),
        Deferred::Input { .. } | Deferred::Text(_) | Deferred::Json(_) => Type::STR,
    }
}
