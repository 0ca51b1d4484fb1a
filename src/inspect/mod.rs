//! A certificate for people: names, dates, key, pins and extensions. Nothing here decides anything; what cannot be read is marked so.

mod issuers;

use der::Decode;
use serde::Serialize;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, KeyUsages};

use crate::crypto::two_integers;
use crate::der::{Malformed, list, tag};
use crate::x509::{
    BASIC_CONSTRAINTS, Certificate, EXTENDED_KEY_USAGE, KEY_USAGE, UNREADABLE, Version, distinguished_name, dotted, hex, named,
};

pub use issuers::{Issuer, IssuerSignature, issuers};

/// The essentials of a certificate.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateSummary {
    /// RFC 4514.
    pub subject: String,
    /// RFC 4514.
    pub issuer: String,
    /// DNS names and IP addresses of the SubjectAltName.
    pub subject_alt_names: Vec<String>,
    /// RFC 3339; absent if it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<String>,
    /// RFC 3339; absent if it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_after: Option<String>,
    /// The key's kind.
    pub key: KeySummary,
    /// `sha256/…` of the key.
    pub pin: String,
    /// SHA-256 of the certificate in hexadecimal.
    pub fingerprint: String,
}

/// The kind of a key.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeySummary {
    /// `RSA`, `EC P-256`, `Ed25519`, …, or an OID.
    pub algorithm: String,
    /// Length of an RSA modulus.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bits: Option<u32>,
}

/// All that is shown of a certificate.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateDetails {
    /// The essentials.
    #[serde(flatten)]
    pub summary: CertificateSummary,
    /// `cert-sha256/…` of the certificate.
    pub certificate_pin: String,
    /// 1, 2 or 3.
    pub version: u8,
    /// Hexadecimal, as received.
    pub serial_number: String,
    /// A name, or an OID.
    pub signature_algorithm: String,
    /// Whether it is a CA, and how many CAs may follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basic_constraints: Option<BasicConstraintsDetails>,
    /// Names of RFC 5280 section 4.2.1.3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_usage: Option<Vec<&'static str>>,
    /// Names, or OIDs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_key_usage: Option<Vec<String>>,
    /// Every extension, in order.
    pub extensions: Vec<ExtensionDetails>,
    /// Bytes of DER.
    pub bytes: u32,
}

/// BasicConstraints (RFC 5280 section 4.2.1.9).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BasicConstraintsDetails {
    /// The key may sign certificates.
    pub ca: bool,
    /// CAs that may follow on a path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_length: Option<u8>,
}

/// One extension.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExtensionDetails {
    /// Dotted.
    pub oid: String,
    /// Software that does not know it must reject the certificate.
    pub critical: bool,
}

/// Reads what people look at first.
pub fn summarize(certificate: &Certificate<'_>) -> CertificateSummary {
    let validity = certificate.validity().ok();
    CertificateSummary {
        subject: distinguished_name(certificate.subject()),
        issuer: distinguished_name(certificate.issuer()),
        subject_alt_names: certificate.alt_names().map(|name| name.text()).collect(),
        not_before: validity.map(|validity| validity.not_before.to_string()),
        not_after: validity.map(|validity| validity.not_after.to_string()),
        key: key(certificate.spki()),
        pin: certificate.key_pin().to_string(),
        fingerprint: hex(certificate.certificate_pin().digest()),
    }
}

/// Reads everything that is shown.
pub fn inspect(certificate: &Certificate<'_>) -> CertificateDetails {
    CertificateDetails {
        summary: summarize(certificate),
        certificate_pin: certificate.certificate_pin().to_string(),
        version: match certificate.version() {
            Version::V1 => 1,
            Version::V2 => 2,
            Version::V3 => 3,
        },
        serial_number: hex(certificate.serial()),
        signature_algorithm: list(certificate.signature_algorithm())
            .and_then(|mut algorithm| algorithm.object_identifier())
            .map_or_else(|_| UNREADABLE.to_owned(), |algorithm| named(&ALGORITHMS, &dotted(algorithm))),
        basic_constraints: read_extension(certificate, BASIC_CONSTRAINTS, |constraints: BasicConstraints| {
            BasicConstraintsDetails { ca: constraints.ca, path_length: constraints.path_len_constraint }
        }),
        key_usage: read_extension(certificate, KEY_USAGE, |KeyUsage(usages)| usages.into_iter().map(usage_name).collect()),
        extended_key_usage: certificate
            .extensions()
            .find(EXTENDED_KEY_USAGE)
            .and_then(|extension| purposes(extension.value).ok()),
        extensions: certificate
            .extensions()
            .into_iter()
            .map(|extension| ExtensionDetails { oid: dotted(extension.oid), critical: extension.critical })
            .collect(),
        bytes: u32::try_from(certificate.der().len()).unwrap_or(u32::MAX),
    }
}

fn key(spki: &[u8]) -> KeySummary {
    read_key(spki).unwrap_or_else(|_| KeySummary { algorithm: UNREADABLE.to_owned(), bits: None })
}

fn read_key(spki: &[u8]) -> Result<KeySummary, Malformed> {
    let mut fields = list(spki)?;
    let mut algorithm = fields.expect(tag::SEQUENCE)?.inside();
    let (_, key) = fields.bit_string()?;
    let kind = named(&ALGORITHMS, &dotted(algorithm.object_identifier()?));
    let kind = match (kind.as_str(), algorithm.object_identifier()) {
        ("EC", Ok(curve)) => format!("EC {}", named(&ALGORITHMS, &dotted(curve))),
        _ => kind,
    };
    let bits = (kind == "RSA").then(|| rsa_bits(key)).flatten();
    Ok(KeySummary { algorithm: kind, bits })
}

/// ExtKeyUsageSyntax (RFC 5280 section 4.2.1.12).
fn purposes(value: &[u8]) -> Result<Vec<String>, Malformed> {
    let mut input = list(value)?;
    let mut purposes = Vec::new();
    while !input.is_finished() {
        purposes.push(named(&PURPOSES, &dotted(input.object_identifier()?)));
    }
    Ok(purposes)
}

/// The length of the modulus of an RSAPublicKey (RFC 8017 appendix A.1.1).
fn rsa_bits(key: &[u8]) -> Option<u32> {
    let (modulus, _) = two_integers(key)?;
    let bits = u32::try_from(modulus.len()).ok()?.checked_mul(8)?;
    bits.checked_sub(modulus.first()?.leading_zeros())
}

fn read_extension<'a, T: Decode<'a>, R>(certificate: &Certificate<'a>, oid: &[u8], show: impl FnOnce(T) -> R) -> Option<R> {
    certificate.extensions().find(oid).and_then(|extension| T::from_der(extension.value).ok()).map(show)
}

fn usage_name(usage: KeyUsages) -> &'static str {
    match usage {
        KeyUsages::DigitalSignature => "digitalSignature",
        KeyUsages::NonRepudiation => "nonRepudiation",
        KeyUsages::KeyEncipherment => "keyEncipherment",
        KeyUsages::DataEncipherment => "dataEncipherment",
        KeyUsages::KeyAgreement => "keyAgreement",
        KeyUsages::KeyCertSign => "keyCertSign",
        KeyUsages::CRLSign => "cRLSign",
        KeyUsages::EncipherOnly => "encipherOnly",
        KeyUsages::DecipherOnly => "decipherOnly",
    }
}

/// Purposes of RFC 5280 section 4.2.1.12.
const PURPOSES: [(&str, &str); 7] = [
    ("1.3.6.1.5.5.7.3.1", "serverAuth"),
    ("1.3.6.1.5.5.7.3.2", "clientAuth"),
    ("1.3.6.1.5.5.7.3.3", "codeSigning"),
    ("1.3.6.1.5.5.7.3.4", "emailProtection"),
    ("1.3.6.1.5.5.7.3.8", "timeStamping"),
    ("1.3.6.1.5.5.7.3.9", "OCSPSigning"),
    ("2.5.29.37.0", "anyExtendedKeyUsage"),
];

/// Algorithms and curves of RFC 3279, 4055, 5480, 5758 and 8410, and the old ones that still occur.
const ALGORITHMS: [(&str, &str); 19] = [
    ("1.2.840.113549.1.1.1", "RSA"),
    ("1.2.840.113549.1.1.4", "RSA with MD5"),
    ("1.2.840.113549.1.1.5", "RSA with SHA-1"),
    ("1.2.840.113549.1.1.10", "RSA-PSS"),
    ("1.2.840.113549.1.1.11", "RSA with SHA-256"),
    ("1.2.840.113549.1.1.12", "RSA with SHA-384"),
    ("1.2.840.113549.1.1.13", "RSA with SHA-512"),
    ("1.2.840.10045.2.1", "EC"),
    ("1.2.840.10045.3.1.1", "P-192"),
    ("1.2.840.10045.3.1.7", "P-256"),
    ("1.3.132.0.34", "P-384"),
    ("1.3.132.0.35", "P-521"),
    ("1.2.840.10045.4.1", "ECDSA with SHA-1"),
    ("1.2.840.10045.4.3.2", "ECDSA with SHA-256"),
    ("1.2.840.10045.4.3.3", "ECDSA with SHA-384"),
    ("1.2.840.10045.4.3.4", "ECDSA with SHA-512"),
    ("1.2.840.10040.4.1", "DSA"),
    ("1.3.101.112", "Ed25519"),
    ("1.3.101.113", "Ed448"),
];
