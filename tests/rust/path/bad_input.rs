//! Keys, signatures and algorithms that are malformed, forged or absurd, inside certificates that are otherwise well made.

use std::time::{Duration, Instant};

use super::*;
use crate::common::der::{Fields, bit_string, content, sequence, tlv};
use crate::common::made::ED25519;
use crate::common::{pin_of, stray_pin};
use base64::{Engine, engine::general_purpose::STANDARD};
use chainpin::{ChainError, ChainProblem};
use sha2::{Digest, Sha256};

const PATIENCE: Duration = Duration::from_secs(2);

/// AlgorithmIdentifiers of keys and signatures, without their SEQUENCE.
const EC_P256: &[u8] = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
const ECDSA_SHA256: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02";
const ECDSA_SHA384: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03";
const ED: &[u8] = b"\x06\x03\x2b\x65\x70";
const RSA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
const RSA_SHA256: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00";
const NULL: &[u8] = b"\x05\x00";

fn spki(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    sequence(&[&tlv(0x30, algorithm), &bit_string(key)])
}

/// A leaf signed by an issuer, and the issuer by a root that an app could trust.
struct Case {
    leaf: Made,
    issuer: Made,
    root: Made,
}

impl Case {
    /// An issuer of any key, and whatever is said to be its signature over the leaf.
    fn of(issuer_spki: Vec<u8>, algorithm: &[u8], sign: impl FnOnce(&[u8]) -> Vec<u8>) -> Self {
        let root = ca("Root").self_signed();
        let issuer = ca("Issuer").signed_by(&root);
        let leaf = leaf(HOST).signed_by(&issuer).broken(|fields| {
            fields.inner_algorithm = tlv(0x30, algorithm);
            fields.outer_algorithm = tlv(0x30, algorithm);
            fields.signature = bit_string(&sign(&fields.tbs()));
        });
        let issuer = issuer.patched(&root, |fields| fields.spki = issuer_spki);
        Self { leaf, issuer, root }
    }

    /// With the issuer in between, pinned, or trusted by the app.
    fn summaries(&self) -> [String; 4] {
        let Self { leaf, issuer, root } = self;
        let chain = [leaf, issuer, root];
        let start = Instant::now();
        let judged = [
            pinned([issuer.pin()], &chain),
            pinned([root.pin()], &chain),
            anchored([root.pin()], &chain[..2], &[root]),
            anchored([issuer.pin()], &chain[..1], &[issuer]),
        ];
        assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
        judged.map(|judged| judged.summary())
    }
}

const ACCEPTED: [&str; 4] = ["pinned ca 1", "pinned ca 2", "pinned ca outside", "pinned ca outside"];
const REFUSED: [&str; 4] = ["rejected pin-mismatch", "rejected pin-mismatch", "rejected path-invalid", "rejected path-invalid"];

/// The way of making these cases makes good ones too.
#[test]
fn well_made_cases_are_accepted() {
    let signer = ca("Issuer").self_signed();
    let ed = ca("Issuer").with_new_key(&ED25519).self_signed();
    let own_spki = |made: &Made| Fields::of(&made.der).spki;
    assert_eq!(Case::of(own_spki(&signer), ECDSA_SHA256, |tbs| signer.sign(tbs)).summaries(), ACCEPTED);
    assert_eq!(Case::of(own_spki(&ed), ED, |tbs| ed.sign(tbs)).summaries(), ACCEPTED);
}

/// Every key and signature of the vectors, in a certificate. None of them signs this leaf.
#[test]
fn no_key_or_signature_of_the_vectors_stops_a_verdict() {
    let vectors: Value = serde_json::from_str(include_str!("../../vectors/signatures/cases.json")).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert!(cases.len() > 200);
    for case in cases {
        let bytes = |field: &str| STANDARD.decode(case[field].as_str().unwrap()).unwrap();
        let spki = spki(&bytes("keyAlgorithm"), &bytes("key"));
        let case_of = Case::of(spki, &bytes("signatureAlgorithm"), |_| bytes("signature"));
        assert_eq!(case_of.summaries(), REFUSED, "{}", case["name"]);
    }
}

/// With an exponent of 1 everything is its own signature.
#[test]
fn an_rsa_key_that_signs_everything_signs_nothing() {
    let modulus = [&[0xc5; 255][..], &[1]].concat();
    for (bits, modulus) in [(2048, modulus.clone()), (1024, modulus[128..].to_vec()), (16_384, modulus.repeat(8))] {
        for exponent in [&[1][..], &[0], &[2], &[0xff], &[]] {
            let key = sequence(&[&tlv(0x02, &[&[0], &modulus[..]].concat()), &tlv(0x02, exponent)]);
            let forge = |tbs: &[u8]| {
                let info = sequence(&[
                    b"\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00",
                    &tlv(0x04, &Sha256::digest(tbs)),
                ]);
                let padding = vec![0xff; modulus.len() - info.len() - 3];
                [&[0, 1], &padding[..], &[0], &info].concat()
            };
            assert_eq!(Case::of(spki(RSA, &key), RSA_SHA256, forge).summaries(), REFUSED, "{bits} bits, {exponent:?}");
        }
    }
}

/// Of a key of small order, one signature fits every message.
#[test]
fn an_ed25519_key_of_small_order_signs_nothing() {
    let neutral = [&[1][..], &[0; 31]].concat();
    let neutral_not_canonical = [&[0xee][..], &[0xff; 30], &[0x7f]].concat();
    let of_order_two = [&[0xec][..], &[0xff; 30], &[0x7f]].concat();
    let of_order_four = vec![0; 32];
    for key in [&neutral, &neutral_not_canonical, &of_order_two, &of_order_four] {
        for r in [&neutral, &neutral_not_canonical, &of_order_two, &of_order_four] {
            let signature = [&r[..], &[0; 32]].concat();
            assert_eq!(Case::of(spki(ED, key), ED, |_| signature).summaries(), REFUSED, "{key:x?} {r:x?}");
        }
    }
}

/// The order of P-256's group.
const N: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e,
    0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

#[test]
fn ecdsa_numbers_outside_of_the_group_sign_nothing() {
    let signer = ca("Issuer").self_signed();
    let own_spki = || Fields::of(&signer.der).spki;
    let n = tlv(0x02, &[&[0], &N[..]].concat());
    let all_ones = tlv(0x02, &[&[0], &[0xff; 32][..]].concat());
    let (zero, one, minus_one, huge) = (tlv(0x02, &[0]), tlv(0x02, &[1]), tlv(0x02, &[0xff]), tlv(0x02, &[0x7f; 5_000]));
    for special in [&zero, &n, &all_ones, &minus_one, &huge, &tlv(0x02, &[])] {
        for (r, s) in [(special, special), (special, &one), (&one, special)] {
            assert_eq!(Case::of(own_spki(), ECDSA_SHA256, |_| sequence(&[r, s])).summaries(), REFUSED, "{r:x?} {s:x?}");
        }
    }
    // A good signature in other words.
    let split = |tbs: &[u8]| {
        let signature = content(&signer.sign(tbs));
        let (r, s) = signature.split_at(2 + usize::from(signature[1]));
        (r.to_vec(), s.to_vec())
    };
    type Form = fn(Vec<u8>, Vec<u8>) -> Vec<u8>;
    let forms: [Form; 7] = [
        |r, s| sequence(&[&s, &r]),
        |r, s| sequence(&[&r, &s, &[2, 1, 0]]),
        |r, s| [sequence(&[&r, &s]), vec![0]].concat(),
        |r, s| sequence(&[&tlv(0x02, &[&[0, 0], &content(&r)[..]].concat()), &s]),
        |r, s| tlv(0x31, &[r, s].concat()),
        |r, s| [&b"\x30\x80"[..], &r, &s, &[0, 0]].concat(),
        |r, s| [content(&r), content(&s)].concat(),
    ];
    for form in forms {
        let sign = |tbs: &[u8]| {
            let (r, s) = split(tbs);
            form(r, s)
        };
        assert_eq!(Case::of(own_spki(), ECDSA_SHA256, sign).summaries(), REFUSED);
    }
}

/// Points that are none, and good points in forms that are not accepted.
#[test]
fn a_point_that_is_not_on_the_curve_signs_nothing() {
    let signer = ca("Issuer").self_signed();
    let point = content(&Fields::of(&signer.der).spki);
    let point = &point[point.len() - 65..];
    let mut beside = point.to_vec();
    *beside.last_mut().unwrap() ^= 1;
    let compressed = [&[2 + (point[64] & 1)][..], &point[1..33]].concat();
    let hybrid = [&[6 + (point[64] & 1)][..], &point[1..]].concat();
    for key in [&beside[..], &compressed, &hybrid, &[0], &[4], &[], &point[..64], &[&[4][..], &[0; 64]].concat(), &[0xff; 65]] {
        assert_eq!(Case::of(spki(EC_P256, key), ECDSA_SHA256, |tbs| signer.sign(tbs)).summaries(), REFUSED, "{key:x?}");
    }
    assert_eq!(Case::of(spki(EC_P256, point), ECDSA_SHA256, |tbs| signer.sign(tbs)).summaries(), ACCEPTED);
}

/// The algorithm stands twice in a certificate and once in its issuer's key. All must agree, and none may say anything else.
#[test]
fn confused_algorithms_verify_nothing() {
    let signer = ca("Issuer").self_signed();
    let point = Fields::of(&signer.der).spki;
    for algorithm in [
        ECDSA_SHA384,
        RSA_SHA256,
        ED,
        EC_P256,
        b"\x06\x03\x2a\x03\x04",
        b"\x06\x07\x2a\x86\x48\xce\x3d\x04\x01",
        &[ECDSA_SHA256, NULL].concat(),
        &[ECDSA_SHA256, b"\x30\x00"].concat(),
        &[ECDSA_SHA256, b"\x06\x01\x01"].concat(),
    ] {
        assert_eq!(Case::of(point.clone(), algorithm, |tbs| signer.sign(tbs)).summaries(), REFUSED, "{algorithm:x?}");
    }
    // The key's own.
    let bits = content(&point);
    let bits = &bits[bits.len() - 65..];
    for algorithm in [
        &EC_P256[..9],
        &[&EC_P256[..9], NULL].concat(),
        &[&EC_P256[..9], b"\x06\x05\x2b\x81\x04\x00\x22"].concat(),
        &[&EC_P256[..9], b"\x30\x00"].concat(),
        ECDSA_SHA256,
        RSA,
        ED,
    ] {
        assert_eq!(Case::of(spki(algorithm, bits), ECDSA_SHA256, |tbs| signer.sign(tbs)).summaries(), REFUSED, "{algorithm:x?}");
    }
    // Inside and outside: only the inner one is signed.
    let genuine = Genuine::new();
    for algorithm in [ECDSA_SHA384, RSA_SHA256, &[ECDSA_SHA256, NULL].concat()] {
        let outside = genuine.leaf.broken(|fields| fields.outer_algorithm = tlv(0x30, algorithm));
        let inside = genuine.leaf.patched(&genuine.intermediate, |fields| fields.inner_algorithm = tlv(0x30, algorithm));
        for leaf in [&outside, &inside] {
            let chain = [leaf, &genuine.intermediate, &genuine.root];
            assert_off_path(&pinned([genuine.root.pin()], &chain), 2, "a certificate names two signature algorithms");
            assert_eq!(anchored([genuine.root.pin()], &chain, &[&genuine.root]).summary(), "rejected path-invalid");
        }
    }
}

/// Without the form of a SubjectPublicKeyInfo there is no pin, and no verdict but a refusal: wherever it stands, whatever is asked.
#[test]
fn a_malformed_spki_anywhere_is_a_malformed_chain() {
    let genuine = Genuine::new();
    let key = bit_string(&[4; 65]);
    for broken in [
        vec![],
        vec![0x30, 0x00],
        sequence(&[&tlv(0x30, EC_P256)]),
        sequence(&[&key]),
        sequence(&[&tlv(0x30, EC_P256), &tlv(0x04, &[4; 65])]),
        sequence(&[&tlv(0x30, EC_P256), &key, NULL]),
        sequence(&[&tlv(0x30, &[]), &key]),
        sequence(&[&tlv(0x30, NULL), &key]),
        sequence(&[&tlv(0x30, &[EC_P256, NULL].concat()), &key]),
        sequence(&[&tlv(0x30, EC_P256), &[0x03, 0x00]]),
        sequence(&[&tlv(0x30, EC_P256), &[0x03, 0x02, 0x08, 0x00]]),
        sequence(&[&tlv(0x30, EC_P256), &[0x03, 0x01, 0x01]]),
        sequence(&[&tlv(0x30, EC_P256), &[0x03, 0x82, 0x01, 0x00, 0x00]]),
        tlv(0x31, &[tlv(0x30, EC_P256), key.clone()].concat()),
        [&[0x30, 0x80], &tlv(0x30, EC_P256)[..], &key, &[0, 0]].concat(),
    ] {
        for index in 0..3 {
            let mut chain = genuine.whole().map(Made::clone);
            let signer = [&genuine.intermediate, &genuine.root, &genuine.root][index];
            chain[index] = genuine.whole()[index].patched(signer, |fields| fields.spki = broken.clone());
            let ders: Vec<&[u8]> = chain.iter().map(|made| made.der.as_slice()).collect();
            for rule in [
                json!({ "pins": [genuine.whole()[(index + 1) % 3].pin()] }),
                json!({ "pins": [stray_pin(1)], "mode": "report" }),
                json!({ "exempt": true }),
            ] {
                let policy = policy_of(rule);
                for anchors in [[&genuine.root], [&genuine.leaf]] {
                    let judged = with_anchors(&anchors, |source| judge(&policy, HOST, &ders, source, NOW));
                    assert_eq!(judged.summary(), "rejected chain-malformed");
                }
                let judged = judge(&policy, HOST, &ders, PRESENTED, NOW);
                assert_eq!(judged.summary(), "rejected chain-malformed");
                assert!(judged.message.contains(&format!("certificate {index}, byte ")), "{}", judged.message);
            }
            let anchors = Anchors::parse([Encoded::Der(&genuine.root.der), Encoded::Der(&chain[index].der)]);
            assert!(matches!(anchors, Err(ChainError::Malformed { index: 1, problem: ChainProblem::Certificate(_), .. })));
        }
    }
}

/// No key is looked into for the sake of a pin: TLS has to get along with it.
#[test]
fn an_absurd_key_of_a_leaf_is_pinned_as_it_stands() {
    let genuine = Genuine::new();
    for spki in [spki(EC_P256, &[]), spki(ED, &[0; 3]), spki(RSA, b"nonsense"), spki(b"\x06\x03\x2a\x03\x04", &[7; 9])] {
        let leaf = genuine.leaf.patched(&genuine.intermediate, |fields| fields.spki = spki.clone());
        let chain = [&leaf, &genuine.intermediate, &genuine.root];
        assert_eq!(pinned([pin_of(&spki)], &chain).summary(), "pinned leaf 0");
        assert_eq!(pinned([genuine.root.pin()], &chain).summary(), "pinned ca 2");
        assert_eq!(anchored([pin_of(&spki)], &chain, &[&genuine.root]).summary(), "pinned leaf 0");
    }
}

/// A signature that is no BIT STRING of whole bytes.
#[test]
fn a_malformed_signature_is_refused() {
    let genuine = Genuine::new();
    let signature = content(&Fields::of(&genuine.leaf.der).signature);
    for (broken, expected) in [
        (vec![], "rejected chain-malformed"),
        (tlv(0x04, &signature), "rejected chain-malformed"),
        (tlv(0x03, &[]), "rejected chain-malformed"),
        (tlv(0x03, &[&[8], &signature[1..]].concat()), "rejected chain-malformed"),
        (tlv(0x23, &tlv(0x03, &signature)), "rejected chain-malformed"),
        (tlv(0x03, &[0]), "rejected pin-mismatch"),
        (bit_string(&signature), "rejected pin-mismatch"),
        (bit_string(&vec![0x30; 60_000]), "rejected pin-mismatch"),
        (bit_string(b"\x30\x84\xff\xff\xff\xff"), "rejected pin-mismatch"),
    ] {
        let leaf = genuine.leaf.broken(|fields| fields.signature = broken.clone());
        let chain = [&leaf, &genuine.intermediate, &genuine.root];
        assert_eq!(pinned([genuine.root.pin()], &chain).summary(), expected);
        assert!(!anchored([genuine.root.pin()], &chain, &[&genuine.root]).is_ok());
        let intermediate = genuine.intermediate.broken(|fields| fields.signature = broken);
        let chain = [&genuine.leaf, &intermediate, &genuine.root];
        assert_eq!(pinned([genuine.root.pin()], &chain).summary(), expected);
    }
}
