//! The names that are in scope everywhere: `true`, `false`, `aws`, `std`, `lookup`, the functions of the prelude, and the modules
//! of the library.

use crate::eval::builtins::BUILTINS;
use crate::eval::value::Data;
use crate::library;
use crate::syntax::{Name, Names};

/// The names that stand for something fixed, before the functions and the modules.
const FIXED: [(&str, Data); 5] =
    [("true", Data::Bool(true)), ("false", Data::Bool(false)), ("aws", Data::Kinds("")), ("std", Data::Library), ("lookup", Data::Lookups)];

/// Names in which those of the prelude come first, so that [`is_global`] only compares numbers.
pub fn names() -> Names {
    /// How many names a file has with the modules of the library that it uses, if they are many.
    const USUAL: usize = 768;
    let mut names = Names::with_capacity(USUAL);
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
    Some(Data::Builtin(builtin))
}

/// The names that programs may use: without those that only the library's own modules do.
pub fn public_names() -> impl Iterator<Item = &'static str> {
    all_names().filter(|name| !name.contains('\''))
}

/// All names that are in scope everywhere.
pub fn all_names() -> impl Iterator<Item = &'static str> {
    let fixed = FIXED.into_iter().map(|(name, _)| name);
    fixed.chain(BUILTINS.iter().map(|builtin| builtin.name)).chain(library::MODULES.iter().map(|module| module.name))
}

/// What a name of the prelude is, for those who need no value of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Global {
    /// `true`, `false`
    Truth,
    /// `aws`
    Kinds,
    /// `std`
    Library,
    /// `lookup`
    Lookups,
    /// A function, by its number.
    Function(usize),
    /// A module of the library, by its number.
    Module(usize),
}

/// What a name of the prelude is.
pub fn global(name: Name) -> Option<Global> {
    let index = name.0 as usize;
    match FIXED.get(index) {
        Some((_, Data::Bool(_))) => Some(Global::Truth),
        Some((_, Data::Kinds(_))) => Some(Global::Kinds),
        Some((_, Data::Library)) => Some(Global::Library),
        Some((_, Data::Lookups)) => Some(Global::Lookups),
        Some(_) => None,
        None if index < FIXED.len() + BUILTINS.len() => Some(Global::Function(index - FIXED.len())),
        None => Some(Global::Module(index - FIXED.len() - BUILTINS.len())).filter(|_| is_global(name)),
    }
}

/// A function of the prelude as it is declared.
#[derive(Debug, Clone, Copy)]
pub struct Declaration {
    /// Its name.
    pub name: &'static str,
    /// How many arguments it takes.
    pub arity: usize,
    /// What it takes and gives.
    pub signature: &'static str,
}

/// The function of a number that [`global`] gave.
pub fn function(index: usize) -> Declaration {
    let builtin = &BUILTINS[index];
    Declaration { name: builtin.name, arity: builtin.arity, signature: builtin.signature }
}

/// The number of the module of a name.
pub fn module(name: &str) -> Option<usize> {
    library::MODULES.iter().position(|module| module.name == name)
}

/// The name of the module of a number.
pub fn module_name(index: usize) -> &'static str {
    library::MODULES[index].name
}

/// The names of all modules.
pub fn module_names() -> impl Iterator<Item = &'static str> {
    library::MODULES.iter().map(|module| module.name)
}
