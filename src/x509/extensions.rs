//! The extensions of a certificate (RFC 5280 section 4.2): which there are, and what those say that a path depends on.

use crate::der::{Cursor, Element, Malformed, Problem, list, tag};
use crate::limits;

/// The extensions of a certificate: tags and lengths were checked when it was parsed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extensions<'a>(Cursor<'a>);

impl<'a> Extensions<'a> {
    /// Reads the list, with the tag and length of each extension.
    pub(super) fn parse(tbs: &mut Cursor<'a>) -> Result<Self, Malformed> {
        let Some(wrapper) = tbs.optional(EXTENSIONS)? else {
            return Ok(Self(Cursor::new(&[])));
        };
        let mut wrapped = wrapper.inside();
        let list = wrapped.expect(tag::SEQUENCE)?.inside();
        wrapped.finish()?;
        let mut rest = list;
        while !rest.is_finished() {
            read(&mut rest)?;
        }
        Ok(Self(list))
    }

    /// Whether this key may serve TLS: without an extended key usage, or if that names serverAuth (RFC 5280 section 4.2.1.12).
    pub fn is_for_servers(self) -> bool {
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

    /// Whether this is a CA (RFC 5280 section 4.2.1.9); `None` without the extension.
    pub fn basic_constraints(self) -> Result<Option<BasicConstraints>, Malformed> {
        let Some(extension) = self.find(BASIC_CONSTRAINTS) else {
            return Ok(None);
        };
        let mut fields = list(extension.value)?;
        let ca = fields.optional(tag::BOOLEAN)?.map_or(Ok(false), boolean)?;
        let path_length = fields.optional(tag::INTEGER)?.map(length).transpose()?;
        fields.finish()?;
        Ok(Some(BasicConstraints { ca, path_length }))
    }

    /// Whether this key may sign certificates: without a key usage, or if that has keyCertSign (RFC 5280 section 4.2.1.3).
    pub fn may_sign_certificates(self) -> bool {
        let Some(extension) = self.find(KEY_USAGE) else {
            return true;
        };
        let mut input = Cursor::new(extension.value);
        let usage = input.bit_string();
        matches!(usage, Ok((_, [first, ..])) if first & KEY_CERT_SIGN != 0) && input.is_finished()
    }

    /// Whether there is a critical extension that path validation does not process (RFC 5280 section 4.2).
    pub fn has_unknown_critical(self) -> bool {
        self.into_iter().any(|extension| extension.critical && !KNOWN_EXTENSIONS.contains(&extension.oid))
    }

    /// The extension with this OID, which must not occur twice (RFC 5280 section 4.2): it would be open which one counts.
    pub(super) fn only(self, oid: &[u8]) -> Result<Option<Extension<'a>>, Twice> {
        let mut found = self.into_iter().filter(|extension| extension.oid == oid);
        match (found.next(), found.next()) {
            (first, None) => Ok(first),
            (_, Some(_)) => Err(Twice),
        }
    }

    /// The extension with this OID (content octets).
    pub fn find(self, oid: &[u8]) -> Option<Extension<'a>> {
        self.into_iter().find(|extension| extension.oid == oid)
    }

    /// Whether there are more extensions, or purposes in the extended key usage, than a path may read again and again.
    pub fn has_many_parts(self) -> bool {
        self.into_iter().nth(limits::EXTENSIONS).is_some()
            || self.find(EXTENDED_KEY_USAGE).and_then(|purposes| list(purposes.value).ok()).map_or(0, elements)
                > limits::EXTENSIONS
    }

    /// How many names of any kind the SubjectAltName has, as far as it can be read.
    pub fn alt_name_count(self) -> usize {
        self.find(SUBJECT_ALT_NAME).and_then(|extension| list(extension.value).ok()).map_or(0, elements)
    }

    /// How many subtrees the name constraints permit and exclude, as far as they can be read (RFC 5280 section 4.2.1.10).
    pub fn subtree_count(self) -> usize {
        let Some(Ok(mut lists)) = self.find(NAME_CONSTRAINTS).map(|extension| list(extension.value)) else {
            return 0;
        };
        let mut count = 0;
        while let Ok(subtrees) = lists.any() {
            count += elements(subtrees.inside());
        }
        count
    }
}

impl<'a> IntoIterator for Extensions<'a> {
    type Item = Extension<'a>;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        Iter(self.0)
    }
}

/// One extension after the other.
pub(crate) struct Iter<'a>(Cursor<'a>);

impl<'a> Iterator for Iter<'a> {
    type Item = Extension<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        read(&mut self.0).ok()
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

/// An extension that occurs more than once.
pub(super) struct Twice;

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

/// What webpki or this crate processes on a path.
const KNOWN_EXTENSIONS: [&[u8]; 5] = [KEY_USAGE, SUBJECT_ALT_NAME, BASIC_CONSTRAINTS, NAME_CONSTRAINTS, EXTENDED_KEY_USAGE];
/// keyCertSign, bit 5 of a key usage.
const KEY_CERT_SIGN: u8 = 0x80 >> 5;
/// id-kp-serverAuth, 1.3.6.1.5.5.7.3.1.
const SERVER_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];

/// `[3] EXPLICIT SEQUENCE`.
const EXTENSIONS: u8 = 0xa3;

fn elements(mut list: Cursor<'_>) -> usize {
    let mut count = 0;
    while list.any().is_ok() {
        count += 1;
    }
    count
}

/// Extension (RFC 5280 section 4.1). An explicit `critical FALSE`, which DER forbids, is accepted, as webpki does.
fn read<'a>(list: &mut Cursor<'a>) -> Result<Extension<'a>, Malformed> {
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
