//! `codedeploy.Application`: what is deployed.

use wcalang_model::kind::{Arn, Choice, CreateClass, Kind, Name, Naming, Place, Record, Tags};
use wcalang_model::value::{Datum, Fields};

/// A name for what is deployed; `codedeploy.DeploymentGroup` says where and how.
#[derive(Debug, Clone, Record)]
pub struct Application {
    /// Its name in the account and region, of at most 100 characters.
    pub name: Name<100>,
    /// What it is deployed to.
    #[field(replace, default = ComputePlatform::Ecs)]
    pub compute_platform: ComputePlatform,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What applications are deployed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ComputePlatform {
    /// Services of ECS.
    #[value("ECS")]
    Ecs,
    /// Functions of Lambda.
    #[value("Lambda")]
    Lambda,
    /// Machines.
    #[value("Server")]
    Server,
}

/// What an application gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its name.
    #[field(identity, stable)]
    pub name: String,
    /// Its ARN.
    #[field(stable)]
    pub arn: Arn,
}

impl Kind for Application {
    const NAME: &'static str = "codedeploy.Application";
    const NAMING: Naming = Naming::Field { field: "name", max: 100, lower: false };
    const CREATE: CreateClass = CreateClass::Natural;
    const ACTIONS: &'static [&'static str] = &[
        "codedeploy:CreateApplication",
        "codedeploy:GetApplication",
        "codedeploy:BatchGetApplications",
        "codedeploy:DeleteApplication",
        "codedeploy:ListTagsForResource",
        "codedeploy:TagResource",
        "codedeploy:UntagResource",
    ];
    type Outputs = Outputs;

    fn foresee(fields: &Fields, place: &Place) -> Fields {
        fields.get("name").and_then(Datum::as_str).map_or_else(Fields::new, |name| outputs(name, place).encode())
    }
}

fn outputs(name: &str, place: &Place) -> Outputs {
    let Place { partition, account, region } = place;
    Outputs { name: name.to_string(), arn: Arn(format!("arn:{partition}:codedeploy:{region}:{account}:application:{name}")) }
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_codedeploy::types::ApplicationInfo;
    use futures::future::try_join_all;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::codedeploy::tagging;
    use crate::fault::{fault, found};

    /// How many applications one call reads.
    const BATCH: usize = 100;

    impl Calls for Application {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let name = new.name.as_str();
            let call = cx.codedeploy().create_application().application_name(name);
            let call = call.compute_platform(new.compute_platform.as_str().into()).set_tags(Some(tagging::written(new.tags.iter())));
            call.send().await.map_err(|error| fault("codedeploy:CreateApplication", error))?;
            Ok(Created::whole(name, outputs(name, &cx.place)))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let name = new.name.as_str();
            let there = get(cx, name).await?.is_some();
            let ours = there && tagging::is_of_intent(cx, outputs(name, &cx.place).arn.as_str(), intent).await?;
            Ok(ours.then(|| name.into()))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let mut applications = Vec::new();
            for ids in ids.chunks(BATCH) {
                applications.extend(some(cx, ids).await?);
            }
            let live = ids.iter().map(|id| {
                let application = applications.iter().find(|application| application.application_name() == Some(id.as_str()))?;
                let platform = application.compute_platform().and_then(|platform| ComputePlatform::parse(platform.as_str()));
                let compute_platform = platform.unwrap_or(ComputePlatform::Server);
                let inputs = Application { name: id.as_str().into(), compute_platform, tags: Tags::default() };
                Some(Live { unread: &["tags"], ..Live::new(inputs, outputs(id.as_str(), &cx.place)) })
            });
            Ok(live.collect())
        }

        async fn update(cx: &Cx, _id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.has("tags") { tagging::change(cx, live.outputs.arn.as_str(), &new.tags).await } else { Ok(()) }
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.codedeploy().delete_application().application_name(id.as_str()).send().await;
            found(answer.map_err(|error| fault("codedeploy:DeleteApplication", error)))?;
            Ok(Gone::Yes)
        }
    }

    async fn get(cx: &Cx, name: &str) -> Outcome<Option<ApplicationInfo>> {
        let answer = cx.codedeploy().get_application().application_name(name).send().await;
        Ok(found(answer.map_err(|error| fault("codedeploy:GetApplication", error)))?.and_then(|answer| answer.application))
    }

    /// One call; naming one that is gone fails it, and then each is asked for.
    async fn some(cx: &Cx, ids: &[Id]) -> Outcome<Vec<ApplicationInfo>> {
        let names = ids.iter().map(Id::to_string).collect();
        let answer = cx.codedeploy().batch_get_applications().set_application_names(Some(names)).send().await;
        match found(answer.map_err(|error| fault("codedeploy:BatchGetApplications", error)))? {
            Some(answer) => Ok(answer.applications_info.unwrap_or_default()),
            None if ids.len() == 1 => Ok(Vec::new()),
            None => Ok(try_join_all(ids.iter().map(|id| get(cx, id.as_str()))).await?.into_iter().flatten().collect()),
        }
    }
}
