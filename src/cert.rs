//! One certificate, borrowed, its bytes as received. Only what a verdict needs is read; `inspect` reads the rest.

use core::cell::OnceCell;

use crate::host::AltName;
use crate::limits;
use crate::pin::{Digest, Pin, sha256};
use crate::time::Time;
use crate::tlv::{Cursor, Element, Malformed, Problem, tag};

/// An X.509 certificate in strict DER with the shape of RFC 5280 section 4.1.
///
/// Serial number, names and the contents of extensions are framed, not judged: platforms accept roots with odd ones.
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
    extensions: Cursor<'a>,
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
    /// Reads one certificate, which takes up the whole of `der`.
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
        let extensions = extensions(&mut tbs)?;
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

    /// The pin of the whole certificate; its digest is what tools call the SHA-256 fingerprint.
    pub fn certificate_pin(&self) -> Pin {
        Pin::Certificate(*self.certificate_digest.get_or_init(|| sha256(self.der)))
    }

    /// Is this the key, or the certificate, that `pin` names?
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

    /// The outer AlgorithmIdentifier.
    pub(crate) fn signature_algorithm(&self) -> &'a [u8] {
        self.signature_algorithm
    }

    /// The AlgorithmIdentifier inside the part that is signed; the outer one must be equal (RFC 5280 section 4.1.1.2).
    pub(crate) fn inner_algorithm(&self) -> &'a [u8] {
        self.inner_algorithm
    }

    /// The TBSCertificate, tag and length included.
    pub(crate) fn signed(&self) -> &'a [u8] {
        self.signed
    }

    /// The signature over it; none where its bits do not fill whole octets, as every signature's do.
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

    /// May this key serve TLS? Yes where no extended key usage stands, or where it names serverAuth (RFC 5280 section 4.2.1.12).
    pub(crate) fn is_for_servers(&self) -> bool {
        let extension = match self.only(EXTENDED_KEY_USAGE) {
            Ok(Some(extension)) => extension,
            Ok(None) => return true,
            Err(Twice) => return false,
        };
        list(extension.value).is_ok_and(|mut purposes| {
            let mut allows = false;
            while !purposes.is_finished() {
                match purposes.object_identifier() {
                    Ok(purpose) => allows |= purpose == SERVER_AUTH,
                    Err(_) => return false,
                }
            }
            allows
        })
    }

    /// Whether this is a CA (RFC 5280 section 4.2.1.9); nothing where the extension is absent.
    pub(crate) fn basic_constraints(&self) -> Result<Option<BasicConstraints>, Malformed> {
        let Some(extension) = self.extension(BASIC_CONSTRAINTS) else {
            return Ok(None);
        };
        let mut fields = list(extension.value)?;
        let ca = fields.optional(tag::BOOLEAN)?.map_or(Ok(false), boolean)?;
        let path_length = fields.optional(tag::INTEGER)?.map(length).transpose()?;
        fields.finish()?;
        Ok(Some(BasicConstraints { ca, path_length }))
    }

    /// May this key sign certificates? Yes where no key usage stands, or where it has keyCertSign (RFC 5280 section 4.2.1.3).
    pub(crate) fn may_sign_certificates(&self) -> bool {
        let Some(extension) = self.extension(KEY_USAGE) else {
            return true;
        };
        let mut input = Cursor::new(extension.value);
        let usage = input.bit_string();
        matches!(usage, Ok((_, [first, ..])) if first & KEY_CERT_SIGN != 0) && input.is_finished()
    }

    /// Whether there is a critical extension that path validation does not deal with (RFC 5280 section 4.2).
    pub(crate) fn has_unknown_critical_extension(&self) -> bool {
        self.extensions().any(|extension| extension.critical && !KNOWN_EXTENSIONS.contains(&extension.oid))
    }

    pub(crate) fn extensions(&self) -> Extensions<'a> {
        Extensions { rest: self.extensions }
    }

    /// The extension with this OID, which must not stand there twice (RFC 5280 section 4.2): nobody could tell which counts.
    fn only(&self, oid: &[u8]) -> Result<Option<Extension<'a>>, Twice> {
        let mut found = self.extensions().filter(|extension| extension.oid == oid);
        match (found.next(), found.next()) {
            (first, None) => Ok(first),
            (_, Some(_)) => Err(Twice),
        }
    }

    /// The content of the extension with this OID (content octets).
    pub(crate) fn extension(&self, oid: &[u8]) -> Option<Extension<'a>> {
        self.extensions().find(|extension| extension.oid == oid)
    }

    /// The DNS names and addresses of the SubjectAltName, one by one, without a copy; none where any of its names cannot be read.
    pub(crate) fn alt_names(&self) -> AltNames<'a> {
        let names = self.only(SUBJECT_ALT_NAME).ok().flatten();
        AltNames { rest: names.and_then(|extension| general_names(extension.value).ok()) }
    }

    /// Whether it has more extensions, or purposes in its extended key usage, than a path may read again and again.
    pub(crate) fn has_many_parts(&self) -> bool {
        self.extensions().nth(limits::EXTENSIONS).is_some()
            || self.extension(EXTENDED_KEY_USAGE).and_then(|purposes| list(purposes.value).ok()).map_or(0, elements)
                > limits::EXTENSIONS
    }

    /// How many names of any kind the SubjectAltName has, as far as it can be read.
    pub(crate) fn alt_name_count(&self) -> usize {
        self.extension(SUBJECT_ALT_NAME).and_then(|extension| list(extension.value).ok()).map_or(0, elements)
    }

    /// How many subtrees the name constraints permit and exclude, as far as they can be read (RFC 5280 section 4.2.1.10).
    pub(crate) fn subtree_count(&self) -> usize {
        let Some(Ok(mut lists)) = self.extension(NAME_CONSTRAINTS).map(|extension| list(extension.value)) else {
            return 0;
        };
        let mut count = 0;
        while let Ok(subtrees) = lists.any() {
            count += elements(subtrees.inside());
        }
        count
    }
}

fn elements(mut list: Cursor<'_>) -> usize {
    let mut count = 0;
    while list.any().is_ok() {
        count += 1;
    }
    count
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

/// BasicConstraints (RFC 5280 section 4.2.1.9).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct BasicConstraints {
    pub ca: bool,
    /// CAs that may follow on a path; no real one allows more than a few.
    pub path_length: Option<usize>,
}

/// One extension (RFC 5280 section 4.2): what the extnValue wraps, undecoded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Extension<'a> {
    pub oid: &'a [u8],
    pub critical: bool,
    pub value: &'a [u8],
}

/// An extension that stands there more than once.
struct Twice;

/// id-ce-subjectAltName, 2.5.29.17.
pub(crate) const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
/// id-ce-keyUsage, 2.5.29.15.
pub(crate) const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
/// id-ce-basicConstraints, 2.5.29.19.
pub(crate) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
/// id-ce-extKeyUsage, 2.5.29.37.
pub(crate) const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
/// id-ce-nameConstraints, 2.5.29.30.
pub(crate) const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x1e];

/// What webpki or this crate deals with on a path.
const KNOWN_EXTENSIONS: [&[u8]; 5] = [KEY_USAGE, SUBJECT_ALT_NAME, BASIC_CONSTRAINTS, NAME_CONSTRAINTS, EXTENDED_KEY_USAGE];
/// keyCertSign, bit 5 of a key usage.
const KEY_CERT_SIGN: u8 = 0x80 >> 5;
/// id-kp-serverAuth, 1.3.6.1.5.5.7.3.1.
const SERVER_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];

/// The extensions of a certificate; their framing was checked when it was parsed.
pub(crate) struct Extensions<'a> {
    rest: Cursor<'a>,
}

impl<'a> Iterator for Extensions<'a> {
    type Item = Extension<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        extension(&mut self.rest).ok()
    }
}

/// Names of a SubjectAltName; their framing was checked before.
pub(crate) struct AltNames<'a> {
    rest: Option<Cursor<'a>>,
}

impl<'a> Iterator for AltNames<'a> {
    type Item = AltName<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let name = self.rest.as_mut()?.any().ok()?;
            match name.tag {
                DNS_NAME => return Some(AltName::Dns(name.content)),
                IP_ADDRESS => return Some(AltName::Ip(name.content)),
                _ => {}
            }
        }
    }
}

/// GeneralNames (RFC 5280 section 4.2.1.6), each framed and of a kind that there is; what it says is not looked at.
fn general_names(der: &[u8]) -> Result<Cursor<'_>, Malformed> {
    let names = list(der)?;
    let mut rest = names;
    while !rest.is_finished() {
        let name = rest.any()?;
        if !GENERAL_NAMES.contains(&name.tag) {
            return Err(name.malformed(Problem::Tag { expected: DNS_NAME, found: name.tag }));
        }
    }
    Ok(names)
}

/// The elements of the SEQUENCE that takes up the whole of `der`.
pub(crate) fn list(der: &[u8]) -> Result<Cursor<'_>, Malformed> {
    let mut input = Cursor::new(der);
    let elements = input.expect(tag::SEQUENCE)?.inside();
    input.finish()?;
    Ok(elements)
}

/// GeneralName (RFC 5280 section 4.2.1.6): `dNSName [2]`.
const DNS_NAME: u8 = 0x82;
/// GeneralName: `iPAddress [7]`.
const IP_ADDRESS: u8 = 0x87;
/// GeneralName: all nine kinds; otherName, x400Address, directoryName and ediPartyName are constructed.
const GENERAL_NAMES: [u8; 9] = [0xa0, 0x81, DNS_NAME, 0xa3, 0xa4, 0xa5, 0x86, IP_ADDRESS, 0x88];

/// `[0] EXPLICIT INTEGER`, context-specific and constructed.
const VERSION: u8 = 0xa0;
/// `[1] IMPLICIT BIT STRING`.
const ISSUER_UNIQUE_ID: u8 = 0x81;
/// `[2] IMPLICIT BIT STRING`.
const SUBJECT_UNIQUE_ID: u8 = 0x82;
/// `[3] EXPLICIT SEQUENCE`.
const EXTENSIONS: u8 = 0xa3;

/// A version 1 that is spelled out although it is the default is let pass, as OpenSSL does.
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

/// AlgorithmIdentifier (RFC 5280 section 4.1.1.2) as it stands: an OID, and at most one element of parameters.
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

/// SubjectPublicKeyInfo as it stands; the key itself is not looked into, so that every kind of key counts.
fn spki<'a>(tbs: &mut Cursor<'a>) -> Result<&'a [u8], Malformed> {
    let spki = tbs.expect(tag::SEQUENCE)?;
    let mut fields = spki.inside();
    algorithm(&mut fields)?;
    fields.bit_string()?;
    fields.finish()?;
    Ok(spki.whole)
}

/// A Time (RFC 5280 section 4.1.2.5): framed here, read when a step asks for it.
fn time<'a>(validity: &mut Cursor<'a>) -> Result<&'a [u8], Malformed> {
    match validity.optional(tag::GENERALIZED_TIME)? {
        Some(time) => Ok(time.whole),
        None => Ok(validity.expect(tag::UTC_TIME)?.whole),
    }
}

/// The list of extensions, after a look at each one's frame.
fn extensions<'a>(tbs: &mut Cursor<'a>) -> Result<Cursor<'a>, Malformed> {
    let Some(wrapper) = tbs.optional(EXTENSIONS)? else {
        return Ok(Cursor::new(&[]));
    };
    let mut wrapped = wrapper.inside();
    let list = wrapped.expect(tag::SEQUENCE)?.inside();
    wrapped.finish()?;
    let mut rest = list;
    while !rest.is_finished() {
        extension(&mut rest)?;
    }
    Ok(list)
}

/// Extension (RFC 5280 section 4.1). An explicit `critical FALSE`, which DER forbids, is let pass, as webpki does.
fn extension<'a>(list: &mut Cursor<'a>) -> Result<Extension<'a>, Malformed> {
    let mut fields = list.expect(tag::SEQUENCE)?.inside();
    let oid = fields.object_identifier()?;
    let critical = fields.optional(tag::BOOLEAN)?.map_or(Ok(false), boolean)?;
    let value = fields.expect(tag::OCTET_STRING)?.content;
    fields.finish()?;
    Ok(Extension { oid, critical, value })
}

/// A small INTEGER that is not negative.
fn length(element: Element<'_>) -> Result<usize, Malformed> {
    match element.content {
        [octet @ 0..=0x7f] => Ok((*octet).into()),
        _ => Err(element.malformed(Problem::Length)),
    }
}

fn boolean(element: Element<'_>) -> Result<bool, Malformed> {
    match element.content {
        [0x00] => Ok(false),
        [0xff] => Ok(true),
        _ => Err(element.malformed(Problem::Boolean)),
    }
}
