//! `ec2.VpcEndpoint`: a way from a VPC to a service of AWS that does not lead over the internet.

use wcalang_model::kind::{Choice, CreateClass, Kind, Naming, Policy, Record, Ref, Rules, Set, Tags};
use wcalang_model::value::Datum;

use crate::ec2::route_table::RouteTable;
use crate::ec2::security_group::SecurityGroup;
use crate::ec2::subnet::Subnet;
use crate::ec2::vpc::Vpc;

/// A way from a VPC to a service of AWS, or of somebody else, that does not lead over the internet.
///
/// A gateway is a target of routes, costs nothing, and there are those of S3 and DynamoDB. An interface is a network interface in
/// subnets, and is billed by the hour for each of them and by the gigabyte.
#[derive(Debug, Clone, Record)]
pub struct VpcEndpoint {
    /// The VPC.
    #[field(replace)]
    pub vpc: Ref<Vpc>,
    /// The service: `s3`, `ecr.api` and so on for one of AWS in the stack's region, or a whole name such as
    /// `com.amazonaws.vpce.us-west-2.vpce-svc-0123456789abcdef0`.
    #[field(replace)]
    pub service: String,
    /// What it is.
    #[field(name = "type", replace, default = EndpointType::Gateway)]
    pub kind: EndpointType,
    /// What may be done through it. AWS's default: everything.
    #[field(computed)]
    pub policy: Option<Policy>,
    /// For a gateway: the route tables that get a route to it.
    #[field(default = Set::default())]
    pub route_tables: Set<Ref<RouteTable>>,
    /// For an interface: the subnets it stands in, at most one in each zone.
    #[field(default = Set::default())]
    pub subnets: Set<Ref<Subnet>>,
    /// For an interface: the rules for what reaches it. AWS's default: the VPC's default group.
    #[field(computed)]
    pub security_groups: Option<Set<Ref<SecurityGroup>>>,
    /// For an interface: whether the service's usual name leads to it within the VPC, which then needs `dnsSupport` and
    /// `dnsHostnames`. AWS's default: it does.
    #[field(computed)]
    pub private_dns: Option<bool>,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What an endpoint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum EndpointType {
    /// A target of routes.
    #[value("Gateway")]
    Gateway,
    /// A network interface in subnets.
    #[value("Interface")]
    Interface,
}

/// What an endpoint gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The endpoint's id: `vpce-…`.
    #[field(identity, stable)]
    pub id: String,
    /// Of an interface: its own name, which leads to all of its subnets.
    pub dns_name: Option<String>,
}

impl Kind for VpcEndpoint {
    const NAME: &'static str = "ec2.VpcEndpoint";
    const NAMING: Naming = Naming::Tag;
    const CREATE: CreateClass = CreateClass::Token;
    const WAITS: bool = true;
    const ACTIONS: &'static [&'static str] = &[
        "ec2:CreateVpcEndpoint",
        "ec2:DescribeVpcEndpoints",
        "ec2:ModifyVpcEndpoint",
        "ec2:DeleteVpcEndpoints",
        "ec2:CreateTags",
        "ec2:DeleteTags",
        "route53:AssociateVPCWithHostedZone",
    ];
    type Outputs = Outputs;

    const RULES: Option<Rules> = Some(|fields, problems| {
        if let Some(region) = fields.get("service").and_then(Datum::as_str).and_then(|name| name.strip_prefix("com.amazonaws."))
            && let Some((_, short)) = region.split_once('.').filter(|(region, _)| *region != "vpce")
        {
            problems.push("service", "a service of AWS in the stack's region goes by its short name", format!("service = {short:?};"));
        }
        let interface = match fields.get("type").and_then(Datum::as_str).and_then(EndpointType::parse) {
            Some(EndpointType::Interface) => true,
            Some(EndpointType::Gateway) => false,
            None if fields.contains_key("type") => return,
            None => false,
        };
        let given = |field: &str| fields.get(field).is_some_and(|value| !matches!(value, Datum::List(items) if items.is_empty()));
        let (what, others): (_, &[&str]) =
            if interface { ("an interface", &["routeTables"]) } else { ("a gateway", &["subnets", "securityGroups", "privateDns"]) };
        for &field in others.iter().filter(|field| given(field)) {
            let other = if interface { "Gateway" } else { "Interface" };
            problems.push(field, format!("{what} takes no {field}"), format!("remove it, or write type = {other:?};"));
        }
        if interface && !given("subnets") {
            problems.push("subnets", "an interface stands in subnets", "give it subnets, at most one in each zone");
        }
    });
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_ec2::types::{self, ResourceType, VpcEndpointType};
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Fault, FaultClass, Gone, Id, Intent, Live, Outcome, Ready};

    use super::*;
    use crate::client::CxExt;
    use crate::ec2::{filter, tagging};
    use crate::fault::{fault, found, missing, told};

    const DELETE: &str = "ec2:DeleteVpcEndpoints";

    impl Calls for VpcEndpoint {
        async fn create(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Created<Self>> {
            let call = cx.ec2().create_vpc_endpoint().vpc_id(new.vpc.id()).service_name(whole_name(cx, &new.service));
            let call = call.vpc_endpoint_type(VpcEndpointType::from(new.kind.as_str())).client_token(&intent.token);
            let call = call.set_policy_document(new.policy.as_ref().map(Policy::text)).set_route_table_ids(some(ids(&new.route_tables)));
            let call = call.set_subnet_ids(some(ids(&new.subnets))).set_security_group_ids(new.security_groups.as_ref().map(ids));
            let call = call.set_private_dns_enabled(new.private_dns);
            let answer = call.tag_specifications(tagging::on_create(ResourceType::VpcEndpoint, &new.tags)).send().await;
            let endpoint = answer.map_err(|error| fault("ec2:CreateVpcEndpoint", error))?.vpc_endpoint;
            let id = endpoint.and_then(|endpoint| endpoint.vpc_endpoint_id);
            Ok(Created::begun(id.ok_or_else(|| missing("ec2:CreateVpcEndpoint", "endpoint id"))?))
        }

        async fn find(cx: &Cx, _new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let pages = cx.ec2().describe_vpc_endpoints().filters(tagging::of_intent(intent)).into_paginator().items().send();
            let endpoints = pages.try_collect().await.map_err(|error| fault("ec2:DescribeVpcEndpoints", error))?;
            let endpoint = endpoints.into_iter().find(|endpoint| stands(endpoint) && tagging::are_of(endpoint.tags(), intent));
            Ok(endpoint.and_then(|endpoint| endpoint.vpc_endpoint_id).map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let endpoints = describe(cx, ids).await?;
            let of = |id: &Id| endpoints.iter().find(|endpoint| endpoint.vpc_endpoint_id() == Some(id.as_str()));
            let live = |id: &Id| {
                let endpoint = of(id).filter(|endpoint| stands(endpoint));
                endpoint.map(|endpoint| told("ec2:DescribeVpcEndpoints", live(cx, endpoint))).transpose()
            };
            ids.iter().map(live).collect()
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.any(&["policy", "routeTables", "subnets", "securityGroups", "privateDns"]) {
                let old = &live.inputs;
                let (add_tables, remove_tables) = since(&old.route_tables, &new.route_tables);
                let (add_subnets, remove_subnets) = since(&old.subnets, &new.subnets);
                let groups = old.security_groups.clone().unwrap_or_default();
                let (add_groups, remove_groups) = since(&groups, new.security_groups.as_ref().unwrap_or(&groups));
                let call = cx.ec2().modify_vpc_endpoint().vpc_endpoint_id(id.as_str());
                let call = call.set_add_route_table_ids(add_tables).set_remove_route_table_ids(remove_tables);
                let call = call.set_add_subnet_ids(add_subnets).set_remove_subnet_ids(remove_subnets);
                let call = call.set_add_security_group_ids(add_groups).set_remove_security_group_ids(remove_groups);
                let call = call.set_policy_document(new.policy.as_ref().filter(|_| changed.has("policy")).map(Policy::text));
                let call = call.set_private_dns_enabled(new.private_dns.filter(|_| changed.has("privateDns")));
                call.send().await.map_err(|error| fault("ec2:ModifyVpcEndpoint", error))?;
            }
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        /// One whose owner must accept it stands as it is until they do: no run waits for people.
        async fn ready(cx: &Cx, id: &Id) -> Outcome<Ready> {
            let endpoints = describe(cx, std::slice::from_ref(id)).await?;
            let Some(endpoint) = endpoints.first() else { return Ok(Ready::Wait("not visible yet".to_string())) };
            Ok(match state(endpoint).as_str() {
                "available" | "pendingacceptance" => Ready::Yes,
                state @ ("failed" | "rejected" | "expired" | "deleting" | "deleted") => {
                    Ready::Failed(endpoint.last_error().and_then(|error| error.message()).unwrap_or(state).to_string())
                }
                state => Ready::Wait(state.to_string()),
            })
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let endpoints = describe(cx, std::slice::from_ref(id)).await?;
            let state = endpoints.first().map_or("deleted".to_string(), state);
            if state == "deleted" {
                return Ok(Gone::Yes);
            }
            if state != "deleting" {
                let answer = cx.ec2().delete_vpc_endpoints().vpc_endpoint_ids(id.as_str()).send().await;
                let answer = found(answer.map_err(|error| fault(DELETE, error)))?;
                let refused = answer.and_then(|answer| answer.unsuccessful).unwrap_or_default().into_iter().find_map(|item| item.error);
                if let Some(error) = refused.filter(|error| !error.code().unwrap_or_default().contains("NotFound")) {
                    let text = |text: Option<&str>| text.unwrap_or_default().to_string();
                    let (operation, code, message) = (DELETE.to_string(), text(error.code()), text(error.message()));
                    return Err(Fault { class: FaultClass::Invalid, operation, code, message, field: None });
                }
            }
            // Its network interfaces hold subnets and groups until it is gone.
            Ok(Gone::Wait("deleting".to_string()))
        }
    }

    /// The name of a service that AWS's calls take.
    fn whole_name(cx: &Cx, service: &str) -> String {
        if ["com.", "cn.", "aws."].iter().any(|whole| service.starts_with(whole)) {
            return service.to_string();
        }
        format!("{}{service}", prefix(cx))
    }

    /// What AWS's services in the region have before their short names.
    fn prefix(cx: &Cx) -> String {
        format!("com.amazonaws.{}.", cx.place.region)
    }

    fn ids<K>(references: &Set<Ref<K>>) -> Vec<String> {
        references.0.iter().map(|reference| reference.id().to_string()).collect()
    }

    fn some(ids: Vec<String>) -> Option<Vec<String>> {
        (!ids.is_empty()).then_some(ids)
    }

    /// What is to be added, and what to be removed.
    fn since<K>(old: &Set<Ref<K>>, new: &Set<Ref<K>>) -> (Option<Vec<String>>, Option<Vec<String>>) {
        let (old, new) = (ids(old), ids(new));
        let without = |these: &[String], those: &[String]| some(these.iter().filter(|id| !those.contains(id)).cloned().collect());
        (without(&new, &old), without(&old, &new))
    }

    /// The endpoints of these ids. One that is gone fails the call for all: then each is asked for alone.
    async fn describe(cx: &Cx, ids: &[Id]) -> Outcome<Vec<types::VpcEndpoint>> {
        filter::batched(ids, async |ids| named(cx, ids).await).await
    }

    async fn named(cx: &Cx, ids: &[Id]) -> Outcome<Vec<types::VpcEndpoint>> {
        let call = cx.ec2().describe_vpc_endpoints().set_vpc_endpoint_ids(Some(ids.iter().map(Id::to_string).collect()));
        let pages = call.into_paginator().items().send();
        pages.try_collect().await.map_err(|error| fault("ec2:DescribeVpcEndpoints", error))
    }

    /// The state, in small letters: AWS's documentation and its answers differ in that.
    fn state(endpoint: &types::VpcEndpoint) -> String {
        endpoint.state().map_or("pending", types::State::as_str).to_ascii_lowercase()
    }

    /// A deleted one stays visible for a while.
    fn stands(endpoint: &types::VpcEndpoint) -> bool {
        !matches!(state(endpoint).as_str(), "deleting" | "deleted")
    }

    fn live(cx: &Cx, endpoint: &types::VpcEndpoint) -> Option<Live<VpcEndpoint>> {
        let name = endpoint.service_name()?;
        let kind = endpoint.vpc_endpoint_type().and_then(|kind| EndpointType::parse(kind.as_str())).unwrap_or(EndpointType::Gateway);
        let interface = kind == EndpointType::Interface;
        let inputs = VpcEndpoint {
            vpc: Ref::new(endpoint.vpc_id()?),
            service: name.strip_prefix(&prefix(cx)).unwrap_or(name).to_string(),
            kind,
            policy: endpoint.policy_document().map(Policy::parse),
            route_tables: endpoint.route_table_ids().iter().map(Ref::new).collect(),
            subnets: endpoint.subnet_ids().iter().map(Ref::new).collect(),
            security_groups: interface.then(|| endpoint.groups().iter().filter_map(|group| group.group_id()).map(Ref::new).collect()),
            private_dns: endpoint.private_dns_enabled().filter(|_| interface),
            tags: tagging::read(endpoint.tags()),
        };
        let dns_name = endpoint.dns_entries().first().and_then(|entry| entry.dns_name()).map(str::to_string);
        Some(Live::new(inputs, Outputs { id: endpoint.vpc_endpoint_id()?.to_string(), dns_name }))
    }
}
