//! `ecs.Service`: keeps copies of a task running.

use std::time::Duration;

use wcalang_model::kind::{Arn, Choice, CreateClass, FieldProblems, Kind, Name, Naming, Place, Port, Record, Ref, Set, Tags};
use wcalang_model::value::{Datum, Fields};

use crate::ec2::security_group::SecurityGroup;
use crate::ec2::subnet::Subnet;
use crate::ecs;
use crate::ecs::cluster::Cluster;
use crate::ecs::strategy::StrategyItem;
use crate::ecs::task_definition::TaskDefinition;
use crate::elb::listener_rule::ListenerRule;
use crate::elb::target_group::TargetGroup;
use crate::iam::role::Role;
use crate::servicediscovery;

/// Keeps copies of a task running in a cluster, replaces those that fail, and rolls out new task definitions.
///
/// Under the deployment controller `CODE_DEPLOY`, the task definition, network, load balancers, registries and strategy change only
/// with a deployment; the service itself is never updated with them.
#[derive(Debug, Clone, Record)]
pub struct Service {
    /// Its name, unique in the cluster, up to 255 letters, digits, `-` and `_`.
    #[field(replace)]
    pub name: Name<255>,
    /// The cluster it runs in.
    #[field(replace)]
    pub cluster: Ref<Cluster>,
    /// What it runs.
    pub task_definition: Ref<TaskDefinition>,
    /// How many copies it keeps running; 1 where it is not given. A scalable target owns it. Not with `DAEMON`.
    #[field(computed)]
    pub desired_count: Option<u32>,
    /// On which machines, in which proportion. Absent: as the cluster says. A change starts a new deployment.
    #[field(computed)]
    pub capacity_provider_strategy: Option<Vec<StrategyItem>>,
    /// On which kind of machines, instead of a strategy.
    #[field(replace, computed)]
    pub launch_type: Option<LaunchType>,
    /// The version of Fargate: `LATEST` where it is not given.
    #[field(computed)]
    pub platform_version: Option<String>,
    /// The network of its tasks. Wanted by, and only possible in, the network mode `awsvpc`.
    pub network: Option<Network>,
    /// The target groups that its tasks are registered in. Each must be some listener's or rule's. At most one under `CODE_DEPLOY`.
    #[field(default = Set::default())]
    pub load_balancers: Set<Target>,
    /// The Cloud Map services that its tasks are registered in. At most one.
    #[field(default = Set::default())]
    pub service_registries: Set<Registry>,
    /// Who rolls out changes.
    #[field(replace, default = DeploymentController::Ecs)]
    pub deployment_controller: DeploymentController,
    /// How many tasks must stay healthy during a deployment, in percent of the desired count, rounded up. 100 where it is not given,
    /// 0 for `DAEMON`.
    #[field(computed)]
    pub minimum_healthy_percent: Option<f64>,
    /// How many tasks may run during a deployment, in percent of the desired count, rounded down. 200 where it is not given, 100 for
    /// `DAEMON`.
    #[field(computed)]
    pub maximum_percent: Option<f64>,
    /// How ECS itself rolls out changes: `ROLLING` where it is not given. Only under the controller `ECS`.
    #[field(computed)]
    pub deployment_strategy: Option<DeploymentStrategy>,
    /// How long blue still runs once production traffic goes to green, in whole minutes. `BLUE_GREEN` needs it.
    #[field(computed)]
    pub bake_time: Option<Duration>,
    /// Whether a deployment whose tasks keep failing is given up. Only under the controller `ECS`.
    #[field(default = CircuitBreaker { enable: false, rollback: false })]
    pub circuit_breaker: CircuitBreaker,
    /// How long after a task's start failed health checks of its load balancer do not count.
    #[field(default = Duration::ZERO)]
    pub health_check_grace: Duration,
    /// Whether ECS Exec may run commands in its containers. The task's role needs the four `ssmmessages` channel actions.
    #[field(default = false)]
    pub enable_execute_command: bool,
    /// How tasks are placed on machines, in order of precedence. Not on Fargate.
    #[field(default = Vec::new())]
    pub placement_strategy: Vec<PlacementStrategy>,
    /// On which machines tasks may be placed. Not on Fargate.
    #[field(default = Set::default())]
    pub placement_constraints: Set<PlacementConstraint>,
    /// Whether it runs so many copies, or one on each machine.
    #[field(replace, default = SchedulingStrategy::Replica)]
    pub scheduling_strategy: SchedulingStrategy,
    /// Whose tags its tasks get.
    #[field(default = PropagateTags::None)]
    pub propagate_tags: PropagateTags,
    /// Whether its tasks get tags that name their cluster and service.
    #[field(default = false)]
    pub enable_managed_tags: bool,
    /// Whether tasks are moved to keep the zones even. It is always said, since AWS's default differs between creating and updating.
    #[field(default = false)]
    pub availability_zone_rebalancing: bool,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// A kind of machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum LaunchType {
    /// Instances of the account.
    #[value("EC2")]
    Ec2,
    /// AWS's own.
    #[value("FARGATE")]
    Fargate,
    /// Machines elsewhere.
    #[value("EXTERNAL")]
    External,
}

/// The network of tasks.
#[derive(Debug, Clone, Record)]
pub struct Network {
    /// Where they get their addresses.
    pub subnets: Set<Ref<Subnet>>,
    /// The rules for their traffic. None: the VPC's default group.
    #[field(default = Set::default())]
    pub security_groups: Set<Ref<SecurityGroup>>,
    /// Whether they get public addresses too. Only on Fargate.
    #[field(default = false)]
    pub assign_public_ip: bool,
}

/// A target group that tasks are registered in.
#[derive(Debug, Clone, Record)]
pub struct Target {
    /// The target group.
    pub target_group: Ref<TargetGroup>,
    /// The container.
    pub container: String,
    /// The port of the container, one of its `portMappings`.
    pub port: Port,
    /// What ECS needs to move traffic from blue to green. Wanted by the deployment strategy `BLUE_GREEN`.
    pub advanced: Option<Advanced>,
}

/// What ECS needs to move traffic from blue to green. The shares of the rules' target groups are ECS's from then on.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct Advanced {
    /// The other target group. The two take turns.
    pub alternate_target_group: Ref<TargetGroup>,
    /// The rule that sends production traffic to both target groups.
    pub production_rule: Ref<ListenerRule>,
    /// The rule that sends test traffic to both: it sees green before production does.
    pub test_rule: Option<Ref<ListenerRule>>,
    /// The role by which ECS changes the rules. The managed policy for it is `AmazonECSInfrastructureRolePolicyForLoadBalancers`, and its
    /// trust policy names `ecs.amazonaws.com`.
    pub role: Ref<Role>,
}

/// A Cloud Map service that tasks are registered in.
#[derive(Debug, Clone, Record)]
pub struct Registry {
    /// The service.
    pub service: Ref<servicediscovery::service::Service>,
    /// For SRV records: the container. With it, `containerPort`.
    pub container: Option<String>,
    /// For SRV records: the container's port.
    pub container_port: Option<Port>,
    /// For SRV records in the network mode `awsvpc`: the port, instead of container and its port.
    pub port: Option<Port>,
}

/// Who rolls out changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum DeploymentController {
    /// ECS, some tasks at a time.
    #[value("ECS")]
    Ecs,
    /// CodeDeploy, blue/green.
    #[value("CODE_DEPLOY")]
    CodeDeploy,
    /// Something else, through task sets.
    #[value("EXTERNAL")]
    External,
}

/// How ECS itself rolls out changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum DeploymentStrategy {
    /// Some tasks at a time.
    #[value("ROLLING")]
    Rolling,
    /// All tasks anew beside the old ones, then the traffic at once.
    #[value("BLUE_GREEN")]
    BlueGreen,
}

/// What happens to a deployment whose tasks keep failing.
#[derive(Debug, Clone, Record)]
pub struct CircuitBreaker {
    /// Whether it is given up.
    #[field(default = true)]
    pub enable: bool,
    /// Whether the service then goes back to what last worked.
    #[field(default = true)]
    pub rollback: bool,
}

/// How tasks are placed on machines.
#[derive(Debug, Clone, Record)]
pub struct PlacementStrategy {
    /// How.
    #[field(name = "type")]
    pub kind: Placement,
    /// By what: for `spread` `instanceId` or an attribute such as `attribute:ecs.availability-zone`, for `binpack` `cpu` or
    /// `memory`, for `random` nothing.
    pub field: Option<String>,
}

/// A way to place tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Placement {
    /// Evenly.
    Spread,
    /// On as few machines as possible.
    Binpack,
    /// Anyhow.
    Random,
}

/// On which machines tasks may be placed.
#[derive(Debug, Clone, Record)]
pub struct PlacementConstraint {
    /// What is asked of a machine.
    #[field(name = "type")]
    pub kind: Constraint,
    /// For `memberOf`: an expression of the cluster query language.
    pub expression: Option<String>,
}

/// What is asked of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Constraint {
    /// That no other task of the service is there.
    #[value("distinctInstance")]
    Distinct,
    /// That an expression holds.
    #[value("memberOf")]
    Member,
}

/// How many copies run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum SchedulingStrategy {
    /// So many.
    #[value("REPLICA")]
    Replica,
    /// One on each machine.
    #[value("DAEMON")]
    Daemon,
}

/// Whose tags tasks get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum PropagateTags {
    /// Nobody's.
    #[value("NONE")]
    None,
    /// The service's.
    #[value("SERVICE")]
    Service,
    /// The task definition's.
    #[value("TASK_DEFINITION")]
    TaskDefinition,
}

/// What a service gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The service's ARN.
    #[field(identity, stable)]
    pub arn: Arn,
    /// Its name.
    #[field(stable)]
    pub name: String,
    /// The name of its cluster.
    #[field(stable)]
    pub cluster_name: String,
}

impl Kind for Service {
    const NAME: &'static str = "ecs.Service";
    const NAMING: Naming = Naming::Field { field: "name", max: 255, lower: false };
    const CREATE: CreateClass = CreateClass::Token;
    const ACTIONS: &'static [&'static str] = &[
        "ecs:CreateService",
        "ecs:DescribeServices",
        "ecs:UpdateService",
        "ecs:DeleteService",
        "ecs:TagResource",
        "ecs:UntagResource",
        "iam:PassRole",
    ];
    const AFTER: &'static [&'static str] = &["elb.Listener", "elb.ListenerRule", "ecs.ClusterCapacityProviders"];
    type Outputs = Outputs;

    fn check(fields: &Fields, problems: &mut FieldProblems) {
        let text = |name: &str| fields.get(name).and_then(Datum::as_str);
        let count = |name: &str| if let Some(Datum::List(items)) = fields.get(name) { items.len() } else { 0 };
        if fields.contains_key("launchType") && fields.contains_key("capacityProviderStrategy") {
            problems.push("launchType", "a service has a launch type or a capacity provider strategy, not both", "leave one of them out");
        }
        if text("schedulingStrategy") == Some("DAEMON") && fields.contains_key("desiredCount") {
            problems.push("desiredCount", "a DAEMON service runs one task on each machine, whatever their number", "leave it out");
        }
        if text("deploymentController") == Some("CODE_DEPLOY") {
            if count("loadBalancers") != 1 && !matches!(fields.get("loadBalancers"), Some(Datum::Unknown)) {
                let help = "give the one that CodeDeploy begins with; its other one is the deployment group's";
                problems.push("loadBalancers", "CodeDeploy needs exactly one target group on the service", help);
            }
            if fields.contains_key("circuitBreaker") {
                let help = "leave it out; the deployment group says when to roll back";
                problems.push("circuitBreaker", "only the deployment controller ECS has a circuit breaker", help);
            }
        }
        let controller = fields.get("deploymentController");
        if fields.contains_key("deploymentStrategy")
            && controller.is_some_and(Datum::is_known)
            && text("deploymentController") != Some("ECS")
        {
            let help = "leave it out, or write deploymentController = \"ECS\";";
            problems.push("deploymentStrategy", "only the deployment controller ECS has a deployment strategy", help);
        }
        if text("deploymentStrategy") == Some("BLUE_GREEN") {
            if !fields.contains_key("bakeTime") {
                let help = "give it bakeTime = 5min; or another number of whole minutes, 0min too";
                problems.push("deploymentStrategy", "from blue to green, it must be said how long blue still runs", help);
            }
            if let Some(Datum::List(targets)) = fields.get("loadBalancers")
                && targets.iter().filter_map(Datum::as_record).any(|target| !target.contains_key("advanced"))
            {
                let help = "give each target `advanced`: the other target group, the rule of production traffic, and a role";
                problems.push("loadBalancers", "from blue to green, a load balancer's traffic is moved by rules", help);
            }
        }
        if let Some(Datum::Int(millis)) = fields.get("bakeTime")
            && (millis % 60_000 != 0 || *millis > 24 * 60 * 60_000)
        {
            problems.push("bakeTime", "the bake time is no number of whole minutes up to a day", "give it such as bakeTime = 5min;");
        }
        if count("serviceRegistries") > 1 {
            problems.push("serviceRegistries", "ECS registers the tasks of a service in one Cloud Map service", "leave the others out");
        }
    }

    fn foresee(fields: &Fields, place: &Place) -> Fields {
        let cluster = fields.get("cluster").and_then(Datum::as_str).and_then(|arn| arn.rsplit('/').next());
        let Some(cluster) = cluster else { return Fields::new() };
        let mut outputs = ecs::foresee_named(fields, place, &format!("service/{cluster}"));
        outputs.insert("clusterName".to_string(), Datum::str(cluster));
        outputs
    }
}

#[cfg(feature = "sdk")]
mod calls {
    use std::collections::BTreeMap;

    use aws_sdk_ecs::error::BuildError;
    use aws_sdk_ecs::operation::update_service::builders::UpdateServiceFluentBuilder;
    use aws_sdk_ecs::types as sdk;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::ecs::{short, strategy, tagging};
    use crate::fault::{fault, found, missing, unbuilt};

    const CREATE: &str = "ecs:CreateService";
    const UPDATE: &str = "ecs:UpdateService";

    /// What UpdateService takes under every controller (its documentation lists them for CODE_DEPLOY).
    const ALWAYS: &[&str] = &[
        "desiredCount",
        "minimumHealthyPercent",
        "maximumPercent",
        "circuitBreaker",
        "deploymentStrategy",
        "bakeTime",
        "healthCheckGrace",
        "placementStrategy",
        "placementConstraints",
        "enableManagedTags",
        "propagateTags",
        "enableExecuteCommand",
        "availabilityZoneRebalancing",
    ];
    /// What it takes only under the controller ECS.
    const ROLLING: &[&str] =
        &["taskDefinition", "network", "loadBalancers", "serviceRegistries", "capacityProviderStrategy", "platformVersion"];

    impl Calls for Service {
        async fn create(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Created<Self>> {
            let network = new.network.as_ref().map(written_network).transpose().map_err(|error| unbuilt(CREATE, &error))?;
            let strategy = new.capacity_provider_strategy.as_deref().map(strategy::written).transpose();
            let strategy = strategy.map_err(|error| unbuilt(CREATE, &error))?;
            let replica = new.scheduling_strategy == SchedulingStrategy::Replica;
            let controller = sdk::DeploymentController::builder().r#type(new.deployment_controller.as_str().into()).build();
            let call = cx
                .ecs()
                .create_service()
                .client_token(&intent.token)
                .service_name(new.name.as_str())
                .cluster(new.cluster.id())
                .task_definition(new.task_definition.id())
                .set_desired_count(replica.then(|| new.desired_count.unwrap_or(1) as i32))
                .set_capacity_provider_strategy(strategy)
                .set_launch_type(new.launch_type.map(|of| of.as_str().into()))
                .set_platform_version(new.platform_version.clone())
                .set_network_configuration(network)
                .set_load_balancers(some(written_targets(new)))
                .set_service_registries(some(written_registries(new)))
                .deployment_controller(controller.map_err(|error| unbuilt(CREATE, &error))?)
                .deployment_configuration(deployment(new))
                .set_health_check_grace_period_seconds(Some(grace(new)).filter(|seconds| *seconds > 0))
                .enable_execute_command(new.enable_execute_command)
                .set_placement_strategy(some(written_placement(new)))
                .set_placement_constraints(some(written_constraints(new)))
                .scheduling_strategy(new.scheduling_strategy.as_str().into())
                .propagate_tags(new.propagate_tags.as_str().into())
                .enable_ecs_managed_tags(new.enable_managed_tags)
                .availability_zone_rebalancing(rebalancing(new))
                .set_tags(some(tagging::written(&new.tags)));
            let service = call.send().await.map_err(|error| fault(CREATE, error))?.service;
            let arn = service.and_then(|service| service.service_arn).ok_or_else(|| missing(CREATE, "service ARN"))?;
            Ok(Created::whole(arn.as_str(), outputs(&arn)))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let services = describe(cx, new.cluster.id(), vec![new.name.0.clone()]).await?;
            let ours = services.into_iter().find(|service| gone(service).is_none() && tagging::is_of(service.tags(), intent));
            Ok(ours.and_then(|service| service.service_arn).map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let mut clusters = BTreeMap::<&str, Vec<String>>::new();
            for id in ids {
                clusters.entry(cluster_of(id.as_str())).or_default().push(id.to_string());
            }
            let mut services = Vec::new();
            for (cluster, names) in clusters {
                for page in names.chunks(10) {
                    services.extend(describe(cx, cluster, page.to_vec()).await?);
                }
            }
            let of = |id: &Id| services.iter().find(|service| service.service_arn() == Some(id.as_str()) && gone(service).is_none());
            Ok(ids.iter().map(|id| of(id).and_then(|service| live(cx, id, service))).collect())
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            let rolling = new.deployment_controller == DeploymentController::Ecs;
            if changed.any(ALWAYS) || (rolling && changed.any(ROLLING)) {
                let call = always(cx.ecs().update_service().cluster(new.cluster.id()).service(new.name.as_str()), new, changed);
                let call = if rolling { roll(call, new, changed).map_err(|error| unbuilt(UPDATE, &error))? } else { call };
                call.send().await.map_err(|error| fault(UPDATE, error))?;
            }
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        /// Down to no task first: a service that wants tasks is not deleted. Its name is free only once it has drained.
        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let cluster = cluster_of(id.as_str());
            let Some(service) = describe(cx, cluster, vec![id.to_string()]).await?.pop() else { return Ok(Gone::Yes) };
            if let Some(gone) = gone(&service) {
                return Ok(gone);
            }
            if service.desired_count() > 0 && service.scheduling_strategy() != Some(&sdk::SchedulingStrategy::Daemon) {
                let call = cx.ecs().update_service().cluster(cluster).service(id.short()).desired_count(0);
                found(call.send().await.map_err(|error| fault(UPDATE, error)))?;
            }
            let call = cx.ecs().delete_service().cluster(cluster).service(id.short()).force(true);
            found(call.send().await.map_err(|error| fault("ecs:DeleteService", error)))?;
            Ok(Gone::Wait("draining".to_string()))
        }
    }

    /// The services among these, by name or ARN, at most ten. Those that are gone are still told for a while.
    async fn describe(cx: &Cx, cluster: &str, services: Vec<String>) -> Outcome<Vec<sdk::Service>> {
        let call = cx.ecs().describe_services().cluster(cluster).set_services(Some(services)).include(sdk::ServiceField::Tags);
        let answer = found(call.send().await.map_err(|error| fault("ecs:DescribeServices", error)))?;
        Ok(answer.and_then(|answer| answer.services).unwrap_or_default())
    }

    /// How far gone a service is; None: it is not.
    fn gone(service: &sdk::Service) -> Option<Gone> {
        match service.status() {
            Some("INACTIVE") => Some(Gone::Yes),
            Some("DRAINING") => Some(Gone::Wait("draining".to_string())),
            _ => None,
        }
    }

    /// The name of the cluster in a service's ARN.
    fn cluster_of(arn: &str) -> &str {
        arn.rsplit('/').nth(1).unwrap_or_default()
    }

    /// A list, unless it is empty.
    fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
        (!items.is_empty()).then_some(items)
    }

    fn always(call: UpdateServiceFluentBuilder, new: &Service, changed: &Changed) -> UpdateServiceFluentBuilder {
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

    fn roll(call: UpdateServiceFluentBuilder, new: &Service, changed: &Changed) -> Result<UpdateServiceFluentBuilder, BuildError> {
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
    fn deployment(new: &Service) -> sdk::DeploymentConfiguration {
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

    fn grace(new: &Service) -> i32 {
        new.health_check_grace.as_secs() as i32
    }

    fn rebalancing(new: &Service) -> sdk::AvailabilityZoneRebalancing {
        use sdk::AvailabilityZoneRebalancing::{Disabled, Enabled};
        if new.availability_zone_rebalancing { Enabled } else { Disabled }
    }

    fn written_network(network: &Network) -> Result<sdk::NetworkConfiguration, BuildError> {
        let public = if network.assign_public_ip { sdk::AssignPublicIp::Enabled } else { sdk::AssignPublicIp::Disabled };
        let vpc = sdk::AwsVpcConfiguration::builder()
            .set_subnets(Some(network.subnets.0.iter().map(|subnet| subnet.id().to_string()).collect()))
            .set_security_groups(some(network.security_groups.0.iter().map(|group| group.id().to_string()).collect()))
            .assign_public_ip(public)
            .build()?;
        Ok(sdk::NetworkConfiguration::builder().awsvpc_configuration(vpc).build())
    }

    fn written_targets(new: &Service) -> Vec<sdk::LoadBalancer> {
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

    fn written_registries(new: &Service) -> Vec<sdk::ServiceRegistry> {
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

    fn written_placement(new: &Service) -> Vec<sdk::PlacementStrategy> {
        let strategy = |strategy: &PlacementStrategy| {
            sdk::PlacementStrategy::builder().r#type(strategy.kind.as_str().into()).set_field(strategy.field.clone()).build()
        };
        new.placement_strategy.iter().map(strategy).collect()
    }

    fn written_constraints(new: &Service) -> Vec<sdk::PlacementConstraint> {
        let constraint = |constraint: &PlacementConstraint| {
            let kind = constraint.kind.as_str().into();
            sdk::PlacementConstraint::builder().r#type(kind).set_expression(constraint.expression.clone()).build()
        };
        new.placement_constraints.0.iter().map(constraint).collect()
    }

    fn outputs(arn: &str) -> Outputs {
        Outputs { arn: arn.into(), name: short(arn).to_string(), cluster_name: cluster_of(arn).to_string() }
    }

    /// Under CODE_DEPLOY, what the service itself no longer tells once a deployment replaced it is its primary task set's.
    fn live(cx: &Cx, id: &Id, service: &sdk::Service) -> Option<Live<Service>> {
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
}
