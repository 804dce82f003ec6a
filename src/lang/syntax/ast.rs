//! The tree: expressions in one vector, named by [`ExprId`], never annotated; what later stages learn goes into side tables.
//!
//! What the parser has already done: nested paths (`a.b = 1;`) are nested records, merged as Nix merges them; strings are free
//! of escapes and indentation; parentheses are gone (the span of what they held includes them); `inherit` is an ordinary
//! binding with an [`Origin`]. What could not be read is a [`Expr::Hole`], of any type, and has been reported.

use std::ops::Index;
use std::sync::Arc;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use wcalang_model::source::{FileId, Span};
use wcalang_model::value::Type;

use crate::Name;

/// An expression of a tree: an index into it. Children have smaller ids than their parents, except where records were merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ExprId(pub u32);

/// All expressions of one file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// The file.
    #[serde(skip)]
    pub file: FileId,
    /// The expressions, by [`ExprId`].
    pub exprs: Vec<Expr>,
    /// Where they were written, by [`ExprId`].
    #[serde(skip)]
    pub(crate) places: Vec<Place>,
}

/// Where an expression was written in the file of its tree: its first byte, and the one after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub start: u32,
    pub end: u32,
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Place { start: span.start, end: span.end }
    }
}

impl Tree {
    /// Where an expression was written; parentheses around it included.
    pub fn span(&self, id: ExprId) -> Span {
        let Place { start, end } = self.places[id.0 as usize];
        Span { file: self.file, start, end }
    }

    /// How many expressions there are; every [`ExprId`] is below.
    pub fn len(&self) -> usize {
        self.exprs.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.exprs.is_empty()
    }
}

impl Index<ExprId> for Tree {
    type Output = Expr;

    fn index(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }
}

/// An expression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Expr {
    /// `42`, `"text"`, `10.0.0.0/16`
    Literal(Literal),
    /// `"svc-${name}"`; at least one part is an expression
    Interpolated(Box<[Part]>),
    /// `x`; `true` and `false` are names of the prelude
    Variable(Name),
    /// `e.a.b or d`; the default stands for the whole path
    Select {
        /// What is selected from.
        base: ExprId,
        /// At least one step.
        path: Box<[Attr]>,
        /// What stands for it if a step of the path is absent.
        default: Option<ExprId>,
    },
    /// `e ? a.b`
    HasAttr {
        /// What is asked.
        base: ExprId,
        /// At least one step.
        path: Box<[Attr]>,
    },
    /// `f x`
    Apply {
        /// The function.
        function: ExprId,
        /// Its argument.
        argument: ExprId,
    },
    /// `x |> f`
    Pipe {
        /// The argument.
        argument: ExprId,
        /// The function.
        function: ExprId,
    },
    /// `x: e`, `{ a, b ? 1, ... }@args: e`
    Lambda {
        /// What it takes.
        param: Param,
        /// What it gives.
        body: ExprId,
    },
    /// `let a = 1; in e`
    LetIn {
        /// The definitions, in the order of the text; they see one another.
        bindings: Box<[Binding]>,
        /// The result.
        body: ExprId,
    },
    /// `{ a = 1; }`, `rec { a = 1; b = a; }`
    Record {
        /// Whether the fields see one another.
        recursive: bool,
        /// The fields, in the order of the text.
        bindings: Box<[Binding]>,
    },
    /// `[ a b ]`
    List(Box<[ExprId]>),
    /// `if c then a else b`
    If {
        /// The condition.
        condition: ExprId,
        /// The value if it holds.
        then: ExprId,
        /// The value if it does not.
        otherwise: ExprId,
    },
    /// `assert c; e`
    Assert {
        /// What must hold.
        condition: ExprId,
        /// The result.
        body: ExprId,
    },
    /// `with e; b`
    With {
        /// Whose fields are in scope.
        scope: ExprId,
        /// The result.
        body: ExprId,
    },
    /// `!e`, `-e`; a negative literal is a literal
    Unary {
        /// Which.
        op: UnaryOp,
        /// Of what.
        operand: ExprId,
    },
    /// `a + b`
    Binary {
        /// Which.
        op: BinaryOp,
        /// The left operand.
        left: ExprId,
        /// The right operand.
        right: ExprId,
        /// Where the operator stands.
        op_span: Span,
    },
    /// Something that could not be read; reported already.
    Hole,
}

/// A literal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Literal {
    /// `42`
    Int(i64),
    /// `0.5`
    Float(f64),
    /// `"text"`, without escapes and indentation
    Str(Arc<str>),
    /// `10.0.0.0/16`
    Cidr(IpNet),
    /// `10.0.1.5`
    Ip(IpAddr),
    /// `512MiB`, in bytes
    Size(u64),
    /// `30s`, in milliseconds
    Duration(u64),
    /// `250usd`, in cents
    Money(i64),
    /// `60%`: 60
    Percent(f64),
    /// `0.25vcpu`, in thousandths
    Cpu(u64),
}

/// A part of a text with `${…}` in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Part {
    /// Text as it is.
    Text(Arc<str>),
    /// `${e}`
    Expr(ExprId),
}

/// A step of a path, or the key of a binding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attr {
    /// What it says.
    pub key: Key,
    /// Where.
    pub span: Span,
}

/// What a step of a path says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Key {
    /// `a`, `"a"`
    Name(Name),
    /// `"${e}-a"`, `${e}`: a text
    Dynamic(ExprId),
}

/// A definition in a record or a `let`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Binding {
    /// What is defined. A name in a `let`.
    pub attr: Attr,
    /// By what.
    pub value: ExprId,
    /// In which form it was written.
    pub origin: Origin,
    /// What stands before it, if anything does.
    pub before: Option<Box<Before>>,
}

/// What stands before a definition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Before {
    /// `name : T;`
    pub annotation: Option<Annotation>,
    /// The text of the `/** … */`; none in a tree that was packed.
    #[serde(skip)]
    pub doc: Option<Arc<str>>,
}

impl Binding {
    /// `name : T;` before it.
    pub fn annotation(&self) -> Option<&Annotation> {
        self.before.as_ref()?.annotation.as_ref()
    }

    /// The text of the `/** … */` before it; none in a tree that was packed.
    pub fn doc(&self) -> Option<&str> {
        self.before.as_ref()?.doc.as_deref()
    }
}

/// In which form a binding was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// `a = e;`
    Written,
    /// `a.b = e;`: the value is the record that the path implies
    Path,
    /// `inherit a;`: the value is a [`Expr::Variable`] that is resolved *outside* of the record or `let`
    Inherit,
    /// `inherit (e) a;`: the value is a [`Expr::Select`] of one step; all names of one `inherit` share the id of `e`
    InheritFrom,
}

/// What a function takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Param {
    /// `x:`
    Name {
        /// The name.
        name: Name,
        /// Where.
        span: Span,
    },
    /// `{ a, b ? 1, ... }@args:`
    Formals(Box<Formals>),
}

/// A record taken apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Formals {
    /// The fields, in the order of the text.
    pub fields: Vec<Formal>,
    /// Where `...` stands: other fields are allowed.
    pub ellipsis: Option<Span>,
    /// The name of the whole record and where it stands.
    pub at: Option<(Name, Span)>,
    /// From `{` to `}`.
    pub span: Span,
}

/// A field that a function takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Formal {
    /// Its name.
    pub name: Name,
    /// Where the name stands.
    pub name_span: Span,
    /// `name : T`
    pub annotation: Option<Box<Annotation>>,
    /// `name ? e`; the default sees the other fields
    pub default: Option<ExprId>,
    /// `name ? : T`: may be absent, without a default
    pub optional: bool,
    /// The text of the `/** … */` before it; none in a tree that was packed.
    #[serde(skip)]
    pub doc: Option<Arc<str>>,
}

/// A type as it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Annotation {
    /// What it says.
    pub shape: Shape,
    /// Where.
    pub span: Span,
}

/// The forms of annotations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Shape {
    /// `Int`
    Scalar(Scalar),
    /// `Vpc`, `ec2.Vpc`, and any other name: one or two steps
    Named(Box<[Name]>),
    /// `"a" | "b"`
    OneOf(Box<[Arc<str>]>),
    /// `[T]`
    List(Box<Annotation>),
    /// `{ a : T, b ? : T, ... }`
    Record {
        /// The fields, in the order of the text.
        fields: Box<[AnnotationField]>,
        /// Whether others are allowed.
        open: bool,
    },
    /// `Map T`
    Map(Box<Annotation>),
    /// `T -> T`
    Function(Box<Annotation>, Box<Annotation>),
    /// `Secret T`, a mark of an input
    Secret(Box<Annotation>),
    /// Something that could not be read; reported already.
    Hole,
}

/// A field of a record annotation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnnotationField {
    /// Its name.
    pub name: Name,
    /// Where the name stands.
    pub name_span: Span,
    /// `name ? : T`
    pub optional: bool,
    /// Its type.
    pub annotation: Annotation,
}

macro_rules! words {
    ($(#[$docs:meta])* $enum:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $enum { $($(#[$doc])* $variant,)* }

        impl $enum {
            /// All of them.
            pub const ALL: &[$enum] = &[$($enum::$variant),*];

            /// As it is written.
            pub fn text(self) -> &'static str {
                match self { $($enum::$variant => $text,)* }
            }

            /// The one that is written so.
            pub fn find(text: &str) -> Option<$enum> {
                Self::ALL.iter().copied().find(|one| one.text() == text)
            }
        }
    };
}

words! {
    /// The scalar types of annotations.
    Scalar {
        /// true or false
        Bool = "Bool",
        /// A whole number.
        Int = "Int",
        /// A number.
        Float = "Float",
        /// Text.
        Str = "Str",
        /// `10.0.0.0/16`
        Cidr = "Cidr",
        /// `10.0.1.5`
        Ip = "Ip",
        /// A whole number up to 65535.
        Port = "Port",
        /// `512MiB`
        Size = "Size",
        /// `30s`
        Duration = "Duration",
        /// `0.25vcpu`
        Cpu = "Cpu",
        /// `60%`
        Percent = "Percent",
        /// `250usd`
        Money = "Money",
        /// Text that begins with `arn:`.
        Arn = "Arn",
        /// Anything that JSON can say.
        Json = "Json",
        /// Anything.
        Any = "Any",
    }
}

words! {
    /// Operators before their operand.
    UnaryOp {
        /// Logical negation.
        Not = "!",
        /// Arithmetic negation.
        Negate = "-",
    }
}

words! {
    /// Operators between two operands, `|>` and `?` excepted.
    BinaryOp {
        /// Implication.
        Implies = "->",
        /// Disjunction; the right operand counts only if the left one is false.
        Or = "||",
        /// Conjunction.
        And = "&&",
        /// Equality.
        Equal = "==",
        /// Inequality.
        NotEqual = "!=",
        /// Less.
        Less = "<",
        /// Less or equal.
        LessEqual = "<=",
        /// Greater.
        Greater = ">",
        /// Greater or equal.
        GreaterEqual = ">=",
        /// The fields of both, the right ones winning; shallow.
        Merge = "//",
        /// Sum, or text joined.
        Add = "+",
        /// Difference.
        Subtract = "-",
        /// Product.
        Multiply = "*",
        /// Quotient.
        Divide = "/",
        /// Lists joined.
        Concat = "++",
    }
}

impl Scalar {
    /// The type that it names.
    pub fn to_type(self) -> Type {
        match self {
            Scalar::Bool => Type::Bool,
            Scalar::Int => Type::INT,
            Scalar::Float => Type::Float,
            Scalar::Str => Type::STR,
            Scalar::Cidr => Type::Cidr,
            Scalar::Ip => Type::Ip,
            Scalar::Port => Type::PORT,
            Scalar::Size => Type::Size,
            Scalar::Duration => Type::Duration,
            Scalar::Cpu => Type::Cpu,
            Scalar::Percent => Type::Percent,
            Scalar::Money => Type::Money,
            Scalar::Arn => Type::Arn,
            Scalar::Json => Type::Json,
            Scalar::Any => Type::Any,
        }
    }
}
