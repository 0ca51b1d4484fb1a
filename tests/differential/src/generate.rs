//! Certificates made from nothing: every kind of key, name, date, version, serial number and extension, good ones and odd ones.
//! Nobody signs them; whoever only reads a certificate does not mind.

use std::sync::LazyLock;

use crate::corpus::pem_blocks;
use crate::der::{Fields, bit_string, extension, sequence, tlv};
use crate::random::Random;
use crate::tree::Node;

pub fn certificate(random: &mut Random) -> Vec<u8> {
    let algorithm = algorithm(random);
    let fields = Fields {
        version: version(random),
        serial: tlv(0x02, &integer(random)),
        inner_algorithm: if random.once_in(20) { self::algorithm(random) } else { algorithm.clone() },
        outer_algorithm: algorithm,
        issuer: name(random),
        validity: sequence(&[&any_time(random), &any_time(random)]),
        subject: name(random),
        spki: spki(random),
        issuer_unique_id: if random.once_in(20) { tlv(0x81, &[&[0], &*random.bytes(8)].concat()) } else { Vec::new() },
        subject_unique_id: if random.once_in(20) { tlv(0x82, &[&[0], &*random.bytes(8)].concat()) } else { Vec::new() },
        extensions: extensions(random),
        signature: bit_string(&random.bytes(72)),
        ..Fields::minimal()
    };
    fields.encode()
}

/// Any element, to put in the place of another.
pub fn element(random: &mut Random) -> Node {
    let der = match random.below(9) {
        0 => tlv(0x05, &[]),
        1 => tlv(0x01, &[*random.pick(&[0x00, 0xff, 0x01])]),
        2 => tlv(0x02, &integer(random)),
        3 => tlv(0x06, &object_identifier(random)),
        4 => any_time(random),
        5 => name(random),
        6 => one_extension(random),
        7 => algorithm(random),
        _ => string(random),
    };
    Node::list(&der).unwrap().remove(0)
}

fn version(random: &mut Random) -> Vec<u8> {
    let explicit = |content: &[u8]| tlv(0xa0, &tlv(0x02, content));
    match random.below(20) {
        0 => Vec::new(),
        1 => explicit(&[0]),
        2 => explicit(&[1]),
        3 => explicit(&integer(random)),
        4 => explicit(&[3]),
        _ => explicit(&[2]),
    }
}

/// The content of an INTEGER: ordinary, negative, padded, zero, none, huge.
pub fn integer(random: &mut Random) -> Vec<u8> {
    match random.below(10) {
        0 => vec![0],
        1 => [vec![0], random.bytes(3)].concat(),
        2 => [vec![0xff], random.bytes(3)].concat(),
        3 => random.bytes(40),
        4 => vec![0x80],
        5 => Vec::new(),
        6 => vec![random.byte() & 0x7f],
        _ => [vec![0x40 | random.byte() & 0x3f], random.bytes(18)].concat(),
    }
}

pub fn object_identifier(random: &mut Random) -> Vec<u8> {
    match random.below(8) {
        0 => random.bytes(6),
        1 => vec![0x80, 0x01],
        2 => vec![0x2a, 0x80, 0x01],
        3 => vec![0x2a, 0x81],
        4 => vec![0x88, 0x37, 0x03],
        5 => [&[0x2a][..], &[0xff; 12], &[0x7f]].concat(),
        _ => random.pick(ATTRIBUTES).to_vec(),
    }
}

fn any_time(random: &mut Random) -> Vec<u8> {
    let tag = if random.once_in(3) { 0x18 } else { 0x17 };
    tlv(tag, &time(tag, random))
}

/// The content of a UTCTime or a GeneralizedTime: dates of any century, at the edges of months and days, that do not exist, or are
/// written otherwise than RFC 5280 wants.
pub fn time(tag: u8, random: &mut Random) -> Vec<u8> {
    let year = *random.pick(&[
        0, 1, 1582, 1600, 1900, 1949, 1950, 1969, 1970, 1999, 2000, 2004, 2023, 2024, 2026, 2037, 2038, 2049, 2050, 2100, 2400,
        9999,
    ]);
    let year = if random.once_in(3) { random.below(10_000) } else { year };
    let month = if random.once_in(15) { random.below(20) } else { 1 + random.below(12) };
    let day = if random.once_in(3) { random.below(34) } else { 1 + random.below(28) };
    let part = |random: &mut Random, end: usize| if random.once_in(15) { random.below(100) } else { random.below(end) };
    let (hour, minute, second) = (part(random, 24), part(random, 60), part(random, 60));
    let year = if tag == 0x17 { format!("{:02}", year % 100) } else { format!("{year:04}") };
    let rest = match random.below(24) {
        0 => format!("{hour:02}{minute:02}Z"),
        1 => format!("{hour:02}{minute:02}{second:02}"),
        2 => format!("{hour:02}{minute:02}{second:02}{}{:02}{:02}", random.pick(&["+", "-"]), random.below(15), random.below(70)),
        3 => format!("{hour:02}{minute:02}{second:02}.{}Z", random.below(1000)),
        4 => format!("{hour:02}{minute:02}{second:02}z"),
        5 => format!("{hour:02}{minute:02} {second:01}Z"),
        _ => format!("{hour:02}{minute:02}{second:02}Z"),
    };
    format!("{year}{month:02}{day:02}{rest}").into_bytes()
}

fn name(random: &mut Random) -> Vec<u8> {
    let sets: Vec<Vec<u8>> = (0..random.below(5))
        .map(|_| {
            let attributes = if random.once_in(6) { random.below(4) } else { 1 };
            let attributes: Vec<Vec<u8>> = (0..attributes)
                .map(|_| {
                    let kind = if random.once_in(12) { object_identifier(random) } else { random.pick(ATTRIBUTES).to_vec() };
                    sequence(&[&tlv(0x06, &kind), &string(random)])
                })
                .collect();
            tlv(0x31, &attributes.concat())
        })
        .collect();
    tlv(0x30, &sets.concat())
}

fn string(random: &mut Random) -> Vec<u8> {
    let tag = *random.pick(&[0x0c, 0x0c, 0x0c, 0x13, 0x13, 0x13, 0x16, 0x14, 0x1e, 0x1c, 0x12, 0x1a, 0x03, 0x30, 0x04, 0x15]);
    tlv(tag, &text(tag, random))
}

/// The content of a string, mostly one that its type allows.
pub fn text(tag: u8, random: &mut Random) -> Vec<u8> {
    let text = *random.pick(TEXTS);
    match tag {
        _ if random.once_in(20) => random.bytes(12),
        0x03 => vec![0, 0x55],
        0x30 => sequence(&[&tlv(0x0c, text.as_bytes())]),
        0x14 => text.chars().map(|one| u32::from(one) as u8).collect(),
        0x1e => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        0x1c => text.chars().flat_map(|one| u32::from(one).to_be_bytes()).collect(),
        0x12 => b"12 345".to_vec(),
        _ => text.as_bytes().to_vec(),
    }
}

const TEXTS: &[&str] = &[
    "api.example.com",
    "*.example.com",
    "Example, Inc.",
    "US",
    "Zürich",
    "\u{65e5}\u{672c}",
    " leading and trailing ",
    "#hash",
    "a+b=c;d<e>f\"g\\h",
    "line\nbreak\tand\u{0}nul",
    "\u{1f512} lock",
    "\u{202e}turned",
    "",
    " ",
    "xn--bcher-kva.example",
    "1.2.3.4",
];

/// Types of attributes in content octets: common ones, and two without a short name.
const ATTRIBUTES: &[&[u8]] = &[
    &[0x55, 0x04, 0x03],
    &[0x55, 0x04, 0x06],
    &[0x55, 0x04, 0x07],
    &[0x55, 0x04, 0x08],
    &[0x55, 0x04, 0x0a],
    &[0x55, 0x04, 0x0b],
    &[0x55, 0x04, 0x05],
    &[0x55, 0x04, 0x61],
    &[0x55, 0x04, 0x0c],
    &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19],
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01],
    &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x3c, 0x02, 0x01, 0x03],
];

/// An AlgorithmIdentifier.
fn algorithm(random: &mut Random) -> Vec<u8> {
    let oid: &[u8] = random.pick::<&[u8]>(&[
        &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b],
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a],
        &[0x2b, 0x65, 0x70],
        &[0x2a, 0x03, 0x04],
    ]);
    let parameters = match random.below(12) {
        0..=4 => Vec::new(),
        5..=8 => tlv(0x05, &[]),
        9 => sequence(&[]),
        10 => tlv(*random.pick(&[0x01, 0x02, 0x03, 0x05, 0x06, 0x1e, 0x0a]), &random.bytes(3)),
        _ => string(random),
    };
    sequence(&[&tlv(0x06, oid), &parameters])
}

/// A key as it stands in certificates, or with other parameters, or of no kind that anybody knows.
fn spki(random: &mut Random) -> Vec<u8> {
    match random.below(8) {
        0 => sequence(&[&algorithm(random), &bit_string(&random.bytes(70))]),
        1 => sequence(&[&algorithm(random), &tlv(0x03, &[vec![random.below(9) as u8], random.bytes(40)].concat())]),
        _ => random.pick(&KEYS).clone(),
    }
}

/// SubjectPublicKeyInfos by OpenSSL (`make-keys.sh`).
static KEYS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| pem_blocks(include_str!("../keys.pem")).collect());

fn extensions(random: &mut Random) -> Vec<u8> {
    if random.once_in(10) {
        return Vec::new();
    }
    let list: Vec<Vec<u8>> = (0..random.below(6)).map(|_| one_extension(random)).collect();
    tlv(0xa3, &tlv(0x30, &list.concat()))
}

fn one_extension(random: &mut Random) -> Vec<u8> {
    let (last, value): (u8, Vec<u8>) = match random.below(9) {
        0..=2 => (17, alt_names(random)),
        3 => (19, sequence(&[&tlv(0x01, &[*random.pick(&[0xff, 0xff, 0x00, 0x01])]), &tlv(0x02, &integer(random))])),
        4 => (19, sequence(random.pick::<&[&[u8]]>(&[&[], &[&[0x01, 0x01, 0xff]]]))),
        5 => (15, tlv(0x03, &[vec![random.below(9) as u8], random.bytes(2)].concat())),
        6 => (
            37,
            sequence(&[&tlv(0x06, &[0x2b, 6, 1, 5, 5, 7, 3, 1 + random.below(9) as u8]), &tlv(0x06, &object_identifier(random))]),
        ),
        7 => (14, tlv(0x04, &random.bytes(20))),
        _ => {
            let (oid, value) = (object_identifier(random), random.bytes(10));
            return extension(&oid, random.once_in(6), &value);
        }
    };
    extension(&[0x55, 0x1d, last], random.once_in(3), &value)
}

/// GeneralNames: of every kind, with what does not belong there now and then.
fn alt_names(random: &mut Random) -> Vec<u8> {
    let names: Vec<Vec<u8>> = (0..random.below(5))
        .map(|_| match random.below(12) {
            0..=4 => tlv(0x82, &text(0x82, random)),
            5 => tlv(0x87, &[10, 0, 0, random.byte()]),
            6 => tlv(0x87, &[&[0x20, 0x01, 0x0d, 0xb8][..], &[0; 11], &[random.byte()]].concat()),
            7 => tlv(0x87, &random.bytes(17)),
            8 => tlv(0x86, b"https://example.com/"),
            9 => tlv(0xa4, &name(random)),
            10 => tlv(0xa0, &[tlv(0x06, &[0x2a, 0x03, 0x04]), tlv(0xa0, &string(random))].concat()),
            _ => tlv(*random.pick(&[0x81, 0x88, 0xa3, 0xa5, 0x89, 0x30, 0xa2]), &random.bytes(6)),
        })
        .collect();
    tlv(0x30, &names.concat())
}
