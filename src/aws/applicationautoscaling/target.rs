//! `applicationautoscaling.Target`: the bounds within which a service scales.

use wcalang_model::kind::{Arn, Choice, CreateClass, Kind, Place, Record, Ref, Rules, Tags};
use wcalang_model::value::{Datum, Fields};

use crate::ecs::service::Service;

/// Lets policies choose how many tasks a service runs, within bounds. From then on the service's desired count is theirs.
#[derive(Debug, Clone, Record)]
pub struct Target {
    /// The service.
    #[field(replace)]
    pub service: Ref<Service>,
    /// What of it scales.
    #[field(replace, default = Dimension::DesiredCount)]
    pub dimension: Dimension,
    /// The fewest tasks.
    pub min: u32,
    /// The most tasks.
    pub max: u32,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What scales.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Dimension {
    /// The desired count of a service of ECS.
    #[value("ecs:service:DesiredCount")]
    DesiredCount,
}

/// What a scalable target gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its service namespace, resource and dimension: `ecs|service/CLUSTER/SERVICE|ecs:service:DesiredCount`.
    #[field(identity, stable)]
    pub id: String,
    /// What AWS calls it: `service/CLUSTER/SERVICE`.
    #[field(stable)]
    pub resource_id: String,
    /// Its ARN. Absent where AWS does not tell it.
    pub arn: Option<Arn>,
}

impl Kind for Target {
    const NAME: &'static str = "applicationautoscaling.Target";
    const CREATE: CreateClass = CreateClass::Upsert;
    const ACTIONS: &'static [&'static str] = &[
        "application-autoscaling:RegisterScalableTarget",
        "application-autoscaling:DescribeScalableTargets",
        "application-autoscaling:DeregisterScalableTarget",
        "application-autoscaling:TagResource",
        "application-autoscaling:UntagResource",
        "application-autoscaling:ListTagsForResource",
        "iam:CreateServiceLinkedRole",
        "ecs:DescribeServices",
        "ecs:UpdateService",
    ];
    type Outputs = Outputs;

    const RULES: Option<Rules> = Some(|fields, problems| {
        if let (Some(Datum::Int(min)), Some(Datum::Int(max))) = (fields.get("min"), fields.get("max"))
            && min > max
        {
            problems.push("max", format!("the most tasks, {max}, are fewer than the fewest, {min}"), format!("max = {min}"));
        }
    });

    fn foresee(fields: &Fields, _place: &Place) -> Fields {
        let Some(service) = fields.get("service").and_then(Datum::as_str) else { return Fields::new() };
        let resource = resource_of(service);
        let id = id_of(&resource, Dimension::DesiredCount);
        Fields::from([("id".to_string(), Datum::str(id)), ("resourceId".to_string(), Datum::str(resource))])
    }
}

/// `service/CLUSTER/SERVICE`, from the ARN of a service.
fn resource_of(arn: &str) -> String {
    arn.splitn(6, ':').last().unwrap_or_default().to_string()
}

fn id_of(resource: &str, dimension: Dimension) -> String {
    format!("ecs|{resource}|{}", dimension.as_str())
}

/// The resource in an identity.
#[cfg(feature = "sdk")]
pub(super) fn resource_in(id: &str) -> &str {
    id.split('|').nth(1).unwrap_or_default()
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_applicationautoscaling::types::{ScalableDimension, ScalableTarget, ServiceNamespace};
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome, tags};

    use super::*;
    use crate::client::CxExt;
    use crate::ecs;
    use crate::fault::{fault, found};

    impl Calls for Target {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let outputs = register(cx, new, Some(&new.tags)).await?;
            Ok(Created::whole(outputs.id.clone(), outputs))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let resource = resource_of(new.service.id());
            let target = describe(cx, vec![resource.clone()]).await?.pop();
            let Some(arn) = target.and_then(|target| target.scalable_target_arn) else { return Ok(None) };
            let answer = cx.applicationautoscaling().list_tags_for_resource().resource_arn(arn).send().await;
            let answer = found(answer.map_err(|error| fault("application-autoscaling:ListTagsForResource", error)))?;
            let token = answer.and_then(|answer| answer.tags?.remove(tags::INTENT));
            Ok((token.as_deref() == Some(&intent.mark)).then(|| Id(id_of(&resource, new.dimension))))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let mut targets = Vec::new();
            for page in ids.chunks(50) {
                targets.extend(describe(cx, page.iter().map(|id| resource_in(id.as_str()).to_string()).collect()).await?);
            }
            let of = |id: &Id| targets.iter().find(|target| target.resource_id() == resource_in(id.as_str()));
            Ok(ids.iter().map(|id| of(id).map(|target| live(cx, id, target))).collect())
        }

        async fn update(cx: &Cx, _id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            let mut arn = live.outputs.arn.clone();
            if changed.any(&["min", "max"]) {
                arn = register(cx, new, None).await?.arn.or(arn);
            }
            let (set, removed) = new.tags.since(&live.inputs.tags);
            let Some(arn) = arn.filter(|_| changed.has("tags")) else { return Ok(()) };
            if !set.is_empty() {
                let call = cx.applicationautoscaling().tag_resource().resource_arn(arn.as_str()).set_tags(Some(set.into_iter().collect()));
                call.send().await.map_err(|error| fault("application-autoscaling:TagResource", error))?;
            }
            if !removed.is_empty() {
                let call = cx.applicationautoscaling().untag_resource().resource_arn(arn.as_str()).set_tag_keys(Some(removed));
                call.send().await.map_err(|error| fault("application-autoscaling:UntagResource", error))?;
            }
            Ok(())
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let call = cx.applicationautoscaling().deregister_scalable_target().service_namespace(ServiceNamespace::Ecs);
            let call = call.resource_id(resource_in(id.as_str())).scalable_dimension(ScalableDimension::EcsServiceDesiredCount);
            found(call.send().await.map_err(|error| fault("application-autoscaling:DeregisterScalableTarget", error)))?;
            Ok(Gone::Yes)
        }
    }

    /// Registers the target, or changes its bounds. Tags only with the first registration.
    async fn register(cx: &Cx, new: &Target, tags: Option<&Tags>) -> Outcome<Outputs> {
        let resource_id = resource_of(new.service.id());
        let tags = tags.filter(|tags| !tags.0.is_empty()).map(|tags| tags.0.clone().into_iter().collect());
        let call = cx
            .applicationautoscaling()
            .register_scalable_target()
            .service_namespace(ServiceNamespace::Ecs)
            .resource_id(&resource_id)
            .scalable_dimension(new.dimension.as_str().into())
            .min_capacity(new.min as i32)
            .max_capacity(new.max as i32)
            .set_tags(tags);
        let answer = call.send().await.map_err(|error| fault("application-autoscaling:RegisterScalableTarget", error))?;
        let id = id_of(&resource_id, new.dimension);
        Ok(Outputs { id, resource_id, arn: answer.scalable_target_arn.map(Arn) })
    }

    async fn describe(cx: &Cx, resources: Vec<String>) -> Outcome<Vec<ScalableTarget>> {
        let call = cx.applicationautoscaling().describe_scalable_targets().service_namespace(ServiceNamespace::Ecs);
        let call = call.scalable_dimension(ScalableDimension::EcsServiceDesiredCount).set_resource_ids(Some(resources));
        let mut pages = call.into_paginator().items().send();
        let mut targets = Vec::new();
        while let Some(target) = pages.next().await {
            targets.push(target.map_err(|error| fault("application-autoscaling:DescribeScalableTargets", error))?);
        }
        Ok(targets)
    }

    /// Tags are told one target at a time only, and not read.
    fn live(cx: &Cx, id: &Id, target: &ScalableTarget) -> Live<Target> {
        let inputs = Target {
            service: Ref::new(ecs::arn(&cx.place, target.resource_id())),
            dimension: Dimension::DesiredCount,
            min: target.min_capacity().max(0) as u32,
            max: target.max_capacity().max(0) as u32,
            tags: Tags::default(),
        };
        let outputs =
            Outputs { id: id.to_string(), resource_id: target.resource_id().to_string(), arn: target.scalable_target_arn().map(Arn::from) };
        Live { unread: &["tags"], ..Live::new(inputs, outputs) }
    }
}
