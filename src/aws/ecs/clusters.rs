//! Clusters as ECS describes them. What a cluster and its capacity providers read of it is told by one call.

use std::rc::Rc;

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{Cluster, ClusterField};
use wcalang_model::kind::{Cx, Id, Outcome};

use crate::client::CxExt;
use crate::fault::fault;

/// The most clusters that a call takes.
const MOST: usize = 100;

/// The clusters of these ARNs that are not gone, among others.
pub(super) async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Rc<Vec<Cluster>>>> {
    let mut read = Vec::new();
    for ids in ids.chunks(MOST) {
        let client = cx.ecs().clone();
        let asked = cx.gatherings().clusters.join(ids.iter().map(Id::to_string), MOST, async move |ids| describe(&client, ids).await);
        read.push(asked.await?);
    }
    Ok(read)
}

/// The cluster of this name or ARN; None where it is gone.
pub(super) async fn one(cx: &Cx, cluster: &str) -> Outcome<Option<Cluster>> {
    Ok(describe(cx.ecs(), vec![cluster.to_string()]).await?.pop())
}

async fn describe(client: &Client, clusters: Vec<String>) -> Outcome<Vec<Cluster>> {
    let call = client.describe_clusters().set_clusters(Some(clusters)).include(ClusterField::Tags).include(ClusterField::Settings);
    // With the attachments, since without them their status is not told.
    let answer = call.include(ClusterField::Attachments).send().await.map_err(|error| fault("ecs:DescribeClusters", error))?;
    let mut clusters = answer.clusters.unwrap_or_default();
    clusters.retain(|cluster| cluster.status() != Some("INACTIVE"));
    Ok(clusters)
}
