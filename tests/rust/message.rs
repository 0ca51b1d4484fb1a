//! What people read: the message of a verdict, its chain, and the report of RFC 7469.

use crate::common::der::{Fields, extension, sequence, tlv};
use crate::common::made::{Made, Purpose, ca, leaf, leaf_for};
use crate::common::real::{ders, vector};
use crate::common::{Judged, PRESENTED, VALIDATED, certificate_pin_of, judge, policy, stray_pin, with};
use chainpin::{Anchor, Certificate, Source, inspect, summarize};
use serde_json::{Value, json};

const HOST: &str = "api.example.com";
const NOW: &str = "2026-06-01T00:00:00Z";
const PAST: &str = "2026-05-01T00:00:00Z";
const USER: Source<'static> = Source::Validated { anchor: Anchor::User };

// The message

/// Start with a broken pin, read the right one from the failure, paste it.
#[test]
fn a_mismatch_lists_every_certificate_and_then_every_pin() {
    let vector = vector("akamai.com");
    let rule = json!({
        "host": "akamai.com",
        "pins": [stray_pin(1), { "pin": stray_pin(2), "role": "ca", "label": "private CA 2026" }],
        "backupPins": [{ "pin": stray_pin(3), "expires": "2025-01-01" }, format!("cert-{}", stray_pin(4))],
    });
    for source in [VALIDATED, PRESENTED] {
        let judged = judge(&policy(json!([rule])), "akamai.com", &vector.ders(), source, &vector.now());
        assert_eq!(judged.summary(), "rejected pin-mismatch");
        let mut wanted: Vec<String> = vec!["`akamai.com`".into(), "pin-mismatch".into()];
        for certificate in &vector.certificates {
            wanted.extend([format!("sha256/{}", certificate.spki_sha256), certificate.subject.clone()]);
        }
        wanted.extend([stray_pin(1), stray_pin(2), "private CA 2026".into(), "ca".into(), stray_pin(3), "backup".into()]);
        wanted.extend(["expired at 2025-01-01T00:00:00Z".into(), format!("cert-{}", stray_pin(4))]);
        assert_in_order(&judged.message, &wanted);
    }
}

#[test]
fn the_pin_in_a_failure_is_the_one_to_paste() {
    let chain = Path::new();
    let failed = chain.judged(json!({ "pins": [stray_pin(1)] }), VALIDATED);
    let line = failed.message.lines().find(|line| line.contains("CN=Intermediate")).unwrap();
    let pin = line.split_whitespace().find(|word| word.starts_with("sha256/")).unwrap();
    assert_eq!(chain.judged(json!({ "pins": [pin] }), VALIDATED).summary(), "pinned ca 1");
}

/// A user of source `presented` must not paste the pin of a certificate that cannot match.
#[test]
fn a_certificate_that_no_pin_may_match_is_marked() {
    let chain = Path::new();
    let rogue = leaf(HOST).self_signed();
    let judged =
        judge(&policy(json!([{ "host": HOST, "pins": [chain.root.pin()] }])), HOST, &[&rogue, &chain.root], PRESENTED, NOW);
    let marked: Vec<bool> =
        judged.message.lines().filter(|line| line.contains("CN=")).map(|line| line.contains("does not lead here")).collect();
    assert_eq!(marked, [false, true], "{}", judged.message);
    assert_eq!(judged.chain.iter().map(|entry| entry.on_path).collect::<Vec<_>>(), [true, false]);
    for source in [VALIDATED, PRESENTED] {
        let genuine = chain.judged(json!({ "pins": [stray_pin(1)] }), source);
        assert!(!genuine.message.contains("does not lead here"), "{}", genuine.message);
    }
}

/// Each says which host, which reason, both sides of what failed, and what to do.
#[test]
fn every_refusal_says_what_is_wrong_and_what_to_do() {
    let chain = Path::new();
    let pinned = json!({ "host": HOST, "pins": [chain.leaf.pin()] });
    let rule = policy(json!([pinned]));
    let of_rule = |fields| policy(json!([with(pinned.clone(), fields)]));
    let of_policy = |fields| with(rule.clone(), fields);
    let old = leaf(HOST).valid("2020-01-01", "2021-01-01").self_signed();
    let new = leaf(HOST).valid("2028-01-01", "2029-01-01").self_signed();
    let other = leaf_for(&["a.example", "*.b.example", "192.0.2.1"]).self_signed();
    let nameless = leaf_for(&[]).named(HOST).self_signed();
    let client = leaf(HOST).extended_key_usage(&[Purpose::ClientAuth]).self_signed();
    let none: Vec<Made> = Vec::new();
    let path = || chain.path();
    for (judged, reason, wanted) in [
        (judge(&rule, "https://api.example.com/", &path(), VALIDATED, NOW), "host-invalid", &["hostname"][..]),
        (judge(&rule, "exämple.com", &path(), VALIDATED, NOW), "host-invalid", &["hostname"]),
        (judge(&rule, "api.example.com:443", &path(), VALIDATED, NOW), "host-invalid", &["port"]),
        (judge(&rule, HOST, &none, VALIDATED, NOW), "chain-empty", &["no certificate"]),
        (
            judge(&rule, HOST, &[&chain.leaf.der[..100]], VALIDATED, NOW),
            "chain-malformed",
            &["certificate 0", "byte 0", "cut off"],
        ),
        (judge(&rule, HOST, &vec![chain.leaf.clone(); 17], VALIDATED, NOW), "chain-too-large", &["16", "262144"]),
        (
            judge(&of_policy(json!({ "blocked": [chain.root.pin()], "rules": [] })), HOST, &path(), VALIDATED, NOW),
            "key-blocked",
            &["certificate 2", "CN=Root"],
        ),
        (
            judge(&of_policy(json!({ "rules": [], "unlisted": "deny" })), HOST, &path(), VALIDATED, NOW),
            "unlisted-host",
            &["acme-mobile", "add a rule"],
        ),
        (judge(&rule, HOST, &[&old], PRESENTED, NOW), "certificate-expired", &["2021-01-01T00:00:00Z", NOW, "renew", "clock"]),
        (judge(&rule, HOST, &[&new], PRESENTED, NOW), "certificate-not-yet-valid", &["2028-01-01T00:00:00Z", NOW, "clock"]),
        (judge(&rule, HOST, &[&other], PRESENTED, NOW), "hostname-mismatch", &["a.example", "*.b.example", "192.0.2.1"]),
        (judge(&rule, HOST, &[&nameless], PRESENTED, NOW), "hostname-mismatch", &["no host", "common name"]),
        (judge(&rule, HOST, &[&client], PRESENTED, NOW), "path-invalid", &["serverAuth"]),
        (
            judge(&of_policy(json!({ "expires": PAST, "onExpiry": "deny" })), HOST, &path(), VALIDATED, NOW),
            "policy-expired",
            &["acme-mobile", PAST, "newer"],
        ),
        (
            judge(&of_rule(json!({ "expires": PAST, "onExpiry": "deny" })), HOST, &path(), VALIDATED, NOW),
            "rule-expired",
            &[PAST, "newer"],
        ),
        (
            judge(&of_rule(json!({ "pins": [{ "pin": chain.root.pin(), "role": "leaf" }] })), HOST, &path(), VALIDATED, NOW),
            "role-mismatch",
            &["leaf"],
        ),
        (
            judge(&of_rule(json!({ "pins": [{ "pin": chain.leaf.pin(), "expires": PAST }] })), HOST, &path(), VALIDATED, NOW),
            "pin-expired",
            &["expired at", PAST],
        ),
        (judge(&of_rule(json!({ "pins": [stray_pin(1)] })), HOST, &path(), VALIDATED, NOW), "pin-mismatch", &["CN=Root"]),
    ] {
        let message = &judged.message;
        assert_eq!(judged.summary(), format!("rejected {reason}"), "{message}");
        let opening = format!("rejected, {reason}: ");
        assert!(message.starts_with('`') && message.contains(&opening), "{message}");
        for wanted in wanted {
            assert!(message.contains(wanted), "{reason}: no `{wanted}` in: {message}");
        }
        assert!(!message.ends_with('.') && !message.contains("  \n"), "{message}");
    }
}

#[test]
fn a_message_of_what_passes_says_why() {
    let chain = Path::new();
    let user = json!({ "userAnchors": "allow", "pins": [stray_pin(1)] });
    for (judged, wanted) in [
        (
            chain.judged(json!({ "pins": [chain.leaf.pin()] }), VALIDATED),
            &["is pinned", "leaf", "index 0", "CN=api.example.com"][..],
        ),
        (
            chain.judged(json!({ "pins": [{ "pin": chain.root.pin(), "label": "our CA" }] }), VALIDATED),
            &["our CA", "ca", "index 2", "CN=Root"],
        ),
        (
            chain.judged(json!({ "pins": [stray_pin(1)], "backupPins": [chain.leaf.pin()] }), VALIDATED),
            &["backup pin", "rotated", "new backup pin"],
        ),
        (chain.judged(json!({ "exempt": true }), VALIDATED), &["not pin-checked", "exempt"]),
        (chain.judged(user, USER), &["not pin-checked", "user", "installed"]),
        (judge(&policy(json!([])), HOST, &chain.path(), VALIDATED, NOW), &["not pinned", "acme-mobile", "no rule"]),
        (
            chain.judged(json!({ "pins": [stray_pin(1)], "mode": "report" }), VALIDATED),
            &["let pass", "report", "pin-mismatch", "CN=Root"],
        ),
        (
            chain.judged(json!({ "pins": [stray_pin(1)], "expires": PAST }), VALIDATED),
            &["let pass", PAST, "pin-mismatch", "CN=Root"],
        ),
    ] {
        assert!(judged.is_ok());
        for wanted in wanted {
            assert!(judged.message.contains(wanted), "no `{wanted}` in: {}", judged.message);
        }
    }
}

/// A mode and an expiry that do not soften anything are not named as the cause.
#[test]
fn tolerance_has_its_true_cause() {
    let chain = Path::new();
    let enforced_expiry = json!({ "pins": [stray_pin(1)], "mode": "report", "expires": PAST, "onExpiry": "enforce" });
    let message = chain.judged(enforced_expiry, VALIDATED).message;
    assert!(message.contains("report") && !message.contains("expired"), "{message}");
}

#[test]
fn leaf_and_ca_says_that_both_must_match() {
    let chain = Path::new();
    let pins = json!([{ "pin": chain.leaf.pin(), "role": "leaf" }, { "pin": stray_pin(1), "role": "ca" }]);
    let judged = chain.judged(json!({ "match": "leaf-and-ca", "pins": pins }), VALIDATED);
    assert_eq!(judged.summary(), "rejected pin-mismatch");
    assert!(judged.message.contains("both"), "{}", judged.message);
    assert!(!judged.message.contains("no pin of the rule"), "the leaf's is there: {}", judged.message);
}

/// A log line is the log's: neither host nor certificate nor label may write one of its own.
#[test]
fn nothing_that_comes_from_outside_breaks_a_line() {
    let evil = "a\nINFO all is well\r\u{1b}[2J\u{2028}\u{202e}";
    let chain = Path::new();
    let pinned = policy(json!([{ "host": HOST, "pins": [stray_pin(1)] }]));
    let host = judge(&pinned, evil, &chain.path(), VALIDATED, NOW);
    let subject = leaf(HOST).named(evil).self_signed();
    let subject = judge(&pinned, HOST, &[&subject], VALIDATED, NOW);
    let alt_name = Fields::with_extensions(&[&crate::common::der::alt_names(&[evil])]).encode();
    let alt_name = judge(&pinned, HOST, &[alt_name], PRESENTED, NOW);
    for judged in [host, subject, alt_name] {
        let message = &judged.message;
        assert!(!message.lines().any(|line| line.trim_start().starts_with("INFO")), "{message:?}");
        let unprintable =
            |character: char| (character.is_control() && character != '\n') || ['\u{2028}', '\u{202e}'].contains(&character);
        assert!(!message.chars().any(unprintable), "{message:?}");
    }
}

#[test]
fn a_long_host_is_cut_short() {
    let chain = Path::new();
    for host in ["a".repeat(10_000), "é".repeat(10_000), "\0".repeat(10_000)] {
        let judged = judge(&policy(json!([])), &host, &chain.path(), VALIDATED, NOW);
        assert_eq!(judged.summary(), "rejected host-invalid");
        assert!(judged.message.len() < 1_000, "{}", judged.message.len());
    }
}

#[test]
fn a_thousand_names_are_counted_and_not_listed() {
    let vector = vector("1000-sans.badssl.com");
    let policy = policy(json!([{ "host": HOST, "pins": [stray_pin(1)] }]));
    let judged = judge(&policy, HOST, &vector.ders(), PRESENTED, "2020-01-01");
    assert_eq!(judged.summary(), "rejected hostname-mismatch");
    assert!(judged.message.len() < 600 && judged.message.contains("more"), "{}", judged.message);
    assert!(judged.chain[0].certificate.subject_alt_names.len() > 900);
}

// The chain

#[test]
fn the_chain_tells_what_each_certificate_is() {
    let vector = vector("akamai.com");
    let judged = judge(&policy(json!([])), "akamai.com", &vector.ders(), VALIDATED, &vector.now());
    let chain = serde_json::to_value(&judged.chain).unwrap();
    assert_eq!(chain[0]["index"], 0);
    assert_eq!(chain[0]["key"], json!({ "algorithm": "EC P-256" }));
    assert_eq!(chain[0]["notBefore"], "2025-07-05T00:00:00Z");
    assert_eq!(chain[1]["key"], json!({ "algorithm": "EC P-384" }));
    assert_eq!(chain[1]["subjectAltNames"], json!([]));
    assert!(chain[0]["subjectAltNames"].as_array().unwrap().contains(&json!("akamai.com")));
    for entry in chain.as_array().unwrap() {
        let mut keys: Vec<&String> = entry.as_object().unwrap().keys().collect();
        keys.sort_unstable();
        let expected =
            ["fingerprint", "index", "issuer", "key", "notAfter", "notBefore", "onPath", "pin", "subject", "subjectAltNames"];
        assert_eq!(keys, expected);
    }
    let rsa = judge(&policy(json!([])), "amazon.com", &crate::common::real::vector("amazon.com").ders(), VALIDATED, NOW);
    assert_eq!(serde_json::to_value(&rsa.chain).unwrap()[1]["key"], json!({ "algorithm": "RSA", "bits": 2048 }));
}

#[test]
fn a_chain_that_cannot_be_read_is_empty() {
    let chain = Path::new();
    let judged = judge(&policy(json!([])), HOST, &[&chain.leaf.der[..], b"nonsense"], VALIDATED, NOW);
    assert_eq!((judged.summary().as_str(), judged.chain.len()), ("rejected chain-malformed", 0));
    assert!(judged.message.contains("certificate 1"), "{}", judged.message);
}

#[test]
fn what_cannot_be_read_in_a_certificate_is_said_so() {
    let odd =
        Fields { subject: tlv(0x30, &[0xff; 3]), validity: tlv(0x30, &[0x17, 0x00, 0x17, 0x00]), ..Fields::minimal() }.encode();
    let judged = judge(&policy(json!([{ "host": HOST, "pins": [stray_pin(1)] }])), HOST, &[odd], VALIDATED, NOW);
    assert!(judged.message.contains("(unreadable)"), "{}", judged.message);
    let entry = serde_json::to_value(&judged.chain).unwrap()[0].clone();
    assert_eq!((entry.get("notBefore"), entry.get("notAfter")), (None, None));
}

/// X.690 section 8.19: a first number over 119 belongs to the arc 2; a UUID (X.667) is a number of 128 bits.
#[test]
fn an_object_identifier_of_any_numbers_is_shown() {
    let uuid = [&[0x69, 0x83][..], &[0xff; 17], &[0x7f]].concat();
    for (oid, dotted) in [
        (&[0x88, 0x37, 0x03][..], "2.999.3"),
        (&[0x27], "0.39"),
        (&[0x78], "2.40"),
        (&[0x2b, 0x90, 0x80, 0x80, 0x80, 0x00], "1.3.4294967296"),
        (&[&[0x2a][..], &[0x01; 60]].concat(), &format!("1.2{}", ".1".repeat(60))),
        (&uuid, "2.25.340282366920938463463374607431768211455"),
        (&[&[0x2a, 0x84][..], &[0x80; 17], &[0x00]].concat(), "(unreadable)"),
    ] {
        let algorithm = sequence(&[&tlv(0x06, oid)]);
        let purposes = sequence(&[&tlv(0x06, oid)]);
        let fields = Fields {
            subject: sequence(&[&tlv(0x31, &sequence(&[&tlv(0x06, oid), &tlv(0x0c, b"value")]))]),
            spki: sequence(&[&algorithm, &[0x03, 0x02, 0x00, 0x55]]),
            outer_algorithm: algorithm,
            ..Fields::with_extensions(&[&extension(oid, false, &[]), &extension(&[0x55, 0x1d, 0x25], false, &purposes)])
        };
        let der = fields.encode();
        let details = inspect(&Certificate::parse(&der).unwrap());
        assert_eq!(details.summary.subject, format!("{dotted}=value"));
        assert_eq!((details.summary.key.algorithm.as_str(), details.signature_algorithm.as_str()), (dotted, dotted));
        assert_eq!((details.extensions[0].oid.as_str(), details.extended_key_usage), (dotted, Some(vec![dotted.to_owned()])));
    }
}

/// RFC 5280 section 4.1.2.4; RFC 4514 sections 2.3 and 2.4.
#[test]
fn names_are_read_in_every_kind_of_string() {
    let subject_of = |value: &[u8]| {
        let subject = sequence(&[&tlv(0x31, &sequence(&[&[0x06, 0x03, 0x55, 0x04, 0x03], value]))]);
        let der = Fields { subject, ..Fields::minimal() }.encode();
        summarize(&Certificate::parse(&der).unwrap()).subject
    };
    for (value, subject) in [
        (tlv(0x0c, "é".as_bytes()), "CN=é"),
        (tlv(0x13, b"a b"), "CN=a b"),
        (tlv(0x14, &[0xe9]), "CN=é"),
        (tlv(0x1e, &[0x00, 0xe9, 0x20, 0xac]), "CN=é€"),
        (tlv(0x1e, &[0xd8, 0x00]), "CN=#1e02d800"),
        (tlv(0x0c, &[0xff]), "CN=#0c01ff"),
        (tlv(0x02, &[0x07]), "CN=#020107"),
        (tlv(0x0c, b" #a, b"), "CN=\\ #a\\, b"),
        (tlv(0x0c, b"#a "), "CN=\\#a\\ "),
    ] {
        assert_eq!(subject_of(&value), subject, "{value:02x?}");
    }
}

/// RFC 5280 sections 4.1.2.1 and 4.2.1.3.
#[test]
fn versions_and_key_usages_are_told() {
    let inspected = |fields: Fields| inspect(&Certificate::parse(&fields.encode()).unwrap());
    let versions = [Vec::new(), vec![0xa0, 0x03, 0x02, 0x01, 0x01], vec![0xa0, 0x03, 0x02, 0x01, 0x02]];
    assert_eq!(versions.map(|version| inspected(Fields { version, ..Fields::minimal() }).version), [1, 2, 3]);
    let all = extension(&[0x55, 0x1d, 0x0f], true, &[0x03, 0x03, 0x07, 0xff, 0x80]);
    let usages = inspected(Fields::with_extensions(&[&all])).key_usage.unwrap();
    let expected = "digitalSignature nonRepudiation keyEncipherment dataEncipherment keyAgreement keyCertSign cRLSign encipherOnly decipherOnly";
    assert_eq!(usages.join(" "), expected);
}

// The report

/// RFC 7469 section 3, field by field.
#[test]
fn a_report_has_the_fields_of_rfc_7469() {
    let chain = Path::new();
    let rule = json!({
        "host": "Example.com", "subdomains": true, "expires": "2026-12-01",
        "pins": [stray_pin(1), certificate_pin_of(b"x")], "backupPins": [stray_pin(2)],
    });
    for (source, anchor) in [(VALIDATED, json!("system")), (USER, json!("user")), (PRESENTED, Value::Null)] {
        let judged = judge(&policy(json!([rule])), "API.example.com.", &chain.path(), source, NOW);
        let report = &judged.report;
        let quoted = |pin: String| format!("pin-sha256=\"{}\"", pin.replace("sha256/", ""));
        assert_eq!(report["date-time"], NOW);
        assert_eq!(report["hostname"], HOST);
        assert_eq!(report["port"], 443);
        assert_eq!(report["effective-expiration-date"], "2026-12-01T00:00:00Z");
        assert_eq!(report["include-subdomains"], true);
        assert_eq!(report["noted-hostname"], "example.com");
        assert_eq!(report["known-pins"], json!([quoted(stray_pin(1)), quoted(stray_pin(2))]));
        let (full, empty) = match source {
            Source::Presented { .. } => ("served-certificate-chain", "validated-certificate-chain"),
            Source::Validated { .. } => ("validated-certificate-chain", "served-certificate-chain"),
        };
        let pems: Vec<&str> = report[full].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(
            pems.iter().map(|pem| ders(pem).swap_remove(0)).collect::<Vec<_>>(),
            chain.path().map(|made| made.der.clone())
        );
        assert!(pems.iter().all(|pem| pem.lines().all(|line| line.len() <= 64) && pem.ends_with("-----END CERTIFICATE-----\n")));
        assert_eq!(report[empty], json!([]));

        let ours = &report["chainpin"];
        assert_eq!(ours["version"], 1);
        assert_eq!(ours["policy"]["id"], "acme-mobile");
        assert_eq!(ours["policy"]["sequence"].as_f64(), Some(12.0));
        assert_eq!((&ours["outcome"], &ours["reason"]), (&json!("rejected"), &json!("pin-mismatch")));
        assert_eq!(
            (ours.get("source").cloned(), ours.get("anchor").cloned().unwrap_or_default()),
            (Some(json!(source_code(source))), anchor)
        );
        assert_eq!(ours["known-certificate-pins"], json!([certificate_pin_of(b"x")]));
        assert_eq!(ours["message"], judged.message);
        assert_eq!(ours.get("matched"), None);
    }
}

/// The earlier of the rule's and the policy's; none where there is none.
#[test]
fn the_expiration_date_of_a_report_is_the_effective_one() {
    let chain = Path::new();
    for (rule, whole, expected) in [
        (None, None, Value::Null),
        (Some("2026-12-01"), None, json!("2026-12-01T00:00:00Z")),
        (None, Some("2026-11-01"), json!("2026-11-01T00:00:00Z")),
        (Some("2026-12-01"), Some("2026-11-01"), json!("2026-11-01T00:00:00Z")),
        (Some("2026-10-01"), Some("2026-11-01"), json!("2026-10-01T00:00:00Z")),
    ] {
        let expires = |date: Option<&str>| date.map_or(json!({}), |date| json!({ "expires": date }));
        let rule = with(json!({ "host": HOST, "pins": [stray_pin(1)] }), expires(rule));
        let judged = judge(&with(policy(json!([rule])), expires(whole)), HOST, &chain.path(), VALIDATED, NOW);
        assert_eq!(judged.report.get("effective-expiration-date").cloned().unwrap_or_default(), expected);
    }
}

#[test]
fn a_report_can_be_made_of_every_verdict() {
    let chain = Path::new();
    let none: [&Made; 0] = [];
    let denying = with(policy(json!([])), json!({ "unlisted": "deny" }));
    for (judged, outcome) in [
        (judge(&denying, "bad host", &chain.path(), VALIDATED, NOW), "rejected"),
        (judge(&denying, HOST, &none, VALIDATED, NOW), "rejected"),
        (judge(&denying, HOST, &chain.path(), VALIDATED, NOW), "rejected"),
        (judge(&policy(json!([])), HOST, &chain.path(), VALIDATED, NOW), "unlisted"),
        (chain.judged(json!({ "exempt": true }), VALIDATED), "exempt"),
        (chain.judged(json!({ "pins": [chain.leaf.pin()] }), PRESENTED), "pinned"),
        (chain.judged(json!({ "pins": [stray_pin(1)], "mode": "report" }), VALIDATED), "tolerated"),
    ] {
        assert_eq!(judged.report["chainpin"]["outcome"], outcome);
        assert!(judged.report["known-pins"].is_array() && judged.report["include-subdomains"].is_boolean());
    }
    let pinned =
        chain.judged(json!({ "pins": [stray_pin(1)], "backupPins": [{ "pin": chain.root.pin(), "label": "root" }] }), VALIDATED);
    let matched = json!({ "pin": chain.root.pin(), "role": "ca", "index": 2, "backup": true, "label": "root" });
    assert_eq!(pinned.report["chainpin"]["matched"], matched);
}

/// A leaf, its issuer and the root.
struct Path {
    leaf: Made,
    intermediate: Made,
    root: Made,
}

impl Path {
    fn new() -> Self {
        let root = ca("Root").self_signed();
        let intermediate = ca("Intermediate").signed_by(&root);
        Self { leaf: leaf(HOST).signed_by(&intermediate), intermediate, root }
    }

    fn path(&self) -> [&Made; 3] {
        [&self.leaf, &self.intermediate, &self.root]
    }

    /// By a rule for the host with these fields.
    fn judged(&self, fields: Value, source: Source<'_>) -> Judged {
        judge(&policy(json!([with(json!({ "host": HOST }), fields)])), HOST, &self.path(), source, NOW)
    }
}

fn source_code(source: Source<'_>) -> &'static str {
    match source {
        Source::Presented { .. } => "presented",
        Source::Validated { .. } => "validated",
    }
}

fn assert_in_order(text: &str, wanted: &[String]) {
    let mut rest = text;
    for part in wanted {
        let at = rest.find(part.as_str()).unwrap_or_else(|| panic!("no `{part}` (in this place) in: {text}"));
        rest = &rest[at + part.len()..];
    }
}
