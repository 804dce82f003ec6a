//! `ec2.RouteTableAssociation`: which route table a subnet uses.

use wcalang_model::kind::{CreateClass, Kind, Record, Ref};

use crate::ec2::route_table::RouteTable;
use crate::ec2::subnet::Subnet;

/// Which route table a subnet uses. Without one it uses the VPC's main table.
#[derive(Debug, Clone, Record)]
pub struct RouteTableAssociation {
    /// The subnet.
    #[field(replace, completes)]
    pub subnet: Ref<Subnet>,
    /// The route table. Another one takes over without a gap.
    pub route_table: Ref<RouteTable>,
}

/// What an association gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The subnet's id: a subnet has one association, and the association's own id changes with the table.
    #[field(identity, stable)]
    pub id: String,
    /// The association's own id: `rtbassoc-…`.
    pub association: String,
}

impl Kind for RouteTableAssociation {
    const NAME: &'static str = "ec2.RouteTableAssociation";
    const CREATE: CreateClass = CreateClass::Natural;
    const ACTIONS: &'static [&'static str] =
        &["ec2:AssociateRouteTable", "ec2:DescribeRouteTables", "ec2:ReplaceRouteTableAssociation", "ec2:DisassociateRouteTable"];
    type Outputs = Outputs;
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_ec2::types;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::ec2::route_tables;
    use crate::fault::{fault, found, missing, told};

    impl Calls for RouteTableAssociation {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let call = cx.ec2().associate_route_table().subnet_id(new.subnet.id()).route_table_id(new.route_table.id());
            let answer = call.send().await.map_err(|error| fault("ec2:AssociateRouteTable", error))?;
            let association = answer.association_id.ok_or_else(|| missing("ec2:AssociateRouteTable", "association id"))?;
            Ok(Created::whole(new.subnet.id(), Outputs { id: new.subnet.id().to_string(), association }))
        }

        /// What cannot be tagged is ours if the subnet is, which is in the stack, and the table is the one asked for.
        async fn find(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Option<Id>> {
            let id = Id(new.subnet.id().to_string());
            let live = Self::read(cx, std::slice::from_ref(&id)).await?;
            Ok(live.into_iter().flatten().next().filter(|live| live.inputs.route_table == new.route_table).map(|_| id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let tables = route_tables::read(cx, ids).await?;
            let associations = || tables.iter().flat_map(types::RouteTable::associations);
            let of = |id: &Id| associations().find(|association| association.subnet_id() == Some(id.as_str()));
            ids.iter().map(|id| of(id).map(|found| told("ec2:DescribeRouteTables", live(found))).transpose()).collect()
        }

        async fn update(cx: &Cx, _id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.has("routeTable") {
                let call = cx.ec2().replace_route_table_association().association_id(&live.outputs.association);
                let answer = call.route_table_id(new.route_table.id()).send().await;
                answer.map_err(|error| fault("ec2:ReplaceRouteTableAssociation", error))?;
            }
            Ok(())
        }

        async fn delete(cx: &Cx, _id: &Id, live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.ec2().disassociate_route_table().association_id(&live.outputs.association).send().await;
            found(answer.map_err(|error| fault("ec2:DisassociateRouteTable", error)))?;
            Ok(Gone::Yes)
        }
    }

    fn live(association: &types::RouteTableAssociation) -> Option<Live<RouteTableAssociation>> {
        let subnet = association.subnet_id()?;
        let inputs = RouteTableAssociation { subnet: Ref::new(subnet), route_table: Ref::new(association.route_table_id()?) };
        let association = association.route_table_association_id()?.to_string();
        Some(Live::new(inputs, Outputs { id: subnet.to_string(), association }))
    }
}
