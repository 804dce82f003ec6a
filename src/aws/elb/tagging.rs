//! Tags as Elastic Load Balancing's calls write and read them: its descriptions do not tell them. One call tells those of
//! several resources, of whatever kind: reads that begin together share it.

use std::collections::BTreeMap;
use std::rc::Rc;

use aws_sdk_elasticloadbalancingv2::{Client, types::Tag};
use wcalang_model::kind::{Cx, FaultClass, Id, Intent, Outcome, Tags, tags::INTENT};

use crate::client::CxExt;
use crate::fault::{fault, found};
use crate::tagged;

/// The most ARNs that `DescribeTags` takes.
const MOST: usize = 20;

/// Tags as the calls take them.
pub(super) fn written<'a>(tags: impl Iterator<Item = (&'a String, &'a String)>) -> Vec<Tag> {
    tags.map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// The tags of each of these that stands.
pub(super) async fn read(cx: &Cx, ids: &[Id]) -> Outcome<BTreeMap<String, Tags>> {
    let mut read = BTreeMap::new();
    for ids in ids.chunks(MOST) {
        match together(cx, ids).await {
            // One of them is gone, or one of another reader.
            Err(fault) if fault.class == FaultClass::NotFound => {
                for id in ids {
                    read.extend(found(describe(cx.elbv2(), vec![id.to_string()]).await)?.unwrap_or_default());
                }
            }
            all => {
                let all = all?;
                read.extend(ids.iter().filter_map(|id| Some((id.to_string(), all.get(id.as_str())?.clone()))));
            }
        }
    }
    Ok(read)
}

/// The tags of these as another service tells them together with those of everything else, after a while.
pub(super) async fn glance(cx: &Cx, ids: &[Id]) -> Outcome<BTreeMap<String, Tags>> {
    tagged::read(cx, ids.iter().map(Id::to_string)).await
}

/// The answer of the call that these ARNs join.
async fn together(cx: &Cx, ids: &[Id]) -> Outcome<Rc<BTreeMap<String, Tags>>> {
    let client = cx.elbv2().clone();
    let arns = ids.iter().map(Id::to_string);
    cx.gatherings().balancing_tags.join(arns, MOST, async move |arns| describe(&client, arns).await).await
}

async fn describe(client: &Client, arns: Vec<String>) -> Outcome<BTreeMap<String, Tags>> {
    let answer = client.describe_tags().set_resource_arns(Some(arns)).send().await;
    let answer = answer.map_err(|error| fault("elasticloadbalancing:DescribeTags", error))?;
    let described = answer.tag_descriptions.unwrap_or_default().into_iter().map(|described| {
        let tags = described.tags().iter().filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))).collect();
        (described.resource_arn.unwrap_or_default(), tags)
    });
    Ok(described.collect())
}

/// The first of these ARNs that a create with this intent made.
pub(super) async fn of_intent(cx: &Cx, arns: &[&str], intent: &Intent) -> Outcome<Option<String>> {
    if arns.is_empty() {
        return Ok(None);
    }
    let ids: Vec<Id> = arns.iter().map(|arn| Id::from(*arn)).collect();
    let read = read(cx, &ids).await?;
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
