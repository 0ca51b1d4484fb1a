//! One certificate, borrowed, its bytes as received. This reads what a verdict needs; `inspect` reads the rest.

use core::cell::OnceCell;

use super::extensions::Extensions;
use super::names::{AltNames, distinguished_name};
use crate::crypto::{Digest, sha256};
use crate::der::{Cursor, Malformed, Problem, tag};
use crate::pin::Pin;
use crate::time::Time;

/// An X.509 certificate in strict DER with the shape of RFC 5280 section 4.1.
///
/// For the serial number, names and contents of extensions, only tags and lengths are checked: platforms accept roots with odd ones.
#[derive(Clone, Debug)]
pub struct Certificate<'a> {
    der: &'a [u8],
    version: Version,
    serial: &'a [u8],
    issuer: &'a [u8],
    not_before: &'a [u8],
    not_after: &'a [u8],
    subject: &'a [u8],
    spki: &'a [u8],
    extensions: Extensions<'a>,
    signature_algorithm: &'a [u8],
    inner_algorithm: &'a [u8],
    signed: &'a [u8],
    signature: (u8, &'a [u8]),
    key_digest: OnceCell<Digest>,
    certificate_digest: OnceCell<Digest>,
}

/// The version of a certificate (RFC 5280 section 4.1.2.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Version {
    V1,
    V2,
    V3,
}

impl<'a> Certificate<'a> {
    /// Reads one certificate, which must be the whole of `der`.
    ///
    /// # Errors
    /// [`Malformed`], with the byte offset at which reading stopped.
    pub fn parse(der: &'a [u8]) -> Result<Self, Malformed> {
        let mut input = Cursor::new(der);
        let mut certificate = input.expect(tag::SEQUENCE)?.inside();
        input.finish()?;
        let signed = certificate.expect(tag::SEQUENCE)?;
        let mut tbs = signed.inside();
        let signature_algorithm = algorithm(&mut certificate)?;
        let signature = certificate.bit_string()?;
        certificate.finish()?;

        let version = version(&mut tbs)?;
        let serial = tbs.expect(tag::INTEGER)?.content;
        let inner_algorithm = algorithm(&mut tbs)?;
        let issuer = tbs.expect(tag::SEQUENCE)?.whole;
        let mut validity = tbs.expect(tag::SEQUENCE)?.inside();
        let (not_before, not_after) = (time(&mut validity)?, time(&mut validity)?);
        validity.finish()?;
        let subject = tbs.expect(tag::SEQUENCE)?.whole;
        let spki = spki(&mut tbs)?;
        tbs.optional(ISSUER_UNIQUE_ID)?;
        tbs.optional(SUBJECT_UNIQUE_ID)?;
        let extensions = Extensions::parse(&mut tbs)?;
        tbs.finish()?;
        Ok(Self {
            der,
            version,
            serial,
            issuer,
            not_before,
            not_after,
            subject,
            spki,
            extensions,
            signature_algorithm,
            inner_algorithm,
            signed: signed.whole,
            signature,
            key_digest: OnceCell::new(),
            certificate_digest: OnceCell::new(),
        })
    }

    /// The whole certificate.
    pub fn der(&self) -> &'a [u8] {
        self.der
    }

    /// The SubjectPublicKeyInfo, tag and length included.
    pub fn spki(&self) -> &'a [u8] {
        self.spki
    }

    /// The pin of the key.
    pub fn key_pin(&self) -> Pin {
        Pin::Key(*self.key_digest.get_or_init(|| sha256(self.spki)))
    }

    /// Every pin that names the key.
    pub(crate) fn key_pins(&self) -> impl Iterator<Item = Pin> {
        core::iter::once_with(|| self.key_pin())
    }

    /// The pin of the whole certificate; its digest is what tools call the SHA-256 fingerprint.
    pub fn certificate_pin(&self) -> Pin {
        Pin::Certificate(*self.certificate_digest.get_or_init(|| sha256(self.der)))
    }

    /// Whether this is the key, or the certificate, that `pin` names.
    pub fn matches(&self, pin: &Pin) -> bool {
        match pin {
            Pin::Certificate(_) => self.certificate_pin() == *pin,
            Pin::Key(_) => self.key_pin() == *pin,
        }
    }

    pub(crate) fn version(&self) -> Version {
        self.version
    }

    /// The content octets of the serial number's INTEGER.
    pub(crate) fn serial(&self) -> &'a [u8] {
        self.serial
    }

    pub(crate) fn issuer(&self) -> &'a [u8] {
        self.issuer
    }

    pub(crate) fn subject(&self) -> &'a [u8] {
        self.subject
    }

    /// The subject in RFC 4514 notation.
    pub(crate) fn subject_name(&self) -> String {
        distinguished_name(self.subject)
    }

    /// The outer AlgorithmIdentifier.
    pub(crate) fn signature_algorithm(&self) -> &'a [u8] {
        self.signature_algorithm
    }

    /// The AlgorithmIdentifier inside the signed part; the outer one must be equal (RFC 5280 section 4.1.1.2).
    pub(crate) fn inner_algorithm(&self) -> &'a [u8] {
        self.inner_algorithm
    }

    /// The TBSCertificate, tag and length included.
    pub(crate) fn signed(&self) -> &'a [u8] {
        self.signed
    }

    /// The signature over it; `None` if its bits do not fill whole octets, as every real signature's do.
    pub(crate) fn signature(&self) -> Option<&'a [u8]> {
        match self.signature {
            (0, octets) => Some(octets),
            _ => None,
        }
    }

    /// First and last moment of validity, both inclusive (RFC 5280 section 4.1.2.5).
    pub(crate) fn validity(&self) -> Result<Validity, Malformed> {
        Ok(Validity { not_before: Time::parse_der(self.not_before)?, not_after: Time::parse_der(self.not_after)? })
    }

    pub(crate) fn extensions(&self) -> Extensions<'a> {
        self.extensions
    }

    /// The DNS names and addresses of the SubjectAltName.
    pub(crate) fn alt_names(&self) -> AltNames<'a> {
        AltNames::of(self.extensions)
    }
}

/// When a certificate is valid.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Validity {
    pub not_before: Time,
    pub not_after: Time,
}

impl Validity {
    /// A certificate's last second lasts until the next one begins.
    pub fn is_over(&self, now: Time) -> bool {
        now.as_seconds() > self.not_after.as_seconds()
    }
}

/// `[0] EXPLICIT INTEGER`, context-specific and constructed.
const VERSION: u8 = 0xa0;
/// `[1] IMPLICIT BIT STRING`.
const ISSUER_UNIQUE_ID: u8 = 0x81;
/// `[2] IMPLICIT BIT STRING`.
const SUBJECT_UNIQUE_ID: u8 = 0x82;

/// Accepts an explicit version 1, although it is the default, as OpenSSL does.
fn version(tbs: &mut Cursor<'_>) -> Result<Version, Malformed> {
    let Some(wrapper) = tbs.optional(VERSION)? else {
        return Ok(Version::V1);
    };
    match wrapper.content {
        [tag::INTEGER, 1, 0] => Ok(Version::V1),
        [tag::INTEGER, 1, 1] => Ok(Version::V2),
        [tag::INTEGER, 1, 2] => Ok(Version::V3),
        _ => Err(wrapper.malformed(Problem::Version)),
    }
}

/// AlgorithmIdentifier (RFC 5280 section 4.1.1.2) as received: an OID, and at most one element of parameters.
fn algorithm<'a>(cursor: &mut Cursor<'a>) -> Result<&'a [u8], Malformed> {
    let algorithm = cursor.expect(tag::SEQUENCE)?;
    let mut fields = algorithm.inside();
    fields.object_identifier()?;
    if !fields.is_finished() {
        fields.any()?;
    }
    fields.finish()?;
    Ok(algorithm.whole)
}

/// SubjectPublicKeyInfo as received; the key itself is not decoded, so that every kind of key counts.
fn spki<'a>(tbs: &mut Cursor<'a>) -> Result<&'a [u8], Malformed> {
    let spki = tbs.expect(tag::SEQUENCE)?;
    let mut fields = spki.inside();
    algorithm(&mut fields)?;
    fields.bit_string()?;
    fields.finish()?;
    Ok(spki.whole)
}

/// A Time (RFC 5280 section 4.1.2.5): tag and length are checked here; it is read when a step needs it.
fn time<'a>(validity: &mut Cursor<'a>) -> Result<&'a [u8], Malformed> {
    match validity.optional(tag::GENERALIZED_TIME)? {
        Some(time) => Ok(time.whole),
        None => Ok(validity.expect(tag::UTC_TIME)?.whole),
    }
}
