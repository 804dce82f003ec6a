//! What the constructor of a kind takes, by interned name: made once in a run, when the kind is first used.

use wcalang_model::kind::{Entry, FieldSchema, Naming, Presence};
use wcalang_model::value::Type;

use crate::syntax::{Name, Names};

/// What a constructor takes.
#[derive(Debug)]
pub(crate) struct Takes {
    /// By name.
    all: Vec<(Name, Taken)>,
    /// The fields that must be given.
    pub required: Vec<&'static FieldSchema>,
}

/// Something that a constructor takes.
#[derive(Debug)]
pub(crate) enum Taken {
    /// A field of the kind, and its type.
    Field(&'static FieldSchema, Type),
    /// An option that every constructor takes.
    Option(Choice),
}

/// The options that every constructor takes beside its kind's fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// What it is called.
    Name,
    /// That it is not destroyed.
    Protect,
    /// That it is destroyed with what is in it.
    Purge,
    /// What it was called.
    Formerly,
    /// What it comes after.
    After,
}

impl Choice {
    /// All of them.
    pub(crate) const ALL: [Choice; 5] = [Choice::Name, Choice::Protect, Choice::Purge, Choice::Formerly, Choice::After];

    /// As it is written.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Choice::Name => "name",
            Choice::Protect => "protect",
            Choice::Purge => "purge",
            Choice::Formerly => "formerly",
            Choice::After => "after",
        }
    }
}

/// The fields of a kind that its constructor takes: all but the one that its name becomes.
pub(crate) fn fields(entry: &Entry) -> impl Iterator<Item = &'static FieldSchema> {
    let chosen = match entry.schema.naming {
        Naming::Field { field, .. } => Some(field),
        Naming::None | Naming::Tag => None,
    };
    entry.schema.inputs.fields.iter().filter(move |field| Some(field.name) != chosen)
}

impl Takes {
    /// What the constructor of a kind takes.
    pub(crate) fn of(entry: &Entry, names: &mut Names) -> Self {
        // A kind may have a field of its own that is called like an option, but for its name.
        let is_option = |choice: &Choice| *choice == Choice::Name || entry.schema.inputs.field(choice.text()).is_none();
        let options = Choice::ALL.into_iter().filter(is_option).map(|choice| (choice.text(), Taken::Option(choice)));
        let fields_of_kind = fields(entry).filter(|field| field.name != Choice::Name.text());
        let fields_of_kind = fields_of_kind.map(|field| (field.name, Taken::Field(field, field.ty.to_type())));
        let mut all: Vec<_> = options.chain(fields_of_kind).map(|(name, taken)| (names.intern(name), taken)).collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        Takes { all, required: fields(entry).filter(|field| matches!(field.presence, Presence::Required)).collect() }
    }

    /// What a name stands for.
    pub(crate) fn get(&self, name: Name) -> Option<&Taken> {
        self.all.binary_search_by_key(&name, |(name, _)| *name).ok().map(|at| &self.all[at].1)
    }
}
