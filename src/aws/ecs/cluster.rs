//! `ecs.Cluster`: a place where tasks run.

use wcalang_model::kind::{Arn, Choice, CreateClass, Kind, Name, Naming, Place, Record, Tags};
use wcalang_model::value::Fields;

use crate::ecs;

/// A place where tasks run: a name that services, tasks and the machines under them share.
#[derive(Debug, Clone, Record)]
pub struct Cluster {
    /// Its name, up to 255 characters.
    #[field(replace)]
    pub name: Name<255>,
    /// Whether CloudWatch Container Insights collects metrics of its tasks, and how many. They cost money.
    #[field(default = ContainerInsights::Disabled)]
    pub container_insights: ContainerInsights,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// How much Container Insights collects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ContainerInsights {
    /// Nothing.
    Disabled,
    /// Metrics of the cluster and its services.
    Enabled,
    /// Metrics of tasks and containers too.
    Enhanced,
}

/// What a cluster gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The cluster's ARN.
    #[field(identity, stable)]
    pub arn: Arn,
    /// Its name, as the agents of its machines want it.
    #[field(stable)]
    pub name: String,
}

impl Kind for Cluster {
    const NAME: &'static str = "ecs.Cluster";
    const NAMING: Naming = Naming::Field { field: "name", max: 255, lower: false };
    const CREATE: CreateClass = CreateClass::Natural;
    const ACTIONS: &'static [&'static str] = &[
        "ecs:CreateCluster",
        "ecs:DescribeClusters",
        "ecs:UpdateClusterSettings",
        "ecs:DeleteCluster",
        "ecs:TagResource",
        "ecs:UntagResource",
    ];
    type Outputs = Outputs;

    fn foresee(fields: &Fields, place: &Place) -> Fields {
        ecs::foresee_named(fields, place, "cluster")
    }
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_ecs::types::{Cluster as Description, ClusterSetting, ClusterSettingName};
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::ecs::{clusters, tagging, taken};
    use crate::fault::{fault, found, missing};

    impl Calls for Cluster {
        /// CreateCluster answers with an existing cluster of the name as if it had made it, and its answer to a first call cannot
        /// be told from that; so the cluster is described first, and one that has not our tag is refused.
        async fn create(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Created<Self>> {
            if let Some(existing) = clusters::one(cx, new.name.as_str()).await? {
                return match existing.cluster_arn() {
                    Some(arn) if tagging::is_of(existing.tags(), intent) => Ok(Created::begun(arn)),
                    _ => Err(taken("ecs:CreateCluster", "cluster", new.name.as_str())),
                };
            }
            let call = cx.ecs().create_cluster().cluster_name(new.name.as_str()).settings(insights(new));
            let answer = call.set_tags(Some(tagging::written(&new.tags))).send().await;
            let cluster = answer.map_err(|error| fault("ecs:CreateCluster", error))?.cluster;
            let arn = cluster.and_then(|cluster| cluster.cluster_arn).ok_or_else(|| missing("ecs:CreateCluster", "cluster ARN"))?;
            Ok(Created::whole(arn.clone(), Outputs { name: new.name.0.clone(), arn: Arn(arn) }))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let ours = clusters::one(cx, new.name.as_str()).await?.filter(|cluster| tagging::is_of(cluster.tags(), intent));
            Ok(ours.and_then(|cluster| cluster.cluster_arn).map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let clusters = clusters::read(cx, ids).await?;
            let of =
                |id: &Id| clusters.iter().flat_map(|clusters| clusters.iter()).find(|cluster| cluster.cluster_arn() == Some(id.as_str()));
            Ok(ids.iter().map(|id| of(id).map(|cluster| live(id, cluster))).collect())
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.has("containerInsights") {
                let call = cx.ecs().update_cluster_settings().cluster(id.as_str()).settings(insights(new));
                call.send().await.map_err(|error| fault("ecs:UpdateClusterSettings", error))?;
            }
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.ecs().delete_cluster().cluster(id.as_str()).send().await;
            let answer = found(answer.map_err(|error| fault("ecs:DeleteCluster", error)))?;
            Ok(match answer.as_ref().and_then(|answer| answer.cluster()?.status()) {
                Some(status @ ("ACTIVE" | "DEPROVISIONING")) => Gone::Wait(status.to_lowercase()),
                _ => Gone::Yes,
            })
        }
    }

    fn insights(new: &Cluster) -> ClusterSetting {
        ClusterSetting::builder().name(ClusterSettingName::ContainerInsights).value(new.container_insights.as_str()).build()
    }

    fn live(id: &Id, cluster: &Description) -> Live<Cluster> {
        let insights = cluster.settings().iter().find(|setting| setting.name() == Some(&ClusterSettingName::ContainerInsights));
        let insights = insights.and_then(|setting| ContainerInsights::parse(setting.value()?));
        let name = cluster.cluster_name().unwrap_or_default();
        let inputs = Cluster {
            name: name.into(),
            container_insights: insights.unwrap_or(ContainerInsights::Disabled),
            tags: tagging::read(cluster.tags()),
        };
        Live::new(inputs, Outputs { arn: id.as_str().into(), name: name.to_string() })
    }
}
