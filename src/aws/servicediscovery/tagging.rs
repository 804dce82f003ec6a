//! Tags as Cloud Map's calls write them. It tells them one resource at a time only, so they are not read.

use aws_sdk_servicediscovery::error::BuildError;
use aws_sdk_servicediscovery::types::Tag;
use wcalang_model::kind::{Cx, Outcome, Tags};

use crate::client::CxExt;
use crate::fault::{fault, unbuilt};

/// Tags for a create call.
pub(super) fn written(tags: &Tags) -> Result<Vec<Tag>, BuildError> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// Changes the tags of a resource from `old` to `new`.
pub(super) async fn change(cx: &Cx, arn: &str, old: &Tags, new: &Tags) -> Outcome<()> {
    const TAG: &str = "servicediscovery:TagResource";
    let (set, removed) = new.since(old);
    if !set.is_empty() {
        let tags = written(&Tags(set)).map_err(|error| unbuilt(TAG, &error))?;
        let call = cx.servicediscovery().tag_resource().resource_arn(arn).set_tags(Some(tags));
        call.send().await.map_err(|error| fault(TAG, error))?;
    }
    if !removed.is_empty() {
        let call = cx.servicediscovery().untag_resource().resource_arn(arn).set_tag_keys(Some(removed));
        call.send().await.map_err(|error| fault("servicediscovery:UntagResource", error))?;
    }
    Ok(())
}
