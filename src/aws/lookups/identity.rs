//! `lookup.identity`: where the stack goes.

use wcalang_model::kind::Record;

/// Where the stack goes: the account and region of the run.
#[derive(Debug, Clone, Record)]
pub struct Arguments {}

/// The account and region.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The account's twelve digits.
    pub account: String,
    /// The partition: `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// The region: `us-west-2`.
    pub region: String,
}

#[cfg(feature = "sdk")]
pub(super) mod calls {
    use wcalang_model::kind::{Cx, Outcome};

    use super::*;

    /// Asks nothing: every run has asked STS already.
    pub(in crate::lookups) async fn ask(cx: &Cx, _arguments: &Arguments) -> Outcome<Outputs> {
        let place = cx.place.clone();
        Ok(Outputs { account: place.account, partition: place.partition, region: place.region })
    }
}
