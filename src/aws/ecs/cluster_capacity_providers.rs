//! `ecs.ClusterCapacityProviders`: which machines a cluster may use.

use wcalang_model::kind::{Arn, CreateClass, Kind, Record, Ref, Set};

use crate::ecs::capacity_provider::CapacityProvider;
use crate::ecs::cluster::Cluster;
use crate::ecs::strategy::StrategyItem;

/// Associates capacity providers with a cluster, and says which its tasks use unless they say otherwise. A cluster has one of these.
#[derive(Debug, Clone, Record)]
pub struct ClusterCapacityProviders {
    /// The cluster.
    #[field(replace, completes)]
    pub cluster: Ref<Cluster>,
    /// The providers of the stack that it may use.
    #[field(default = Set::default())]
    pub providers: Set<Ref<CapacityProvider>>,
    /// Whether it may use AWS's own too: FARGATE and FARGATE_SPOT.
    #[field(default = false)]
    pub fargate: bool,
    /// What tasks and services use that name neither a strategy nor a launch type.
    #[field(default = Vec::new())]
    pub default_strategy: Vec<StrategyItem>,
}

/// What it gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The cluster's ARN.
    #[field(identity, stable)]
    pub arn: Arn,
}

impl Kind for ClusterCapacityProviders {
    const NAME: &'static str = "ecs.ClusterCapacityProviders";
    const CREATE: CreateClass = CreateClass::Upsert;
    const ACTIONS: &'static [&'static str] = &["ecs:PutClusterCapacityProviders", "ecs:DescribeClusters"];
    const WAITS: bool = true;
    type Outputs = Outputs;
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_ecs::types::Cluster as Description;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome, Ready};

    use super::*;
    use crate::client::CxExt;
    use crate::ecs::{clusters, strategy};
    use crate::fault::{fault, found, unbuilt};

    const PUT: &str = "ecs:PutClusterCapacityProviders";
    const FARGATE: [&str; 2] = ["FARGATE", "FARGATE_SPOT"];

    impl Calls for ClusterCapacityProviders {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            put(cx, new).await?;
            Ok(Created::whole(new.cluster.id(), Outputs { arn: new.cluster.id().into() }))
        }

        async fn find(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Option<Id>> {
            let cluster = clusters::one(cx, new.cluster.id()).await?;
            Ok(cluster.filter(|cluster| !cluster.capacity_providers().is_empty()).and_then(|cluster| cluster.cluster_arn).map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let clusters = clusters::read(cx, ids).await?;
            let of =
                |id: &Id| clusters.iter().flat_map(|clusters| clusters.iter()).find(|cluster| cluster.cluster_arn() == Some(id.as_str()));
            Ok(ids.iter().map(|id| of(id).map(|cluster| live(cx, id, cluster))).collect())
        }

        async fn update(cx: &Cx, _id: &Id, _live: &Live<Self>, new: &Self, _changed: &Changed) -> Outcome<()> {
            put(cx, new).await
        }

        async fn ready(cx: &Cx, id: &Id) -> Outcome<Ready> {
            let cluster = clusters::one(cx, id.as_str()).await?;
            Ok(match cluster.as_ref().and_then(Description::attachments_status) {
                Some("UPDATE_IN_PROGRESS") => Ready::Wait("attaching".to_string()),
                Some("UPDATE_FAILED") => Ready::Failed("ECS could not attach the capacity providers".to_string()),
                _ => Ready::Yes,
            })
        }

        async fn delete(cx: &Cx, id: &Id, live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let Some(cluster) = clusters::one(cx, id.as_str()).await? else { return Ok(Gone::Yes) };
            if cluster.attachments_status() == Some("UPDATE_IN_PROGRESS") {
                return Ok(Gone::Wait("detaching".to_string()));
            }
            if cluster.capacity_providers().is_empty() {
                return Ok(Gone::Yes);
            }
            let none = ClusterCapacityProviders {
                cluster: live.inputs.cluster.clone(),
                providers: Set::default(),
                fargate: false,
                default_strategy: Vec::new(),
            };
            found(put(cx, &none).await)?;
            Ok(Gone::Wait("detaching".to_string()))
        }
    }

    async fn put(cx: &Cx, new: &ClusterCapacityProviders) -> Outcome<()> {
        let own = if new.fargate { FARGATE.as_slice() } else { &[] };
        let providers = new.providers.0.iter().map(Ref::short).chain(own.iter().copied()).map(str::to_string).collect();
        let strategy = strategy::written(&new.default_strategy).map_err(|error| unbuilt(PUT, &error))?;
        let call = cx.ecs().put_cluster_capacity_providers().cluster(new.cluster.id()).set_capacity_providers(Some(providers));
        let answer = call.set_default_capacity_provider_strategy(Some(strategy)).send().await;
        answer.map_err(|error| fault(PUT, error)).map(|_| ())
    }

    /// Of a cluster that stands; one without any has an empty list of them.
    fn live(cx: &Cx, id: &Id, cluster: &Description) -> Live<ClusterCapacityProviders> {
        let providers = cluster.capacity_providers();
        let ours = providers.iter().filter(|provider| !FARGATE.contains(&provider.as_str()));
        let inputs = ClusterCapacityProviders {
            cluster: Ref::new(id.as_str()),
            providers: ours.map(|provider| Ref::new(strategy::provider_arn(cx, provider))).collect(),
            fargate: providers.iter().any(|provider| FARGATE.contains(&provider.as_str())),
            default_strategy: strategy::read(cx, cluster.default_capacity_provider_strategy()),
        };
        Live::new(inputs, Outputs { arn: id.as_str().into() })
    }
}
