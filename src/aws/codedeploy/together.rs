//! Applications and deployment groups as CodeDeploy describes them. A group tells its application's platform, so that what is
//! read of both at the same time shares a call.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::types::{ApplicationInfo, ComputePlatform, DeploymentGroupInfo};
use futures::future::try_join_all;
use wcalang_model::kind::{Cx, Outcome};

use crate::client::CxExt;
use crate::fault::{fault, found};

/// How many applications, or groups of an application, one call reads.
const BATCH: usize = 100;

/// What stands.
#[derive(Default)]
pub(crate) struct Told {
    /// The groups.
    pub(super) groups: Vec<DeploymentGroupInfo>,
    /// The platforms of applications, by name.
    pub(super) platforms: BTreeMap<String, ComputePlatform>,
}

/// What stands of these: `APPLICATION|GROUP`, and `APPLICATION|` for an application itself.
pub(super) async fn read(cx: &Cx, keys: impl IntoIterator<Item = String>) -> Outcome<Rc<Told>> {
    let client = cx.codedeploy().clone();
    cx.gatherings().deployments.join(keys, usize::MAX, async move |keys| ask(&client, &keys).await).await
}

async fn ask(client: &Client, keys: &[String]) -> Outcome<Told> {
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut applications = BTreeSet::new();
    for (application, name) in keys.iter().filter_map(|key| key.split_once('|')) {
        if name.is_empty() {
            applications.insert(application);
        } else {
            names.entry(application).or_default().insert(name);
        }
    }
    let read = try_join_all(names.into_iter().map(async |(application, names)| {
        let names: Vec<&str> = names.into_iter().collect();
        try_join_all(names.chunks(BATCH).map(|names| groups(client, application, names))).await
    }));
    let groups: Vec<DeploymentGroupInfo> = read.await?.into_iter().flatten().flatten().collect();
    let platform = |group: &DeploymentGroupInfo| Some((group.application_name.clone()?, group.compute_platform.clone()?));
    let mut platforms: BTreeMap<String, ComputePlatform> = groups.iter().filter_map(platform).collect();
    let silent: Vec<&str> = applications.into_iter().filter(|name| !platforms.contains_key(*name)).collect();
    for names in silent.chunks(BATCH) {
        let read = some(client, names).await?.into_iter();
        platforms.extend(read.filter_map(|of| Some((of.application_name?, of.compute_platform.unwrap_or(ComputePlatform::Server)))));
    }
    Ok(Told { groups, platforms })
}

/// Groups of an application; those that do not exist are left out.
pub(super) async fn groups(client: &Client, application: &str, names: &[&str]) -> Outcome<Vec<DeploymentGroupInfo>> {
    let names = names.iter().map(ToString::to_string).collect();
    let call = client.batch_get_deployment_groups().application_name(application).set_deployment_group_names(Some(names));
    let answer = found(call.send().await.map_err(|error| fault("codedeploy:BatchGetDeploymentGroups", error)))?;
    Ok(answer.and_then(|answer| answer.deployment_groups_info).unwrap_or_default())
}

/// An application; None where it does not exist.
pub(super) async fn application(client: &Client, name: &str) -> Outcome<Option<ApplicationInfo>> {
    let answer = client.get_application().application_name(name).send().await;
    Ok(found(answer.map_err(|error| fault("codedeploy:GetApplication", error)))?.and_then(|answer| answer.application))
}

/// One call; naming one that is gone fails it, and then each is asked for.
async fn some(client: &Client, names: &[&str]) -> Outcome<Vec<ApplicationInfo>> {
    let all = names.iter().map(ToString::to_string).collect();
    let answer = client.batch_get_applications().set_application_names(Some(all)).send().await;
    match found(answer.map_err(|error| fault("codedeploy:BatchGetApplications", error)))? {
        Some(answer) => Ok(answer.applications_info.unwrap_or_default()),
        None if names.len() == 1 => Ok(Vec::new()),
        None => Ok(try_join_all(names.iter().map(|name| application(client, name))).await?.into_iter().flatten().collect()),
    }
}
