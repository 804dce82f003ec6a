//! `elb.ListenerRule`: what happens to some of the requests that come in at a listener.

use std::time::Duration;

use wcalang_model::kind::{Arn, CreateClass, Kind, Naming, Record, Ref, Rules, Set, Tags};
use wcalang_model::value::Datum;

use crate::elb::action::{FixedResponse, Redirect};
use crate::elb::listener::Listener;
use crate::elb::target_group::TargetGroup;

/// What happens to those requests at a listener that meet conditions, before its default action is asked. Of several rules that
/// fit, the one with the lowest priority counts.
#[derive(Debug, Clone, Record)]
pub struct ListenerRule {
    /// The listener, of an application load balancer.
    #[field(replace)]
    pub listener: Ref<Listener>,
    /// Its place among the rules of the listener, from 1 to 50000, which no other of them has. Rules may exchange their places: each
    /// such exchange is one call.
    pub priority: u32,
    /// Which requests: those that meet all of these conditions.
    pub conditions: Conditions,
    /// What happens to them.
    pub action: RuleAction,
    /// How requests are shared out between the target groups of `action.forward`; evenly where it is not given. A service that is
    /// deployed from blue to green by ECS owns it.
    #[field(computed)]
    pub weights: Option<Set<Weight>>,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// Conditions on a request. Of the texts of one condition, any will do.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct Conditions {
    /// The host it asks for, whatever its case: `*` stands for any text, `?` for one character.
    #[field(default = Set::default())]
    pub hosts: Set<String>,
    /// The path it asks for: `*` stands for any text, `?` for one character.
    #[field(default = Set::default())]
    pub paths: Set<String>,
    /// A header it carries.
    pub header: Option<Header>,
}

/// A header of a request.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct Header {
    /// Its name, whatever its case.
    pub name: String,
    /// Its text: `*` stands for any text, `?` for one character.
    pub values: Set<String>,
}

/// What happens to a request: exactly one of these.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct RuleAction {
    /// It goes to a target.
    pub forward: Option<ForwardMany>,
    /// The client is sent elsewhere.
    pub redirect: Option<Redirect>,
    /// The load balancer answers itself.
    pub fixed_response: Option<FixedResponse>,
}

/// Sends requests to the targets of several groups, as the weights say.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct ForwardMany {
    /// The groups of targets, at most five.
    pub target_groups: Set<Ref<TargetGroup>>,
    /// How long a client stays with the group that it came to first, up to seven days. It does not where none is given.
    pub stickiness: Option<Duration>,
}

/// The share of a target group.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct Weight {
    /// The target group, one of `action.forward.targetGroups`.
    pub target_group: Ref<TargetGroup>,
    /// Its weight, from 0 to 999: it gets so much of the sum of all weights.
    pub weight: u32,
}

/// What a rule gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its ARN.
    #[field(identity, stable)]
    pub arn: Arn,
}

impl Kind for ListenerRule {
    const NAME: &'static str = "elb.ListenerRule";
    const NAMING: Naming = Naming::Tag;
    const CREATE: CreateClass = CreateClass::Natural;
    const GLANCED: Option<usize> = Some(1);
    const ACTIONS: &'static [&'static str] = &[
        "elasticloadbalancing:CreateRule",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:ModifyRule",
        "elasticloadbalancing:SetRulePriorities",
        "elasticloadbalancing:DeleteRule",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:RemoveTags",
        "tag:GetResources",
    ];
    type Outputs = Outputs;

    const RULES: Option<Rules> = Some(|fields, problems| {
        if let Some(Datum::Int(priority)) = fields.get("priority")
            && !(1..=50_000).contains(priority)
        {
            problems.push("priority", format!("{priority} is no place of a rule"), "give a number from 1 to 50000");
        }
        if let Some(conditions) = fields.get("conditions").and_then(Datum::as_record)
            && conditions.values().all(|condition| matches!(condition, Datum::List(items) if items.is_empty()))
        {
            let help = "give it hosts, paths or header; for every request: paths = [ \"/*\" ];";
            problems.push("conditions", "a rule needs a condition", help);
        }
        let Some(action) = fields.get("action").and_then(Datum::as_record) else { return };
        if action.len() != 1 {
            let message = if action.is_empty() { "the action does nothing" } else { "the action does several things at once" };
            problems.push("action", message, "give it exactly one of forward, redirect, fixedResponse");
        }
        let groups = action.get("forward").and_then(Datum::as_record).and_then(|forward| forward.get("targetGroups"));
        let (Some(Datum::List(weights)), Some(Datum::List(groups))) = (fields.get("weights"), groups) else { return };
        for weight in weights.iter().filter_map(Datum::as_record) {
            if let Some(group) = weight.get("targetGroup").filter(|group| group.is_known())
                && groups.iter().all(Datum::is_known)
                && !groups.contains(group)
            {
                problems.push("weights", "a weight of a target group that gets no requests", "name it in action.forward.targetGroups too");
            }
            if let Some(Datum::Int(weight @ 1000..)) = weight.get("weight") {
                problems.push("weights", format!("{weight} is no weight"), "give a number from 0 to 999");
            }
        }
    });
}

#[cfg(feature = "sdk")]
mod calls {
    use std::collections::BTreeMap;

    use aws_sdk_elasticloadbalancingv2::types::{
        self, Action, ActionTypeEnum, ForwardActionConfig, HostHeaderConditionConfig, HttpHeaderConditionConfig,
        PathPatternConditionConfig, RuleCondition, RulePriorityPair, TargetGroupStickinessConfig, TargetGroupTuple,
    };
    use wcalang_model::kind::tags::STACK;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Fault, FaultClass, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::elb::action::{answered, read_fixed_response, read_redirect};
    use crate::elb::tagging;
    use crate::fault::{fault, found, missing, told};

    const DESCRIBE: &str = "elasticloadbalancing:DescribeRules";
    const MOVE: &str = "elasticloadbalancing:SetRulePriorities";

    impl Calls for ListenerRule {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let call = cx.elbv2().create_rule().listener_arn(new.listener.id()).priority(place(new));
            let call = call.set_conditions(Some(conditions(&new.conditions))).actions(action(new, weights(new)));
            let answer = call.set_tags(Some(tagging::written(new.tags.iter()))).send().await;
            let answer = answer.map_err(|error| fault("elasticloadbalancing:CreateRule", error))?;
            let arn = answer.rules.unwrap_or_default().into_iter().find_map(|rule| rule.rule_arn);
            let arn = arn.ok_or_else(|| missing("elasticloadbalancing:CreateRule", "rule ARN"))?;
            Ok(Created::whole(arn.clone(), Outputs { arn: arn.into() }))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let rules = found(of_listener(cx, new.listener.id()).await)?.unwrap_or_default();
            let arns: Vec<&str> = rules.iter().filter(|rule| !is_default(rule)).filter_map(|rule| rule.rule_arn()).collect();
            Ok(tagging::of_intent(cx, &arns, intent).await?.map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            all(cx, ids, tagging::read(cx, ids)).await
        }

        async fn glance(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            all(cx, ids, tagging::glance(cx, ids)).await
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.any(&["conditions", "action", "weights"]) {
                // Where somebody else says the weights, those that are there stay.
                let weight = if changed.has("weights") { weights(new) } else { kept(&live.inputs, new) };
                let call = cx.elbv2().modify_rule().rule_arn(id.as_str());
                let call = call.set_conditions(changed.has("conditions").then(|| conditions(&new.conditions)));
                let call = call.set_actions(changed.any(&["action", "weights"]).then(|| vec![action(new, weight)]));
                call.send().await.map_err(|error| fault("elasticloadbalancing:ModifyRule", error))?;
            }
            if changed.has("priority") {
                move_to(cx, id, live, new).await?;
            }
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.elbv2().delete_rule().rule_arn(id.as_str()).send().await;
            found(answer.map_err(|error| fault("elasticloadbalancing:DeleteRule", error)))?;
            Ok(Gone::Yes)
        }
    }

    /// Takes its new place. A rule of the same stack that has it takes the old one in the same call, and moves on from there in its
    /// own turn: so rules can exchange places, which a call for each could not.
    async fn move_to(cx: &Cx, id: &Id, live: &Live<ListenerRule>, new: &ListenerRule) -> Outcome<()> {
        let rules = of_listener(cx, new.listener.id()).await?;
        let priority = |arn: &str| rules.iter().find(|rule| rule.rule_arn() == Some(arn)).and_then(|rule| rule.priority()?.parse().ok());
        let wanted = new.priority.to_string();
        let holder = rules.iter().find(|rule| rule.priority() == Some(&wanted)).and_then(|rule| rule.rule_arn());
        let Some(holder) = holder.filter(|holder| *holder != id.as_str()) else {
            let pair = RulePriorityPair::builder().rule_arn(id.as_str()).priority(place(new)).build();
            let call = cx.elbv2().set_rule_priorities().rule_priorities(pair);
            return call.send().await.map(|_| ()).map_err(|error| fault(MOVE, error));
        };
        let theirs = tagging::read(cx, &[Id::from(holder)]).await?.remove(holder).unwrap_or_default();
        if theirs.get(STACK).is_none() || theirs.get(STACK) != live.inputs.tags.get(STACK) {
            return Err(Fault {
                class: FaultClass::Exists,
                operation: MOVE.to_string(),
                code: "PriorityInUse".to_string(),
                message: format!("a rule that is not of this stack has the priority {wanted}: {holder}"),
                field: Some("priority"),
            });
        }
        let old = priority(id.as_str()).ok_or_else(|| missing(DESCRIBE, "priority"))?;
        let pair = |arn: &str, priority: i32| RulePriorityPair::builder().rule_arn(arn).priority(priority).build();
        let call = cx.elbv2().set_rule_priorities().rule_priorities(pair(id.as_str(), place(new))).rule_priorities(pair(holder, old));
        call.send().await.map(|_| ()).map_err(|error| fault(MOVE, error))
    }

    fn place(rule: &ListenerRule) -> i32 {
        i32::try_from(rule.priority).unwrap_or(i32::MAX)
    }

    fn conditions(conditions: &Conditions) -> Vec<RuleCondition> {
        let mut written = Vec::new();
        let some = |texts: &Set<String>| (!texts.0.is_empty()).then(|| texts.0.clone());
        if let Some(hosts) = some(&conditions.hosts) {
            let config = HostHeaderConditionConfig::builder().set_values(Some(hosts)).build();
            written.push(RuleCondition::builder().field("host-header").host_header_config(config).build());
        }
        if let Some(paths) = some(&conditions.paths) {
            let config = PathPatternConditionConfig::builder().set_values(Some(paths)).build();
            written.push(RuleCondition::builder().field("path-pattern").path_pattern_config(config).build());
        }
        if let Some(header) = &conditions.header {
            let config = HttpHeaderConditionConfig::builder().http_header_name(&header.name).set_values(some(&header.values)).build();
            written.push(RuleCondition::builder().field("http-header").http_header_config(config).build());
        }
        written
    }

    fn read_conditions(conditions: &[RuleCondition]) -> Conditions {
        let of = |field: &str| conditions.iter().find(|condition| condition.field() == Some(field));
        let hosts = of("host-header").map(|condition| condition.host_header_config().map_or(condition.values(), |config| config.values()));
        let paths =
            of("path-pattern").map(|condition| condition.path_pattern_config().map_or(condition.values(), |config| config.values()));
        let header = of("http-header").and_then(|condition| condition.http_header_config());
        Conditions {
            hosts: hosts.unwrap_or_default().iter().cloned().collect(),
            paths: paths.unwrap_or_default().iter().cloned().collect(),
            header: header.map(|config| Header {
                name: config.http_header_name().unwrap_or_default().to_string(),
                values: config.values().iter().cloned().collect(),
            }),
        }
    }

    /// The weights that a file says, of a group that it says nothing of 1.
    fn weights(new: &ListenerRule) -> Vec<Weight> {
        let groups = new.action.forward.iter().flat_map(|forward| &forward.target_groups.0);
        let said =
            |group: &Ref<TargetGroup>| new.weights.iter().flat_map(|weights| &weights.0).find(|weight| weight.target_group == *group);
        groups.map(|group| Weight { target_group: group.clone(), weight: said(group).map_or(1, |weight| weight.weight) }).collect()
    }

    /// The weights that are there, so far as their groups still get requests; those of the file where nothing would be left of them.
    fn kept(live: &ListenerRule, new: &ListenerRule) -> Vec<Weight> {
        let old = weights(live);
        let there = |group: &Ref<TargetGroup>| old.iter().find(|weight| weight.target_group == *group).map(|weight| weight.weight);
        let said = weights(new);
        if said.iter().all(|weight| there(&weight.target_group).unwrap_or_default() == 0) {
            return said;
        }
        said.into_iter().map(|weight| Weight { weight: there(&weight.target_group).unwrap_or_default(), ..weight }).collect()
    }

    fn action(new: &ListenerRule, weights: Vec<Weight>) -> Action {
        let Some(forward) = &new.action.forward else {
            return answered(new.action.redirect.as_ref(), new.action.fixed_response.as_ref());
        };
        let groups = weights.into_iter().map(|weight| {
            let share = i32::try_from(weight.weight).unwrap_or(i32::MAX);
            TargetGroupTuple::builder().target_group_arn(weight.target_group.id()).weight(share).build()
        });
        let stickiness = TargetGroupStickinessConfig::builder().enabled(forward.stickiness.is_some());
        let seconds = forward.stickiness.map(|time| i32::try_from(time.as_secs()).unwrap_or(i32::MAX));
        let config = ForwardActionConfig::builder()
            .set_target_groups(Some(groups.collect()))
            .target_group_stickiness_config(stickiness.set_duration_seconds(seconds).build());
        Action::builder().order(1).r#type(ActionTypeEnum::Forward).forward_config(config.build()).build()
    }

    /// Where an action forwards to, and in which shares: AWS tells a single group in a place of its own.
    fn read_forward(actions: &[Action]) -> Option<(ForwardMany, Set<Weight>)> {
        let action = actions.iter().find(|action| action.r#type() == Some(&ActionTypeEnum::Forward))?;
        let groups = action.forward_config().map(ForwardActionConfig::target_groups).filter(|groups| !groups.is_empty());
        let weights: Set<Weight> = match groups {
            Some(groups) => groups
                .iter()
                .filter_map(|group| {
                    let weight = u32::try_from(group.weight().unwrap_or(1)).ok()?;
                    Some(Weight { target_group: Ref::new(group.target_group_arn()?), weight })
                })
                .collect(),
            None => action.target_group_arn().map(|arn| Weight { target_group: Ref::new(arn), weight: 1 }).into_iter().collect(),
        };
        let stickiness = action.forward_config().and_then(ForwardActionConfig::target_group_stickiness_config);
        let stickiness = stickiness.filter(|config| config.enabled() == Some(true)).and_then(|config| config.duration_seconds());
        let target_groups = weights.0.iter().map(|weight| weight.target_group.clone()).collect();
        let stickiness = stickiness.and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs);
        Some((ForwardMany { target_groups, stickiness }, weights))
    }

    async fn of_listener(cx: &Cx, listener: &str) -> Outcome<Vec<types::Rule>> {
        let pages = cx.elbv2().describe_rules().listener_arn(listener).into_paginator().items().send();
        pages.try_collect().await.map_err(|error| fault(DESCRIBE, error))
    }

    fn is_default(rule: &types::Rule) -> bool {
        rule.is_default() == Some(true)
    }

    /// All of these that stand.
    async fn all(
        cx: &Cx,
        ids: &[Id],
        tags: impl Future<Output = Outcome<BTreeMap<String, Tags>>>,
    ) -> Outcome<Vec<Option<Live<ListenerRule>>>> {
        let (rules, tags) = futures::try_join!(describe(cx, ids), tags)?;
        let live = |id: &Id| {
            let tags = tags.get(id.as_str()).cloned().unwrap_or_default();
            let rule = rules.iter().find(|rule| rule.rule_arn() == Some(id.as_str()));
            rule.map(|rule| told(DESCRIBE, live(rule, tags))).transpose()
        };
        ids.iter().map(live).collect()
    }

    /// The rules of these ARNs. One that is gone fails the call for all: then each is asked for alone.
    async fn describe(cx: &Cx, ids: &[Id]) -> Outcome<Vec<types::Rule>> {
        let mut rules = Vec::new();
        for ids in ids.chunks(20) {
            match named(cx, ids).await {
                Err(fault) if fault.class == FaultClass::NotFound && ids.len() > 1 => {
                    for id in ids {
                        rules.extend(found(named(cx, std::slice::from_ref(id)).await)?.unwrap_or_default());
                    }
                }
                answer => rules.extend(found(answer)?.unwrap_or_default()),
            }
        }
        Ok(rules)
    }

    async fn named(cx: &Cx, ids: &[Id]) -> Outcome<Vec<types::Rule>> {
        let call = cx.elbv2().describe_rules().set_rule_arns(Some(ids.iter().map(Id::to_string).collect()));
        let pages = call.into_paginator().items().send();
        pages.try_collect().await.map_err(|error| fault(DESCRIBE, error))
    }

    fn live(rule: &types::Rule, tags: Tags) -> Option<Live<ListenerRule>> {
        let arn = rule.rule_arn()?;
        let actions = rule.actions();
        let (forward, weights) = read_forward(actions).unzip();
        let inputs = ListenerRule {
            listener: Ref::new(listener_of(arn)?),
            priority: rule.priority()?.parse().ok()?,
            conditions: read_conditions(rule.conditions()),
            action: RuleAction { forward, redirect: read_redirect(actions), fixed_response: read_fixed_response(actions) },
            weights,
            tags,
        };
        Some(Live::new(inputs, Outputs { arn: arn.into() }))
    }

    /// The ARN of a rule's listener: `…:listener-rule/app/NAME/ID/LISTENER/RULE` is one of `…:listener/app/NAME/ID/LISTENER`.
    fn listener_of(rule: &str) -> Option<String> {
        let (listener, _) = rule.rsplit_once('/')?;
        let (before, after) = listener.split_once(":listener-rule/")?;
        Some(format!("{before}:listener/{after}"))
    }
}
