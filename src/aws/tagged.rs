//! Tags of whatever service, by `tag:GetResources`, where a service's own descriptions do not tell them: one call tells those of
//! a hundred resources, and reads that begin together share it.
//!
//! It returns "all the tagged or previously tagged resources", of up to 100 ARNs, and then takes no part of a page
//! (<https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html>); what it covers is listed in
//! <https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html>. It may lag behind a change.

use std::collections::BTreeMap;

use aws_sdk_resourcegroupstagging::Client;
use wcalang_model::kind::{Cx, Outcome, Tags};

use crate::client::CxExt;
use crate::fault::fault;

/// The most ARNs that a call takes.
const MOST: usize = 100;

/// The tags of those of these resources that the service tells of. Of what it leaves out nothing is known: it was made a moment
/// ago, or has never had a tag, or is of a sort that is not covered.
pub(crate) async fn read(cx: &Cx, arns: impl IntoIterator<Item = String>) -> Outcome<BTreeMap<String, Tags>> {
    let arns: Vec<String> = arns.into_iter().collect();
    let mut read = BTreeMap::new();
    for arns in arns.chunks(MOST) {
        let client = cx.resourcegroupstagging().clone();
        let answer = cx.gatherings().tags.join(arns.iter().cloned(), MOST, async move |arns| ask(&client, arns).await).await?;
        read.extend(arns.iter().filter_map(|arn| Some((arn.clone(), answer.get(arn)?.clone()))));
    }
    Ok(read)
}

/// The tags of a resource as far as they are known, and the fields that are not.
pub(crate) fn known(tags: Option<&Tags>) -> (Tags, &'static [&'static str]) {
    tags.map_or((Tags::default(), &["tags"]), |tags| (tags.clone(), &[]))
}

async fn ask(client: &Client, arns: Vec<String>) -> Outcome<BTreeMap<String, Tags>> {
    let mut call = client.get_resources().set_resource_arn_list(Some(arns));
    let mut read = BTreeMap::new();
    loop {
        let answer = call.send().await.map_err(|error| fault("tag:GetResources", error))?;
        read.extend(answer.resource_tag_mapping_list.unwrap_or_default().into_iter().filter_map(|resource| {
            let tags = resource.tags().iter().map(|tag| (tag.key(), tag.value())).collect();
            Some((resource.resource_arn?, tags))
        }));
        // AWS tells all at once; a part that another endpoint leaves goes on by its token alone.
        let Some(token) = answer.pagination_token.filter(|token| !token.is_empty()) else { return Ok(read) };
        call = client.get_resources().pagination_token(token);
    }
}
