//! `ec2.RouteTable`: where a subnet's traffic goes.

use wcalang_model::kind::{Cidr, CreateClass, Kind, Naming, Record, Ref, Rules, Set, Tags};
use wcalang_model::value::Datum;

use crate::ec2::internet_gateway::InternetGateway;
use crate::ec2::nat_gateway::NatGateway;
use crate::ec2::vpc::Vpc;

/// Where the traffic of the subnets associated with it goes. Traffic within the VPC needs no route; routes that AWS adds for a gateway
/// endpoint or a virtual private gateway are left alone.
#[derive(Debug, Clone, Record)]
pub struct RouteTable {
    /// The VPC whose subnets may use it.
    #[field(replace)]
    pub vpc: Ref<Vpc>,
    /// The routes, one for each block of destinations.
    #[field(default = Set::default())]
    pub routes: Set<Route>,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// A route: a block of destinations and exactly one way there.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct Route {
    /// The destinations, IPv4 or IPv6: `0.0.0.0/0` for all of IPv4.
    pub cidr: Cidr,
    /// Through an internet gateway.
    pub gateway: Option<Ref<InternetGateway>>,
    /// Through a NAT gateway.
    pub nat_gateway: Option<Ref<NatGateway>>,
    /// Through a transit gateway: `tgw-…`.
    pub transit_gateway: Option<String>,
    /// Through a connection to another VPC: `pcx-…`.
    pub peering_connection: Option<String>,
    /// Through a network interface: `eni-…`.
    pub network_interface: Option<String>,
    /// Through a virtual private gateway: `vgw-…`.
    pub virtual_gateway: Option<String>,
}

const TARGETS: &[&str] = &["gateway", "natGateway", "transitGateway", "peeringConnection", "networkInterface", "virtualGateway"];

/// What a route table gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The route table's id: `rtb-…`.
    #[field(identity, stable)]
    pub id: String,
}

impl Kind for RouteTable {
    const NAME: &'static str = "ec2.RouteTable";
    const NAMING: Naming = Naming::Tag;
    const CREATE: CreateClass = CreateClass::Token;
    const ACTIONS: &'static [&'static str] = &[
        "ec2:CreateRouteTable",
        "ec2:DescribeRouteTables",
        "ec2:CreateRoute",
        "ec2:ReplaceRoute",
        "ec2:DeleteRoute",
        "ec2:DeleteRouteTable",
        "ec2:CreateTags",
        "ec2:DeleteTags",
    ];
    type Outputs = Outputs;

    const RULES: Option<Rules> = Some(|fields, problems| {
        let Some(Datum::List(routes)) = fields.get("routes") else { return };
        for route in routes.iter().filter_map(Datum::as_record) {
            let given: Vec<&str> = TARGETS.iter().copied().filter(|target| route.contains_key(*target)).collect();
            if given.len() != 1 {
                let cidr = route.get("cidr").and_then(Datum::as_str).unwrap_or("…");
                let message = match given.len() {
                    0 => format!("the route to {cidr} leads nowhere"),
                    _ => format!("the route to {cidr} leads to {} at once", given.join(" and ")),
                };
                problems.push("routes", message, format!("give it exactly one of {}", TARGETS.join(", ")));
            }
        }
    });
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_ec2::types::{self, ResourceType, RouteOrigin};
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::ec2::{route_tables, tagging};
    use crate::fault::{fault, found, missing, told};

    impl Calls for RouteTable {
        async fn create(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Created<Self>> {
            let call = cx.ec2().create_route_table().vpc_id(new.vpc.id()).client_token(&intent.token);
            let answer = call.tag_specifications(tagging::on_create(ResourceType::RouteTable, &new.tags)).send().await;
            let table = answer.map_err(|error| fault("ec2:CreateRouteTable", error))?.route_table;
            let id = table.and_then(|table| table.route_table_id);
            let id = id.ok_or_else(|| missing("ec2:CreateRouteTable", "route table id"))?;
            Ok(if new.routes.0.is_empty() { Created::whole(id.clone(), Outputs { id }) } else { Created::begun(id) })
        }

        async fn find(cx: &Cx, _new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let answer = cx.ec2().describe_route_tables().filters(tagging::of_intent(intent)).send().await;
            let tables = answer.map_err(|error| fault("ec2:DescribeRouteTables", error))?.route_tables.unwrap_or_default();
            Ok(tables.into_iter().find_map(|table| table.route_table_id).map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let tables = route_tables::read(cx, ids).await?;
            let of = |id: &Id| tables.iter().find(|table| table.route_table_id() == Some(id.as_str()));
            ids.iter().map(|id| of(id).map(|found| told("ec2:DescribeRouteTables", live(found))).transpose()).collect()
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, _changed: &Changed) -> Outcome<()> {
            let (old, new_routes) = (&live.inputs.routes.0, &new.routes.0);
            for route in new_routes.iter().filter(|route| !old.contains(route)) {
                if old.iter().any(|other| other.cidr == route.cidr) {
                    replace(cx, id, route).await?;
                } else {
                    create(cx, id, route).await?;
                }
            }
            for route in old.iter().filter(|route| !new_routes.iter().any(|other| other.cidr == route.cidr)) {
                let (v4, v6) = blocks(route);
                let call = cx.ec2().delete_route().route_table_id(id.as_str());
                let answer = call.set_destination_cidr_block(v4).set_destination_ipv6_cidr_block(v6).send().await;
                found(answer.map_err(|error| fault("ec2:DeleteRoute", error)))?;
            }
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.ec2().delete_route_table().route_table_id(id.as_str()).send().await;
            found(answer.map_err(|error| fault("ec2:DeleteRouteTable", error)))?;
            Ok(Gone::Yes)
        }
    }

    async fn create(cx: &Cx, id: &Id, route: &Route) -> Outcome<()> {
        let (v4, v6) = blocks(route);
        let call = cx.ec2().create_route().route_table_id(id.as_str());
        let call = call.set_destination_cidr_block(v4).set_destination_ipv6_cidr_block(v6).set_gateway_id(gateway(route));
        let call = call.set_nat_gateway_id(route.nat_gateway.as_ref().map(|gateway| gateway.id().to_string()));
        let call = call.set_transit_gateway_id(route.transit_gateway.clone());
        let call = call.set_vpc_peering_connection_id(route.peering_connection.clone());
        call.set_network_interface_id(route.network_interface.clone()).send().await.map_err(|error| fault("ec2:CreateRoute", error))?;
        Ok(())
    }

    async fn replace(cx: &Cx, id: &Id, route: &Route) -> Outcome<()> {
        let (v4, v6) = blocks(route);
        let call = cx.ec2().replace_route().route_table_id(id.as_str());
        let call = call.set_destination_cidr_block(v4).set_destination_ipv6_cidr_block(v6).set_gateway_id(gateway(route));
        let call = call.set_nat_gateway_id(route.nat_gateway.as_ref().map(|gateway| gateway.id().to_string()));
        let call = call.set_transit_gateway_id(route.transit_gateway.clone());
        let call = call.set_vpc_peering_connection_id(route.peering_connection.clone());
        call.set_network_interface_id(route.network_interface.clone()).send().await.map_err(|error| fault("ec2:ReplaceRoute", error))?;
        Ok(())
    }

    /// The destination, as the IPv4 and the IPv6 argument.
    fn blocks(route: &Route) -> (Option<String>, Option<String>) {
        let text = route.cidr.to_string();
        if route.cidr.is_v6() { (None, Some(text)) } else { (Some(text), None) }
    }

    fn gateway(route: &Route) -> Option<String> {
        route.gateway.as_ref().map(|gateway| gateway.id().to_string()).or_else(|| route.virtual_gateway.clone())
    }

    fn live(table: &types::RouteTable) -> Option<Live<RouteTable>> {
        let inputs = RouteTable {
            vpc: Ref::new(table.vpc_id()?),
            routes: table.routes().iter().filter_map(ours).collect(),
            tags: tagging::read(table.tags()),
        };
        Some(Live::new(inputs, Outputs { id: table.route_table_id()?.to_string() }))
    }

    /// A route that a `CreateRoute` made: not the local one, nor one propagated or added for an endpoint (to a prefix list).
    fn ours(route: &types::Route) -> Option<Route> {
        if route.origin() != Some(&RouteOrigin::CreateRoute) {
            return None;
        }
        let gateway = |prefix: &str| route.gateway_id().filter(|id| id.starts_with(prefix));
        Some(Route {
            cidr: Cidr::parse(route.destination_cidr_block().or(route.destination_ipv6_cidr_block())?)?,
            gateway: gateway("igw-").map(Ref::new),
            nat_gateway: route.nat_gateway_id().map(Ref::new),
            transit_gateway: route.transit_gateway_id().map(ToString::to_string),
            peering_connection: route.vpc_peering_connection_id().map(ToString::to_string),
            network_interface: route.network_interface_id().map(ToString::to_string),
            virtual_gateway: gateway("vgw-").map(ToString::to_string),
        })
    }
}
