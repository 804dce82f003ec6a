//! Who owns a field of whom: data about kinds beyond their schemas. Which resources of a stack that concerns is found elsewhere.

/// A rule of ownership: where a resource of `owner_kind` refers in `owner_field` to a resource of `kind`, it owns that resource's
/// `field`, which is then written by the create and never compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ownership {
    /// Whose field: `ecs.Service`.
    pub kind: &'static str,
    /// Which: `desiredCount`.
    pub field: &'static str,
    /// Who owns it: `applicationautoscaling.Target`.
    pub owner_kind: &'static str,
    /// The owner's field that refers to the resource.
    pub owner_field: &'static str,
    /// What the owner may make of it; None: anything.
    pub bounds: Option<Bounds>,
}

/// Of a field that cannot be read back: the output that changes whenever it does. If that is not as recorded, somebody else has set
/// the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versioned {
    /// Whose field: `secretsmanager.Secret`.
    pub kind: &'static str,
    /// Which: `value`.
    pub field: &'static str,
    /// The output: `versionId`.
    pub output: &'static str,
}

/// Of a field that can be changed only within something: to what its targets refer in `through`. Where that is replaced, the field
/// needs a new resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchored {
    /// Whose field: `rds.SubnetGroup`.
    pub kind: &'static str,
    /// Which: `subnets`.
    pub field: &'static str,
    /// The field of its targets: `vpc`.
    pub through: &'static str,
}

/// What an owner may make of a field. What is beyond it somebody else made, and it is set back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounds {
    /// A number between those in these fields of the owner.
    Between(&'static str, &'static str),
    /// What the file says, with any resource to which this field of the owner refers in the place of another of them: blue or green.
    Among(&'static str),
}
