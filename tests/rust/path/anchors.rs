//! The roots that an app gives: what leads to them, what they are trusted for, and what remains a pin's business.

use core::slice::from_ref;

use super::*;
use crate::common::made::Purpose;
use crate::common::{VALIDATED, judge_at, stray_pin, time};
use chainpin::{ChainError, ChainProblem};

/// A path to a root is one thing, a pin another: both are wanted.
#[test]
fn a_trusted_path_without_a_pin_and_a_pin_without_a_trusted_path_are_refused() {
    let (genuine, rogue) = (Genuine::new(), Rogue::new());
    assert_eq!(anchored([stray_pin(1)], &genuine.served(), &[&genuine.root]).summary(), "rejected pin-mismatch");
    for pin in genuine.whole().map(Made::pin) {
        let judged = anchored([pin], &genuine.whole(), &[&rogue.root]);
        assert_no_path(&judged, "an issuer is neither in the chain nor among the anchors");
        let whys: Vec<Option<&str>> = judged.chain.iter().map(|entry| entry.off_path.as_deref()).collect();
        assert_eq!(whys, [None, Some("no path to an anchor was found"), Some("no path to an anchor was found")]);
    }
}

/// Step 6 is final: no mode and no expiry softens it, though each softens what comes after.
#[test]
fn a_missing_path_is_final() {
    let (genuine, rogue) = (Genuine::new(), Rogue::new());
    for soft in
        [json!({}), json!({ "mode": "report" }), json!({ "expires": PAST }), json!({ "expires": PAST, "onExpiry": "deny" })]
    {
        let policy = policy_of(with(json!({ "pins": [genuine.leaf.pin()] }), soft.clone()));
        let policy = with(policy, json!({ "expires": PAST, "onExpiry": "deny" }));
        with_anchors(&[&rogue.root], |source| {
            assert_eq!(judge(&policy, HOST, &genuine.whole(), source, NOW).summary(), "rejected path-invalid", "{soft}");
        });
    }
}

/// The leaf's own failures speak before the path's, also where both hold.
#[test]
fn the_leaf_speaks_before_the_path() {
    let (genuine, rogue) = (Genuine::new(), Rogue::new());
    let at = |leaf: &Made, host: &str| {
        let rules = json!([{ "host": host, "pins": [leaf.pin()], "mode": "report" }]);
        with_anchors(&[&rogue.root], |source| judge(&policy(rules), host, &[leaf, &genuine.intermediate], source, NOW).summary())
    };
    let expired = leaf(HOST).valid("2025-01-01", "2026-01-01").signed_by(&genuine.intermediate);
    let early = leaf(HOST).valid("2026-07-01", "2027-01-01").signed_by(&genuine.intermediate);
    let for_clients = leaf(HOST).extended_key_usage(&[Purpose::ClientAuth]).signed_by(&genuine.intermediate);
    assert_eq!(at(&expired, HOST), "rejected certificate-expired");
    assert_eq!(at(&early, HOST), "rejected certificate-not-yet-valid");
    assert_eq!(at(&genuine.leaf, "www.example.com"), "rejected hostname-mismatch");
    assert_eq!(at(&for_clients, HOST), "rejected path-invalid");
    assert_eq!(at(&genuine.leaf, HOST), "rejected path-invalid");
}

/// Trusted as given: an anchor's dates, basic constraints and purposes were the app's to judge. Its names and key usage bind its key.
#[test]
fn an_anchor_is_trusted_as_given() {
    let expired = ca("Root").valid("2010-01-01", "2020-01-01").without_basic_constraints().self_signed();
    let leaf = leaf(HOST).signed_by(&expired);
    for pin in [expired.pin(), expired.certificate_pin()] {
        assert_eq!(anchored([&pin], &[&leaf], &[&expired]).summary(), "pinned ca outside");
        assert_eq!(anchored([&pin], &[&leaf, &expired], &[&expired]).summary(), "pinned ca 1");
        assert_eq!(pinned([&pin], &[&leaf, &expired]).summary(), "rejected pin-mismatch");
    }
}

/// A certificate pin on a root is a pin on the bytes that the app gave: another certificate of its key is another certificate.
#[test]
fn a_certificate_pin_matches_an_anchor_by_the_bytes_that_the_app_gave() {
    let genuine = Genuine::new();
    let renewed = ca("Root").with_key_of(&genuine.root).valid("2020-01-01", "2040-01-01").self_signed();
    let ask = |pin: &Made, anchor: &Made| anchored([pin.certificate_pin()], &genuine.served(), &[anchor]).summary();
    assert_eq!(ask(&genuine.root, &genuine.root), "pinned ca outside");
    assert_eq!(ask(&renewed, &renewed), "pinned ca outside");
    assert_eq!(ask(&genuine.root, &renewed), "rejected pin-mismatch");
    assert_eq!(ask(&renewed, &genuine.root), "rejected pin-mismatch");
    // Both given: the other is found too.
    for anchors in [[&genuine.root, &renewed], [&renewed, &genuine.root]] {
        for root in [&genuine.root, &renewed] {
            assert_eq!(anchored([root.certificate_pin()], &genuine.served(), &anchors).summary(), "pinned ca outside");
        }
    }
}

/// The index is that of the very certificate.
#[test]
fn an_anchor_in_the_chain_is_told_by_its_place() {
    let genuine = Genuine::new();
    let [leaf, intermediate, root] = genuine.whole();
    let renewed = ca("Root").with_key_of(root).self_signed();
    assert_eq!(anchored([root.pin()], &[leaf, intermediate, root], &[root]).summary(), "pinned ca 2");
    assert_eq!(anchored([root.pin()], &[leaf, root, intermediate], &[root]).summary(), "pinned ca 1");
    assert_eq!(anchored([root.certificate_pin()], &[leaf, intermediate, &renewed], &[root]).summary(), "pinned ca outside");
    // An intermediate that the app trusts ends the path: what is above it does not count.
    assert_eq!(anchored([intermediate.pin()], &[leaf, intermediate, root], &[intermediate]).summary(), "pinned ca 1");
    let above = anchored([root.pin()], &[leaf, intermediate, root], &[intermediate]);
    assert_eq!((above.summary().as_str(), on_path(&above)), ("rejected pin-mismatch", vec![0, 1]));
}

/// Of several trusted paths, a longer one may hold the pin.
#[test]
fn a_longer_path_is_tried_where_the_shorter_has_no_pin() {
    let genuine = Genuine::new();
    for anchors in [[&genuine.intermediate, &genuine.root], [&genuine.root, &genuine.intermediate]] {
        let judged = anchored([genuine.root.pin()], &genuine.whole(), &anchors);
        assert_eq!((judged.summary().as_str(), on_path(&judged)), ("pinned ca 2", vec![0, 1, 2]));
    }
}

/// A device's own certificate, given by the app: a path of its own.
#[test]
fn a_leaf_that_is_given_as_an_anchor_is_trusted() {
    let root = ca("Root").self_signed();
    let devices = [
        leaf(HOST).self_signed(),
        leaf(HOST).with_ca_bit().self_signed(),
        leaf(HOST).signed_by(&root),
        leaf(HOST).with_ca_bit().signed_by(&root),
    ];
    for device in &devices {
        assert_eq!(anchored([device.pin()], &[device], &[device]).summary(), "pinned leaf 0");
        assert_eq!(anchored([device.pin()], &[device], &[&root, device]).summary(), "pinned leaf 0");
        assert_eq!(anchored([stray_pin(1)], &[device], &[device]).summary(), "rejected pin-mismatch");
        assert_eq!(
            anchored(json!([{ "pin": device.pin(), "role": "ca" }]), &[device], &[device]).summary(),
            "rejected role-mismatch"
        );
        // Another certificate of its name, or of its key, is not the one.
        let namesake = leaf(HOST).self_signed();
        assert_eq!(anchored([namesake.pin()], &[&namesake], &[device]).summary(), "rejected path-invalid");
        let renewed = leaf(HOST).with_key_of(device).with_ca_bit().valid("2026-02-01", "2027-02-01").self_signed();
        assert_eq!(anchored([device.pin()], &[&renewed], &[device]).summary(), "rejected path-invalid");
    }
    // Its dates are looked at all the same: it is a leaf.
    let expired = leaf(HOST).valid("2025-01-01", "2026-01-01").self_signed();
    assert_eq!(anchored([expired.pin()], &[&expired], &[&expired]).summary(), "rejected certificate-expired");
}

/// A bundle of roots that also lists the server's certificate: the pin of its CA counts all the same.
#[test]
fn a_leaf_that_is_an_anchor_may_lead_to_a_pin_above_it() {
    let genuine = Genuine::new();
    let anchors = [&genuine.leaf, &genuine.root];
    for (pin, expected) in [
        (genuine.leaf.pin(), "pinned leaf 0"),
        (genuine.intermediate.pin(), "pinned ca 1"),
        (genuine.root.pin(), "pinned ca outside"),
    ] {
        assert_eq!(anchored([&pin], &genuine.served(), &anchors).summary(), expected);
        assert_eq!(anchored([&pin], &genuine.served(), &[&genuine.root, &genuine.leaf]).summary(), expected);
    }
    assert_eq!(anchored([stray_pin(1)], &genuine.served(), &anchors).summary(), "rejected pin-mismatch");
    assert_eq!(anchored([genuine.root.pin()], &[&genuine.leaf], &[&genuine.leaf]).summary(), "rejected pin-mismatch");
}

/// Removed before a path is built, so that another path is found, or none.
#[test]
fn a_blocked_anchor_is_no_anchor() {
    let (old, new) = (ca("Old Root").self_signed(), ca("New Root").self_signed());
    let by_old = ca("Intermediate").signed_by(&old);
    let by_new = ca("Intermediate").with_key_of(&by_old).signed_by(&new);
    let leaf = leaf(HOST).signed_by(&by_old);
    let chain = [&leaf, &by_old, &by_new];
    let ask = |pin: String, blocked: &[String], anchors: &[&Made]| {
        let policy = with(policy_of(json!({ "pins": [pin, stray_pin(9)] })), json!({ "blocked": blocked }));
        with_anchors(anchors, |source| judge(&policy, HOST, &chain, source, NOW).summary())
    };
    let blocked = old.pin();
    assert_eq!(ask(leaf.pin(), &[], &[&old]), "pinned leaf 0");
    assert_eq!(ask(leaf.pin(), from_ref(&blocked), &[&old]), "rejected path-invalid");
    assert_eq!(ask(leaf.pin(), from_ref(&blocked), &[&old, &new]), "pinned leaf 0");
    assert_eq!(ask(new.pin(), from_ref(&blocked), &[&old, &new]), "pinned ca outside");
    assert_eq!(ask(new.pin(), &[blocked.clone(), stray_pin(1)], &[&old]), "rejected path-invalid");
    assert_eq!(ask(leaf.pin(), &[blocked, new.pin()], &[&old, &new]), "rejected path-invalid");
    // Every certificate of the key is blocked.
    let renewed = ca("Old Root").with_key_of(&old).valid("2020-01-01", "2040-01-01").self_signed();
    assert_eq!(ask(leaf.pin(), &[old.pin()], &[&renewed]), "rejected path-invalid");
}

/// Anchors say nothing where no path is asked for.
#[test]
fn hosts_that_are_not_pinned_need_no_anchor() {
    let (genuine, rogue) = (Genuine::new(), Rogue::new());
    with_anchors(&[&rogue.root], |source| {
        assert_eq!(judge(&policy(json!([])), HOST, &genuine.served(), source, NOW).summary(), "unlisted");
        let exempt = policy(json!([{ "host": HOST, "exempt": true }]));
        let judged = judge(&exempt, HOST, &genuine.served(), source, NOW);
        assert_eq!(judged.summary(), "exempt");
        assert_eq!(judged.chain[1].off_path.as_deref(), Some("no path was looked for"));
    });
    let validated = judge(&policy_of(json!({ "pins": [genuine.root.pin()] })), HOST, &genuine.whole(), VALIDATED, NOW);
    assert_eq!(on_path(&validated), [0, 1, 2]);
}

#[test]
fn anchors_are_certificates_and_not_too_many() {
    let root = ca("Root").self_signed();
    let count = |count| Anchors::parse(core::iter::repeat_n(Encoded::Der(&root.der), count)).map(|_| ());
    assert_eq!(count(0), Err(ChainError::Empty));
    assert_eq!(count(1_024), Ok(()));
    assert!(matches!(count(1_025), Err(ChainError::TooLarge(limits)) if limits.certificates == 1_024));
    let parse = |pieces: &[Encoded<'_>]| Anchors::parse(pieces.iter().copied()).map(|_| ()).unwrap_err();
    let malformed = parse(&[Encoded::Der(&root.der), Encoded::Der(&root.der[1..])]);
    assert!(matches!(malformed, ChainError::Malformed { index: 1, problem: ChainProblem::Certificate(_), .. }));
    assert!(matches!(parse(&[Encoded::Text(b"nonsense!")]), ChainError::Malformed { index: 0, .. }));
    assert!(matches!(parse(&[Encoded::Oversize]), ChainError::TooLarge(_)));
    let large = vec![0x30; 4 * 1024 * 1024 + 1];
    assert!(matches!(parse(&[Encoded::Der(&large)]), ChainError::TooLarge(_)));
}

/// A path is a path at one time: each certificate of it is valid then.
#[test]
fn a_path_is_valid_while_each_of_its_certificates_is() {
    let root = ca("Root").valid("2020-01-01", "2021-01-01").self_signed();
    let intermediate = ca("Intermediate").valid("2026-02-01", "2026-05-01T12:00:00Z").signed_by(&root);
    let leaf = leaf(HOST).signed_by(&intermediate);
    let policy = policy_of(json!({ "pins": [leaf.pin()] }));
    for (now, expected) in [
        ("2026-01-31T23:59:59Z", "rejected path-invalid"),
        ("2026-02-01", "pinned leaf 0"),
        ("2026-05-01T12:00:00.999Z", "pinned leaf 0"),
        ("2026-05-01T12:00:01Z", "rejected path-invalid"),
    ] {
        with_anchors(&[&root], |source| {
            assert_eq!(judge_at(&policy, HOST, &[&leaf, &intermediate], source, time(now)).summary(), expected, "{now}");
        });
    }
}
