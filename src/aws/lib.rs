//! The resource kinds of AWS, one file each, by service: schema first, then its calls.
//!
//! Schemas are always compiled; the calls, and every `aws_sdk_*` crate, only with the feature `sdk`. Knows no language and no
//! engine. To add a kind: one new file, its `mod` line in the service's `mod.rs`, and its line in [`KINDS`].

#[cfg(feature = "sdk")]
mod blame;
#[cfg(feature = "sdk")]
mod client;
mod connection;
#[cfg(feature = "sdk")]
mod fault;
#[cfg(feature = "sdk")]
mod gathering;

pub mod applicationautoscaling;
pub mod autoscaling;
pub mod codebuild;
pub mod codedeploy;
pub mod codepipeline;
pub mod ec2;
pub mod ecr;
pub mod ecs;
pub mod elb;
pub mod events;
mod facts;
pub mod iam;
pub mod logs;
pub mod lookups;
#[cfg(feature = "sdk")]
mod owned;
pub mod rds;
pub mod s3;
pub mod secretsmanager;
pub mod servicediscovery;
#[cfg(feature = "sdk")]
mod tagged;

#[cfg(feature = "sdk")]
pub use client::connect;
pub use connection::Connection;
#[cfg(not(feature = "sdk"))]
pub use connection::{connect, owned};
#[cfg(feature = "sdk")]
pub use owned::owned;

use wcalang_model::kind::{Entry, Schemas};

/// Declares the list of kinds: with their calls where those are compiled in.
macro_rules! kinds {
    ($($kind:ty),* $(,)?) => {
        /// Every kind.
        #[cfg(feature = "sdk")]
        pub static KINDS: &[Entry] = &[$(Entry::calls::<$kind>()),*];
        /// Every kind.
        #[cfg(not(feature = "sdk"))]
        pub static KINDS: &[Entry] = &[$(Entry::schema::<$kind>()),*];
    };
}

kinds![
    applicationautoscaling::policy::Policy,
    applicationautoscaling::target::Target,
    autoscaling::group::Group,
    codebuild::project::Project,
    codedeploy::application::Application,
    codedeploy::deployment_group::DeploymentGroup,
    codepipeline::pipeline::Pipeline,
    ec2::elastic_ip::ElasticIp,
    ec2::internet_gateway::InternetGateway,
    ec2::launch_template::LaunchTemplate,
    ec2::nat_gateway::NatGateway,
    ec2::route_table::RouteTable,
    ec2::route_table_association::RouteTableAssociation,
    ec2::security_group::SecurityGroup,
    ec2::security_group_rule::SecurityGroupRule,
    ec2::subnet::Subnet,
    ec2::vpc::Vpc,
    ec2::vpc_endpoint::VpcEndpoint,
    ecr::lifecycle_policy::LifecyclePolicy,
    ecr::repository::Repository,
    ecs::capacity_provider::CapacityProvider,
    ecs::cluster::Cluster,
    ecs::cluster_capacity_providers::ClusterCapacityProviders,
    ecs::service::Service,
    ecs::task_definition::TaskDefinition,
    elb::listener::Listener,
    elb::listener_rule::ListenerRule,
    elb::load_balancer::LoadBalancer,
    elb::target_group::TargetGroup,
    events::rule::Rule,
    events::target::Target,
    iam::instance_profile::InstanceProfile,
    iam::policy_attachment::PolicyAttachment,
    iam::role::Role,
    iam::role_policy::RolePolicy,
    logs::log_group::LogGroup,
    rds::instance::Instance,
    rds::parameter_group::ParameterGroup,
    rds::subnet_group::SubnetGroup,
    s3::bucket::Bucket,
    secretsmanager::secret::Secret,
    servicediscovery::private_dns_namespace::PrivateDnsNamespace,
    servicediscovery::service::Service,
];

pub use facts::{ANCHORED, DELETE_FIRST, NOTICED, OWNERSHIP, VERSIONED};
pub use lookups::LOOKUPS;

/// All kinds and lookups.
pub static SCHEMAS: Schemas = Schemas { kinds: KINDS, lookups: LOOKUPS };
