//! `elb.Listener`: a port of a load balancer and what happens to what comes in there.

use wcalang_model::kind::{Arn, Choice, CreateClass, Kind, Naming, Port, Record, Ref, Rules, Tags};
use wcalang_model::value::Datum;

use crate::elb::action::{FixedResponse, Redirect};
use crate::elb::load_balancer::LoadBalancer;
use crate::elb::target_group::TargetGroup;

/// A port of a load balancer, and what happens to what comes in there.
#[derive(Debug, Clone, Record)]
pub struct Listener {
    /// The load balancer. It takes listeners before it serves.
    #[field(replace, early)]
    pub load_balancer: Ref<LoadBalancer>,
    /// The port, which no other listener of the load balancer has.
    pub port: Port,
    /// The protocol that clients speak.
    pub protocol: Protocol,
    /// The certificate, for HTTPS and TLS.
    pub certificate: Option<Arn>,
    /// The security policy, which says which versions and ciphers of TLS are spoken: such as `ELBSecurityPolicy-TLS13-1-2-2021-06`. AWS's
    /// default where none is given.
    #[field(computed)]
    pub ssl_policy: Option<String>,
    /// What happens to what comes in.
    pub default_action: DefaultAction,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What happens to what comes in: exactly one of these.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct DefaultAction {
    /// It goes to a target.
    pub forward: Option<Forward>,
    /// The client is sent elsewhere.
    pub redirect: Option<Redirect>,
    /// The load balancer answers itself.
    pub fixed_response: Option<FixedResponse>,
}

/// Sends requests to targets.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct Forward {
    /// The group of targets.
    pub target_group: Ref<TargetGroup>,
}

/// The protocol that clients speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Protocol {
    /// HTTP, of an application load balancer.
    #[value("HTTP")]
    Http,
    /// HTTPS, of an application load balancer.
    #[value("HTTPS")]
    Https,
    /// TCP, of a network load balancer.
    #[value("TCP")]
    Tcp,
    /// TLS, of a network load balancer.
    #[value("TLS")]
    Tls,
    /// UDP, of a network load balancer.
    #[value("UDP")]
    Udp,
    /// TCP and UDP, of a network load balancer.
    #[value("TCP_UDP")]
    TcpUdp,
}

impl Protocol {
    /// Whether clients speak TLS, which takes a certificate.
    fn is_secure(self) -> bool {
        matches!(self, Protocol::Https | Protocol::Tls)
    }
}

/// What a listener gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its ARN.
    #[field(identity, stable)]
    pub arn: Arn,
}

impl Kind for Listener {
    const NAME: &'static str = "elb.Listener";
    const NAMING: Naming = Naming::Tag;
    const CREATE: CreateClass = CreateClass::Natural;
    const GLANCED: Option<usize> = Some(1);
    const ACTIONS: &'static [&'static str] = &[
        "elasticloadbalancing:CreateListener",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:ModifyListener",
        "elasticloadbalancing:DeleteListener",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:RemoveTags",
        "tag:GetResources",
    ];
    type Outputs = Outputs;

    const RULES: Option<Rules> = Some(|fields, problems| {
        if let Some(action) = fields.get("defaultAction").and_then(Datum::as_record)
            && action.len() != 1
        {
            let message = if action.is_empty() { "the action does nothing" } else { "the action does several things at once" };
            problems.push("defaultAction", message, "give it exactly one of forward, redirect, fixedResponse");
        }
        let Some(protocol) = fields.get("protocol").and_then(Datum::as_str).and_then(Protocol::parse) else { return };
        if protocol.is_secure() && !fields.contains_key("certificate") {
            let help = "give it certificate = …; such as one that a lookup finds";
            problems.push("protocol", format!("{} needs a certificate", protocol.as_str()), help);
        }
        for field in ["certificate", "sslPolicy"].into_iter().filter(|&field| !protocol.is_secure() && fields.contains_key(field)) {
            problems.push(field, format!("{} takes no {field}", protocol.as_str()), "remove it, or write protocol = \"HTTPS\";");
        }
    });
}

#[cfg(feature = "sdk")]
mod calls {
    use std::collections::BTreeMap;

    use aws_sdk_elasticloadbalancingv2::types::{self, Action, ActionTypeEnum, Certificate, ProtocolEnum};
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, FaultClass, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::elb::action::{answered, read_fixed_response, read_redirect};
    use crate::elb::tagging;
    use crate::fault::{fault, found, missing, told};

    impl Calls for Listener {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let call = cx.elbv2().create_listener().load_balancer_arn(new.load_balancer.id()).port(i32::from(new.port.0));
            let call = call.protocol(ProtocolEnum::from(new.protocol.as_str())).set_certificates(certificates(new));
            let call = call.set_ssl_policy(new.ssl_policy.clone()).default_actions(action(&new.default_action));
            let answer = call.set_tags(Some(tagging::written(new.tags.iter()))).send().await;
            let answer = answer.map_err(|error| fault("elasticloadbalancing:CreateListener", error))?;
            let arn = answer.listeners.unwrap_or_default().into_iter().find_map(|listener| listener.listener_arn);
            let arn = arn.ok_or_else(|| missing("elasticloadbalancing:CreateListener", "listener ARN"))?;
            Ok(Created::whole(arn.clone(), Outputs { arn: arn.into() }))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let pages = cx.elbv2().describe_listeners().load_balancer_arn(new.load_balancer.id()).into_paginator().items().send();
            let listeners = pages.try_collect().await.map_err(|error| fault("elasticloadbalancing:DescribeListeners", error));
            let listeners = found(listeners)?.unwrap_or_default();
            let same = listeners.iter().filter(|listener| listener.port() == Some(i32::from(new.port.0)));
            let arns: Vec<&str> = same.filter_map(|listener| listener.listener_arn()).collect();
            Ok(tagging::of_intent(cx, &arns, intent).await?.map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            all(cx, ids, tagging::read(cx, ids)).await
        }

        async fn glance(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            all(cx, ids, tagging::glance(cx, ids)).await
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            // Only what changed is sent: what a deployment moves meanwhile stays where it is.
            if changed.any(&["port", "protocol", "certificate", "sslPolicy", "defaultAction"]) {
                let call = cx.elbv2().modify_listener().listener_arn(id.as_str());
                let call = call.set_port(changed.has("port").then(|| i32::from(new.port.0)));
                let call = call.set_protocol(changed.has("protocol").then(|| ProtocolEnum::from(new.protocol.as_str())));
                let secure = changed.any(&["protocol", "certificate"]);
                let call = call.set_certificates(certificates(new).filter(|_| secure));
                let call = call.set_ssl_policy(new.ssl_policy.clone().filter(|_| changed.any(&["protocol", "sslPolicy"])));
                let call = call.set_default_actions(changed.has("defaultAction").then(|| vec![action(&new.default_action)]));
                call.send().await.map_err(|error| fault("elasticloadbalancing:ModifyListener", error))?;
            }
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.elbv2().delete_listener().listener_arn(id.as_str()).send().await;
            found(answer.map_err(|error| fault("elasticloadbalancing:DeleteListener", error)))?;
            Ok(Gone::Yes)
        }
    }

    fn certificates(new: &Listener) -> Option<Vec<Certificate>> {
        new.certificate.as_ref().map(|arn| vec![Certificate::builder().certificate_arn(arn.as_str()).build()])
    }

    fn action(action: &DefaultAction) -> Action {
        if let Some(forward) = &action.forward {
            return Action::builder().order(1).r#type(ActionTypeEnum::Forward).target_group_arn(forward.target_group.id()).build();
        }
        answered(action.redirect.as_ref(), action.fixed_response.as_ref())
    }

    /// All of these that stand.
    async fn all(cx: &Cx, ids: &[Id], tags: impl Future<Output = Outcome<BTreeMap<String, Tags>>>) -> Outcome<Vec<Option<Live<Listener>>>> {
        let (listeners, tags) = futures::try_join!(describe(cx, ids), tags)?;
        let live = |id: &Id| {
            let tags = tags.get(id.as_str()).cloned().unwrap_or_default();
            let listener = listeners.iter().find(|listener| listener.listener_arn() == Some(id.as_str()));
            listener.map(|listener| told("elasticloadbalancing:DescribeListeners", live(listener, tags))).transpose()
        };
        ids.iter().map(live).collect()
    }

    /// The listeners of these ARNs. One that is gone fails the call for all: then each is asked for alone.
    async fn describe(cx: &Cx, ids: &[Id]) -> Outcome<Vec<types::Listener>> {
        let mut listeners = Vec::new();
        for ids in ids.chunks(20) {
            match named(cx, ids).await {
                Err(fault) if fault.class == FaultClass::NotFound && ids.len() > 1 => {
                    for id in ids {
                        listeners.extend(found(named(cx, std::slice::from_ref(id)).await)?.unwrap_or_default());
                    }
                }
                answer => listeners.extend(found(answer)?.unwrap_or_default()),
            }
        }
        Ok(listeners)
    }

    async fn named(cx: &Cx, ids: &[Id]) -> Outcome<Vec<types::Listener>> {
        let call = cx.elbv2().describe_listeners().set_listener_arns(Some(ids.iter().map(Id::to_string).collect()));
        let pages = call.into_paginator().items().send();
        pages.try_collect().await.map_err(|error| fault("elasticloadbalancing:DescribeListeners", error))
    }

    fn live(listener: &types::Listener, tags: Tags) -> Option<Live<Listener>> {
        let protocol = Protocol::parse(listener.protocol()?.as_str())?;
        let certificate = listener.certificates().iter().find_map(|certificate| certificate.certificate_arn());
        let inputs = Listener {
            load_balancer: Ref::new(listener.load_balancer_arn()?),
            port: Port(u16::try_from(listener.port()?).ok()?),
            protocol,
            certificate: certificate.map(Arn::from),
            ssl_policy: listener.ssl_policy().filter(|_| protocol.is_secure()).map(ToString::to_string),
            default_action: read_action(listener.default_actions()),
            tags,
        };
        Some(Live::new(inputs, Outputs { arn: listener.listener_arn()?.into() }))
    }

    fn read_action(actions: &[Action]) -> DefaultAction {
        DefaultAction {
            forward: actions.iter().find_map(target_group).map(|arn| Forward { target_group: Ref::new(arn) }),
            redirect: read_redirect(actions),
            fixed_response: read_fixed_response(actions),
        }
    }

    /// Where an action forwards to: of several groups the one with the most weight.
    fn target_group(action: &Action) -> Option<&str> {
        let heaviest = action.forward_config().and_then(|config| config.target_groups().iter().max_by_key(|group| group.weight()));
        action.target_group_arn().or_else(|| heaviest?.target_group_arn())
    }
}
