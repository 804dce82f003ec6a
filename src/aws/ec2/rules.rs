//! Rules as EC2 describes them: those of whole groups and single ones. Groups and rules that are read at the same time share a call;
//! only a rule that none of those groups has is asked for by itself.

use std::rc::Rc;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::SecurityGroupRule;
use wcalang_model::kind::{Cx, Id, Outcome, tags};

use crate::client::CxExt;
use crate::ec2::{filter, tagging};
use crate::fault::fault;

/// The rules of the groups, and the rules, of these ids, among others.
pub(super) async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Rc<Vec<SecurityGroupRule>>> {
    let client = cx.ec2().clone();
    cx.gatherings().rules.join(ids.iter().map(Id::to_string), usize::MAX, async move |ids| ask(&client, ids).await).await
}

async fn ask(client: &Client, ids: Vec<String>) -> Outcome<Vec<SecurityGroupRule>> {
    let (mut rules, groups): (Vec<Id>, Vec<Id>) = ids.into_iter().map(Id).partition(|id| id.as_str().starts_with("sgr-"));
    let mut told = described(client, "group-id", &groups).await?;
    rules.retain(|rule| !told.iter().any(|told| told.security_group_rule_id() == Some(rule.as_str())));
    told.extend(described(client, "security-group-rule-id", &rules).await?);
    Ok(told)
}

async fn described(client: &Client, name: &str, ids: &[Id]) -> Outcome<Vec<SecurityGroupRule>> {
    let rules = filter::batched(ids, async |ids| {
        let pages = client.describe_security_group_rules().filters(filter::ids(name, ids)).into_paginator().items().send();
        pages.try_collect().await.map_err(|error| fault("ec2:DescribeSecurityGroupRules", error))
    });
    rules.await
}

/// Whether no stack made a rule.
fn is_wild(rule: &SecurityGroupRule) -> bool {
    tagging::read(rule.tags()).get(tags::INTENT).is_none()
}

/// Whether it is one that AWS itself gives a new group, or looks like it: everything out, without a description. There is one for
/// IPv4, and one for IPv6 where the VPC has such a block.
pub(super) fn is_implicit(rule: &SecurityGroupRule) -> bool {
    let all = rule.cidr_ipv4() == Some("0.0.0.0/0") || rule.cidr_ipv6() == Some("::/0");
    let everything_out = rule.is_egress() == Some(true) && rule.ip_protocol() == Some("-1") && all;
    everything_out && rule.description().unwrap_or_default().is_empty() && is_wild(rule)
}

/// Whether somebody else made it: no stack did, nor AWS itself. In a group that no create of a stack made, also what looks like AWS's
/// own is someone's.
pub(super) fn is_others(rule: &SecurityGroupRule, made: bool) -> bool {
    is_wild(rule) && !(made && is_implicit(rule))
}

/// A rule in words: `in tcp 22 0.0.0.0/0`, `out all sg-0123`.
pub(super) fn text(rule: &SecurityGroupRule) -> String {
    let way = if rule.is_egress() == Some(true) { "out" } else { "in" };
    let protocol = rule.ip_protocol().filter(|protocol| *protocol != "-1").unwrap_or("all");
    let ports = match (rule.from_port().filter(|port| *port >= 0), rule.to_port().filter(|port| *port >= 0)) {
        (Some(from), Some(to)) if from == to => format!(" {from}"),
        (Some(from), Some(to)) => format!(" {from}-{to}"),
        _ => String::new(),
    };
    let group = rule.referenced_group_info().and_then(|group| group.group_id());
    let side = rule.cidr_ipv4().or(rule.cidr_ipv6()).or(rule.prefix_list_id()).or(group).unwrap_or("?");
    format!("{way} {protocol}{ports} {side}")
}
