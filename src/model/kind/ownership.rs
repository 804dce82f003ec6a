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
    /// The owner's fields that hold the least and the most it may be.
    pub bounds: Option<(&'static str, &'static str)>,
}
