//! What the planner is told about AWS's kinds beyond their schemas: what the kinds themselves say, and how long things take.
//!
//! The seconds are round numbers for ordering and for the plan's estimate, from what AWS documents and users report for these
//! resources (2026): NAT gateways take one to three minutes, database instances five to ten, load balancers two to three.

use wcalang_aws::{DELETE_FIRST, OWNERSHIP, SCHEMAS};
use wcalang_engine::plan::{Expected, Facts, Outage};
use wcalang_model::kind::Place;

/// What is known of the kinds, for a stack in this place.
pub fn facts(place: Place) -> Facts {
    Facts { schemas: SCHEMAS, ownership: OWNERSHIP, delete_first: DELETE_FIRST, expected: EXPECTED, place }
}

const fn takes(kind: &'static str, create: u32, update: u32, delete: u32, outage: Outage) -> Expected {
    Expected { kind, create, update, delete, outage }
}

const EXPECTED: &[Expected] = &[
    takes("ec2.NatGateway", 120, 2, 60, Outage::None),
    takes("elb.LoadBalancer", 150, 2, 5, Outage::None),
    takes("rds.Instance", 420, 300, 300, Outage::Hard),
    takes("ecs.Service", 30, 30, 120, Outage::Rolling),
    takes("autoscaling.Group", 20, 5, 120, Outage::None),
    takes("servicediscovery.PrivateDnsNamespace", 40, 5, 30, Outage::None),
    takes("iam.Role", 10, 2, 2, Outage::None),
];
