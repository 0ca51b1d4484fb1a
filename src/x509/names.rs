//! Names in a certificate: hosts of the SubjectAltName, and distinguished names in RFC 4514 notation.

use core::fmt::Write as _;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::extensions::{Extensions, SUBJECT_ALT_NAME};
use super::notation::{UNREADABLE, dotted, hex, named};
use crate::der::{Cursor, Element, Malformed, Problem, list, tag};
use crate::host::Host;
use crate::printable::is_printable;

/// The two kinds of SubjectAltName that name a host; bytes as received.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum AltName<'a> {
    Dns(&'a [u8]),
    Ip(&'a [u8]),
}

impl AltName<'_> {
    /// Whether this name covers `host` (RFC 9525 section 6).
    pub fn covers(&self, host: &Host) -> bool {
        match (self, host) {
            (Self::Dns(pattern), Host::Dns(name)) => covers(pattern, name),
            (Self::Ip(octets), Host::Ip(IpAddr::V4(address))) => address.octets() == *octets,
            (Self::Ip(octets), Host::Ip(IpAddr::V6(address))) => address.octets() == *octets,
            (Self::Dns(_), Host::Ip(_)) | (Self::Ip(_), Host::Dns(_)) => false,
        }
    }

    /// For people: what is not ASCII is escaped.
    pub fn text(&self) -> String {
        match self {
            Self::Dns(name) => name.escape_ascii().to_string(),
            Self::Ip(octets) => match (<[u8; 4]>::try_from(*octets), <[u8; 16]>::try_from(*octets)) {
                (Ok(v4), _) => Ipv4Addr::from(v4).to_string(),
                (_, Ok(v6)) => Ipv6Addr::from(v6).to_string(),
                _ => UNREADABLE.to_owned(),
            },
        }
    }
}

/// A dNSName covers a host that is equal to it; a `*` may stand for the whole left-most label only (RFC 9525 section 6.3),
/// and at least two labels must follow it, as in browsers and in Node.
fn covers(pattern: &[u8], host: &str) -> bool {
    match pattern.strip_prefix(b"*.") {
        None => pattern.eq_ignore_ascii_case(host.as_bytes()),
        Some(parent) => host
            .split_once('.')
            .is_some_and(|(_, host_parent)| host_parent.contains('.') && parent.eq_ignore_ascii_case(host_parent.as_bytes())),
    }
}

/// The DNS names and addresses of a SubjectAltName, without a copy; none at all if any of its names cannot be read.
pub(crate) struct AltNames<'a> {
    rest: Option<Cursor<'a>>,
}

impl<'a> AltNames<'a> {
    pub(super) fn of(extensions: Extensions<'a>) -> Self {
        let names = extensions.only(SUBJECT_ALT_NAME).ok().flatten();
        Self { rest: names.and_then(|extension| general_names(extension.value).ok()) }
    }
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

/// GeneralNames (RFC 5280 section 4.2.1.6), checks tag and length of each; what it says is not read.
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

/// GeneralName (RFC 5280 section 4.2.1.6): `dNSName [2]`.
const DNS_NAME: u8 = 0x82;
/// GeneralName: `iPAddress [7]`.
const IP_ADDRESS: u8 = 0x87;
/// GeneralName: all nine kinds; otherName, x400Address, directoryName and ediPartyName are constructed.
const GENERAL_NAMES: [u8; 9] = [0xa0, 0x81, DNS_NAME, 0xa3, 0xa4, 0xa5, 0x86, IP_ADDRESS, 0x88];

/// RFC 4514: the last RDN first, with the short names of its section 3 and a few that are as frequent.
pub(crate) fn distinguished_name(der: &[u8]) -> String {
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
    let name = named(&ATTRIBUTES, &dotted(kind));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternative_names_cover_by_label() {
        let covered =
            |pattern: &str, host: &str| Host::parse(host).is_ok_and(|host| AltName::Dns(pattern.as_bytes()).covers(&host));
        for (pattern, host) in [
            ("example.com", "EXAMPLE.com."),
            ("Example.COM", "example.com"),
            ("*.example.com", "a.example.com"),
            ("*.EXAMPLE.com", "xn--a.example.com"),
        ] {
            assert!(covered(pattern, host), "{pattern} {host}");
        }
        for (pattern, host) in [
            ("*.example.com", "example.com"),
            ("*.example.com", "a.b.example.com"),
            ("*.com", "example.com"),
            ("*", "localhost"),
            ("*.", "localhost"),
            ("a*.example.com", "ab.example.com"),
            ("*a.example.com", "ba.example.com"),
            ("a.*.com", "a.example.com"),
            ("*.*.com", "a.example.com"),
            ("example.com", "notexample.com"),
            ("*.example.com", "a.notexample.com"),
            ("example.com.", "example.com"),
            ("example.com\0", "example.com"),
            ("127.0.0.1", "127.0.0.1"),
            ("*.0.0.1", "127.0.0.1"),
            ("", "localhost"),
        ] {
            assert!(!covered(pattern, host), "{pattern} {host}");
        }
    }

    #[test]
    fn addresses_are_covered_by_their_octets_alone() {
        let covered = |octets: &[u8], host: &str| Host::parse(host).is_ok_and(|host| AltName::Ip(octets).covers(&host));
        assert!(covered(&[127, 0, 0, 1], "127.0.0.1"));
        assert!(covered(&[127, 0, 0, 1], "::ffff:127.0.0.1"));
        assert!(covered(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "[::1]"));
        assert!(!covered(&[127, 0, 0, 1], "127.0.0.2"));
        assert!(!covered(&[127, 0, 0, 1, 255, 0, 0, 0], "127.0.0.1"));
        assert!(!covered(b"::1", "[::1]"));
        assert!(!covered(b"localhost", "localhost"));
    }
}
