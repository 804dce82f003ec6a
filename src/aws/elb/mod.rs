//! Kinds of Elastic Load Balancing: load balancers, their listeners, and the groups of targets behind them.

#[cfg(feature = "sdk")]
mod attributes;
pub mod listener;
pub mod load_balancer;
#[cfg(feature = "sdk")]
mod tagging;
pub mod target_group;
