//! `ecs.Service`: keeps copies of a task running.

use std::time::Duration;

use wcalang_model::kind::{Arn, CreateClass, Kind, Name, Naming, Place, Record, Ref, Rules, Set, Tags};
use wcalang_model::value::{Datum, Fields};

use crate::ecs;
use crate::ecs::cluster::Cluster;
use crate::ecs::service_parts::{
    CircuitBreaker, DeploymentController, DeploymentStrategy, LaunchType, Network, PlacementConstraint, PlacementStrategy, PropagateTags,
    Registry, SchedulingStrategy, Target,
};
use crate::ecs::strategy::StrategyItem;
use crate::ecs::task_definition::TaskDefinition;

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

    const RULES: Option<Rules> = Some(|fields, problems| {
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
    });

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

    use aws_sdk_ecs::types as sdk;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::ecs::service_description::{cluster_of, live, outputs};
    use crate::ecs::service_requests::{
        always, deployment, grace, rebalancing, roll, some, written_constraints, written_network, written_placement, written_registries,
        written_targets,
    };
    use crate::ecs::{strategy, tagging};
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
}
