//! What a survey believes of a call that may lag behind changes: only what is just as it is recorded. So it makes no difference, and
//! hides none that the stack itself made; a change by others is seen as soon as that call tells of it.

use wcalang_model::kind::{AnyLive, Entry, FieldSchema, FieldType};

use crate::plan::{canonical, same};
use crate::state::{Phase, Recorded};

/// Whether what a glance tells is what is recorded, in every field that it tells of.
pub fn is_believed(entry: &Entry, recorded: &Recorded, live: &AnyLive) -> bool {
    let Ok(inputs) = canonical(entry, &recorded.inputs) else { return false };
    let is_held = |field: &FieldSchema| {
        let told = live.inputs.get(field.name);
        let unseen = field.write_only || matches!(field.ty, FieldType::Secret) || live.unread.contains(&field.name);
        let before = inputs.get(field.name).or_else(|| recorded.seen.as_ref()?.get(field.name));
        unseen || same(before, told, None)
    };
    let is_at_rest = recorded.phase == Phase::Done && live.behind.is_none();
    is_at_rest && live.outputs == recorded.outputs && entry.schema.inputs.fields.iter().all(is_held)
}
