//! What a value is for, in words.

use std::fmt;

/// What a value is checked for, put into words only where a message needs them.
#[derive(Debug, Clone, Copy)]
pub enum What<'a> {
    /// In words.
    Is(&'a str),
    /// A name: `vpc`
    Named(&'a str),
    /// A kind: aws.ec2.Vpc
    Kind(&'a str),
    /// A lookup: lookup.certificate
    Lookup(&'a str),
    /// A field: `cidr` of aws.ec2.Vpc
    Field(&'a str, &'a What<'a>),
    /// An option of a library module or function.
    Option(&'a str, &'a What<'a>),
    /// A statement of a policy.
    Statement(&'a What<'a>),
}

impl fmt::Display for What<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Is(words) => f.write_str(words),
            What::Named(name) => write!(f, "`{name}`"),
            What::Kind(kind) => write!(f, "aws.{kind}"),
            What::Lookup(lookup) => write!(f, "lookup.{lookup}"),
            What::Field(name, of) => write!(f, "`{name}` of {of}"),
            What::Option(name, of) => write!(f, "option `{name}` of {of}"),
            What::Statement(of) => write!(f, "a statement in {of}"),
        }
    }
}
