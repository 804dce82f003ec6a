//! Tags as Elastic Load Balancing's calls write and read them: its descriptions do not tell them.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types::Tag;
use wcalang_model::kind::{Cx, Intent, Outcome, Tags, tags::INTENT};

use crate::client::CxExt;
use crate::fault::{fault, found};

/// The most ARNs that `DescribeTags` takes.
const MOST: usize = 20;

/// Tags as the calls take them.
pub(super) fn written<'a>(tags: impl Iterator<Item = (&'a String, &'a String)>) -> Vec<Tag> {
    tags.map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// The tags of each of these ARNs, all of which stand.
pub(super) async fn read(cx: &Cx, arns: &[&str]) -> Outcome<BTreeMap<String, Tags>> {
    let mut read = BTreeMap::new();
    for arns in arns.chunks(MOST) {
        let call = cx.elbv2().describe_tags().set_resource_arns(Some(arns.iter().map(ToString::to_string).collect()));
        let answer = call.send().await.map_err(|error| fault("elasticloadbalancing:DescribeTags", error))?;
        for described in answer.tag_descriptions.unwrap_or_default() {
            let tags = described.tags().iter().filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))).collect();
            read.insert(described.resource_arn.unwrap_or_default(), tags);
        }
    }
    Ok(read)
}

/// The first of these ARNs that a create with this intent made.
pub(super) async fn of_intent(cx: &Cx, arns: &[&str], intent: &Intent) -> Outcome<Option<String>> {
    if arns.is_empty() {
        return Ok(None);
    }
    let read = found(read(cx, arns).await)?.unwrap_or_default();
    Ok(read.into_iter().find(|(_, tags)| tags.get(INTENT) == Some(intent.mark.as_str())).map(|(arn, _)| arn))
}

/// Changes the tags of a resource from `old` to `new`.
pub(super) async fn change(cx: &Cx, arn: &str, old: &Tags, new: &Tags) -> Outcome<()> {
    let (set, removed) = new.since(old);
    if !set.is_empty() {
        let call = cx.elbv2().add_tags().resource_arns(arn).set_tags(Some(written(set.iter())));
        call.send().await.map_err(|error| fault("elasticloadbalancing:AddTags", error))?;
    }
    if !removed.is_empty() {
        let call = cx.elbv2().remove_tags().resource_arns(arn).set_tag_keys(Some(removed));
        call.send().await.map_err(|error| fault("elasticloadbalancing:RemoveTags", error))?;
    }
    Ok(())
}
