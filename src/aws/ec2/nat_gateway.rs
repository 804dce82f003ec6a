//! `ec2.NatGateway`: lets a private subnet reach out.

use wcalang_model::kind::{Choice, CreateClass, Kind, Naming, Record, Ref, Rules, Tags};

use crate::ec2::elastic_ip::ElasticIp;
use crate::ec2::subnet::Subnet;

/// Lets what is in private subnets reach out without being reachable. Billed by the hour and by the gigabyte; it serves its own zone
/// well and the others at the price of traffic between zones.
#[derive(Debug, Clone, Record)]
pub struct NatGateway {
    /// The subnet it stands in: a public one, unless its connectivity is private.
    #[field(replace)]
    pub subnet: Ref<Subnet>,
    /// The address it shows to the internet. Needed where its connectivity is public.
    #[field(replace)]
    pub elastic_ip: Option<Ref<ElasticIp>>,
    /// Whether it leads to the internet, or only to other networks.
    #[field(replace, default = Connectivity::Public)]
    pub connectivity: Connectivity,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// Where a NAT gateway leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Connectivity {
    /// To the internet.
    Public,
    /// To other networks of one's own.
    Private,
}

/// What a NAT gateway gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The gateway's id: `nat-…`.
    #[field(identity, stable)]
    pub id: String,
}

impl Kind for NatGateway {
    const NAME: &'static str = "ec2.NatGateway";
    const NAMING: Naming = Naming::Tag;
    const CREATE: CreateClass = CreateClass::Token;
    const AFTER: &'static [&'static str] = &["ec2.InternetGateway"];
    const WAITS: bool = true;
    const ACTIONS: &'static [&'static str] =
        &["ec2:CreateNatGateway", "ec2:DescribeNatGateways", "ec2:DeleteNatGateway", "ec2:CreateTags", "ec2:DeleteTags"];
    type Outputs = Outputs;

    const RULES: Option<Rules> = Some(|fields, problems| {
        let private = fields.get("connectivity").and_then(|connectivity| connectivity.as_str()) == Some(Connectivity::Private.as_str());
        let known = fields.get("connectivity").is_none_or(|connectivity| connectivity.is_known());
        let given = fields.contains_key("elasticIp");
        if given && private {
            problems.push("elasticIp", "a private NAT gateway has no public address", "remove elasticIp");
        }
        if !given && known && !private {
            problems.push("", "a public NAT gateway needs an address", "give it elasticIp = aws.ec2.ElasticIp { name = \"…\"; };");
        }
    });
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_ec2::types::{self, ConnectivityType, NatGatewayState, ResourceType};
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome, Ready};

    use super::*;
    use crate::client::CxExt;
    use crate::ec2::{nat_gateways, tagging};
    use crate::fault::{fault, found, missing, told};

    impl Calls for NatGateway {
        async fn create(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Created<Self>> {
            let call = cx.ec2().create_nat_gateway().subnet_id(new.subnet.id()).client_token(&intent.token);
            let call = call.set_allocation_id(new.elastic_ip.as_ref().map(|address| address.id().to_string()));
            let call = call.connectivity_type(ConnectivityType::from(new.connectivity.as_str()));
            let answer = call.tag_specifications(tagging::on_create(ResourceType::Natgateway, &new.tags)).send().await;
            let gateway = answer.map_err(|error| fault("ec2:CreateNatGateway", error))?.nat_gateway;
            let id = gateway.and_then(|gateway| gateway.nat_gateway_id);
            let id = id.ok_or_else(|| missing("ec2:CreateNatGateway", "NAT gateway id"))?;
            Ok(Created::whole(id.clone(), Outputs { id }))
        }

        async fn find(cx: &Cx, _new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let pages = cx.ec2().describe_nat_gateways().filter(tagging::of_intent(intent)).into_paginator().items().send();
            let gateways = pages.try_collect().await.map_err(|error| fault("ec2:DescribeNatGateways", error))?;
            let gateway = gateways.into_iter().find(|gateway| nat_gateways::stands(gateway) && tagging::are_of(gateway.tags(), intent));
            Ok(gateway.and_then(|gateway| gateway.nat_gateway_id).map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let gateways = nat_gateways::read(cx, ids).await?;
            let of = |id: &Id| gateways.iter().find(|gateway| gateway.nat_gateway_id() == Some(id.as_str()));
            let live = |id: &Id| {
                let gateway = of(id).filter(|gateway| nat_gateways::stands(gateway));
                gateway.map(|gateway| told("ec2:DescribeNatGateways", live(gateway))).transpose()
            };
            ids.iter().map(live).collect()
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, _changed: &Changed) -> Outcome<()> {
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        async fn ready(cx: &Cx, id: &Id) -> Outcome<Ready> {
            let gateways = nat_gateways::read(cx, std::slice::from_ref(id)).await?;
            let Some(gateway) = gateways.first() else { return Ok(Ready::Wait("not visible yet".to_string())) };
            Ok(match gateway.state() {
                Some(NatGatewayState::Available) => Ready::Yes,
                Some(NatGatewayState::Failed) => Ready::Failed(gateway.failure_message().unwrap_or("failed").to_string()),
                Some(state @ (NatGatewayState::Deleted | NatGatewayState::Deleting)) => Ready::Failed(state.to_string()),
                state => Ready::Wait(state.map_or("pending", NatGatewayState::as_str).to_string()),
            })
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let gateways = nat_gateways::read(cx, std::slice::from_ref(id)).await?;
            match gateways.first().and_then(|gateway| gateway.state()) {
                None | Some(NatGatewayState::Deleted) => return Ok(Gone::Yes),
                Some(NatGatewayState::Deleting) => {}
                Some(_) => {
                    let answer = cx.ec2().delete_nat_gateway().nat_gateway_id(id.as_str()).send().await;
                    found(answer.map_err(|error| fault("ec2:DeleteNatGateway", error)))?;
                }
            }
            // Its address and its network interface are only free once it is deleted.
            Ok(Gone::Wait("deleting".to_string()))
        }
    }

    fn live(gateway: &types::NatGateway) -> Option<Live<NatGateway>> {
        let addresses = gateway.nat_gateway_addresses();
        let primary = addresses.iter().find(|address| address.is_primary() == Some(true)).or(addresses.first());
        let connectivity = gateway.connectivity_type().and_then(|connectivity| Connectivity::parse(connectivity.as_str()));
        let inputs = NatGateway {
            subnet: Ref::new(gateway.subnet_id()?),
            elastic_ip: primary.and_then(|address| address.allocation_id()).map(Ref::new),
            connectivity: connectivity.unwrap_or(Connectivity::Public),
            tags: tagging::read(gateway.tags()),
        };
        Some(Live::new(inputs, Outputs { id: gateway.nat_gateway_id()?.to_string() }))
    }
}
