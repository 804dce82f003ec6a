//! Tags as ECS's calls write and read them.

use aws_sdk_ecs::types::Tag;
use wcalang_model::kind::{Cx, Intent, Outcome, Tags, tags};

use crate::client::CxExt;
use crate::fault::fault;

/// Tags for a create call.
pub(super) fn written(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// The tags of a description.
pub(super) fn read(tags: &[Tag]) -> Tags {
    tags.iter().filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))).collect()
}

/// Whether a create with this intent made what has these tags.
pub(super) fn is_of(tags: &[Tag], intent: &Intent) -> bool {
    tags.iter().any(|tag| tag.key() == Some(tags::INTENT) && tag.value() == Some(&intent.mark))
}

/// Changes the tags of a resource from `old` to `new`.
pub(super) async fn change(cx: &Cx, arn: &str, old: &Tags, new: &Tags) -> Outcome<()> {
    let (set, removed) = new.since(old);
    if !set.is_empty() {
        let call = cx.ecs().tag_resource().resource_arn(arn).set_tags(Some(written(&Tags(set))));
        call.send().await.map_err(|error| fault("ecs:TagResource", error))?;
    }
    if !removed.is_empty() {
        let call = cx.ecs().untag_resource().resource_arn(arn).set_tag_keys(Some(removed));
        call.send().await.map_err(|error| fault("ecs:UntagResource", error))?;
    }
    Ok(())
}
