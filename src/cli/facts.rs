//! What the planner is told about AWS's kinds beyond their schemas: what the kinds themselves say, and how long things take.
//!
//! The seconds are round numbers for ordering and for the plan's estimate, from what AWS documents and users report for these
//! resources (2026): NAT gateways take one to three minutes, database instances five to ten, load balancers two to three, a refresh of machines minutes for each round.

use wcalang_aws::{ANCHORED, DELETE_FIRST, NOTICED, OWNERSHIP, SCHEMAS, VERSIONED};
use wcalang_engine::plan::{Expected, Facts};
use wcalang_model::kind::Place;

/// What is known of the kinds, for a stack in this place.
pub fn facts(place: Place) -> Facts {
    Facts {
        schemas: SCHEMAS,
        ownership: OWNERSHIP,
        versioned: VERSIONED,
        anchored: ANCHORED,
        delete_first: DELETE_FIRST,
        noticed: NOTICED,
        expected: EXPECTED,
        place,
    }
}

const fn takes(kind: &'static str, create: u32, update: u32, delete: u32) -> Expected {
    Expected { kind, create, update, delete, roll: 0 }
}

const EXPECTED: &[Expected] = &[
    takes("ec2.NatGateway", 120, 2, 60),
    takes("elb.LoadBalancer", 150, 2, 5),
    takes("rds.Instance", 420, 300, 300),
    takes("ecs.Service", 30, 30, 120),
    // A refresh starts as many machines as there are, and ends each old one when a new one is in service.
    Expected { kind: "autoscaling.Group", create: 20, update: 5, delete: 120, roll: 300 },
    takes("servicediscovery.PrivateDnsNamespace", 40, 5, 30),
    takes("iam.Role", 10, 2, 2),
];
