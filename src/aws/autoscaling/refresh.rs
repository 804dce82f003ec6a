//! Instance refreshes: which machines of a group are not made as it wants them, and how they are replaced, a few at a time.
//!
//! That machines must be replaced is recorded nowhere: it follows from the template, the version and the type that each of them says
//! it was made from. So a run that was cut off between the update of the group and the refresh loses nothing. Of the subnet of a
//! machine the group says nothing: it is asked for while the group has the tag [`MOVES`].

use std::collections::BTreeSet;

use aws_sdk_autoscaling::types::{self as sdk, InstanceRefreshStatus as Status, LifecycleState};
use wcalang_model::kind::{Cx, FaultClass, Id, Outcome};

use crate::client::CxExt;
use crate::ec2::filter::{self, batched};
use crate::fault::fault;

/// What a group is tagged with before it leaves a subnet, until none of its machines is in another one than its own. AWS moves machines
/// from a zone that a group has left, and lets them stay in a subnet that it has left within a zone
/// (github.com/hashicorp/terraform/issues/7743); there nobody could delete it.
pub(super) const MOVES: &str = "wca:moves";

/// Whether a group has left a subnet, and machines of it may be there yet.
pub(super) fn moves(group: &sdk::AutoScalingGroup) -> bool {
    group.tags().iter().any(|tag| tag.key() == Some(MOVES))
}

/// The subnets of a group.
pub(super) fn subnets(group: &sdk::AutoScalingGroup) -> impl Iterator<Item = &str> {
    group.vpc_zone_identifier().unwrap_or_default().split(',').map(str::trim).filter(|subnet| !subnet.is_empty())
}

/// What the machines of a group are made from.
pub(super) fn source(group: &sdk::AutoScalingGroup) -> Option<&sdk::LaunchTemplateSpecification> {
    let mixed = group.mixed_instances_policy().and_then(|policy| policy.launch_template());
    mixed.and_then(|launch| launch.launch_template_specification()).or(group.launch_template())
}

/// How many machines are not made as their group wants it: `2 of 3 machines`. A version that is no number, such as `$Latest`, asks for
/// no replacement.
pub(super) async fn behind(cx: &Cx, group: &sdk::AutoScalingGroup) -> Outcome<Option<String>> {
    let Some(wanted) = source(group) else { return Ok(None) };
    let mixed = group.mixed_instances_policy().and_then(|policy| policy.launch_template());
    let types: Vec<&str> = mixed.map(|launch| launch.overrides()).unwrap_or_default().iter().filter_map(|of| of.instance_type()).collect();
    let version = wanted.version().filter(|version| version.parse::<u64>().is_ok());
    let differs = |left: Option<&str>, right: Option<&str>| left.zip(right).is_some_and(|(left, right)| left != right);
    let outdated = |machine: &&sdk::Instance| {
        let made = machine.launch_template();
        let template = differs(made.and_then(|of| of.launch_template_id()), wanted.launch_template_id());
        let version = differs(made.and_then(|of| of.version()), version);
        let kind = !types.is_empty() && machine.instance_type().is_some_and(|kind| !types.contains(&kind));
        template || version || kind
    };
    let staying: Vec<&sdk::Instance> = group.instances().iter().filter(|machine| stays(machine)).collect();
    let outside = if moves(group) { outside(cx, group, &staying).await? } else { BTreeSet::new() };
    let left = |machine: &sdk::Instance| machine.instance_id().is_some_and(|id| outside.contains(id));
    let count = staying.iter().filter(|machine| outdated(machine) || left(machine)).count();
    Ok((count > 0).then(|| format!("{count} of {} machines", staying.len())))
}

/// The machines of a group that are in none of its subnets.
async fn outside(cx: &Cx, group: &sdk::AutoScalingGroup, machines: &[&sdk::Instance]) -> Outcome<BTreeSet<String>> {
    let inside: BTreeSet<&str> = subnets(group).collect();
    let ids: Vec<Id> = machines.iter().filter_map(|machine| machine.instance_id().map(Id::from)).collect();
    let told = batched(&ids, async |ids| {
        let mut pages = cx.ec2().describe_instances().filters(filter::ids("instance-id", ids)).into_paginator().items().send();
        let mut told = Vec::new();
        while let Some(reservation) = pages.next().await {
            told.extend(reservation.map_err(|error| fault("ec2:DescribeInstances", error))?.instances.unwrap_or_default());
        }
        Ok(told)
    });
    let gone = |machine: &aws_sdk_ec2::types::Instance| machine.subnet_id().is_some_and(|subnet| !inside.contains(subnet));
    Ok(told.await?.into_iter().filter(gone).filter_map(|machine| machine.instance_id).collect())
}

/// Whether a machine is not on its way out.
fn stays(machine: &sdk::Instance) -> bool {
    use LifecycleState as State;
    !matches!(
        machine.lifecycle_state(),
        Some(
            State::Terminating
                | State::TerminatingWait
                | State::TerminatingProceed
                | State::TerminatingRetained
                | State::Terminated
                | State::Detaching
                | State::Detached
        )
    )
}

/// Starts a refresh, or lets the one that runs go on. It leaves alone what is made as wanted already, so repeating it does no harm; but
/// not while the group moves, since a machine in a subnet that was left would count as made as wanted.
pub(super) async fn start(cx: &Cx, group: &sdk::AutoScalingGroup) -> Outcome<()> {
    let preferences = sdk::RefreshPreferences::builder()
        .min_healthy_percentage(100)
        .max_healthy_percentage(200)
        .skip_matching(!moves(group))
        .scale_in_protected_instances(sdk::ScaleInProtectedInstances::Refresh);
    let call = cx.autoscaling().start_instance_refresh().set_auto_scaling_group_name(group.auto_scaling_group_name.clone());
    let call = call.preferences(preferences.build());
    match call.send().await.map_err(|error| fault("autoscaling:StartInstanceRefresh", error)) {
        Err(fault) if fault.class == FaultClass::Exists => Ok(()),
        answer => answer.map(|_| ()),
    }
}

/// The latest refresh of a group.
pub(super) async fn latest(cx: &Cx, name: &str) -> Outcome<Option<sdk::InstanceRefresh>> {
    let call = cx.autoscaling().describe_instance_refreshes().auto_scaling_group_name(name).max_records(1);
    let answer = call.send().await.map_err(|error| fault("autoscaling:DescribeInstanceRefreshes", error))?;
    Ok(answer.instance_refreshes.unwrap_or_default().into_iter().next())
}

/// How far a refresh is that is not over.
pub(super) fn under_way(refresh: &sdk::InstanceRefresh) -> Option<String> {
    match refresh.status() {
        Some(Status::Pending | Status::InProgress | Status::Baking) => {
            let percent = refresh.percentage_complete().unwrap_or_default();
            let left = refresh.instances_to_update().map(|left| format!(", {left} machines left")).unwrap_or_default();
            Some(format!("replacing machines, {percent} % done{left}"))
        }
        Some(Status::Cancelling | Status::RollbackInProgress) => Some("a refresh of its machines is ending".to_string()),
        _ => None,
    }
}

/// Why a refresh came to no good end.
pub(super) fn failed(refresh: &sdk::InstanceRefresh) -> Option<String> {
    let reason = refresh.status_reason().unwrap_or("AWS gives no reason");
    match refresh.status() {
        Some(Status::Failed | Status::RollbackFailed | Status::RollbackSuccessful) => Some(reason.to_string()),
        Some(Status::Cancelled) => Some(format!("it was cancelled ({reason})")),
        _ => None,
    }
}
