//! What a pipeline does: its stages and their actions.

use std::collections::BTreeMap;

use wcalang_model::kind::{Choice, Record, Ref};

use crate::iam::role::Role;

/// A step of a pipeline: its actions run when the stage before it is through.
#[derive(Debug, Clone, Record)]
pub struct Stage {
    /// Its name within the pipeline.
    pub name: String,
    /// What it does.
    pub actions: Vec<Action>,
}

/// One thing that a stage does.
#[derive(Debug, Clone, Record)]
pub struct Action {
    /// Its name within the stage.
    pub name: String,
    /// What sort of thing.
    pub category: Category,
    /// Whose.
    #[field(default = Owner::Aws)]
    pub owner: Owner,
    /// What does it: `ECR`, `CodeBuild`, `CodeDeployToECS`, …
    pub provider: String,
    /// The provider's version.
    #[field(default = "1".to_string())]
    pub version: String,
    /// What the provider wants to know, as it documents it.
    #[field(default = BTreeMap::new())]
    pub configuration: BTreeMap<String, String>,
    /// The artifacts it reads, by name.
    #[field(default = Vec::new())]
    pub input_artifacts: Vec<String>,
    /// The artifacts it makes, by name.
    #[field(default = Vec::new())]
    pub output_artifacts: Vec<String>,
    /// When it runs within the stage: actions of equal order run at once.
    #[field(default = 1)]
    pub run_order: u32,
    /// The name under which later actions find its variables.
    pub namespace: Option<String>,
    /// The role it has. The pipeline's where it is not given.
    pub role: Option<Ref<Role>>,
}

/// The sorts of actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Category {
    /// Fetches something new.
    #[value("Source")]
    Source,
    /// Builds.
    #[value("Build")]
    Build,
    /// Tests.
    #[value("Test")]
    Test,
    /// Deploys.
    #[value("Deploy")]
    Deploy,
    /// Waits for someone to approve.
    #[value("Approval")]
    Approval,
    /// Calls something.
    #[value("Invoke")]
    Invoke,
    /// Runs commands.
    #[value("Compute")]
    Compute,
}

/// Who made an action's provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Owner {
    /// AWS.
    #[value("AWS")]
    Aws,
    /// A third party.
    #[value("ThirdParty")]
    ThirdParty,
    /// The account.
    #[value("Custom")]
    Custom,
}

/// The types of pipelines, which differ in price and in what they can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum PipelineType {
    /// A price a month.
    #[value("V1")]
    V1,
    /// A price a minute; has triggers, variables and other execution modes.
    #[value("V2")]
    V2,
}

/// What happens to an execution that meets another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ExecutionMode {
    /// The newer overtakes the older.
    #[value("SUPERSEDED")]
    Superseded,
    /// One after the other.
    #[value("QUEUED")]
    Queued,
    /// Side by side.
    #[value("PARALLEL")]
    Parallel,
}
