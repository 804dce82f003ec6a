//! What the planner is told about the kinds beyond their schemas.

use wcalang_model::kind::Ownership;

/// A field of services that only a deployment changes under the deployment controller `CODE_DEPLOY`.
const fn deployed(field: &'static str) -> Ownership {
    Ownership { kind: "ecs.Service", field, owner_kind: "codedeploy.DeploymentGroup", owner_field: "service", bounds: None }
}

/// Where a listener sends traffic: between blue and green, where a deployment group moves it.
const fn moved(owner_field: &'static str) -> Ownership {
    Ownership { kind: "elb.Listener", field: "defaultAction", owner_kind: "codedeploy.DeploymentGroup", owner_field, bounds: None }
}

/// Which resources own fields of others.
pub static OWNERSHIP: &[Ownership] = &[
    // A scaling policy moves the desired count within its target's bounds.
    Ownership {
        kind: "ecs.Service",
        field: "desiredCount",
        owner_kind: "applicationautoscaling.Target",
        owner_field: "service",
        bounds: Some(("min", "max")),
    },
    // ECS scales the group of a capacity provider.
    Ownership {
        kind: "autoscaling.Group",
        field: "desiredCapacity",
        owner_kind: "ecs.CapacityProvider",
        owner_field: "autoScalingGroup",
        bounds: None,
    },
    // ECS moves the shares of a rule's two target groups; which two they are stays ours.
    Ownership { kind: "elb.ListenerRule", field: "weights", owner_kind: "ecs.Service", owner_field: "loadBalancers", bounds: None },
    deployed("taskDefinition"),
    deployed("loadBalancers"),
    deployed("network"),
    deployed("serviceRegistries"),
    deployed("capacityProviderStrategy"),
    deployed("platformVersion"),
    moved("productionListeners"),
    moved("testListeners"),
];

/// Kinds of which an old and a new one cannot stand side by side: both would have the same name of the user's.
pub static DELETE_FIRST: &[&str] = &["servicediscovery.PrivateDnsNamespace", "servicediscovery.Service"];
