//! Names as integers, shared by all trees of a run, so that every stage compares names without looking at text.

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};
use serde::{Deserialize, Serialize};

/// A name: an index into [`Names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Name(pub u32);

/// What stands for a name that is missing in a file, which was reported. A scope that has it may have any name, and no file can
/// write it.
pub const LOST_NAME: &str = "\u{1}";

/// The names of a run. Names are never forgotten.
#[derive(Debug, Clone, Default)]
pub struct Names {
    texts: Vec<Arc<str>>,
    /// Each name at the place of its text.
    index: HashTable<Name>,
    hasher: DefaultHashBuilder,
}

impl Names {
    /// Names with room for so many.
    pub fn with_capacity(count: usize) -> Self {
        Names { texts: Vec::with_capacity(count), index: HashTable::with_capacity(count), ..Names::default() }
    }

    /// The name of a text, new or known.
    pub fn intern(&mut self, text: &str) -> Name {
        let hash = self.hasher.hash_one(text);
        if let Some(name) = self.index.find(hash, |name| *self.texts[name.0 as usize] == *text) {
            return *name;
        }
        let name = Name(self.texts.len() as u32);
        self.texts.push(text.into());
        self.index.insert_unique(hash, name, |name| self.hasher.hash_one(&*self.texts[name.0 as usize]));
        name
    }

    /// The name of a text, if any tree has it.
    pub fn find(&self, text: &str) -> Option<Name> {
        self.index.find(self.hasher.hash_one(text), |name| *self.texts[name.0 as usize] == *text).copied()
    }

    /// The text of a name that these names gave.
    pub fn text(&self, name: Name) -> &str {
        &self.texts[name.0 as usize]
    }

    /// The text of a name, shared.
    pub fn shared(&self, name: Name) -> Arc<str> {
        self.texts[name.0 as usize].clone()
    }

    /// How many there are; every [`Name`] is below.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}
