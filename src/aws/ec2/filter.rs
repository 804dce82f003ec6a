//! Filters by identity: an id that is gone is left out of the answer, where naming it would fail the whole call.

use aws_sdk_ec2::types::Filter;
use wcalang_model::kind::{FaultClass, Id, Outcome};

use crate::fault::found;

/// The most values that a filter takes.
const MOST: usize = 200;

/// What `read` tells of these ids, as many at once as a filter takes. Where it does not know one of them, which is no more or is
/// not seen everywhere yet, each is asked for alone, so that none hides the others.
pub(crate) async fn batched<T>(ids: &[Id], read: impl AsyncFn(&[Id]) -> Outcome<Vec<T>>) -> Outcome<Vec<T>> {
    let mut all = Vec::new();
    for ids in ids.chunks(MOST) {
        match read(ids).await {
            Err(fault) if fault.class == FaultClass::NotFound => {
                for id in ids {
                    all.extend(found(read(std::slice::from_ref(id)).await)?.unwrap_or_default());
                }
            }
            answer => all.extend(answer?),
        }
    }
    Ok(all)
}

/// The filter of this name for these ids.
pub(crate) fn ids(name: &str, ids: &[Id]) -> Filter {
    Filter::builder().name(name).set_values(Some(ids.iter().map(Id::to_string).collect())).build()
}

/// The filter of this name for one value.
pub(super) fn one(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}
