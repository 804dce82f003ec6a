//! `lookup.certificate`: an issued certificate, by its domain.

use wcalang_model::kind::{Arn, Record};

/// An issued certificate of ACM in this region, by its domain. Of several the most recently issued one.
#[derive(Debug, Clone, Record)]
pub struct Arguments {
    /// The domain the certificate was made for: its main one, or one of its alternative names.
    pub domain: String,
}

/// The certificate.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its ARN.
    pub arn: Arn,
}

#[cfg(feature = "sdk")]
pub(super) mod calls {
    use aws_sdk_acm::types::{CertificateStatus, CertificateSummary, Filters, KeyAlgorithm};
    use wcalang_model::kind::{Cx, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::fault;
    use crate::lookups::nothing;

    const OPERATION: &str = "acm:ListCertificates";

    pub(in crate::lookups) async fn ask(cx: &Cx, arguments: &Arguments) -> Outcome<Outputs> {
        // Unless asked for the others too, ACM lists only certificates with RSA keys of up to 2048 bits.
        let keys = KeyAlgorithm::values().iter().map(|key| (*key).into()).collect();
        let call = cx.acm().list_certificates().certificate_statuses(CertificateStatus::Issued);
        let call = call.includes(Filters::builder().set_key_types(Some(keys)).build());
        let mut pages = call.into_paginator().items().send();
        let mut best: Option<CertificateSummary> = None;
        while let Some(certificate) = pages.next().await {
            let certificate = certificate.map_err(|error| fault(OPERATION, error))?;
            if rank(&certificate, &arguments.domain) > best.as_ref().and_then(|best| rank(best, &arguments.domain)) {
                best = Some(certificate);
            }
        }
        let arn = best.and_then(|best| best.certificate_arn);
        arn.map(|arn| Outputs { arn: Arn(arn) }).ok_or_else(|| {
            let (domain, region) = (&arguments.domain, &cx.place.region);
            nothing(OPERATION, format!("no certificate for {domain:?} is issued in {region}; request one there and validate it first"))
        })
    }

    /// None where it is not for the domain; else one for it by its main name before one by another, then the later issued.
    fn rank(certificate: &CertificateSummary, domain: &str) -> Option<(bool, i64)> {
        let main = certificate.domain_name() == Some(domain);
        let named = main || certificate.subject_alternative_name_summaries().iter().any(|name| name == domain);
        let issued = certificate.issued_at().or(certificate.imported_at()).or(certificate.created_at());
        named.then(|| (main, issued.map_or(0, |time| time.secs())))
    }
}
