//! Filters by identity: an id that is gone is left out of the answer, where naming it would fail the whole call.

use aws_sdk_ec2::types::Filter;
use wcalang_model::kind::Id;

/// The most values that a filter takes.
pub(super) const MOST: usize = 200;

/// The filter of this name for these ids.
pub(super) fn ids(name: &str, ids: &[Id]) -> Filter {
    Filter::builder().name(name).set_values(Some(ids.iter().map(Id::to_string).collect())).build()
}

/// The filter of this name for one value.
pub(super) fn one(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}
