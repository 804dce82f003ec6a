//! `elb.TargetGroup`: the targets that a listener forwards to, and when they are well.

use std::time::Duration;

use wcalang_model::kind::{Arn, Choice, CreateClass, Kind, Name, Naming, Port, Record, Ref, Rules, Tags};
use wcalang_model::value::Datum;

use crate::ec2::vpc::Vpc;

/// A group of targets that a listener forwards to, and how to tell which of them are well. A service puts its own targets into it.
#[derive(Debug, Clone, Record)]
pub struct TargetGroup {
    /// Its name, unique in the region, of at most 32 characters.
    #[field(replace)]
    pub name: Name<32>,
    /// The VPC of the targets.
    #[field(replace)]
    pub vpc: Ref<Vpc>,
    /// The port of the targets, where a target does not say another.
    #[field(replace)]
    pub port: Port,
    /// The protocol that targets speak.
    #[field(replace, default = Protocol::Http)]
    pub protocol: Protocol,
    /// The version of HTTP that targets speak, where they speak HTTP.
    #[field(replace, default = ProtocolVersion::Http1)]
    pub protocol_version: ProtocolVersion,
    /// What a target is: `ip` for tasks with a network interface of their own.
    #[field(replace, default = TargetType::Instance)]
    pub target_type: TargetType,
    /// How long a target that leaves may finish what it does, in whole seconds up to an hour.
    #[field(default = DEREGISTRATION_DELAY)]
    pub deregistration_delay: Duration,
    /// Over how long a new target is led up to its full share: not at all, or 30 seconds to 15 minutes. For HTTP.
    #[field(default = Duration::ZERO)]
    pub slow_start: Duration,
    /// How a target is chosen for a request. For HTTP.
    #[field(default = Algorithm::RoundRobin)]
    pub algorithm: Algorithm,
    /// Whether a client keeps its target.
    pub stickiness: Option<Stickiness>,
    /// How to tell whether a target is well.
    #[field(default = HealthCheck::default())]
    pub health_check: HealthCheck,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// How to tell whether a target is well.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct HealthCheck {
    /// The protocol of the question.
    #[field(default = Protocol::Http)]
    pub protocol: Protocol,
    /// The path that is asked for, over HTTP.
    #[field(default = "/".to_string())]
    pub path: String,
    /// The port that is asked: a number, or `traffic-port` for the target's own.
    #[field(default = "traffic-port".to_string())]
    pub port: String,
    /// How often to ask: 5 seconds to 5 minutes.
    #[field(default = Duration::from_secs(30))]
    pub interval: Duration,
    /// How long to wait for an answer: 2 seconds to 2 minutes, and less than the interval.
    #[field(default = Duration::from_secs(5))]
    pub timeout: Duration,
    /// After how many good answers in a row a target is well: 2 to 10.
    #[field(default = 5)]
    pub healthy_threshold: i32,
    /// After how many bad answers in a row it is not: 2 to 10.
    #[field(default = 2)]
    pub unhealthy_threshold: i32,
    /// Which status codes are good answers, over HTTP: `200`, `200,204`, `200-299`.
    #[field(default = "200".to_string())]
    pub matcher: String,
}

impl Default for HealthCheck {
    fn default() -> Self {
        HealthCheck {
            protocol: Protocol::Http,
            path: "/".to_string(),
            port: "traffic-port".to_string(),
            interval: Duration::from_secs(30),
            timeout: Duration::from_secs(5),
            healthy_threshold: 5,
            unhealthy_threshold: 2,
            matcher: "200".to_string(),
        }
    }
}

/// How a client keeps its target.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct Stickiness {
    /// By what the client is known again.
    #[field(default = StickinessType::LbCookie)]
    pub r#type: StickinessType,
    /// For how long, with a cookie of the load balancer, in whole seconds up to seven days.
    #[field(default = COOKIE_DURATION)]
    pub duration: Duration,
}

/// The protocol between load balancer and target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Protocol {
    /// HTTP, from an application load balancer.
    #[value("HTTP")]
    Http,
    /// HTTPS, from an application load balancer.
    #[value("HTTPS")]
    Https,
    /// TCP, from a network load balancer.
    #[value("TCP")]
    Tcp,
    /// TLS, from a network load balancer.
    #[value("TLS")]
    Tls,
    /// UDP, from a network load balancer.
    #[value("UDP")]
    Udp,
    /// TCP and UDP, from a network load balancer.
    #[value("TCP_UDP")]
    TcpUdp,
}

#[cfg(feature = "sdk")]
impl Protocol {
    #[cfg(feature = "sdk")]
    /// Whether it is HTTP, with TLS or without.
    fn is_http(self) -> bool {
        matches!(self, Protocol::Http | Protocol::Https)
    }
}

/// The version of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ProtocolVersion {
    /// HTTP/1.1.
    #[value("HTTP1")]
    Http1,
    /// HTTP/2.
    #[value("HTTP2")]
    Http2,
    /// gRPC.
    #[value("GRPC")]
    Grpc,
}

/// What a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum TargetType {
    /// An EC2 instance.
    Instance,
    /// An address.
    Ip,
    /// An application load balancer, behind a network load balancer.
    Alb,
}

/// How a target is chosen for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Algorithm {
    /// One after the other.
    #[value("round_robin")]
    RoundRobin,
    /// The one with the fewest requests under way.
    #[value("least_outstanding_requests")]
    LeastOutstandingRequests,
    /// By weights that follow the targets' errors.
    #[value("weighted_random")]
    WeightedRandom,
}

/// By what a client is known again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum StickinessType {
    /// A cookie of the load balancer, over HTTP.
    #[value("lb_cookie")]
    LbCookie,
    /// Its address, behind a network load balancer.
    #[value("source_ip")]
    SourceIp,
}

const DEREGISTRATION_DELAY: Duration = Duration::from_secs(300);
const COOKIE_DURATION: Duration = Duration::from_secs(86_400);

/// What a target group gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its ARN.
    #[field(identity, stable)]
    pub arn: Arn,
    /// Its name.
    #[field(stable)]
    pub name: String,
    /// The last part of its ARN, which names it in metrics: `targetgroup/NAME/ID`.
    #[field(stable)]
    pub full_name: String,
}

impl Kind for TargetGroup {
    const NAME: &'static str = "elb.TargetGroup";
    const NAMING: Naming = Naming::Field { field: "name", max: 32, lower: false };
    const CREATE: CreateClass = CreateClass::Natural;
    const GLANCED: Option<usize> = Some(1);
    const ACTIONS: &'static [&'static str] = &[
        "elasticloadbalancing:CreateTargetGroup",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetGroupAttributes",
        "elasticloadbalancing:ModifyTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:RemoveTags",
        "tag:GetResources",
    ];
    type Outputs = Outputs;

    const RULES: Option<Rules> = Some(|fields, problems| {
        let Some(check) = fields.get("healthCheck").and_then(Datum::as_record) else { return };
        let millis = |field: &str, default: i64| match check.get(field) {
            Some(Datum::Int(value)) => Some(*value),
            Some(_) => None,
            None => Some(default),
        };
        if let (Some(interval), Some(timeout)) = (millis("interval", 30_000), millis("timeout", 5_000))
            && timeout >= interval
        {
            let message = format!("the health check waits {} s for an answer and asks every {} s", timeout / 1000, interval / 1000);
            problems.push("healthCheck", message, "make its timeout less than its interval");
        }
    });
}

#[cfg(feature = "sdk")]
mod calls {
    use std::collections::BTreeMap;

    use aws_sdk_elasticloadbalancingv2::types::{self, Matcher, ProtocolEnum, TargetGroupAttribute, TargetTypeEnum};
    use futures::stream::{self, StreamExt as _, TryStreamExt as _};
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, FaultClass, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::elb::attributes::{AT_ONCE, Attributes, Wanted};
    use crate::elb::tagging;
    use crate::fault::{fault, found, missing, told};

    impl Calls for TargetGroup {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let call = cx.elbv2().create_target_group().name(new.name.as_str()).vpc_id(new.vpc.id()).port(i32::from(new.port.0));
            let call = call.protocol(ProtocolEnum::from(new.protocol.as_str())).target_type(TargetTypeEnum::from(new.target_type.as_str()));
            let check = &new.health_check;
            let http = check.protocol.is_http();
            let call = call.set_protocol_version(new.protocol.is_http().then(|| new.protocol_version.as_str().to_string()));
            let call = call.health_check_protocol(ProtocolEnum::from(check.protocol.as_str())).health_check_port(&check.port);
            let call = call.set_health_check_path(http.then(|| check.path.clone())).set_matcher(http.then(|| matcher(new)));
            let call = call.health_check_interval_seconds(seconds(check.interval)).health_check_timeout_seconds(seconds(check.timeout));
            let call = call.healthy_threshold_count(check.healthy_threshold).unhealthy_threshold_count(check.unhealthy_threshold);
            let answer = call.set_tags(Some(tagging::written(new.tags.iter()))).send().await;
            let answer = answer.map_err(|error| fault("elasticloadbalancing:CreateTargetGroup", error))?;
            let outputs = answer.target_groups.unwrap_or_default().first().and_then(outputs);
            let outputs = outputs.ok_or_else(|| missing("elasticloadbalancing:CreateTargetGroup", "target group"))?;
            let id = outputs.arn.to_string();
            Ok(if wanted(new) == wanted(&plain(new)) { Created::whole(id, outputs) } else { Created::begun(id) })
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let answer = cx.elbv2().describe_target_groups().names(new.name.as_str()).send().await;
            let answer = found(answer.map_err(|error| fault("elasticloadbalancing:DescribeTargetGroups", error)))?;
            let groups = answer.and_then(|answer| answer.target_groups).unwrap_or_default();
            let arns: Vec<&str> = groups.iter().filter_map(|group| group.target_group_arn()).collect();
            Ok(tagging::of_intent(cx, &arns, intent).await?.map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            all(cx, ids, tagging::read(cx, ids)).await
        }

        async fn glance(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            all(cx, ids, tagging::glance(cx, ids)).await
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.has("healthCheck") {
                let check = &new.health_check;
                let http = check.protocol.is_http();
                let call = cx.elbv2().modify_target_group().target_group_arn(id.as_str());
                let call = call.health_check_protocol(ProtocolEnum::from(check.protocol.as_str())).health_check_port(&check.port);
                let call = call.set_health_check_path(http.then(|| check.path.clone())).set_matcher(http.then(|| matcher(new)));
                let call = call.health_check_interval_seconds(seconds(check.interval)).health_check_timeout_seconds(seconds(check.timeout));
                let call = call.healthy_threshold_count(check.healthy_threshold).unhealthy_threshold_count(check.unhealthy_threshold);
                call.send().await.map_err(|error| fault("elasticloadbalancing:ModifyTargetGroup", error))?;
            }
            let set = wanted(new).into_iter().filter(|(field, _, _)| changed.has(field));
            let set: Vec<_> = set.map(|(_, key, value)| TargetGroupAttribute::builder().key(key).value(value).build()).collect();
            if !set.is_empty() {
                let call = cx.elbv2().modify_target_group_attributes().target_group_arn(id.as_str()).set_attributes(Some(set));
                call.send().await.map_err(|error| fault("elasticloadbalancing:ModifyTargetGroupAttributes", error))?;
            }
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.elbv2().delete_target_group().target_group_arn(id.as_str()).send().await;
            found(answer.map_err(|error| fault("elasticloadbalancing:DeleteTargetGroup", error)))?;
            Ok(Gone::Yes)
        }
    }

    fn seconds(time: Duration) -> i32 {
        i32::try_from(time.as_secs()).unwrap_or(i32::MAX)
    }

    fn matcher(group: &TargetGroup) -> Matcher {
        let codes = group.health_check.matcher.clone();
        match group.protocol_version {
            ProtocolVersion::Grpc => Matcher::builder().grpc_code(codes).build(),
            ProtocolVersion::Http1 | ProtocolVersion::Http2 => Matcher::builder().http_code(codes).build(),
        }
    }

    /// The same group with every attribute as AWS sets it at first.
    fn plain(new: &TargetGroup) -> TargetGroup {
        TargetGroup {
            deregistration_delay: DEREGISTRATION_DELAY,
            slow_start: Duration::ZERO,
            algorithm: Algorithm::RoundRobin,
            stickiness: None,
            ..new.clone()
        }
    }

    /// The attributes that its fields mean.
    fn wanted(new: &TargetGroup) -> Vec<Wanted> {
        let delay = new.deregistration_delay.as_secs().to_string();
        let mut wanted = vec![
            ("deregistrationDelay", "deregistration_delay.timeout_seconds", delay),
            ("stickiness", "stickiness.enabled", new.stickiness.is_some().to_string()),
        ];
        if let Some(stickiness) = &new.stickiness {
            wanted.push(("stickiness", "stickiness.type", stickiness.r#type.as_str().to_string()));
            if stickiness.r#type == StickinessType::LbCookie {
                let duration = stickiness.duration.as_secs().to_string();
                wanted.push(("stickiness", "stickiness.lb_cookie.duration_seconds", duration));
            }
        }
        if new.protocol.is_http() {
            wanted.push(("slowStart", "slow_start.duration_seconds", new.slow_start.as_secs().to_string()));
            wanted.push(("algorithm", "load_balancing.algorithm.type", new.algorithm.as_str().to_string()));
        }
        wanted
    }

    async fn attributes(cx: &Cx, arn: &str) -> Outcome<Attributes> {
        let answer = cx.elbv2().describe_target_group_attributes().target_group_arn(arn).send().await;
        let answer = answer.map_err(|error| fault("elasticloadbalancing:DescribeTargetGroupAttributes", error))?;
        Ok(answer.attributes().iter().filter_map(|attribute| Some((attribute.key()?, attribute.value()?))).collect())
    }

    /// All of these that stand.
    async fn all(
        cx: &Cx,
        ids: &[Id],
        tags: impl Future<Output = Outcome<BTreeMap<String, Tags>>>,
    ) -> Outcome<Vec<Option<Live<TargetGroup>>>> {
        let (groups, tags) = futures::try_join!(describe(cx, ids), tags)?;
        let arns = groups.iter().filter_map(|group| group.target_group_arn());
        // They have no batch of their own.
        let attributes: Vec<Attributes> = stream::iter(arns.map(|arn| attributes(cx, arn))).buffered(AT_ONCE).try_collect().await?;
        let live = |id: &Id| {
            let tags = tags.get(id.as_str()).cloned().unwrap_or_default();
            let described = groups.iter().zip(&attributes).find(|(described, _)| described.target_group_arn() == Some(id.as_str()));
            let live = described.map(|(described, attributes)| live(described, attributes, tags));
            live.map(|live| told("elasticloadbalancing:DescribeTargetGroups", live)).transpose()
        };
        ids.iter().map(live).collect()
    }

    /// The groups of these ARNs. One that is gone fails the call for all: then each is asked for alone.
    async fn describe(cx: &Cx, ids: &[Id]) -> Outcome<Vec<types::TargetGroup>> {
        let mut groups = Vec::new();
        for ids in ids.chunks(20) {
            match named(cx, ids).await {
                Err(fault) if fault.class == FaultClass::NotFound && ids.len() > 1 => {
                    for id in ids {
                        groups.extend(found(named(cx, std::slice::from_ref(id)).await)?.unwrap_or_default());
                    }
                }
                answer => groups.extend(found(answer)?.unwrap_or_default()),
            }
        }
        Ok(groups)
    }

    async fn named(cx: &Cx, ids: &[Id]) -> Outcome<Vec<types::TargetGroup>> {
        let call = cx.elbv2().describe_target_groups().set_target_group_arns(Some(ids.iter().map(Id::to_string).collect()));
        let pages = call.into_paginator().items().send();
        pages.try_collect().await.map_err(|error| fault("elasticloadbalancing:DescribeTargetGroups", error))
    }

    fn outputs(group: &types::TargetGroup) -> Option<Outputs> {
        let arn = group.target_group_arn()?;
        let full_name = arn.rsplit_once(':').map_or(arn, |(_, name)| name).to_string();
        Some(Outputs { arn: arn.into(), name: group.target_group_name()?.to_string(), full_name })
    }

    fn live(group: &types::TargetGroup, attributes: &Attributes, tags: Tags) -> Option<Live<TargetGroup>> {
        let stickiness = || Stickiness {
            r#type: attributes.text("stickiness.type").and_then(StickinessType::parse).unwrap_or(StickinessType::LbCookie),
            duration: attributes.seconds("stickiness.lb_cookie.duration_seconds", COOKIE_DURATION),
        };
        let inputs = TargetGroup {
            name: group.target_group_name()?.into(),
            vpc: Ref::new(group.vpc_id()?),
            port: Port(u16::try_from(group.port()?).ok()?),
            protocol: Protocol::parse(group.protocol()?.as_str())?,
            protocol_version: group.protocol_version().and_then(ProtocolVersion::parse).unwrap_or(ProtocolVersion::Http1),
            target_type: TargetType::parse(group.target_type()?.as_str())?,
            deregistration_delay: attributes.seconds("deregistration_delay.timeout_seconds", DEREGISTRATION_DELAY),
            slow_start: attributes.seconds("slow_start.duration_seconds", Duration::ZERO),
            algorithm: attributes.text("load_balancing.algorithm.type").and_then(Algorithm::parse).unwrap_or(Algorithm::RoundRobin),
            stickiness: attributes.on("stickiness.enabled", false).then(stickiness),
            health_check: health_check(group),
            tags,
        };
        Some(Live::new(inputs, outputs(group)?))
    }

    fn health_check(group: &types::TargetGroup) -> HealthCheck {
        let default = HealthCheck::default();
        let time =
            |seconds: Option<i32>, default| seconds.and_then(|seconds| u64::try_from(seconds).ok()).map_or(default, Duration::from_secs);
        let codes = group.matcher().and_then(|matcher| matcher.http_code().or(matcher.grpc_code()));
        HealthCheck {
            protocol: group.health_check_protocol().and_then(|of| Protocol::parse(of.as_str())).unwrap_or(default.protocol),
            path: group.health_check_path().map_or(default.path, ToString::to_string),
            port: group.health_check_port().map_or(default.port, ToString::to_string),
            interval: time(group.health_check_interval_seconds(), default.interval),
            timeout: time(group.health_check_timeout_seconds(), default.timeout),
            healthy_threshold: group.healthy_threshold_count().unwrap_or(default.healthy_threshold),
            unhealthy_threshold: group.unhealthy_threshold_count().unwrap_or(default.unhealthy_threshold),
            matcher: codes.map_or(default.matcher, ToString::to_string),
        }
    }
}
