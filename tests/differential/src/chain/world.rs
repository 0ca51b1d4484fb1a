//! Small PKIs made at random, with one or two things wrong in most of them.

use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::STANDARD};
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sha::sha256;
use openssl::sign::Signer;

use crate::der::{Fields, bit_string, extension, sequence, tlv};
use crate::random::Random;
use crate::shape::Shape;

pub const HOST: &str = "api.example.com";

/// One chain, and what is asked of it.
pub struct Case {
    /// As presented, leaf first.
    pub chain: Vec<Vec<u8>>,
    pub anchors: Vec<Vec<u8>>,
    /// Seconds since 1970.
    pub now: i64,
    /// Of one certificate of this PKI, its key's or its own.
    pub pin: String,
    pub pinned: Vec<u8>,
    /// How everything was made, for a report.
    pub story: String,
}

pub fn key_pin(der: &[u8]) -> String {
    Shape::of(der).spki.map_or(String::new(), |spki| format!("sha256/{}", STANDARD.encode(sha256(spki))))
}

pub fn certificate_pin(der: &[u8]) -> String {
    format!("cert-sha256/{}", STANDARD.encode(sha256(der)))
}

/// The last second of a certificate that was made here.
pub fn not_after(der: &[u8]) -> Option<i64> {
    let [_, (_, content)] = Shape::of(der).dates?;
    let text = std::str::from_utf8(&content).ok()?;
    let part = |at: usize| text.get(at..at + 2);
    let date = format!("20{}-{}-{}T{}:{}:{}Z", part(0)?, part(2)?, part(4)?, part(6)?, part(8)?, part(10)?);
    chainpin::Time::parse_rfc3339(&date).map(chainpin::Time::as_seconds)
}

/// The first octet of the bits of a key usage, where there is one.
pub fn key_usage(der: &[u8]) -> Option<u8> {
    let at = der.windows(5).position(|octets| octets == [0x06, 0x03, 0x55, 0x1d, 0x0f])?;
    // Made here: critical, and an octet of bits or none.
    let value = der.get(at + 8..)?;
    Some(if value.get(3) == Some(&1) { 0 } else { *value.get(5)? })
}

/// digitalSignature, keyEncipherment, keyAgreement.
pub const FOR_TLS: u8 = 0x80 | 0x20 | 0x08;

/// What a certificate will be.
#[derive(Clone, Debug)]
struct Plan {
    subject: String,
    issuer: String,
    /// Numbers of keys.
    key: usize,
    signer: usize,
    /// Days from the first of January 2026.
    valid: (i64, i64),
    version: u8,
    /// cA and path length.
    basic_constraints: Option<(bool, Option<u8>)>,
    /// The first octet of the bits.
    key_usage: Option<u8>,
    /// Last arcs of id-kp; 0 for anyExtendedKeyUsage.
    purposes: Vec<u8>,
    /// DNS subtrees.
    permitted: Vec<&'static str>,
    excluded: Vec<&'static str>,
    names: Vec<&'static str>,
    /// After the names in the SubjectAltName.
    names_end: Vec<u8>,
    identifiers: bool,
    more: Vec<Vec<u8>>,
    harm: Harm,
}

/// What is done to a certificate after it was made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Harm {
    None,
    Signature,
    ToBeSigned,
    OtherHash,
    OuterAlgorithm,
}

const KEY_CERT_SIGN: u8 = 0x04;
const DIGITAL_SIGNATURE: u8 = 0x80;
/// 2026-06-01T00:00:00Z.
const NOW: i64 = 1_780_272_000;
const START_OF_2026: i64 = 1_767_225_600;
const DAY: i64 = 86_400;

pub fn case(random: &mut Random) -> Case {
    let mut plans = honest(random);
    let mut story = Vec::new();
    for _ in 0..random.below(4) {
        let at = random.below(plans.len());
        let what = spoil(&mut plans, at, random);
        story.push(format!("{at}: {what}"));
    }
    let made: Vec<Vec<u8>> = plans.iter().map(|plan| make(plan, random)).collect();
    // The last is the leaf. Servers send it first, then mostly what leads up from it.
    let (leaf, others) = made.split_last().unwrap();
    let mut chain = vec![leaf.clone()];
    chain.extend(others.iter().rev().filter(|_| !random.once_in(8)).cloned());
    for _ in 0..random.below(2) {
        chain.push(random.pick(&made).clone());
    }
    if random.once_in(3) {
        for at in 1..chain.len() {
            let other = 1 + random.below(chain.len() - 1);
            chain.swap(at, other);
        }
    }
    chain.truncate(16);
    let mut anchors: Vec<Vec<u8>> = plans
        .iter()
        .zip(&made)
        .filter(|(plan, _)| if plan.subject == plan.issuer { !random.once_in(5) } else { random.once_in(12) })
        .map(|(_, der)| der.clone())
        .collect();
    if anchors.is_empty() {
        anchors.push(random.pick(&made).clone());
    }
    let now = match random.below(12) {
        0 => NOW + DAY * (random.below(800) as i64 - 400),
        // The last second of a leaf's usual validity, and the seconds around it.
        1 => START_OF_2026 + 365 * DAY + random.below(3) as i64 - 1,
        2 => START_OF_2026 + random.below(3) as i64 - 1,
        _ => NOW,
    };
    let pinned = random.pick(if others.is_empty() { &made } else { others }).clone();
    let pin = if random.once_in(3) { certificate_pin(&pinned) } else { key_pin(&pinned) };
    Case { chain, anchors, now, pin, pinned, story: format!("{story:?} of {plans:#?}") }
}

/// One or two roots, intermediates in a line, now and then a second certificate of one of them, and at the end the leaf.
fn honest(random: &mut Random) -> Vec<Plan> {
    let identifiers = random.once_in(2);
    let mut plans = Vec::new();
    let mut keys = 0..;
    let mut ca = |name: String, issuer: Option<&Plan>| {
        let key = keys.next().unwrap();
        Plan {
            issuer: issuer.map_or(name.clone(), |issuer| issuer.subject.clone()),
            signer: issuer.map_or(key, |issuer| issuer.key),
            subject: name,
            key,
            valid: (-400, 1200),
            version: 2,
            basic_constraints: Some((true, None)),
            key_usage: Some(KEY_CERT_SIGN | 0x02),
            purposes: Vec::new(),
            permitted: Vec::new(),
            excluded: Vec::new(),
            names: Vec::new(),
            names_end: Vec::new(),
            identifiers,
            more: Vec::new(),
            harm: Harm::None,
        }
    };
    for number in 0..=random.below(2) {
        plans.push(ca(format!("Root {number}"), None));
    }
    let mut last = plans[0].clone();
    for number in 0..*random.pick(&[0, 1, 1, 1, 2, 2, 3, 5, 6, 7]) {
        let next = ca(format!("CA {number}"), Some(&last));
        plans.push(next.clone());
        last = next;
    }
    if random.once_in(3) {
        // A cross-sign, or a renewal by the same issuer.
        let other = random.pick(&plans).clone();
        let twin = random.pick(&plans).clone();
        plans.push(Plan { issuer: other.subject, signer: other.key, ..twin });
    }
    if random.once_in(6) {
        // A namesake with a key of its own.
        let twin = random.pick(&plans).clone();
        let key = KEYS.len() - 1 - random.below(3);
        plans.push(Plan { key, signer: if twin.subject == twin.issuer { key } else { twin.signer }, ..twin });
    }
    let leaf = ca("leaf".to_owned(), Some(&last));
    plans.push(Plan {
        valid: (0, 365),
        basic_constraints: random.once_in(2).then_some((false, None)),
        key_usage: Some(DIGITAL_SIGNATURE),
        purposes: vec![1],
        names: vec![if random.once_in(6) { "*.example.com" } else { HOST }],
        ..leaf
    });
    plans
}

/// One thing that may be wrong with a certificate.
fn spoil(plans: &mut [Plan], at: usize, random: &mut Random) -> &'static str {
    let count = plans.len();
    let other = plans[random.below(count)].clone();
    let plan = &mut plans[at];
    match random.below(34) {
        0 => (plan.issuer = other.subject, "issuer's name of another").1,
        1 => (plan.signer = other.key, "signed by another").1,
        2 => (plan.basic_constraints = None, "no basic constraints").1,
        3 => (plan.basic_constraints = Some((false, None)), "no CA").1,
        4 => (plan.basic_constraints = Some((true, Some(random.below(3) as u8))), "a path length").1,
        5 => (plan.basic_constraints = Some((false, Some(1))), "a path length, and no CA").1,
        6 => (plan.key_usage = Some(0x02), "may not sign").1,
        7 => (plan.key_usage = None, "no key usage").1,
        8 => (plan.key_usage = Some(random.byte()), "any key usage").1,
        9 => (plan.purposes = vec![2], "for clients").1,
        10 => (plan.purposes = vec![0], "for any purpose").1,
        11 => (plan.purposes = vec![2, 1], "for both").1,
        12 => {
            (
                plan.permitted = vec![*random.pick(&["example.com", "api.example.com", ".example.com", "other.example", "com"])],
                "permits",
            )
                .1
        }
        13 => {
            (plan.excluded = vec![*random.pick(&["example.com", "api.example.com", ".example.com", "other.example"])], "excludes")
                .1
        }
        14 => (plan.valid = (-800, -300), "expired").1,
        15 => (plan.valid = (500, 900), "not yet valid").1,
        16 => (plan.version = *random.pick(&[0, 1]), "an old version").1,
        17 => (plan.more.push(extension(&[0x2a, 0x03, 0x04], true, &[0x05, 0x00])), "an unknown critical extension").1,
        18 => (plan.more.push(extension(&[0x2a, 0x03, 0x04], false, &[0x05, 0x00])), "an unknown extension").1,
        19 => (plan.more.extend(usage(plan.key_usage)), "an extension twice").1,
        20 => (plan.harm = Harm::Signature, "a signature with a wrong bit").1,
        21 => (plan.harm = Harm::ToBeSigned, "changed after it was signed").1,
        22 => (plan.harm = Harm::OtherHash, "signed with another hash").1,
        23 => (plan.harm = Harm::OuterAlgorithm, "two algorithms").1,
        24 => (plan.key = other.key, "the key of another").1,
        25 => (plan.subject = other.subject, "the name of another").1,
        26 => {
            (
                plan.names_end = random.pick(&[vec![0x82], vec![0x82, 0x81, 0x01, 0x61], vec![0x05, 0x00]]).clone(),
                "a SAN with junk at its end",
            )
                .1
        }
        27 => (plan.odd(35, &[0x05, 0x00]), "an authority key identifier that is none").1,
        28 => (plan.odd(14, &[0x05, 0x00]), "a subject key identifier that is none").1,
        29 => (plan.odd(19, &sequence(&[&[0x01, 0x01, 0xff], &[0x02, 0x01, 0xff]])), "a negative path length").1,
        30 => (plan.odd(37, &[0x30, 0x00]), "no purpose at all").1,
        31 => (plan.odd(32, &[0x05, 0x00]), "policies that are none").1,
        32 => (plan.odd(31, &[0x30, 0x02, 0x05, 0x00]), "distribution points that are none").1,
        _ => {
            (
                plan.names = vec![*random.pick(&[
                    "other.example",
                    "*.com",
                    "example.com",
                    "api.example.com.",
                    "*.api.example.com",
                    "API.EXAMPLE.COM",
                ])],
                "other names",
            )
                .1
        }
    }
}

impl Plan {
    /// An extension of this kind with anything inside, in the place of a good one.
    fn odd(&mut self, last: u8, value: &[u8]) {
        match last {
            14 | 35 => self.identifiers = false,
            19 => self.basic_constraints = None,
            37 => self.purposes.clear(),
            _ => {}
        }
        self.more.push(extension(&[0x55, 0x1d, last], last == 19, value));
    }
}

fn make(plan: &Plan, random: &mut Random) -> Vec<u8> {
    let (key, signer) = (&KEYS[plan.key], &KEYS[plan.signer]);
    let hash = if plan.harm == Harm::OtherHash { *random.pick(&[Hash::Sha1, Hash::Sha384, Hash::Sha512]) } else { signer.hash };
    let algorithm = signer.algorithm(hash);
    let mut fields = Fields {
        version: if plan.version == 0 { Vec::new() } else { tlv(0xa0, &[2, 1, plan.version]) },
        serial: tlv(0x02, &[0x40, random.byte(), random.byte(), random.byte()]),
        inner_algorithm: algorithm.clone(),
        issuer: name(&plan.issuer),
        validity: sequence(&[&time(plan.valid.0), &time(plan.valid.1)]),
        subject: name(&plan.subject),
        spki: key.spki.clone(),
        extensions: tlv(0xa3, &tlv(0x30, &extensions(plan).concat())),
        outer_algorithm: algorithm,
        ..Fields::minimal()
    };
    let mut signature = signer.sign(hash, &fields.tbs());
    match plan.harm {
        Harm::Signature => {
            let at = random.below(signature.len());
            signature[at] ^= 1 << random.below(8);
        }
        Harm::ToBeSigned => fields.serial = tlv(0x02, &[0x41, 1, 2, 3]),
        Harm::OuterAlgorithm => fields.outer_algorithm = signer.algorithm(Hash::Sha512),
        Harm::None | Harm::OtherHash => {}
    }
    fields.signature = bit_string(&signature);
    fields.encode()
}

fn extensions(plan: &Plan) -> Vec<Vec<u8>> {
    let ce = |last: u8, critical: bool, value: &[u8]| extension(&[0x55, 0x1d, last], critical, value);
    let mut list = Vec::new();
    if let Some((ca, length)) = plan.basic_constraints {
        let ca: &[u8] = if ca { &[0x01, 0x01, 0xff] } else { &[] };
        let length = length.map_or(Vec::new(), |length| vec![0x02, 0x01, length]);
        list.push(ce(19, true, &sequence(&[ca, &length])));
    }
    list.extend(usage(plan.key_usage));
    if !plan.purposes.is_empty() {
        let purpose = |last: &u8| match last {
            0 => tlv(0x06, &[0x55, 0x1d, 0x25, 0x00]),
            last => tlv(0x06, &[0x2b, 6, 1, 5, 5, 7, 3, *last]),
        };
        list.push(ce(37, false, &tlv(0x30, &plan.purposes.iter().map(purpose).collect::<Vec<_>>().concat())));
    }
    let subtrees = |tag: u8, names: &[&str]| match names {
        [] => Vec::new(),
        names => tlv(tag, &names.iter().map(|name| sequence(&[&tlv(0x82, name.as_bytes())])).collect::<Vec<_>>().concat()),
    };
    if !plan.permitted.is_empty() || !plan.excluded.is_empty() {
        list.push(ce(30, true, &sequence(&[&subtrees(0xa0, &plan.permitted), &subtrees(0xa1, &plan.excluded)])));
    }
    if !plan.names.is_empty() {
        let names: Vec<Vec<u8>> = plan.names.iter().map(|name| tlv(0x82, name.as_bytes())).collect();
        list.push(ce(17, false, &sequence(&[&names.concat(), &plan.names_end])));
    }
    if plan.identifiers {
        list.push(ce(14, false, &tlv(0x04, &KEYS[plan.key].identifier())));
        list.push(ce(35, false, &sequence(&[&tlv(0x80, &KEYS[plan.signer].identifier())])));
    }
    list.extend(plan.more.iter().cloned());
    list
}

fn usage(bits: Option<u8>) -> Option<Vec<u8>> {
    let bits = bits?;
    let unused = if bits == 0 { 0 } else { bits.trailing_zeros() as u8 };
    let value = if bits == 0 { vec![0x03, 0x01, 0x00] } else { vec![0x03, 0x02, unused, bits] };
    Some(extension(&[0x55, 0x1d, 15], true, &value))
}

fn name(common: &str) -> Vec<u8> {
    sequence(&[&tlv(0x31, &sequence(&[&[0x06, 0x03, 0x55, 0x04, 0x03], &tlv(0x0c, common.as_bytes())]))])
}

/// A UTCTime so many days from the first of January 2026.
fn time(days: i64) -> Vec<u8> {
    let date = chainpin::Time::from_millis((START_OF_2026 + days * DAY) * 1000).to_string();
    let digits: String = date.chars().filter(char::is_ascii_digit).skip(2).collect();
    tlv(0x17, format!("{digits}Z").as_bytes())
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Hash {
    None,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// A key that signs.
struct Key {
    key: PKey<Private>,
    spki: Vec<u8>,
    hash: Hash,
}

/// New in each run: the same case has other bits in its keys and signatures.
static KEYS: LazyLock<Vec<Key>> = LazyLock::new(|| {
    let ec = |curve| PKey::from_ec_key(EcKey::generate(&EcGroup::from_curve_name(curve).unwrap()).unwrap()).unwrap();
    let of = |key: PKey<Private>, hash| Key { spki: key.public_key_to_der().unwrap(), key, hash };
    (0..16)
        .map(|number| match number {
            2 => of(ec(Nid::SECP384R1), Hash::Sha384),
            3 => of(PKey::generate_ed25519().unwrap(), Hash::None),
            5 => of(PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap(), Hash::Sha256),
            _ => of(ec(Nid::X9_62_PRIME256V1), Hash::Sha256),
        })
        .collect()
});

impl Key {
    fn sign(&self, hash: Hash, message: &[u8]) -> Vec<u8> {
        let digest = match hash {
            Hash::Sha1 => MessageDigest::sha1(),
            Hash::Sha384 => MessageDigest::sha384(),
            Hash::Sha512 => MessageDigest::sha512(),
            Hash::None | Hash::Sha256 => MessageDigest::sha256(),
        };
        let signer = if self.hash == Hash::None { Signer::new_without_digest(&self.key) } else { Signer::new(digest, &self.key) };
        signer.unwrap().sign_oneshot_to_vec(message).unwrap()
    }

    fn algorithm(&self, hash: Hash) -> Vec<u8> {
        let last = |sha1: u8, sha256: u8| match hash {
            Hash::Sha1 => sha1,
            Hash::None | Hash::Sha256 => sha256,
            Hash::Sha384 => sha256 + 1,
            Hash::Sha512 => sha256 + 2,
        };
        match self.key.id() {
            openssl::pkey::Id::ED25519 => sequence(&[&[0x06, 0x03, 0x2b, 0x65, 0x70]]),
            openssl::pkey::Id::RSA => {
                sequence(&[&tlv(0x06, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, last(5, 11)]), &[0x05, 0x00]])
            }
            _ if hash == Hash::Sha1 => sequence(&[&tlv(0x06, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01])]),
            _ => sequence(&[&tlv(0x06, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, last(0, 2)])]),
        }
    }

    fn identifier(&self) -> [u8; 20] {
        openssl::sha::sha1(&self.spki)
    }
}
