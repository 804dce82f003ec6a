//! A service as DescribeServices tells it.

use std::time::Duration;

use aws_sdk_ecs::types as sdk;
use wcalang_model::kind::{Cx, Id, Live, Port, Ref};

use crate::ecs::service::{Outputs, Service};
use crate::ecs::service_parts::{
    Advanced, CircuitBreaker, Constraint, DeploymentController, DeploymentStrategy, LaunchType, Network, Placement, PlacementConstraint,
    PlacementStrategy, PropagateTags, Registry, SchedulingStrategy, Target,
};
use crate::ecs::{short, strategy, tagging};

/// The name of the cluster in a service's ARN.
pub(super) fn cluster_of(arn: &str) -> &str {
    arn.rsplit('/').nth(1).unwrap_or_default()
}

pub(super) fn outputs(arn: &str) -> Outputs {
    Outputs { arn: arn.into(), name: short(arn).to_string(), cluster_name: cluster_of(arn).to_string() }
}

/// Under CODE_DEPLOY, what the service itself no longer tells once a deployment replaced it is its primary task set's.
pub(super) fn live(cx: &Cx, id: &Id, service: &sdk::Service) -> Option<Live<Service>> {
    let controller = service.deployment_controller().map(|controller| controller.r#type().as_str());
    let set = service.task_sets().iter().find(|set| set.status() == Some("PRIMARY"));
    let definition = service.task_definition().or_else(|| set?.task_definition())?;
    let network = service.network_configuration().or_else(|| set?.network_configuration());
    let targets = set.map(sdk::TaskSet::load_balancers).filter(|targets| !targets.is_empty());
    let registries = set.map(sdk::TaskSet::service_registries).filter(|registries| !registries.is_empty());
    let strategy = set.map(sdk::TaskSet::capacity_provider_strategy).filter(|strategy| !strategy.is_empty());
    let strategy = strategy.unwrap_or(service.capacity_provider_strategy());
    let launch_type = service.launch_type().or_else(|| set?.launch_type());
    let deployment = service.deployment_configuration();
    let breaker = deployment.and_then(sdk::DeploymentConfiguration::deployment_circuit_breaker);
    let daemon = service.scheduling_strategy() == Some(&sdk::SchedulingStrategy::Daemon);
    let rebalancing = service.availability_zone_rebalancing();
    let inputs = Service {
        name: service.service_name().unwrap_or_default().into(),
        cluster: Ref::new(service.cluster_arn()?),
        task_definition: Ref::new(definition),
        desired_count: (!daemon).then(|| service.desired_count().max(0) as u32),
        capacity_provider_strategy: (!strategy.is_empty()).then(|| strategy::read(cx, strategy)),
        launch_type: launch_type.and_then(|of| LaunchType::parse(of.as_str())),
        platform_version: service.platform_version.clone(),
        network: network.and_then(sdk::NetworkConfiguration::awsvpc_configuration).map(read_network),
        load_balancers: targets.unwrap_or(service.load_balancers()).iter().filter_map(read_target).collect(),
        service_registries: registries.unwrap_or(service.service_registries()).iter().filter_map(read_registry).collect(),
        deployment_controller: controller.and_then(DeploymentController::parse).unwrap_or(DeploymentController::Ecs),
        minimum_healthy_percent: deployment.and_then(|of| of.minimum_healthy_percent()).map(f64::from),
        maximum_percent: deployment.and_then(|of| of.maximum_percent()).map(f64::from),
        deployment_strategy: deployment.and_then(|of| of.strategy()).and_then(|of| DeploymentStrategy::parse(of.as_str())),
        bake_time: deployment.and_then(|of| of.bake_time_in_minutes()).map(|time| Duration::from_secs(time.max(0) as u64 * 60)),
        circuit_breaker: CircuitBreaker {
            enable: breaker.is_some_and(sdk::DeploymentCircuitBreaker::enable),
            rollback: breaker.is_some_and(sdk::DeploymentCircuitBreaker::rollback),
        },
        health_check_grace: Duration::from_secs(service.health_check_grace_period_seconds().unwrap_or_default().max(0) as u64),
        enable_execute_command: service.enable_execute_command(),
        placement_strategy: service.placement_strategy().iter().filter_map(read_placement).collect(),
        placement_constraints: service.placement_constraints().iter().filter_map(read_constraint).collect(),
        scheduling_strategy: if daemon { SchedulingStrategy::Daemon } else { SchedulingStrategy::Replica },
        propagate_tags: service.propagate_tags().and_then(|of| PropagateTags::parse(of.as_str())).unwrap_or(PropagateTags::None),
        enable_managed_tags: service.enable_ecs_managed_tags(),
        availability_zone_rebalancing: rebalancing == Some(&sdk::AvailabilityZoneRebalancing::Enabled),
        tags: tagging::read(service.tags()),
    };
    Some(Live::new(inputs, outputs(id.as_str())))
}

fn read_network(vpc: &sdk::AwsVpcConfiguration) -> Network {
    Network {
        subnets: vpc.subnets().iter().map(Ref::new).collect(),
        security_groups: vpc.security_groups().iter().map(Ref::new).collect(),
        assign_public_ip: vpc.assign_public_ip() == Some(&sdk::AssignPublicIp::Enabled),
    }
}

fn port(port: Option<i32>) -> Option<Port> {
    port.and_then(|port| u16::try_from(port).ok()).map(Port)
}

fn read_target(target: &sdk::LoadBalancer) -> Option<Target> {
    Some(Target {
        target_group: Ref::new(target.target_group_arn()?),
        container: target.container_name()?.to_string(),
        port: port(target.container_port())?,
        advanced: target.advanced_configuration().and_then(read_advanced),
    })
}

fn read_advanced(advanced: &sdk::AdvancedConfiguration) -> Option<Advanced> {
    Some(Advanced {
        alternate_target_group: Ref::new(advanced.alternate_target_group_arn()?),
        production_rule: Ref::new(advanced.production_listener_rule()?),
        test_rule: advanced.test_listener_rule().map(Ref::new),
        role: Ref::new(advanced.role_arn()?),
    })
}

fn read_registry(registry: &sdk::ServiceRegistry) -> Option<Registry> {
    Some(Registry {
        service: Ref::new(registry.registry_arn()?),
        container: registry.container_name.clone(),
        container_port: port(registry.container_port()),
        port: port(registry.port()),
    })
}

/// AWS writes the field of `binpack` in capitals.
fn read_placement(strategy: &sdk::PlacementStrategy) -> Option<PlacementStrategy> {
    let kind = Placement::parse(strategy.r#type()?.as_str())?;
    let field = strategy.field().map(|field| if kind == Placement::Binpack { field.to_lowercase() } else { field.to_string() });
    Some(PlacementStrategy { kind, field: field.filter(|field| !field.is_empty()) })
}

fn read_constraint(constraint: &sdk::PlacementConstraint) -> Option<PlacementConstraint> {
    Some(PlacementConstraint { kind: Constraint::parse(constraint.r#type()?.as_str())?, expression: constraint.expression.clone() })
}
