//! `ec2.Vpc`: a private network.

use wcalang_model::kind::{Cidr, CreateClass, Kind, Naming, Record, Tags};

/// A private network: an address block in one region that subnets divide.
#[derive(Debug, Clone, Record)]
pub struct Vpc {
    /// Its IPv4 block, between /16 and /28.
    #[field(replace)]
    pub cidr: Cidr,
    /// Whether the resolver at the block's base plus two answers. Private DNS names need it.
    #[field(default = true)]
    pub dns_support: bool,
    /// Whether instances with public addresses get DNS names. Private DNS namespaces need it.
    #[field(default = false)]
    pub dns_hostnames: bool,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What a VPC gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The VPC's id: `vpc-…`.
    #[field(identity, stable)]
    pub id: String,
}

impl Kind for Vpc {
    const NAME: &'static str = "ec2.Vpc";
    const NAMING: Naming = Naming::Tag;
    const CREATE: CreateClass = CreateClass::Tagged;
    const GLANCED: Option<usize> = Some(1);
    const ACTIONS: &'static [&'static str] = &[
        "ec2:CreateVpc",
        "ec2:DescribeVpcs",
        "ec2:DescribeVpcAttribute",
        "ec2:ModifyVpcAttribute",
        "ec2:DeleteVpc",
        "ec2:CreateTags",
        "ec2:DeleteTags",
        "tag:GetResources",
    ];
    type Outputs = Outputs;
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_ec2::types::{AttributeBooleanValue, ResourceType, VpcAttributeName};
    use futures::future::try_join_all;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::ec2::{filter, tagging};
    use crate::fault::{fault, found, missing};

    impl Calls for Vpc {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let call = cx.ec2().create_vpc().cidr_block(new.cidr.to_string());
            let answer = call.tag_specifications(tagging::on_create(ResourceType::Vpc, &new.tags)).send().await;
            let vpc = answer.map_err(|error| fault("ec2:CreateVpc", error))?.vpc;
            let id = vpc.and_then(|vpc| vpc.vpc_id).ok_or_else(|| missing("ec2:CreateVpc", "VPC id"))?;
            Ok(Created::begun(id))
        }

        async fn find(cx: &Cx, _new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let answer = cx.ec2().describe_vpcs().filters(tagging::of_intent(intent)).send().await;
            let vpcs = answer.map_err(|error| fault("ec2:DescribeVpcs", error))?.vpcs.unwrap_or_default();
            Ok(vpcs.into_iter().find_map(|vpc| vpc.vpc_id).map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            // Filtered by id, not named: an id that is gone is then left out, where naming it would fail the whole call.
            let vpcs = filter::batched(ids, async |ids| {
                let pages = cx.ec2().describe_vpcs().filters(filter::ids("vpc-id", ids)).into_paginator().items().send();
                pages.try_collect().await.map_err(|error| fault("ec2:DescribeVpcs", error))
            });
            let vpcs = vpcs.await?;
            let mut live = Vec::new();
            for id in ids {
                let vpc = vpcs.iter().find(|vpc| vpc.vpc_id() == Some(id.as_str()));
                live.push(match vpc.and_then(|vpc| Some((vpc, Cidr::parse(vpc.cidr_block()?)?))) {
                    Some((vpc, cidr)) => {
                        let (dns_support, dns_hostnames) = attributes(cx, id).await?;
                        let inputs = Vpc { cidr, dns_support, dns_hostnames, tags: tagging::read(vpc.tags()) };
                        Some(Live::new(inputs, Outputs { id: id.to_string() }))
                    }
                    None => None,
                });
            }
            Ok(live)
        }

        /// Its block of addresses stays while it stands.
        async fn glance(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let attributes = try_join_all(ids.iter().map(async |id| found(attributes(cx, id).await)));
            let (attributes, mut tags) = futures::try_join!(attributes, tagging::glance(cx, "vpc", ids))?;
            let live = ids.iter().zip(attributes).map(|(id, attributes)| {
                let (dns_support, dns_hostnames) = attributes?;
                let inputs = Vpc { cidr: Cidr::parse("0.0.0.0/0")?, dns_support, dns_hostnames, tags: tags.remove(id)? };
                Some(Live { unread: &["cidr"], ..Live::new(inputs, Outputs { id: id.to_string() }) })
            });
            Ok(live.collect())
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            // One attribute a call: AWS refuses both in one (InvalidParameterCombination).
            let value = |on: bool| AttributeBooleanValue::builder().value(on).build();
            let modify = || cx.ec2().modify_vpc_attribute().vpc_id(id.as_str());
            if changed.has("dnsSupport") {
                let call = modify().enable_dns_support(value(new.dns_support));
                call.send().await.map_err(|error| fault("ec2:ModifyVpcAttribute", error))?;
            }
            if changed.has("dnsHostnames") {
                let call = modify().enable_dns_hostnames(value(new.dns_hostnames));
                call.send().await.map_err(|error| fault("ec2:ModifyVpcAttribute", error))?;
            }
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.ec2().delete_vpc().vpc_id(id.as_str()).send().await;
            found(answer.map_err(|error| fault("ec2:DeleteVpc", error)))?;
            Ok(Gone::Yes)
        }
    }

    /// Whether DNS answers in it, and whether it names machines.
    async fn attributes(cx: &Cx, id: &Id) -> Outcome<(bool, bool)> {
        let (support, hostnames) = (VpcAttributeName::EnableDnsSupport, VpcAttributeName::EnableDnsHostnames);
        futures::try_join!(attribute(cx, id, support), attribute(cx, id, hostnames))
    }

    async fn attribute(cx: &Cx, id: &Id, name: VpcAttributeName) -> Outcome<bool> {
        let answer = cx.ec2().describe_vpc_attribute().vpc_id(id.as_str()).attribute(name.clone()).send().await;
        let answer = answer.map_err(|error| fault("ec2:DescribeVpcAttribute", error))?;
        let value = if name == VpcAttributeName::EnableDnsSupport { answer.enable_dns_support } else { answer.enable_dns_hostnames };
        Ok(value.and_then(|value| value.value).unwrap_or_default())
    }
}
