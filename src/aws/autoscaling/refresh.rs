//! Instance refreshes: which machines of a group are not made as it wants them, and how they are replaced, a few at a time.
//!
//! That machines must be replaced is recorded nowhere: it follows from the template, the version and the type that each of them says
//! it was made from. So a run that was cut off between the update of the group and the refresh loses nothing.

use aws_sdk_autoscaling::types::{self as sdk, InstanceRefreshStatus as Status, LifecycleState};
use wcalang_model::kind::{Cx, FaultClass, Outcome};

use crate::client::CxExt;
use crate::fault::fault;

/// What the machines of a group are made from.
pub(super) fn source(group: &sdk::AutoScalingGroup) -> Option<&sdk::LaunchTemplateSpecification> {
    let mixed = group.mixed_instances_policy().and_then(|policy| policy.launch_template());
    mixed.and_then(|launch| launch.launch_template_specification()).or(group.launch_template())
}

/// How many machines are not made as their group wants it: `2 of 3 machines`. A version that is no number, such as `$Latest`, asks for
/// no replacement.
pub(super) fn behind(group: &sdk::AutoScalingGroup) -> Option<String> {
    let wanted = source(group)?;
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
    let count = staying.iter().copied().filter(|machine| outdated(machine)).count();
    (count > 0).then(|| format!("{count} of {} machines", staying.len()))
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

/// Starts a refresh, or lets the one that runs go on. It leaves alone what is made as wanted already, so repeating it does no harm.
pub(super) async fn start(cx: &Cx, name: &str) -> Outcome<()> {
    let preferences = sdk::RefreshPreferences::builder()
        .min_healthy_percentage(100)
        .max_healthy_percentage(200)
        .skip_matching(true)
        .scale_in_protected_instances(sdk::ScaleInProtectedInstances::Refresh);
    let call = cx.autoscaling().start_instance_refresh().auto_scaling_group_name(name).preferences(preferences.build());
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
