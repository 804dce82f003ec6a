//! A kind's declaration as data: what the checker, the manual, completion, the planner and the runtime all read.

use std::sync::Arc;

use crate::kind::FieldProblems;
use crate::value::{Datum, Fields, RecordType, Type, TypeField};

/// A kind.
#[derive(Debug)]
pub struct KindSchema {
    /// `ec2.Vpc`; in the language `aws.ec2.Vpc`.
    pub name: &'static str,
    /// Its fields; the documentation of the kind is the record's.
    pub inputs: &'static RecordSchema,
    /// What it gives back.
    pub outputs: &'static RecordSchema,
    /// How its AWS name comes from its name.
    pub naming: Naming,
    /// How a lost create is settled.
    pub create: CreateClass,
    /// IAM actions that its calls need.
    pub actions: &'static [&'static str],
    /// Kinds of which every resource in the stack is created before, and deleted after, one of this kind, though no field says so.
    pub after: &'static [&'static str],
    /// Whether it holds data: it is replaced or deleted only with leave.
    pub stateful: bool,
    /// Whether `ready` must be asked before dependents may use it.
    pub waits: bool,
    /// Changes that reach what runs in it only when that is replaced, little by little: a step of its own.
    pub rolls: &'static [Rolls],
    /// Whether one call reads many of them (false: one call each, or more).
    pub batched: bool,
    /// Of how many at least a survey begins with fewer calls that may lag behind changes; None: it never does.
    pub glanced: Option<usize>,
    /// Whose addresses its own are a part of.
    pub within: Option<Within>,
    /// Cross-field rules, if it has any.
    pub rules: Option<Rules>,
    /// Outputs that follow from the inputs alone, such as an ARN made of the name.
    pub foresee: fn(&Fields, &crate::kind::Place) -> Fields,
}

/// Cross-field rules of a kind, on fields of which any may be [`Datum::Unknown`] or absent.
pub type Rules = fn(&Fields, &mut FieldProblems);

/// A change that reaches what runs in a resource only when that is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rolls {
    /// Any change of the field.
    Any(&'static str),
    /// That something leaves the field, such as a list.
    Less(&'static str),
}

impl Rolls {
    /// The field.
    pub fn field(&self) -> &'static str {
        match self {
            Rolls::Any(field) | Rolls::Less(field) => field,
        }
    }

    /// Whether the change of a field from what is to what will be, parts of it perhaps unknown, is one.
    pub fn by(&self, field: &str, old: Option<&Datum>, new: Option<&Datum>) -> bool {
        let moves = match (self, old, new) {
            (Rolls::Any(_), _, _) => true,
            (Rolls::Less(_), Some(Datum::List(old)), Some(Datum::List(new))) => old.iter().any(|item| !new.contains(item)),
            (Rolls::Less(_), old, new) => old.is_some() && old != new,
        };
        moves && self.field() == field
    }
}

/// A block of addresses that is a part of another resource's, apart from all other such parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within {
    /// The field with the block.
    pub block: &'static str,
    /// The field with the resource that it is a part of.
    pub whole: &'static str,
    /// That resource's field with its block.
    pub block_of_whole: &'static str,
}

/// How a kind's AWS name comes from the name it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// AWS gives it no name of ours.
    None,
    /// A `Name` tag.
    Tag,
    /// A field of this name, unique in its scope, chosen at create and never changed.
    Field {
        /// The input that holds it.
        field: &'static str,
        /// The most characters.
        max: u32,
        /// Whether only lower-case letters are allowed.
        lower: bool,
    },
}

/// How a create whose answer was lost is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreateClass {
    /// The call takes a client token: the same call with the same token gives the same resource.
    Token,
    /// It has a unique natural key: described by it, accepted only with our tag or parent.
    Natural,
    /// Only a tag written by the create finds it.
    Tagged,
    /// The call may simply be repeated.
    Upsert,
    /// A repeated call makes another one, which does no harm.
    Harmless,
}

/// A record: a kind's inputs or outputs, or a nested record.
#[derive(Debug)]
pub struct RecordSchema {
    /// The name of the struct.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Its fields, in the order declared.
    pub fields: &'static [FieldSchema],
}

/// A field of a record.
#[derive(Debug)]
pub struct FieldSchema {
    /// Its name in the language.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// Its type.
    pub ty: FieldType,
    /// Whether it must be given.
    pub presence: Presence,
    /// A change needs a new resource.
    pub replace: bool,
    /// AWS chooses a value where none is given.
    pub computed: bool,
    /// Cannot be read back.
    pub write_only: bool,
    /// Set when the resource is created and never compared again.
    pub create_only: bool,
    /// A reference whose target only works for others once this resource stands as well: they wait for it (a role's policy).
    pub completes: bool,
    /// A reference that needs its target's identity only, not its readiness.
    pub early: bool,
    /// Output: this is the identity.
    pub identity: bool,
    /// Output: never changes while the resource lives.
    pub stable: bool,
}

/// Whether a field must be given.
#[derive(Debug, Clone, Copy)]
pub enum Presence {
    /// It must.
    Required,
    /// It may be absent, which means something of its own.
    Optional,
    /// Absent means this.
    Default(fn() -> Datum),
}

/// A field's type, as its Rust type declares it.
#[derive(Debug, Clone, Copy)]
pub enum FieldType {
    /// true or false
    Bool,
    /// A whole number within bounds.
    Int(i64, i64),
    /// A number.
    Float,
    /// Text, see [`Type::Str`].
    Str {
        /// The fewest characters.
        min: u32,
        /// The most characters.
        max: u32,
        /// Which characters; empty for any.
        alphabet: &'static str,
    },
    /// An address block, IPv4 or IPv6.
    Cidr,
    /// Bytes.
    Size,
    /// Milliseconds.
    Duration,
    /// Thousandths of a vCPU.
    Cpu,
    /// Per cent.
    Percent,
    /// Text that begins with `arn:`.
    Arn,
    /// JSON, compared as such.
    Json,
    /// A policy document of IAM.
    Policy,
    /// Tags: a map of text; keys that begin with `aws:` are AWS's.
    Tags,
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// A reference to a resource of one of these kinds.
    Ref(&'static [&'static str]),
    /// An ordered list.
    List(&'static FieldType),
    /// A list without order.
    Set(&'static FieldType),
    /// A map from text.
    Map(&'static FieldType),
    /// A nested record.
    Record(&'static RecordSchema),
    /// Text that may be secret, never recorded or shown.
    Secret,
}

impl RecordSchema {
    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<&'static FieldSchema> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// As a type of the language.
    pub fn to_type(&self) -> RecordType {
        let fields = self.fields.iter().map(|field| TypeField {
            name: field.name.into(),
            ty: field.ty.to_type(),
            optional: !matches!(field.presence, Presence::Required),
        });
        RecordType { fields: fields.collect(), open: false }
    }
}

impl FieldType {
    /// As a type of the language.
    pub fn to_type(&self) -> Type {
        match *self {
            FieldType::Bool => Type::Bool,
            FieldType::Int(min, max) => Type::Int(min, max),
            FieldType::Float => Type::Float,
            FieldType::Str { min, max, alphabet } => Type::Str { min, max, alphabet },
            FieldType::Cidr => Type::Cidr,
            FieldType::Size => Type::Size,
            FieldType::Duration => Type::Duration,
            FieldType::Cpu => Type::Cpu,
            FieldType::Percent => Type::Percent,
            FieldType::Arn => Type::Arn,
            FieldType::Json | FieldType::Policy => Type::Json,
            FieldType::Tags => Type::Map(Arc::new(Type::STR)),
            FieldType::Choice(texts) => Type::OneOf(texts.iter().map(|&text| text.into()).collect()),
            FieldType::Ref(kinds) => Type::Handle(kinds.iter().map(|&kind| kind.into()).collect()),
            FieldType::List(item) | FieldType::Set(item) => Type::List(Arc::new(item.to_type())),
            FieldType::Map(item) => Type::Map(Arc::new(item.to_type())),
            FieldType::Record(record) => Type::Record(Arc::new(record.to_type())),
            FieldType::Secret => Type::Secret(Arc::new(Type::Json)),
        }
    }
}

impl KindSchema {
    /// Its service and what that calls it: `ec2` and `Vpc`.
    pub fn parts(&self) -> (&'static str, &'static str) {
        self.name.split_once('.').unwrap_or((self.name, ""))
    }

    /// The output that is the identity.
    pub fn identity(&self) -> &'static str {
        self.outputs.fields.iter().find(|field| field.identity).map_or("id", |field| field.name)
    }
}
