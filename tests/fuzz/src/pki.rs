//! A small PKI that a fuzzer's bytes draw: signatures are real, so that what is wrong is anything but those.

use std::sync::LazyLock;

use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey, EcPoint};
use openssl::ecdsa::EcdsaSig;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Private};
use openssl::sign::{Signer, Verifier};
use rustls_pki_types::CertificateDer;

use crate::der::{Fields, sequence, tlv};

/// What one certificate takes of the input.
pub const RECIPE_BYTES: usize = 8;

/// Draws a certificate. Zeros are a leaf of issuer 0 that is well made; each byte adds something of its own.
pub fn certificate(recipe: &[u8; RECIPE_BYTES], before: Option<&[u8]>) -> Vec<u8> {
    let [names, keys, kind, quirk, argument, other_quirk, other_argument, change] = *recipe;
    if let (1, Some(before)) = (change, before) {
        return before.to_vec();
    }
    let (key, signer) = (Key::nth(keys & 3), Key::nth(keys >> 2 & 3));
    let algorithm = signer.algorithm();
    let is_leaf = kind & 7 == 0;
    let mut extensions = vec![match is_leaf {
        true => extension(SUBJECT_ALT_NAME, false, &alt_names(kind >> 3)),
        false => extension(BASIC_CONSTRAINTS, true, &sequence(&[TRUE])),
    }];
    match kind & 7 {
        0 | 3 => extensions.push(extension(EXTENDED_KEY_USAGE, false, &sequence(&[SERVER_AUTH]))),
        2 => extensions.push(extension(KEY_USAGE, true, &[0x03, 0x02, 0x01, 0x06])),
        _ => {}
    }
    let mut fields = Fields {
        serial: vec![0x02, 0x02, 0x01, names],
        inner_algorithm: algorithm.clone(),
        issuer: name(names >> 4 & 3),
        validity: validity("260101000000Z", "270101000000Z"),
        subject: name(if is_leaf { names & 7 } else { names & 3 }),
        spki: key.spki(),
        outer_algorithm: algorithm,
        ..Fields::minimal()
    };
    for (quirk, argument) in [(quirk, argument), (other_quirk, other_argument)] {
        make_odd(&mut fields, &mut extensions, quirk, argument);
    }
    if !extensions.is_empty() {
        fields.extensions = tlv(0xa3, &sequence(&extensions.iter().map(Vec::as_slice).collect::<Vec<_>>()));
    }
    finish(&fields, signer, change, argument)
}

/// Signs, with a byte of the certificate changed before or after that.
fn finish(fields: &Fields, signer: &Key, change: u8, argument: u8) -> Vec<u8> {
    let mut tbs = fields.tbs();
    let place = |length: usize| usize::from(change) * length / 256;
    if let (2..=127, Some(byte)) = (change, tbs.get(place(2 * fields.tbs().len())).copied()) {
        let at = place(2 * tbs.len());
        tbs[at] = byte ^ argument;
    }
    let signature = tlv(0x03, &[&[0], &*signer.sign(&tbs)].concat());
    let mut der = sequence(&[&tbs, &fields.outer_algorithm, &signature]);
    if change >= 128 {
        let at = place(der.len());
        der[at] ^= argument;
    }
    der
}

/// What makes certificates differ on a path; some numbers do nothing.
fn make_odd(fields: &mut Fields, extensions: &mut Vec<Vec<u8>>, quirk: u8, argument: u8) {
    let empty_list = sequence(&[]);
    let tree = |name: &str| sequence(&[&sequence(&[&tlv(0x82, name.as_bytes())])])[2..].to_vec();
    let domain = if argument & 1 == 0 { "example.com" } else { "org" };
    match quirk & 31 {
        1 => extensions.clear(),
        2 => instead(extensions, extension(BASIC_CONSTRAINTS, true, &empty_list)),
        3 => instead(extensions, extension(BASIC_CONSTRAINTS, true, &sequence(&[TRUE, &[0x02, 0x01, argument & 3]]))),
        4 => extensions.push(extension(KEY_USAGE, true, &[0x03, 0x02, 0x00, argument])),
        5 => extensions.push(extension(EXTENDED_KEY_USAGE, argument & 1 == 1, &sequence(&[CLIENT_AUTH]))),
        6 => extensions.push(extension(UNKNOWN, argument & 1 == 0, &[0x05, 0x00])),
        7 => extensions.push(extension(NAME_CONSTRAINTS, true, &sequence(&[&tlv(0xa0, &tree(domain))]))),
        8 => extensions.push(extension(NAME_CONSTRAINTS, true, &sequence(&[&tlv(0xa1, &tree(domain))]))),
        9 => extensions.push(extension(NAME_CONSTRAINTS, true, &empty_list)),
        10 => fields.validity = validity("240101000000Z", "250101000000Z"),
        11 => fields.validity = validity("270102000000Z", "280101000000Z"),
        12 => fields.version = Vec::new(),
        13 => extensions.push(extension(SUBJECT_ALT_NAME, false, &alt_names(argument))),
        14 => extensions.extend(extensions.first().cloned()),
        15 => fields.issuer = empty_list,
        16 => extensions.push(extension(AUTHORITY_INFO_ACCESS, false, &empty_list)),
        17 => fields.outer_algorithm = Key::nth(argument & 3).algorithm(),
        18 => fields.serial = vec![0x02, 0x01, argument],
        19 => fields.subject = empty_list,
        20 => fields.version = vec![0xa0, 0x03, 0x02, 0x01, argument & 3],
        _ => {}
    }
}

/// Puts an extension in the place of the first.
fn instead(extensions: &mut Vec<Vec<u8>>, extension: Vec<u8>) {
    extensions.splice(..extensions.len().min(1), [extension]);
}

/// The same name, key and name constraints on a root with nothing to object to: what is left of an anchor that is trusted as given.
pub fn as_root(anchor: &[u8]) -> Option<Vec<u8>> {
    let der = CertificateDer::from(anchor);
    let anchor = webpki::anchor_from_trusted_cert(&der).ok()?;
    let (subject, key) = (sequence(&[&anchor.subject]), Key::ed25519(0));
    let constraints = anchor.name_constraints.map(|trees| extension(NAME_CONSTRAINTS, true, &sequence(&[&trees])));
    let extensions = [extension(BASIC_CONSTRAINTS, true, &sequence(&[TRUE])), constraints.unwrap_or_default()];
    let fields = Fields {
        inner_algorithm: key.algorithm(),
        issuer: subject.clone(),
        validity: validity("700101000000Z", "491231235959Z"),
        subject,
        spki: sequence(&[&anchor.subject_public_key_info]),
        extensions: tlv(0xa3, &sequence(&[&extensions.concat()])),
        outer_algorithm: key.algorithm(),
        ..Fields::minimal()
    };
    Some(finish(&fields, key, 0, 0))
}

fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    sequence(&[&tlv(0x06, oid), if critical { TRUE } else { &[] }, &tlv(0x04, value)])
}

fn alt_names(choice: u8) -> Vec<u8> {
    match choice & 7 {
        0 => sequence(&[&tlv(0x82, b"a.example.com")]),
        1 => sequence(&[&tlv(0x82, b"*.example.com")]),
        2 => sequence(&[&tlv(0x87, &[127, 0, 0, 1])]),
        3 => sequence(&[&tlv(0x82, b"x.y.other.org"), &tlv(0x82, b"A.EXAMPLE.COM")]),
        4 => sequence(&[&tlv(0x82, b"*.com")]),
        5 => sequence(&[&tlv(0x82, b"a.example.com\0.other.org")]),
        6 => sequence(&[&tlv(0x81, b"a@example.com")]),
        _ => sequence(&[]),
    }
}

fn name(number: u8) -> Vec<u8> {
    let common_name = sequence(&[&[0x06, 0x03, 0x55, 0x04, 0x03], &tlv(0x0c, &[b'a' + number])]);
    sequence(&[&tlv(0x31, &common_name)])
}

fn validity(from: &str, to: &str) -> Vec<u8> {
    sequence(&[&tlv(0x17, from.as_bytes()), &tlv(0x17, to.as_bytes())])
}

const TRUE: &[u8] = &[0x01, 0x01, 0xff];
const SERVER_AUTH: &[u8] = &[0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
const CLIENT_AUTH: &[u8] = &[0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x1e];
const AUTHORITY_INFO_ACCESS: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01];
const UNKNOWN: &[u8] = &[0x2a, 0x03, 0x04];

/// A key whose every bit is known.
pub struct Key(PKey<Private>);

static KEYS: LazyLock<[Key; 4]> = LazyLock::new(|| {
    let ed25519 = |seed: u8| PKey::private_key_from_raw_bytes(&[seed; 32], Id::ED25519).expect("a seed");
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("P-256");
    let scalar = BigNum::from_slice(&[7; 32]).expect("a number");
    let mut point = EcPoint::new(&group).expect("a point");
    let mut context = openssl::bn::BigNumContext::new().expect("memory");
    point.mul_generator2(&group, &scalar, &mut context).expect("a product");
    let p256 = EcKey::from_private_components(&group, &scalar, &point).and_then(PKey::from_ec_key).expect("a key");
    [ed25519(1), ed25519(2), ed25519(3), p256].map(Key)
});

impl Key {
    /// Three for Ed25519, and one for P-256.
    pub fn nth(number: u8) -> &'static Self {
        &KEYS[usize::from(number & 3)]
    }

    pub fn ed25519(number: u8) -> &'static Self {
        Self::nth(number.min(2))
    }

    pub fn p256() -> &'static Self {
        Self::nth(3)
    }

    pub fn spki(&self) -> Vec<u8> {
        self.0.public_key_to_der().expect("a public key")
    }

    /// The AlgorithmIdentifier of its signatures.
    fn algorithm(&self) -> Vec<u8> {
        match self.0.id() {
            Id::ED25519 => sequence(&[&[0x06, 0x03, 0x2b, 0x65, 0x70]]),
            _ => sequence(&[&[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]]),
        }
    }

    fn digest(&self) -> Option<MessageDigest> {
        (self.0.id() != Id::ED25519).then(MessageDigest::sha256)
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signer = match self.digest() {
            None => Signer::new_without_digest(&self.0),
            Some(digest) => Signer::new(digest, &self.0),
        };
        signer.and_then(|mut signer| signer.sign_oneshot_to_vec(message)).expect("a signature")
    }

    /// As a JWS has it: r and s of 32 bytes each for P-256 (RFC 7518 section 3.4).
    pub fn sign_jws(&self, message: &[u8]) -> Vec<u8> {
        let signature = self.sign(message);
        if self.digest().is_none() {
            return signature;
        }
        let signature = EcdsaSig::from_der(&signature).expect("just made");
        [signature.r(), signature.s()].map(|part| part.to_vec_padded(32).expect("32 bytes")).concat()
    }

    pub fn verifies_jws(&self, message: &[u8], signature: &[u8]) -> bool {
        let Some(digest) = self.digest() else {
            let verifier = Verifier::new_without_digest(&self.0);
            return verifier.and_then(|mut verifier| verifier.verify_oneshot(signature, message)).unwrap_or(false);
        };
        if signature.len() != 64 {
            return false;
        }
        let [r, s] = [&signature[..32], &signature[32..]].map(|part| BigNum::from_slice(part).expect("a number"));
        let der = EcdsaSig::from_private_components(r, s).and_then(|signature| signature.to_der()).expect("DER");
        Verifier::new(digest, &self.0).and_then(|mut verifier| verifier.verify_oneshot(&der, message)).unwrap_or(false)
    }
}

/// x, and for P-256 y.
pub fn coordinates(key: &Key) -> Vec<Vec<u8>> {
    let spki = key.spki();
    let length = if key.digest().is_none() { 32 } else { 64 };
    spki[spki.len() - length..].chunks(32).map(<[u8]>::to_vec).collect()
}
