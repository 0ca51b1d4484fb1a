//! A certificate for people: names, dates, key, pins and extensions. Nothing here decides anything; what cannot be read is said so.

use core::fmt::Write as _;

use base64::{Engine, engine::general_purpose::STANDARD};
use der::asn1::UintRef;
use der::{Decode, Reader, SliceReader};
use serde::Serialize;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, KeyUsages};

use crate::cert::{BASIC_CONSTRAINTS, Certificate, EXTENDED_KEY_USAGE, KEY_USAGE, Version, list};
use crate::host::AltName;
use crate::pin::Pin;
use crate::printable::is_printable;
use crate::tlv::{Cursor, Element, Malformed, tag};

/// The essentials of a certificate.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateSummary {
    /// RFC 4514.
    pub subject: String,
    /// RFC 4514.
    pub issuer: String,
    /// DNS names and IP addresses of the SubjectAltName.
    pub subject_alt_names: Vec<String>,
    /// RFC 3339; absent where it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<String>,
    /// RFC 3339; absent where it cannot be read.
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
    /// Hexadecimal, as it stands.
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
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExtensionDetails {
    /// Dotted.
    pub oid: String,
    /// Whoever does not know it must refuse the certificate.
    pub critical: bool,
}

/// Reads what people look at first.
pub fn summarize(certificate: &Certificate<'_>) -> CertificateSummary {
    let validity = certificate.validity().ok();
    CertificateSummary {
        subject: name(certificate.subject()),
        issuer: name(certificate.issuer()),
        subject_alt_names: certificate.alt_names().map(|name| alt_name(&name)).collect(),
        not_before: validity.map(|validity| validity.not_before.to_string()),
        not_after: validity.map(|validity| validity.not_after.to_string()),
        key: key(certificate.spki()),
        pin: certificate.key_pin().to_string(),
        fingerprint: fingerprint(certificate),
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
            .map_or_else(|_| UNREADABLE.to_owned(), |algorithm| named(&ALGORITHMS, &oid(algorithm))),
        basic_constraints: read_extension(certificate, BASIC_CONSTRAINTS, |constraints: BasicConstraints| {
            BasicConstraintsDetails { ca: constraints.ca, path_length: constraints.path_len_constraint }
        }),
        key_usage: read_extension(certificate, KEY_USAGE, |KeyUsage(usages)| usages.into_iter().map(usage_name).collect()),
        extended_key_usage: certificate.extension(EXTENDED_KEY_USAGE).and_then(|extension| purposes(extension.value).ok()),
        extensions: certificate
            .extensions()
            .map(|extension| ExtensionDetails { oid: oid(extension.oid), critical: extension.critical })
            .collect(),
        bytes: u32::try_from(certificate.der().len()).unwrap_or(u32::MAX),
    }
}

/// The name of a certificate's holder in RFC 4514 notation.
pub(crate) fn subject(certificate: &Certificate<'_>) -> String {
    name(certificate.subject())
}

/// PEM (RFC 7468) with lines of 64 characters.
pub(crate) fn pem(certificate: &Certificate<'_>) -> String {
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for (place, character) in STANDARD.encode(certificate.der()).chars().enumerate() {
        if place > 0 && place % 64 == 0 {
            pem.push('\n');
        }
        pem.push(character);
    }
    pem.push_str("\n-----END CERTIFICATE-----\n");
    pem
}

const UNREADABLE: &str = "(unreadable)";

/// RFC 4514: the last RDN first, with the short names of its section 3 and a few that are met as often.
fn name(der: &[u8]) -> String {
    rdns(der).unwrap_or_else(|_| UNREADABLE.to_owned())
}

/// `Name ::= SEQUENCE OF SET OF SEQUENCE { type, value }` (RFC 5280 section 4.1.2.4).
fn rdns(der: &[u8]) -> Result<String, Malformed> {
    let mut rdns = Vec::new();
    let mut sequence = Cursor::new(der).expect(tag::SEQUENCE)?.inside();
    while !sequence.is_finished() {
        let mut set = sequence.expect(tag::SET)?.inside();
        let mut attributes = Vec::new();
        while !set.is_finished() {
            let mut attribute = set.expect(tag::SEQUENCE)?.inside();
            attributes.push(show_attribute(attribute.object_identifier()?, &attribute.any()?));
            attribute.finish()?;
        }
        rdns.push(attributes.join("+"));
    }
    rdns.reverse();
    Ok(rdns.join(","))
}

fn show_attribute(kind: &[u8], value: &Element<'_>) -> String {
    let name = named(&ATTRIBUTES, &oid(kind));
    match text(value) {
        Some(text) => format!("{name}={}", escaped(&text)),
        // RFC 4514 section 2.4: what is no string is shown as its encoding.
        None => format!("{name}=#{}", hex(value.whole)),
    }
}

const ATTRIBUTES: [(&str, &str); 13] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.97", "organizationIdentifier"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
];

/// What a table calls an OID; the OID itself where it has no name for it.
fn named(table: &[(&str, &str)], dotted: &str) -> String {
    let name = table.iter().find_map(|(oid, name)| (*oid == dotted).then_some(*name));
    name.unwrap_or(dotted).to_owned()
}

/// The string types of a DirectoryString (RFC 5280 section 4.1.2.4); TeletexString is read as Latin-1, as everybody does.
fn text(value: &Element<'_>) -> Option<String> {
    match value.tag {
        tag::UTF8_STRING | tag::NUMERIC_STRING | tag::PRINTABLE_STRING | tag::IA5_STRING | tag::VISIBLE_STRING => {
            core::str::from_utf8(value.content).ok().map(str::to_owned)
        }
        tag::TELETEX_STRING => Some(value.content.iter().copied().map(char::from).collect()),
        tag::BMP_STRING => {
            let units = value.content.chunks(2).map(|pair| pair.iter().fold(0, |unit, byte| unit << 8 | u16::from(*byte)));
            char::decode_utf16(units).collect::<Result<_, _>>().ok()
        }
        _ => None,
    }
}

/// RFC 4514 section 2.4, and what is not printable with it, so that a name cannot write its own lines into a log.
fn escaped(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    text.chars().enumerate().fold(String::with_capacity(text.len()), |mut escaped, (place, character)| {
        match character {
            '#' if place == 0 => escaped.push_str("\\#"),
            ' ' if place == 0 || place == last => escaped.push_str("\\ "),
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => escaped.extend(['\\', character]),
            character if !is_printable(character) => {
                let mut utf8 = [0; 4];
                for byte in character.encode_utf8(&mut utf8).bytes() {
                    // Writing to a String cannot fail.
                    let _ = write!(escaped, "\\{byte:02X}");
                }
            }
            character => escaped.push(character),
        }
        escaped
    })
}

fn alt_name(name: &AltName<'_>) -> String {
    match name {
        AltName::Dns(name) => name.escape_ascii().to_string(),
        AltName::Ip(octets) => match (<[u8; 4]>::try_from(*octets), <[u8; 16]>::try_from(*octets)) {
            (Ok(v4), _) => core::net::Ipv4Addr::from(v4).to_string(),
            (_, Ok(v6)) => core::net::Ipv6Addr::from(v6).to_string(),
            _ => UNREADABLE.to_owned(),
        },
    }
}

fn fingerprint(certificate: &Certificate<'_>) -> String {
    match certificate.certificate_pin() {
        Pin::Certificate(digest) | Pin::Key(digest) => hex(&digest),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn key(spki: &[u8]) -> KeySummary {
    read_key(spki).unwrap_or_else(|_| KeySummary { algorithm: UNREADABLE.to_owned(), bits: None })
}

fn read_key(spki: &[u8]) -> Result<KeySummary, Malformed> {
    let mut fields = list(spki)?;
    let mut algorithm = fields.expect(tag::SEQUENCE)?.inside();
    let (_, key) = fields.bit_string()?;
    let kind = named(&ALGORITHMS, &oid(algorithm.object_identifier()?));
    let kind = match (kind.as_str(), algorithm.object_identifier()) {
        ("EC", Ok(curve)) => format!("EC {}", named(&ALGORITHMS, &oid(curve))),
        _ => kind,
    };
    let bits = (kind == "RSA").then(|| rsa_bits(key).ok()).flatten();
    Ok(KeySummary { algorithm: kind, bits })
}

/// ExtKeyUsageSyntax (RFC 5280 section 4.2.1.12).
fn purposes(value: &[u8]) -> Result<Vec<String>, Malformed> {
    let mut input = list(value)?;
    let mut purposes = Vec::new();
    while !input.is_finished() {
        purposes.push(named(&PURPOSES, &oid(input.object_identifier()?)));
    }
    Ok(purposes)
}

/// The length of the modulus of an RSAPublicKey (RFC 8017 appendix A.1.1).
fn rsa_bits(key: &[u8]) -> der::Result<u32> {
    let mut reader = SliceReader::new(key)?;
    reader.sequence(|reader| {
        let modulus = UintRef::decode(reader)?;
        UintRef::decode(reader)?;
        let leading_zeros = modulus.as_bytes().first().map_or(0, |first| first.leading_zeros());
        let bytes: u32 = modulus.len().into();
        Ok::<_, der::Error>(bytes.saturating_mul(8).saturating_sub(leading_zeros))
    })
}

fn read_extension<'a, T: Decode<'a>, R>(certificate: &Certificate<'a>, oid: &[u8], show: impl FnOnce(T) -> R) -> Option<R> {
    certificate.extension(oid).and_then(|extension| T::from_der(extension.value).ok()).map(show)
}

/// An object identifier in dots (X.690 section 8.19). The first number stands for two: 40 times the first arc, and the second.
fn oid(content: &[u8]) -> String {
    let mut dotted = String::new();
    let mut number = 0_u128;
    for octet in content {
        if number.leading_zeros() < 7 {
            return UNREADABLE.to_owned();
        }
        number = number << 7 | u128::from(octet & 0x7f);
        if octet & 0x80 != 0 {
            continue;
        }
        // Writing to a String cannot fail.
        let _ = match dotted.is_empty() {
            true => {
                let first = (number / 40).min(2);
                write!(dotted, "{first}.{}", number - first * 40)
            }
            false => write!(dotted, ".{number}"),
        };
        number = 0;
    }
    dotted
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

/// Algorithms and curves of RFC 3279, 4055, 5480, 5758 and 8410, and the old ones that are still met.
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
