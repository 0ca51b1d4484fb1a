//! What is odd about a certificate: read leniently by the template of RFC 5280 section 4.1, without any of the readers that are compared.

use std::collections::BTreeSet;

use crate::ber::Ber;
use crate::classes::Oddity;

/// A certificate taken apart, and all that is odd in it.
pub struct Shape<'a> {
    pub oddities: BTreeSet<Oddity>,
    pub spki: Option<&'a [u8]>,
    pub subject: Option<&'a [u8]>,
    pub issuer: Option<&'a [u8]>,
    /// notBefore and notAfter: tag and content.
    pub dates: Option<[(u8, Vec<u8>); 2]>,
    /// The values of every SubjectAltName.
    pub alt_names: Vec<Vec<u8>>,
}

/// The frame cannot be read at all.
struct Broken;

impl<'a> Shape<'a> {
    pub fn of(der: &'a [u8]) -> Self {
        let mut shape =
            Self { oddities: BTreeSet::new(), spki: None, subject: None, issuer: None, dates: None, alt_names: Vec::new() };
        if shape.certificate(der).is_err() {
            shape.note(Oddity::Broken);
        }
        shape
    }

    fn note(&mut self, oddity: Oddity) {
        self.oddities.insert(oddity);
    }

    fn certificate(&mut self, der: &'a [u8]) -> Result<(), Broken> {
        let (certificate, after) = Ber::read(der).ok_or(Broken)?;
        if !after.is_empty() {
            self.note(Oddity::BytesAfter);
        }
        let mut fields = self.frame(certificate, 0x30)?;
        let tbs = self.next(&mut fields, 0x30)?;
        let outer = self.next(&mut fields, 0x30)?;
        let signature = self.string(&mut fields, 0x03)?.ok_or(Broken)?;
        finish(fields)?;

        let mut tbs = tbs.content;
        self.version(&mut tbs)?;
        let serial = self.next(&mut tbs, 0x02)?;
        if !is_integer(serial.content) {
            self.note(Oddity::Serial);
        }
        let inner = self.next(&mut tbs, 0x30)?;
        let issuer = self.list(&mut tbs)?;
        let validity = self.next(&mut tbs, 0x30)?;
        let subject = self.list(&mut tbs)?;
        let spki = self.next(&mut tbs, 0x30)?;
        for tag in [0x81, 0x82] {
            if let Some(bits) = self.string(&mut tbs, tag)? {
                self.note(Oddity::UniqueId);
                if !is_bit_string(&bits) {
                    self.note(Oddity::UniqueIdBits);
                }
            }
        }
        self.extensions(&mut tbs)?;
        finish(tbs)?;

        self.signature(&signature)?;
        self.algorithm(inner.content);
        self.algorithm(outer.content);
        if inner.content != outer.content {
            self.note(Oddity::AlgorithmsDiffer);
        }
        for name in [issuer, subject] {
            if read_name(name.content).is_none() {
                self.note(Oddity::Name);
            }
        }
        self.dates = self.validity(validity.content);
        if self.dates.is_none() {
            self.note(Oddity::Validity);
        }
        if self.key(spki.content).is_none() {
            self.note(Oddity::Key);
        }
        (self.issuer, self.subject, self.spki) = (Some(issuer.content), Some(subject.content), Some(spki.whole));
        Ok(())
    }

    /// An element of the frame, and what is inside.
    fn frame(&mut self, element: Ber<'a>, tag: u8) -> Result<&'a [u8], Broken> {
        if element.tag != tag {
            return Err(Broken);
        }
        if !element.is_der {
            self.note(Oddity::FrameForm);
        }
        if element.content.len() >= 0xffff {
            self.note(Oddity::Large);
        }
        Ok(element.content)
    }

    fn next(&mut self, rest: &mut &'a [u8], tag: u8) -> Result<Ber<'a>, Broken> {
        let (element, after) = Ber::read(rest).ok_or(Broken)?;
        self.frame(element, tag)?;
        *rest = after;
        Ok(element)
    }

    /// A SEQUENCE OF, whose identifier may deny that it is constructed.
    fn list(&mut self, rest: &mut &'a [u8]) -> Result<Ber<'a>, Broken> {
        if Ber::peek(rest) != Some(0x10) {
            return self.next(rest, 0x30);
        }
        self.note(Oddity::ListForm);
        self.next(rest, 0x10)
    }

    /// A string of the frame, whole or in pieces; nothing where another element stands there.
    fn string(&mut self, rest: &mut &'a [u8], tag: u8) -> Result<Option<Vec<u8>>, Broken> {
        if !Ber::peek(rest).is_some_and(|found| found == tag || found == tag | 0x20) {
            return Ok(None);
        }
        let (element, after) = Ber::read(rest).ok_or(Broken)?;
        self.frame(element, element.tag)?;
        *rest = after;
        if element.is_constructed() {
            self.note(Oddity::FramePieces);
        }
        element.string().ok_or(Broken).map(Some)
    }

    fn version(&mut self, tbs: &mut &'a [u8]) -> Result<(), Broken> {
        if Ber::peek(tbs) != Some(0xa0) {
            self.note(Oddity::VersionNot3);
            return Ok(());
        }
        let mut wrapped = self.next(tbs, 0xa0)?.content;
        let version = self.next(&mut wrapped, 0x02)?;
        finish(wrapped)?;
        match version.content {
            [2] => {}
            [0 | 1] => self.note(Oddity::VersionNot3),
            other if is_integer(other) => self.note(Oddity::VersionUnknown),
            _ => return Err(Broken),
        }
        Ok(())
    }

    fn signature(&mut self, bits: &[u8]) -> Result<(), Broken> {
        if !is_bit_string(bits) {
            return Err(Broken);
        }
        if bits[0] != 0 {
            self.note(Oddity::SignatureBits);
        }
        if has_bits_in_padding(bits) {
            self.note(Oddity::Padding);
        }
        Ok(())
    }

    /// An AlgorithmIdentifier: an object identifier and at most one element.
    fn algorithm(&mut self, content: &[u8]) {
        let Some(fields) = Ber::list(content) else { return self.note(Oddity::Algorithm) };
        let parameters = match fields.as_slice() {
            [oid] if is_type(oid) => None,
            [oid, parameters] if is_type(oid) => Some(*parameters),
            _ => return self.note(Oddity::Algorithm),
        };
        if fields.iter().any(|field| !field.is_der) {
            self.note(Oddity::InnerForm);
        }
        if let Some(parameters) = parameters {
            if parameters.has_high_tag() {
                self.note(Oddity::HighTag);
            }
            if !is_value(&parameters) {
                self.note(Oddity::Parameters);
            }
            let is_rewritten = match parameters.tag {
                0x01 => !matches!(parameters.content, [0x00 | 0xff]),
                0x03 => has_bits_in_padding(parameters.content),
                // Strings in pieces are put together; tag 0, which is no type, becomes one that is primitive.
                tag => tag & 0xe0 == 0x20 && !matches!(tag, 0x30 | 0x31) && !parameters.has_high_tag(),
            };
            if is_rewritten {
                self.note(Oddity::ParametersReencoded);
            }
        }
    }

    fn validity(&mut self, content: &[u8]) -> Option<[(u8, Vec<u8>); 2]> {
        let fields = Ber::list(content)?;
        let [from, to] = fields.as_slice() else { return None };
        let mut read = |time: &Ber<'_>| {
            if !matches!(time.tag & 0xdf, 0x17 | 0x18) {
                return None;
            }
            if !time.is_der {
                self.note(Oddity::InnerForm);
            }
            if time.is_constructed() {
                self.note(Oddity::InnerPieces);
            }
            Some((time.tag & 0xdf, time.string()?))
        };
        Some([read(from)?, read(to)?])
    }

    fn key(&mut self, content: &[u8]) -> Option<()> {
        let fields = Ber::list(content)?;
        let [algorithm, key] = fields.as_slice() else { return None };
        if algorithm.tag != 0x30 || key.tag & 0xdf != 0x03 {
            return None;
        }
        if !algorithm.is_der || !key.is_der {
            self.note(Oddity::InnerForm);
        }
        if key.is_constructed() {
            self.note(Oddity::InnerPieces);
        }
        self.algorithm(algorithm.content);
        let bits = key.string()?;
        if !is_bit_string(&bits) {
            return None;
        }
        if has_bits_in_padding(&bits) {
            self.note(Oddity::Padding);
        }
        Some(())
    }

    fn extensions(&mut self, tbs: &mut &'a [u8]) -> Result<(), Broken> {
        if Ber::peek(tbs) != Some(0xa3) {
            return Ok(());
        }
        let mut wrapped = self.next(tbs, 0xa3)?.content;
        let mut list = self.list(&mut wrapped)?.content;
        finish(wrapped)?;
        let mut read_by_webpki = Vec::new();
        while !list.is_empty() {
            let mut fields = self.next(&mut list, 0x30)?.content;
            let oid = self.next(&mut fields, 0x06)?;
            if !is_type(&oid) {
                self.note(Oddity::ExtensionType);
            }
            let critical = Ber::peek(fields) == Some(0x01) && {
                let flag = self.next(&mut fields, 0x01)?.content;
                match flag {
                    [0x00] => {}
                    [0xff] => {}
                    [_] => self.note(Oddity::Boolean),
                    _ => return Err(Broken),
                }
                flag != [0x00]
            };
            let value = self.string(&mut fields, 0x04)?.ok_or(Broken)?;
            finish(fields)?;
            self.extension(oid.content, critical, value, &mut read_by_webpki);
        }
        Ok(())
    }

    /// What webpki looks at in an extension when it reads a certificate.
    fn extension(&mut self, oid: &'a [u8], critical: bool, value: Vec<u8>, seen: &mut Vec<&'a [u8]>) {
        let inside = match oid {
            [0x55, 0x1d, 15] => None,
            [0x55, 0x1d, 17 | 19 | 30 | 31 | 37] => Some(0x30),
            SCTS => Some(0x04),
            _ if critical => return self.note(Oddity::CriticalExtension),
            _ => return,
        };
        if seen.contains(&oid) {
            self.note(Oddity::ExtensionTwice);
        }
        seen.push(oid);
        let is_one = |tag| matches!(Ber::list(&value).as_deref(), Some([one]) if one.tag == tag && one.is_der && one.content.len() < 0xffff);
        if inside.is_some_and(|tag| !is_one(tag)) {
            self.note(Oddity::ExtensionValue);
        }
        if oid == [0x55, 0x1d, 17] {
            self.alt_names.push(value);
        }
    }
}

/// 1.3.6.1.4.1.11129.2.4.2.
const SCTS: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04, 0x02];

fn finish(rest: &[u8]) -> Result<(), Broken> {
    if rest.is_empty() { Ok(()) } else { Err(Broken) }
}

/// At least one octet, and none that could be left out (X.690 section 8.3.2).
fn is_integer(content: &[u8]) -> bool {
    !matches!(content, [] | [0x00, 0x00..=0x7f, ..] | [0xff, 0x80..=0xff, ..])
}

/// Whole sub-identifiers without leading zeros (X.690 section 8.19).
pub fn is_object_identifier(content: &[u8]) -> bool {
    let starts = |at: usize| at == 0 || content[at - 1] & 0x80 == 0;
    let is_whole = content.last().is_some_and(|last| last & 0x80 == 0);
    is_whole && content.iter().enumerate().all(|(at, octet)| *octet != 0x80 || !starts(at))
}

fn is_type(element: &Ber<'_>) -> bool {
    element.tag == 0x06 && is_object_identifier(element.content)
}

fn is_bit_string(content: &[u8]) -> bool {
    matches!(content, [0..=7, ..])
}

/// Unused bits that are not zero, or unused bits of nothing.
fn has_bits_in_padding(content: &[u8]) -> bool {
    match content {
        [unused @ 0..=7, octets @ ..] => octets.last().map_or(*unused != 0, |last| last & ((1_u8 << unused) - 1) != 0),
        _ => false,
    }
}

/// Is the content one that its universal type allows?
pub fn is_value(element: &Ber<'_>) -> bool {
    if element.tag & 0xc0 != 0 || element.has_high_tag() {
        return true;
    }
    let content = match (element.tag & 0x1f, element.is_constructed()) {
        (0x10 | 0x11, is_constructed) => return is_constructed,
        (0x01 | 0x02 | 0x05 | 0x06 | 0x0a, true) => return false,
        _ => element.string(),
    };
    let Some(content) = content else { return false };
    match element.tag & 0x1f {
        0x00 => element.whole != [0, 0],
        0x01 => content.len() == 1,
        0x02 | 0x0a => is_integer(&content),
        0x03 => is_bit_string(&content),
        0x05 => content.is_empty(),
        0x06 => is_type(element),
        0x1c => content.len() % 4 == 0,
        0x1e => content.len() % 2 == 0,
        _ => true,
    }
}

/// One attribute of a name.
pub struct Attribute<'a> {
    pub value: Ber<'a>,
    /// Every length in it is DER's.
    pub is_der: bool,
}

/// `SEQUENCE OF SET OF SEQUENCE { type, value }`, the values being strings that hold what their types allow.
pub fn read_name(content: &[u8]) -> Option<Vec<Vec<Attribute<'_>>>> {
    let mut sets = Vec::new();
    for set in Ber::list(content)? {
        let mut attributes = Vec::new();
        for pair in Ber::list(set.content).filter(|_| set.tag | 0x20 == 0x31)? {
            let fields = Ber::list(pair.content).filter(|_| pair.tag == 0x30)?;
            let [oid, value] = fields.as_slice() else { return None };
            if !is_type(oid) || !is_name_value(value) {
                return None;
            }
            let is_der = [&set, &pair, oid, value].iter().all(|element| element.is_der) && set.tag == 0x31;
            attributes.push(Attribute { value: *value, is_der });
        }
        sets.push(attributes);
    }
    Some(sets)
}

/// What OpenSSL reads in the place of a name's value (its ASN1_PRINTABLE), and can turn into UTF-8 where it is text.
fn is_name_value(value: &Ber<'_>) -> bool {
    let allowed = [0x03, 0x07, 0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x12, 0x13, 0x14, 0x16, 0x1c, 0x1d, 0x1e];
    if value.tag & 0xc0 != 0 || value.has_high_tag() || !allowed.contains(&(value.tag & 0x1f)) || !is_value(value) {
        return false;
    }
    if value.tag == 0x30 {
        return true;
    }
    let Some(content) = value.string() else { return false };
    let is_scalar = |one: u32| char::from_u32(one).is_some();
    match value.tag & 0x1f {
        0x0c => std::str::from_utf8(&content).is_ok(),
        0x1c => content.chunks(4).all(|four| is_scalar(four.iter().fold(0, |one, octet| one << 8 | u32::from(*octet)))),
        0x1e => content.chunks(2).all(|two| is_scalar(two.iter().fold(0, |one, octet| one << 8 | u32::from(*octet)))),
        _ => true,
    }
}
