//! What a plan is, as plain data: changes for people, steps for the run. Nothing here decides anything.

use std::collections::BTreeSet;

use wcalang_model::diag::Problems;
pub use wcalang_model::kind::Outage;
use wcalang_model::source::Span;
use wcalang_model::value::{Address, Datum};

/// What will be done, and why.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// What happens to each resource, by address, also those of which nothing changes.
    pub changes: Vec<Change>,
    /// The same as single steps, each after all that it needs.
    pub steps: Vec<Step>,
    /// Records that move to another address (`formerly = "…"`): from, to.
    pub moves: Vec<(Address, Address)>,
    /// What the outputs of the stack become, where they change.
    pub outputs: Vec<OutputChange>,
    /// The secret inputs that something to be made needs, and that were not given.
    pub missing: BTreeSet<String>,
    /// What is worth knowing.
    pub notices: Vec<Notice>,
    /// What must be mended first: nothing is applied while there is an error.
    pub problems: Problems,
    /// What is refused for lack of leave (exit code 3).
    pub refusals: Problems,
}

impl Plan {
    /// Whether nothing would change: every step only brings records up to date.
    pub fn is_empty(&self) -> bool {
        self.moves.is_empty() && self.outputs.is_empty() && self.changes.iter().all(|change| change.action == Action::Nothing)
    }

    /// Whether it may be applied.
    pub fn is_sound(&self) -> bool {
        !self.problems.has_errors() && self.refusals.is_empty()
    }

    /// What was changed behind our back and is set back: where, and which fields; none where the whole resource is gone.
    pub fn set_back(&self) -> Vec<(&Change, Vec<&FieldChange>)> {
        let changes = self.changes.iter().filter_map(|change| {
            let fields: Vec<&FieldChange> = change.fields.iter().filter(|field| field.drift).collect();
            (change.reason == Reason::Vanished || !fields.is_empty()).then_some((change, fields))
        });
        changes.collect()
    }

    /// Whether a change has a step that does this.
    pub fn does(&self, change: &Change, act: Act) -> bool {
        self.steps.iter().any(|step| step.act == act && self.changes[step.change].address == change.address)
    }

    /// The change of an address.
    pub fn change(&self, address: &Address) -> Option<&Change> {
        let index = self.changes.binary_search_by(|change| change.address.cmp(address)).ok()?;
        self.changes.get(index)
    }

    /// How many changes have an action.
    pub fn count(&self, wanted: impl Fn(Action) -> bool) -> usize {
        self.changes.iter().filter(|change| wanted(change.action)).count()
    }

    /// Seconds that the longest chain of steps is expected to take.
    pub fn critical_path(&self) -> u32 {
        self.steps.iter().map(|step| step.path).max().unwrap_or(0)
    }
}

/// What happens to a resource. Closed: every reader must say what each of them means to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// Another one takes its place.
    Replace {
        /// Whether the new one stands before the old one goes.
        create_first: bool,
    },
    /// It goes.
    Delete,
    /// It exists and becomes ours.
    Adopt,
    /// It is struck from the records and stays.
    Forget,
    /// A new version of it is deployed.
    Deploy,
    /// It runs once.
    Run,
    /// It is as wanted.
    Nothing,
}

impl Action {
    /// The mark in front of a line: `+`, `~`, `±`, `∓`, `-`, `<`, `x`, `>`, `!` or a blank.
    pub fn glyph(self) -> &'static str {
        match self {
            Action::Create => "+",
            Action::Update => "~",
            Action::Replace { create_first: true } => "±",
            Action::Replace { create_first: false } => "∓",
            Action::Delete => "-",
            Action::Adopt => "<",
            Action::Forget => "x",
            Action::Deploy => ">",
            Action::Run => "!",
            Action::Nothing => " ",
        }
    }

    /// The verb: `create`.
    pub fn verb(self) -> &'static str {
        match self {
            Action::Create => "create",
            Action::Update => "update",
            Action::Replace { .. } => "replace",
            Action::Delete => "delete",
            Action::Adopt => "adopt",
            Action::Forget => "forget",
            Action::Deploy => "deploy",
            Action::Run => "run",
            Action::Nothing => "nothing",
        }
    }
}

/// What happens to one resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Which.
    pub address: Address,
    /// What.
    pub action: Action,
    /// The fields that differ; on a create all that are given.
    pub fields: Vec<FieldChange>,
    /// Why.
    pub reason: Reason,
    /// What users of the resource notice.
    pub outage: Outage,
    /// Seconds that it is expected to take.
    pub expected: u32,
    /// Its AWS name, for kinds that have one: the one that stands, or the one that the next generation gets.
    pub name: Option<String>,
    /// The call that asks for it; none for what the file no longer has.
    pub span: Option<Span>,
    /// The changes that come before it, as indices into [`Plan::changes`], those of action `Nothing` left out.
    pub needs: Vec<usize>,
}

/// Why a resource changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It is as wanted.
    None,
    /// The file has it, the records do not.
    New,
    /// The file asks for other fields.
    Asked,
    /// It was changed behind our back; the file asks for nothing new.
    Drift,
    /// It is recorded, and gone from the cloud.
    Vanished,
    /// An earlier run was interrupted before it was finished.
    Unfinished,
    /// What runs in it is not as it should be, such as `2 of 3 machines`.
    Behind(String),
    /// It is replaced because `--replace` says so.
    Forced,
    /// It is replaced because it refers to one that is.
    Follows(Address),
    /// The file no longer has it.
    Removed,
    /// The whole stack is destroyed.
    Destroyed,
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// Its name in the language.
    pub field: String,
    /// What is; none where there is nothing.
    pub old: Option<Datum>,
    /// What will be, parts of it perhaps [`Datum::Unknown`]; none where it goes.
    pub new: Option<Datum>,
    /// Whether it needs a new resource.
    pub replaces: bool,
    /// Whether the file and the records agree, and only the cloud differs.
    pub drift: bool,
    /// Whether it holds a secret: neither side is shown.
    pub sensitive: bool,
    /// Whether the file gives it: not, where a default or an earlier version of the file asks for it.
    pub declared: bool,
    /// The expression that asks for it; none where the file says nothing of it.
    pub span: Option<Span>,
}

/// An output of the stack that changes.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputChange {
    /// Its name.
    pub name: String,
    /// What is recorded.
    pub old: Option<Datum>,
    /// What it becomes, perhaps [`Datum::Unknown`].
    pub new: Option<Datum>,
}

/// One step of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The change it belongs to, an index into [`Plan::changes`].
    pub change: usize,
    /// What it does.
    pub act: Act,
    /// The steps that it waits for, as indices into [`Plan::steps`].
    pub needs: Vec<Need>,
    /// Seconds expected from its start to the end of all that waits for it: the longer, the sooner it starts.
    pub path: u32,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Makes the resource, or the next generation of it.
    Create,
    /// Changes it in place, or finishes what an interrupted create began.
    Update,
    /// Replaces what runs in it and is not as it should be, little by little, and follows that to its end.
    Roll,
    /// Deletes it.
    Delete,
    /// Deletes older generations of it that still exist.
    DeleteDeposed,
    /// Strikes it from the records.
    Forget,
    /// Brings its record up to date; no call is made.
    Record,
}

impl Act {
    /// As documents for programs name it.
    pub fn verb(self) -> &'static str {
        match self {
            Act::Create => "create",
            Act::Update => "update",
            Act::Roll => "roll",
            Act::Delete => "delete",
            Act::DeleteDeposed => "delete-deposed",
            Act::Forget => "forget",
            Act::Record => "record",
        }
    }
}

/// That a step waits for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// Which step.
    pub step: usize,
    /// Whether its resource must be ready, not just identified and written.
    pub ready: bool,
}

/// Something worth knowing that changes nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// Another resource of the stack owns this field.
    NotOurs {
        /// Whose field.
        address: Address,
        /// Which.
        field: String,
        /// Who owns it.
        owner: Address,
        /// What it is now.
        live: Option<Datum>,
        /// What the owner may make of it.
        bounds: Option<Bounds>,
        /// Whether it is within them.
        inside: bool,
    },
    /// A field that the file does not give is not what it was when it was last looked at. An apply leaves it as it is.
    Undeclared {
        /// Whose field.
        address: Address,
        /// Which.
        field: String,
        /// What it was.
        seen: Option<Datum>,
        /// What it is now.
        live: Option<Datum>,
    },
    /// Without the digest key nobody can tell whether this secret changed; it is left as it is.
    SecretUncertain {
        /// Whose field.
        address: Address,
        /// Which.
        field: String,
    },
    /// The field was used when the resource was made; the file says something else now, which has no effect.
    CreateOnly {
        /// Whose field.
        address: Address,
        /// Which.
        field: String,
        /// Where.
        span: Option<Span>,
    },
    /// The file protects it, and the record does not yet, or the other way round. Nothing of it changes; an apply records it.
    Protection {
        /// Which resource.
        address: Address,
        /// Whether it is protected from then on.
        protected: bool,
    },
    /// A create whose answer was lost has not been found in the cloud so far; the next apply settles it.
    Unsettled {
        /// Which resource.
        address: Address,
    },
}

/// What an owner may make of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Bounds {
    /// The least and the most.
    Between(Datum, Datum),
    /// What the file says, with any of these in the place of another.
    Among(BTreeSet<Address>),
}
