//! The decision: every step in its stated order, each with its near-misses.

use crate::common::der::{Fields, alt_names, extension, sequence, tlv};
use crate::common::made::{ED25519, Made, P256, P384, Purpose, ca, leaf, leaf_for};
use crate::common::real::{vector, vectors};
use crate::common::{PRESENTED, VALIDATED, certificate_pin_of, judge, judge_at, millis_after, policy, stray_pin, with};
use chainpin::{Anchor, Source};
use serde_json::{Value, json};

const HOST: &str = "api.example.com";
const NOW: &str = "2026-06-01T00:00:00Z";
const PAST: &str = "2026-05-01T00:00:00Z";
const FUTURE: &str = "2026-07-01T00:00:00Z";
const USER: Source<'static> = Source::Validated { anchor: Anchor::User };

// The order of the steps

/// Every step would refuse; with each cause taken away, the next one speaks.
#[test]
fn the_earlier_step_speaks_first() {
    let chain = Chain::new();
    let expired = leaf("other.example").valid("2026-01-01", "2026-02-01").with_key_of(&chain.leaf).signed_by(&chain.root);
    let misnamed = leaf("other.example").with_key_of(&chain.leaf).signed_by(&chain.root);
    let purposeless = leaf(HOST).extended_key_usage(&[Purpose::ClientAuth]).signed_by(&chain.root);
    let rule = json!({ "host": HOST, "pins": [stray_pin(1)], "expires": PAST, "onExpiry": "deny" });
    let worst = with(
        policy(json!([rule])),
        json!({ "unlisted": "deny", "blocked": [expired.pin()], "expires": PAST, "onExpiry": "deny" }),
    );
    let unblocked = with(worst.clone(), json!({ "blocked": [] }));
    let lasting = with(unblocked.clone(), json!({ "expires": FUTURE }));
    let lasting_rule = with(lasting.clone(), json!({ "rules": [{ "host": HOST, "pins": [stray_pin(1)] }] }));
    for (policy, host, leaf, expected) in [
        (&worst, "bad host", None, "rejected host-invalid"),
        (&worst, "other.example", None, "rejected chain-empty"),
        (&worst, "other.example", Some(&expired), "rejected key-blocked"),
        (&unblocked, "other.example", Some(&expired), "rejected unlisted-host"),
        (&unblocked, HOST, Some(&expired), "rejected certificate-expired"),
        (&unblocked, HOST, Some(&misnamed), "rejected hostname-mismatch"),
        (&unblocked, HOST, Some(&purposeless), "rejected path-invalid"),
        (&unblocked, HOST, Some(&chain.leaf), "rejected policy-expired"),
        (&lasting, HOST, Some(&chain.leaf), "rejected rule-expired"),
        (&lasting_rule, HOST, Some(&chain.leaf), "rejected pin-mismatch"),
    ] {
        assert_eq!(judge(policy, host, leaf.as_slice(), PRESENTED, NOW).summary(), expected);
    }
}

/// Steps 1 and 2, whatever the policy says of hosts without a rule.
#[test]
fn what_cannot_be_read_is_never_unpinned() {
    let chain = Chain::new();
    let hosts = [
        "",
        ".",
        "..",
        ".example.com",
        "example.com..",
        "a..b",
        "exa mple.com",
        "example.com\0",
        "a\0.example.com",
        "exämple.com",
        "api。example.com",
        "１２７.0.0.1",
        "127.1",
        "127.0.0.1.",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "0127.0.0.1",
        "2130706433",
        "1.2.3.256",
        "example.0x",
        "example.1",
        "example.1.",
        "example.0x1.",
        "api.example.com:443",
        "https://api.example.com",
        "api.example.com/",
        "[::1",
        "::1]",
        "[::1]:443",
        "fe80::1%1",
        "[::1].",
        "::1.",
        "1:2:3:4:5:6:7:8:9",
        "-a.example.com",
        "a-.example.com",
        "*.example.com",
    ];
    for rules in [json!([]), json!([{ "host": HOST, "subdomains": true, "exempt": true }])] {
        for host in hosts {
            assert_eq!(chain.judged(&policy(rules.clone()), host, VALIDATED), "rejected host-invalid", "{host:?}");
        }
        for host in [&"a".repeat(64), &"a.".repeat(128), &"a".repeat(10_000), &"a.".repeat(5_000)] {
            let judged = judge(&policy(rules.clone()), host, &chain.path(), VALIDATED, NOW);
            assert_eq!(judged.summary(), "rejected host-invalid");
            assert!(judged.message.len() < 400, "{}", judged.message);
        }
        assert_eq!(judge::<Made>(&policy(rules.clone()), HOST, &[], VALIDATED, NOW).summary(), "rejected chain-empty");
        assert_eq!(judge(&policy(rules.clone()), HOST, &[b"nonsense"], VALIDATED, NOW).summary(), "rejected chain-malformed");
        let seventeen = vec![chain.leaf.clone(); 17];
        assert_eq!(judge(&policy(rules), HOST, &seventeen, VALIDATED, NOW).summary(), "rejected chain-too-large");
    }
}

#[test]
fn the_longest_names_are_hosts() {
    let longest = format!("{}com", "a.".repeat(125));
    assert_eq!(longest.len(), 253);
    let chain = Chain::new();
    for host in
        [longest.clone(), longest + ".", format!("{}.com", "a".repeat(63)), "a".repeat(63), "_a.b_c".into(), "1.example".into()]
    {
        assert_eq!(chain.judged(&policy(json!([])), &host, VALIDATED), "unlisted", "{host}");
    }
}

#[test]
fn a_blocked_key_is_refused_by_every_rule_and_by_none() {
    let chain = Chain::new();
    let pinned = json!({ "host": HOST, "pins": [chain.leaf.pin()] });
    for blocked in [chain.intermediate.pin(), chain.root.pin()] {
        for rules in [
            json!([]),
            json!([{ "host": HOST, "exempt": true }]),
            json!([pinned]),
            json!([with(pinned.clone(), json!({ "mode": "report" }))]),
            json!([with(pinned.clone(), json!({ "userAnchors": "allow" }))]),
            json!([with(pinned.clone(), json!({ "expires": PAST, "onExpiry": "report" }))]),
        ] {
            for source in [VALIDATED, USER, PRESENTED] {
                let unblocked = policy(rules.clone());
                assert!(judge(&unblocked, HOST, &chain.path(), source, NOW).is_ok(), "{unblocked:#} {source:?}");
                let policy = with(unblocked, json!({ "blocked": [stray_pin(1), blocked] }));
                assert_eq!(chain.judged(&policy, HOST, source), "rejected key-blocked", "{policy:#} {source:?}");
            }
        }
    }
}

/// A `sha256/` of a certificate's bytes names no key.
#[test]
fn blocked_tells_keys_from_certificates() {
    let chain = Chain::new();
    let swapped = chain.leaf.certificate_pin().replace("cert-", "");
    let policy = with(policy(json!([])), json!({ "blocked": [swapped] }));
    assert_eq!(chain.judged(&policy, HOST, VALIDATED), "unlisted");
}

#[test]
fn hosts_without_a_rule_follow_unlisted() {
    let chain = Chain::new();
    let rules = json!([{ "host": "other.example", "pins": [stray_pin(1)] }]);
    for (unlisted, expected) in [("allow", "unlisted"), ("deny", "rejected unlisted-host")] {
        let policy = with(policy(rules.clone()), json!({ "unlisted": unlisted }));
        for source in [VALIDATED, USER, PRESENTED] {
            assert_eq!(chain.judged(&policy, HOST, source), expected);
        }
    }
}

/// Steps 4: decided without a path, so a leaf that step 6 would refuse passes.
#[test]
fn exempt_and_unlisted_hosts_are_decided_without_a_path() {
    let stale = leaf("elsewhere.example").valid("2020-01-01", "2020-02-01").self_signed();
    for (rules, expected) in [(json!([]), "unlisted"), (json!([{ "host": HOST, "exempt": true }]), "exempt")] {
        for fields in [json!({}), json!({ "expires": PAST, "onExpiry": "deny" })] {
            let policy = with(policy(rules.clone()), fields);
            assert_eq!(judge(&policy, HOST, &[&stale], PRESENTED, NOW).summary(), expected);
        }
    }
    let denying = with(policy(json!([{ "host": HOST, "exempt": true }])), json!({ "unlisted": "deny" }));
    assert_eq!(judge(&denying, HOST, &[&stale], PRESENTED, NOW).summary(), "exempt", "an exempt host is listed");
}

#[test]
fn a_user_installed_ca_passes_where_the_rule_allows_it() {
    let chain = Chain::new();
    let rule = json!({ "host": HOST, "pins": [stray_pin(1)], "expires": PAST, "onExpiry": "deny" });
    let expired = json!({ "expires": PAST, "onExpiry": "deny" });
    let allowing = with(policy(json!([with(rule.clone(), json!({ "userAnchors": "allow" }))])), expired.clone());
    let enforcing = with(policy(json!([with(rule.clone(), json!({ "userAnchors": "enforce" }))])), expired.clone());
    assert_eq!(chain.judged(&allowing, HOST, USER), "exempt", "before any expiry");
    assert_eq!(chain.judged(&enforcing, HOST, USER), "rejected policy-expired");
    assert_eq!(chain.judged(&with(policy(json!([rule])), expired), HOST, USER), "rejected policy-expired", "enforced by default");
    for source in [VALIDATED, Source::Validated { anchor: Anchor::Unknown }, PRESENTED] {
        assert_eq!(chain.judged(&allowing, HOST, source), "rejected policy-expired", "{source:?}");
    }
}

// Step 6: the leaf of a presented chain

#[test]
fn a_presented_leaf_is_valid_from_its_first_to_its_last_second() {
    let device = leaf(HOST).valid("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z").self_signed();
    let policy = policy(json!([{ "host": HOST, "pins": [device.pin()] }]));
    let at = |now| judge_at(&policy, HOST, &[&device], PRESENTED, now).summary();
    assert_eq!(at(millis_after("2026-01-01", -1)), "rejected certificate-not-yet-valid");
    assert_eq!(at(millis_after("2026-01-01", 0)), "pinned leaf 0");
    assert_eq!(at(millis_after("2026-04-01", 0)), "pinned leaf 0");
    assert_eq!(at(millis_after("2026-04-01", 999)), "pinned leaf 0");
    assert_eq!(at(millis_after("2026-04-01", 1_000)), "rejected certificate-expired");
    for far in [i64::MIN, -1, i64::MAX] {
        assert!(at(chainpin::Time::from_millis(far)).starts_with("rejected certificate-"), "{far}");
    }
    assert_eq!(judge_at(&policy, HOST, &[&device], VALIDATED, millis_after("2030-01-01", 0)).summary(), "pinned leaf 0");
}

#[test]
fn real_leaves_are_valid_at_their_time_and_not_before_or_after() {
    for vector in vectors() {
        let policy = policy(json!([{ "host": vector.host, "pins": [vector.pins()[0]] }]));
        let ders = vector.ders();
        let summary = |now: &str| judge(&policy, &vector.host, &ders, PRESENTED, now).summary();
        assert_eq!(summary(&vector.now()), "pinned leaf 0", "{}", vector.file);
        assert_eq!(summary("2001-01-01"), "rejected certificate-not-yet-valid", "{}", vector.file);
        assert_eq!(summary("2040-01-01"), "rejected certificate-expired", "{}", vector.file);
    }
}

#[test]
fn a_presented_leaf_covers_the_host_by_its_alternative_names() {
    let address = "192.0.2.1";
    for (names, host, expected) in [
        (&["api.example.com"][..], "API.example.com.", "pinned leaf 0"),
        (&["other.example", "API.EXAMPLE.COM"], HOST, "pinned leaf 0"),
        (&["*.example.com"], HOST, "pinned leaf 0"),
        (&["*.example.com"], "a.b.example.com", "rejected hostname-mismatch"),
        (&["*.example.com"], "example.com", "rejected hostname-mismatch"),
        (&["a*.example.com"], HOST, "rejected hostname-mismatch"),
        (&["*pi.example.com"], HOST, "rejected hostname-mismatch"),
        (&["api.*.com"], HOST, "rejected hostname-mismatch"),
        (&["*.com"], "example.com", "rejected hostname-mismatch"),
        (&["*"], "localhost", "rejected hostname-mismatch"),
        (&["example.com"], "notexample.com", "rejected hostname-mismatch"),
        (&["example.com"], HOST, "rejected hostname-mismatch"),
        (&[address], address, "pinned leaf 0"),
        (&[address], "::ffff:192.0.2.1", "pinned leaf 0"),
        (&[address], "[::ffff:c000:201]", "pinned leaf 0"),
        (&["2001:db8::1"], "[2001:DB8::1]", "pinned leaf 0"),
        (&["2001:db8::1"], "2001:db8::2", "rejected hostname-mismatch"),
        (&[address], "192.0.2.2", "rejected hostname-mismatch"),
    ] {
        let device = leaf_for(names).self_signed();
        let policy = policy(json!([{ "host": host, "pins": [device.pin()] }]));
        assert_eq!(judge(&policy, host, &[&device], PRESENTED, NOW).summary(), expected, "{names:?} {host}");
        assert_eq!(judge(&policy, host, &[&device], VALIDATED, NOW).summary(), "pinned leaf 0", "{names:?} {host}");
    }
}

/// A dNSName that spells an address does not cover it, nor an iPAddress a name.
#[test]
fn an_address_is_covered_by_an_address_alone() {
    let as_name = Fields::with_extensions(&[&alt_names(&["192.0.2.1"])]).encode();
    let policy = policy(json!([{ "host": "192.0.2.1", "pins": [stray_pin(1)] }]));
    assert_eq!(judge(&policy, "192.0.2.1", &[as_name], PRESENTED, NOW).summary(), "rejected hostname-mismatch");
}

/// RFC 5280 section 4.2: no extension twice, or nobody can tell which one counts.
#[test]
fn what_a_leaf_says_twice_it_does_not_say() {
    let purpose = |octet: u8| {
        let oid = [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, octet];
        extension(&[0x55, 0x1d, 0x25], false, &sequence(&[&tlv(0x06, &oid)]))
    };
    let (server, client, names, others) = (purpose(1), purpose(2), alt_names(&[HOST]), alt_names(&["other.example"]));
    for (extensions, expected) in [
        (&[&names, &server][..], "rejected pin-mismatch"),
        (&[&names, &others], "rejected hostname-mismatch"),
        (&[&others, &names], "rejected hostname-mismatch"),
        (&[&names, &server, &client], "rejected path-invalid"),
        (&[&names, &client, &server], "rejected path-invalid"),
    ] {
        let extensions: Vec<&[u8]> = extensions.iter().map(|extension| extension.as_slice()).collect();
        let leaf = Fields::with_extensions(&extensions).encode();
        let policy = policy(json!([{ "host": HOST, "pins": [stray_pin(1)] }]));
        assert_eq!(judge(&policy, HOST, &[leaf], PRESENTED, NOW).summary(), expected);
    }
}

/// RFC 5280 section 4.2.1.6. A name stands before what cannot be read; OpenSSL and Go refuse such a leaf too.
#[test]
fn names_that_cannot_be_read_to_their_end_cover_no_host() {
    let judged = |end: &[u8]| {
        let names = tlv(0x30, &[&tlv(0x82, HOST.as_bytes()), end].concat());
        let leaf = Fields::with_extensions(&[&extension(&[0x55, 0x1d, 0x11], false, &names)]).encode();
        let policy = policy(json!([{ "host": HOST, "pins": [certificate_pin_of(&leaf)] }]));
        judge(&policy, HOST, &[leaf], PRESENTED, NOW).summary()
    };
    for good in [&[][..], &[0x81, 0x01, 0x61], &[0x87, 0x00], &[0xa0, 0x00], &[0x86, 0x00, 0x82, 0x01, 0x61]] {
        assert_eq!(judged(good), "pinned leaf 0", "{good:02x?}");
    }
    for bad in
        [&[0x82][..], &[0x82, 0x05, 0x61], &[0x82, 0x81, 0x01, 0x61], &[0x05, 0x00], &[0x30, 0x00], &[0x89, 0x00], &[0xa2, 0x00]]
    {
        assert_eq!(judged(bad), "rejected hostname-mismatch", "{bad:02x?}");
    }
}

#[test]
fn the_common_name_covers_nothing() {
    let device = leaf_for(&[]).named(HOST).self_signed();
    let policy = policy(json!([{ "host": HOST, "pins": [device.pin()] }]));
    assert_eq!(judge(&policy, HOST, &[device], PRESENTED, NOW).summary(), "rejected hostname-mismatch");
}

#[test]
fn a_presented_leaf_is_for_servers_where_it_says_for_what() {
    for (purposes, expected) in [
        (&[][..], "pinned leaf 0"),
        (&[Purpose::ServerAuth], "pinned leaf 0"),
        (&[Purpose::ClientAuth, Purpose::ServerAuth], "pinned leaf 0"),
        (&[Purpose::ClientAuth], "rejected path-invalid"),
        (&[Purpose::Any], "rejected path-invalid"),
    ] {
        let device = leaf(HOST).extended_key_usage(purposes).self_signed();
        let policy = policy(json!([{ "host": HOST, "pins": [device.pin()] }]));
        assert_eq!(judge(&policy, HOST, &[&device], PRESENTED, NOW).summary(), expected, "{purposes:?}");
        assert_eq!(judge(&policy, HOST, &[&device], VALIDATED, NOW).summary(), "pinned leaf 0", "{purposes:?}");
    }
}

#[test]
fn no_mode_or_expiry_softens_a_bad_leaf() {
    let root = ca("Root").self_signed();
    for (device, expected) in [
        (leaf(HOST).valid("2020-01-01", "2021-01-01"), "rejected certificate-expired"),
        (leaf(HOST).valid("2028-01-01", "2029-01-01"), "rejected certificate-not-yet-valid"),
        (leaf("other.example"), "rejected hostname-mismatch"),
        (leaf(HOST).extended_key_usage(&[Purpose::ClientAuth]), "rejected path-invalid"),
    ] {
        let device = device.signed_by(&root);
        for fields in [
            json!({}),
            json!({ "mode": "report" }),
            json!({ "expires": PAST }),
            json!({ "expires": PAST, "onExpiry": "enforce" }),
        ] {
            for pin in [device.pin(), stray_pin(1)] {
                let policy = policy(json!([with(json!({ "host": HOST, "pins": [pin] }), fields.clone())]));
                assert_eq!(judge(&policy, HOST, &[&device], PRESENTED, NOW).summary(), expected, "{policy:#}");
            }
        }
    }
}

/// Devices and private PKIs: a pinned leaf needs no path, and its CA bit is no obstacle.
#[test]
fn a_presented_leaf_that_is_pinned_needs_no_path() {
    let elsewhere = ca("Elsewhere").self_signed();
    for device in [leaf(HOST).self_signed(), leaf(HOST).with_ca_bit().self_signed(), leaf(HOST).signed_by(&elsewhere)] {
        for pin in [device.pin(), device.certificate_pin()] {
            for role in ["any", "leaf"] {
                let policy = policy(json!([{ "host": HOST, "pins": [{ "pin": pin, "role": role }] }]));
                assert_eq!(judge(&policy, HOST, &[&device], PRESENTED, NOW).summary(), "pinned leaf 0");
            }
        }
    }
}

/// CVE-2016-2402: the genuine pinned CA appended to a chain that it never signed.
#[test]
fn a_pinned_certificate_that_is_only_appended_matches_nothing() {
    let genuine = Chain::new();
    let rogue_root = ca("Rogue").self_signed();
    let rogue = leaf(HOST).signed_by(&rogue_root);
    let forged = leaf(HOST).signed_in_the_name_of(&genuine.intermediate, &rogue_root);
    for appended in [&genuine.leaf, &genuine.intermediate, &genuine.root] {
        for pin in [appended.pin(), appended.certificate_pin()] {
            for chain in [
                vec![&rogue, appended],
                vec![&rogue, &rogue_root, appended],
                vec![&rogue, appended, &rogue_root],
                vec![&forged, appended],
            ] {
                let rule = json!({ "host": HOST, "pins": [pin] });
                assert_eq!(judge(&policy(json!([rule])), HOST, &chain, PRESENTED, NOW).summary(), "rejected pin-mismatch");
                let report = with(rule, json!({ "mode": "report" }));
                assert_eq!(judge(&policy(json!([report])), HOST, &chain, PRESENTED, NOW).summary(), "tolerated pin-mismatch");
            }
        }
    }
}

/// The same with a real chain and a real CA.
#[test]
fn a_real_ca_appended_to_a_real_leaf_of_another_matches_nothing() {
    let (victim, attacker) = (vector("cloudflare.com"), vector("fastly.com"));
    let chain = [attacker.ders().swap_remove(0), victim.ders().swap_remove(1)];
    let policy = policy(json!([{ "host": "fastly.com", "pins": [victim.pins()[1]] }]));
    assert_eq!(judge(&policy, "fastly.com", &chain, PRESENTED, &attacker.now()).summary(), "rejected pin-mismatch");
    assert_eq!(judge(&policy, "fastly.com", &chain, VALIDATED, &attacker.now()).summary(), "pinned ca 1");
}

/// The leaf's own key in the leaf's own place is all that counts: not as another certificate, not further up.
#[test]
fn a_leaf_appended_to_another_leaf_matches_nothing() {
    let genuine = Chain::new();
    let rogue = leaf(HOST).self_signed();
    for role in ["any", "leaf", "ca"] {
        let policy = policy(json!([{ "host": HOST, "pins": [{ "pin": genuine.leaf.pin(), "role": role }] }]));
        let judged = judge(&policy, HOST, &[&rogue, &genuine.leaf], PRESENTED, NOW);
        assert_eq!(judged.summary(), "rejected pin-mismatch", "{role}");
    }
}

// Step 7: pins

#[test]
fn every_certificate_of_a_validated_path_may_match() {
    let chain = Chain::new();
    for (index, (certificate, expected)) in
        [(&chain.leaf, "pinned leaf 0"), (&chain.intermediate, "pinned ca 1"), (&chain.root, "pinned ca 2")]
            .into_iter()
            .enumerate()
    {
        for pin in [certificate.pin(), certificate.certificate_pin()] {
            let policy = policy(json!([{ "host": HOST, "pins": [stray_pin(1), pin] }]));
            let judged = judge(&policy, HOST, &chain.path(), VALIDATED, NOW);
            assert_eq!(judged.summary(), expected);
            let matched = judged.matched.unwrap();
            assert_eq!(
                (matched.pin, matched.index, matched.backup, matched.label),
                (pin, i32::try_from(index).unwrap(), false, None)
            );
        }
    }
}

#[test]
fn a_backup_pin_that_matches_says_so() {
    let chain = Chain::new();
    let backup = json!({ "pin": chain.leaf.pin(), "label": "the key in the safe" });
    let policy = policy(json!([{ "host": HOST, "pins": [stray_pin(1)], "backupPins": [stray_pin(2), backup] }]));
    let judged = judge(&policy, HOST, &chain.path(), VALIDATED, NOW);
    assert_eq!(judged.summary(), "pinned leaf 0 backup");
    assert_eq!(judged.matched.unwrap().label.as_deref(), Some("the key in the safe"));
}

/// Both in the chain: a rotation has not happened.
#[test]
fn a_pin_in_use_is_told_before_a_backup_pin() {
    let chain = Chain::new();
    let policy = policy(json!([{ "host": HOST, "pins": [chain.leaf.pin()], "backupPins": [chain.leaf.certificate_pin()] }]));
    assert_eq!(chain.judged(&policy, HOST, VALIDATED), "pinned leaf 0");
}

#[test]
fn a_role_is_a_position() {
    let chain = Chain::new();
    for (certificate, role, expected) in [
        (&chain.leaf, "any", "pinned leaf 0"),
        (&chain.leaf, "leaf", "pinned leaf 0"),
        (&chain.leaf, "ca", "rejected role-mismatch"),
        (&chain.intermediate, "any", "pinned ca 1"),
        (&chain.intermediate, "ca", "pinned ca 1"),
        (&chain.intermediate, "leaf", "rejected role-mismatch"),
        (&chain.root, "ca", "pinned ca 2"),
        (&chain.root, "leaf", "rejected role-mismatch"),
    ] {
        for pin in [certificate.pin(), certificate.certificate_pin()] {
            let policy = policy(json!([{ "host": HOST, "pins": [{ "pin": pin, "role": role }] }]));
            assert_eq!(chain.judged(&policy, HOST, VALIDATED), expected, "{role}");
        }
    }
}

#[test]
fn the_first_certificate_is_never_a_ca() {
    let self_signed = ca("Device").self_signed();
    let with_role = |role| policy(json!([{ "host": HOST, "pins": [{ "pin": self_signed.pin(), "role": role }] }]));
    assert_eq!(judge(&with_role("ca"), HOST, &[&self_signed], VALIDATED, NOW).summary(), "rejected role-mismatch");
    assert_eq!(judge(&with_role("leaf"), HOST, &[&self_signed], VALIDATED, NOW).summary(), "pinned leaf 0");
    let copied = [&self_signed, &self_signed];
    assert_eq!(judge(&with_role("ca"), HOST, &copied, VALIDATED, NOW).summary(), "rejected role-mismatch", "a copy of the leaf");
    let renewed = ca("Device").with_key_of(&self_signed).serial(&[9]).self_signed();
    let beside = [&self_signed, &renewed];
    assert_eq!(judge(&with_role("ca"), HOST, &beside, VALIDATED, NOW).summary(), "pinned ca 1", "another certificate of its key");
}

#[test]
fn an_unpinned_path_is_a_mismatch() {
    let chain = Chain::new();
    let policy = policy(
        json!([{ "host": HOST, "pins": [stray_pin(1), { "pin": stray_pin(2), "expires": PAST }], "backupPins": [stray_pin(3)] }]),
    );
    for source in [VALIDATED, USER, PRESENTED] {
        assert_eq!(chain.judged(&policy, HOST, source), "rejected pin-mismatch");
    }
}

/// `sha256/` names a key and `cert-sha256/` a certificate, although both are 32 bytes.
#[test]
fn the_two_kinds_of_pin_are_not_taken_for_each_other() {
    let chain = Chain::new();
    let swapped = [chain.leaf.certificate_pin().replace("cert-", ""), format!("cert-{}", chain.leaf.pin())];
    assert_eq!(chain.judged(&policy(json!([{ "host": HOST, "pins": swapped }])), HOST, VALIDATED), "rejected pin-mismatch");
}

#[test]
fn a_renewed_certificate_keeps_its_key_pin_and_loses_its_certificate_pin() {
    let chain = Chain::new();
    let renewed = leaf(HOST).with_key_of(&chain.leaf).serial(&[7]).signed_by(&chain.intermediate);
    for source in [VALIDATED, PRESENTED] {
        let judged =
            |pin: String| judge(&policy(json!([{ "host": HOST, "pins": [pin] }])), HOST, &[&renewed], source, NOW).summary();
        assert_eq!(judged(chain.leaf.pin()), "pinned leaf 0");
        assert_eq!(judged(chain.leaf.certificate_pin()), "rejected pin-mismatch");
    }
}

#[test]
fn every_kind_of_key_counts() {
    for algorithm in [&P256, &P384, &ED25519] {
        let device = leaf(HOST).with_new_key(algorithm).self_signed();
        let policy = policy(json!([{ "host": HOST, "pins": [device.pin()] }]));
        assert_eq!(judge(&policy, HOST, &[&device], PRESENTED, NOW).summary(), "pinned leaf 0");
    }
    let unheard_of = Fields::minimal().encode();
    let pin = crate::common::pin_of(&unheard_of[crate::common::der::offset::SPKI..crate::common::der::offset::OUTER_ALGORITHM]);
    let policy = policy(json!([{ "host": HOST, "pins": [pin] }]));
    assert_eq!(judge(&policy, HOST, &[unheard_of], VALIDATED, NOW).summary(), "pinned leaf 0");
}

#[test]
fn a_pin_has_expired_from_its_very_instant_on() {
    let chain = Chain::new();
    let expires = "2026-06-01T00:00:00Z";
    let policy = policy(json!([{ "host": HOST, "pins": [{ "pin": chain.leaf.pin(), "expires": expires }] }]));
    let at = |now| judge_at(&policy, HOST, &chain.path(), VALIDATED, now).summary();
    assert_eq!(at(millis_after(expires, -1)), "pinned leaf 0");
    assert_eq!(at(millis_after(expires, 0)), "rejected pin-expired");
    assert_eq!(at(millis_after(expires, 1)), "rejected pin-expired");
}

/// Of several reasons the most telling: an expired pin, then a wrong role, then none.
#[test]
fn the_most_telling_reason_is_told() {
    let chain = Chain::new();
    let expired = json!({ "pin": chain.leaf.pin(), "expires": PAST });
    let wrong = json!({ "pin": chain.intermediate.pin(), "role": "leaf" });
    let expired_and_wrong = json!({ "pin": chain.root.pin(), "role": "leaf", "expires": PAST });
    let stray = json!({ "pin": stray_pin(1), "expires": PAST });
    let fresh = json!(chain.leaf.pin());
    for (pins, expected) in [
        (json!([expired]), "rejected pin-expired"),
        (json!([wrong]), "rejected role-mismatch"),
        (json!([expired_and_wrong]), "rejected role-mismatch"),
        (json!([stray]), "rejected pin-mismatch"),
        (json!([wrong, expired]), "rejected pin-expired"),
        (json!([expired, wrong]), "rejected pin-expired"),
        (json!([stray, wrong]), "rejected role-mismatch"),
        (json!([wrong, expired, fresh]), "pinned leaf 0"),
    ] {
        let policy = policy(json!([{ "host": HOST, "pins": pins }]));
        assert_eq!(chain.judged(&policy, HOST, VALIDATED), expected, "{pins:#}");
    }
}

// leaf-and-ca

#[test]
fn leaf_and_ca_needs_one_of_each() {
    let chain = Chain::new();
    let (leaf, intermediate, root, stray) = (chain.leaf.pin(), chain.intermediate.pin(), chain.root.pin(), stray_pin(1));
    let pin = |pin: &str, role: &str| json!({ "pin": pin, "role": role });
    let expired = |pin: &str, role: &str| json!({ "pin": pin, "role": role, "expires": PAST });
    for (pins, expected) in [
        (json!([pin(&leaf, "leaf"), pin(&intermediate, "ca")]), "pinned leaf 0"),
        (json!([pin(&root, "ca"), pin(&leaf, "leaf")]), "pinned leaf 0"),
        (json!([pin(&stray, "leaf"), pin(&leaf, "leaf"), pin(&stray, "ca"), pin(&root, "ca")]), "pinned leaf 0"),
        // One of the two places is empty.
        (json!([pin(&leaf, "leaf"), pin(&stray, "ca")]), "rejected pin-mismatch"),
        (json!([pin(&stray, "leaf"), pin(&intermediate, "ca")]), "rejected pin-mismatch"),
        (json!([pin(&stray, "leaf"), pin(&stray, "ca")]), "rejected pin-mismatch"),
        // `any` pins do not count.
        (json!([pin(&leaf, "any"), pin(&stray, "leaf"), pin(&intermediate, "ca")]), "rejected pin-mismatch"),
        (json!([pin(&leaf, "leaf"), pin(&stray, "ca"), pin(&intermediate, "any")]), "rejected pin-mismatch"),
        (json!([intermediate, pin(&leaf, "leaf"), pin(&stray, "ca")]), "rejected pin-mismatch"),
        // A pinned key in the wrong place.
        (json!([pin(&intermediate, "leaf"), pin(&leaf, "ca")]), "rejected role-mismatch"),
        (json!([pin(&leaf, "leaf"), pin(&leaf, "ca")]), "rejected role-mismatch"),
        (json!([pin(&intermediate, "leaf"), pin(&intermediate, "ca")]), "rejected role-mismatch"),
        // Only an expired pin would have matched.
        (json!([expired(&leaf, "leaf"), pin(&intermediate, "ca")]), "rejected pin-expired"),
        (json!([pin(&leaf, "leaf"), expired(&intermediate, "ca")]), "rejected pin-expired"),
        (json!([expired(&leaf, "leaf"), expired(&intermediate, "ca")]), "rejected pin-expired"),
        (json!([pin(&leaf, "leaf"), expired(&intermediate, "ca"), pin(&root, "ca")]), "pinned leaf 0"),
        (json!([expired(&leaf, "leaf"), pin(&leaf, "leaf"), pin(&root, "ca")]), "pinned leaf 0"),
        // An expired pin would not have helped: the other place is empty all the same.
        (json!([expired(&leaf, "leaf"), pin(&stray, "ca")]), "rejected pin-mismatch"),
        (json!([pin(&stray, "leaf"), expired(&intermediate, "ca")]), "rejected pin-mismatch"),
        (json!([expired(&leaf, "ca"), pin(&leaf, "leaf"), pin(&stray, "ca")]), "rejected role-mismatch"),
    ] {
        let policy = policy(json!([{ "host": HOST, "match": "leaf-and-ca", "pins": pins }]));
        assert_eq!(chain.judged(&policy, HOST, VALIDATED), expected, "{pins:#}");
    }
}

#[test]
fn leaf_and_ca_takes_backup_pins_for_either() {
    let chain = Chain::new();
    let (leaf, root) = (json!({ "pin": chain.leaf.pin(), "role": "leaf" }), json!({ "pin": chain.root.pin(), "role": "ca" }));
    let rule = |pins, backup| policy(json!([{ "host": HOST, "match": "leaf-and-ca", "pins": [pins], "backupPins": [backup] }]));
    assert_eq!(chain.judged(&rule(&leaf, &root), HOST, VALIDATED), "pinned leaf 0", "the matched pin is the leaf's");
    assert_eq!(chain.judged(&rule(&root, &leaf), HOST, VALIDATED), "pinned leaf 0 backup");
}

#[test]
fn leaf_and_ca_needs_two_certificates() {
    let device = ca("Device").self_signed();
    let pins = json!([{ "pin": device.pin(), "role": "leaf" }, { "pin": device.pin(), "role": "ca" }]);
    let policy = policy(json!([{ "host": HOST, "match": "leaf-and-ca", "pins": pins }]));
    for chain in [vec![&device], vec![&device, &device]] {
        assert_eq!(judge(&policy, HOST, &chain, VALIDATED, NOW).summary(), "rejected role-mismatch");
    }
}

/// The CA beside the leaf, but not above it.
#[test]
fn leaf_and_ca_needs_both_on_one_path() {
    let genuine = Chain::new();
    let device = leaf(HOST).self_signed();
    let pins = json!([{ "pin": device.pin(), "role": "leaf" }, { "pin": genuine.root.pin(), "role": "ca" }]);
    let policy = policy(json!([{ "host": HOST, "match": "leaf-and-ca", "pins": pins }]));
    assert_eq!(judge(&policy, HOST, &[&device, &genuine.root], PRESENTED, NOW).summary(), "rejected pin-mismatch");
}

// Steps 8 to 10: expiry and mode

/// What becomes of a match and of a miss, by mode and by what has expired.
#[test]
fn expiry_and_mode_turn_a_match_or_a_miss_into_an_outcome() {
    let chain = Chain::new();
    let rule_expired = |on_expiry: &str| json!({ "expires": PAST, "onExpiry": on_expiry });
    let (match_, miss) = ("pinned leaf 0", "pin-mismatch");
    let rejected = format!("rejected {miss}");
    let tolerated = format!("tolerated {miss}");
    for (rule, of_match, of_miss) in [
        (json!({}), match_, &*rejected),
        (json!({ "mode": "enforce" }), match_, &rejected),
        (json!({ "mode": "report" }), match_, &tolerated),
        (json!({ "expires": FUTURE, "onExpiry": "deny" }), match_, &rejected),
        (json!({ "expires": PAST }), match_, &tolerated),
        (rule_expired("report"), match_, &tolerated),
        (rule_expired("enforce"), match_, &rejected),
        (rule_expired("deny"), "rejected rule-expired", "rejected rule-expired"),
        (with(rule_expired("report"), json!({ "mode": "report" })), match_, &tolerated),
        (with(rule_expired("enforce"), json!({ "mode": "report" })), match_, &tolerated),
        (with(rule_expired("deny"), json!({ "mode": "report" })), "rejected rule-expired", "rejected rule-expired"),
    ] {
        for (policy_fields, denied) in [
            (json!({}), false),
            (json!({ "expires": FUTURE, "onExpiry": "deny" }), false),
            (json!({ "expires": PAST }), false),
            (json!({ "expires": PAST, "onExpiry": "enforce" }), false),
            (json!({ "expires": PAST, "onExpiry": "deny" }), true),
        ] {
            for (pin, expected) in [(chain.leaf.pin(), of_match), (stray_pin(1), of_miss)] {
                let rule = with(json!({ "host": HOST, "pins": [pin] }), rule.clone());
                let policy = with(policy(json!([rule])), policy_fields.clone());
                let expected = if denied { "rejected policy-expired" } else { expected };
                for source in [VALIDATED, PRESENTED] {
                    assert_eq!(chain.judged(&policy, HOST, source), expected, "{policy:#}");
                }
            }
        }
    }
}

#[test]
fn what_is_tolerated_keeps_its_reason() {
    let chain = Chain::new();
    for (pin, reason) in [
        (json!({ "pin": chain.root.pin(), "role": "leaf" }), "tolerated role-mismatch"),
        (json!({ "pin": chain.root.pin(), "expires": PAST }), "tolerated pin-expired"),
        (json!(stray_pin(1)), "tolerated pin-mismatch"),
    ] {
        for fields in [json!({ "mode": "report" }), json!({ "expires": PAST })] {
            let policy = policy(json!([with(json!({ "host": HOST, "pins": [pin] }), fields)]));
            let judged = judge(&policy, HOST, &chain.path(), VALIDATED, NOW);
            assert_eq!(judged.summary(), reason);
            assert!(judged.is_ok() && judged.matched.is_none());
        }
    }
}

#[test]
fn rules_and_policies_have_expired_from_their_very_instant_on() {
    let chain = Chain::new();
    for expires in ["2026-06-01", "2026-06-01T00:00:00Z", "2026-06-01T02:00:00+02:00", "2026-05-31T19:00:00.000-05:00"] {
        let fields = json!({ "expires": expires, "onExpiry": "deny" });
        let rule = json!({ "host": HOST, "pins": [chain.leaf.pin()] });
        let by_rule = policy(json!([with(rule.clone(), fields.clone())]));
        let by_policy = with(policy(json!([rule])), fields);
        for (policy, reason) in [(by_rule, "rejected rule-expired"), (by_policy, "rejected policy-expired")] {
            let at = |millis| {
                judge_at(&policy, HOST, &chain.path(), VALIDATED, millis_after("2026-06-01T00:00:00Z", millis)).summary()
            };
            assert_eq!((&*at(-1), &*at(0), &*at(1)), ("pinned leaf 0", reason, reason), "{expires}");
        }
    }
}

// Which rule applies

#[test]
fn the_nearest_rule_that_reaches_decides_alone() {
    let rules = json!([
        rule("example.com", true),
        rule("api.example.com", false),
        rule("one.example.com", "one"),
        rule("deep.one.example.com", false),
        rule("com", true),
        { "host": "open.example.com", "exempt": true },
        { "host": "wide.example.com", "exempt": true, "subdomains": true },
        rule("shut.wide.example.com", false),
        rule("192.0.2.1", false),
        rule("2001:db8::1", false),
        rule("localhost", false),
        rule("plain.test", false),
    ]);
    for (host, expected) in [
        ("example.com", Some("example.com")),
        ("EXAMPLE.COM.", Some("example.com")),
        ("a.example.com", Some("example.com")),
        ("a.b.c.example.com", Some("example.com")),
        ("api.example.com", Some("api.example.com")),
        ("a.api.example.com", Some("example.com")),
        ("one.example.com", Some("one.example.com")),
        ("a.one.example.com", Some("one.example.com")),
        ("a.b.one.example.com", Some("example.com")),
        ("deep.one.example.com", Some("deep.one.example.com")),
        ("a.deep.one.example.com", Some("example.com")),
        ("open.example.com", Some("open.example.com")),
        ("a.open.example.com", Some("example.com")),
        ("a.wide.example.com", Some("wide.example.com")),
        ("shut.wide.example.com", Some("shut.wide.example.com")),
        ("a.shut.wide.example.com", Some("wide.example.com")),
        ("notexample.com", Some("com")),
        ("com", Some("com")),
        ("example.com.example", None),
        ("example.org", None),
        ("plain.test", Some("plain.test")),
        ("a.plain.test", None),
        ("test", None),
        ("192.0.2.1", Some("192.0.2.1")),
        ("::ffff:192.0.2.1", Some("192.0.2.1")),
        ("[::ffff:c000:0201]", Some("192.0.2.1")),
        ("192.0.2.2", None),
        ("[2001:DB8::0:1]", Some("2001:db8::1")),
        ("2001:db8::2", None),
        ("localhost.", Some("localhost")),
    ] {
        let judged = judge(&policy(rules.clone()), host, &Chain::new().path(), VALIDATED, NOW);
        assert_eq!(judged.report.get("noted-hostname").and_then(Value::as_str), expected, "{host}");
    }
}

/// Its pins are all that counts: those of a rule further up are not added, nor is a mismatch handed on to it.
#[test]
fn rules_are_never_merged() {
    let chain = Chain::new();
    let parent = json!({ "host": "example.com", "subdomains": true, "pins": [chain.leaf.pin()] });
    let own = json!({ "host": HOST, "pins": [stray_pin(1)] });
    assert_eq!(chain.judged(&policy(json!([parent, own])), HOST, VALIDATED), "rejected pin-mismatch");
    assert_eq!(chain.judged(&policy(json!([own, parent])), HOST, VALIDATED), "rejected pin-mismatch");
    assert_eq!(chain.judged(&policy(json!([parent])), HOST, VALIDATED), "pinned leaf 0");
}

/// An address is no name below a domain, whatever the labels look like.
#[test]
fn no_rule_of_a_name_reaches_an_address() {
    let chain = Chain::new();
    let policy = policy(json!([rule("a1.example", true)]));
    assert_eq!(chain.judged(&policy, "192.0.2.1", VALIDATED), "unlisted");
    assert_eq!(chain.judged(&policy, "[::1]", VALIDATED), "unlisted");
}

#[test]
fn hosts_are_matched_in_their_canonical_form() {
    let chain = Chain::new();
    for (ruled, asked) in [
        ("API.Example.COM.", "api.example.com"),
        ("api.example.com", "API.EXAMPLE.COM."),
        ("[2001:DB8:0:0::1]", "2001:db8::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("xn--bcher-kva.example", "XN--BCHER-KVA.example"),
    ] {
        let policy = policy(json!([{ "host": ruled, "pins": [chain.leaf.pin()] }]));
        assert_eq!(chain.judged(&policy, asked, VALIDATED), "pinned leaf 0", "{ruled} {asked}");
    }
}

/// A leaf, its issuer and the root, on one path.
struct Chain {
    leaf: Made,
    intermediate: Made,
    root: Made,
}

impl Chain {
    fn new() -> Self {
        let root = ca("Root").self_signed();
        let intermediate = ca("Intermediate").path_length(0).signed_by(&root);
        let leaf = leaf(HOST).signed_by(&intermediate);
        Self { leaf, intermediate, root }
    }

    fn path(&self) -> [&Made; 3] {
        [&self.leaf, &self.intermediate, &self.root]
    }

    fn judged(&self, policy: &Value, host: &str, source: Source<'_>) -> String {
        judge(policy, host, &self.path(), source, NOW).summary()
    }
}

fn rule(host: &str, subdomains: impl Into<Value>) -> Value {
    let rule = json!({ "host": host, "pins": [stray_pin(1)] });
    match subdomains.into() {
        Value::Bool(false) => rule,
        reach => with(rule, json!({ "subdomains": reach })),
    }
}
