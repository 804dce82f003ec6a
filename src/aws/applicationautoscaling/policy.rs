//! `applicationautoscaling.Policy`: scales a service so that a metric stays at a value.

use std::time::Duration;

use wcalang_model::kind::{Arn, Choice, CreateClass, Kind, Name, Naming, Record, Ref, Rules};
use wcalang_model::value::Datum;

use crate::applicationautoscaling::target::Target;

/// Scales a target out and in so that a metric stays at a value (target tracking). Several policies of a target agree on the
/// highest number of tasks.
#[derive(Debug, Clone, Record)]
pub struct Policy {
    /// Its name, up to 256 characters.
    #[field(replace)]
    pub name: Name<256>,
    /// The scalable target.
    #[field(replace)]
    pub target: Ref<Target>,
    /// The metric.
    pub metric: Metric,
    /// For `ALBRequestCountPerTarget`: which load balancer and target group, the ends of their ARNs joined:
    /// `app/NAME/ID/targetgroup/NAME/ID`.
    pub resource_label: Option<String>,
    /// Where the metric should stay: percent, or requests a minute for each task.
    pub target_value: f64,
    /// How long after a scale-in the next one waits.
    #[field(default = Duration::from_secs(300))]
    pub scale_in_cooldown: Duration,
    /// How long after a scale-out the next one waits.
    #[field(default = Duration::from_secs(300))]
    pub scale_out_cooldown: Duration,
    /// Whether it only ever adds tasks.
    #[field(default = false)]
    pub disable_scale_in: bool,
}

/// A metric of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Metric {
    /// How much of the CPU set aside for its tasks they use, on average.
    #[value("ECSServiceAverageCPUUtilization")]
    Cpu,
    /// How much of the memory set aside for its tasks they use, on average.
    #[value("ECSServiceAverageMemoryUtilization")]
    Memory,
    /// How many requests a minute each of its tasks gets from the load balancer.
    #[value("ALBRequestCountPerTarget")]
    Requests,
}

/// What a scaling policy gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its target's identity and its name: `ecs|service/CLUSTER/SERVICE|ecs:service:DesiredCount|NAME`.
    #[field(identity, stable)]
    pub id: String,
    /// Its ARN.
    pub arn: Arn,
}

impl Kind for Policy {
    const NAME: &'static str = "applicationautoscaling.Policy";
    const NAMING: Naming = Naming::Field { field: "name", max: 256, lower: false };
    const CREATE: CreateClass = CreateClass::Upsert;
    const ACTIONS: &'static [&'static str] = &[
        "application-autoscaling:PutScalingPolicy",
        "application-autoscaling:DescribeScalingPolicies",
        "application-autoscaling:DeleteScalingPolicy",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:DeleteAlarms",
    ];
    type Outputs = Outputs;

    const RULES: Option<Rules> = Some(|fields, problems| {
        let requests = fields.get("metric").and_then(Datum::as_str) == Some(Metric::Requests.as_str());
        if requests && !fields.contains_key("resourceLabel") {
            let help = "resourceLabel = \"app/NAME/ID/targetgroup/NAME/ID\"";
            problems.push("resourceLabel", "requests are counted for one target group of one load balancer, and none is named", help);
        }
    });
}

#[cfg(feature = "sdk")]
mod calls {
    use std::collections::BTreeMap;

    use aws_sdk_applicationautoscaling::types as sdk;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::applicationautoscaling::target::resource_in;
    use crate::client::CxExt;
    use crate::fault::{fault, found, unbuilt};

    const PUT: &str = "application-autoscaling:PutScalingPolicy";

    impl Calls for Policy {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let arn = Arn(put(cx, new).await?);
            let id = id_of(new.target.id(), new.name.as_str());
            Ok(Created::whole(id.clone(), Outputs { id, arn }))
        }

        async fn find(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Option<Id>> {
            let policies = describe(cx, resource_in(new.target.id())).await?;
            let ours = policies.into_iter().find(|policy| policy.policy_name() == new.name.as_str());
            Ok(ours.map(|policy| Id(id_of(new.target.id(), policy.policy_name()))))
        }

        /// One call for each service that scales.
        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let mut by_resource = BTreeMap::new();
            for id in ids {
                let resource = resource_in(id.as_str());
                if !by_resource.contains_key(resource) {
                    by_resource.insert(resource, describe(cx, resource).await?);
                }
            }
            let policies = by_resource.values().flatten();
            let all: BTreeMap<String, Live<Self>> = policies.filter_map(live).map(|live| (live.outputs.id.clone(), live)).collect();
            Ok(ids.iter().map(|id| all.get(id.as_str()).cloned()).collect())
        }

        async fn update(cx: &Cx, _id: &Id, _live: &Live<Self>, new: &Self, _changed: &Changed) -> Outcome<()> {
            put(cx, new).await.map(|_| ())
        }

        async fn delete(cx: &Cx, id: &Id, live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let call = cx
                .applicationautoscaling()
                .delete_scaling_policy()
                .policy_name(live.inputs.name.as_str())
                .service_namespace(sdk::ServiceNamespace::Ecs)
                .resource_id(resource_in(id.as_str()))
                .scalable_dimension(sdk::ScalableDimension::EcsServiceDesiredCount);
            found(call.send().await.map_err(|error| fault("application-autoscaling:DeleteScalingPolicy", error)))?;
            Ok(Gone::Yes)
        }
    }

    fn id_of(target: &str, name: &str) -> String {
        format!("{target}|{name}")
    }

    async fn put(cx: &Cx, new: &Policy) -> Outcome<String> {
        let metric = sdk::PredefinedMetricSpecification::builder()
            .predefined_metric_type(new.metric.as_str().into())
            .set_resource_label(new.resource_label.clone())
            .build();
        let tracking = sdk::TargetTrackingScalingPolicyConfiguration::builder()
            .target_value(new.target_value)
            .predefined_metric_specification(metric.map_err(|error| unbuilt(PUT, &error))?)
            .scale_in_cooldown(new.scale_in_cooldown.as_secs() as i32)
            .scale_out_cooldown(new.scale_out_cooldown.as_secs() as i32)
            .disable_scale_in(new.disable_scale_in)
            .build();
        let call = cx
            .applicationautoscaling()
            .put_scaling_policy()
            .policy_name(new.name.as_str())
            .service_namespace(sdk::ServiceNamespace::Ecs)
            .resource_id(resource_in(new.target.id()))
            .scalable_dimension(sdk::ScalableDimension::EcsServiceDesiredCount)
            .policy_type(sdk::PolicyType::TargetTrackingScaling)
            .target_tracking_scaling_policy_configuration(tracking.map_err(|error| unbuilt(PUT, &error))?);
        Ok(call.send().await.map_err(|error| fault(PUT, error))?.policy_arn)
    }

    async fn describe(cx: &Cx, resource: &str) -> Outcome<Vec<sdk::ScalingPolicy>> {
        let call = cx.applicationautoscaling().describe_scaling_policies().service_namespace(sdk::ServiceNamespace::Ecs);
        let mut pages = call.resource_id(resource).into_paginator().items().send();
        let mut policies = Vec::new();
        while let Some(policy) = pages.next().await {
            policies.push(policy.map_err(|error| fault("application-autoscaling:DescribeScalingPolicies", error))?);
        }
        Ok(policies)
    }

    fn live(policy: &sdk::ScalingPolicy) -> Option<Live<Policy>> {
        let tracking = policy.target_tracking_scaling_policy_configuration()?;
        let metric = tracking.predefined_metric_specification()?;
        let seconds = |seconds: Option<i32>| Duration::from_secs(seconds.unwrap_or(300).max(0) as u64);
        let target = format!("ecs|{}|{}", policy.resource_id(), policy.scalable_dimension().as_str());
        let outputs = Outputs { id: id_of(&target, policy.policy_name()), arn: policy.policy_arn().into() };
        let inputs = Policy {
            name: policy.policy_name().into(),
            target: Ref::new(target),
            metric: Metric::parse(metric.predefined_metric_type().as_str())?,
            resource_label: metric.resource_label.clone(),
            target_value: tracking.target_value(),
            scale_in_cooldown: seconds(tracking.scale_in_cooldown()),
            scale_out_cooldown: seconds(tracking.scale_out_cooldown()),
            disable_scale_in: tracking.disable_scale_in().unwrap_or_default(),
        };
        Some(Live::new(inputs, outputs))
    }
}
