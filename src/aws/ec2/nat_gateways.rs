//! NAT gateways as EC2 describes them. A gateway tells its addresses, so that gateways and addresses that are read at the same time
//! share a call.

use std::rc::Rc;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{NatGateway, NatGatewayState};
use wcalang_model::kind::{Cx, Id, Outcome};

use crate::client::CxExt;
use crate::ec2::filter;
use crate::fault::fault;

/// The gateways of these ids, among others. Of addresses nothing is asked.
pub(super) async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Rc<Vec<NatGateway>>> {
    let client = cx.ec2().clone();
    cx.gatherings().nat_gateways.join(ids.iter().map(Id::to_string), usize::MAX, async move |ids| ask(&client, ids).await).await
}

async fn ask(client: &Client, ids: Vec<String>) -> Outcome<Vec<NatGateway>> {
    let ids: Vec<Id> = ids.into_iter().map(Id).filter(|id| id.as_str().starts_with("nat-")).collect();
    let gateways = filter::batched(&ids, async |ids| {
        let pages = client.describe_nat_gateways().filter(filter::ids("nat-gateway-id", ids)).into_paginator().items().send();
        pages.try_collect().await.map_err(|error| fault("ec2:DescribeNatGateways", error))
    });
    gateways.await
}

/// A failed one never works; AWS removes it by itself. A deleted one stays visible for an hour.
pub(super) fn stands(gateway: &NatGateway) -> bool {
    !matches!(gateway.state(), Some(NatGatewayState::Failed | NatGatewayState::Deleted | NatGatewayState::Deleting))
}
