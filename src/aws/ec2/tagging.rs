//! Tags as EC2's calls write and read them.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagSpecification};
use wcalang_model::kind::{Cx, Id, Intent, Outcome, Place, Tags, tags::INTENT};

use crate::client::CxExt;
use crate::fault::fault;
use crate::tagged;

/// Tags for the create call of a resource of this type.
pub(super) fn on_create(resource: ResourceType, tags: &Tags) -> TagSpecification {
    TagSpecification::builder().resource_type(resource).set_tags(Some(written(tags.iter()))).build()
}

/// The tags of a description.
pub(super) fn read(tags: &[Tag]) -> Tags {
    tags.iter().filter_map(|tag| Some((tag.key()?, tag.value()?))).collect()
}

/// The filter that finds what a create with this intent made.
pub(super) fn of_intent(intent: &Intent) -> Filter {
    Filter::builder().name(format!("tag:{INTENT}")).values(&intent.mark).build()
}

/// The ARN of a resource of this type.
pub(super) fn arn(cx: &Cx, resource: &str, id: &str) -> String {
    let Place { partition, account, region } = &cx.place;
    format!("arn:{partition}:ec2:{region}:{account}:{resource}/{id}")
}

/// The tags of resources of this type, by id, as another service tells them, after a while; of what it does not tell, none.
pub(super) async fn glance(cx: &Cx, resource: &str, ids: &[Id]) -> Outcome<BTreeMap<Id, Tags>> {
    let told = tagged::read(cx, ids.iter().map(|id| arn(cx, resource, id.as_str()))).await?;
    Ok(ids.iter().map(|id| (id.clone(), told.get(&arn(cx, resource, id.as_str())).cloned().unwrap_or_default())).collect())
}

/// Whether these are the tags of what a create with this intent made.
pub(super) fn are_of(tags: &[Tag], intent: &Intent) -> bool {
    tags.iter().any(|tag| tag.key() == Some(INTENT) && tag.value() == Some(intent.mark.as_str()))
}

/// Changes the tags of a resource from `old` to `new`.
pub(super) async fn change(cx: &Cx, id: &str, old: &Tags, new: &Tags) -> Outcome<()> {
    let (set, removed) = new.since(old);
    if !set.is_empty() {
        let call = cx.ec2().create_tags().resources(id).set_tags(Some(written(set.iter())));
        call.send().await.map_err(|error| fault("ec2:CreateTags", error))?;
    }
    if !removed.is_empty() {
        let tags = removed.iter().map(|key| Tag::builder().key(key).build()).collect();
        let call = cx.ec2().delete_tags().resources(id).set_tags(Some(tags));
        call.send().await.map_err(|error| fault("ec2:DeleteTags", error))?;
    }
    Ok(())
}

/// Tags as EC2 takes them.
pub(super) fn written<'a>(tags: impl Iterator<Item = (&'a String, &'a String)>) -> Vec<Tag> {
    tags.map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}
