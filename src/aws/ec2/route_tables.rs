//! Route tables as EC2 describes them. A table tells its associations and the gateways that it leads through, so that all that are
//! read at the same time share a call; only a subnet that none of those tables tells of is asked for by itself.

use std::rc::Rc;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::RouteTable;
use wcalang_model::kind::{Cx, Id, Outcome};

use crate::client::CxExt;
use crate::ec2::filter;
use crate::fault::fault;

/// The tables of these ids, and those that subnets of these ids are associated with, among others. Of other ids nothing is asked.
pub(super) async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Rc<Vec<RouteTable>>> {
    let client = cx.ec2().clone();
    cx.gatherings().route_tables.join(ids.iter().map(Id::to_string), usize::MAX, async move |ids| ask(&client, ids).await).await
}

async fn ask(client: &Client, ids: Vec<String>) -> Outcome<Vec<RouteTable>> {
    let ids = ids.into_iter().map(Id).filter(|id| !id.as_str().starts_with("igw-"));
    let (tables, mut subnets): (Vec<Id>, Vec<Id>) = ids.partition(|id| id.as_str().starts_with("rtb-"));
    let mut told = described(client, "route-table-id", &tables).await?;
    let associations = || told.iter().flat_map(RouteTable::associations);
    subnets.retain(|subnet| !associations().any(|association| association.subnet_id() == Some(subnet.as_str())));
    told.extend(described(client, "association.subnet-id", &subnets).await?);
    Ok(told)
}

async fn described(client: &Client, name: &str, ids: &[Id]) -> Outcome<Vec<RouteTable>> {
    let tables = filter::batched(ids, async |ids| {
        let pages = client.describe_route_tables().filters(filter::ids(name, ids)).into_paginator().items().send();
        pages.try_collect().await.map_err(|error| fault("ec2:DescribeRouteTables", error))
    });
    tables.await
}
