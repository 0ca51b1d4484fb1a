//! Policies: every refusal with its code and place, every default, every limit, and no text that makes the parser panic.

use crate::common::made::{Made, leaf};
use crate::common::{PRESENTED, VALIDATED, compiled, judge, policy, stray_pin, with};
use chainpin::{Anchor, Policy, PolicyError, PolicyProblem, Source};
use proptest::prelude::*;
use serde_json::{Value, json};

const NOW: &str = "2026-06-01T00:00:00Z";
const HOST: &str = "api.example.com";

// Refusals

#[test]
fn an_unknown_field_is_refused_at_every_depth() {
    let pin = json!({ "pin": stray_pin(1) });
    let rule = json!({ "host": HOST, "pins": [pin] });
    for (policy, path) in [
        (with(policy(json!([rule])), json!({ "extra": 1 })), "extra"),
        (with(policy(json!([rule])), json!({ "Id": "x" })), "Id"),
        (with(policy(json!([rule])), json!({ "issued_at": NOW })), "issued_at"),
        (with(policy(json!([rule])), json!({ "signingKeys": [] })), "signingKeys"),
        (with(policy(json!([rule])), json!({ "__proto__": {} })), "__proto__"),
        (policy(json!([rule, with(rule.clone(), json!({ "includeSubdomains": true }))])), "rules[1].includeSubdomains"),
        (policy(json!([with(rule.clone(), json!({ "backup_pins": [] }))])), "rules[0].backup_pins"),
        (policy(json!([with(rule.clone(), json!({ "matching": "any" }))])), "rules[0].matching"),
        (policy(json!([{ "host": HOST, "exempt": true, "extra": 1 }])), "rules[0].extra"),
        (policy(json!([{ "host": HOST, "pins": [pin, with(pin.clone(), json!({ "roles": "ca" }))] }])), "rules[0].pins[1].roles"),
        (
            policy(json!([with(rule.clone(), json!({ "backupPins": [with(pin.clone(), json!({ "x": 1 }))] }))])),
            "rules[0].backupPins[0].x",
        ),
    ] {
        assert_refused(&policy.to_string(), "policy-shape", path);
    }
}

#[test]
fn a_duplicate_key_is_refused_at_every_depth() {
    let (a, b) = (stray_pin(1), stray_pin(2));
    for (text, path) in [
        (r#"{"version":1,"id":"a","id":"a","sequence":1,"rules":[]}"#.to_owned(), "id"),
        (r#"{"version":1,"id":"a","sequence":1,"rules":[],"rules":[]}"#.to_owned(), "rules"),
        (r#"{"version":1,"id":"a","sequence":1,"rules":[],"blocked":[],"blocked":[]}"#.to_owned(), "blocked"),
        (
            format!(r#"{{"version":1,"id":"a","sequence":1,"rules":[{{"host":"a","pins":["{a}"],"pins":["{b}"]}}]}}"#),
            "rules[0].pins",
        ),
        (format!(r#"{{"version":1,"id":"a","sequence":1,"rules":[{{"host":"a","host":"b","pins":["{a}"]}}]}}"#), "rules[0].host"),
        (
            format!(
                r#"{{"version":1,"id":"a","sequence":1,"rules":[{{"host":"a","pins":["{a}"],"mode":"enforce","mode":"report"}}]}}"#
            ),
            "rules[0].mode",
        ),
        (
            format!(r#"{{"version":1,"id":"a","sequence":1,"rules":[{{"host":"a","pins":[{{"pin":"{a}","pin":"{b}"}}]}}]}}"#),
            "rules[0].pins[0].pin",
        ),
        // Keys are the same when they mean the same.
        (r#"{"version":1,"id":"a","i\u0064":"b","sequence":1,"rules":[]}"#.to_owned(), "i\\u0064"),
        (
            format!(
                r#"{{"version":1,"id":"a","sequence":1,"rules":[{{"host":"a","pins":["{a}"],"expires":"2027-01-01","expir\u0065s":"2028-01-01"}}]}}"#
            ),
            "rules[0].expir\\u0065s",
        ),
    ] {
        assert_refused(&text, "policy-shape", path);
    }
}

#[test]
fn a_required_field_may_not_be_missing() {
    let whole = policy(json!([]));
    for field in ["version", "id", "sequence", "rules"] {
        let mut policy = whole.clone();
        policy.as_object_mut().unwrap().remove(field);
        let error = refusal(&policy.to_string());
        assert_eq!((error.problem.code(), error.path.as_str()), ("policy-shape", ""), "{field}");
        assert!(error.to_string().contains(field), "{error}");
    }
    assert_refused(&policy(json!([{ "pins": [stray_pin(1)] }])).to_string(), "policy-shape", "rules[0]");
    assert_refused(
        &policy(json!([{ "host": HOST, "pins": [{ "role": "ca" }] }])).to_string(),
        "policy-shape",
        "rules[0].pins[0]",
    );
    assert_refused(&policy(json!([{ "host": HOST }])).to_string(), "pins-missing", "rules[0].pins");
    assert_refused(&policy(json!([{ "host": HOST, "backupPins": [stray_pin(1)] }])).to_string(), "pins-missing", "rules[0].pins");
}

/// `null` is a value like any other: where a field has nothing to say, it is left out.
#[test]
fn null_and_other_wrong_types_are_refused() {
    let rule = json!({ "host": HOST, "pins": [stray_pin(1)] });
    let word = json!({ "enforce": null });
    let wrong = [json!(null), json!(-1), json!(1.5), json!([[]]), json!({}), word];
    let top = ["version", "id", "sequence", "issuedAt", "expires", "onExpiry", "unlisted", "blocked", "rules"];
    for field in top {
        for value in &wrong {
            let text = with(policy(json!([rule])), json!({ field: value })).to_string();
            let error = refusal(&text);
            assert_eq!(error.problem.code(), "policy-shape", "{text}: {error}");
            assert!(error.path.starts_with(field), "{text}: {}", error.path);
        }
    }
    let fields =
        ["host", "subdomains", "pins", "backupPins", "match", "mode", "expires", "onExpiry", "userAnchors", "reportTo", "exempt"];
    for field in fields {
        for value in &wrong {
            let text = policy(json!([with(rule.clone(), json!({ field: value }))])).to_string();
            let error = refusal(&text);
            assert_eq!(error.problem.code(), "policy-shape", "{text}: {error}");
            assert!(error.path.starts_with(&format!("rules[0].{field}")), "{text}: {}", error.path);
        }
    }
    for field in ["pin", "role", "label", "expires"] {
        for value in &wrong {
            let pin = with(json!({ "pin": stray_pin(1) }), json!({ field: value }));
            let error = refusal(&policy(json!([{ "host": HOST, "pins": [pin] }])).to_string());
            assert_eq!(error.problem.code(), "policy-shape", "{field} {value}: {error}");
            assert!(error.path.starts_with(&format!("rules[0].pins[0].{field}")), "{field} {value}: {}", error.path);
        }
    }
    for value in &wrong {
        let error = refusal(&with(policy(json!([])), json!({ "blocked": [stray_pin(1), value] })).to_string());
        assert_eq!(error.problem.code(), "policy-shape", "{value}: {error}");
        assert!(error.path.starts_with("blocked[1]"), "{value}: {error}");
    }
}

#[test]
fn words_are_written_as_the_format_has_them() {
    let rule = json!({ "host": HOST, "pins": [stray_pin(1)] });
    for (field, words) in [
        ("subdomains", &["two", "One", "true", ""][..]),
        ("match", &["all", "Any", "leafAndCa", "leaf-or-ca"]),
        ("mode", &["Enforce", "report-only", "off"]),
        ("onExpiry", &["allow", "open", "Deny"]),
        ("userAnchors", &["report", "deny", "true"]),
    ] {
        for word in words {
            let text = policy(json!([with(rule.clone(), json!({ field: word }))])).to_string();
            assert_refused(&text, "policy-shape", &format!("rules[0].{field}"));
        }
    }
    for (field, word) in [("onExpiry", "report"), ("onExpiry", "allow"), ("unlisted", "enforce"), ("unlisted", "Deny")] {
        assert_refused(&with(policy(json!([rule])), json!({ field: word })).to_string(), "policy-shape", field);
    }
    let pin = json!({ "pin": stray_pin(1), "role": "intermediate" });
    assert_refused(&policy(json!([{ "host": HOST, "pins": [pin] }])).to_string(), "policy-shape", "rules[0].pins[0].role");
}

/// An array of the right values in the right order is no object.
#[test]
fn objects_are_objects() {
    let pin = stray_pin(1);
    for (text, path) in [
        (json!([1, "acme", 1, NOW, NOW, "enforce", "allow", [], []]).to_string(), ""),
        (policy(json!([[HOST, true, [pin]]])).to_string(), "rules[0]"),
        (
            policy(json!([[HOST, true, [pin], [pin], "any", "enforce", NOW, "report", "enforce", [], true]])).to_string(),
            "rules[0]",
        ),
        (policy(json!([{ "host": HOST, "pins": [[pin, "any", "label", NOW]] }])).to_string(), "rules[0].pins[0]"),
        ("null".to_owned(), ""),
        ("1".to_owned(), ""),
        ("\"policy\"".to_owned(), ""),
    ] {
        let error = refusal(&text);
        assert_eq!(error.problem.code(), "policy-shape", "{text}: {error}");
        assert!(error.path.starts_with(path), "{text}: {}", error.path);
    }
}

#[test]
fn what_is_no_json_is_refused() {
    let whole = policy(json!([])).to_string();
    for text in [
        "",
        " ",
        "{",
        "nonsense",
        "// a comment\n{}",
        "{'version': 1}",
        "\u{feff}{}",
        &format!("{whole}{whole}"),
        &format!("{whole}x"),
        &format!("{whole}\0"),
        &whole.replace("12", "012"),
        &whole.replace("12", "0x0c"),
        &whole.replace("12", "NaN"),
        &whole.replace("]", ",]"),
        &whole.replace("acme-mobile", "acme\nmobile"),
        &whole.replace("acme-mobile", "\\ud800"),
        &whole.replace("acme-mobile", "\\x41"),
        &whole[..whole.len() - 1],
    ] {
        let error = refusal(text);
        assert_eq!(error.problem.code(), "policy-syntax", "{text:?}: {error}");
    }
    assert!(Policy::parse(&format!(" \n{whole}\r\n\t ")).is_ok(), "white space around");
}

#[test]
fn depth_is_bounded() {
    for open in ["[", "{\"rules\":", "{\"a\":["] {
        let error = refusal(&open.repeat(100_000));
        assert!(["policy-syntax", "policy-shape"].contains(&error.problem.code()), "{error}");
    }
}

#[test]
fn version_id_and_sequence_are_in_their_range() {
    for version in [0, 2, u64::MAX] {
        assert_refused(&with(policy(json!([])), json!({ "version": version })).to_string(), "version-unsupported", "version");
    }
    for id in ["".to_owned(), "a".repeat(129), "é".to_owned(), "a\tb".to_owned(), "a\0".to_owned(), "a\u{7f}".to_owned()] {
        assert_refused(&with(policy(json!([])), json!({ "id": id })).to_string(), "id-invalid", "id");
    }
    for id in ["a".to_owned(), "a".repeat(128), "Acme mobile/2 (beta)".to_owned()] {
        assert!(Policy::parse(&with(policy(json!([])), json!({ "id": id })).to_string()).is_ok(), "{id}");
    }
    for sequence in [0, 1 << 53, u64::MAX] {
        assert_refused(&with(policy(json!([])), json!({ "sequence": sequence })).to_string(), "sequence-invalid", "sequence");
    }
    for sequence in [1, (1_u64 << 53) - 1] {
        assert!(Policy::parse(&with(policy(json!([])), json!({ "sequence": sequence })).to_string()).is_ok(), "{sequence}");
    }
    for sequence in ["1.0", "1e3", "18446744073709551616", "-1", "\"1\""] {
        let text = policy(json!([])).to_string().replace("12", sequence);
        assert_refused(&text, "policy-shape", "sequence");
    }
}

#[test]
fn every_date_is_rfc_3339_with_a_zone() {
    let bad = [
        "",
        "never",
        "2027",
        "2027-02",
        "2027-2-1",
        "2027-02-30",
        "2026-02-29",
        "2027-13-01",
        "2027-00-01",
        "2027-01-00",
        "01.02.2027",
        "2027-02-01T00:00:00",
        "2027-02-01 00:00:00Z",
        "2027-02-01T24:00:00Z",
        "2027-02-01T00:00Z",
        "2027-02-01T00:00:00+0100",
        "2027-02-01T00:00:00 Z",
        "2027-02-01T00:00:00.Z",
        "2027-02-01T00:00:00,5Z",
        "20270201T000000Z",
        "+2027-02-01",
        "12027-02-01",
        "2027-02-01Z",
        " 2027-02-01",
        "2027-02-01 ",
        "1801440000000",
        "Mon, 01 Feb 2027 00:00:00 GMT",
        "2027-W05-1",
        "2027-02-01T00:00:00+24:00",
        "２０２７-02-01",
    ];
    let rule = json!({ "host": HOST, "pins": [stray_pin(1)] });
    for date in bad {
        for (text, path) in [
            (with(policy(json!([])), json!({ "issuedAt": date })), "issuedAt"),
            (with(policy(json!([])), json!({ "expires": date })), "expires"),
            (policy(json!([rule, { "host": "b", "pins": [stray_pin(1)], "expires": date }])), "rules[1].expires"),
            (policy(json!([{ "host": HOST, "pins": [{ "pin": stray_pin(1), "expires": date }] }])), "rules[0].pins[0].expires"),
            (
                policy(json!([with(
                    rule.clone(),
                    json!({ "backupPins": [stray_pin(2), { "pin": stray_pin(3), "expires": date }] })
                )])),
                "rules[0].backupPins[1].expires",
            ),
        ] {
            assert_refused(&text.to_string(), "date-invalid", path);
        }
    }
}

/// The instant that each spelling of a date means, to the millisecond.
#[test]
fn dates_mean_their_instant() {
    let device = leaf(HOST).self_signed();
    for (date, instant) in [
        ("2026-06-01", "2026-06-01T00:00:00.000Z"),
        ("2026-06-01T00:00:00Z", "2026-06-01T00:00:00.000Z"),
        ("2026-06-01t00:00:00z", "2026-06-01T00:00:00.000Z"),
        ("2026-06-01T00:00:00.5Z", "2026-06-01T00:00:00.500Z"),
        ("2026-06-01T00:00:00.123456789Z", "2026-06-01T00:00:00.123Z"),
        ("2026-06-01T01:30:00+01:30", "2026-06-01T00:00:00.000Z"),
        ("2026-05-31T23:00:00-01:00", "2026-06-01T00:00:00.000Z"),
        ("2026-06-01T00:00:00-00:00", "2026-06-01T00:00:00.000Z"),
        ("2024-02-29", "2024-02-29T00:00:00.000Z"),
    ] {
        let policy = policy(json!([{ "host": HOST, "pins": [device.pin()], "expires": date, "onExpiry": "deny" }]));
        let at = |millis| {
            crate::common::judge_at(&policy, HOST, &[&device], VALIDATED, crate::common::millis_after(instant, millis)).summary()
        };
        assert_eq!((&*at(-1), &*at(0)), ("pinned leaf 0", "rejected rule-expired"), "{date}");
    }
}

#[test]
fn every_pin_is_32_bytes_of_canonical_base64() {
    let good = stray_pin(1);
    let hex = "020f032d130133aabd21a0facf009ddf034c15522b14fec297c9d9c2e9c11c79";
    let digits = good.strip_prefix("sha256/").unwrap();
    let bad = [
        String::new(),
        digits.to_owned(),
        "sha256".to_owned(),
        "sha256/".to_owned(),
        "sha256/AAAA".to_owned(),
        format!("sha512/{digits}"),
        format!("sha1/{digits}"),
        format!("SHA256/{digits}"),
        format!("sha256:{digits}"),
        format!("sha256={digits}"),
        format!("pin-sha256=\"{digits}\""),
        format!("sha256//{digits}"),
        format!("cert-sha256//{digits}"),
        hex.to_owned(),
        format!("sha256/{hex}"),
        format!("sha256/{}", hex.to_uppercase()),
        format!(" {good}"),
        format!("{good} "),
        format!("{good}\n"),
        good.trim_end_matches('=').to_owned(),
        format!("{good}="),
        format!("{}{}=", &good[..good.len() - 2], '/'),
        format!("sha256/{}", "A".repeat(44)),
        format!("sha256/{}=", "A".repeat(43)),
        format!("sha256/{}=", "B".repeat(43)),
        format!("sha256/{}=", "x".repeat(43)),
        format!("sha256/{}", "/".repeat(43)),
        format!("sha256/-{}", &digits[1..]),
        format!("sha256/_{}", &digits[1..]),
        format!("{good},{good}"),
        "*".to_owned(),
    ];
    for pin in bad {
        for (text, path) in [
            (policy(json!([{ "host": HOST, "pins": [good, pin] }])), "rules[0].pins[1]"),
            (policy(json!([{ "host": HOST, "pins": [good], "backupPins": [pin] }])), "rules[0].backupPins[0]"),
            (with(policy(json!([])), json!({ "blocked": [good, good, pin] })), "blocked[2]"),
        ] {
            assert_refused(&text.to_string(), "pin-invalid", path);
        }
        let error = refusal(&policy(json!([{ "host": HOST, "pins": [{ "pin": pin }] }])).to_string());
        assert_eq!(error.problem.code(), "pin-invalid", "{pin}");
        assert!(error.path.starts_with("rules[0].pins[0]"), "{pin}: {}", error.path);
    }
}

/// Whatever the digest: also one whose text begins with a slash, as one in 64 does.
#[test]
fn every_digest_has_a_pin() {
    for first in 0..=u8::MAX {
        let mut digest = [0x5a; 32];
        digest[0] = first;
        digest[1] = first;
        let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, digest);
        for pin in [format!("sha256/{encoded}"), format!("cert-sha256/{encoded}")] {
            let policy = policy(json!([{ "host": HOST, "pins": [pin] }])).to_string();
            assert!(Policy::parse(&policy).is_ok(), "{pin}: {:?}", Policy::parse(&policy).err());
        }
    }
}

#[test]
fn a_refused_pin_says_what_to_write_instead() {
    let digits = stray_pin(1).replace("sha256/", "");
    for (pin, hint) in [
        (format!("sha1/{digits}"), "SHA-256"),
        (format!("sha256//{digits}"), "one slash"),
        ("020f032d130133aabd21a0facf009ddf034c15522b14fec297c9d9c2e9c11c79".to_owned(), "base64"),
        (format!("sha256/{}=", "A".repeat(43)), "placeholder"),
        (format!("sha256/_{}", &digits[1..]), "standard base64"),
        ("sha256/AAAA".to_owned(), "32"),
        (digits, "`sha256/`"),
    ] {
        let error = refusal(&policy(json!([{ "host": HOST, "pins": [pin] }])).to_string());
        assert!(error.to_string().contains(hint), "{pin}: {error}");
    }
}

#[test]
fn every_host_is_one_that_a_connection_can_have() {
    for host in [
        "",
        ".",
        "*.example.com",
        "**.example.com",
        "example.*",
        "https://example.com",
        "example.com/",
        "example.com:443",
        "exämple.com",
        "example..com",
        ".example.com",
        "127.1",
        "127.0.0.1.",
        "0x7f.1",
        "2130706433",
        "[::1]:443",
        "fe80::1%1",
        "192.0.2.0/24",
        "a b",
    ] {
        assert_refused(&policy(json!([{ "host": host, "pins": [stray_pin(1)] }])).to_string(), "host-invalid", "rules[0].host");
    }
}

#[test]
fn a_host_has_one_rule_whatever_its_spelling() {
    for (first, second) in [
        ("example.com", "example.com"),
        ("example.com", "EXAMPLE.COM"),
        ("example.com.", "example.com"),
        ("192.0.2.1", "::ffff:192.0.2.1"),
        ("::ffff:c000:201", "192.0.2.1"),
        ("2001:db8::1", "[2001:DB8:0::0:1]"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
    ] {
        let pinned = |host| json!({ "host": host, "pins": [stray_pin(1)] });
        let exempt = |host| json!({ "host": host, "exempt": true });
        let wide = |host| json!({ "host": host, "pins": [stray_pin(1)], "subdomains": true });
        let other = pinned("other.example");
        assert_refused(&policy(json!([pinned(first), other, pinned(second)])).to_string(), "host-duplicate", "rules[2].host");
        assert_refused(&policy(json!([pinned(first), exempt(second)])).to_string(), "host-duplicate", "rules[1].host");
        if !first.starts_with(|first: char| first.is_ascii_digit() || first == ':') {
            assert_refused(&policy(json!([pinned(first), wide(second)])).to_string(), "host-duplicate", "rules[1].host");
        }
    }
    let error =
        refusal(&policy(json!([{ "host": "B.example", "exempt": true }, { "host": "b.example.", "exempt": true }])).to_string());
    assert_eq!(error.problem, PolicyProblem::DuplicateHost { host: "b.example".into(), first: 0 });
}

#[test]
fn a_rule_is_pinned_or_exempt() {
    let pins = json!([stray_pin(1)]);
    for (rule, code, path) in [
        (json!({ "host": HOST, "pins": [] }), "pins-empty", "rules[0].pins"),
        (json!({ "host": HOST, "pins": [], "backupPins": pins }), "pins-empty", "rules[0].pins"),
        (json!({ "host": HOST, "exempt": false }), "exempt-false", "rules[0].exempt"),
        (json!({ "host": HOST, "exempt": false, "pins": pins }), "exempt-false", "rules[0].exempt"),
        (json!({ "host": HOST, "exempt": true, "pins": pins }), "exempt-with-field", "rules[0].pins"),
        (json!({ "host": HOST, "exempt": true, "pins": [] }), "exempt-with-field", "rules[0].pins"),
        (json!({ "host": HOST, "exempt": true, "backupPins": pins }), "exempt-with-field", "rules[0].backupPins"),
        (json!({ "host": HOST, "exempt": true, "match": "any" }), "exempt-with-field", "rules[0].match"),
        (json!({ "host": HOST, "exempt": true, "mode": "enforce" }), "exempt-with-field", "rules[0].mode"),
        (json!({ "host": HOST, "exempt": true, "expires": NOW }), "exempt-with-field", "rules[0].expires"),
        (json!({ "host": HOST, "exempt": true, "onExpiry": "report" }), "exempt-with-field", "rules[0].onExpiry"),
        (json!({ "host": HOST, "exempt": true, "userAnchors": "enforce" }), "exempt-with-field", "rules[0].userAnchors"),
        (json!({ "host": HOST, "exempt": true, "reportTo": [] }), "exempt-with-field", "rules[0].reportTo"),
    ] {
        assert_refused(&policy(json!([rule])).to_string(), code, path);
    }
    for subdomains in [json!(false), json!(true), json!("one")] {
        let rule = json!({ "host": HOST, "exempt": true, "subdomains": subdomains });
        assert!(Policy::parse(&policy(json!([rule])).to_string()).is_ok(), "{subdomains}");
    }
}

#[test]
fn an_address_has_no_subdomains() {
    for host in ["192.0.2.1", "2001:db8::1", "[::1]"] {
        for reach in [json!(true), json!("one")] {
            for rest in [json!({ "pins": [stray_pin(1)] }), json!({ "exempt": true })] {
                let rule = with(json!({ "host": host, "subdomains": reach }), rest);
                assert_refused(&policy(json!([rule])).to_string(), "subdomains-on-ip", "rules[0].subdomains");
            }
        }
        let rule = json!({ "host": host, "subdomains": false, "pins": [stray_pin(1)] });
        assert!(Policy::parse(&policy(json!([rule])).to_string()).is_ok(), "{host}");
    }
}

#[test]
fn a_blocked_pin_cannot_be_pinned() {
    let (pin, other) = (stray_pin(1), stray_pin(2));
    for (rule, path) in [
        (json!({ "host": HOST, "pins": [other, pin] }), "rules[0].pins[1]"),
        (json!({ "host": HOST, "pins": [other, { "pin": pin }] }), "rules[0].pins[1]"),
        (json!({ "host": HOST, "pins": [other], "backupPins": [pin] }), "rules[0].backupPins[0]"),
    ] {
        let policy = with(policy(json!([rule])), json!({ "blocked": [pin] }));
        let error = refusal(&policy.to_string());
        assert_eq!((error.problem.code(), error.path.starts_with(path)), ("pin-blocked", true), "{error}");
    }
    let near_miss = with(policy(json!([{ "host": HOST, "pins": [format!("cert-{pin}")] }])), json!({ "blocked": [pin, other] }));
    assert!(Policy::parse(&near_miss.to_string()).is_ok(), "the other kind of pin with the same bytes is another pin");
}

/// Who holds a certificate can give it another hash, so a certificate cannot be blocked by it.
#[test]
fn only_keys_can_be_blocked() {
    let pin = stray_pin(1);
    for (blocked, path) in [(vec![format!("cert-{pin}")], "blocked[0]"), (vec![pin.clone(), format!("cert-{pin}")], "blocked[1]")]
    {
        let error = refusal(&with(policy(json!([])), json!({ "blocked": blocked })).to_string());
        assert_eq!((error.problem.code(), error.path.as_str()), ("blocked-certificate", path), "{error}");
        assert!(error.to_string().contains("block its key") && error.to_string().contains("chainpin pin"), "{error}");
    }
}

#[test]
fn leaf_and_ca_needs_pins_of_both_roles() {
    let pin = |number, role: &str| json!({ "pin": stray_pin(number), "role": role });
    for (pins, backup) in [
        (json!([stray_pin(1), stray_pin(2)]), json!([])),
        (json!([pin(1, "leaf")]), json!([])),
        (json!([pin(1, "ca")]), json!([])),
        (json!([pin(1, "leaf"), pin(2, "any")]), json!([stray_pin(3)])),
        (json!([pin(1, "ca"), pin(2, "any")]), json!([pin(3, "ca")])),
    ] {
        let rule = json!({ "host": HOST, "match": "leaf-and-ca", "pins": pins, "backupPins": backup });
        assert_refused(&policy(json!([rule])).to_string(), "roles-missing", "rules[0].match");
    }
    for (pins, backup) in [(json!([pin(1, "leaf"), pin(2, "ca")]), json!([])), (json!([pin(1, "leaf")]), json!([pin(2, "ca")]))] {
        let rule = json!({ "host": HOST, "match": "leaf-and-ca", "pins": pins, "backupPins": backup });
        assert!(Policy::parse(&policy(json!([rule])).to_string()).is_ok());
    }
}

// Limits

#[test]
fn a_rule_has_at_most_64_pins() {
    let pins = |count: u8| (0..count).map(stray_pin).collect::<Vec<_>>();
    for (primary, backup, fits) in [(64, 0, true), (65, 0, false), (1, 63, true), (1, 64, false), (32, 33, false)] {
        let text = policy(json!([{ "host": HOST, "pins": pins(primary), "backupPins": pins(backup) }])).to_string();
        match fits {
            true => assert!(Policy::parse(&text).is_ok(), "{primary} + {backup}"),
            false => assert_eq!(refusal(&text).problem, PolicyProblem::TooManyPins { pins: usize::from(primary + backup) }),
        }
    }
    let error = refusal(&policy(json!([{ "host": HOST, "pins": pins(65) }])).to_string());
    assert_eq!((error.problem.code(), error.path.as_str()), ("too-many-pins", "rules[0].pins"));
}

/// A developer reads it once, and knows what to write.
#[test]
fn a_wrong_type_is_told_what_was_expected() {
    for (field, value, expected) in [
        ("pins", json!([5]), "a pin, or an object with a pin"),
        ("subdomains", json!(5), "true, false or \"one\""),
        ("subdomains", json!("two"), "true, false or \"one\""),
        ("mode", json!(5), "`enforce` or `report`"),
        ("onExpiry", json!("allow"), "`deny` or `enforce` or `report`"),
    ] {
        let mut rule = json!({ "host": HOST, "pins": [stray_pin(1)] });
        rule[field] = value;
        let message = refusal(&policy(json!([rule])).to_string()).to_string();
        assert!(message.contains(&format!("expected {expected}")), "{message}");
    }
    for (wrong, expected) in
        [(policy(json!([5])), "an object"), (with(policy(json!([])), json!({ "sequence": "1" })), "a positive integer")]
    {
        let message = refusal(&wrong.to_string()).to_string();
        assert!(message.contains(&format!("expected {expected}")), "{message}");
    }
}

#[test]
fn a_policy_has_at_most_100_000_rules() {
    let pin = stray_pin(1);
    let of = |count: usize| {
        let rules: Vec<String> = (0..count).map(|host| format!(r#"{{"host":"h{host}.example","pins":["{pin}"]}}"#)).collect();
        format!(r#"{{"version":1,"id":"a","sequence":1,"rules":[{}]}}"#, rules.join(","))
    };
    assert!(Policy::parse(&of(100_000)).is_ok());
    let error = refusal(&of(100_001));
    assert_eq!((error.problem, error.path.as_str()), (PolicyProblem::TooManyRules { rules: 100_001 }, "rules"));
}

#[test]
fn a_policy_has_at_most_32_mib_of_text() {
    const LIMIT: usize = 32 * 1024 * 1024;
    let whole = policy(json!([])).to_string();
    let padded = |bytes: usize| whole.clone() + &" ".repeat(bytes - whole.len());
    assert!(Policy::parse(&padded(LIMIT)).is_ok());
    let error = refusal(&padded(LIMIT + 1));
    assert_eq!((error.problem.code(), error.path.as_str()), ("policy-too-large", ""));
}

// Defaults

/// A policy that says only what it must, and the same with every default written out, decide alike.
#[test]
fn every_default_is_what_the_format_says() {
    let (device, other) = (leaf(HOST).self_signed(), leaf(HOST).self_signed());
    let short = policy(json!([{ "host": "example.com", "pins": [device.pin()] }, { "host": HOST, "pins": [device.pin()] }]));
    let spelled = |host: &str| {
        json!({
            "host": host, "subdomains": false, "pins": [{ "pin": device.pin(), "role": "any" }], "backupPins": [], "match": "any",
            "mode": "enforce", "onExpiry": "report", "userAnchors": "enforce", "reportTo": [],
        })
    };
    let long = with(
        policy(json!([spelled("example.com"), spelled(HOST)])),
        json!({ "onExpiry": "enforce", "unlisted": "allow", "blocked": [] }),
    );
    let user = Source::Validated { anchor: Anchor::User };
    for (host, device, source, expected) in [
        (HOST, &device, VALIDATED, "pinned leaf 0"),
        (HOST, &other, VALIDATED, "rejected pin-mismatch"),
        (HOST, &other, user, "rejected pin-mismatch"),
        ("a.example.com", &other, VALIDATED, "unlisted"),
        ("example.org", &other, VALIDATED, "unlisted"),
    ] {
        for policy in [&short, &long] {
            assert_eq!(judge(policy, host, &[device], source, NOW).summary(), expected, "{host} {policy:#}");
        }
    }
    for policy in [short, long] {
        let expired_policy = with(policy.clone(), json!({ "expires": "2026-01-01" }));
        assert_eq!(judge(&expired_policy, HOST, &[&other], VALIDATED, NOW).summary(), "rejected pin-mismatch", "enforce");
        let mut expired_rule = policy;
        expired_rule["rules"][1]["expires"] = json!("2026-01-01");
        assert_eq!(judge(&expired_rule, HOST, &[&other], VALIDATED, NOW).summary(), "tolerated pin-mismatch", "report");
    }
}

#[test]
fn a_policy_without_rules_is_one() {
    let device = leaf(HOST).self_signed();
    assert_eq!(judge(&policy(json!([])), HOST, &[&device], VALIDATED, NOW).summary(), "unlisted");
    let denying = with(policy(json!([])), json!({ "unlisted": "deny" }));
    assert_eq!(judge(&denying, HOST, &[&device], VALIDATED, NOW).summary(), "rejected unlisted-host");
}

// Errors

#[test]
fn an_error_names_its_place_and_no_type_of_rust() {
    for text in [
        policy(json!([{ "host": HOST, "pins": [stray_pin(1)], "mode": "off" }])).to_string(),
        policy(json!([{ "host": HOST, "pins": null }])).to_string(),
        policy(json!([{ "host": HOST, "pins": [1] }])).to_string(),
        policy(json!({})).to_string(),
        with(policy(json!([])), json!({ "sequence": -1 })).to_string(),
        with(policy(json!([])), json!({ "version": "1" })).to_string(),
        with(policy(json!([])), json!({ "extra": "1" })).to_string(),
    ] {
        let error = refusal(&text);
        let message = error.to_string();
        assert!(message.starts_with(&format!("{}: ", error.path)), "{message}");
        for alien in ["struct", "Option", "Vec", "u64", "enum", "variant", "tuple"] {
            assert!(!message.contains(alien), "{message}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,200}") {
        let _ = Policy::parse(&text);
    }

    /// A whole policy with some of its characters replaced, in whatever way.
    #[test]
    fn no_damage_makes_the_parser_panic(policy in any_policy(), changes in proptest::collection::vec((any::<usize>(), any::<char>()), 1..5)) {
        let mut text: Vec<char> = policy.to_string().chars().collect();
        for (at, character) in changes {
            let at = at % text.len();
            text[at] = character;
        }
        if let Err(error) = Policy::parse(&text.into_iter().collect::<String>()) {
            let _ = error.to_string();
        }
    }

    #[test]
    fn no_json_makes_the_parser_panic(value in any_json()) {
        prop_assert!(Policy::parse(&value.to_string()).is_err());
        let _ = Policy::parse(&policy(json!([value])).to_string());
        let _ = Policy::parse(&with(policy(json!([])), json!({ "blocked": value })).to_string());
    }

    #[test]
    fn every_valid_policy_is_read(policy in any_policy()) {
        let compact = Policy::parse(&policy.to_string());
        prop_assert!(compact.is_ok(), "{:?}: {:#}", compact.err(), policy);
        let pretty = format!("{policy:#}");
        prop_assert!(Policy::parse(&pretty).is_ok());
    }

    /// And decides something about every chain, without a panic.
    #[test]
    fn every_valid_policy_decides(policy in any_policy(), host in 0_usize..12, now in any::<i64>()) {
        let device = device();
        let policy = compiled(&policy);
        let pieces = [chainpin::Encoded::Der(&device.der)];
        let judged = crate::common::judge_encoded(&policy, &format!("a.h{host}.example"), pieces, PRESENTED, chainpin::Time::from_millis(now));
        prop_assert_eq!(judged.is_ok(), judged.outcome.code() != "rejected");
    }
}

thread_local! {
    static DEVICE: Made = leaf("*.h1.example").self_signed();
}

fn device() -> Made {
    DEVICE.with(Clone::clone)
}

fn any_json() -> impl Strategy<Value = Value> {
    let keys = "(version|id|sequence|rules|host|pins|pin|role|blocked|expires|exempt|subdomains|[a-z]{1,4})";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!(stray_pin(1))),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(keys, inner, 0..6).prop_map(Value::from_iter),
        ]
    })
}

fn any_policy() -> impl Strategy<Value = Value> {
    let rules = proptest::collection::vec(any_rule(), 0..8);
    (
        rules,
        optional("expires", any_date()),
        optional("issuedAt", any_date()),
        any_words(&[("onExpiry", &["deny", "enforce"]), ("unlisted", &["allow", "deny"])]),
    )
        .prop_map(|(rules, expires, issued_at, words)| {
            let rules: Vec<Value> = rules
                .into_iter()
                .enumerate()
                .map(|(index, rule)| with(rule, json!({ "host": format!("h{index}.example") })))
                .collect();
            let fields = [expires, issued_at, words, json!({ "blocked": [stray_pin(200), stray_pin(201)] })];
            fields.into_iter().fold(policy(json!(rules)), with)
        })
}

/// A rule without its host.
fn any_rule() -> impl Strategy<Value = Value> {
    let reach = optional("subdomains", prop_oneof![Just(json!(true)), Just(json!(false)), Just(json!("one"))]);
    let words = any_words(&[
        ("mode", &["enforce", "report"]),
        ("match", &["any", "leaf-and-ca"]),
        ("onExpiry", &["report", "enforce", "deny"]),
        ("userAnchors", &["enforce", "allow"]),
    ]);
    let backup = optional("backupPins", proptest::collection::vec(any_pin(), 0..4).prop_map(Value::from));
    let report = optional("reportTo", proptest::collection::vec("\\PC{0,20}", 0..3).prop_map(Value::from));
    let pins = proptest::collection::vec(any_pin(), 0..4).prop_map(|mut pins| {
        pins.extend([json!({ "pin": stray_pin(1), "role": "leaf" }), json!({ "pin": stray_pin(2), "role": "ca" })]);
        json!({ "pins": pins })
    });
    let pinned = (pins, backup, words, report, optional("expires", any_date()))
        .prop_map(|(pins, backup, words, report, expires)| [backup, words, report, expires].into_iter().fold(pins, with));
    (prop_oneof![4 => pinned, 1 => Just(json!({ "exempt": true }))], reach).prop_map(|(rule, reach)| with(rule, reach))
}

fn any_pin() -> impl Strategy<Value = Value> {
    let role = any_words(&[("role", &["any", "ca", "leaf"])]);
    let label = optional("label", "\\PC{0,12}".prop_map(Value::from));
    let pin = (0_u8..200, any::<bool>())
        .prop_map(|(number, whole)| if whole { format!("cert-{}", stray_pin(number)) } else { stray_pin(number) });
    (pin, any::<bool>(), role, label, optional("expires", any_date())).prop_map(|(pin, bare, role, label, expires)| match bare {
        true => json!(pin),
        false => [role, label, expires].into_iter().fold(json!({ "pin": pin }), with),
    })
}

fn any_date() -> impl Strategy<Value = Value> {
    (
        1970_u16..=9999,
        1_u8..=12,
        1_u8..=28,
        prop_oneof!["", "T[01][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])"],
    )
        .prop_map(|(year, month, day, clock)| json!(format!("{year:04}-{month:02}-{day:02}{clock}")))
}

// Words

#[test]
fn a_refusal_says_what_to_write_instead() {
    let pinned = |more: Value| with(json!({ "host": HOST, "pins": [stray_pin(1)] }), more);
    let many = vec![stray_pin(1); 65];
    for (policy, said) in [
        (
            with(policy(json!([])), json!({ "version": 2 })),
            "version: version 2 of the policy format is not known here; this is version 1",
        ),
        (with(policy(json!([])), json!({ "id": "" })), "id: the policy's id has 1 to 128 printable ASCII characters"),
        (with(policy(json!([])), json!({ "sequence": 0 })), "sequence: the sequence is an integer from 1 to 2^53 - 1"),
        (with(policy(json!([])), json!({ "expires": "soon" })), "expires: not a date; write RFC 3339 with a zone"),
        (policy(json!([pinned(json!({})), pinned(json!({}))])), "`api.example.com` has a rule already (rules[0])"),
        (policy(json!([{ "host": "a b", "exempt": true }])), "rules[0].host: not a host: "),
        (policy(json!([{ "host": HOST, "exempt": false }])), "rules[0].exempt: leave `exempt` out"),
        (policy(json!([pinned(json!({ "exempt": true }))])), "takes `host` and `subdomains`, and nothing else"),
        (policy(json!([{ "host": HOST, "pins": [] }])), "rules[0].pins: no pin; write at least one"),
        (policy(json!([{ "host": HOST }])), "a rule has `pins`, or `exempt: true`"),
        (policy(json!([{ "host": HOST, "pins": many }])), "the rule has 65 pins; 64 are the most"),
        (policy(json!([pinned(json!({ "match": "leaf-and-ca" }))])), "a pin with role `leaf` and a pin with role `ca`"),
        (policy(json!([pinned(json!({ "host": "192.0.2.1", "subdomains": true }))])), "an IP address has no subdomains"),
        (
            with(policy(json!([pinned(json!({}))])), json!({ "blocked": [stray_pin(1)] })),
            "rules[0].pins[0]: this pin is also in `blocked`",
        ),
    ] {
        let error = refusal(&policy.to_string()).to_string();
        assert!(error.contains(said), "{error}");
    }
    let large = refusal(&" ".repeat(33 * 1024 * 1024)).to_string();
    assert_eq!(large, "the policy has 34603008 bytes; 33554432 are the most");
    let rules: Vec<Value> = (0..100_001).map(|number| json!({ "host": format!("h{number}.example"), "exempt": true })).collect();
    assert!(refusal(&policy(rules.into()).to_string()).to_string().contains("100001 rules; 100000 are the most"));
}

/// What `npm run schema` has written is what the types say.
#[cfg(feature = "schema")]
#[test]
fn the_published_schema_is_that_of_these_types() {
    let published = include_str!("../../pkg/policy.schema.json");
    assert_eq!(published.trim_end(), chainpin::policy_schema());
}

/// Some of these fields, each with one of its words.
fn any_words(fields: &'static [(&'static str, &'static [&'static str])]) -> impl Strategy<Value = Value> {
    proptest::collection::vec(any::<Option<proptest::sample::Index>>(), fields.len()).prop_map(|choices| {
        let chosen = fields.iter().zip(choices).filter_map(|((field, words), choice)| Some((*field, json!(choice?.get(words)))));
        Value::from_iter(chosen)
    })
}

fn optional(field: &'static str, value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    proptest::option::of(value).prop_map(move |value| value.map_or(json!({}), |value| json!({ field: value })))
}

fn assert_refused(text: &str, code: &str, path: &str) {
    let error = refusal(text);
    assert_eq!(
        (error.problem.code(), error.path.as_str()),
        (code, path),
        "{error}\n{}",
        text.chars().take(500).collect::<String>()
    );
}

fn refusal(text: &str) -> PolicyError {
    match Policy::parse(text) {
        Ok(_) => panic!("accepted: {}", text.chars().take(500).collect::<String>()),
        Err(error) => error,
    }
}
