use openssl::sha::sha256;
use rustls_pki_types::CertificateDer;
use webpki::EndEntityCert;

use super::{AltNames, Name, Reading};

/// Dates it tells to nobody.
pub fn read(der: &[u8]) -> Option<Reading> {
    let der = CertificateDer::from(der);
    let certificate = EndEntityCert::try_from(&der).ok()?;
    Some(Reading {
        key: Some(sha256(&certificate.subject_public_key_info()).to_vec()),
        fingerprint: Some(sha256(&certificate.der()).to_vec()),
        subject: Some(Name::Content(certificate.subject().to_vec())),
        issuer: Some(Name::Content(certificate.issuer().to_vec())),
        alt_names: Some(AltNames::ValidDns(certificate.valid_dns_names().map(str::to_owned).collect())),
        serial: Some(certificate.serial().to_vec()),
        version: Some(3),
        ..Reading::default()
    })
}
