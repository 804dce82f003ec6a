//! What in an account carries the ownership tag of a stack. Only reads.

use aws_sdk_resourcegroupstagging::types::TagFilter;
use wcalang_model::kind::{Cx, Outcome, tags};

use crate::client::CxExt;
use crate::fault::fault;

/// The ARNs of everything in the account and region of the run that is tagged as the stack's. IAM roles are not among them:
/// the tagging service does not list those.
///
/// # Errors
/// The fault of `tag:GetResources`, which the run must be allowed to call.
pub async fn owned(cx: &Cx, stack: &str) -> Outcome<Vec<String>> {
    let filter = TagFilter::builder().key(tags::STACK).values(stack).build();
    let pages = cx.resourcegroupstagging().get_resources().tag_filters(filter).into_paginator().items().send();
    let found = pages.collect::<Result<Vec<_>, _>>().await.map_err(|error| fault("tag:GetResources", error))?;
    Ok(found.into_iter().filter_map(|resource| resource.resource_arn).collect())
}
