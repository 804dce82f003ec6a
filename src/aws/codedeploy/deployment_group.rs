//! `codedeploy.DeploymentGroup`: where an application is deployed to, and how.

use std::time::Duration;

use wcalang_model::kind::{CreateClass, Kind, Name, Naming, Place, Record, Ref, Rules, Set, Tags};
use wcalang_model::value::{Datum, Fields};

use crate::codedeploy::application::Application;
use crate::codedeploy::{ActionOnTimeout, Named, Rollback};
use crate::ecs::service::Service;
use crate::elb::listener::Listener;
use crate::elb::target_group::TargetGroup;
use crate::iam::role::Role;

/// Where an application is deployed to, and how: a service of ECS, from blue to green behind a load balancer.
#[derive(Debug, Clone, Record)]
pub struct DeploymentGroup {
    /// Its name within the application, of at most 100 characters.
    pub name: Name<100>,
    /// The application.
    #[field(replace)]
    pub application: Ref<Application>,
    /// The role that deploys. CodeDeploy is in its trust policy.
    pub role: Ref<Role>,
    /// How fast traffic moves: one of CodeDeploy's configurations, or one's own.
    #[field(default = "CodeDeployDefault.ECSAllAtOnce".to_string())]
    pub deployment_config: String,
    /// The service of ECS that is deployed to, from blue to green. Its deployment controller is `CODE_DEPLOY`.
    pub service: Option<Named<Service>>,
    /// The listener of production traffic. Needed with a service.
    #[field(default = Set::default())]
    pub production_listeners: Set<Ref<Listener>>,
    /// The listener of test traffic, which sees green first.
    #[field(default = Set::default())]
    pub test_listeners: Set<Ref<Listener>>,
    /// The two target groups, of which one is blue and one green in turn. Needed with a service.
    #[field(default = Vec::new())]
    pub target_groups: Vec<Named<TargetGroup>>,
    /// How long blue keeps running after a success, in whole minutes. Kept for ever where it is not given.
    pub terminate_blue_after: Option<Duration>,
    /// What happens when green is ready and nobody says anything.
    #[field(default = ActionOnTimeout::ContinueDeployment)]
    pub action_on_timeout: ActionOnTimeout,
    /// How long is waited for somebody to say something before a stop, in whole minutes.
    pub wait: Option<Duration>,
    /// What makes a deployment go back. Empty: nothing does.
    #[field(default = Set::default())]
    pub rollback_on: Set<Rollback>,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What a deployment group gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The application's name and its own: `APPLICATION|NAME`.
    #[field(identity, stable)]
    pub id: String,
    /// Its name.
    #[field(stable)]
    pub name: String,
    /// The application's name.
    #[field(stable)]
    pub application: String,
}

impl Kind for DeploymentGroup {
    const NAME: &'static str = "codedeploy.DeploymentGroup";
    const NAMING: Naming = Naming::Field { field: "name", max: 100, lower: false };
    const CREATE: CreateClass = CreateClass::Natural;
    const ACTIONS: &'static [&'static str] = &[
        "codedeploy:CreateDeploymentGroup",
        "codedeploy:BatchGetDeploymentGroups",
        "codedeploy:UpdateDeploymentGroup",
        "codedeploy:DeleteDeploymentGroup",
        "codedeploy:ListTagsForResource",
        "codedeploy:TagResource",
        "codedeploy:UntagResource",
        "iam:PassRole",
        "tag:GetResources",
    ];
    type Outputs = Outputs;

    fn foresee(fields: &Fields, _place: &Place) -> Fields {
        let text = |field: &str| fields.get(field).and_then(Datum::as_str);
        let (Some(application), Some(name)) = (text("application"), text("name")) else { return Fields::new() };
        outputs(application, name).encode()
    }

    const RULES: Option<Rules> = Some(|fields, problems| {
        if !fields.contains_key("service") {
            return;
        }
        if !fields.contains_key("productionListeners") {
            let message = "a service is deployed behind a load balancer";
            problems.push("productionListeners", message, "give it `productionListeners` and two `targetGroups`");
        }
        let groups = match fields.get("targetGroups") {
            Some(Datum::List(groups)) => Some(groups.len()),
            Some(_) => None,
            None => Some(0),
        };
        if let Some(groups) = groups.filter(|groups| *groups != 2) {
            let message = format!("blue and green are two target groups, here are {groups}");
            problems.push("targetGroups", message, "give it exactly two `targetGroups`");
        }
    });
}

fn outputs(application: &str, name: &str) -> Outputs {
    Outputs { id: format!("{application}|{name}"), name: name.to_string(), application: application.to_string() }
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_codedeploy::types::{
        AutoRollbackConfiguration, BlueGreenDeploymentConfiguration, BlueInstanceTerminationOption, DeploymentGroupInfo, DeploymentOption,
        DeploymentReadyOption, DeploymentStyle, DeploymentType, EcsService, InstanceAction, LoadBalancerInfo, OutdatedInstancesStrategy,
        TargetGroupInfo, TargetGroupPairInfo, TrafficRoute,
    };
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::codedeploy::{tagging, together};
    use crate::fault::{fault, found};
    use crate::tagged;

    impl Calls for DeploymentGroup {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let call = cx.codedeploy().create_deployment_group().application_name(new.application.id());
            call.deployment_group_name(new.name.as_str())
                .service_role_arn(new.role.id())
                .deployment_config_name(&new.deployment_config)
                .set_ecs_services(services(new))
                .set_deployment_style(style(new))
                .set_blue_green_deployment_configuration(new.service.as_ref().map(|_| blue_green(new)))
                .auto_rollback_configuration(rollback(new))
                .set_load_balancer_info(new.service.as_ref().map(|_| balancer(new)))
                .outdated_instances_strategy(OutdatedInstancesStrategy::Update)
                .set_tags(Some(tagging::written(new.tags.iter())))
                .send()
                .await
                .map_err(|error| fault("codedeploy:CreateDeploymentGroup", error))?;
            let outputs = outputs(new.application.id(), new.name.as_str());
            Ok(Created::whole(outputs.id.clone(), outputs))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let (application, name) = (new.application.id(), new.name.as_str());
            let there = together::groups(cx.codedeploy(), application, &[name]).await?.pop().is_some();
            let ours = there && tagging::is_of_intent(cx, &arn(cx, application, name), intent).await?;
            Ok(ours.then(|| outputs(application, name).id.into()))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let arns = ids.iter().filter_map(|id| id.as_str().split_once('|')).map(|(application, name)| arn(cx, application, name));
            let (told, tags) = futures::try_join!(together::read(cx, ids.iter().map(Id::to_string)), tagged::read(cx, arns))?;
            let live = ids.iter().map(|id| {
                let (application, name) = id.as_str().split_once('|')?;
                let is = |group: &&DeploymentGroupInfo| {
                    group.application_name() == Some(application) && group.deployment_group_name() == Some(name)
                };
                let (tags, unread) = tagged::known(tags.get(&arn(cx, application, name)));
                let inputs = DeploymentGroup { tags, ..inputs(told.groups.iter().find(is)?, application, name) };
                Some(Live { unread, ..Live::new(inputs, outputs(application, name)) })
            });
            Ok(live.collect())
        }

        async fn update(cx: &Cx, _id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            let (application, name) = (live.inputs.application.id(), live.inputs.name.as_str());
            if changed.0.iter().any(|field| field != "tags") {
                let call = cx.codedeploy().update_deployment_group().application_name(application).current_deployment_group_name(name);
                call.service_role_arn(new.role.id())
                    .deployment_config_name(&new.deployment_config)
                    .set_ecs_services(services(new))
                    .set_deployment_style(style(new))
                    .set_blue_green_deployment_configuration(new.service.as_ref().map(|_| blue_green(new)))
                    .auto_rollback_configuration(rollback(new))
                    .set_load_balancer_info(new.service.as_ref().map(|_| balancer(new)))
                    .send()
                    .await
                    .map_err(|error| fault("codedeploy:UpdateDeploymentGroup", error))?;
            }
            if changed.has("tags") {
                tagging::change(cx, &arn(cx, application, name), &new.tags).await?;
            }
            Ok(())
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let Some((application, name)) = id.as_str().split_once('|') else { return Ok(Gone::Yes) };
            let call = cx.codedeploy().delete_deployment_group().application_name(application).deployment_group_name(name);
            found(call.send().await.map_err(|error| fault("codedeploy:DeleteDeploymentGroup", error)))?;
            Ok(Gone::Yes)
        }
    }

    fn inputs(group: &DeploymentGroupInfo, application: &str, name: &str) -> DeploymentGroup {
        let service = group.ecs_services().first().and_then(|service| Some((service.cluster_name()?, service.service_name()?)));
        let rollback = group.auto_rollback_configuration().filter(|rollback| rollback.enabled);
        let events = rollback.map(|rollback| rollback.events()).unwrap_or_default();
        let pair = group.load_balancer_info().and_then(|balancer| balancer.target_group_pair_info_list().first());
        let groups = pair.map(|pair| pair.target_groups()).unwrap_or_default();
        let minutes = |minutes: i32| Duration::from_secs(60 * u64::from(minutes.unsigned_abs()));
        let way = group.blue_green_deployment_configuration();
        let terminate = way.and_then(|way| way.terminate_blue_instances_on_deployment_success());
        let terminate = terminate.filter(|option| option.action() != Some(&InstanceAction::KeepAlive));
        let ready = way.and_then(|way| way.deployment_ready_option());
        let action = ready.and_then(|ready| ActionOnTimeout::parse(ready.action_on_timeout()?.as_str()));
        DeploymentGroup {
            name: name.into(),
            application: Ref::new(application),
            role: Ref::new(group.service_role_arn().unwrap_or_default()),
            deployment_config: group.deployment_config_name().unwrap_or_default().to_string(),
            service: service.map(|(cluster, service)| Named::new(&format!("{cluster}/{service}"))),
            production_listeners: read_route(pair.and_then(|pair| pair.prod_traffic_route())),
            test_listeners: read_route(pair.and_then(|pair| pair.test_traffic_route())),
            target_groups: groups.iter().filter_map(|group| group.name()).map(Named::new).collect(),
            terminate_blue_after: terminate.map(|option| minutes(option.termination_wait_time_in_minutes)),
            action_on_timeout: action.unwrap_or(ActionOnTimeout::ContinueDeployment),
            wait: ready.map(|ready| ready.wait_time_in_minutes).filter(|wait| *wait > 0).map(minutes),
            rollback_on: events.iter().filter_map(|event| Rollback::parse(event.as_str())).collect(),
            tags: Tags::default(),
        }
    }

    fn read_route(route: Option<&TrafficRoute>) -> Set<Ref<Listener>> {
        route.map(|route| route.listener_arns()).unwrap_or_default().iter().map(Ref::new).collect()
    }

    fn services(group: &DeploymentGroup) -> Option<Vec<EcsService>> {
        let (cluster, service) = group.service.as_ref()?.name().split_once('/')?;
        Some(vec![EcsService::builder().cluster_name(cluster).service_name(service).build()])
    }

    fn style(group: &DeploymentGroup) -> Option<DeploymentStyle> {
        let style = DeploymentStyle::builder().deployment_type(DeploymentType::BlueGreen);
        group.service.as_ref().map(|_| style.deployment_option(DeploymentOption::WithTrafficControl).build())
    }

    fn blue_green(group: &DeploymentGroup) -> BlueGreenDeploymentConfiguration {
        let minutes = |duration: Duration| i32::try_from(duration.as_secs().div_ceil(60)).unwrap_or(i32::MAX);
        let terminate = match group.terminate_blue_after {
            Some(after) => {
                let option = BlueInstanceTerminationOption::builder().action(InstanceAction::Terminate);
                option.termination_wait_time_in_minutes(minutes(after))
            }
            None => BlueInstanceTerminationOption::builder().action(InstanceAction::KeepAlive),
        };
        let ready = DeploymentReadyOption::builder().action_on_timeout(group.action_on_timeout.as_str().into());
        let ready = ready.set_wait_time_in_minutes(group.wait.map(minutes)).build();
        let configuration = BlueGreenDeploymentConfiguration::builder().deployment_ready_option(ready);
        configuration.terminate_blue_instances_on_deployment_success(terminate.build()).build()
    }

    fn rollback(group: &DeploymentGroup) -> AutoRollbackConfiguration {
        let events: Vec<_> = group.rollback_on.0.iter().map(|event| event.as_str().into()).collect();
        AutoRollbackConfiguration::builder().enabled(!events.is_empty()).set_events(Some(events)).build()
    }

    fn balancer(group: &DeploymentGroup) -> LoadBalancerInfo {
        let route = |listeners: &Set<Ref<Listener>>| {
            let arns: Vec<_> = listeners.0.iter().map(|listener| listener.id().to_string()).collect();
            (!arns.is_empty()).then(|| TrafficRoute::builder().set_listener_arns(Some(arns)).build())
        };
        let groups = group.target_groups.iter().map(|group| TargetGroupInfo::builder().name(group.name()).build()).collect();
        let pair = TargetGroupPairInfo::builder().set_target_groups(Some(groups));
        let pair = pair.set_prod_traffic_route(route(&group.production_listeners));
        let pair = pair.set_test_traffic_route(route(&group.test_listeners)).build();
        LoadBalancerInfo::builder().target_group_pair_info_list(pair).build()
    }

    fn arn(cx: &Cx, application: &str, name: &str) -> String {
        let (partition, region, account) = (&cx.place.partition, &cx.place.region, &cx.place.account);
        format!("arn:{partition}:codedeploy:{region}:{account}:deploymentgroup:{application}/{name}")
    }
}
