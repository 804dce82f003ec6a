//! `ec2.InternetGateway`: a VPC's way to the internet.

use wcalang_model::kind::{CreateClass, Kind, Naming, Record, Ref, Tags};

use crate::ec2::vpc::Vpc;

/// A VPC's way to the internet. It carries traffic once a route table sends some to it.
#[derive(Debug, Clone, Record)]
pub struct InternetGateway {
    /// The VPC it is attached to; a VPC takes one.
    #[field(required)]
    pub vpc: Option<Ref<Vpc>>,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What an internet gateway gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The gateway's id: `igw-…`.
    #[field(identity, stable)]
    pub id: String,
}

impl Kind for InternetGateway {
    const NAME: &'static str = "ec2.InternetGateway";
    const NAMING: Naming = Naming::Tag;
    const CREATE: CreateClass = CreateClass::Tagged;
    const GLANCED: Option<usize> = Some(1);
    const ACTIONS: &'static [&'static str] = &[
        "ec2:CreateInternetGateway",
        "ec2:DescribeInternetGateways",
        "ec2:AttachInternetGateway",
        "ec2:DetachInternetGateway",
        "ec2:DeleteInternetGateway",
        "ec2:CreateTags",
        "ec2:DeleteTags",
        "tag:GetResources",
    ];
    type Outputs = Outputs;
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_ec2::types::{self, ResourceType, Route, RouteState};
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::ec2::{filter, route_tables, tagging};
    use crate::fault::{fault, found, missing, told};

    impl Calls for InternetGateway {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let call = cx.ec2().create_internet_gateway();
            let answer = call.tag_specifications(tagging::on_create(ResourceType::InternetGateway, &new.tags)).send().await;
            let gateway = answer.map_err(|error| fault("ec2:CreateInternetGateway", error))?.internet_gateway;
            let id = gateway.and_then(|gateway| gateway.internet_gateway_id);
            Ok(Created::begun(id.ok_or_else(|| missing("ec2:CreateInternetGateway", "internet gateway id"))?))
        }

        async fn find(cx: &Cx, _new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let answer = cx.ec2().describe_internet_gateways().filters(tagging::of_intent(intent)).send().await;
            let gateways = answer.map_err(|error| fault("ec2:DescribeInternetGateways", error))?.internet_gateways.unwrap_or_default();
            Ok(gateways.into_iter().find_map(|gateway| gateway.internet_gateway_id).map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let gateways = filter::batched(ids, async |ids| {
                let call = cx.ec2().describe_internet_gateways().filters(filter::ids("internet-gateway-id", ids));
                let pages = call.into_paginator().items().send();
                pages.try_collect().await.map_err(|error| fault("ec2:DescribeInternetGateways", error))
            });
            let gateways = gateways.await?;
            let of = |id: &Id| gateways.iter().find(|gateway| gateway.internet_gateway_id() == Some(id.as_str()));
            ids.iter().map(|id| of(id).map(|found| told("ec2:DescribeInternetGateways", live(found))).transpose()).collect()
        }

        /// A route that works leads through it: so it stands, and is attached to the VPC of the route's table.
        async fn glance(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let (tables, mut tags) = futures::try_join!(route_tables::read(cx, ids), tagging::glance(cx, "internet-gateway", ids))?;
            let leads = |route: &Route, id: &Id| route.gateway_id() == Some(id.as_str()) && route.state() == Some(&RouteState::Active);
            let live = ids.iter().map(|id| {
                let table = tables.iter().find(|table| table.routes().iter().any(|route| leads(route, id)))?;
                let inputs = InternetGateway { vpc: table.vpc_id().map(Ref::new), tags: tags.remove(id)? };
                Some(Live::new(inputs, Outputs { id: id.to_string() }))
            });
            Ok(live.collect())
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.has("vpc") {
                if let Some(old) = &live.inputs.vpc {
                    detach(cx, id, old).await?;
                }
                if let Some(vpc) = &new.vpc {
                    let call = cx.ec2().attach_internet_gateway().internet_gateway_id(id.as_str()).vpc_id(vpc.id());
                    call.send().await.map_err(|error| fault("ec2:AttachInternetGateway", error))?;
                }
            }
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        async fn delete(cx: &Cx, id: &Id, live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            if let Some(vpc) = &live.inputs.vpc {
                detach(cx, id, vpc).await?;
            }
            let answer = cx.ec2().delete_internet_gateway().internet_gateway_id(id.as_str()).send().await;
            found(answer.map_err(|error| fault("ec2:DeleteInternetGateway", error)))?;
            Ok(Gone::Yes)
        }
    }

    /// Also where it is no longer attached: a deletion that was interrupted comes here again.
    async fn detach(cx: &Cx, id: &Id, vpc: &Ref<Vpc>) -> Outcome<()> {
        let answer = cx.ec2().detach_internet_gateway().internet_gateway_id(id.as_str()).vpc_id(vpc.id()).send().await;
        found(answer.map_err(|error| fault("ec2:DetachInternetGateway", error)))?;
        Ok(())
    }

    fn live(gateway: &types::InternetGateway) -> Option<Live<InternetGateway>> {
        let vpc = gateway.attachments().iter().find_map(|attachment| attachment.vpc_id()).map(Ref::new);
        let inputs = InternetGateway { vpc, tags: tagging::read(gateway.tags()) };
        Some(Live::new(inputs, Outputs { id: gateway.internet_gateway_id()?.to_string() }))
    }
}
