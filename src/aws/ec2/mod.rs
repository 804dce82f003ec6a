//! Kinds of Amazon EC2: the network, its rules and endpoints, and launch templates.

pub mod elastic_ip;
#[cfg(feature = "sdk")]
pub(crate) mod filter;
pub mod internet_gateway;
pub mod launch_template;
#[cfg(feature = "sdk")]
mod launch_template_data;
pub mod nat_gateway;
#[cfg(feature = "sdk")]
mod nat_gateways;
pub mod route_table;
pub mod route_table_association;
#[cfg(feature = "sdk")]
mod route_tables;
#[cfg(feature = "sdk")]
mod rules;
pub mod security_group;
pub mod security_group_rule;
pub mod subnet;
#[cfg(feature = "sdk")]
mod tagging;
pub mod vpc;
pub mod vpc_endpoint;
