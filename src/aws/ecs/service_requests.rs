//! A service as CreateService and UpdateService take it.

use aws_sdk_ecs::error::BuildError;
use aws_sdk_ecs::operation::update_service::builders::UpdateServiceFluentBuilder;
use aws_sdk_ecs::types as sdk;
use wcalang_model::kind::Changed;

use crate::ecs::service::Service;
use crate::ecs::service_parts::{
    Advanced, DeploymentController, DeploymentStrategy, Network, PlacementConstraint, PlacementStrategy, Registry, Target,
};
use crate::ecs::strategy;

/// A list, unless it is empty.
pub(super) fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

pub(super) fn always(call: UpdateServiceFluentBuilder, new: &Service, changed: &Changed) -> UpdateServiceFluentBuilder {
    let when = |field: &str| changed.has(field);
    call.set_desired_count(new.desired_count.filter(|_| when("desiredCount")).map(|count| count as i32))
        .set_deployment_configuration(
            changed
                .any(&["minimumHealthyPercent", "maximumPercent", "circuitBreaker", "deploymentStrategy", "bakeTime"])
                .then(|| deployment(new)),
        )
        .set_health_check_grace_period_seconds(when("healthCheckGrace").then(|| grace(new)))
        .set_placement_strategy(when("placementStrategy").then(|| written_placement(new)))
        .set_placement_constraints(when("placementConstraints").then(|| written_constraints(new)))
        .set_enable_ecs_managed_tags(when("enableManagedTags").then_some(new.enable_managed_tags))
        .set_propagate_tags(when("propagateTags").then(|| new.propagate_tags.as_str().into()))
        .set_enable_execute_command(when("enableExecuteCommand").then_some(new.enable_execute_command))
        .set_availability_zone_rebalancing(when("availabilityZoneRebalancing").then(|| rebalancing(new)))
}

pub(super) fn roll(call: UpdateServiceFluentBuilder, new: &Service, changed: &Changed) -> Result<UpdateServiceFluentBuilder, BuildError> {
    let when = |field: &str| changed.has(field);
    let network = new.network.as_ref().filter(|_| when("network")).map(written_network).transpose()?;
    let moved = when("capacityProviderStrategy");
    let strategy = moved.then(|| strategy::written(new.capacity_provider_strategy.as_deref().unwrap_or_default())).transpose()?;
    Ok(call
        .set_task_definition(when("taskDefinition").then(|| new.task_definition.id().to_string()))
        .set_network_configuration(network)
        .set_load_balancers(when("loadBalancers").then(|| written_targets(new)))
        .set_service_registries(when("serviceRegistries").then(|| written_registries(new)))
        .set_platform_version(new.platform_version.clone().filter(|_| when("platformVersion")))
        .set_capacity_provider_strategy(strategy)
        .set_force_new_deployment(moved.then_some(true)))
}

/// AWS documents the circuit breaker for rolling updates: from blue to green it is said only where it is on.
pub(super) fn deployment(new: &Service) -> sdk::DeploymentConfiguration {
    let breaker = sdk::DeploymentCircuitBreaker::builder().enable(new.circuit_breaker.enable).rollback(new.circuit_breaker.rollback);
    let blue_green = new.deployment_strategy == Some(DeploymentStrategy::BlueGreen);
    let rolling = new.deployment_controller == DeploymentController::Ecs && (!blue_green || new.circuit_breaker.enable);
    sdk::DeploymentConfiguration::builder()
        .set_minimum_healthy_percent(new.minimum_healthy_percent.map(|percent| percent.round() as i32))
        .set_maximum_percent(new.maximum_percent.map(|percent| percent.round() as i32))
        .set_deployment_circuit_breaker(rolling.then(|| breaker.build()))
        .set_strategy(new.deployment_strategy.map(|strategy| strategy.as_str().into()))
        .set_bake_time_in_minutes(new.bake_time.map(|time| (time.as_secs() / 60) as i32))
        .build()
}

pub(super) fn grace(new: &Service) -> i32 {
    new.health_check_grace.as_secs() as i32
}

pub(super) fn rebalancing(new: &Service) -> sdk::AvailabilityZoneRebalancing {
    use sdk::AvailabilityZoneRebalancing::{Disabled, Enabled};
    if new.availability_zone_rebalancing { Enabled } else { Disabled }
}

pub(super) fn written_network(network: &Network) -> Result<sdk::NetworkConfiguration, BuildError> {
    let public = if network.assign_public_ip { sdk::AssignPublicIp::Enabled } else { sdk::AssignPublicIp::Disabled };
    let vpc = sdk::AwsVpcConfiguration::builder()
        .set_subnets(Some(network.subnets.0.iter().map(|subnet| subnet.id().to_string()).collect()))
        .set_security_groups(some(network.security_groups.0.iter().map(|group| group.id().to_string()).collect()))
        .assign_public_ip(public)
        .build()?;
    Ok(sdk::NetworkConfiguration::builder().awsvpc_configuration(vpc).build())
}

pub(super) fn written_targets(new: &Service) -> Vec<sdk::LoadBalancer> {
    let target = |target: &Target| {
        sdk::LoadBalancer::builder()
            .target_group_arn(target.target_group.id())
            .container_name(&target.container)
            .container_port(target.port.0.into())
            .set_advanced_configuration(target.advanced.as_ref().map(written_advanced))
            .build()
    };
    new.load_balancers.0.iter().map(target).collect()
}

fn written_advanced(advanced: &Advanced) -> sdk::AdvancedConfiguration {
    sdk::AdvancedConfiguration::builder()
        .alternate_target_group_arn(advanced.alternate_target_group.id())
        .production_listener_rule(advanced.production_rule.id())
        .set_test_listener_rule(advanced.test_rule.as_ref().map(|rule| rule.id().to_string()))
        .role_arn(advanced.role.id())
        .build()
}

pub(super) fn written_registries(new: &Service) -> Vec<sdk::ServiceRegistry> {
    let registry = |registry: &Registry| {
        sdk::ServiceRegistry::builder()
            .registry_arn(registry.service.id())
            .set_container_name(registry.container.clone())
            .set_container_port(registry.container_port.map(|port| port.0.into()))
            .set_port(registry.port.map(|port| port.0.into()))
            .build()
    };
    new.service_registries.0.iter().map(registry).collect()
}

pub(super) fn written_placement(new: &Service) -> Vec<sdk::PlacementStrategy> {
    let strategy = |strategy: &PlacementStrategy| {
        sdk::PlacementStrategy::builder().r#type(strategy.kind.as_str().into()).set_field(strategy.field.clone()).build()
    };
    new.placement_strategy.iter().map(strategy).collect()
}

pub(super) fn written_constraints(new: &Service) -> Vec<sdk::PlacementConstraint> {
    let constraint = |constraint: &PlacementConstraint| {
        let kind = constraint.kind.as_str().into();
        sdk::PlacementConstraint::builder().r#type(kind).set_expression(constraint.expression.clone()).build()
    };
    new.placement_constraints.0.iter().map(constraint).collect()
}
