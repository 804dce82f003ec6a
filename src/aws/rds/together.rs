//! Databases and groups of subnets as RDS describes them. A database tells its group: "the name, description, and subnets in the
//! subnet group" (<https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html>), so that what is read of both
//! at the same time shares a call.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use aws_sdk_rds::Client;
use aws_sdk_rds::types::{DbInstance, DbSubnetGroup};
use wcalang_model::kind::{Cx, Id, Outcome};

use crate::client::CxExt;
use crate::fault::{fault, found};

/// What begins the key of a database, and that of a group of subnets: as in their ARNs.
const DATABASE: &str = "db:";
const GROUP: &str = "subgrp:";

/// What stands.
#[derive(Default)]
pub(crate) struct Told {
    /// The databases, among others.
    pub(super) databases: Vec<DbInstance>,
    /// The groups, by name, among others.
    pub(super) groups: BTreeMap<String, DbSubnetGroup>,
}

/// What stands of these databases.
pub(super) async fn databases(cx: &Cx, ids: &[Id]) -> Outcome<Rc<Told>> {
    join(cx, ids.iter().map(|id| format!("{DATABASE}{id}"))).await
}

/// What stands of these groups of subnets.
pub(super) async fn groups(cx: &Cx, ids: &[Id]) -> Outcome<Rc<Told>> {
    join(cx, ids.iter().map(|id| format!("{GROUP}{id}"))).await
}

/// A database; None where it does not exist.
pub(super) async fn database(client: &Client, name: &str) -> Outcome<Option<DbInstance>> {
    let answer = client.describe_db_instances().db_instance_identifier(name).send().await;
    let answer = found(answer.map_err(|error| fault("rds:DescribeDBInstances", error)))?;
    Ok(answer.and_then(|answer| answer.db_instances).and_then(|instances| instances.into_iter().next()))
}

async fn join(cx: &Cx, keys: impl Iterator<Item = String>) -> Outcome<Rc<Told>> {
    let client = cx.rds().clone();
    cx.gatherings().databases.join(keys, usize::MAX, async move |keys| ask(&client, &keys).await).await
}

async fn ask(client: &Client, keys: &[String]) -> Outcome<Told> {
    let names: Vec<&str> = keys.iter().filter_map(|key| key.strip_prefix(DATABASE)).collect();
    let databases = match names[..] {
        [] => Vec::new(),
        [name] => database(client, name).await?.into_iter().collect(),
        _ => all_databases(client).await?,
    };
    let group = |database: &DbInstance| {
        let group = database.db_subnet_group.clone()?;
        Some((group.db_subnet_group_name.clone()?, group))
    };
    let mut groups: BTreeMap<String, DbSubnetGroup> = databases.iter().filter_map(group).collect();
    let silent: BTreeSet<&str> = keys.iter().filter_map(|key| key.strip_prefix(GROUP)).filter(|name| !groups.contains_key(*name)).collect();
    let mut silent = silent.into_iter();
    let asked = match (silent.next(), silent.next()) {
        (None, _) => Vec::new(),
        (Some(name), None) => {
            let answer = client.describe_db_subnet_groups().db_subnet_group_name(name).send().await;
            let answer = found(answer.map_err(|error| fault("rds:DescribeDBSubnetGroups", error)))?;
            answer.and_then(|answer| answer.db_subnet_groups).unwrap_or_default()
        }
        (Some(_), Some(_)) => all_groups(client).await?,
    };
    groups.extend(asked.into_iter().filter_map(|group| Some((group.db_subnet_group_name.clone()?, group))));
    Ok(Told { databases, groups })
}

async fn all_databases(client: &Client) -> Outcome<Vec<DbInstance>> {
    let pages = client.describe_db_instances().into_paginator().items().send();
    pages.try_collect().await.map_err(|error| fault("rds:DescribeDBInstances", error))
}

async fn all_groups(client: &Client) -> Outcome<Vec<DbSubnetGroup>> {
    let pages = client.describe_db_subnet_groups().into_paginator().items().send();
    pages.try_collect().await.map_err(|error| fault("rds:DescribeDBSubnetGroups", error))
}
