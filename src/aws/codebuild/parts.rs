//! What a build project consists of: where its source comes from, what it leaves, and what it runs in.

use std::collections::BTreeMap;

use wcalang_model::kind::{Choice, Record};

/// Where the source of a build comes from.
#[derive(Debug, Clone, Record)]
pub struct Source {
    /// The kind of place.
    pub r#type: SourceType,
    /// The place: a repository's URL, or a bucket and key. Of a pipeline's or no source there is none.
    pub location: Option<String>,
    /// The commands to run, as a build specification in YAML, or the path of its file in the source. AWS's default: the file
    /// `buildspec.yml`.
    pub buildspec: Option<String>,
}

/// The kinds of places that sources come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum SourceType {
    /// What the pipeline that runs the build hands it.
    #[value("CODEPIPELINE")]
    Codepipeline,
    /// Nothing: the commands need no source.
    #[value("NO_SOURCE")]
    NoSource,
    /// An archive in a bucket.
    #[value("S3")]
    S3,
    /// A repository in CodeCommit.
    #[value("CODECOMMIT")]
    Codecommit,
    /// A repository on GitHub.
    #[value("GITHUB")]
    Github,
    /// A repository on a GitHub Enterprise Server.
    #[value("GITHUB_ENTERPRISE")]
    GithubEnterprise,
    /// A repository on GitLab.
    #[value("GITLAB")]
    Gitlab,
    /// A repository on a GitLab of one's own.
    #[value("GITLAB_SELF_MANAGED")]
    GitlabSelfManaged,
    /// A repository on Bitbucket.
    #[value("BITBUCKET")]
    Bitbucket,
}

/// Where the results of a build go.
#[derive(Debug, Clone, Record)]
pub struct Artifacts {
    /// The kind of place.
    pub r#type: ArtifactsType,
    /// The bucket, for results that go to one.
    pub location: Option<String>,
    /// The path in the bucket.
    pub path: Option<String>,
    /// The name of the result in the bucket. AWS's default: the project's.
    #[field(computed)]
    pub name: Option<String>,
}

/// The kinds of places that results go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ArtifactsType {
    /// Back to the pipeline.
    #[value("CODEPIPELINE")]
    Codepipeline,
    /// Nowhere.
    #[value("NO_ARTIFACTS")]
    NoArtifacts,
    /// To a bucket.
    #[value("S3")]
    S3,
}

/// What a build runs in.
#[derive(Debug, Clone, Record)]
pub struct Environment {
    /// The size of the machine.
    #[field(default = ComputeType::Small)]
    pub compute_type: ComputeType,
    /// The container image: one of AWS's, such as `aws/codebuild/standard:7.0`, or any.
    pub image: String,
    /// The system and architecture.
    #[field(default = EnvironmentType::LinuxContainer)]
    pub r#type: EnvironmentType,
    /// Whether the build may run Docker.
    #[field(default = false)]
    pub privileged: bool,
    /// Environment variables in plain text.
    #[field(default = BTreeMap::new())]
    pub variables: BTreeMap<String, String>,
    /// Environment variables from Secrets Manager: the secret's name or ARN, then `:key` for one key of a JSON value.
    #[field(default = BTreeMap::new())]
    pub secrets: BTreeMap<String, String>,
    /// Environment variables from the Parameter Store: the parameter's name.
    #[field(default = BTreeMap::new())]
    pub parameters: BTreeMap<String, String>,
}

/// The sizes of machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ComputeType {
    /// 2 vCPU.
    #[value("BUILD_GENERAL1_SMALL")]
    Small,
    /// 4 vCPU.
    #[value("BUILD_GENERAL1_MEDIUM")]
    Medium,
    /// 8 vCPU.
    #[value("BUILD_GENERAL1_LARGE")]
    Large,
    /// 36 vCPU.
    #[value("BUILD_GENERAL1_XLARGE")]
    Xlarge,
    /// 72 vCPU.
    #[value("BUILD_GENERAL1_2XLARGE")]
    Xlarge2,
    /// Lambda with 1 GiB.
    #[value("BUILD_LAMBDA_1GB")]
    Lambda1,
    /// Lambda with 2 GiB.
    #[value("BUILD_LAMBDA_2GB")]
    Lambda2,
    /// Lambda with 4 GiB.
    #[value("BUILD_LAMBDA_4GB")]
    Lambda4,
    /// Lambda with 8 GiB.
    #[value("BUILD_LAMBDA_8GB")]
    Lambda8,
    /// Lambda with 10 GiB.
    #[value("BUILD_LAMBDA_10GB")]
    Lambda10,
}

/// The systems and architectures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum EnvironmentType {
    /// Linux on x86-64.
    #[value("LINUX_CONTAINER")]
    LinuxContainer,
    /// Linux on ARM.
    #[value("ARM_CONTAINER")]
    ArmContainer,
    /// Linux on x86-64 with a GPU.
    #[value("LINUX_GPU_CONTAINER")]
    LinuxGpuContainer,
    /// Lambda on x86-64.
    #[value("LINUX_LAMBDA_CONTAINER")]
    LinuxLambdaContainer,
    /// Lambda on ARM.
    #[value("ARM_LAMBDA_CONTAINER")]
    ArmLambdaContainer,
}

/// Where a build's output is logged, in CloudWatch Logs.
#[derive(Debug, Clone, Record)]
pub struct Logs {
    /// Whether it is logged.
    #[field(default = true)]
    pub enabled: bool,
    /// The log group. AWS's default: `/aws/codebuild/` and the project's name.
    pub group: Option<String>,
    /// What the names of log streams begin with.
    pub stream: Option<String>,
}
