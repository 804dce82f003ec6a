//! What the planner is told about the kinds beyond their schemas.

use wcalang_model::kind::{Anchored, Bounds, Noticed, Outage, Ownership, Versioned};

/// A field of services that only a deployment changes under the deployment controller `CODE_DEPLOY`.
const fn deployed(field: &'static str) -> Ownership {
    Ownership { kind: "ecs.Service", field, owner_kind: "codedeploy.DeploymentGroup", owner_field: "service", bounds: None }
}

/// Where a listener sends traffic: between blue and green, where a deployment group moves it.
const fn moved(owner_field: &'static str) -> Ownership {
    let bounds = Some(Bounds::Among("targetGroups"));
    Ownership { kind: "elb.Listener", field: "defaultAction", owner_kind: "codedeploy.DeploymentGroup", owner_field, bounds }
}

/// Which resources own fields of others.
pub static OWNERSHIP: &[Ownership] = &[
    // A scaling policy moves the desired count within its target's bounds.
    Ownership {
        kind: "ecs.Service",
        field: "desiredCount",
        owner_kind: "applicationautoscaling.Target",
        owner_field: "service",
        bounds: Some(Bounds::Between("min", "max")),
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

/// What tells that somebody else has set a field that cannot be read.
pub static VERSIONED: &[Versioned] = &[Versioned { kind: "secretsmanager.Secret", field: "value", output: "versionId" }];

/// What cannot move to another VPC.
pub static ANCHORED: &[Anchored] = &[
    Anchored { kind: "rds.SubnetGroup", field: "subnets", through: "vpc" },
    Anchored { kind: "elb.LoadBalancer", field: "subnets", through: "vpc" },
];

/// Kinds of which an old and a new one cannot stand side by side, with the fields, or fields of those, in which they would have to differ
/// for it; none: never.
pub static DELETE_FIRST: &[(&str, &[&str])] = &[
    // Both would have the same name of the user's.
    ("servicediscovery.PrivateDnsNamespace", &[]),
    ("servicediscovery.Service", &[]),
    // The blocks of a VPC's subnets do not overlap.
    ("ec2.Subnet", &["vpc", "cidr"]),
    // A target group belongs to one load balancer (TargetGroupAssociationLimit of CreateListener).
    ("elb.Listener", &["defaultAction.forward"]),
    // An address belongs to one gateway.
    ("ec2.NatGateway", &["elasticIp"]),
];

/// An update that rolls: new tasks or machines take the place of the old ones.
const fn rolls(kind: &'static str, field: &'static str) -> Noticed {
    Noticed { kind, field, outage: Outage::Rolling }
}

/// An update while which it is away.
const fn stops(kind: &'static str, field: &'static str) -> Noticed {
    Noticed { kind, field, outage: Outage::Hard }
}

/// The updates that users notice, as AWS documents them (November 2026); besides those that a kind's `ROLLS` tell.
pub static NOTICED: &[Noticed] = &[
    // "This parameter triggers a new service deployment" (API reference of UpdateService); a strategy is changed together with
    // a forced deployment, since running tasks would stay where they are.
    rolls("ecs.Service", "taskDefinition"),
    rolls("ecs.Service", "network"),
    rolls("ecs.Service", "loadBalancers"),
    rolls("ecs.Service", "serviceRegistries"),
    rolls("ecs.Service", "platformVersion"),
    rolls("ecs.Service", "capacityProviderStrategy"),
    // "Settings for DB instances" of the RDS guide: downtime occurs during the change. Changes of storage, Multi-AZ, security
    // and parameter groups have none; the retention of backups has where it begins or ends at none.
    stops("rds.Instance", "instanceClass"),
    stops("rds.Instance", "engineVersion"),
    stops("rds.Instance", "port"),
    // Who uses the old port or protocol finds nothing there.
    stops("elb.Listener", "port"),
    stops("elb.Listener", "protocol"),
    // It is detached first.
    stops("ec2.InternetGateway", "vpc"),
];
