//! `lookup.zones`: the zones of the region.

use wcalang_model::kind::Record;

/// The availability zones of the region that the account may use, in the order of their names.
#[derive(Debug, Clone, Record)]
pub struct Arguments {}

/// The zones.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Their names: `us-west-2a`.
    pub names: Vec<String>,
}

#[cfg(feature = "sdk")]
pub(super) mod calls {
    use aws_sdk_ec2::types::{AvailabilityZone, AvailabilityZoneOptInStatus, AvailabilityZoneState};
    use wcalang_model::kind::{Cx, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::fault;

    pub(in crate::lookups) async fn ask(cx: &Cx, _arguments: &Arguments) -> Outcome<Outputs> {
        let answer = cx.ec2().describe_availability_zones().send().await;
        let zones = answer.map_err(|error| fault("ec2:DescribeAvailabilityZones", error))?.availability_zones.unwrap_or_default();
        let mut names: Vec<String> = zones.into_iter().filter(usable).filter_map(|zone| zone.zone_name).collect();
        names.sort();
        Ok(Outputs { names })
    }

    /// Not a local zone, nor one of Wavelength.
    fn usable(zone: &AvailabilityZone) -> bool {
        zone.zone_type().is_none_or(|kind| kind == "availability-zone")
            && zone.state() == Some(&AvailabilityZoneState::Available)
            && zone.opt_in_status() != Some(&AvailabilityZoneOptInStatus::NotOptedIn)
    }
}
