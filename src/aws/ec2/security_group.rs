//! `ec2.SecurityGroup`: a set of rules for network interfaces. Its rules are kinds of their own.

use wcalang_model::kind::{Arn, CreateClass, Kind, Name, Naming, Record, Ref, Rules, Tags};
use wcalang_model::value::Datum;

use crate::ec2::vpc::Vpc;

/// A group of network interfaces and what may reach them or be reached by them. It lets nothing through but what an
/// `ec2.SecurityGroupRule` of it says, in either direction.
#[derive(Debug, Clone, Record)]
pub struct SecurityGroup {
    /// Its name, unique in the VPC. It does not begin with `sg-`, as ids do.
    #[field(replace)]
    pub name: Name<255>,
    /// What it is for, in up to 255 characters; AWS asks for one.
    #[field(replace)]
    pub description: String,
    /// The VPC it is for.
    #[field(replace)]
    pub vpc: Ref<Vpc>,
    /// Whether the rule stands that AWS gives a new group and that lets everything out. It is taken away unless this is true, so
    /// that the rules of the stack are all there are.
    #[field(default = false)]
    pub implicit_egress: bool,
    /// The rules that neither a stack nor AWS itself made, as text. They stay, and a plan tells of new ones; `[]` has each apply
    /// take them away.
    #[field(computed)]
    pub other_rules: Option<Vec<String>>,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What a security group gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The group's id: `sg-…`.
    #[field(identity, stable)]
    pub id: String,
    /// The group's ARN.
    #[field(stable)]
    pub arn: Arn,
}

impl Kind for SecurityGroup {
    const NAME: &'static str = "ec2.SecurityGroup";
    const NAMING: Naming = Naming::Field { field: "name", max: 255, lower: false };
    const CREATE: CreateClass = CreateClass::Natural;
    const GLANCED: Option<usize> = Some(1);
    const ACTIONS: &'static [&'static str] = &[
        "ec2:CreateSecurityGroup",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSecurityGroupRules",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:DeleteSecurityGroup",
        "ec2:CreateTags",
        "ec2:DeleteTags",
        "tag:GetResources",
    ];
    type Outputs = Outputs;

    /// AWS refuses names that begin with `sg-`
    /// (<https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html>); one called `sg` would get such a name
    /// when it is replaced.
    const RULES: Option<Rules> = Some(|fields, problems| {
        let name = fields.get("name").and_then(Datum::as_str);
        if name.is_some_and(|name| name == "sg" || name.starts_with("sg-")) {
            problems.push("name", "names that begin with `sg-` are ids to AWS", "begin it with what the group is for");
        }
        if matches!(fields.get("otherRules"), Some(Datum::List(rules)) if !rules.is_empty()) {
            let help = "write `[]` so that there are none, or leave it out; a rule of the stack is an `ec2.SecurityGroupRule`";
            problems.push("otherRules", "rules of others cannot be asked for", help);
        }
    });
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_ec2::types::{self, IpPermission, IpRange, ResourceType, SecurityGroupRule};
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome, tags::INTENT};

    use super::*;
    use crate::client::CxExt;
    use crate::ec2::{filter, rules, tagging};
    use crate::fault::{fault, found, missing, told};

    impl Calls for SecurityGroup {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let call = cx.ec2().create_security_group().group_name(new.name.as_str()).description(&new.description).vpc_id(new.vpc.id());
            let answer = call.tag_specifications(tagging::on_create(ResourceType::SecurityGroup, &new.tags)).send().await;
            let id = answer.map_err(|error| fault("ec2:CreateSecurityGroup", error))?.group_id;
            Ok(Created::begun(id.ok_or_else(|| missing("ec2:CreateSecurityGroup", "group id"))?))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let call = cx.ec2().describe_security_groups().filters(filter::one("vpc-id", new.vpc.id()));
            let answer = call.filters(filter::one("group-name", new.name.as_str())).filters(tagging::of_intent(intent)).send().await;
            let groups = answer.map_err(|error| fault("ec2:DescribeSecurityGroups", error))?.security_groups.unwrap_or_default();
            Ok(groups.into_iter().find_map(|group| group.group_id).map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let groups = filter::batched(ids, async |ids| {
                let pages = cx.ec2().describe_security_groups().filters(filter::ids("group-id", ids)).into_paginator().items().send();
                pages.try_collect().await.map_err(|error| fault("ec2:DescribeSecurityGroups", error))
            });
            let (groups, rules) = futures::join!(groups, rules::read(cx, ids));
            let (groups, rules) = (groups?, rules?);
            let of = |id: &Id| groups.iter().find(|group| group.group_id() == Some(id.as_str()));
            let live = |group| told("ec2:DescribeSecurityGroups", live(cx, group, tagging::read(group.tags()), &rules));
            ids.iter().map(|id| of(id).map(live).transpose()).collect()
        }

        /// It has rules: so it stands, and its name, description and VPC stay while it does.
        async fn glance(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let (rules, mut tags) = futures::try_join!(rules::read(cx, ids), tagging::glance(cx, "security-group", ids))?;
            let live = ids.iter().map(|id| {
                rules.iter().find(|rule| rule.group_id() == Some(id.as_str()))?;
                let group = types::SecurityGroup::builder().group_id(id.as_str()).group_name("").vpc_id("").build();
                let live = live(cx, &group, tags.remove(id)?, &rules)?;
                Some(Live { unread: &["name", "description", "vpc"], ..live })
            });
            Ok(live.collect())
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.has("implicitEgress") && new.implicit_egress {
                let all = IpPermission::builder().ip_protocol("-1").ip_ranges(IpRange::builder().cidr_ip("0.0.0.0/0").build()).build();
                let call = cx.ec2().authorize_security_group_egress().group_id(id.as_str()).ip_permissions(all);
                call.send().await.map_err(|error| fault("ec2:AuthorizeSecurityGroupEgress", error))?;
            } else if changed.has("implicitEgress") {
                revoke(cx, id, rules::is_implicit).await?;
            }
            if changed.has("otherRules") && new.other_rules.is_some() {
                let made = live.inputs.tags.get(INTENT).is_some();
                revoke(cx, id, |rule| rules::is_others(rule, made)).await?;
            }
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.ec2().delete_security_group().group_id(id.as_str()).send().await;
            found(answer.map_err(|error| fault("ec2:DeleteSecurityGroup", error)))?;
            Ok(Gone::Yes)
        }
    }

    /// Takes rules of a group away.
    async fn revoke(cx: &Cx, id: &Id, which: impl Fn(&SecurityGroupRule) -> bool) -> Outcome<()> {
        let rules = rules::read(cx, std::slice::from_ref(id)).await?;
        let of_group = rules.iter().filter(|rule| rule.group_id() == Some(id.as_str()) && which(rule));
        let (out, into): (Vec<_>, Vec<_>) = of_group.partition(|rule| rule.is_egress() == Some(true));
        let ids = |rules: Vec<&SecurityGroupRule>| rules.into_iter().filter_map(|rule| rule.security_group_rule_id.clone()).collect();
        let (out, into): (Vec<String>, Vec<String>) = (ids(out), ids(into));
        if !out.is_empty() {
            let call = cx.ec2().revoke_security_group_egress().group_id(id.as_str()).set_security_group_rule_ids(Some(out));
            found(call.send().await.map_err(|error| fault("ec2:RevokeSecurityGroupEgress", error)))?;
        }
        if !into.is_empty() {
            let call = cx.ec2().revoke_security_group_ingress().group_id(id.as_str()).set_security_group_rule_ids(Some(into));
            found(call.send().await.map_err(|error| fault("ec2:RevokeSecurityGroupIngress", error)))?;
        }
        Ok(())
    }

    fn live(cx: &Cx, group: &types::SecurityGroup, tags: Tags, rules: &[SecurityGroupRule]) -> Option<Live<SecurityGroup>> {
        let id = group.group_id()?;
        let of_group = || rules.iter().filter(|rule| rule.group_id() == Some(id));
        let made = tags.get(INTENT).is_some();
        let mut others: Vec<String> = of_group().filter(|rule| rules::is_others(rule, made)).map(rules::text).collect();
        others.sort();
        let inputs = SecurityGroup {
            name: group.group_name()?.into(),
            description: group.description().unwrap_or_default().to_string(),
            vpc: Ref::new(group.vpc_id()?),
            implicit_egress: made && of_group().any(rules::is_implicit),
            other_rules: Some(others),
            tags,
        };
        let arn = group.security_group_arn().map_or_else(|| tagging::arn(cx, "security-group", id), ToString::to_string).into();
        Some(Live::new(inputs, Outputs { id: id.to_string(), arn }))
    }
}
