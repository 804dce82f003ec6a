//! What a survey believes of calls that may lag behind changes: only what is just as it is recorded. So it makes no difference, and
//! hides none that the stack itself made; a change by others is seen as soon as those calls tell of it.

use wcalang_model::kind::{AnyLive, Entry, FieldSchema, FieldType};

use crate::plan::{canonical, same};
use crate::state::{Phase, Recorded};

/// What a glance tells, if it is what is recorded; what it cannot see does not change while the resource stands, and is as recorded.
pub fn believed(entry: &Entry, recorded: &Recorded, mut live: AnyLive) -> Option<AnyLive> {
    let inputs = canonical(entry, &recorded.inputs).ok()?;
    let is_held = |field: &FieldSchema| {
        let told = live.inputs.get(field.name);
        let unseen = field.write_only || matches!(field.ty, FieldType::Secret) || live.unread.contains(&field.name);
        let before = inputs.get(field.name).or_else(|| recorded.seen.as_ref()?.get(field.name));
        unseen || same(before, told, None)
    };
    let is_at_rest = recorded.phase == Phase::Done && live.behind.is_none();
    if !is_at_rest || live.outputs != recorded.outputs || !entry.schema.inputs.fields.iter().all(is_held) {
        return None;
    }
    for name in std::mem::take(&mut live.unread) {
        match inputs.get(*name) {
            Some(datum) => live.inputs.insert((*name).to_string(), datum.clone()),
            None => live.inputs.remove(*name),
        };
    }
    Some(live)
}
