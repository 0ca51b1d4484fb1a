//! A verifier remembers the signatures that it has verified. An entry speaks for those very bytes, and for nothing else.

use super::*;
use crate::common::der::{Fields, bit_string, content};
use crate::common::{compiled, judge_encoded, time};
use chainpin::Verifier;

/// Asks again and again of one policy, which has seen the genuine chain.
struct Seen {
    verifier: Verifier,
    genuine: Genuine,
}

impl Seen {
    fn new() -> Self {
        let genuine = Genuine::new();
        let verifier = compiled(&policy_of(json!({ "pins": [genuine.root.pin()] })));
        let seen = Self { verifier, genuine };
        for _ in 0..3 {
            assert_eq!(seen.ask(&seen.genuine.whole()), "pinned ca 2");
        }
        seen
    }

    fn ask(&self, chain: &[&Made]) -> String {
        self.ask_at(chain, NOW)
    }

    fn ask_at(&self, chain: &[&Made], now: &str) -> String {
        let chain = chain.iter().map(|made| Encoded::Der(&made.der));
        judge_encoded(&self.verifier, HOST, chain, PRESENTED, time(now)).summary()
    }
}

#[test]
fn validity_is_checked_each_time() {
    let root = ca("Root").valid("2026-01-01", "2026-09-01").self_signed();
    let intermediate = ca("Intermediate").valid("2026-02-01", "2026-08-01").signed_by(&root);
    let leaf = leaf(HOST).valid("2026-03-01", "2026-07-01").signed_by(&intermediate);
    let policy = compiled(&policy_of(json!({ "pins": [root.pin()] })));
    let long_leaf = super::leaf(HOST).valid("2025-01-01", "2028-01-01").signed_by(&intermediate);
    let ask = |leaf: &Made, now: &str| {
        let chain = [leaf, &intermediate, &root].map(|made| Encoded::Der(&made.der));
        judge_encoded(&policy, HOST, chain, PRESENTED, time(now)).summary()
    };
    for _ in 0..2 {
        assert_eq!(ask(&leaf, NOW), "pinned ca 2");
        assert_eq!(ask(&leaf, "2026-07-01T00:00:01Z"), "rejected certificate-expired");
        assert_eq!(ask(&leaf, "2026-02-28T23:59:59Z"), "rejected certificate-not-yet-valid");
        assert_eq!(ask(&long_leaf, NOW), "pinned ca 2");
        for other in ["2026-08-01T00:00:01Z", "2026-09-01T00:00:01Z", "2026-01-31T23:59:59Z", "2025-12-31"] {
            assert_eq!(ask(&long_leaf, other), "rejected pin-mismatch", "{other}");
        }
        assert_eq!(ask(&leaf, NOW), "pinned ca 2");
    }
}

/// Names, purposes and hosts too: what is remembered is a signature's result only.
#[test]
fn everything_but_the_signature_is_checked_each_time() {
    let genuine = Genuine::new();
    let rule = |host: &str| json!({ "host": host, "pins": [genuine.root.pin()] });
    let policy = compiled(&policy(json!([rule(HOST), rule("www.example.com")])));
    let ask = |host: &str, chain: &[&Made]| {
        let chain = chain.iter().map(|made| Encoded::Der(&made.der));
        judge_encoded(&policy, host, chain, PRESENTED, time(NOW)).summary()
    };
    let [leaf, intermediate, root] = genuine.whole();
    assert_eq!(ask(HOST, &[leaf, intermediate, root]), "pinned ca 2");
    assert_eq!(ask("www.example.com", &[leaf, intermediate, root]), "rejected hostname-mismatch");
    assert_eq!(ask(HOST, &[leaf, root]), "rejected pin-mismatch");
    // The same key under a name that the leaf does not call its issuer, and without the right to sign.
    let renamed = ca("Renamed").with_key_of(intermediate).signed_by(root);
    let for_nothing = ca("Intermediate").with_key_of(intermediate).with_ca_bit_off().signed_by(root);
    assert_eq!(ask(HOST, &[leaf, &renamed, root]), "rejected pin-mismatch");
    assert_eq!(ask(HOST, &[leaf, &for_nothing, root]), "rejected pin-mismatch");
    assert_eq!(ask(HOST, &[leaf, intermediate, root]), "pinned ca 2");
}

/// Same names, same keys, same serial number: other bytes.
#[test]
fn a_link_serves_no_other_certificate() {
    let seen = Seen::new();
    let [leaf, intermediate, root] = seen.genuine.whole();
    let flip = |bytes: &mut Vec<u8>| *bytes.last_mut().unwrap() ^= 1;
    // Anything signed is changed, under the genuine signature.
    let other_subject = leaf.broken(|fields| flip(&mut fields.subject));
    let other_key = leaf.broken(|fields| fields.spki = Fields::of(&Rogue::new().leaf.der).spki);
    let other_date = leaf.broken(|fields| fields.validity[15] ^= 1);
    let other_serial = leaf.broken(|fields| flip(&mut fields.serial));
    // The signature is changed, over the genuine fields.
    let other_signature = leaf.broken(|fields| flip(&mut fields.signature));
    let no_signature = leaf.broken(|fields| fields.signature = bit_string(&[]));
    let longer_signature =
        leaf.broken(|fields| fields.signature = bit_string(&[&content(&fields.signature)[1..], &[0]].concat()));
    let signature_of_intermediate = leaf.broken(|fields| fields.signature = Fields::of(&intermediate.der).signature);
    for (name, forged) in [
        ("subject", &other_subject),
        ("key", &other_key),
        ("date", &other_date),
        ("serial number", &other_serial),
        ("signature", &other_signature),
        ("no signature", &no_signature),
        ("longer signature", &longer_signature),
        ("another's signature", &signature_of_intermediate),
    ] {
        for _ in 0..2 {
            assert_eq!(seen.ask(&[forged, intermediate, root]), "rejected pin-mismatch", "{name}");
        }
        assert_eq!(seen.ask(&[leaf, intermediate, root]), "pinned ca 2");
    }
}

/// The genuine link stays one between the genuine certificates.
#[test]
fn a_link_serves_no_other_issuer() {
    let seen = Seen::new();
    let [leaf, intermediate, root] = seen.genuine.whole();
    let impostor = ca("Intermediate").signed_in_the_name_of(root, &ca("Rogue").self_signed());
    let impostor_root = ca("Root").self_signed();
    let between = ca("Intermediate").signed_by(&impostor_root);
    let leaf_of_impostor = super::leaf(HOST).signed_by(&impostor);
    for chain in [
        vec![leaf, &impostor, root],
        vec![leaf, &between, root],
        vec![leaf, &between, &impostor_root, root],
        vec![&leaf_of_impostor, &impostor, root],
        vec![&leaf_of_impostor, intermediate, root],
        vec![&leaf_of_impostor, &impostor, intermediate, root],
    ] {
        assert_eq!(seen.ask(&chain), "rejected pin-mismatch");
    }
    assert_eq!(seen.ask(&[leaf, &impostor, root, intermediate]), "pinned ca 2");
}

/// More chains than are remembered, each right each time.
#[test]
fn what_is_forgotten_is_verified_anew() {
    let seen = Seen::new();
    let [_, intermediate, root] = seen.genuine.whole();
    let leaves: Vec<Made> = (0..100).map(|_| leaf(HOST).signed_by(intermediate)).collect();
    for leaf in leaves.iter().chain(&leaves) {
        assert_eq!(seen.ask(&[leaf, intermediate, root]), "pinned ca 2");
    }
    let forged = leaf(HOST).signed_in_the_name_of(intermediate, root);
    assert_eq!(seen.ask(&[&forged, intermediate, root]), "rejected pin-mismatch");
}
