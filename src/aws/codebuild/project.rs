//! `codebuild.Project`: commands that run in a container on demand.

use std::time::Duration;

use wcalang_model::kind::{Arn, CreateClass, Kind, Name, Naming, Place, Record, Ref, Tags};
use wcalang_model::value::{Datum, Fields};

use crate::codebuild::{Artifacts, Environment, Logs, Source};
use crate::iam::role::Role;

/// Commands that run in a container, on demand or as a step of a pipeline.
#[derive(Debug, Clone, Record)]
pub struct Project {
    /// Its name in the account and region, of 2 to 150 characters.
    pub name: Name<150>,
    /// What it is for.
    pub description: Option<String>,
    /// The role that builds have. CodeBuild is in its trust policy.
    pub role: Ref<Role>,
    /// Where the source comes from.
    pub source: Source,
    /// Where the results go.
    pub artifacts: Artifacts,
    /// What builds run in.
    pub environment: Environment,
    /// How long a build may take: from 5 minutes to 36 hours, in whole minutes.
    #[field(default = Duration::from_secs(60 * 60))]
    pub timeout: Duration,
    /// How long a build may wait for a machine: from 5 minutes to 8 hours, in whole minutes.
    #[field(default = Duration::from_secs(480 * 60))]
    pub queued_timeout: Duration,
    /// Where output is logged.
    #[field(default = Logs { enabled: true, group: None, stream: None })]
    pub logs: Logs,
    /// The KMS key that encrypts results: an ARN, or `alias/…`. AWS's default: its own key for S3.
    #[field(computed)]
    pub encryption_key: Option<String>,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What a build project gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its name.
    #[field(identity, stable)]
    pub name: String,
    /// Its ARN.
    #[field(stable)]
    pub arn: Arn,
}

impl Kind for Project {
    const NAME: &'static str = "codebuild.Project";
    const NAMING: Naming = Naming::Field { field: "name", max: 150, lower: false };
    const CREATE: CreateClass = CreateClass::Natural;
    const ACTIONS: &'static [&'static str] =
        &["codebuild:CreateProject", "codebuild:BatchGetProjects", "codebuild:UpdateProject", "codebuild:DeleteProject", "iam:PassRole"];
    type Outputs = Outputs;

    fn foresee(fields: &Fields, place: &Place) -> Fields {
        fields.get("name").and_then(Datum::as_str).map_or_else(Fields::new, |name| outputs(name, place).encode())
    }
}

fn outputs(name: &str, place: &Place) -> Outputs {
    let Place { partition, account, region } = place;
    Outputs { name: name.to_string(), arn: Arn(format!("arn:{partition}:codebuild:{region}:{account}:project/{name}")) }
}

#[cfg(feature = "sdk")]
mod calls {
    use std::collections::BTreeMap;

    use aws_sdk_codebuild::error::BuildError;
    use aws_sdk_codebuild::types::{
        self as aws, CloudWatchLogsConfig, EnvironmentVariable, EnvironmentVariableType, ImagePullCredentialsType, LogsConfig,
        LogsConfigStatusType, ProjectArtifacts, ProjectEnvironment, ProjectSource, S3LogsConfig, Tag,
    };
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome, tags};

    use super::*;
    use crate::client::CxExt;
    use crate::codebuild::{ArtifactsType, ComputeType, EnvironmentType, SourceType};
    use crate::fault::{fault, found, invalid};

    /// How many projects one call reads.
    const BATCH: usize = 100;

    impl Calls for Project {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let call = cx.codebuild().create_project().name(new.name.as_str()).set_description(new.description.clone());
            let call = call.service_role(new.role.id()).source(source(new)?).artifacts(artifacts(new)?);
            let call = call.environment(environment(new)?).logs_config(logs(new)?).set_encryption_key(new.encryption_key.clone());
            let call = call.timeout_in_minutes(minutes(new.timeout)).queued_timeout_in_minutes(minutes(new.queued_timeout));
            call.set_tags(Some(written(&new.tags))).send().await.map_err(|error| fault("codebuild:CreateProject", error))?;
            Ok(Created::whole(new.name.as_str(), outputs(new.name.as_str(), &cx.place)))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let found = Self::read(cx, &[new.name.as_str().into()]).await?.pop().flatten();
            let ours = found.is_some_and(|live| live.inputs.tags.get(tags::INTENT) == Some(intent.mark.as_str()));
            Ok(ours.then(|| new.name.as_str().into()))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let mut projects = Vec::new();
            for names in ids.chunks(BATCH) {
                let names = names.iter().map(Id::to_string).collect();
                let answer = cx.codebuild().batch_get_projects().set_names(Some(names)).send().await;
                projects.extend(answer.map_err(|error| fault("codebuild:BatchGetProjects", error))?.projects.unwrap_or_default());
            }
            let live = ids.iter().map(|id| {
                let project = projects.iter().find(|project| project.name() == Some(id.as_str()))?;
                Some(Live::new(inputs(project), outputs(id.as_str(), &cx.place)))
            });
            Ok(live.collect())
        }

        /// Whole, whatever changed: what a call leaves out stays as it is, but within source, environment and so on nothing does.
        async fn update(cx: &Cx, id: &Id, _live: &Live<Self>, new: &Self, _changed: &Changed) -> Outcome<()> {
            let call = cx.codebuild().update_project().name(id.as_str()).service_role(new.role.id());
            let call = call.description(new.description.as_deref().unwrap_or_default()).source(source(new)?);
            let call = call.artifacts(artifacts(new)?).environment(environment(new)?).logs_config(logs(new)?);
            let call = call.timeout_in_minutes(minutes(new.timeout)).queued_timeout_in_minutes(minutes(new.queued_timeout));
            let call = call.set_encryption_key(new.encryption_key.clone()).set_tags(Some(written(&new.tags)));
            call.send().await.map_err(|error| fault("codebuild:UpdateProject", error))?;
            Ok(())
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.codebuild().delete_project().name(id.as_str()).send().await;
            found(answer.map_err(|error| fault("codebuild:DeleteProject", error)))?;
            Ok(Gone::Yes)
        }
    }

    fn inputs(project: &aws::Project) -> Project {
        let source = project.source().map(|source| Source {
            r#type: SourceType::parse(source.r#type().as_str()).unwrap_or(SourceType::NoSource),
            location: text(source.location()),
            buildspec: text(source.buildspec()),
        });
        let artifacts = project.artifacts().map(|artifacts| {
            let r#type = ArtifactsType::parse(artifacts.r#type().as_str()).unwrap_or(ArtifactsType::NoArtifacts);
            // Of results that go to no bucket AWS tells a name all the same: the project's.
            let name = text(artifacts.name()).filter(|_| r#type == ArtifactsType::S3);
            Artifacts { r#type, location: text(artifacts.location()), path: text(artifacts.path()), name }
        });
        let minutes = |minutes: Option<i32>| Duration::from_secs(60 * u64::from(minutes.unwrap_or_default().unsigned_abs()));
        Project {
            name: project.name().unwrap_or_default().into(),
            description: text(project.description()),
            role: Ref::new(project.service_role().unwrap_or_default()),
            source: source.unwrap_or(Source { r#type: SourceType::NoSource, location: None, buildspec: None }),
            artifacts: artifacts.unwrap_or(Artifacts { r#type: ArtifactsType::NoArtifacts, location: None, path: None, name: None }),
            environment: read_environment(project.environment()),
            timeout: minutes(project.timeout_in_minutes),
            queued_timeout: minutes(project.queued_timeout_in_minutes),
            logs: read_logs(project.logs_config()),
            encryption_key: text(project.encryption_key()),
            tags: project.tags().iter().filter_map(|tag| Some((tag.key()?, tag.value()?))).collect(),
        }
    }

    fn read_environment(environment: Option<&ProjectEnvironment>) -> Environment {
        let variables = |of: EnvironmentVariableType| {
            let all = environment.map(|environment| environment.environment_variables()).unwrap_or_default().iter();
            let these = all.filter(|variable| variable.r#type().unwrap_or(&EnvironmentVariableType::Plaintext) == &of);
            these.map(|variable| (variable.name.clone(), variable.value.clone())).collect::<BTreeMap<_, _>>()
        };
        Environment {
            compute_type: environment.and_then(|of| ComputeType::parse(of.compute_type().as_str())).unwrap_or(ComputeType::Small),
            image: environment.map(|environment| environment.image().to_string()).unwrap_or_default(),
            r#type: environment.and_then(|of| EnvironmentType::parse(of.r#type().as_str())).unwrap_or(EnvironmentType::LinuxContainer),
            privileged: environment.and_then(|environment| environment.privileged_mode).unwrap_or_default(),
            variables: variables(EnvironmentVariableType::Plaintext),
            secrets: variables(EnvironmentVariableType::SecretsManager),
            parameters: variables(EnvironmentVariableType::ParameterStore),
        }
    }

    fn read_logs(logs: Option<&LogsConfig>) -> Logs {
        let logs = logs.and_then(|logs| logs.cloud_watch_logs());
        Logs {
            enabled: logs.is_none_or(|logs| *logs.status() == LogsConfigStatusType::Enabled),
            group: logs.and_then(|logs| text(logs.group_name())),
            stream: logs.and_then(|logs| text(logs.stream_name())),
        }
    }

    fn source(project: &Project) -> Outcome<ProjectSource> {
        let source = &project.source;
        let builder = ProjectSource::builder().r#type(source.r#type.as_str().into()).set_location(source.location.clone());
        built(builder.set_buildspec(source.buildspec.clone()).git_clone_depth(0).insecure_ssl(false).build())
    }

    fn artifacts(project: &Project) -> Outcome<ProjectArtifacts> {
        let artifacts = &project.artifacts;
        let builder = ProjectArtifacts::builder().r#type(artifacts.r#type.as_str().into()).set_path(artifacts.path.clone());
        let encrypted = (artifacts.r#type != ArtifactsType::NoArtifacts).then_some(false);
        let builder = builder.set_encryption_disabled(encrypted).override_artifact_name(false);
        built(builder.set_location(artifacts.location.clone()).set_name(artifacts.name.clone()).build())
    }

    fn environment(project: &Project) -> Outcome<ProjectEnvironment> {
        let environment = &project.environment;
        let kinds = [
            (&environment.variables, EnvironmentVariableType::Plaintext),
            (&environment.secrets, EnvironmentVariableType::SecretsManager),
            (&environment.parameters, EnvironmentVariableType::ParameterStore),
        ];
        let mut variables = Vec::new();
        for (values, of) in kinds {
            for (name, value) in values {
                variables.push(built(EnvironmentVariable::builder().name(name).value(value).r#type(of.clone()).build())?);
            }
        }
        let builder = ProjectEnvironment::builder().r#type(environment.r#type.as_str().into()).image(&environment.image);
        let builder = builder.compute_type(environment.compute_type.as_str().into()).privileged_mode(environment.privileged);
        let builder = builder.image_pull_credentials_type(ImagePullCredentialsType::Codebuild);
        built(builder.set_environment_variables(Some(variables)).build())
    }

    fn logs(project: &Project) -> Outcome<LogsConfig> {
        let logs = &project.logs;
        let status = if logs.enabled { LogsConfigStatusType::Enabled } else { LogsConfigStatusType::Disabled };
        let watch = CloudWatchLogsConfig::builder().status(status).set_group_name(logs.group.clone());
        let watch = built(watch.set_stream_name(logs.stream.clone()).build())?;
        let bucket = built(S3LogsConfig::builder().status(LogsConfigStatusType::Disabled).build())?;
        Ok(LogsConfig::builder().cloud_watch_logs(watch).s3_logs(bucket).build())
    }

    fn minutes(duration: Duration) -> i32 {
        i32::try_from(duration.as_secs().div_ceil(60)).unwrap_or(i32::MAX)
    }

    fn text(text: Option<&str>) -> Option<String> {
        text.filter(|text| !text.is_empty()).map(str::to_string)
    }

    fn written(tags: &Tags) -> Vec<Tag> {
        tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
    }

    fn built<T>(built: Result<T, BuildError>) -> Outcome<T> {
        built.map_err(|error| invalid("codebuild:CreateProject", error))
    }
}
