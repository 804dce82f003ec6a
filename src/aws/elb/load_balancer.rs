//! `elb.LoadBalancer`: takes requests and spreads them over targets.

use std::time::Duration;

use wcalang_model::kind::{Arn, Choice, CreateClass, Kind, Name, Naming, Presence, Record, Ref, Rules, Set, Tags};
use wcalang_model::value::{Datum, Fields};

use crate::ec2::security_group::SecurityGroup;
use crate::ec2::subnet::Subnet;

/// Takes requests at one address and spreads them over targets, as its listeners say.
#[derive(Debug, Clone, Record)]
pub struct LoadBalancer {
    /// Its name, unique in the region, of at most 32 characters.
    #[field(replace)]
    pub name: Name<32>,
    /// Whether it works on requests (application) or on connections (network).
    #[field(replace, default = Type::Application)]
    pub r#type: Type,
    /// Whether it has public addresses.
    #[field(replace, default = Scheme::InternetFacing)]
    pub scheme: Scheme,
    /// The subnets it stands in, one for each zone; an application load balancer needs two zones.
    pub subnets: Set<Ref<Subnet>>,
    /// Its security groups. An application load balancer that is given none gets the VPC's default group.
    #[field(computed)]
    pub security_groups: Option<Set<Ref<SecurityGroup>>>,
    /// Which addresses it has.
    #[field(default = IpAddressType::Ipv4)]
    pub ip_address_type: IpAddressType,
    /// How long a connection may be silent before it is closed, in whole seconds up to 4000. Of an application load balancer.
    #[field(default = IDLE_TIMEOUT)]
    pub idle_timeout: Duration,
    /// How long a client may keep its connection, in whole seconds up to seven days. Of an application load balancer.
    #[field(default = CLIENT_KEEP_ALIVE)]
    pub client_keep_alive: Duration,
    /// Whether clients may speak HTTP/2. Of an application load balancer.
    #[field(default = true)]
    pub http2: bool,
    /// Whether header fields that are not valid are dropped rather than passed on. Of an application load balancer.
    #[field(default = false)]
    pub drop_invalid_header_fields: bool,
    /// Whether targets see the `Host` header as the client sent it. Of an application load balancer.
    #[field(default = false)]
    pub preserve_host_header: bool,
    /// Whether it spreads over the targets of every zone rather than of its own. Of a network load balancer: an application load
    /// balancer always does.
    #[field(default = false)]
    pub cross_zone: bool,
    /// Whether AWS refuses to delete it for anyone. A deletion by the stack takes this away first.
    #[field(default = false)]
    pub deletion_protection: bool,
    /// Where it writes what it was asked.
    pub access_logs: Option<AccessLogs>,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// Where a load balancer writes its access log.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct AccessLogs {
    /// The name of the bucket, whose policy lets the load balancer write.
    pub bucket: String,
    /// What the keys begin with.
    #[field(default = String::new())]
    pub prefix: String,
}

/// What a load balancer works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Type {
    /// HTTP requests.
    Application,
    /// TCP, TLS and UDP connections.
    Network,
}

/// From where a load balancer can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Scheme {
    /// From the internet.
    InternetFacing,
    /// From within the VPC and what is connected with it.
    Internal,
}

/// Which addresses a load balancer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum IpAddressType {
    /// IPv4.
    #[value("ipv4")]
    Ipv4,
    /// IPv4 and IPv6.
    #[value("dualstack")]
    Dualstack,
    /// IPv6, and private IPv4.
    #[value("dualstack-without-public-ipv4")]
    DualstackWithoutPublicIpv4,
}

const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
const CLIENT_KEEP_ALIVE: Duration = Duration::from_secs(3600);

/// The fields that only an application load balancer has.
const OF_APPLICATION: &[&str] = &["idleTimeout", "clientKeepAlive", "http2", "dropInvalidHeaderFields", "preserveHostHeader"];

/// What a load balancer gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its ARN.
    #[field(identity, stable)]
    pub arn: Arn,
    /// Its name.
    #[field(stable)]
    pub name: String,
    /// The DNS name to point at it.
    #[field(stable)]
    pub dns_name: String,
    /// The hosted zone of its DNS name, for alias records.
    #[field(stable)]
    pub zone_id: String,
    /// The last part of its ARN, which names it in metrics: `app/NAME/ID`.
    #[field(stable)]
    pub full_name: String,
}

impl Kind for LoadBalancer {
    const NAME: &'static str = "elb.LoadBalancer";
    const NAMING: Naming = Naming::Field { field: "name", max: 32, lower: false };
    const CREATE: CreateClass = CreateClass::Natural;
    const AFTER: &'static [&'static str] = &["ec2.InternetGateway"];
    const GLANCED: Option<usize> = Some(1);
    const WAITS: bool = true;
    const ACTIONS: &'static [&'static str] = &[
        "elasticloadbalancing:CreateLoadBalancer",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:SetSubnets",
        "elasticloadbalancing:SetSecurityGroups",
        "elasticloadbalancing:SetIpAddressType",
        "elasticloadbalancing:DeleteLoadBalancer",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:RemoveTags",
        "iam:CreateServiceLinkedRole",
        "tag:GetResources",
    ];
    type Outputs = Outputs;

    const RULES: Option<Rules> = Some(|fields, problems| {
        let network = fields.get("type").and_then(Datum::as_str) == Some(Type::Network.as_str());
        let known = fields.get("type").is_none_or(Datum::is_known);
        let foreign = if network { OF_APPLICATION } else { &["crossZone"] };
        let other = if network { "application" } else { "network" };
        for &field in foreign.iter().filter(|&&field| known && !is_default(fields, field)) {
            let help = format!("remove it, or write type = \"{other}\";");
            problems.push(field, format!("only a load balancer of type {other} has {field}"), help);
        }
        if let Some(Datum::List(subnets)) = fields.get("subnets")
            && known
            && !network
            && subnets.len() < 2
        {
            let message = "an application load balancer needs subnets in two zones";
            problems.push("subnets", message, "give it a subnet of each zone it serves");
        }
    });
}

/// Whether a field says nothing but its default.
fn is_default(fields: &Fields, field: &str) -> bool {
    let Some(given) = fields.get(field) else { return true };
    let presence = LoadBalancer::SCHEMA.field(field).map(|field| field.presence);
    matches!(presence, Some(Presence::Default(default)) if *given == default())
}

#[cfg(feature = "sdk")]
mod calls {
    use std::collections::BTreeMap;

    use aws_sdk_elasticloadbalancingv2::types::{
        self, LoadBalancerAttribute, LoadBalancerSchemeEnum, LoadBalancerStateEnum, LoadBalancerTypeEnum,
    };
    use futures::stream::{self, StreamExt as _, TryStreamExt as _};
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, FaultClass, Gone, Id, Intent, Live, Outcome, Ready};

    use super::*;
    use crate::client::CxExt;
    use crate::elb::attributes::{AT_ONCE, Attributes, Wanted};
    use crate::elb::tagging;
    use crate::fault::{fault, found, missing, told};

    impl Calls for LoadBalancer {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let call = cx.elbv2().create_load_balancer().name(new.name.as_str()).r#type(LoadBalancerTypeEnum::from(new.r#type.as_str()));
            let call = call.scheme(LoadBalancerSchemeEnum::from(new.scheme.as_str())).set_subnets(Some(ids(&new.subnets)));
            let call = call.set_security_groups(new.security_groups.as_ref().map(ids)).ip_address_type(new.ip_address_type.as_str().into());
            let answer = call.set_tags(Some(tagging::written(new.tags.iter()))).send().await;
            let answer = answer.map_err(|error| fault("elasticloadbalancing:CreateLoadBalancer", error))?;
            let balancer = answer.load_balancers.unwrap_or_default().into_iter().next();
            let outputs = balancer.as_ref().and_then(outputs);
            let outputs = outputs.ok_or_else(|| missing("elasticloadbalancing:CreateLoadBalancer", "load balancer"))?;
            let id = outputs.arn.to_string();
            Ok(if wanted(new) == wanted(&plain(new)) { Created::whole(id, outputs) } else { Created::begun(id) })
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let answer = cx.elbv2().describe_load_balancers().names(new.name.as_str()).send().await;
            let answer = found(answer.map_err(|error| fault("elasticloadbalancing:DescribeLoadBalancers", error)))?;
            let balancers = answer.and_then(|answer| answer.load_balancers).unwrap_or_default();
            let arns: Vec<&str> = balancers.iter().filter_map(|balancer| balancer.load_balancer_arn()).collect();
            Ok(tagging::of_intent(cx, &arns, intent).await?.map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            all(cx, ids, tagging::read(cx, ids)).await
        }

        async fn glance(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            all(cx, ids, tagging::glance(cx, ids)).await
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.has("ipAddressType") {
                let call = cx.elbv2().set_ip_address_type().load_balancer_arn(id.as_str());
                let answer = call.ip_address_type(new.ip_address_type.as_str().into()).send().await;
                answer.map_err(|error| fault("elasticloadbalancing:SetIpAddressType", error))?;
            }
            if changed.has("subnets") {
                let call = cx.elbv2().set_subnets().load_balancer_arn(id.as_str()).set_subnets(Some(ids(&new.subnets)));
                call.send().await.map_err(|error| fault("elasticloadbalancing:SetSubnets", error))?;
            }
            if let Some(groups) = new.security_groups.as_ref().filter(|_| changed.has("securityGroups")) {
                let call = cx.elbv2().set_security_groups().load_balancer_arn(id.as_str()).set_security_groups(Some(ids(groups)));
                call.send().await.map_err(|error| fault("elasticloadbalancing:SetSecurityGroups", error))?;
            }
            let set = wanted(new);
            if set.iter().any(|(field, _, _)| changed.has(field)) {
                let set = set.into_iter().map(|(_, key, value)| attribute(key, value));
                let unsaid = UNSAID.iter().filter(|_| new.r#type == Type::Application);
                modify(cx, id, set.chain(unsaid.map(|(key, value)| attribute(key, value.to_string()))).collect()).await?;
            }
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        async fn ready(cx: &Cx, id: &Id) -> Outcome<Ready> {
            let balancers = describe(cx, std::slice::from_ref(id)).await?;
            let Some(state) = balancers.first().and_then(|balancer| balancer.state()) else {
                return Ok(Ready::Wait("not visible yet".to_string()));
            };
            Ok(match state.code() {
                // Impaired: it serves, and lacks what it would need to grow.
                Some(LoadBalancerStateEnum::Active | LoadBalancerStateEnum::ActiveImpaired) => Ready::Yes,
                Some(LoadBalancerStateEnum::Failed) => Ready::Failed(state.reason().unwrap_or("failed").to_string()),
                code => Ready::Wait(code.map_or("provisioning", LoadBalancerStateEnum::as_str).to_string()),
            })
        }

        async fn delete(cx: &Cx, id: &Id, live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            if live.inputs.deletion_protection {
                found(modify(cx, id, vec![attribute("deletion_protection.enabled", false.to_string())]).await)?;
            }
            let answer = cx.elbv2().delete_load_balancer().load_balancer_arn(id.as_str()).send().await;
            found(answer.map_err(|error| fault("elasticloadbalancing:DeleteLoadBalancer", error)))?;
            Ok(Gone::Yes)
        }
    }

    fn ids<K>(set: &Set<Ref<K>>) -> Vec<String> {
        set.0.iter().map(|item| item.id().to_string()).collect()
    }

    /// The same load balancer with every attribute as AWS sets it at first.
    fn plain(new: &LoadBalancer) -> LoadBalancer {
        LoadBalancer {
            idle_timeout: IDLE_TIMEOUT,
            client_keep_alive: CLIENT_KEEP_ALIVE,
            http2: true,
            drop_invalid_header_fields: false,
            preserve_host_header: false,
            cross_zone: false,
            deletion_protection: false,
            access_logs: None,
            ..new.clone()
        }
    }

    /// The attributes of an application load balancer that no field says, as AWS sets them at first: written with the others, so
    /// that nothing rests on a default.
    const UNSAID: &[(&str, &str)] = &[
        ("connection_logs.s3.enabled", "false"),
        ("routing.http.desync_mitigation_mode", "defensive"),
        ("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false"),
        ("routing.http.xff_client_port.enabled", "false"),
        ("routing.http.xff_header_processing.mode", "append"),
        ("waf.fail_open.enabled", "false"),
        ("zonal_shift.config.enabled", "false"),
    ];

    /// The attributes that its fields mean.
    fn wanted(new: &LoadBalancer) -> Vec<Wanted> {
        let seconds = |time: Duration| time.as_secs().to_string();
        let logs = new.access_logs.as_ref();
        let mut wanted = vec![
            ("deletionProtection", "deletion_protection.enabled", new.deletion_protection.to_string()),
            ("accessLogs", "access_logs.s3.enabled", logs.is_some().to_string()),
        ];
        if let Some(logs) = logs {
            wanted.push(("accessLogs", "access_logs.s3.bucket", logs.bucket.clone()));
            wanted.push(("accessLogs", "access_logs.s3.prefix", logs.prefix.clone()));
        }
        match new.r#type {
            Type::Application => wanted.extend([
                ("idleTimeout", "idle_timeout.timeout_seconds", seconds(new.idle_timeout)),
                ("clientKeepAlive", "client_keep_alive.seconds", seconds(new.client_keep_alive)),
                ("http2", "routing.http2.enabled", new.http2.to_string()),
                ("dropInvalidHeaderFields", "routing.http.drop_invalid_header_fields.enabled", new.drop_invalid_header_fields.to_string()),
                ("preserveHostHeader", "routing.http.preserve_host_header.enabled", new.preserve_host_header.to_string()),
            ]),
            Type::Network => wanted.push(("crossZone", "load_balancing.cross_zone.enabled", new.cross_zone.to_string())),
        }
        wanted
    }

    fn attribute(key: &str, value: String) -> LoadBalancerAttribute {
        LoadBalancerAttribute::builder().key(key).value(value).build()
    }

    async fn modify(cx: &Cx, id: &Id, attributes: Vec<LoadBalancerAttribute>) -> Outcome<()> {
        let call = cx.elbv2().modify_load_balancer_attributes().load_balancer_arn(id.as_str()).set_attributes(Some(attributes));
        call.send().await.map_err(|error| fault("elasticloadbalancing:ModifyLoadBalancerAttributes", error))?;
        Ok(())
    }

    async fn attributes(cx: &Cx, arn: &str) -> Outcome<Attributes> {
        let answer = cx.elbv2().describe_load_balancer_attributes().load_balancer_arn(arn).send().await;
        let answer = answer.map_err(|error| fault("elasticloadbalancing:DescribeLoadBalancerAttributes", error))?;
        Ok(answer.attributes().iter().filter_map(|attribute| Some((attribute.key()?, attribute.value()?))).collect())
    }

    /// All of these that stand.
    async fn all(
        cx: &Cx,
        ids: &[Id],
        tags: impl Future<Output = Outcome<BTreeMap<String, Tags>>>,
    ) -> Outcome<Vec<Option<Live<LoadBalancer>>>> {
        let (balancers, tags) = futures::try_join!(describe(cx, ids), tags)?;
        let arns = balancers.iter().filter_map(|balancer| balancer.load_balancer_arn());
        // They have no batch of their own.
        let attributes: Vec<Attributes> = stream::iter(arns.map(|arn| attributes(cx, arn))).buffered(AT_ONCE).try_collect().await?;
        let live = |id: &Id| {
            let tags = tags.get(id.as_str()).cloned().unwrap_or_default();
            let described = balancers.iter().zip(&attributes).find(|(described, _)| described.load_balancer_arn() == Some(id.as_str()));
            let live = described.map(|(described, attributes)| live(described, attributes, tags));
            live.map(|live| told("elasticloadbalancing:DescribeLoadBalancers", live)).transpose()
        };
        ids.iter().map(live).collect()
    }

    /// The load balancers of these ARNs. One that is gone fails the call for all: then each is asked for alone.
    async fn describe(cx: &Cx, ids: &[Id]) -> Outcome<Vec<types::LoadBalancer>> {
        let mut balancers = Vec::new();
        for ids in ids.chunks(20) {
            match named(cx, ids).await {
                Err(fault) if fault.class == FaultClass::NotFound && ids.len() > 1 => {
                    for id in ids {
                        balancers.extend(found(named(cx, std::slice::from_ref(id)).await)?.unwrap_or_default());
                    }
                }
                answer => balancers.extend(found(answer)?.unwrap_or_default()),
            }
        }
        Ok(balancers)
    }

    async fn named(cx: &Cx, ids: &[Id]) -> Outcome<Vec<types::LoadBalancer>> {
        let call = cx.elbv2().describe_load_balancers().set_load_balancer_arns(Some(ids.iter().map(Id::to_string).collect()));
        let pages = call.into_paginator().items().send();
        pages.try_collect().await.map_err(|error| fault("elasticloadbalancing:DescribeLoadBalancers", error))
    }

    fn outputs(balancer: &types::LoadBalancer) -> Option<Outputs> {
        let arn = balancer.load_balancer_arn()?;
        Some(Outputs {
            arn: arn.into(),
            name: balancer.load_balancer_name()?.to_string(),
            dns_name: balancer.dns_name()?.to_string(),
            zone_id: balancer.canonical_hosted_zone_id().unwrap_or_default().to_string(),
            full_name: arn.split_once(":loadbalancer/").map_or(arn, |(_, name)| name).to_string(),
        })
    }

    fn live(balancer: &types::LoadBalancer, attributes: &Attributes, tags: Tags) -> Option<Live<LoadBalancer>> {
        let family = Type::parse(balancer.r#type()?.as_str())?;
        let groups: Set<_> = balancer.security_groups().iter().map(Ref::new).collect();
        let text = |key: &str| attributes.text(key).unwrap_or_default().to_string();
        let logs = || AccessLogs { bucket: text("access_logs.s3.bucket"), prefix: text("access_logs.s3.prefix") };
        let inputs = LoadBalancer {
            name: balancer.load_balancer_name()?.into(),
            r#type: family,
            scheme: balancer.scheme().and_then(|of| Scheme::parse(of.as_str())).unwrap_or(Scheme::InternetFacing),
            subnets: balancer.availability_zones().iter().filter_map(|zone| zone.subnet_id()).map(Ref::new).collect(),
            security_groups: Some(groups).filter(|groups| !groups.0.is_empty()),
            ip_address_type: balancer.ip_address_type().and_then(|of| IpAddressType::parse(of.as_str())).unwrap_or(IpAddressType::Ipv4),
            idle_timeout: attributes.seconds("idle_timeout.timeout_seconds", IDLE_TIMEOUT),
            client_keep_alive: attributes.seconds("client_keep_alive.seconds", CLIENT_KEEP_ALIVE),
            http2: attributes.on("routing.http2.enabled", true),
            drop_invalid_header_fields: attributes.on("routing.http.drop_invalid_header_fields.enabled", false),
            preserve_host_header: attributes.on("routing.http.preserve_host_header.enabled", false),
            cross_zone: family == Type::Network && attributes.on("load_balancing.cross_zone.enabled", false),
            deletion_protection: attributes.on("deletion_protection.enabled", false),
            access_logs: attributes.on("access_logs.s3.enabled", false).then(logs),
            tags,
        };
        Some(Live::new(inputs, outputs(balancer)?))
    }
}
