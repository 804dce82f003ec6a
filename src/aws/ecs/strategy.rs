//! Capacity provider strategies: on which machines tasks run, in which proportion. Of clusters and of services.

use wcalang_model::kind::{Choice, Record, Ref};

use crate::ecs::capacity_provider::CapacityProvider;

/// One part of a capacity provider strategy. It names a `capacityProvider` of the stack, or AWS's own as `fargate`.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct StrategyItem {
    /// The provider of machines.
    pub capacity_provider: Option<Ref<CapacityProvider>>,
    /// AWS's own machines instead.
    pub fargate: Option<Fargate>,
    /// Which share of the tasks beyond every `base` runs there, against the other parts' weights, 0 to 1000. AWS's own default, 0,
    /// would run none.
    #[field(default = 1)]
    pub weight: u32,
    /// How many tasks run there before shares count. Only one part of a strategy can have one.
    #[field(default = 0)]
    pub base: u32,
}

/// AWS's own providers of machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Fargate {
    /// On demand.
    #[value("FARGATE")]
    OnDemand,
    /// Spare capacity at a discount, which AWS takes back with two minutes' warning.
    #[value("FARGATE_SPOT")]
    Spot,
}

#[cfg(feature = "sdk")]
pub(super) use calls::{provider_arn, read, written};

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_ecs::error::BuildError;
    use aws_sdk_ecs::types::CapacityProviderStrategyItem;
    use wcalang_model::kind::Cx;

    use super::*;
    use crate::ecs;

    /// A strategy as the calls take it.
    pub(in crate::ecs) fn written(strategy: &[StrategyItem]) -> Result<Vec<CapacityProviderStrategyItem>, BuildError> {
        let item = |item: &StrategyItem| {
            let fargate = item.fargate.map(|fargate| fargate.as_str());
            CapacityProviderStrategyItem::builder()
                .set_capacity_provider(item.capacity_provider.as_ref().map(Ref::short).or(fargate).map(str::to_string))
                .weight(item.weight as i32)
                .base(item.base as i32)
                .build()
        };
        strategy.iter().map(item).collect()
    }

    /// A strategy as it was written.
    pub(in crate::ecs) fn read(cx: &Cx, strategy: &[CapacityProviderStrategyItem]) -> Vec<StrategyItem> {
        let item = |item: &CapacityProviderStrategyItem| {
            let fargate = Fargate::parse(item.capacity_provider());
            StrategyItem {
                capacity_provider: fargate.is_none().then(|| Ref::new(provider_arn(cx, item.capacity_provider()))),
                fargate,
                weight: item.weight().max(0) as u32,
                base: item.base().max(0) as u32,
            }
        };
        strategy.iter().map(item).collect()
    }

    /// The ARN of a provider that AWS names by its name or its ARN.
    pub(in crate::ecs) fn provider_arn(cx: &Cx, provider: &str) -> String {
        if provider.starts_with("arn:") {
            return provider.to_string();
        }
        ecs::arn(&cx.place, &format!("capacity-provider/{provider}"))
    }
}
