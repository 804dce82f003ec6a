//! What users of a resource notice while it changes: data about kinds beyond their schemas.

/// What users of a resource notice while it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outage {
    /// Nothing.
    None,
    /// Its parts are replaced one after the other.
    Rolling,
    /// What is under way is finished, new work goes elsewhere.
    Drain,
    /// It is away for a while, or for ever.
    Hard,
}

impl Outage {
    /// As it is written: `rolling`.
    pub fn as_str(self) -> &'static str {
        match self {
            Outage::None => "none",
            Outage::Rolling => "rolling",
            Outage::Drain => "drain",
            Outage::Hard => "hard",
        }
    }
}

/// That an update of a field is noticed; of those that are in no such list it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noticed {
    /// Whose field: `ecs.Service`.
    pub kind: &'static str,
    /// Which: `taskDefinition`.
    pub field: &'static str,
    /// What is noticed.
    pub outage: Outage,
}
