//! `codepipeline.Pipeline`: from a change to its deployment.

use wcalang_model::kind::{Arn, CreateClass, Kind, Name, Naming, Place, Record, Ref, Tags};
use wcalang_model::value::{Datum, Fields};

use crate::codepipeline::{ExecutionMode, PipelineType, Stage};
use crate::iam::role::Role;
use crate::s3::bucket::Bucket;

/// Takes a change through stages: fetched, built, tested, deployed. AWS starts it once when it is created.
#[derive(Debug, Clone, Record)]
pub struct Pipeline {
    /// Its name in the account and region, of at most 100 characters.
    pub name: Name<100>,
    /// The role it has. CodePipeline is in its trust policy.
    pub role: Ref<Role>,
    /// The bucket through which its actions hand artifacts on.
    pub artifact_bucket: Ref<Bucket>,
    /// Its stages in order: at least two, the first fetches sources.
    pub stages: Vec<Stage>,
    /// Its type.
    #[field(default = PipelineType::V1)]
    pub pipeline_type: PipelineType,
    /// What happens to an execution that meets another one. Other than superseded: type V2 only.
    #[field(default = ExecutionMode::Superseded)]
    pub execution_mode: ExecutionMode,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What a pipeline gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its name.
    #[field(identity, stable)]
    pub name: String,
    /// Its ARN.
    #[field(stable)]
    pub arn: Arn,
}

impl Kind for Pipeline {
    const NAME: &'static str = "codepipeline.Pipeline";
    const NAMING: Naming = Naming::Field { field: "name", max: 100, lower: false };
    const CREATE: CreateClass = CreateClass::Natural;
    const BATCHED: bool = false;
    const ACTIONS: &'static [&'static str] = &[
        "codepipeline:CreatePipeline",
        "codepipeline:GetPipeline",
        "codepipeline:UpdatePipeline",
        "codepipeline:DeletePipeline",
        "codepipeline:ListTagsForResource",
        "codepipeline:TagResource",
        "codepipeline:UntagResource",
        "iam:PassRole",
        "tag:GetResources",
    ];
    type Outputs = Outputs;

    fn foresee(fields: &Fields, place: &Place) -> Fields {
        fields.get("name").and_then(Datum::as_str).map_or_else(Fields::new, |name| outputs(name, place).encode())
    }
}

fn outputs(name: &str, place: &Place) -> Outputs {
    let Place { partition, account, region } = place;
    Outputs { name: name.to_string(), arn: Arn(format!("arn:{partition}:codepipeline:{region}:{account}:{name}")) }
}

#[cfg(feature = "sdk")]
mod calls {
    use std::collections::BTreeMap;

    use aws_sdk_codepipeline::error::BuildError;
    use aws_sdk_codepipeline::types::{
        ActionDeclaration, ActionTypeId, ArtifactStore, ArtifactStoreType, InputArtifact, OutputArtifact, PipelineDeclaration,
        StageDeclaration, Tag,
    };
    use futures::future::try_join_all;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome, tags};

    use super::*;
    use crate::client::CxExt;
    use crate::codepipeline::{Action, Category, Owner};
    use crate::fault::{fault, found, invalid};
    use crate::tagged;

    impl Calls for Pipeline {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let tags = built(new.tags.iter().map(tag).collect::<Result<_, _>>())?;
            let call = cx.codepipeline().create_pipeline().pipeline(built(declaration(new))?).set_tags(Some(tags));
            call.send().await.map_err(|error| fault("codepipeline:CreatePipeline", error))?;
            Ok(Created::whole(new.name.as_str(), outputs(new.name.as_str(), &cx.place)))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let tags = found(tags_of(cx, new.name.as_str()).await)?;
            let ours = tags.is_some_and(|tags| tags.get(tags::INTENT) == Some(intent.mark.as_str()));
            Ok(ours.then(|| new.name.as_str().into()))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let arns = ids.iter().map(|id| outputs(id.as_str(), &cx.place).arn.0);
            let (pipelines, tags) = futures::try_join!(try_join_all(ids.iter().map(|id| get(cx, id))), tagged::read(cx, arns))?;
            let live = ids.iter().zip(&pipelines).map(|(id, pipeline)| {
                let outputs = outputs(id.as_str(), &cx.place);
                let (tags, unread) = tagged::known(tags.get(outputs.arn.as_str()));
                let inputs = Pipeline { tags, ..inputs(pipeline.as_ref()?) };
                Some(Live { unread, ..Live::new(inputs, outputs) })
            });
            Ok(live.collect())
        }

        async fn update(cx: &Cx, id: &Id, _live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.0.iter().any(|field| field != "tags") {
                let call = cx.codepipeline().update_pipeline().pipeline(built(declaration(new))?);
                call.send().await.map_err(|error| fault("codepipeline:UpdatePipeline", error))?;
            }
            if changed.has("tags") {
                let arn = outputs(id.as_str(), &cx.place).arn;
                let (set, removed) = new.tags.since(&tags_of(cx, id.as_str()).await?);
                if !set.is_empty() {
                    let tags = built(set.iter().map(tag).collect::<Result<_, _>>())?;
                    let call = cx.codepipeline().tag_resource().resource_arn(arn.as_str()).set_tags(Some(tags));
                    call.send().await.map_err(|error| fault("codepipeline:TagResource", error))?;
                }
                if !removed.is_empty() {
                    let call = cx.codepipeline().untag_resource().resource_arn(arn.as_str()).set_tag_keys(Some(removed));
                    call.send().await.map_err(|error| fault("codepipeline:UntagResource", error))?;
                }
            }
            Ok(())
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.codepipeline().delete_pipeline().name(id.as_str()).send().await;
            found(answer.map_err(|error| fault("codepipeline:DeletePipeline", error)))?;
            Ok(Gone::Yes)
        }
    }

    async fn get(cx: &Cx, id: &Id) -> Outcome<Option<PipelineDeclaration>> {
        let answer = cx.codepipeline().get_pipeline().name(id.as_str()).send().await;
        let answer = found(answer.map_err(|error| fault("codepipeline:GetPipeline", error)))?;
        Ok(answer.and_then(|answer| answer.pipeline))
    }

    async fn tags_of(cx: &Cx, name: &str) -> Outcome<Tags> {
        let arn = outputs(name, &cx.place).arn;
        let mut pages = cx.codepipeline().list_tags_for_resource().resource_arn(arn.as_str()).into_paginator().items().send();
        let mut tags = Tags::default();
        while let Some(tag) = pages.next().await {
            let tag = tag.map_err(|error| fault("codepipeline:ListTagsForResource", error))?;
            tags.0.insert(tag.key, tag.value);
        }
        Ok(tags)
    }

    fn inputs(pipeline: &PipelineDeclaration) -> Pipeline {
        let stages = pipeline
            .stages()
            .iter()
            .map(|stage| Stage { name: stage.name().to_string(), actions: stage.actions().iter().filter_map(read_action).collect() });
        let pipeline_type = pipeline.pipeline_type().and_then(|of| PipelineType::parse(of.as_str()));
        let execution_mode = pipeline.execution_mode().and_then(|mode| ExecutionMode::parse(mode.as_str()));
        Pipeline {
            name: pipeline.name().into(),
            role: Ref::new(pipeline.role_arn()),
            artifact_bucket: Ref::new(pipeline.artifact_store().map(|store| store.location()).unwrap_or_default()),
            stages: stages.collect(),
            pipeline_type: pipeline_type.unwrap_or(PipelineType::V1),
            execution_mode: execution_mode.unwrap_or(ExecutionMode::Superseded),
            tags: Tags::default(),
        }
    }

    fn read_action(action: &ActionDeclaration) -> Option<Action> {
        let of = action.action_type_id()?;
        let configuration = action.configuration().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone()));
        Some(Action {
            name: action.name().to_string(),
            category: Category::parse(of.category().as_str())?,
            owner: Owner::parse(of.owner().as_str())?,
            provider: of.provider().to_string(),
            version: of.version().to_string(),
            configuration: configuration.collect::<BTreeMap<_, _>>(),
            input_artifacts: action.input_artifacts().iter().map(|artifact| artifact.name.clone()).collect(),
            output_artifacts: action.output_artifacts().iter().map(|artifact| artifact.name.clone()).collect(),
            run_order: action.run_order().map_or(1, i32::unsigned_abs),
            namespace: action.namespace().map(str::to_string),
            role: action.role_arn().map(Ref::new),
        })
    }

    fn declaration(pipeline: &Pipeline) -> Result<PipelineDeclaration, BuildError> {
        let store = ArtifactStore::builder().r#type(ArtifactStoreType::S3).location(pipeline.artifact_bucket.id()).build()?;
        let stages = pipeline.stages.iter().map(|stage| {
            let actions = stage.actions.iter().map(action).collect::<Result<_, _>>()?;
            StageDeclaration::builder().name(&stage.name).set_actions(Some(actions)).build()
        });
        PipelineDeclaration::builder()
            .name(pipeline.name.as_str())
            .role_arn(pipeline.role.id())
            .artifact_store(store)
            .set_stages(Some(stages.collect::<Result<_, _>>()?))
            .pipeline_type(pipeline.pipeline_type.as_str().into())
            .execution_mode(pipeline.execution_mode.as_str().into())
            .build()
    }

    fn action(action: &Action) -> Result<ActionDeclaration, BuildError> {
        let of = ActionTypeId::builder().category(action.category.as_str().into()).owner(action.owner.as_str().into());
        let inputs = action.input_artifacts.iter().map(|name| InputArtifact::builder().name(name).build());
        let outputs = action.output_artifacts.iter().map(|name| OutputArtifact::builder().name(name).build());
        let configuration = action.configuration.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        ActionDeclaration::builder()
            .name(&action.name)
            .action_type_id(of.provider(&action.provider).version(&action.version).build()?)
            .run_order(i32::try_from(action.run_order).unwrap_or(i32::MAX))
            .set_configuration(Some(configuration))
            .set_input_artifacts(Some(inputs.collect::<Result<_, _>>()?))
            .set_output_artifacts(Some(outputs.collect::<Result<_, _>>()?))
            .set_namespace(action.namespace.clone())
            .set_role_arn(action.role.as_ref().map(|role| role.id().to_string()))
            .build()
    }

    fn tag((key, value): (&String, &String)) -> Result<Tag, BuildError> {
        Tag::builder().key(key).value(value).build()
    }

    fn built<T>(built: Result<T, BuildError>) -> Outcome<T> {
        built.map_err(|error| invalid("codepipeline:CreatePipeline", error))
    }
}
