//! `ecs.CapacityProvider`: machines for a cluster, as many as its tasks need.

use std::time::Duration;

use wcalang_model::kind::{Arn, CreateClass, Kind, Name, Naming, Place, Record, Ref, Rules, Tags};
use wcalang_model::value::{Datum, Fields};

use crate::autoscaling::group::Group;
use crate::ecs;

/// Makes an Auto Scaling group the machines of a cluster: ECS starts as many as its tasks need, and ends those it needs no more.
/// One group has one provider.
#[derive(Debug, Clone, Record)]
pub struct CapacityProvider {
    /// Its name, up to 255 letters, digits, `-` and `_`. It must not begin with `aws`, `ecs` or `fargate`.
    #[field(replace)]
    pub name: Name<255>,
    /// The group of machines. With a scaling that is on, ECS chooses its desired capacity.
    #[field(replace)]
    pub auto_scaling_group: Ref<Group>,
    /// How ECS scales the group.
    #[field(default = ManagedScaling::default())]
    pub managed_scaling: ManagedScaling,
    /// Whether machines that run tasks are kept from ending when the group shrinks. Needs a scaling that is on, and a group with
    /// `protectedFromScaleIn`.
    #[field(default = false)]
    pub managed_termination_protection: bool,
    /// Whether tasks are moved away from a machine before it ends.
    #[field(default = true)]
    pub managed_draining: bool,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// How ECS scales the group of a capacity provider.
#[derive(Debug, Clone, Record)]
pub struct ManagedScaling {
    /// Whether ECS scales it at all.
    #[field(default = true)]
    pub enabled: bool,
    /// How much of the machines tasks should use, in percent, 1 to 100. Below 100, spare machines run.
    #[field(default = 100.0)]
    pub target_capacity: f64,
    /// The fewest machines started at once, 1 to 10000.
    #[field(default = 1)]
    pub min_step: u32,
    /// The most machines started at once, 1 to 10000.
    #[field(default = 10_000)]
    pub max_step: u32,
    /// How long until a new machine counts towards the metric, up to 10000 s.
    #[field(default = Duration::from_secs(300))]
    pub warmup: Duration,
}

impl Default for ManagedScaling {
    fn default() -> Self {
        ManagedScaling { enabled: true, target_capacity: 100.0, min_step: 1, max_step: 10_000, warmup: Duration::from_secs(300) }
    }
}

/// What a capacity provider gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The provider's ARN.
    #[field(identity, stable)]
    pub arn: Arn,
    /// Its name, as strategies want it.
    #[field(stable)]
    pub name: String,
}

impl Kind for CapacityProvider {
    const NAME: &'static str = "ecs.CapacityProvider";
    const NAMING: Naming = Naming::Field { field: "name", max: 255, lower: false };
    const CREATE: CreateClass = CreateClass::Natural;
    const ACTIONS: &'static [&'static str] = &[
        "ecs:CreateCapacityProvider",
        "ecs:DescribeCapacityProviders",
        "ecs:UpdateCapacityProvider",
        "ecs:DeleteCapacityProvider",
        "ecs:TagResource",
        "ecs:UntagResource",
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:CreateOrUpdateTags",
    ];
    type Outputs = Outputs;

    const RULES: Option<Rules> = Some(|fields, problems| {
        let name = fields.get("name").and_then(Datum::as_str).map(str::to_lowercase).unwrap_or_default();
        if ["aws", "ecs", "fargate"].iter().any(|prefix| name.starts_with(prefix)) {
            problems.push("name", "the name of a capacity provider must not begin with aws, ecs or fargate", "choose another name");
        }
        let scaling = fields.get("managedScaling").and_then(Datum::as_record);
        let off = scaling.and_then(|scaling| scaling.get("enabled")) == Some(&Datum::Bool(false));
        if off && fields.get("managedTerminationProtection") == Some(&Datum::Bool(true)) {
            problems.push(
                "managedTerminationProtection",
                "the machines can be protected only while ECS scales them, and managedScaling is off",
                "leave out `enabled = false`, or the protection",
            );
        }
    });

    fn foresee(fields: &Fields, place: &Place) -> Fields {
        ecs::foresee_named(fields, place, "capacity-provider")
    }
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_ecs::error::BuildError;
    use aws_sdk_ecs::types::{
        AutoScalingGroupProvider, AutoScalingGroupProviderUpdate, CapacityProvider as Description, CapacityProviderField,
        CapacityProviderStatus, CapacityProviderUpdateStatus, ManagedDraining, ManagedScaling as Scaling, ManagedScalingStatus,
        ManagedTerminationProtection,
    };
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::ecs::tagging;
    use crate::fault::{fault, found, missing, unbuilt};

    impl Calls for CapacityProvider {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            const OPERATION: &str = "ecs:CreateCapacityProvider";
            let provider = provider(new).map_err(|error| unbuilt(OPERATION, &error))?;
            let call = cx.ecs().create_capacity_provider().name(new.name.as_str()).auto_scaling_group_provider(provider);
            let answer = call.set_tags(Some(tagging::written(&new.tags))).send().await;
            let provider = answer.map_err(|error| fault(OPERATION, error))?.capacity_provider;
            let arn = provider.and_then(|provider| provider.capacity_provider_arn).ok_or_else(|| missing(OPERATION, "ARN"))?;
            Ok(Created::whole(arn.clone(), Outputs { name: new.name.0.clone(), arn: Arn(arn) }))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let providers = describe(cx, vec![new.name.0.clone()]).await?;
            let ours = providers.into_iter().find(|provider| tagging::is_of(provider.tags(), intent));
            Ok(ours.and_then(|provider| provider.capacity_provider_arn).map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let mut providers = Vec::new();
            for page in ids.chunks(100) {
                providers.extend(describe(cx, page.iter().map(Id::to_string).collect()).await?);
            }
            let of = |id: &Id| providers.iter().find(|provider| provider.capacity_provider_arn() == Some(id.as_str()));
            Ok(ids.iter().map(|id| of(id).and_then(|provider| live(id, provider))).collect())
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.any(&["managedScaling", "managedTerminationProtection", "managedDraining"]) {
                let provider = AutoScalingGroupProviderUpdate::builder()
                    .managed_scaling(scaling(&new.managed_scaling))
                    .managed_termination_protection(protection(new))
                    .managed_draining(if new.managed_draining { ManagedDraining::Enabled } else { ManagedDraining::Disabled });
                let call = cx.ecs().update_capacity_provider().name(id.short()).auto_scaling_group_provider(provider.build());
                call.send().await.map_err(|error| fault("ecs:UpdateCapacityProvider", error))?;
            }
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let Some(provider) = describe(cx, vec![id.to_string()]).await?.pop() else { return Ok(Gone::Yes) };
            if provider.update_status() == Some(&CapacityProviderUpdateStatus::DeleteInProgress) {
                return Ok(Gone::Wait("deleting".to_string()));
            }
            let answer = cx.ecs().delete_capacity_provider().capacity_provider(id.as_str()).send().await;
            found(answer.map_err(|error| fault("ecs:DeleteCapacityProvider", error)))?;
            Ok(Gone::Wait("deleting".to_string()))
        }
    }

    /// The providers among these, by name or ARN, that are not gone.
    async fn describe(cx: &Cx, providers: Vec<String>) -> Outcome<Vec<Description>> {
        let call = cx.ecs().describe_capacity_providers().set_capacity_providers(Some(providers));
        let answer = call.include(CapacityProviderField::Tags).send().await;
        let answer = answer.map_err(|error| fault("ecs:DescribeCapacityProviders", error))?;
        let mut providers = answer.capacity_providers.unwrap_or_default();
        providers.retain(|provider| {
            provider.status() != Some(&CapacityProviderStatus::Inactive)
                && provider.update_status() != Some(&CapacityProviderUpdateStatus::DeleteComplete)
        });
        Ok(providers)
    }

    /// Draining is on unless said otherwise, so only its absence is said.
    fn provider(new: &CapacityProvider) -> Result<AutoScalingGroupProvider, BuildError> {
        AutoScalingGroupProvider::builder()
            .auto_scaling_group_arn(new.auto_scaling_group.id())
            .managed_scaling(scaling(&new.managed_scaling))
            .managed_termination_protection(protection(new))
            .set_managed_draining((!new.managed_draining).then_some(ManagedDraining::Disabled))
            .build()
    }

    fn protection(new: &CapacityProvider) -> ManagedTerminationProtection {
        if new.managed_termination_protection { ManagedTerminationProtection::Enabled } else { ManagedTerminationProtection::Disabled }
    }

    fn scaling(scaling: &ManagedScaling) -> Scaling {
        Scaling::builder()
            .status(if scaling.enabled { ManagedScalingStatus::Enabled } else { ManagedScalingStatus::Disabled })
            .target_capacity(scaling.target_capacity.round() as i32)
            .minimum_scaling_step_size(scaling.min_step as i32)
            .maximum_scaling_step_size(scaling.max_step as i32)
            .instance_warmup_period(scaling.warmup.as_secs() as i32)
            .build()
    }

    fn live(id: &Id, provider: &Description) -> Option<Live<CapacityProvider>> {
        let group = provider.auto_scaling_group_provider()?;
        let (default, scaling) = (ManagedScaling::default(), group.managed_scaling());
        let number = |value: Option<i32>, default: u32| value.and_then(|value| u32::try_from(value).ok()).unwrap_or(default);
        let warmup = scaling.and_then(Scaling::instance_warmup_period).map(|seconds| Duration::from_secs(seconds.max(0) as u64));
        let inputs = CapacityProvider {
            name: provider.name().unwrap_or_default().into(),
            auto_scaling_group: Ref::new(group.auto_scaling_group_arn()),
            managed_scaling: ManagedScaling {
                enabled: scaling.and_then(Scaling::status) == Some(&ManagedScalingStatus::Enabled),
                target_capacity: scaling.and_then(Scaling::target_capacity).map_or(default.target_capacity, f64::from),
                min_step: number(scaling.and_then(Scaling::minimum_scaling_step_size), default.min_step),
                max_step: number(scaling.and_then(Scaling::maximum_scaling_step_size), default.max_step),
                warmup: warmup.unwrap_or(default.warmup),
            },
            managed_termination_protection: group.managed_termination_protection() == Some(&ManagedTerminationProtection::Enabled),
            managed_draining: group.managed_draining() != Some(&ManagedDraining::Disabled),
            tags: tagging::read(provider.tags()),
        };
        let name = inputs.name.0.clone();
        Some(Live::new(inputs, Outputs { arn: id.as_str().into(), name }))
    }
}
