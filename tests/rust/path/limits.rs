//! Work is bounded: 16 certificates, 6 intermediates on a path, signatures by their cost, bytes that are read again, names that are
//! compared with constraints; whatever is sent and whatever is trusted.

use std::time::{Duration, Instant};

use super::*;
use crate::common::made::{Purpose, leaf_for};
use crate::common::stray_pin;
use chainpin::{ChainBytes, Policy, Request, Verifier};

/// Signatures by P-256 within `limits::SIGNATURE_WORK`, short certificates hashed and all.
const SIGNATURES: usize = 16;
const WORK_LIMIT: &str = "more work than one verdict may";

/// Far above what the worst verdict takes in an unoptimised build on a busy machine, and far below unbounded work.
const PATIENCE: Duration = Duration::from_secs(5);

#[track_caller]
fn in_bounded_time<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    println!("{:?}", start.elapsed());
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    result
}

/// The root, so many intermediates, and the leaf, as a server sends them.
fn chain_through(intermediates: usize) -> Vec<Made> {
    let mut chain = vec![ca("Root").self_signed()];
    for number in 0..intermediates {
        chain.push(ca(&format!("Intermediate {number}")).signed_by(chain.last().unwrap()));
    }
    chain.push(leaf(HOST).signed_by(chain.last().unwrap()));
    chain.reverse();
    chain
}

/// OkHttp's `chainMaxLength` and `chainTooLong`, at our limits.
#[test]
fn six_intermediates_are_a_path_and_seven_are_not() {
    for (intermediates, leads) in [(0, true), (1, true), (5, true), (6, true), (7, false), (14, false)] {
        let chain = chain_through(intermediates);
        let chain: Vec<&Made> = chain.iter().collect();
        let (root, served) = chain.split_last().unwrap();
        let without = pinned([root.pin()], &chain);
        let with = anchored([root.pin()], served, &[root]);
        if leads {
            assert_eq!(without.summary(), format!("pinned ca {}", served.len()));
            assert_eq!(with.summary(), "pinned ca outside");
            assert_eq!(on_path(&with), (0..served.len()).collect::<Vec<_>>());
        } else {
            assert_off_path(&without, served.len(), "the path has more than 6 intermediates");
            assert_no_path(&with, "the path has more than 6 intermediates");
            // Up to there, it is one.
            assert_eq!(pinned([chain[7].pin()], &chain).summary(), "pinned ca 7");
        }
    }
}

#[test]
fn sixteen_certificates_are_judged_and_seventeen_are_not() {
    let chain = chain_through(3);
    let stranger = ca("Stranger").self_signed();
    let mut chain: Vec<&Made> = chain.iter().collect();
    let root = chain.pop().unwrap();
    chain.extend(core::iter::repeat_n(&stranger, 11));
    chain.push(root);
    assert_eq!(chain.len(), 16);
    assert_eq!(pinned([root.pin()], &chain).summary(), "pinned ca 15");
    assert_eq!(anchored([root.pin()], &chain, &[root]).summary(), "pinned ca 15");
    chain.push(&stranger);
    assert_eq!(pinned([root.pin()], &chain).summary(), "rejected chain-too-large");
    assert_eq!(anchored([root.pin()], &chain, &[root]).summary(), "rejected chain-too-large");
}

/// A thousand roots of one name: the right one is found among the first sixteen, and no more is tried. The app gives its roots, so
/// that this is its own doing.
#[test]
fn a_thousand_anchors_of_one_name_are_too_many_to_try() {
    let roots: Vec<Made> = (0..1_000).map(|_| ca("Root").self_signed()).collect();
    let anchors: Vec<&Made> = roots.iter().collect();
    for (place, found) in [(0, true), (8, true), (SIGNATURES - 1, true), (SIGNATURES, false), (999, false)] {
        let leaf = leaf(HOST).signed_by(&roots[place]);
        let judged = in_bounded_time(|| anchored([leaf.pin()], &[&leaf], &anchors));
        if found {
            assert_eq!(judged.summary(), "pinned leaf 0", "{place}");
        } else {
            assert_eq!(judged.summary(), "rejected path-invalid", "{place}");
            assert!(judged.message.contains(WORK_LIMIT), "{}", judged.message);
        }
    }
    // Names keep the others out of the way.
    let other = ca("Other").self_signed();
    let leaf = leaf(HOST).signed_by(&other);
    assert_eq!(anchored([other.pin()], &[&leaf], &[&anchors[..], &[&other]].concat()).summary(), "pinned ca outside");
}

/// The pinned key in ten wrappings, each a candidate of its own: whether the leaf is signed by it is checked once.
#[test]
fn wrappings_of_a_pinned_key_cost_one_check() {
    let genuine = Genuine::new();
    let rogue = leaf(HOST).signed_in_the_name_of(&genuine.root, &ca("Rogue").self_signed());
    let wrap = |number: u8| ca("Root").with_key_of(&genuine.root).serial(&[number]);
    let wrappings: Vec<Made> = (1..=10).map(|number| wrap(number).self_signed()).collect();
    let chain: Vec<&Made> = core::iter::once(&rogue).chain(&wrappings).collect();
    let judged = in_bounded_time(|| pinned([genuine.root.pin()], &chain));
    assert_eq!((judged.summary().as_str(), on_path(&judged)), ("rejected pin-mismatch", vec![0]));
    for index in 1..=10 {
        assert_off_path(&judged, index, "a signature does not verify with the key of the named issuer");
    }

    // The genuine leaf leads to the first of them.
    let leaf = leaf(HOST).signed_by(&genuine.root);
    let chain: Vec<&Made> = core::iter::once(&leaf).chain(&wrappings).collect();
    assert_eq!(in_bounded_time(|| pinned([genuine.root.pin()], &chain)).summary(), "pinned ca 1");
}

/// The longest path, of the costliest common kind, and one signature more than that.
#[test]
fn seven_signatures_by_p384_are_within_the_allowance() {
    let mut chain = vec![ca("Root").with_new_key(&rcgen::PKCS_ECDSA_P384_SHA384).self_signed()];
    for number in 0..6 {
        let name = format!("Intermediate {number}");
        chain.push(ca(&name).with_new_key(&rcgen::PKCS_ECDSA_P384_SHA384).signed_by(chain.last().unwrap()));
    }
    let leaf = leaf(HOST).signed_by(chain.last().unwrap());
    let (root, served) = chain.split_first().unwrap();
    let served: Vec<&Made> = core::iter::once(&leaf).chain(served.iter().rev()).collect();
    assert_eq!(anchored([root.pin()], &served, &[root]).summary(), "pinned ca outside");

    let rogue = ca("Root").with_new_key(&rcgen::PKCS_ECDSA_P384_SHA384);
    let namesakes: Vec<Made> = (0..8).map(|_| rogue.clone().self_signed()).collect();
    let alone = crate::common::made::leaf(HOST).signed_by(&namesakes[0]);
    let stranger = crate::common::made::leaf(HOST).signed_by(&rogue.clone().self_signed());
    let anchors: Vec<&Made> = namesakes.iter().collect();
    assert!(!anchored([stray_pin(1)], &[&alone], &anchors[1..]).message.contains(WORK_LIMIT), "seven are tried");
    assert!(anchored([stray_pin(1)], &[&stranger], &anchors).message.contains(WORK_LIMIT), "eight are not");
}

/// A certificate that an attacker fills with extensions or purposes is on no path, so that no step reads them again.
#[test]
fn a_certificate_of_many_parts_is_on_no_path() {
    let root = ca("Root").self_signed();
    for (count, leads) in [(50, true), (65, false), (2_000, false)] {
        let stuffed =
            (0..count).fold(ca("Stuffed"), |made, number| made.extension(&[1, 3, 6, 1, 4, 1, 1, number], false, &[5, 0]));
        let stuffed = stuffed.signed_by(&root);
        let leaf_of = leaf(HOST).signed_by(&stuffed);
        let judged = anchored([root.pin()], &[&leaf_of, &stuffed], &[&root]);
        assert_eq!(judged.is_ok(), leads, "{count}: {}", judged.message);
        let judged = pinned([stuffed.pin()], &[&leaf_of, &stuffed]);
        assert_eq!(judged.is_ok(), leads, "{count}: {}", judged.message);
        let leaf = (0..count).fold(leaf(HOST), |made, number| made.extension(&[1, 3, 6, 1, 4, 1, 1, number], false, &[5, 0]));
        let leaf = leaf.signed_by(&root);
        assert_eq!(anchored([root.pin()], &[&leaf], &[&root]).is_ok(), leads, "{count}");
        assert_eq!(pinned([leaf.pin()], &[&leaf]).summary(), "pinned leaf 0", "which needs no path");
    }
    for (count, leads) in [(60, true), (65, false)] {
        let purposes: Vec<Purpose> = (0..count).map(|number| Purpose::Other(vec![1, 3, 6, 1, 4, 1, number])).collect();
        let stuffed = ca("Stuffed").extended_key_usage(&[&[Purpose::ServerAuth], purposes.as_slice()].concat()).signed_by(&root);
        let leaf = leaf(HOST).signed_by(&stuffed);
        assert_eq!(anchored([root.pin()], &[&leaf, &stuffed], &[&root]).is_ok(), leads, "{count}");
    }
}

/// Names in the leaf, its subject with them, times subtrees above it.
#[test]
fn names_are_compared_with_so_many_constraints_and_no_more() {
    let names: Vec<String> = (0..200).map(|number| format!("h{number}.example.com")).chain([HOST.to_owned()]).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for (subtrees, leads) in [(100, true), (123, false), (200, false)] {
        let permitted: Vec<String> =
            (0..subtrees).map(|number| format!("s{number}.example")).chain(["example.com".to_owned()]).collect();
        let permitted: Vec<&str> = permitted.iter().map(String::as_str).collect();
        let root = ca("Root").self_signed();
        let constrained = ca("Constrained").name_constraints(&permitted, &[]).signed_by(&root);
        let leaf = leaf_for(&names).signed_by(&constrained);
        let judged = anchored([root.pin()], &[&leaf, &constrained], &[&root]);
        assert_eq!(judged.is_ok(), leads, "{subtrees}: {}", judged.message);
        assert!(leads || judged.message.contains(WORK_LIMIT), "{}", judged.message);
        // The same where the constraints are the anchor's own.
        let root = ca("Root").name_constraints(&permitted, &[]).self_signed();
        let leaf = leaf_for(&names).signed_by(&root);
        assert_eq!(anchored([root.pin()], &[&leaf], &[&root]).is_ok(), leads, "{subtrees}");
    }
}

/// Keys of one name that differ in their last byte alone: each step would compare and read them all.
#[test]
fn bytes_are_read_again_so_often_and_no_more() {
    let genuine = Genuine::new();
    let rogue = ca("Tangle").self_signed();
    let pad = |size: usize, number: u8| {
        ca("Tangle")
            .serial(&[number + 1])
            .extension(&[1, 3, 6, 1, 4, 1, 1], false, &crate::common::der::tlv(4, &vec![7; size]))
            .signed_by(&rogue)
    };
    for (size, count, leads) in [(100, 3, true), (15_000, 3, true), (15_000, 14, false)] {
        let others: Vec<Made> = (0..count).map(|number| pad(size, number)).collect();
        let leaf = leaf(HOST).signed_in_the_name_of(&rogue, &genuine.root);
        let chain: Vec<&Made> = core::iter::once(&leaf).chain(&others).collect();
        let judged = in_bounded_time(|| anchored([genuine.root.pin()], &chain, &[&genuine.root]));
        assert_eq!(judged.message.contains(WORK_LIMIT), !leads, "{size} {count}: {}", judged.message);
    }
}

/// Signatures that were verified for the first verdict count for the next as well: near the limit, it is the same one.
#[test]
fn the_same_chain_gets_the_same_verdict_again() {
    let root = ca("Root").self_signed();
    let mut verdicts = Vec::new();
    for count in [2, 7, 9, 12, 14] {
        let namesakes: Vec<Made> = (0..count).map(|_| ca("Issuer").signed_by(&root)).collect();
        let leaf = leaf(HOST).signed_by(namesakes.last().unwrap());
        let chain: Vec<&[u8]> = core::iter::once(&leaf).chain(&namesakes).map(|made| &*made.der).collect();
        let bytes = ChainBytes::decode(chain.into_iter().map(Encoded::Der)).unwrap();
        let chain = bytes.parse();
        let policy = policy_of(json!({ "pins": [root.pin()] })).to_string();
        let verifier = Verifier::new(Policy::parse(&policy).unwrap());
        with_anchors(&[&root], |source| {
            let judged: Vec<String> = (0..4)
                .map(|_| verifier.verify(Request { host: HOST, chain: &chain, source, now: crate::common::time(NOW) }).message())
                .collect();
            assert!(judged.iter().all(|message| *message == judged[0]), "{count}: {judged:#?}");
            verdicts.push(judged[0].contains(WORK_LIMIT));
        });
    }
    assert_eq!((verdicts.first(), verdicts.last()), (Some(&false), Some(&true)), "both sides of the limit");
}

/// CAs of one name that have all signed each other, so that every order of them is a path by name.
fn tangle(count: usize, signer: &Made) -> Vec<Made> {
    let tangle = ca("Tangle").self_signed();
    (0..count).map(|_| ca("Tangle").signed_in_the_name_of(&tangle, signer)).collect()
}

/// CVE-2018-16875 and RUSTSEC-2023-0052: a chain whose certificates could be put together in a million ways.
#[test]
fn a_tangle_of_names_is_left_at_a_limit() {
    let genuine = Genuine::new();
    let rogue = ca("Tangle").self_signed();
    let leaf = leaf(HOST).signed_by(&rogue);
    // Nothing in it names the pinned CA: only names are compared.
    let strangers = tangle(14, &rogue);
    let chain: Vec<&Made> = [&leaf].into_iter().chain(&strangers).chain([&genuine.root]).collect();
    let judged = in_bounded_time(|| pinned([genuine.root.pin()], &chain));
    assert_eq!(judged.summary(), "rejected pin-mismatch");
    let judged = in_bounded_time(|| anchored([genuine.root.pin()], &chain[..15], &[&genuine.root]));
    assert_eq!(judged.summary(), "rejected path-invalid");

    // Each of them names it: every path costs signatures.
    let of_root = tangle(14, &rogue);
    let of_root: Vec<Made> = of_root
        .iter()
        .map(|made| made.broken(|fields| fields.issuer = crate::common::der::Fields::of(&genuine.root.der).subject))
        .collect();
    let mixed: Vec<&Made> = strangers[..7].iter().chain(&of_root[..7]).collect();
    let chain: Vec<&Made> = [vec![&leaf], mixed, vec![&genuine.root]].concat();
    let judged = in_bounded_time(|| pinned([genuine.root.pin()], &chain));
    assert_eq!(judged.summary(), "rejected pin-mismatch");
    assert!(judged.chain[15].off_path.as_ref().unwrap().contains(WORK_LIMIT), "{:?}", judged.chain[15].off_path);
    let judged = in_bounded_time(|| anchored([genuine.root.pin()], &chain, &[&genuine.root]));
    assert_eq!(judged.summary(), "rejected path-invalid");
    assert!(judged.message.contains(WORK_LIMIT), "{}", judged.message);
}

/// Honest chains are far from the limit: five CAs of one name, the right one among them.
#[test]
fn a_small_tangle_is_disentangled() {
    let genuine = ca("Tangle").self_signed();
    let rogue = ca("Rogue").self_signed();
    let leaf = leaf(HOST).signed_by(&genuine);
    for (strangers, expected) in [(0, "pinned ca 1"), (4, "pinned ca 5"), (5, "rejected pin-mismatch")] {
        let strangers = tangle(strangers, &rogue);
        let chain: Vec<&Made> = [&leaf].into_iter().chain(&strangers).chain([&genuine]).collect();
        assert_eq!(pinned([genuine.pin()], &chain).summary(), expected);
    }
}

/// The same tangle for several pinned candidates at once.
#[test]
fn several_candidates_in_a_tangle_share_the_limit() {
    let genuine = Genuine::new();
    let rogue = ca("Tangle").self_signed();
    let leaf = leaf(HOST).signed_by(&rogue);
    for candidates in [2, 4, 5, 8] {
        let wrappings: Vec<Made> =
            (0..candidates).map(|number| ca("Root").with_key_of(&genuine.root).serial(&[number]).self_signed()).collect();
        let strangers = tangle(15 - usize::from(candidates), &rogue);
        let chain: Vec<&Made> = [&leaf].into_iter().chain(&strangers).chain(&wrappings).collect();
        let judged = in_bounded_time(|| pinned([genuine.root.pin(), stray_pin(1)], &chain));
        assert_eq!(judged.summary(), "rejected pin-mismatch");
    }
}

/// What was spent on one verdict is there again for the next.
#[test]
fn the_allowance_is_one_verdicts() {
    let roots: Vec<Made> = (0..300).map(|_| ca("Root").self_signed()).collect();
    let leaf_of_last = leaf(HOST).signed_by(&roots[299]);
    let leaf_of_first = leaf(HOST).signed_by(&roots[0]);
    let policy = crate::common::compiled(&policy_of(json!({ "pins": [leaf_of_first.pin(), leaf_of_last.pin()] })));
    with_anchors(&roots.iter().collect::<Vec<_>>(), |source| {
        let ask = |leaf: &Made| {
            crate::common::judge_encoded(&policy, HOST, [Encoded::Der(&leaf.der)], source, crate::common::time(NOW)).summary()
        };
        for _ in 0..3 {
            assert_eq!(ask(&leaf_of_last), "rejected path-invalid");
            assert_eq!(ask(&leaf_of_first), "pinned leaf 0");
        }
    });
}
