//! Tags as CodeDeploy's calls write and read them.

use aws_sdk_codedeploy::types::Tag;
use wcalang_model::kind::{Cx, Intent, Outcome, Tags, tags};

use crate::client::CxExt;
use crate::fault::{fault, found};

/// Tags as a call takes them.
pub(super) fn written<'a>(tags: impl IntoIterator<Item = (&'a String, &'a String)>) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// The tags of a resource; None where it does not exist.
async fn of(cx: &Cx, arn: &str) -> Outcome<Option<Tags>> {
    let (mut tags, mut token) = (Tags::default(), None);
    loop {
        let answer = cx.codedeploy().list_tags_for_resource().resource_arn(arn).set_next_token(token).send().await;
        let Some(page) = found(answer.map_err(|error| fault("codedeploy:ListTagsForResource", error)))? else { return Ok(None) };
        tags.0.extend(page.tags.unwrap_or_default().into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))));
        token = page.next_token;
        if token.is_none() {
            return Ok(Some(tags));
        }
    }
}

/// Whether the create with this intent made the resource.
pub(super) async fn is_of_intent(cx: &Cx, arn: &str, intent: &Intent) -> Outcome<bool> {
    let tags = of(cx, arn).await?;
    Ok(tags.is_some_and(|tags| tags.get(tags::INTENT) == Some(intent.mark.as_str())))
}

/// Changes the tags of a resource to these.
pub(super) async fn change(cx: &Cx, arn: &str, new: &Tags) -> Outcome<()> {
    let (set, removed) = new.since(&of(cx, arn).await?.unwrap_or_default());
    if !set.is_empty() {
        let call = cx.codedeploy().tag_resource().resource_arn(arn).set_tags(Some(written(&set)));
        call.send().await.map_err(|error| fault("codedeploy:TagResource", error))?;
    }
    if !removed.is_empty() {
        let call = cx.codedeploy().untag_resource().resource_arn(arn).set_tag_keys(Some(removed));
        call.send().await.map_err(|error| fault("codedeploy:UntagResource", error))?;
    }
    Ok(())
}
