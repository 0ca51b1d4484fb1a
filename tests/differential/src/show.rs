//! What a reader found, in the notation in which chainpin shows it (docs of `CertificateSummary`); written apart from chainpin's.

use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

pub const UNREADABLE: &str = "(unreadable)";

pub fn dns(octets: &[u8]) -> String {
    octets.escape_ascii().to_string()
}

pub fn address(octets: &[u8]) -> String {
    match *octets {
        [a, b, c, d] => Ipv4Addr::new(a, b, c, d).to_string(),
        _ => <[u8; 16]>::try_from(octets).map_or(UNREADABLE.to_owned(), |octets| Ipv6Addr::from(octets).to_string()),
    }
}

/// An object identifier (X.690 section 8.19); one with a number of more than 128 bits is not shown.
pub fn dotted(octets: &[u8]) -> String {
    let mut arcs: Vec<u128> = Vec::new();
    let mut arc = 0_u128;
    for octet in octets {
        let Some(shifted) = arc.checked_mul(128) else { return UNREADABLE.to_owned() };
        arc = shifted + u128::from(octet & 0x7f);
        if octet & 0x80 == 0 {
            arcs.push(arc);
            arc = 0;
        }
    }
    let first = arcs.first().map_or(0, |first| (first / 40).min(2));
    arcs[0] -= first * 40;
    arcs.iter().fold(first.to_string(), |mut text, arc| {
        write!(text, ".{arc}").unwrap();
        text
    })
}

/// One attribute of a name in RFC 4514 notation.
pub fn attribute(oid: &[u8], value: &str) -> String {
    let dotted = dotted(oid);
    let short = SHORT.iter().find(|(oid, _)| *oid == dotted).map_or(dotted.as_str(), |(_, short)| short);
    format!("{short}={value}")
}

pub fn hash_hex(octets: &[u8]) -> String {
    octets.iter().fold("#".to_owned(), |mut text, octet| {
        write!(text, "{octet:02x}").unwrap();
        text
    })
}

/// RFC 4514 section 2.4; characters that cannot be printed, or turn the writing, as their UTF-8 octets.
pub fn escaped(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::new();
    for (at, one) in characters.iter().enumerate() {
        let is_end = at == 0 || at + 1 == characters.len();
        let code = u32::from(*one);
        let turns = matches!(code, 0x200e | 0x200f | 0x2028..=0x202e | 0x2066..=0x2069);
        if code < 0x20 || (0x7f..0xa0).contains(&code) || turns {
            for octet in one.to_string().bytes() {
                write!(out, "\\{octet:02X}").unwrap();
            }
        } else {
            if "\"+,;<>\\".contains(*one) || (*one == ' ' && is_end) || (*one == '#' && at == 0) {
                out.push('\\');
            }
            out.push(*one);
        }
    }
    out
}

const SHORT: &[(&str, &str)] = &[
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
