//! What an `ecs.Service` consists of: where it runs, what its tasks are registered in, and how changes are rolled out.

use wcalang_model::kind::{Choice, Port, Record, Ref, Set};

use crate::ec2::security_group::SecurityGroup;
use crate::ec2::subnet::Subnet;
use crate::elb::listener_rule::ListenerRule;
use crate::elb::target_group::TargetGroup;
use crate::iam::role::Role;
use crate::servicediscovery;

/// A kind of machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum LaunchType {
    /// Instances of the account.
    #[value("EC2")]
    Ec2,
    /// AWS's own.
    #[value("FARGATE")]
    Fargate,
    /// Machines elsewhere.
    #[value("EXTERNAL")]
    External,
}

/// The network of tasks.
#[derive(Debug, Clone, Record)]
pub struct Network {
    /// Where they get their addresses.
    pub subnets: Set<Ref<Subnet>>,
    /// The rules for their traffic. None: the VPC's default group.
    #[field(default = Set::default())]
    pub security_groups: Set<Ref<SecurityGroup>>,
    /// Whether they get public addresses too. Only on Fargate.
    #[field(default = false)]
    pub assign_public_ip: bool,
}

/// A target group that tasks are registered in.
#[derive(Debug, Clone, Record)]
pub struct Target {
    /// The target group.
    pub target_group: Ref<TargetGroup>,
    /// The container.
    pub container: String,
    /// The port of the container, one of its `portMappings`.
    pub port: Port,
    /// What ECS needs to move traffic from blue to green. Wanted by the deployment strategy `BLUE_GREEN`.
    pub advanced: Option<Advanced>,
}

/// What ECS needs to move traffic from blue to green. The shares of the rules' target groups are ECS's from then on.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct Advanced {
    /// The other target group. The two take turns.
    pub alternate_target_group: Ref<TargetGroup>,
    /// The rule that sends production traffic to both target groups.
    pub production_rule: Ref<ListenerRule>,
    /// The rule that sends test traffic to both: it sees green before production does.
    pub test_rule: Option<Ref<ListenerRule>>,
    /// The role by which ECS changes the rules. The managed policy for it is `AmazonECSInfrastructureRolePolicyForLoadBalancers`, and its
    /// trust policy names `ecs.amazonaws.com`.
    pub role: Ref<Role>,
}

/// A Cloud Map service that tasks are registered in.
#[derive(Debug, Clone, Record)]
pub struct Registry {
    /// The service.
    pub service: Ref<servicediscovery::service::Service>,
    /// For SRV records: the container. With it, `containerPort`.
    pub container: Option<String>,
    /// For SRV records: the container's port.
    pub container_port: Option<Port>,
    /// For SRV records in the network mode `awsvpc`: the port, instead of container and its port.
    pub port: Option<Port>,
}

/// Who rolls out changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum DeploymentController {
    /// ECS, some tasks at a time.
    #[value("ECS")]
    Ecs,
    /// CodeDeploy, blue/green.
    #[value("CODE_DEPLOY")]
    CodeDeploy,
    /// Something else, through task sets.
    #[value("EXTERNAL")]
    External,
}

/// How ECS itself rolls out changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum DeploymentStrategy {
    /// Some tasks at a time.
    #[value("ROLLING")]
    Rolling,
    /// All tasks anew beside the old ones, then the traffic at once.
    #[value("BLUE_GREEN")]
    BlueGreen,
}

/// What happens to a deployment whose tasks keep failing.
#[derive(Debug, Clone, Record)]
pub struct CircuitBreaker {
    /// Whether it is given up.
    #[field(default = true)]
    pub enable: bool,
    /// Whether the service then goes back to what last worked.
    #[field(default = true)]
    pub rollback: bool,
}

/// How tasks are placed on machines.
#[derive(Debug, Clone, Record)]
pub struct PlacementStrategy {
    /// How.
    #[field(name = "type")]
    pub kind: Placement,
    /// By what: for `spread` `instanceId` or an attribute such as `attribute:ecs.availability-zone`, for `binpack` `cpu` or
    /// `memory`, for `random` nothing.
    pub field: Option<String>,
}

/// A way to place tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Placement {
    /// Evenly.
    Spread,
    /// On as few machines as possible.
    Binpack,
    /// Anyhow.
    Random,
}

/// On which machines tasks may be placed.
#[derive(Debug, Clone, Record)]
pub struct PlacementConstraint {
    /// What is asked of a machine.
    #[field(name = "type")]
    pub kind: Constraint,
    /// For `memberOf`: an expression of the cluster query language.
    pub expression: Option<String>,
}

/// What is asked of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Constraint {
    /// That no other task of the service is there.
    #[value("distinctInstance")]
    Distinct,
    /// That an expression holds.
    #[value("memberOf")]
    Member,
}

/// How many copies run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum SchedulingStrategy {
    /// So many.
    #[value("REPLICA")]
    Replica,
    /// One on each machine.
    #[value("DAEMON")]
    Daemon,
}

/// Whose tags tasks get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum PropagateTags {
    /// Nobody's.
    #[value("NONE")]
    None,
    /// The service's.
    #[value("SERVICE")]
    Service,
    /// The task definition's.
    #[value("TASK_DEFINITION")]
    TaskDefinition,
}
