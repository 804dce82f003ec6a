//! What a value is for, in words.

use std::fmt;

/// What a value is checked for, put into words only where a message needs them.
#[derive(Debug, Clone, Copy)]
pub enum What<'a> {
    /// In words.
    Is(&'a str),
    /// A field: `cidr` of aws.ec2.Vpc
    Field(&'a str, &'a What<'a>),
    /// An option of a library module or function.
    Option(&'a str, &'a str),
}

impl fmt::Display for What<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Is(words) => f.write_str(words),
            What::Field(name, of) => write!(f, "`{name}` of {of}"),
            What::Option(name, of) => write!(f, "option `{name}` of {of}"),
        }
    }
}
