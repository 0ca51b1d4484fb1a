//! CVE-2016-2402: the genuine, pinned, public certificate in a chain that never led to it.

use super::*;
use crate::common::made::{Purpose, Usage};
use crate::common::real::vector;
use crate::common::{VALIDATED, stray_pin};

/// Wherever it is put, whatever is pinned of it, and whether or not the rogue chain ends in a CA that the app trusts.
#[test]
fn a_pinned_certificate_matches_nothing_where_it_is_only_present() {
    let (genuine, rogue) = (Genuine::new(), Rogue::new());
    let anchors = [&genuine.root, &rogue.root];
    for appended in genuine.whole() {
        for pin in [appended.pin(), appended.certificate_pin()] {
            for (chain, at) in [
                (vec![&rogue.leaf, &rogue.intermediate, &rogue.root, appended], 3),
                (vec![&rogue.leaf, &rogue.intermediate, appended, &rogue.root], 2),
                (vec![&rogue.leaf, appended, &rogue.intermediate, &rogue.root], 1),
                (vec![&rogue.leaf, appended, &rogue.intermediate, appended], 1),
            ] {
                let alone = pinned([&pin], &chain);
                assert_eq!((alone.summary().as_str(), on_path(&alone)), ("rejected pin-mismatch", vec![0]));
                assert!(alone.chain[at].off_path.as_ref().unwrap().starts_with("the leaf does not lead here: "));

                let among_roots = anchored([&pin], &chain, &anchors);
                assert_eq!(among_roots.summary(), "rejected pin-mismatch");
                assert!(!among_roots.chain[at].on_path);
                assert_eq!(among_roots.chain[at].off_path.as_deref(), Some("not on the verified path"));
                assert!(among_roots.chain[0].on_path);
            }
        }
    }
}

/// All of the genuine chain behind a rogue leaf, also with the rogue leaf naming the genuine CA as its issuer.
#[test]
fn a_whole_genuine_chain_behind_a_rogue_leaf_matches_nothing() {
    let (genuine, rogue) = (Genuine::new(), Rogue::new());
    let pins = genuine.whole().map(Made::pin);
    let forged = leaf(HOST).signed_in_the_name_of(&genuine.intermediate, &rogue.root);
    let self_signed = leaf(HOST).self_signed();
    let self_signed_as_ca = leaf(HOST).named("Intermediate").self_signed();
    for leaf in [&rogue.leaf, &forged, &self_signed, &self_signed_as_ca] {
        let chain = [leaf, &genuine.leaf, &genuine.intermediate, &genuine.root];
        let judged = pinned(&pins, &chain);
        assert_eq!((judged.summary().as_str(), on_path(&judged)), ("rejected pin-mismatch", vec![0]));
        assert_eq!(anchored(&pins, &chain, &[&genuine.root]).summary(), "rejected path-invalid");
    }
    let judged = pinned(&pins, &[&forged, &genuine.intermediate]);
    assert_off_path(&judged, 1, "a signature does not verify with the key of the named issuer");
}

/// Somebody else's customer of the pinned CA: his leaf is no CA, so what he signs with it leads nowhere.
#[test]
fn a_customer_of_the_pinned_ca_cannot_sign_for_others() {
    let genuine = Genuine::new();
    let customer = leaf("customer.example").signed_by(&genuine.intermediate);
    let chosen_by_himself = leaf("customer.example").with_key_of(&customer).with_ca_bit().self_signed();
    let forged = leaf(HOST).signed_by(&customer);
    let pins = [genuine.intermediate.pin(), genuine.root.pin()];
    for between in [vec![&customer], vec![&chosen_by_himself], vec![&customer, &chosen_by_himself]] {
        let chain = [vec![&forged], between, vec![&genuine.intermediate, &genuine.root]].concat();
        let judged = pinned(&pins, &chain);
        assert_eq!((judged.summary().as_str(), on_path(&judged)), ("rejected pin-mismatch", vec![0]));
        assert_eq!(anchored(&pins, &chain, &[&genuine.root]).summary(), "rejected path-invalid");
    }
    let judged = pinned(&pins, &[&forged, &customer, &genuine.intermediate]);
    assert_off_path(&judged, 2, "an issuer is not a CA");
}

/// A CA certificate with the pinned CA's name and key identifier, and the attacker's key.
#[test]
fn the_name_of_a_pinned_ca_is_not_its_key() {
    let genuine = Genuine::new();
    let impostor_root = ca("Root").self_signed();
    let impostor = ca("Intermediate").signed_by(&impostor_root);
    let forged = leaf(HOST).signed_by(&impostor);
    for chain in [
        vec![&forged, &impostor],
        vec![&forged, &impostor, &impostor_root],
        vec![&forged, &genuine.intermediate, &impostor],
        vec![&forged, &impostor, &genuine.intermediate, &impostor_root, &genuine.root],
        vec![&forged, &genuine.root, &genuine.intermediate, &impostor_root, &impostor],
    ] {
        for pins in
            [vec![genuine.root.pin()], vec![genuine.intermediate.pin()], genuine.whole().map(Made::certificate_pin).to_vec()]
        {
            assert_eq!(pinned(&pins, &chain).summary(), "rejected pin-mismatch");
            assert_eq!(anchored(&pins, &chain, &[&genuine.root]).summary(), "rejected path-invalid");
            // Trusted by the app, and still not what is pinned.
            assert_eq!(anchored(&pins, &chain, &[&genuine.root, &impostor_root]).summary(), "rejected pin-mismatch");
        }
    }
}

/// Who holds the pinned key may name it as he likes: the key is what is pinned.
#[test]
fn a_pinned_key_in_another_wrapping_counts() {
    let genuine = Genuine::new();
    let renamed = ca("Intermediate, the second").with_key_of(&genuine.intermediate);
    let longer = ca("Intermediate").with_key_of(&genuine.intermediate).valid("2025-01-01", "2036-01-01");
    let cross_signed = ca("Intermediate").with_key_of(&genuine.intermediate).signed_by(&ca("Other").self_signed());
    let leaf_of_renamed = leaf(HOST).signed_by(&renamed.clone().self_signed());
    for (leaf, wrapping) in [
        (&leaf_of_renamed, &renamed.clone().self_signed()),
        (&leaf_of_renamed, &renamed.signed_by(&genuine.root)),
        (&genuine.leaf, &longer.self_signed()),
        (&genuine.leaf, &cross_signed),
    ] {
        let judged = pinned([genuine.intermediate.pin()], &[leaf, wrapping]);
        assert_eq!((judged.summary().as_str(), on_path(&judged)), ("pinned ca 1", vec![0, 1]));
        assert_eq!(pinned([genuine.intermediate.certificate_pin()], &[leaf, wrapping]).summary(), "rejected pin-mismatch");
    }
}

/// The documented limit of paths without anchors: what only the genuine certificate of the pinned key says does not hold in another
/// wrapping. Anchors, or a pin of the whole certificate, hold it.
#[test]
fn a_wrapping_leaves_out_the_limits_of_the_genuine_certificate() {
    let (root, rogue) = (ca("Root").self_signed(), Rogue::new());
    for (limit, template) in [
        ("dates", ca("Intermediate").valid("2020-01-01", "2021-01-01")),
        ("path length", ca("Intermediate").path_length(0)),
        ("key usage", ca("Intermediate").key_usage(&[Usage::CrlSign])),
        ("purposes", ca("Intermediate").extended_key_usage(&[Purpose::ClientAuth])),
        ("name constraints", ca("Intermediate").name_constraints(&["other.example"], &[])),
    ] {
        let genuine = template.signed_by(&root);
        let sub = ca("Below").signed_by(&genuine);
        let leaf = leaf(HOST).signed_by(&sub);
        let wrapping = ca("Intermediate").with_key_of(&genuine).signed_by(&rogue.root);
        let key = [genuine.pin()];
        assert_eq!(pinned(&key, &[&leaf, &sub, &genuine]).summary(), "rejected pin-mismatch", "{limit}");
        assert_eq!(pinned(&key, &[&leaf, &sub, &wrapping]).summary(), "pinned ca 2", "{limit}");
        for chain in [vec![&leaf, &sub, &wrapping], vec![&leaf, &sub, &wrapping, &genuine]] {
            assert_eq!(anchored(&key, &chain, &[&root]).summary(), "rejected path-invalid", "{limit}");
            assert_eq!(pinned([genuine.certificate_pin()], &chain).summary(), "rejected pin-mismatch", "{limit}");
        }
    }
}

/// RFC 5280 section 4.1.2.2 binds the CA: zero and long ones exist, and nothing rests on them. For a negative one: `rfc5280::serial::negative` of limbo.
#[test]
fn serial_numbers_are_not_looked_at() {
    for serial in [&[0][..], &[0xff; 20], &[0x7f; 40]] {
        let root = ca("Root").serial(serial).self_signed();
        let intermediate = ca("Intermediate").serial(serial).signed_by(&root);
        let leaf = leaf(HOST).serial(serial).signed_by(&intermediate);
        assert_eq!(pinned([intermediate.pin()], &[&leaf, &intermediate]).summary(), "pinned ca 1");
        assert_eq!(anchored([root.pin()], &[&leaf, &intermediate], &[&root]).summary(), "pinned ca outside");
    }
}

/// The documented limit of paths without anchors: nobody vouches for the dates of a wrapping, but the leaf must be the key's own.
#[test]
fn a_wrapping_made_by_an_attacker_helps_no_leaf_of_his() {
    let (genuine, rogue) = (Genuine::new(), Rogue::new());
    // The attacker does not hold the key: he signs the wrapping with his own.
    let wrapped_as_himself = ca("Rogue Intermediate").with_key_of(&genuine.intermediate).signed_by(&rogue.root);
    let wrapped = ca("Intermediate").with_key_of(&genuine.intermediate).valid("2025-01-01", "2036-01-01").signed_by(&rogue.root);
    for wrapping in [&wrapped, &wrapped_as_himself] {
        for chain in [vec![&rogue.leaf, wrapping], vec![&rogue.leaf, &rogue.intermediate, wrapping, &rogue.root]] {
            assert_eq!(pinned([genuine.intermediate.pin()], &chain).summary(), "rejected pin-mismatch");
            assert_eq!(
                anchored([genuine.intermediate.pin()], &chain, &[&rogue.root, &genuine.root])
                    .summary()
                    .split_once(' ')
                    .unwrap()
                    .0,
                "rejected"
            );
        }
    }
    // Dates of his choice let an expired genuine chain pass, and no other.
    let expired =
        ca("Intermediate").with_key_of(&genuine.intermediate).valid("2025-01-01", "2026-02-01").signed_by(&genuine.root);
    assert_off_path(&pinned([expired.pin()], &[&genuine.leaf, &expired]), 1, "an issuer is not valid at this time");
    assert_eq!(pinned([expired.pin()], &[&genuine.leaf, &expired, &wrapped]).summary(), "pinned ca 2");
    assert_eq!(
        anchored([expired.pin()], &[&genuine.leaf, &expired, &wrapped], &[&genuine.root]).summary(),
        "rejected path-invalid"
    );
}

#[test]
fn a_leaf_pin_and_a_ca_pin_on_different_paths_do_not_add_up() {
    let (genuine, rogue) = (Genuine::new(), Rogue::new());
    let both = |leaf: &Made, ca: &Made| json!({ "match": "leaf-and-ca", "pins": [{ "pin": leaf.pin(), "role": "leaf" }, { "pin": ca.pin(), "role": "ca" }] });
    let chain = [&genuine.leaf, &genuine.intermediate, &genuine.root, &rogue.root];
    let ask = |rule: Value| judge(&policy_of(rule), HOST, &chain, PRESENTED, NOW).summary();
    assert_eq!(ask(both(&genuine.leaf, &genuine.intermediate)), "pinned leaf 0");
    assert_eq!(ask(both(&genuine.leaf, &genuine.root)), "pinned leaf 0");
    assert_eq!(ask(both(&genuine.leaf, &rogue.root)), "rejected pin-mismatch");
    assert_eq!(ask(both(&rogue.leaf, &genuine.root)), "rejected pin-mismatch");
    with_anchors(&[&genuine.root, &rogue.root], |source| {
        let ask = |rule: Value| judge(&policy_of(rule), HOST, &chain, source, NOW).summary();
        assert_eq!(ask(both(&genuine.leaf, &genuine.root)), "pinned leaf 0");
        assert_eq!(ask(both(&genuine.leaf, &rogue.root)), "rejected pin-mismatch");
    });
}

/// The reasons of a pin that does not count are told of certificates on a path, and of no other.
#[test]
fn an_expired_or_misplaced_pin_tells_only_of_a_path() {
    let (genuine, rogue) = (Genuine::new(), Rogue::new());
    let expired = |made: &Made| json!({ "pin": made.pin(), "expires": PAST });
    let role = |made: &Made, role: &str| json!({ "pin": made.pin(), "role": role });
    let served = genuine.whole().to_vec();
    let appended = vec![&rogue.leaf, &rogue.intermediate, &genuine.intermediate, &genuine.root];
    for (pins, on_path, off_path) in [
        (json!([expired(&genuine.intermediate)]), "pin-expired", "pin-mismatch"),
        (json!([expired(&genuine.root)]), "pin-expired", "pin-mismatch"),
        (json!([role(&genuine.intermediate, "leaf")]), "role-mismatch", "pin-mismatch"),
        (json!([role(&genuine.leaf, "ca")]), "role-mismatch", "pin-mismatch"),
        (json!([expired(&genuine.root), role(&genuine.intermediate, "leaf")]), "pin-expired", "pin-mismatch"),
        (json!([role(&genuine.intermediate, "leaf"), expired(&genuine.root), stray_pin(1)]), "pin-expired", "pin-mismatch"),
    ] {
        for (chain, expected) in [(&served, on_path), (&appended, off_path)] {
            let expected = format!("rejected {expected}");
            assert_eq!(pinned(&pins, chain).summary(), expected, "{pins}");
            assert_eq!(anchored(&pins, chain, &[&genuine.root, &rogue.root]).summary(), expected, "{pins}");
        }
    }
    // One that counts outweighs both.
    let pins = json!([expired(&genuine.intermediate), role(&genuine.intermediate, "leaf"), genuine.root.pin()]);
    assert_eq!(pinned(&pins, &served).summary(), "pinned ca 2");
    assert_eq!(anchored(&pins, &genuine.served(), &[&genuine.root]).summary(), "pinned ca outside");
}

/// A copy of the leaf is no CA, and a leaf that appears again leads nowhere.
#[test]
fn a_copy_of_the_leaf_is_no_ca() {
    let genuine = Genuine::new();
    let device = leaf(HOST).with_ca_bit().key_usage(&[Usage::KeyCertSign]).self_signed();
    for chain in [vec![&genuine.leaf, &genuine.leaf, &genuine.intermediate], vec![&device, &device, &device]] {
        let pins = json!([{ "pin": chain[0].pin(), "role": "ca" }]);
        let judged = pinned(&pins, &chain);
        assert_eq!(judged.summary(), "rejected role-mismatch");
        assert_eq!(judged.chain[1].off_path.as_deref(), Some("a copy of the leaf, which is no CA"));
    }
    // Not a copy, though self-signed with the same key: it verifies, and who holds the key may do so.
    let as_ca = ca("Device").with_key_of(&device).self_signed();
    let by_itself = leaf(HOST).with_key_of(&device).signed_by(&as_ca);
    assert_eq!(pinned(json!([{ "pin": device.pin(), "role": "ca" }]), &[&by_itself, &as_ca]).summary(), "pinned ca 1");
}

/// Blocking is about the whole of what came: a blocked certificate off the path refuses the chain too.
#[test]
fn a_blocked_certificate_anywhere_in_the_chain_refuses_it() {
    let (genuine, rogue) = (Genuine::new(), Rogue::new());
    let chain = [&genuine.leaf, &genuine.intermediate, &genuine.root, &rogue.root];
    for blocked in [rogue.root.pin(), genuine.intermediate.pin()] {
        for mode in ["enforce", "report"] {
            let policy = with(policy_of(json!({ "pins": [genuine.leaf.pin()], "mode": mode })), json!({ "blocked": [blocked] }));
            assert_eq!(judge(&policy, HOST, &chain, PRESENTED, NOW).summary(), "rejected key-blocked");
            let with_anchors = with_anchors(&[&genuine.root], |source| judge(&policy, HOST, &chain, source, NOW));
            assert_eq!(with_anchors.summary(), "rejected key-blocked");
        }
    }
}

/// The same with certificates that real CAs have issued.
#[test]
fn a_real_ca_in_a_real_chain_of_another_matches_nothing() {
    let (victim, attacker) = (vector("google.com"), vector("cloudflare.com"));
    let (mut chain, pins) = (attacker.ders(), victim.pins());
    chain.extend(victim.ders().split_off(1));
    let policy = policy(json!([{ "host": attacker.host, "pins": pins[1..] }]));
    assert_eq!(judge(&policy, &attacker.host, &chain, PRESENTED, &attacker.now()).summary(), "rejected pin-mismatch");
    assert!(judge(&policy, &attacker.host, &chain, VALIDATED, &attacker.now()).is_ok(), "what a platform is trusted to prevent");
}
