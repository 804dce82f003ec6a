//! Tags as RDS's calls write and read them.

use aws_sdk_rds::types::Tag;
use wcalang_model::kind::{Cx, Intent, Outcome, Tags, tags};

use crate::client::CxExt;
use crate::fault::{fault, found};

/// Tags as a call takes them.
pub(super) fn written<'a>(tags: impl IntoIterator<Item = (&'a String, &'a String)>) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// The tags of an answer.
pub(super) fn read(tags: &[Tag]) -> Tags {
    tags.iter().filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))).collect()
}

/// The tags of a resource; None where it does not exist.
pub(super) async fn of(cx: &Cx, arn: &str) -> Outcome<Option<Tags>> {
    let answer = cx.rds().list_tags_for_resource().resource_name(arn).send().await;
    let answer = found(answer.map_err(|error| fault("rds:ListTagsForResource", error)))?;
    Ok(answer.map(|answer| read(answer.tag_list())))
}

/// Whether the create with this intent wrote these tags.
pub(super) fn of_intent(tags: &Tags, intent: &Intent) -> bool {
    tags.get(tags::INTENT) == Some(intent.mark.as_str())
}

/// Changes the tags of a resource from `old` to `new`.
pub(super) async fn change(cx: &Cx, arn: &str, old: &Tags, new: &Tags) -> Outcome<()> {
    let (set, removed) = new.since(old);
    if !set.is_empty() {
        let call = cx.rds().add_tags_to_resource().resource_name(arn).set_tags(Some(written(&set)));
        call.send().await.map_err(|error| fault("rds:AddTagsToResource", error))?;
    }
    if !removed.is_empty() {
        let call = cx.rds().remove_tags_from_resource().resource_name(arn).set_tag_keys(Some(removed));
        call.send().await.map_err(|error| fault("rds:RemoveTagsFromResource", error))?;
    }
    Ok(())
}
