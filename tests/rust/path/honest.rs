//! What honest servers send: out of order, too much, too little, more than once. None of it locks anybody out.

use super::*;
use crate::common::made::{ED25519, P384};
use crate::common::real::{vector, vectors};
use crate::common::stray_pin;

/// The leaf stands first; the others may stand anyhow.
#[test]
fn the_order_of_the_others_does_not_matter() {
    let root = ca("Root").self_signed();
    let upper = ca("Upper").signed_by(&root);
    let lower = ca("Lower").signed_by(&upper);
    let leaf = leaf(HOST).signed_by(&lower);
    let others = [&root, &upper, &lower];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let chain = [&leaf, others[order[0]], others[order[1]], others[order[2]]];
        for (which, certificate) in others.iter().enumerate() {
            let index = 1 + order.iter().position(|place| *place == which).unwrap();
            for pin in [certificate.pin(), certificate.certificate_pin()] {
                assert_eq!(pinned([&pin], &chain).summary(), format!("pinned ca {index}"));
                let judged = anchored([&pin], &chain, &[&root]);
                assert_eq!((judged.summary(), on_path(&judged)), (format!("pinned ca {index}"), vec![0, 1, 2, 3]));
            }
        }
    }
}

/// Old intermediates, other roots, a certificate for another host: beside the path, and nothing but ballast.
#[test]
fn superfluous_certificates_lock_nobody_out() {
    let (genuine, other) = (Genuine::new(), Rogue::new());
    let stale = ca("Intermediate").valid("2020-01-01", "2022-01-01").signed_by(&genuine.root);
    let elsewhere = leaf("elsewhere.example").signed_by(&other.intermediate);
    let unreadable = ca("Odd").extension(&[2, 5, 29, 19], true, b"nonsense").without_basic_constraints().signed_by(&genuine.root);
    for superfluous in [&stale, &elsewhere, &unreadable, &other.root, &other.intermediate] {
        for at in 1..=3 {
            let mut chain = genuine.whole().to_vec();
            chain.insert(at, superfluous);
            for pin in genuine.whole().map(Made::pin) {
                assert!(pinned([&pin], &chain).summary().starts_with("pinned "));
                assert!(anchored([&pin], &chain, &[&genuine.root]).summary().starts_with("pinned "));
                // Pinned as well, and off the path.
                assert!(pinned([&pin, &superfluous.pin()], &chain).summary().starts_with("pinned "));
            }
            let judged = anchored([genuine.root.pin()], &chain, &[&genuine.root, &other.root]);
            assert_eq!(judged.chain[at].off_path.as_deref(), Some("not on the verified path"));
            let judged = pinned([genuine.leaf.pin()], &chain);
            assert_eq!(judged.chain[at].off_path.as_deref(), Some("no pin names it, so no path to it was built"));
            let judged = pinned([genuine.leaf.pin(), superfluous.pin()], &chain);
            assert_eq!(judged.chain[at].off_path.as_deref(), Some("a pin had matched before, so no path to it was built"));
        }
    }
}

/// OkHttp's `pinRootNotPresentInChain`, as far as it can go: nobody can chain to a certificate that is nowhere.
#[test]
fn a_root_that_is_not_sent_matches_where_the_app_gives_it() {
    let genuine = Genuine::new();
    for pin in [genuine.root.pin(), genuine.root.certificate_pin()] {
        let without = pinned([&pin], &genuine.served());
        assert_eq!(without.summary(), "rejected pin-mismatch");
        assert!(without.message.contains("only where `anchors` are given"), "{}", without.message);

        let with = anchored([&pin], &genuine.served(), &[&genuine.root]);
        assert_eq!((with.summary().as_str(), on_path(&with)), ("pinned ca outside", vec![0, 1]));
        let matched = with.matched.unwrap();
        assert_eq!((matched.pin.as_str(), matched.role, matched.index), (&*pin, "ca", -1));
        // Sent or not, it is the same root.
        assert_eq!(anchored([&pin], &genuine.whole(), &[&genuine.root]).summary(), "pinned ca 2");
    }
    // Neither the root nor the intermediate sent: no path, but a pinned leaf needs none.
    assert_eq!(pinned([genuine.leaf.pin()], &[&genuine.leaf]).summary(), "pinned leaf 0");
    let judged = anchored([genuine.leaf.pin()], &[&genuine.leaf], &[&genuine.root]);
    assert_no_path(&judged, "an issuer is neither in the chain nor among the anchors");
    assert_eq!(anchored([genuine.leaf.pin()], &[&genuine.leaf], &[&genuine.intermediate]).summary(), "pinned leaf 0");
}

/// Twice the same certificate is no loop, and costs nothing.
#[test]
fn duplicates_do_no_harm() {
    let genuine = Genuine::new();
    let [leaf, intermediate, root] = genuine.whole();
    for chain in [
        vec![leaf, intermediate, intermediate, root, root],
        vec![leaf, leaf, leaf, intermediate, root],
        vec![leaf, root, intermediate, root, leaf, intermediate, root, leaf, intermediate, root, leaf, intermediate, root],
    ] {
        for certificate in [intermediate, root] {
            let index = chain.iter().position(|other| other.der == certificate.der).unwrap();
            for pin in [certificate.pin(), certificate.certificate_pin()] {
                assert_eq!(pinned([&pin], &chain).summary(), format!("pinned ca {index}"));
                assert_eq!(anchored([&pin], &chain, &[root]).summary(), format!("pinned ca {index}"));
            }
        }
        assert_eq!(pinned([leaf.pin()], &chain).summary(), "pinned leaf 0");
    }
}

/// A and B have signed each other, as CAs that merge do. One of them is pinned, or trusted.
#[test]
fn a_loop_ends() {
    let (a, b) = (ca("A").self_signed(), ca("B").self_signed());
    let a_by_b = ca("A").with_key_of(&a).signed_by(&b);
    let b_by_a = ca("B").with_key_of(&b).signed_by(&a);
    let leaf = leaf(HOST).signed_by(&a);
    let chain = [&leaf, &a_by_b, &b_by_a];
    assert_eq!(pinned([a.pin()], &chain).summary(), "pinned ca 1");
    assert_eq!(pinned([b.pin()], &chain).summary(), "pinned ca 2");
    assert_eq!(pinned([stray_pin(1)], &chain).summary(), "rejected pin-mismatch");
    assert_eq!(anchored([b.pin()], &chain, &[&b]).summary(), "pinned ca outside");
    assert_eq!(anchored([a.pin()], &chain, &[&b]).summary(), "pinned ca 1");
    // The way through B comes back to where it was: a certificate is used once.
    assert_eq!(anchored([b.pin()], &chain, &[&a_by_b]).summary(), "rejected pin-mismatch");
    assert_eq!(anchored([a.pin()], &chain, &[&a_by_b]).summary(), "pinned ca 1");
    let elsewhere = ca("Elsewhere").self_signed();
    assert_eq!(anchored([a.pin(), b.pin()], &chain, &[&elsewhere]).summary(), "rejected path-invalid");
    // Its own signer, and no root of anybody's.
    let lone = ca("Lone").self_signed();
    let leaf = super::leaf(HOST).signed_by(&lone);
    assert_eq!(anchored([lone.pin()], &[&leaf, &lone, &lone], &[&elsewhere]).summary(), "rejected path-invalid");
    assert_eq!(pinned([lone.pin()], &[&leaf, &lone, &lone]).summary(), "pinned ca 1");
}

/// One key of an intermediate, signed by two roots; which of the paths is found first must not decide.
#[test]
fn of_two_paths_the_pinned_one_is_found() {
    let (old, new) = (ca("Old Root").self_signed(), ca("New Root").self_signed());
    let by_old = ca("Intermediate").signed_by(&old);
    let by_new = ca("Intermediate").with_key_of(&by_old).signed_by(&new);
    let leaf = leaf(HOST).signed_by(&by_old);
    for chain in [[&leaf, &by_old, &by_new], [&leaf, &by_new, &by_old]] {
        for (root, other) in [(&old, &new), (&new, &old)] {
            let through = if core::ptr::eq(root, &old) { &by_old } else { &by_new };
            for pins in [vec![root.pin()], vec![root.certificate_pin()], vec![root.pin(), stray_pin(1)]] {
                for anchors in [[&old, &new], [&new, &old]] {
                    let judged = anchored(&pins, &chain, &anchors);
                    assert_eq!(judged.summary(), "pinned ca outside");
                    let index = chain.iter().position(|other| other.der == through.der).unwrap();
                    assert_eq!(on_path(&judged), [0, index]);
                }
                assert_eq!(anchored(&pins, &chain, &[root]).summary(), "pinned ca outside");
                assert_eq!(anchored(&pins, &chain, &[other]).summary(), "rejected pin-mismatch");
                // The roots sent too, and nothing trusted but the pin.
                let whole = [&chain[..], &[other, root]].concat();
                let judged = pinned(&pins, &whole);
                assert_eq!(judged.summary(), "pinned ca 4");
                // A pinned certificate among two of one key.
                let judged = anchored([through.certificate_pin()], &chain, &[&old, &new]);
                let index = chain.iter().position(|other| other.der == through.der).unwrap();
                assert_eq!(judged.summary(), format!("pinned ca {index}"));
            }
        }
    }
}

/// A new root that the app does not know yet, cross-signed by one that it does; the pin is on either.
#[test]
fn a_cross_signed_root_is_a_way_to_an_older_one() {
    let (old, new) = (ca("Old Root").self_signed(), ca("New Root").self_signed());
    let cross = ca("New Root").with_key_of(&new).signed_by(&old);
    let intermediate = ca("Intermediate").signed_by(&new);
    let leaf = leaf(HOST).signed_by(&intermediate);
    let chain = [&leaf, &intermediate, &cross];
    for (anchors, pin, expected) in [
        (vec![&old], old.pin(), "pinned ca outside"),
        (vec![&old], new.pin(), "pinned ca 2"),
        (vec![&new], new.pin(), "pinned ca outside"),
        (vec![&new], old.pin(), "rejected pin-mismatch"),
        (vec![&new, &old], old.pin(), "pinned ca outside"),
        (vec![&old, &new], new.pin(), "pinned ca outside"),
        (vec![&old, &new], cross.certificate_pin(), "pinned ca 2"),
    ] {
        assert_eq!(anchored([&pin], &chain, &anchors).summary(), expected);
    }
    assert_eq!(pinned([new.pin()], &chain).summary(), "pinned ca 2");
    assert_eq!(pinned([old.pin()], &chain).summary(), "rejected pin-mismatch");
}

/// Kinds of keys may be mixed.
#[test]
fn a_path_goes_through_keys_of_several_kinds() {
    let root = ca("Root").with_new_key(&P384).self_signed();
    let upper = ca("Upper").with_new_key(&ED25519).signed_by(&root);
    let lower = ca("Lower").signed_by(&upper);
    let leaf = leaf(HOST).with_new_key(&ED25519).signed_by(&lower);
    assert_eq!(pinned([root.pin()], &[&leaf, &lower, &upper, &root]).summary(), "pinned ca 3");
    assert_eq!(anchored([root.pin()], &[&leaf, &lower, &upper], &[&root]).summary(), "pinned ca outside");
}

/// Every chain of the collection that ends in a public root, with that root as the app's.
#[test]
fn real_chains_lead_to_their_roots() {
    let mut count = 0;
    for vector in vectors() {
        let Some(root) = &vector.root else { continue };
        let root_pem = crate::common::real::text(&root.file);
        let anchors = Anchors::parse([Encoded::Text(root_pem.as_bytes())]).unwrap();
        let source = Source::Presented { anchors: Some(&anchors) };
        let rule = |pin: &str| policy(json!([{ "host": vector.host, "pins": [pin] }]));
        let root_pin = format!("sha256/{}", root.spki_sha256);
        let judged = judge(&rule(&root_pin), &vector.host, &vector.ders(), source, &vector.now());
        assert!(judged.summary().starts_with("pinned ca "), "{}: {}", vector.host, judged.message);
        for (index, pin) in vector.pins().iter().enumerate() {
            let expected = if index == 0 { "pinned leaf 0".to_owned() } else { format!("pinned ca {index}") };
            for source in [source, PRESENTED] {
                let judged = judge(&rule(pin), &vector.host, &vector.ders(), source, &vector.now());
                // Amazon and others send cross-signed roots, which no path to the root itself goes through.
                let passed_by = judged.summary() == "rejected pin-mismatch" && *pin == root_pin;
                assert!(judged.summary() == expected || passed_by, "{} {index}: {}", vector.host, judged.message);
            }
        }
        count += 1;
    }
    assert!(count >= 8, "{count}");
}

#[test]
fn a_real_chain_does_not_lead_to_another_ones_root() {
    let (ours, theirs) = (vector("google.com"), vector("akamai.com"));
    let root = crate::common::real::text(&theirs.root.as_ref().unwrap().file);
    let anchors = Anchors::parse([Encoded::Text(root.as_bytes())]).unwrap();
    let policy = policy(json!([{ "host": ours.host, "pins": ours.pins() }]));
    let judged = judge(&policy, &ours.host, &ours.ders(), Source::Presented { anchors: Some(&anchors) }, &ours.now());
    assert_eq!(judged.summary(), "rejected path-invalid");
}
