use base64::{Engine, engine::general_purpose::STANDARD};
use chainpin::{Certificate, inspect};

use super::{AltNames, Name, Reading};

pub fn read(der: &[u8]) -> Option<Reading> {
    let certificate = Certificate::parse(der).ok()?;
    let details = inspect(&certificate);
    let digest = |pin: &str| STANDARD.decode(pin.split_once('/').unwrap().1).unwrap();
    assert_eq!(details.summary.pin, certificate.key_pin().to_string());
    assert_eq!(details.certificate_pin, certificate.certificate_pin().to_string());
    assert_eq!(unhex(&details.summary.fingerprint), digest(&details.certificate_pin));
    Some(Reading {
        key: Some(digest(&details.summary.pin)),
        fingerprint: Some(digest(&details.certificate_pin)),
        dates: Some([details.summary.not_before, details.summary.not_after]),
        subject: Some(Name::Text(details.summary.subject)),
        issuer: Some(Name::Text(details.summary.issuer)),
        alt_names: Some(AltNames::All(details.summary.subject_alt_names)),
        version: Some(details.version.into()),
        serial: Some(unhex(&details.serial_number)),
        extensions: Some(details.extensions.into_iter().map(|extension| (extension.oid, extension.critical)).collect()),
    })
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
