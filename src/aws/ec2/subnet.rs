//! `ec2.Subnet`: a part of a VPC in one zone.

use wcalang_model::kind::{Arn, Cidr, CreateClass, Kind, Naming, Record, Ref, Tags, Within};

use crate::ec2::vpc::Vpc;

/// A part of a VPC's addresses in one availability zone. What decides whether it is public is the route table associated with it.
#[derive(Debug, Clone, Record)]
pub struct Subnet {
    /// The VPC it is a part of.
    #[field(replace)]
    pub vpc: Ref<Vpc>,
    /// The availability zone, such as `us-west-2a`.
    #[field(replace)]
    pub zone: String,
    /// Its IPv4 block, between /16 and /28, within the VPC's and apart from the other subnets'.
    #[field(replace)]
    pub cidr: Cidr,
    /// Whether instances started in it get a public address by default.
    #[field(default = false)]
    pub map_public_ip: bool,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What a subnet gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The subnet's id: `subnet-…`.
    #[field(identity, stable)]
    pub id: String,
    /// The subnet's ARN.
    #[field(stable)]
    pub arn: Arn,
}

impl Kind for Subnet {
    const NAME: &'static str = "ec2.Subnet";
    const NAMING: Naming = Naming::Tag;
    const CREATE: CreateClass = CreateClass::Natural;
    const WITHIN: Option<Within> = Some(Within { block: "cidr", whole: "vpc", block_of_whole: "cidr" });
    const ACTIONS: &'static [&'static str] =
        &["ec2:CreateSubnet", "ec2:DescribeSubnets", "ec2:ModifySubnetAttribute", "ec2:DeleteSubnet", "ec2:CreateTags", "ec2:DeleteTags"];
    type Outputs = Outputs;
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_ec2::types::{self, AttributeBooleanValue, ResourceType};
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::ec2::{filter, tagging};
    use crate::fault::{fault, found, missing, told};

    impl Calls for Subnet {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let call = cx.ec2().create_subnet().vpc_id(new.vpc.id()).availability_zone(&new.zone).cidr_block(new.cidr.to_string());
            let answer = call.tag_specifications(tagging::on_create(ResourceType::Subnet, &new.tags)).send().await;
            let subnet = answer.map_err(|error| fault("ec2:CreateSubnet", error))?.subnet;
            let live = subnet.as_ref().and_then(live).ok_or_else(|| missing("ec2:CreateSubnet", "subnet"))?;
            let id = live.outputs.id.clone();
            Ok(if live.inputs.map_public_ip == new.map_public_ip { Created::whole(id, live.outputs) } else { Created::begun(id) })
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let call = cx.ec2().describe_subnets().filters(filter::one("vpc-id", new.vpc.id()));
            let answer = call.filters(tagging::of_intent(intent)).send().await;
            let subnets = answer.map_err(|error| fault("ec2:DescribeSubnets", error))?.subnets.unwrap_or_default();
            Ok(subnets.into_iter().find_map(|subnet| subnet.subnet_id).map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let subnets = filter::batched(ids, async |ids| {
                let pages = cx.ec2().describe_subnets().filters(filter::ids("subnet-id", ids)).into_paginator().items().send();
                pages.try_collect().await.map_err(|error| fault("ec2:DescribeSubnets", error))
            });
            let subnets = subnets.await?;
            let of = |id: &Id| subnets.iter().find(|subnet| subnet.subnet_id() == Some(id.as_str()));
            ids.iter().map(|id| of(id).map(|found| told("ec2:DescribeSubnets", live(found))).transpose()).collect()
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.has("mapPublicIp") {
                let value = AttributeBooleanValue::builder().value(new.map_public_ip).build();
                let call = cx.ec2().modify_subnet_attribute().subnet_id(id.as_str()).map_public_ip_on_launch(value);
                call.send().await.map_err(|error| fault("ec2:ModifySubnetAttribute", error))?;
            }
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.ec2().delete_subnet().subnet_id(id.as_str()).send().await;
            found(answer.map_err(|error| fault("ec2:DeleteSubnet", error)))?;
            Ok(Gone::Yes)
        }
    }

    fn live(subnet: &types::Subnet) -> Option<Live<Subnet>> {
        let inputs = Subnet {
            vpc: Ref::new(subnet.vpc_id()?),
            zone: subnet.availability_zone()?.to_string(),
            cidr: Cidr::parse(subnet.cidr_block()?)?,
            map_public_ip: subnet.map_public_ip_on_launch().unwrap_or_default(),
            tags: tagging::read(subnet.tags()),
        };
        Some(Live::new(inputs, Outputs { id: subnet.subnet_id()?.to_string(), arn: subnet.subnet_arn()?.into() }))
    }
}
