//! `autoscaling.Group`: as many machines as are needed.

use std::time::Duration;

use wcalang_model::kind::{Arn, Choice, CreateClass, Field, Kind, Name, Naming, Record, Ref, Rolls, Rules, Set, Tags};
use wcalang_model::value::Datum;

use crate::ec2::launch_template::LaunchTemplate;
use crate::ec2::subnet::Subnet;

/// Keeps a number of machines running, all made from one launch template, spread over subnets.
///
/// When the template, its version or the types of instances change, the machines that do not fit are replaced a few at a time (an
/// instance refresh, a step of its own in the plan), those that are protected from scale-in too. What runs on them is moved first
/// only where an `ecs.CapacityProvider` drains them. Whether machines do not fit follows from what they were made from. When the group
/// leaves a subnet, all its machines are replaced: they would stay where they are.
#[derive(Debug, Clone, Record)]
pub struct Group {
    /// Its name, up to 255 characters.
    #[field(replace)]
    pub name: Name<255>,
    /// The fewest machines.
    pub min: u32,
    /// The most machines.
    pub max: u32,
    /// How many machines it wants now. Absent: as many as whoever scales it wants, at first `min`. ECS owns it where a capacity
    /// provider scales the group.
    #[field(computed)]
    pub desired_capacity: Option<u32>,
    /// Where its machines are.
    pub subnets: Set<Ref<Subnet>>,
    /// What its machines are made from.
    pub launch_template: Template,
    /// Several types of instances, and how many of them are spot instances. Absent: all as the template says, on demand.
    pub mixed_instances: Option<MixedInstances>,
    /// Whose health checks decide that a machine is replaced.
    #[field(default = HealthCheckType::Ec2)]
    pub health_check_type: HealthCheckType,
    /// How long after a machine's start failed health checks do not count.
    #[field(default = Duration::ZERO)]
    pub health_check_grace: Duration,
    /// How long after a simple scaling the next one waits.
    #[field(default = Duration::from_secs(300))]
    pub cooldown: Duration,
    /// Whether new machines are kept from ending when the group shrinks. A capacity provider with managed termination protection
    /// needs it; it then says which may go.
    #[field(default = false)]
    pub protected_from_scale_in: bool,
    /// Whether a spot machine that is about to be taken back is replaced before.
    #[field(default = false)]
    pub capacity_rebalance: bool,
    /// How old a machine may become, from a day to a year. Absent: any age.
    pub max_instance_lifetime: Option<Duration>,
    /// Which machines end first when the group shrinks, in order of precedence.
    #[field(default = vec!["Default".to_string()])]
    pub termination_policies: Vec<String>,
    /// How long until a new machine counts. Absent: as each scaling policy says.
    pub instance_warmup: Option<Duration>,
    /// Whether the group has the tag `AmazonECSManaged`, which ECS puts on the group of a capacity provider. Not compared where it
    /// is not given.
    #[field(computed)]
    pub ecs_managed: Option<bool>,
    /// Tags beyond the stack's own. Machines get them too, except for the tags that say whose the group is.
    pub tags: Tags,
}

/// A launch template in a version.
#[derive(Debug, Clone, Record)]
pub struct Template {
    /// The launch template.
    pub template: Ref<LaunchTemplate>,
    /// The version: its number. `$Latest` and `$Default` are possible too, but then no change of the template replaces machines.
    pub version: String,
}

/// Several types of instances, and how many of them are spot instances.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct MixedInstances {
    /// The types that may be started, instead of the template's, at most 40. The first is taken first where the strategy asks for it.
    /// Every instance counts as one, whatever its type, as the managed scaling of ECS wants it.
    #[field(default = Vec::new())]
    pub instance_types: Vec<String>,
    /// How many instances are on demand before any other is started.
    #[field(default = 0)]
    pub on_demand_base: u32,
    /// How many of the instances beyond these are on demand, in percent. The others are spot instances.
    #[field(default = 100.0)]
    pub on_demand_percentage: f64,
    /// Which type is taken on demand.
    #[field(default = OnDemandAllocation::Prioritized)]
    pub on_demand_allocation: OnDemandAllocation,
    /// Which type is taken as a spot instance. AWS recommends `price-capacity-optimized`.
    #[field(default = SpotAllocation::PriceCapacityOptimized)]
    pub spot_allocation: SpotAllocation,
}

/// Which type of instance is taken on demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum OnDemandAllocation {
    /// The first of the list that there is.
    Prioritized,
    /// The cheapest.
    LowestPrice,
}

/// Which type of instance is taken as a spot instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum SpotAllocation {
    /// The cheapest of those that are least likely to be taken back.
    PriceCapacityOptimized,
    /// One that is least likely to be taken back.
    CapacityOptimized,
    /// The same, with some regard to the order of the list.
    CapacityOptimizedPrioritized,
    /// The cheapest, which is soon taken back.
    LowestPrice,
}

/// Whose health checks count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum HealthCheckType {
    /// EC2's own.
    #[value("EC2")]
    Ec2,
    /// Those of the load balancer too.
    #[value("ELB")]
    Elb,
}

/// What a group gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The group's ARN.
    #[field(identity, stable)]
    pub arn: Arn,
    /// Its name.
    #[field(stable)]
    pub name: String,
}

/// The tag that ECS puts on the group of a capacity provider.
const ECS_MANAGED: &str = "AmazonECSManaged";

impl Kind for Group {
    const NAME: &'static str = "autoscaling.Group";
    const NAMING: Naming = Naming::Field { field: "name", max: 255, lower: false };
    const CREATE: CreateClass = CreateClass::Natural;
    const ACTIONS: &'static [&'static str] = &[
        "autoscaling:CreateAutoScalingGroup",
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:UpdateAutoScalingGroup",
        "autoscaling:DeleteAutoScalingGroup",
        "autoscaling:SetInstanceProtection",
        "autoscaling:CreateOrUpdateTags",
        "autoscaling:DeleteTags",
        "autoscaling:StartInstanceRefresh",
        "autoscaling:DescribeInstanceRefreshes",
        "ec2:DescribeInstances",
        "ec2:RunInstances",
        "ec2:CreateTags",
        "iam:PassRole",
        "iam:CreateServiceLinkedRole",
    ];
    const ROLLS: &'static [Rolls] = &[Rolls::Any("launchTemplate"), Rolls::Any("mixedInstances"), Rolls::Less("subnets")];
    type Outputs = Outputs;

    const RULES: Option<Rules> = Some(|fields, problems| {
        let number = |name: &str| if let Some(Datum::Int(number)) = fields.get(name) { Some(*number) } else { None };
        let (min, max, wanted) = (number("min"), number("max"), number("desiredCapacity"));
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            problems.push("max", format!("the most machines, {max}, are fewer than the fewest, {min}"), format!("max = {min}"));
        }
        if let Some(wanted) = wanted
            && (min.is_some_and(|min| wanted < min) || max.is_some_and(|max| wanted > max))
        {
            problems.push("desiredCapacity", format!("{wanted} is not between `min` and `max`"), "leave it out, or change the bounds");
        }
        if let Some(mixed) = fields.get("mixedInstances").and_then(Datum::as_record)
            && let Some(share) = mixed.get("onDemandPercentage").and_then(percentage)
            && !(0.0..=100.0).contains(&share)
        {
            problems.push("mixedInstances", format!("{share} is no share in percent"), "give onDemandPercentage a number from 0 to 100");
        }
        if fields.get("tags").and_then(Datum::as_record).is_some_and(|tags| tags.contains_key(ECS_MANAGED)) {
            problems.push("tags", format!("the tag {ECS_MANAGED} belongs to ECS"), "ecsManaged = true");
        }
    });
}

fn percentage(datum: &Datum) -> Option<f64> {
    f64::decode(datum).ok()
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_autoscaling::types as sdk;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Fault, FaultClass, Gone, Id, Intent, Live, Outcome, Ready, tags};

    use super::*;
    use crate::autoscaling::refresh;
    use crate::client::CxExt;
    use crate::fault::{fault, found};

    const FIELDS: &[&str] = &[
        "min",
        "max",
        "desiredCapacity",
        "subnets",
        "launchTemplate",
        "mixedInstances",
        "healthCheckType",
        "healthCheckGrace",
        "cooldown",
        "protectedFromScaleIn",
        "capacityRebalance",
        "maxInstanceLifetime",
        "terminationPolicies",
        "instanceWarmup",
    ];

    impl Calls for Group {
        /// CreateAutoScalingGroup answers nothing: the ARN is asked for at once.
        async fn create(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Created<Self>> {
            const OPERATION: &str = "autoscaling:CreateAutoScalingGroup";
            let call = cx
                .autoscaling()
                .create_auto_scaling_group()
                .auto_scaling_group_name(new.name.as_str())
                .min_size(new.min as i32)
                .max_size(new.max as i32)
                .set_desired_capacity(new.desired_capacity.map(|number| number as i32))
                .vpc_zone_identifier(subnets(new))
                .set_launch_template(new.mixed_instances.is_none().then(|| template(new)))
                .set_mixed_instances_policy(new.mixed_instances.as_ref().map(|mixed| policy(new, mixed)))
                .health_check_type(new.health_check_type.as_str())
                .health_check_grace_period(seconds(new.health_check_grace))
                .default_cooldown(seconds(new.cooldown))
                .new_instances_protected_from_scale_in(new.protected_from_scale_in)
                .capacity_rebalance(new.capacity_rebalance)
                .set_max_instance_lifetime(new.max_instance_lifetime.map(seconds))
                .set_termination_policies(Some(new.termination_policies.clone()))
                .set_default_instance_warmup(new.instance_warmup.map(seconds))
                .set_tags(Some(written(new.name.as_str(), &all_tags(new))));
            call.send().await.map_err(|error| fault(OPERATION, error))?;
            let lost = || Fault {
                class: FaultClass::Lost,
                operation: OPERATION.to_string(),
                code: String::new(),
                message: "the new group is not described yet".to_string(),
                field: None,
            };
            let id = Self::find(cx, new, intent).await?.ok_or_else(lost)?;
            let outputs = Outputs { arn: id.as_str().into(), name: new.name.0.clone() };
            Ok(Created::whole(id.0, outputs))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let is_ours = |tag: &sdk::TagDescription| tag.key() == Some(tags::INTENT) && tag.value() == Some(&intent.mark);
            let group = describe(cx, vec![new.name.0.clone()]).await?.into_iter().find(|group| group.tags().iter().any(is_ours));
            Ok(group.and_then(|group| group.auto_scaling_group_arn).map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let mut groups = Vec::new();
            for page in ids.chunks(50) {
                groups.extend(describe(cx, page.iter().map(|id| name_of(id).to_string()).collect()).await?);
            }
            let of = |id: &Id| groups.iter().find(|group| group.auto_scaling_group_arn() == Some(id.as_str()));
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                found.push(match of(id) {
                    Some(group) => live(id, group, refresh::behind(cx, group).await?),
                    None => None,
                });
            }
            Ok(found)
        }

        async fn update(cx: &Cx, _id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            let name = new.name.as_str();
            let source = changed.any(&["launchTemplate", "mixedInstances"]);
            if live.inputs.subnets.0.iter().any(|subnet| !new.subnets.0.contains(subnet)) {
                let call = cx.autoscaling().create_or_update_tags().tags(tag(name, refresh::MOVES, Some("true")));
                call.send().await.map_err(|error| fault("autoscaling:CreateOrUpdateTags", error))?;
            }
            if changed.any(FIELDS) {
                let call = cx
                    .autoscaling()
                    .update_auto_scaling_group()
                    .auto_scaling_group_name(name)
                    .min_size(new.min as i32)
                    .max_size(new.max as i32)
                    .set_desired_capacity(new.desired_capacity.filter(|_| changed.has("desiredCapacity")).map(|number| number as i32))
                    .set_vpc_zone_identifier(changed.has("subnets").then(|| subnets(new)))
                    .set_launch_template((source && new.mixed_instances.is_none()).then(|| template(new)))
                    .set_mixed_instances_policy(new.mixed_instances.as_ref().filter(|_| source).map(|mixed| policy(new, mixed)))
                    .health_check_type(new.health_check_type.as_str())
                    .health_check_grace_period(seconds(new.health_check_grace))
                    .default_cooldown(seconds(new.cooldown))
                    .new_instances_protected_from_scale_in(new.protected_from_scale_in)
                    .capacity_rebalance(new.capacity_rebalance)
                    // 0 clears the one, -1 the other.
                    .set_max_instance_lifetime(changed.has("maxInstanceLifetime").then(|| new.max_instance_lifetime.map_or(0, seconds)))
                    .set_default_instance_warmup(changed.has("instanceWarmup").then(|| new.instance_warmup.map_or(-1, seconds)))
                    .set_termination_policies(Some(new.termination_policies.clone()));
                call.send().await.map_err(|error| fault("autoscaling:UpdateAutoScalingGroup", error))?;
            }
            change_tags(cx, live, new).await
        }

        async fn roll(cx: &Cx, id: &Id) -> Outcome<()> {
            let Some(group) = group(cx, id).await? else { return Ok(()) };
            match refresh::behind(cx, &group).await? {
                Some(_) => refresh::start(cx, &group).await,
                None => Ok(()),
            }
        }

        /// Until its end the machines serve, the old ones too.
        async fn rolled(cx: &Cx, id: &Id) -> Outcome<Ready> {
            let latest = refresh::latest(cx, name_of(id)).await?;
            if let Some(wait) = latest.as_ref().and_then(refresh::under_way) {
                return Ok(Ready::Wait(wait));
            }
            let Some(group) = group(cx, id).await? else { return Ok(Ready::Yes) };
            let Some(behind) = refresh::behind(cx, &group).await? else {
                if refresh::moves(&group) {
                    let call = cx.autoscaling().delete_tags().tags(tag(name_of(id), refresh::MOVES, None));
                    call.send().await.map_err(|error| fault("autoscaling:DeleteTags", error))?;
                }
                return Ok(Ready::Yes);
            };
            if let Some(why) = latest.as_ref().and_then(refresh::failed) {
                return Ok(Ready::Failed(format!("replacing the machines ended with {behind} left: {why}")));
            }
            // One that was under way before the last change is over, and has left some: they come next.
            refresh::start(cx, &group).await?;
            Ok(Ready::Wait(format!("replacing {behind}")))
        }

        /// Its machines go with it, whatever protects them: their protection is dropped first.
        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let name = name_of(id);
            let Some(group) = group(cx, id).await? else { return Ok(Gone::Yes) };
            if group.status().is_none() {
                if group.new_instances_protected_from_scale_in() == Some(true) {
                    let call = cx.autoscaling().update_auto_scaling_group().auto_scaling_group_name(name);
                    let answer = call.new_instances_protected_from_scale_in(false).send().await;
                    answer.map_err(|error| fault("autoscaling:UpdateAutoScalingGroup", error))?;
                }
                unprotect(cx, &group).await?;
                let call = cx.autoscaling().delete_auto_scaling_group().auto_scaling_group_name(name).force_delete(true);
                found(call.send().await.map_err(|error| fault("autoscaling:DeleteAutoScalingGroup", error)))?;
            }
            Ok(Gone::Wait(format!("ending {} machines", group.instances().len())))
        }
    }

    /// The name in an ARN: a name may hold a `/`.
    fn name_of(id: &Id) -> &str {
        id.as_str().split_once(":autoScalingGroupName/").map_or(id.as_str(), |(_, name)| name)
    }

    async fn describe(cx: &Cx, names: Vec<String>) -> Outcome<Vec<sdk::AutoScalingGroup>> {
        let call = cx.autoscaling().describe_auto_scaling_groups().set_auto_scaling_group_names(Some(names));
        let mut pages = call.into_paginator().items().send();
        let mut groups = Vec::new();
        while let Some(group) = pages.next().await {
            groups.push(group.map_err(|error| fault("autoscaling:DescribeAutoScalingGroups", error))?);
        }
        Ok(groups)
    }

    async fn group(cx: &Cx, id: &Id) -> Outcome<Option<sdk::AutoScalingGroup>> {
        let groups = describe(cx, vec![name_of(id).to_string()]).await?;
        Ok(groups.into_iter().find(|group| group.auto_scaling_group_arn() == Some(id.as_str())))
    }

    async fn unprotect(cx: &Cx, group: &sdk::AutoScalingGroup) -> Outcome<()> {
        let protected = group.instances().iter().filter(|instance| instance.protected_from_scale_in() == Some(true));
        let ids: Vec<String> = protected.filter_map(|instance| instance.instance_id.clone()).collect();
        for page in ids.chunks(50) {
            let call = cx.autoscaling().set_instance_protection().set_auto_scaling_group_name(group.auto_scaling_group_name.clone());
            let answer = call.set_instance_ids(Some(page.to_vec())).protected_from_scale_in(false).send().await;
            answer.map_err(|error| fault("autoscaling:SetInstanceProtection", error))?;
        }
        Ok(())
    }

    async fn change_tags(cx: &Cx, live: &Live<Group>, new: &Group) -> Outcome<()> {
        let (set, removed) = all_tags(new).since(&all_tags(&live.inputs));
        let name = new.name.as_str();
        if !set.is_empty() {
            let call = cx.autoscaling().create_or_update_tags().set_tags(Some(written(name, &Tags(set))));
            call.send().await.map_err(|error| fault("autoscaling:CreateOrUpdateTags", error))?;
        }
        // What ECS put there stays where nothing is said of it.
        let removed = removed.into_iter().filter(|key| key != ECS_MANAGED || new.ecs_managed == Some(false));
        let removed: Vec<sdk::Tag> = removed.map(|key| tag(name, &key, None)).collect();
        if !removed.is_empty() {
            let call = cx.autoscaling().delete_tags().set_tags(Some(removed));
            call.send().await.map_err(|error| fault("autoscaling:DeleteTags", error))?;
        }
        Ok(())
    }

    fn all_tags(group: &Group) -> Tags {
        let mut tags = group.tags.clone();
        if group.ecs_managed == Some(true) {
            tags.0.insert(ECS_MANAGED.to_string(), "true".to_string());
        }
        tags
    }

    fn written(group: &str, tags: &Tags) -> Vec<sdk::Tag> {
        tags.iter().map(|(key, value)| tag(group, key, Some(value))).collect()
    }

    /// Machines get every tag but those that say whose the group is: they are not resources of the stack.
    fn tag(group: &str, key: &str, value: Option<&str>) -> sdk::Tag {
        sdk::Tag::builder()
            .resource_id(group)
            .resource_type("auto-scaling-group")
            .key(key)
            .set_value(value.map(str::to_string))
            .propagate_at_launch(!key.starts_with("wca:"))
            .build()
    }

    fn seconds(duration: Duration) -> i32 {
        duration.as_secs() as i32
    }

    fn subnets(new: &Group) -> String {
        new.subnets.0.iter().map(Ref::id).collect::<Vec<_>>().join(",")
    }

    fn template(new: &Group) -> sdk::LaunchTemplateSpecification {
        let template = &new.launch_template;
        sdk::LaunchTemplateSpecification::builder().launch_template_id(template.template.id()).version(&template.version).build()
    }

    fn policy(new: &Group, mixed: &MixedInstances) -> sdk::MixedInstancesPolicy {
        let overrides = mixed.instance_types.iter().map(|of| sdk::LaunchTemplateOverrides::builder().instance_type(of).build());
        let launch = sdk::LaunchTemplate::builder().launch_template_specification(template(new)).set_overrides(Some(overrides.collect()));
        let distribution = sdk::InstancesDistribution::builder()
            .on_demand_allocation_strategy(mixed.on_demand_allocation.as_str())
            .on_demand_base_capacity(mixed.on_demand_base as i32)
            .on_demand_percentage_above_base_capacity(mixed.on_demand_percentage.round() as i32)
            .spot_allocation_strategy(mixed.spot_allocation.as_str());
        sdk::MixedInstancesPolicy::builder().launch_template(launch.build()).instances_distribution(distribution.build()).build()
    }

    fn read_policy(policy: &sdk::MixedInstancesPolicy) -> MixedInstances {
        let types = policy.launch_template().map(sdk::LaunchTemplate::overrides).unwrap_or_default();
        let distribution = policy.instances_distribution();
        let on_demand = distribution.and_then(|of| of.on_demand_allocation_strategy()).and_then(OnDemandAllocation::parse);
        // What AWS does where nothing was said.
        let spot = distribution.and_then(|of| of.spot_allocation_strategy()).and_then(SpotAllocation::parse);
        MixedInstances {
            instance_types: types.iter().filter_map(|of| of.instance_type.clone()).collect(),
            on_demand_base: distribution.and_then(|of| of.on_demand_base_capacity()).unwrap_or_default().max(0) as u32,
            on_demand_percentage: distribution.and_then(|of| of.on_demand_percentage_above_base_capacity()).map_or(100.0, f64::from),
            on_demand_allocation: on_demand.unwrap_or(OnDemandAllocation::Prioritized),
            spot_allocation: spot.unwrap_or(SpotAllocation::LowestPrice),
        }
    }

    fn live(id: &Id, group: &sdk::AutoScalingGroup, behind: Option<String>) -> Option<Live<Group>> {
        let number = |number: Option<i32>| number.unwrap_or_default().max(0) as u32;
        let time = |seconds: Option<i32>| seconds.filter(|seconds| *seconds > 0).map(|seconds| Duration::from_secs(seconds as u64));
        let template = refresh::source(group);
        let mut tags: Tags = group.tags().iter().filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))).collect();
        let ecs_managed = tags.0.remove(ECS_MANAGED).is_some();
        tags.0.remove(refresh::MOVES);
        let inputs = Group {
            name: group.auto_scaling_group_name()?.into(),
            min: number(group.min_size()),
            max: number(group.max_size()),
            desired_capacity: Some(number(group.desired_capacity())),
            subnets: refresh::subnets(group).map(Ref::new).collect(),
            launch_template: Template {
                template: Ref::new(template.and_then(|of| of.launch_template_id()).unwrap_or_default()),
                version: template.and_then(|of| of.version()).unwrap_or_default().to_string(),
            },
            mixed_instances: group.mixed_instances_policy().map(read_policy),
            health_check_type: group.health_check_type().and_then(HealthCheckType::parse).unwrap_or(HealthCheckType::Ec2),
            health_check_grace: time(group.health_check_grace_period()).unwrap_or_default(),
            cooldown: time(group.default_cooldown()).unwrap_or_default(),
            protected_from_scale_in: group.new_instances_protected_from_scale_in().unwrap_or_default(),
            capacity_rebalance: group.capacity_rebalance().unwrap_or_default(),
            max_instance_lifetime: time(group.max_instance_lifetime()),
            termination_policies: group.termination_policies().to_vec(),
            instance_warmup: time(group.default_instance_warmup()),
            ecs_managed: Some(ecs_managed),
            tags,
        };
        let name = inputs.name.0.clone();
        Some(Live { behind, ..Live::new(inputs, Outputs { arn: id.as_str().into(), name }) })
    }
}
