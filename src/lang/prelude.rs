//! The names that are in scope everywhere: `true`, `false`, `aws`, `std`, `lookup`, the functions of the prelude, and the modules
//! of the library.

use std::rc::Rc;

use crate::eval::builtins::BUILTINS;
use crate::eval::value::{Data, Partial};
use crate::library;

/// Whether a name is in scope everywhere.
pub fn is_global(name: &str) -> bool {
    value(name).is_some() || library::find(name).is_some()
}

/// What a name of the prelude stands for; library modules are not evaluated here.
pub fn value(name: &str) -> Option<Data> {
    Some(match name {
        "true" => Data::Bool(true),
        "false" => Data::Bool(false),
        "aws" => Data::Kinds(""),
        "std" => Data::Library,
        "lookup" => Data::Lookups,
        _ => {
            let builtin = BUILTINS.iter().find(|builtin| builtin.name == name)?;
            Data::Builtin(Rc::new(Partial { builtin, arguments: Vec::new() }))
        }
    })
}

/// All names that are in scope everywhere.
pub fn all_names() -> impl Iterator<Item = &'static str> {
    let fixed = ["true", "false", "aws", "std", "lookup"];
    fixed.into_iter().chain(BUILTINS.iter().map(|builtin| builtin.name)).chain(library::MODULES.iter().map(|module| module.name))
}
