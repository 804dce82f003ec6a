//! Kinds of Elastic Load Balancing: load balancers, their listeners with rules, and the groups of targets behind them.

pub mod action;
#[cfg(feature = "sdk")]
mod attributes;
pub mod listener;
pub mod listener_rule;
pub mod load_balancer;
#[cfg(feature = "sdk")]
pub(crate) mod tagging;
pub mod target_group;
