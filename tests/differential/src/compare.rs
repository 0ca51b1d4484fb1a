//! The answers of all readers to one certificate, held against each other and against what the classes foretell.

use std::collections::BTreeMap;

use openssl::sha::sha256;
use openssl::x509::X509;

use crate::alt_names;
use crate::classes::{CLASSES, Difference, Oddity, class};
use crate::reader::{AltNames, Attribute, Name, Reader, Reading};
use crate::shape::{self, Shape};
use crate::show;

/// What was counted over all cases.
#[derive(Debug, Default)]
pub struct Counts {
    /// Certificates that a reader has read.
    pub read: BTreeMap<Reader, u64>,
    /// Certificates that a reader was given.
    pub given: BTreeMap<Reader, u64>,
    /// By who reads them, of all that were given: `chainpin openssl`.
    pub readers: BTreeMap<String, u64>,
    /// Certificates on which readers disagree, by each oddity that somebody refuses.
    pub classes: BTreeMap<Oddity, u64>,
    /// Values that only one reader gives, or gives otherwise.
    pub differences: BTreeMap<Difference, u64>,
    /// Values that were equal.
    pub equal: BTreeMap<&'static str, u64>,
}

/// Counts what is as it must be.
///
/// # Errors
/// A sentence for what is not.
pub fn compare(der: &[u8], readings: &[(Reader, Option<Reading>)], counts: &mut Counts) -> Result<(), String> {
    let shape = Shape::of(der);
    let mut names = Vec::new();
    // Node's share has been counted with OpenSSL's.
    let is_node = readings.iter().any(|(reader, _)| *reader == Reader::Node);
    for (reader, reading) in readings {
        foretold(&shape, *reader, reading.is_some())?;
        if is_node && *reader != Reader::Node {
            continue;
        }
        *counts.given.entry(*reader).or_default() += 1;
        if reading.is_some() {
            *counts.read.entry(*reader).or_default() += 1;
            names.push(format!("{reader:?}").to_lowercase());
        }
    }
    if !is_node && !names.is_empty() && names.len() < readings.len() {
        for oddity in &shape.oddities {
            if !class(*oddity).refused_by.is_empty() {
                *counts.classes.entry(*oddity).or_default() += 1;
            }
        }
    }
    if !is_node {
        *counts.readers.entry(if names.is_empty() { "none".to_owned() } else { names.join(" ") }).or_default() += 1;
    }
    let ours = readings.iter().find_map(|(reader, reading)| reading.as_ref().filter(|_| *reader == Reader::Chainpin));
    let Some(ours) = ours else { return Ok(()) };
    our_own(der, &shape, ours)?;
    for (reader, theirs) in readings.iter().filter(|(reader, _)| *reader != Reader::Chainpin) {
        if let Some(theirs) = theirs {
            values(der, &shape, ours, theirs, *reader, counts).map_err(|what| format!("{reader:?}: {what}"))?;
        }
    }
    Ok(())
}

/// Does the table say that this reader reads this certificate?
fn foretold(shape: &Shape<'_>, reader: Reader, reads: bool) -> Result<(), String> {
    let library = if reader == Reader::Node { Reader::Openssl } else { reader };
    let refuses = |oddity: &&Oddity| CLASSES.iter().any(|class| class.oddity == **oddity && class.refused_by.contains(&library));
    match (reads, shape.oddities.iter().find(refuses)) {
        (true, None) | (false, Some(_)) => Ok(()),
        (true, Some(oddity)) => Err(format!("{reader:?} reads it in spite of {oddity:?}; oddities {:?}", shape.oddities)),
        (false, None) => Err(format!("{reader:?} refuses it, and no class says why; oddities {:?}", shape.oddities)),
    }
}

/// Pins are of the bytes as they stand, found here by another reader of the template.
fn our_own(der: &[u8], shape: &Shape<'_>, ours: &Reading) -> Result<(), String> {
    let spki = shape.spki.ok_or("chainpin reads what has no key")?;
    same("key", Some(&sha256(spki).to_vec()), ours.key.as_ref())?;
    same("fingerprint", Some(&sha256(der).to_vec()), ours.fingerprint.as_ref())
}

fn values(
    der: &[u8],
    shape: &Shape<'_>,
    ours: &Reading,
    theirs: &Reading,
    reader: Reader,
    counts: &mut Counts,
) -> Result<(), String> {
    let rewrites = shape.oddities.contains(&Oddity::ParametersReencoded);
    match (reader, &theirs.key) {
        (_, None) => {}
        (Reader::Openssl | Reader::Node, _) if rewrites => counts.note(Difference::KeyParameters),
        (Reader::Node, Some(key)) if Some(key) != ours.key.as_ref() => {
            // Node writes the key anew; so does OpenSSL when it is asked to.
            let rewritten = X509::from_der(der).and_then(|it| it.public_key()).and_then(|key| key.public_key_to_der());
            same("rewritten key", Some(key), rewritten.ok().map(|der| sha256(&der).to_vec()).as_ref())?;
            counts.note(Difference::KeyRewritten);
        }
        (_, theirs) => counts.same("key", ours.key.as_ref(), theirs.as_ref())?,
    }
    match (&theirs.fingerprint, rewrites) {
        (Some(_), true) if reader != Reader::Webpki => counts.note(Difference::KeyParameters),
        (Some(theirs), _) => counts.same("fingerprint", ours.fingerprint.as_ref(), Some(theirs))?,
        (None, _) => {}
    }
    if let Some(version) = &theirs.version {
        counts.same("version", ours.version.as_ref(), Some(version))?;
    }
    if let Some(serial) = &theirs.serial {
        counts.same("serial", ours.serial.as_ref(), Some(serial))?;
    }
    if let Some(extensions) = &theirs.extensions {
        counts.same("extensions", ours.extensions.as_ref(), Some(extensions))?;
    }
    dates(shape, ours, theirs, counts)?;
    for (what, ours, theirs, content) in
        [("subject", &ours.subject, &theirs.subject, shape.subject), ("issuer", &ours.issuer, &theirs.issuer, shape.issuer)]
    {
        if let (Some(Name::Text(ours)), Some(theirs), Some(content)) = (ours, theirs, content) {
            name(what, ours, theirs, content, counts)?;
        }
    }
    match (&ours.alt_names, &theirs.alt_names) {
        (Some(AltNames::All(ours)), Some(theirs)) => alternatives(shape, ours, theirs, counts),
        _ => Ok(()),
    }
}

fn dates(shape: &Shape<'_>, ours: &Reading, theirs: &Reading, counts: &mut Counts) -> Result<(), String> {
    let (Some(ours), Some(theirs), Some(dates)) = (&ours.dates, &theirs.dates, &shape.dates) else { return Ok(()) };
    // A summary shows both dates or none.
    let is_shown = dates.iter().all(|(tag, content)| is_date_of_rfc5280(*tag, content));
    for (ours, theirs) in ours.iter().zip(theirs) {
        match (ours, theirs) {
            (Some(_), _) if !is_shown => return Err(format!("chainpin reads a date that RFC 5280 does not know: {dates:?}")),
            (None, Some(_)) if !is_shown => counts.note(Difference::DateForm),
            (None, None) => {}
            _ => counts.same("date", ours.as_ref(), theirs.as_ref())?,
        }
    }
    Ok(())
}

/// `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ` in digits, of a moment that exists (RFC 5280 section 4.1.2.5).
fn is_date_of_rfc5280(tag: u8, content: &[u8]) -> bool {
    let length = if tag == 0x17 { 13 } else { 15 };
    let [digits @ .., b'Z'] = content else { return false };
    if content.len() != length || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let text = std::str::from_utf8(digits).unwrap();
    let (year, rest) = text.split_at(length - 11);
    let year: u32 = year.parse().unwrap();
    let year = if tag == 0x18 { year } else { year + if year < 50 { 2000 } else { 1900 } };
    let field = |at: usize| rest[at..at + 2].parse::<u32>().unwrap();
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = [31, if is_leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let days = (field(0) as usize).checked_sub(1).and_then(|month| days.get(month)).copied().unwrap_or(0);
    (1..=days).contains(&field(2)) && field(4) < 24 && field(6) < 60 && field(8) < 60
}

fn name(what: &'static str, ours: &str, theirs: &Name, content: &[u8], counts: &mut Counts) -> Result<(), String> {
    let sets = shape::read_name(content);
    match theirs {
        Name::Content(theirs) => counts.same(what, Some(&content.to_vec()), Some(theirs)),
        Name::Text(_) => Err("only chainpin tells names so".to_owned()),
        Name::Lines(lines) => {
            // Node's own notation; compared where it has nothing to escape and no more than one value in an RDN.
            let ours: Vec<&str> = ours.split(',').rev().collect();
            let is_plain = |rdn: &&str| {
                let (kind, value) = rdn.split_once('=').unwrap_or_default();
                let plain = |one: char| one.is_ascii_alphanumeric() || " .-*()/:".contains(one);
                ["CN", "C", "O", "OU", "L", "ST"].contains(&kind) && !value.is_empty() && value.chars().all(plain)
            };
            if ours.iter().all(is_plain) {
                counts.same("name in Node", Some(&ours.join("\n")), Some(lines))?;
            }
            Ok(())
        }
        Name::Attributes(theirs) => {
            let sets = sets.ok_or("OpenSSL reads a name that cannot be read")?;
            let flat: Vec<&shape::Attribute<'_>> = sets.iter().flatten().collect();
            same("number of attributes", Some(&flat.len()), Some(&theirs.len()))?;
            if flat.iter().any(|attribute| !attribute.is_der) || !is_der_list(content) {
                counts.note(Difference::NameForm);
                return same(what, Some(&ours), Some(&show::UNREADABLE));
            }
            if flat.iter().any(|attribute| attribute.value.is_constructed() && attribute.value.tag != 0x30) {
                counts.note(Difference::NameForm);
            }
            if flat.iter().any(|attribute| has_eight_bits(attribute)) {
                counts.note(Difference::NameEightBits);
                return Ok(());
            }
            counts.same(what, Some(&ours.to_owned()), Some(&shown(theirs, &sets)))
        }
    }
}

fn is_der_list(content: &[u8]) -> bool {
    crate::ber::Ber::list(content).is_some_and(|list| list.iter().all(|one| one.is_der && one.tag == 0x31))
}

/// Octets above 127 in a type of seven bits.
fn has_eight_bits(attribute: &shape::Attribute<'_>) -> bool {
    matches!(attribute.value.tag, 0x12 | 0x13 | 0x16) && !attribute.value.content.is_ascii()
}

/// OpenSSL's attributes in chainpin's notation. An RDN without any is nothing between two commas.
fn shown(theirs: &[Attribute], sets: &[Vec<shape::Attribute<'_>>]) -> String {
    let mut rest = theirs.iter();
    let rdns = sets.iter().map(|set| {
        let attributes = set.iter().zip(rest.by_ref()).map(|(raw, attribute)| {
            let is_text = matches!(attribute.tag, 0x0c | 0x12 | 0x13 | 0x14 | 0x16 | 0x1e);
            let value = match &attribute.utf8 {
                Some(text) if is_text && !raw.value.is_constructed() => show::escaped(text),
                _ => show::hash_hex(raw.value.whole),
            };
            show::attribute(&attribute.oid, &value)
        });
        attributes.collect::<Vec<_>>().join("+")
    });
    let mut rdns: Vec<String> = rdns.collect();
    rdns.reverse();
    rdns.join(",")
}

fn alternatives(shape: &Shape<'_>, ours: &[String], theirs: &AltNames, counts: &mut Counts) -> Result<(), String> {
    let expected = alt_names::expected(&shape.alt_names);
    same("alternative names as they stand", Some(&expected.shown.as_slice()), Some(&ours))?;
    match theirs {
        AltNames::ValidDns(theirs) => {
            let valid: Vec<&String> = expected.dns.iter().filter(|name| is_dns_name(name)).collect();
            let is_start = valid.len() >= theirs.len() && theirs.iter().zip(&valid).all(|(theirs, ours)| theirs == *ours);
            match (is_start, valid.len() == theirs.len()) {
                (true, true) => *counts.equal.entry("valid DNS names").or_default() += 1,
                (true, false) if expected.is_odd => counts.note(Difference::AltNames),
                _ => {
                    let at = theirs.iter().zip(&valid).take_while(|(theirs, ours)| theirs == *ours).count();
                    return Err(format!("DNS names {:?}, expected {:?}", theirs.get(at), valid.get(at)));
                }
            }
            Ok(())
        }
        _ if expected.is_odd => {
            counts.note(Difference::AltNames);
            Ok(())
        }
        AltNames::Unreadable => Err("it cannot read a SubjectAltName in which nothing is odd".to_owned()),
        AltNames::All(theirs) => counts.same("alternative names", Some(&ours), Some(&theirs.as_slice())),
    }
}

/// What webpki takes for a DNS name, or a wildcard before at least two labels.
fn is_dns_name(name: &str) -> bool {
    let name = name.strip_prefix("*.").map_or(name, |rest| if rest.ends_with('.') || !rest.contains('.') { "" } else { rest });
    rustls_pki_types::DnsName::try_from(name).is_ok()
}

impl Counts {
    /// Certificates that a reader was given, and that it has read.
    pub fn of(&self, reader: Reader) -> (u64, u64) {
        let count = |counts: &BTreeMap<Reader, u64>| counts.get(&reader).copied().unwrap_or_default();
        (count(&self.given), count(&self.read))
    }

    fn note(&mut self, difference: Difference) {
        *self.differences.entry(difference).or_default() += 1;
    }

    fn same<T: std::fmt::Debug + PartialEq>(
        &mut self,
        what: &'static str,
        ours: Option<&T>,
        theirs: Option<&T>,
    ) -> Result<(), String> {
        same(what, ours, theirs)?;
        *self.equal.entry(what).or_default() += 1;
        Ok(())
    }
}

fn same<T: std::fmt::Debug + PartialEq>(what: &str, ours: Option<&T>, theirs: Option<&T>) -> Result<(), String> {
    if ours == theirs { Ok(()) } else { Err(format!("{what}: chainpin {ours:?}, the other {theirs:?}")) }
}
