//! What in an account carries the ownership tag of a stack. Only reads.

use aws_sdk_resourcegroupstagging::types::TagFilter;
use wcalang_model::kind::{Cx, Id, Outcome, tags};

use crate::SCHEMAS;
use crate::client::CxExt;
use crate::fault::fault;

/// Kinds whose resources AWS lists for a while after their end: how their ARNs begin (behind the account), and which they are. A
/// task definition is never gone, and does nothing by itself.
const LINGERING: &[(&str, Option<&str>)] = &[
    ("natgateway/", Some("ec2.NatGateway")),
    ("vpc-endpoint/", Some("ec2.VpcEndpoint")),
    ("service/", Some("ecs.Service")),
    ("cluster/", Some("ecs.Cluster")),
    ("secret:", Some("secretsmanager.Secret")),
    ("task-definition/", None),
];

/// The ARNs of everything in the account and region of the run that stands and is tagged as the stack's. IAM roles are not among
/// them: the tagging service does not list those.
///
/// # Errors
/// The fault of `tag:GetResources`, which the run must be allowed to call.
pub async fn owned(cx: &Cx, stack: &str) -> Outcome<Vec<String>> {
    let filter = TagFilter::builder().key(tags::STACK).values(stack).build();
    let pages = cx.resourcegroupstagging().get_resources().tag_filters(filter).into_paginator().items().send();
    let found = pages.collect::<Result<Vec<_>, _>>().await.map_err(|error| fault("tag:GetResources", error))?;
    let mut standing = Vec::new();
    for arn in found.into_iter().filter_map(|resource| resource.resource_arn) {
        if stands(cx, &arn).await? {
            standing.push(arn);
        }
    }
    Ok(standing)
}

/// Whether it is still there.
async fn stands(cx: &Cx, arn: &str) -> Outcome<bool> {
    let name = arn.splitn(6, ':').nth(5).unwrap_or_default();
    let Some((prefix, kind)) = LINGERING.iter().find(|(prefix, _)| name.starts_with(prefix)) else { return Ok(true) };
    let Some(calls) = kind.and_then(|kind| SCHEMAS.kind(kind)).and_then(|entry| entry.calls) else { return Ok(false) };
    let id = if matches!(*prefix, "natgateway/" | "vpc-endpoint/") { &name[prefix.len()..] } else { arn };
    Ok(calls.read(cx, &[Id::from(id)]).await?.iter().any(Option::is_some))
}
