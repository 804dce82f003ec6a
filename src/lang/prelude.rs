//! The names that are in scope everywhere: `true`, `false`, `aws`, `std`, `lookup`, the functions of the prelude, and the modules
//! of the library.

use std::rc::Rc;

use crate::eval::builtins::BUILTINS;
use crate::eval::value::{Data, Partial};
use crate::library;
use crate::syntax::{Name, Names};

/// The names that stand for something fixed, before the functions and the modules.
const FIXED: [(&str, Data); 5] =
    [("true", Data::Bool(true)), ("false", Data::Bool(false)), ("aws", Data::Kinds("")), ("std", Data::Library), ("lookup", Data::Lookups)];

/// Names in which those of the prelude come first, so that [`is_global`] only compares numbers.
pub fn names() -> Names {
    let mut names = Names::default();
    for name in all_names() {
        names.intern(name);
    }
    names
}

/// Whether a name of [`names`] is in scope everywhere.
pub fn is_global(name: Name) -> bool {
    (name.0 as usize) < FIXED.len() + BUILTINS.len() + library::MODULES.len()
}

/// What a name of the prelude stands for; library modules are not evaluated here.
pub fn value(name: Name) -> Option<Data> {
    let index = name.0 as usize;
    if let Some((_, data)) = FIXED.get(index) {
        return Some(data.clone());
    }
    let builtin = BUILTINS.get(index - FIXED.len())?;
    Some(Data::Builtin(Rc::new(Partial { builtin, arguments: Vec::new() })))
}

/// All names that are in scope everywhere.
pub fn all_names() -> impl Iterator<Item = &'static str> {
    let fixed = FIXED.into_iter().map(|(name, _)| name);
    fixed.chain(BUILTINS.iter().map(|builtin| builtin.name)).chain(library::MODULES.iter().map(|module| module.name))
}
