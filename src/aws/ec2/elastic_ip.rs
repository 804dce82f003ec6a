//! `ec2.ElasticIp`: a public IPv4 address that stays.

use wcalang_model::kind::{CreateClass, Kind, Naming, Record, Tags};

/// A public IPv4 address that stays the same until it is given back. It costs money whether or not something uses it.
#[derive(Debug, Clone, Record)]
pub struct ElasticIp {
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What an Elastic IP gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The id of its allocation: `eipalloc-…`.
    #[field(identity, stable)]
    pub id: String,
    /// The address.
    #[field(stable)]
    pub address: String,
}

impl Kind for ElasticIp {
    const NAME: &'static str = "ec2.ElasticIp";
    const NAMING: Naming = Naming::Tag;
    const CREATE: CreateClass = CreateClass::Tagged;
    const GLANCED: Option<usize> = Some(1);
    const ACTIONS: &'static [&'static str] =
        &["ec2:AllocateAddress", "ec2:DescribeAddresses", "ec2:ReleaseAddress", "ec2:CreateTags", "ec2:DeleteTags", "tag:GetResources"];
    type Outputs = Outputs;
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_ec2::types::{self, DomainType, NatGateway, ResourceType};
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::ec2::{filter, nat_gateways, tagging};
    use crate::fault::{fault, found, missing, told};

    impl Calls for ElasticIp {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let call = cx.ec2().allocate_address().domain(DomainType::Vpc);
            let answer = call.tag_specifications(tagging::on_create(ResourceType::ElasticIp, &new.tags)).send().await;
            let answer = answer.map_err(|error| fault("ec2:AllocateAddress", error))?;
            let id = answer.allocation_id.ok_or_else(|| missing("ec2:AllocateAddress", "allocation id"))?;
            Ok(match answer.public_ip {
                Some(address) => Created::whole(id.clone(), Outputs { id, address }),
                None => Created::begun(id),
            })
        }

        async fn find(cx: &Cx, _new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let answer = cx.ec2().describe_addresses().filters(tagging::of_intent(intent)).send().await;
            let addresses = answer.map_err(|error| fault("ec2:DescribeAddresses", error))?.addresses.unwrap_or_default();
            Ok(addresses.into_iter().find_map(|address| address.allocation_id).map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let addresses = filter::batched(ids, async |ids| {
                // AWS gives addresses in one page.
                let answer = cx.ec2().describe_addresses().filters(filter::ids("allocation-id", ids)).send().await;
                Ok(answer.map_err(|error| fault("ec2:DescribeAddresses", error))?.addresses.unwrap_or_default())
            });
            let addresses = addresses.await?;
            let of = |id: &Id| addresses.iter().find(|address| address.allocation_id() == Some(id.as_str()));
            ids.iter().map(|id| of(id).map(|found| told("ec2:DescribeAddresses", live(found))).transpose()).collect()
        }

        /// A NAT gateway uses it: so it stands.
        async fn glance(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let (gateways, mut tags) = futures::try_join!(nat_gateways::read(cx, ids), tagging::glance(cx, "elastic-ip", ids))?;
            let used = || gateways.iter().filter(|gateway| nat_gateways::stands(gateway)).flat_map(NatGateway::nat_gateway_addresses);
            let live = ids.iter().map(|id| {
                let address = used().find(|address| address.allocation_id() == Some(id.as_str()))?.public_ip()?;
                let outputs = Outputs { id: id.to_string(), address: address.to_string() };
                Some(Live::new(ElasticIp { tags: tags.remove(id)? }, outputs))
            });
            Ok(live.collect())
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, _changed: &Changed) -> Outcome<()> {
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.ec2().release_address().allocation_id(id.as_str()).send().await;
            found(answer.map_err(|error| fault("ec2:ReleaseAddress", error)))?;
            Ok(Gone::Yes)
        }
    }

    fn live(address: &types::Address) -> Option<Live<ElasticIp>> {
        let outputs = Outputs { id: address.allocation_id()?.to_string(), address: address.public_ip()?.to_string() };
        Some(Live::new(ElasticIp { tags: tagging::read(address.tags()) }, outputs))
    }
}
