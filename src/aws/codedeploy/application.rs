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
        "codedeploy:BatchGetDeploymentGroups",
        "tag:GetResources",
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
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::codedeploy::{tagging, together};
    use crate::fault::{fault, found};
    use crate::tagged;

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
            let there = together::application(cx.codedeploy(), name).await?.is_some();
            let ours = there && tagging::is_of_intent(cx, outputs(name, &cx.place).arn.as_str(), intent).await?;
            Ok(ours.then(|| name.into()))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let arns = ids.iter().map(|id| outputs(id.as_str(), &cx.place).arn.0);
            let keys = ids.iter().map(|id| format!("{id}|"));
            let (told, tags) = futures::try_join!(together::read(cx, keys), tagged::read(cx, arns))?;
            let live = ids.iter().map(|id| {
                let platform = told.platforms.get(id.as_str())?;
                let outputs = outputs(id.as_str(), &cx.place);
                let (tags, unread) = tagged::known(tags.get(outputs.arn.as_str()));
                let compute_platform = ComputePlatform::parse(platform.as_str()).unwrap_or(ComputePlatform::Server);
                let inputs = Application { name: id.as_str().into(), compute_platform, tags };
                Some(Live { unread, ..Live::new(inputs, outputs) })
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
}
