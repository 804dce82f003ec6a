//! The resource kinds of AWS, one file each, by service: schema first, then its calls.
//!
//! Schemas are always compiled; the calls, and every `aws_sdk_*` crate, only with the feature `sdk`. Knows no language and no
//! engine. To add a kind: one new file, its `mod` line in the service's `mod.rs`, and its line in [`KINDS`].

#[cfg(feature = "sdk")]
mod client;
#[cfg(feature = "sdk")]
mod fault;

pub mod codebuild;
pub mod codepipeline;
pub mod ec2;
pub mod ecr;
pub mod events;
pub mod elb;
pub mod iam;
pub mod s3;
pub mod secretsmanager;

#[cfg(feature = "sdk")]
pub use client::{Connection, connect};

use wcalang_model::kind::{Entry, LookupEntry, Schemas};

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
    codebuild::project::Project,
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
    ecr::lifecycle_policy::LifecyclePolicy,
    ecr::repository::Repository,
    events::rule::Rule,
    events::target::Target,
    elb::listener::Listener,
    elb::load_balancer::LoadBalancer,
    elb::target_group::TargetGroup,
    iam::instance_profile::InstanceProfile,
    iam::policy_attachment::PolicyAttachment,
    iam::role::Role,
    iam::role_policy::RolePolicy,
    s3::bucket::Bucket,
    secretsmanager::secret::Secret,
];

/// Every lookup.
pub static LOOKUPS: &[LookupEntry] = &[];

/// All kinds and lookups.
pub static SCHEMAS: Schemas = Schemas { kinds: KINDS, lookups: LOOKUPS };
