//! Kinds of Amazon ECS: clusters, what they run on, and what runs in them.

pub mod capacity_provider;
pub mod cluster;
pub mod cluster_capacity_providers;
#[cfg(feature = "sdk")]
mod clusters;
pub mod container;
pub mod service;
#[cfg(feature = "sdk")]
mod service_description;
pub mod service_parts;
#[cfg(feature = "sdk")]
mod service_requests;
pub mod strategy;
#[cfg(feature = "sdk")]
mod tagging;
pub mod task_definition;

use wcalang_model::kind::Place;
use wcalang_model::value::{Datum, Fields};

/// The ARN of something of ECS, from what follows the account in it: `cluster/live`.
pub(crate) fn arn(place: &Place, resource: &str) -> String {
    format!("arn:{}:ecs:{}:{}:{resource}", place.partition, place.region, place.account)
}

/// The outputs `arn` and `name` of what has a name of ours, once the name is chosen.
fn foresee_named(fields: &Fields, place: &Place, prefix: &str) -> Fields {
    let Some(name) = fields.get("name").and_then(Datum::as_str) else { return Fields::new() };
    let arn = arn(place, &format!("{prefix}/{name}"));
    Fields::from([("arn".to_string(), Datum::str(arn)), ("name".to_string(), Datum::str(name))])
}

/// The short name in an ARN, which is also what a short name is.
#[cfg(feature = "sdk")]
fn short(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// The fault of a name that is taken by something that is not ours.
#[cfg(feature = "sdk")]
fn taken(operation: &str, what: &str, name: &str) -> wcalang_model::kind::Fault {
    wcalang_model::kind::Fault {
        class: wcalang_model::kind::FaultClass::Exists,
        operation: operation.to_string(),
        code: String::new(),
        message: format!("a {what} named {name:?} exists already, and is not this one"),
        field: Some("name"),
    }
}
