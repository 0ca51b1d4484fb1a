//! `blocked` where nothing is pinned: whoever links certificates by name, as Node does, is shown a namesake in the place of a blocked CA.

use super::*;

const EVERY: [&str; 2] = ["unlisted", "exempt"];

/// The verdict on a host that is not pinned, under a policy that blocks these keys.
fn blocking(outcome: &str, blocked: &[&Made], chain: &[&Made], anchors: &[&Made]) -> Judged {
    let rules = match outcome {
        "exempt" => json!([{ "host": HOST, "exempt": true }]),
        _ => json!([]),
    };
    let pins: Vec<String> = blocked.iter().map(|made| made.pin()).collect();
    let policy = with(policy(rules), json!({ "blocked": pins }));
    with_anchors(anchors, |source| judge(&policy, HOST, chain, source, NOW))
}

#[test]
fn a_namesake_hides_no_blocked_root() {
    let lost = ca("Lost Root").self_signed();
    let leaf = leaf(HOST).signed_by(&lost);
    let namesake = ca("Lost Root").self_signed();
    for outcome in EVERY {
        for chain in [vec![&leaf], vec![&leaf, &namesake], vec![&leaf, &lost], vec![&leaf, &namesake, &lost]] {
            let judged = blocking(outcome, &[&lost], &chain, &[&lost]);
            assert_eq!(judged.summary(), "rejected key-blocked");
            assert!(judged.message.contains(&lost.pin()), "{}", judged.message);
            assert_eq!(
                blocking(outcome, &[&namesake], &chain, &[&lost]).is_ok(),
                !chain.iter().any(|made| made.der == namesake.der)
            );
        }
    }
}

#[test]
fn a_namesake_hides_no_blocked_intermediate() {
    let genuine = Genuine::new();
    let namesakes = [
        ca("Intermediate").self_signed(),
        ca("Intermediate").valid("2020-01-01", "2021-01-01").self_signed(),
        ca("Intermediate").with_key_of(&genuine.root).self_signed(),
    ];
    for outcome in EVERY {
        for namesake in &namesakes {
            // The blocked one was cut off, so that no path is left.
            let cut = [&genuine.leaf, namesake];
            assert_eq!(blocking(outcome, &[&genuine.intermediate], &cut, &[&genuine.root]).summary(), "rejected path-invalid");
            let whole = [&genuine.leaf, namesake, &genuine.intermediate];
            assert_eq!(blocking(outcome, &[&genuine.intermediate], &whole, &[&genuine.root]).summary(), "rejected key-blocked");
        }
    }
}

/// A blocked root that is not sent: the path to it is found, and told.
#[test]
fn a_blocked_root_need_not_be_sent() {
    let genuine = Genuine::new();
    for outcome in EVERY {
        for chain in [genuine.served().to_vec(), genuine.whole().to_vec()] {
            let judged = blocking(outcome, &[&genuine.root], &chain, &[&genuine.root]);
            assert_eq!(judged.summary(), "rejected key-blocked");
        }
        let judged = blocking(outcome, &[&genuine.root], &genuine.served(), &[&genuine.root]);
        assert!(judged.message.contains("the only anchor that this chain leads to"), "{}", judged.message);
    }
}

/// Cross-signed: one way leads through a blocked root, the other does not.
#[test]
fn another_path_around_what_is_blocked_will_do() {
    let (old, new) = (ca("Old Root").self_signed(), ca("New Root").self_signed());
    let by_old = ca("Intermediate").signed_by(&old);
    let by_new = ca("Intermediate").with_key_of(&by_old).signed_by(&new);
    let leaf = leaf(HOST).signed_by(&by_old);
    for outcome in EVERY {
        for chain in [vec![&leaf, &by_old, &by_new], vec![&leaf, &by_new, &by_old]] {
            let judged = blocking(outcome, &[&old], &chain, &[&old, &new]);
            assert_eq!((judged.summary().as_str(), on_path(&judged).len()), (outcome, 2));
            assert_eq!(blocking(outcome, &[&old, &new], &chain, &[&old, &new]).summary(), "rejected key-blocked");
            assert_eq!(blocking(outcome, &[&old], &chain, &[&old]).summary(), "rejected key-blocked");
        }
        assert_eq!(blocking(outcome, &[&old], &[&leaf, &by_old], &[&old, &new]).summary(), "rejected key-blocked");
        assert_eq!(blocking(outcome, &[&new], &[&leaf, &by_old], &[&old, &new]).summary(), outcome);
    }
}

/// No path at all is refused too, and says why. A policy that blocks nothing looks for none.
#[test]
fn without_a_path_nothing_passes() {
    let (genuine, rogue) = (Genuine::new(), Rogue::new());
    let stray = ca("Stray").self_signed();
    let expired = leaf(HOST).valid("2025-01-01", "2026-01-01").signed_by(&genuine.intermediate);
    for outcome in EVERY {
        for (chain, why) in [
            (vec![&genuine.leaf, &genuine.intermediate], "an issuer is neither in the chain nor among the anchors"),
            (vec![&rogue.leaf], "an issuer is neither in the chain nor among the anchors"),
            (vec![&rogue.leaf, &stray], "an issuer is neither in the chain nor among the anchors"),
        ] {
            assert_no_path(&blocking(outcome, &[&stray], &chain[..1], &[&rogue.root]), why);
            assert_eq!(blocking(outcome, &[], &chain, &[&rogue.root]).summary(), outcome);
        }
        let judged = blocking(outcome, &[&stray], &[&expired, &genuine.intermediate], &[&genuine.root]);
        assert_no_path(&judged, "a certificate of the path has expired");
        assert_eq!(blocking(outcome, &[&stray], &genuine.served(), &[&genuine.root]).summary(), outcome);
        // A server that is trusted by itself.
        let device = leaf(HOST).self_signed();
        assert_eq!(blocking(outcome, &[&stray], &[&device], &[&device]).summary(), outcome);
        assert_eq!(blocking(outcome, &[&device], &[&device], &[&device]).summary(), "rejected key-blocked");
    }
}

/// The rewritten certificate: r and n - s. Its key is blocked, whatever the signature.
#[test]
fn a_rewritten_certificate_is_blocked_by_its_key() {
    let genuine = Genuine::new();
    let twin = genuine.leaf.broken(|fields| fields.signature = other_signature(&fields.signature));
    assert_ne!(twin.certificate_pin(), genuine.leaf.certificate_pin());
    for chain in [genuine.whole(), [&twin, &genuine.intermediate, &genuine.root]] {
        assert_eq!(pinned([genuine.root.pin()], &chain).summary(), "pinned ca 2", "both are valid");
        for outcome in EVERY {
            assert_eq!(blocking(outcome, &[&genuine.leaf], &chain, &[&genuine.root]).summary(), "rejected key-blocked");
        }
    }
    // A pin of the certificate fails closed.
    let pin = genuine.leaf.certificate_pin();
    assert_eq!(pinned([&pin], &genuine.whole()).summary(), "pinned leaf 0");
    assert_eq!(pinned([&pin], &[&twin, &genuine.intermediate, &genuine.root]).summary(), "rejected pin-mismatch");
}

/// `(r, n - s)` of a P-256 signature in its BIT STRING.
fn other_signature(bit_string: &[u8]) -> Vec<u8> {
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let order: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&order[2 * at..2 * at + 2], 16).unwrap()).collect();
    // BIT STRING, no unused bits, SEQUENCE, INTEGER r, INTEGER s; all shorter than 128 bytes.
    let r_length = usize::from(bit_string[6]);
    let r = &bit_string[5..7 + r_length];
    let s = &bit_string[9 + r_length..];
    let mut padded = vec![0; 33 - s.len()];
    padded.extend(s);
    let mut difference = [0; 32];
    let mut borrow = 0;
    for at in (0..32).rev() {
        let digit = i32::from(order[at]) - i32::from(padded[at + 1]) - borrow;
        borrow = i32::from(digit < 0);
        difference[at] = digit.rem_euclid(256) as u8;
    }
    let zeros = difference.iter().take_while(|digit| **digit == 0).count();
    let mut integer = difference[zeros..].to_vec();
    if integer[0] >= 0x80 {
        integer.insert(0, 0);
    }
    let sequence = crate::common::der::tlv(0x30, &[r, &crate::common::der::tlv(2, &integer)].concat());
    crate::common::der::tlv(3, &[&[0], sequence.as_slice()].concat())
}
