//! Findings: each in its case and not in the near-miss, and each says what to do.

use crate::common::made::{Made, ca, leaf, leaf_for};
use crate::common::real::vector;
use crate::common::{compiled, policy, stray_pin, time, with};
use chainpin::{Chain, ChainBytes, Encoded, Finding, Severity, Surroundings};
use serde_json::{Value, json};

const HOST: &str = "api.example.com";
const NOW: &str = "2026-06-01T00:00:00Z";

/// Nothing to find: two keys, one of them a backup, and a date that makes somebody look.
fn sound() -> Value {
    json!({ "host": HOST, "pins": [stray_pin(1)], "backupPins": [stray_pin(2)], "expires": "2026-12-01" })
}

#[test]
fn a_sound_policy_has_no_findings() {
    assert_eq!(codes(&policy(json!([sound()]))), [""; 0]);
    assert_eq!(codes(&policy(json!([]))), [""; 0]);
}

#[test]
fn a_rule_without_a_backup_pin_is_found() {
    let rule = |pins: Value| policy(json!([{ "host": HOST, "pins": pins, "expires": "2026-12-01" }]));
    assert_eq!(codes(&rule(json!([stray_pin(1)]))), ["no-backup-pin", "single-pin"]);
    assert_eq!(codes(&rule(json!([stray_pin(1), stray_pin(2)]))), ["no-backup-pin"]);
    assert_eq!(codes(&policy(json!([with(sound(), json!({ "backupPins": [] }))]))), ["no-backup-pin", "single-pin"]);
}

#[test]
fn one_key_in_several_places_is_one_key() {
    let doubled = with(sound(), json!({ "backupPins": [stray_pin(1)] }));
    assert_eq!(codes(&policy(json!([doubled]))), ["duplicate-pin", "single-pin"]);
    let among_others = with(sound(), json!({ "pins": [stray_pin(1), stray_pin(3), stray_pin(1)] }));
    assert_eq!(codes(&policy(json!([among_others]))), ["duplicate-pin"]);
    let by_role = json!([{ "pin": stray_pin(1), "role": "leaf" }, { "pin": stray_pin(1), "role": "ca" }]);
    assert_eq!(codes(&policy(json!([with(sound(), json!({ "pins": by_role }))]))), [""; 0]);
    let across_rules = json!([sound(), with(sound(), json!({ "host": "b.example" }))]);
    assert_eq!(codes(&policy(across_rules)), [""; 0]);
}

#[test]
fn expiry_is_found_when_it_is_past_near_far_or_missing() {
    let day = 24 * 60 * 60 * 1000;
    for (millis, expected) in [
        (-day, "expired"),
        (0, "expired"),
        (1, "expires-soon"),
        (30 * day - 1, "expires-soon"),
        (31 * day, ""),
        (364 * day, ""),
        (367 * day, "expires-late"),
    ] {
        let date = crate::common::millis_after(NOW, millis).to_string();
        // Whole seconds are what a date shows.
        let date = if millis == 1 { "2026-06-01T00:00:00.001Z".to_owned() } else { date };
        let expected: Vec<&str> = Some(expected).filter(|code| !code.is_empty()).into_iter().collect();
        let of_rule = policy(json!([with(sound(), json!({ "expires": date }))]));
        assert_eq!(codes(&of_rule), expected, "rule, {date}");
        assert_eq!(findings(&of_rule).first().and_then(|finding| finding.rule.as_deref()), expected.first().map(|_| HOST));

        let of_pin = policy(json!([with(sound(), json!({ "pins": [{ "pin": stray_pin(1), "expires": date }] }))]));
        assert_eq!(codes(&of_pin), expected, "pin, {date}");

        let of_policy = with(policy(json!([sound()])), json!({ "expires": date }));
        assert_eq!(codes(&of_policy), expected, "policy, {date}");
        assert!(findings(&of_policy).iter().all(|finding| finding.rule.is_none()));
    }
}

#[test]
fn a_rule_that_never_ends_is_found() {
    let mut endless = sound();
    endless.as_object_mut().unwrap().remove("expires");
    assert_eq!(codes(&policy(json!([endless]))), ["no-expiry"]);
    let policy_expires = with(policy(json!([endless])), json!({ "expires": "2026-12-01" }));
    assert_eq!(codes(&policy_expires), ["no-expiry"], "an expired policy goes on");
    assert_eq!(codes(&with(policy_expires, json!({ "onExpiry": "deny" }))), [""; 0], "an expired policy denies");
    let pin = |number| json!({ "pin": stray_pin(number), "expires": "2026-12-01" });
    let all_end = with(endless.clone(), json!({ "pins": [pin(1)], "backupPins": [pin(2)] }));
    assert_eq!(codes(&policy(json!([all_end]))), [""; 0], "every pin ends");
    let one_ends = with(endless, json!({ "pins": [pin(1)] }));
    assert_eq!(codes(&policy(json!([one_ends]))), ["no-expiry"], "one pin ends");
    assert_eq!(
        codes(&policy(json!([with(sound(), json!({ "subdomains": true })), { "host": "open.api.example.com", "exempt": true }]))),
        [""; 0]
    );
}

#[test]
fn subdomains_of_a_public_suffix_or_a_single_label_are_found() {
    let is_public_suffix = |name: &str| ["com", "co.uk", "github.io"].contains(&name);
    for (host, reach, known, expected) in [
        ("com", json!(true), true, "public-suffix"),
        ("co.uk", json!(true), true, "public-suffix"),
        ("github.io", json!("one"), true, "public-suffix"),
        ("co.uk", json!(false), true, ""),
        ("example.co.uk", json!(true), true, ""),
        ("internal", json!(true), true, "single-label"),
        ("internal", json!("one"), false, "single-label"),
        ("com", json!(true), false, "single-label"),
        ("co.uk", json!(true), false, ""),
        ("localhost", json!(false), true, ""),
    ] {
        let verifier = compiled(&policy(json!([with(sound(), json!({ "host": host, "subdomains": reach }))])));
        let is_public_suffix = known.then_some(&is_public_suffix as &dyn Fn(&str) -> bool);
        let found = verifier.policy().lint(&Surroundings { now: time(NOW), chain: None, is_public_suffix, update_address: None });
        let expected: Vec<&str> = Some(expected).filter(|code| !code.is_empty()).into_iter().collect();
        assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), expected, "{host} {reach} {known}");
    }
}

#[test]
fn updates_from_a_pinned_host_are_found() {
    let rules =
        json!([sound(), { "host": "open.api.example.com", "exempt": true }, with(sound(), json!({ "host": "10.0.0.1" }))]);
    let verifier = compiled(&policy(rules));
    for (address, found) in [
        ("https://api.example.com/policy", true),
        ("HTTPS://API.example.com.:8443/policy?a=b", true),
        ("https://10.0.0.1", true),
        ("https://updates.example.com/api.example.com", false),
        ("https://open.api.example.com", false),
        ("http://api.example.com", false),
        ("api.example.com", false),
        ("", false),
    ] {
        let surroundings = Surroundings { now: time(NOW), chain: None, is_public_suffix: None, update_address: Some(address) };
        let findings = verifier.policy().lint(&surroundings);
        assert_eq!(findings.iter().any(|finding| finding.code == "update-from-pinned-host"), found, "{address}");
    }
}

#[test]
fn rules_that_overlap_with_other_pins_are_found() {
    let parent = |reach: Value| with(sound(), json!({ "host": "example.com", "subdomains": reach, "pins": [stray_pin(3)] }));
    for (rules, expected) in [
        (json!([sound(), parent(json!(true))]), &["overlapping-rules"][..]),
        (json!([parent(json!(true)), sound()]), &["overlapping-rules"]),
        (json!([parent(json!("one")), sound()]), &["overlapping-rules"]),
        (json!([parent(json!(false)), sound()]), &[]),
        (json!([with(parent(json!("one")), json!({ "host": "com" })), sound()]), &["single-label"]),
        (json!([with(parent(json!(true)), json!({ "pins": [stray_pin(1)] })), sound()]), &[]),
        (json!([parent(json!(true)), with(sound(), json!({ "host": "notexample.com" }))]), &[]),
    ] {
        let policy = policy(rules);
        assert_eq!(codes(&policy), expected, "{policy:#}");
        let overlap = findings(&policy).into_iter().find(|finding| finding.code == "overlapping-rules");
        assert!(overlap.is_none_or(|finding| finding.rule.as_deref() == Some(HOST) && finding.message.contains("`example.com`")));
    }
}

#[test]
fn an_exemption_from_nothing_is_found() {
    let exempt = json!({ "host": "open.api.example.com", "exempt": true });
    let parent = with(sound(), json!({ "subdomains": true }));
    assert_eq!(codes(&policy(json!([exempt]))), ["exempt-without-parent"]);
    assert_eq!(codes(&policy(json!([exempt, sound()]))), ["exempt-without-parent"], "the parent's rule does not reach it");
    assert_eq!(codes(&policy(json!([exempt, parent]))), [""; 0]);
    let denying = with(policy(json!([exempt, sound()])), json!({ "unlisted": "deny" }));
    assert_eq!(codes(&denying), [""; 0], "where unlisted hosts are refused, it is how one is let pass");
}

#[test]
fn reports_that_reach_nobody_are_found() {
    let reporting = |fields: Value| policy(json!([with(sound(), fields)]));
    for (fields, expected) in [
        (json!({ "mode": "report" }), &["report-without-address"][..]),
        (json!({ "mode": "report", "reportTo": [] }), &["report-without-address"]),
        (json!({ "mode": "report", "reportTo": ["https://reports.example.net/pins"] }), &[]),
        (json!({ "mode": "enforce" }), &[]),
        (json!({ "reportTo": ["HTTPS://reports.example.net"] }), &[]),
        (json!({ "reportTo": ["http://reports.example.net/pins"] }), &["report-not-https"]),
        (json!({ "reportTo": ["reports.example.net"] }), &["report-not-https"]),
        (json!({ "reportTo": ["mailto:pins@example.net"] }), &["report-not-https"]),
        (json!({ "reportTo": [""] }), &["report-not-https"]),
        (json!({ "reportTo": ["https://"] }), &["report-not-https"]),
        (json!({ "reportTo": ["https:// spaces/"] }), &["report-not-https"]),
        (json!({ "reportTo": ["https://api.example.com/pins"] }), &["report-to-pinned-host"]),
        (json!({ "reportTo": ["https://API.example.com.:8443/pins"] }), &["report-to-pinned-host"]),
        (json!({ "reportTo": ["https://user@api.example.com?x"] }), &["report-to-pinned-host"]),
        (json!({ "reportTo": ["https://api.example.com.evil.example/"] }), &[]),
        (json!({ "reportTo": ["https://a.example.net/", "http://b.example.net/"] }), &["report-not-https"]),
    ] {
        assert_eq!(codes(&reporting(fields.clone())), expected, "{fields}");
    }
    let wide = with(sound(), json!({ "host": "example.com", "subdomains": true, "reportTo": ["https://reports.example.com/"] }));
    assert_eq!(codes(&policy(json!([wide]))), ["report-to-pinned-host"]);
    let spared = json!([wide, { "host": "reports.example.com", "exempt": true }]);
    assert_eq!(codes(&policy(spared)), [""; 0], "an exempt host is not pinned");
    let address = with(sound(), json!({ "host": "2001:db8::1", "reportTo": ["https://[2001:DB8::1]:443/"] }));
    assert_eq!(codes(&policy(json!([address]))), ["report-to-pinned-host"]);
}

// With a chain

#[test]
fn a_backup_pin_that_is_in_use_is_no_backup() {
    let chain = Served::new();
    let rule = |pins: Value, backup: Value| with(sound(), json!({ "pins": pins, "backupPins": backup }));
    let (leaf, ca) = (chain.leaf.pin(), chain.ca.pin());
    for (rule, expected) in [
        (rule(json!([leaf]), json!([ca])), &["no-true-backup"][..]),
        (rule(json!([leaf]), json!([chain.ca.certificate_pin()])), &["no-true-backup"]),
        (rule(json!([leaf]), json!([stray_pin(2)])), &[]),
        (rule(json!([ca]), json!([stray_pin(2)])), &[]),
        (rule(json!([stray_pin(1)]), json!([stray_pin(2)])), &[]),
        (with(rule(json!([leaf]), json!([ca])), json!({ "host": "other.example" })), &[]),
    ] {
        assert_eq!(chain.codes(&policy(json!([rule]))), expected, "{rule:#}");
    }
}

/// The chain is one host's: rules of others are not compared with it.
#[test]
fn a_chain_is_compared_with_the_rule_that_decides_for_it() {
    let chain = Served { leaf: leaf_for(&["*.example.com"]).signed_by(&Served::new().ca), ca: Served::new().ca };
    let rule = |host: &str, reach: Value| {
        with(
            sound(),
            json!({ "host": host, "subdomains": reach, "backupPins": [chain.leaf.pin()], "pins": [chain.leaf.certificate_pin()] }),
        )
    };
    for (host, reach, is_compared) in [
        ("example.com", json!(true), true),
        ("example.com", json!("one"), true),
        ("example.com", json!(false), false),
        ("api.example.com", json!(false), true),
        ("a.api.example.com", json!(false), false),
        ("example.org", json!(true), false),
    ] {
        let codes = chain.codes(&policy(json!([rule(host, reach.clone())])));
        assert_eq!(codes.contains(&"no-true-backup"), is_compared, "{host} {reach}: {codes:?}");
    }
}

#[test]
fn a_pin_that_outlives_its_certificate_is_found() {
    let chain = Served::new(); // until 2027-01-01
    let rule = |expires: &str| with(sound(), json!({ "pins": [chain.leaf.pin()], "expires": expires }));
    assert_eq!(chain.codes(&policy(json!([rule("2027-01-02")]))), ["expires-after-certificate"]);
    assert_eq!(chain.codes(&policy(json!([rule("2027-01-01")]))), [""; 0]);
    let sooner = with(rule("2027-01-02"), json!({ "pins": [{ "pin": chain.leaf.pin(), "expires": "2026-12-31" }] }));
    assert_eq!(chain.codes(&policy(json!([sooner]))), [""; 0], "the pin ends before the rule");
    let bounded = with(policy(json!([rule("2027-01-02")])), json!({ "expires": "2026-12-31" }));
    assert_eq!(chain.codes(&bounded), [""; 0], "the policy ends before the rule");
}

#[test]
fn leaf_pins_of_a_short_lived_certificate_are_found() {
    let served = |not_after: &str| {
        let ca = ca("CA").self_signed();
        Served { leaf: leaf(HOST).valid("2026-05-01", not_after).signed_by(&ca), ca }
    };
    for (not_after, is_short) in [("2026-06-16", true), ("2026-08-01", true), ("2026-12-01", false)] {
        let chain = served(not_after);
        let of = |pins: Value| {
            let rule = with(sound(), json!({ "pins": pins, "expires": "2026-07-15" }));
            chain.codes(&policy(json!([rule]))).contains(&"leaf-only-short-lived")
        };
        assert_eq!(of(json!([chain.leaf.pin()])), is_short, "{not_after}");
        assert_eq!(of(json!([{ "pin": chain.leaf.pin(), "role": "leaf" }])), is_short, "{not_after}");
        assert!(!of(json!([chain.ca.pin()])), "{not_after}");
        assert!(!of(json!([chain.leaf.pin(), chain.ca.pin()])), "{not_after}");
        assert!(!of(json!([chain.leaf.pin(), { "pin": stray_pin(3), "role": "ca" }])), "{not_after}");
    }
}

#[test]
fn a_pinned_intermediate_that_rotates_is_found() {
    for (host, rotates) in [("cloudflare.com", true), ("aws.amazon.com", true), ("akamai.com", false), ("fastly.com", false)] {
        let vector = vector(host);
        let pems = vector.pem();
        let bytes = ChainBytes::decode([Encoded::Text(pems.as_bytes())]).unwrap();
        let chain = bytes.parse().unwrap();
        let pins = vector.pins();
        let codes = |pin: &str| {
            let rule = with(sound(), json!({ "host": host, "pins": [pin] }));
            let policy = policy(json!([without(rule, "expires")]));
            let found = findings_at(&policy, Some(&chain), &vector.now());
            found.iter().map(|finding| finding.code).collect::<Vec<_>>()
        };
        assert_eq!(codes(&pins[1]).contains(&"rotating-intermediate"), rotates, "{host}");
        assert!(!codes(&pins[0]).contains(&"rotating-intermediate"), "{host}: the leaf is no intermediate");
        assert!(!codes(&stray_pin(1)).contains(&"rotating-intermediate"), "{host}: not pinned");
    }
}

/// A root does not rotate, and a private CA's name may hold anything.
#[test]
fn neither_a_root_nor_a_namesake_rotates() {
    for (organisation, name, self_signed, expected) in [
        ("Let's Encrypt", "R99", false, true),
        ("Let's Encrypt", "Root", true, false),
        ("Acme", "Not O=Let's Encrypt", false, false),
        ("Acme Amazon", "CA", false, false),
    ] {
        let root = ca("Root").self_signed();
        let template = ca(name).of_organisation(organisation);
        let issuer = if self_signed { template.self_signed() } else { template.signed_by(&root) };
        let chain = Served { leaf: leaf(HOST).signed_by(&issuer), ca: issuer };
        let codes = chain.codes(&policy(json!([with(sound(), json!({ "pins": [chain.ca.pin()] }))])));
        assert_eq!(codes.contains(&"rotating-intermediate"), expected, "{organisation} {name}: {codes:?}");
    }
}

// What every finding has

#[test]
fn every_finding_has_a_severity_and_says_what_to_do() {
    let ca = ca("R99").of_organisation("Let's Encrypt").signed_by(&crate::common::made::ca("Root").self_signed());
    let chain = Served { leaf: leaf(HOST).valid("2026-05-01", "2026-08-01").signed_by(&ca), ca };
    let by_ca = with(sound(), json!({ "pins": [chain.ca.pin()], "backupPins": [chain.leaf.pin()], "expires": "2027-03-01" }));
    let by_leaf = json!({ "host": HOST, "pins": [chain.leaf.pin(), chain.leaf.pin()], "mode": "report" });
    let rules = json!([
        { "host": "example.com", "subdomains": true, "pins": [stray_pin(1)], "expires": "2026-01-01", "reportTo": ["http://x.example"] },
        { "host": "com", "subdomains": true, "pins": [stray_pin(1)], "expires": "2026-06-02", "reportTo": ["https://api.example.com"] },
        { "host": "internal", "subdomains": true, "pins": [stray_pin(1)], "expires": "2030-06-02" },
        { "host": "open.example.org", "exempt": true },
    ]);
    let is_public_suffix = |name: &str| name == "com";
    let mut found = Vec::new();
    for rule in [by_ca, by_leaf] {
        let mut rules = rules.clone();
        rules.as_array_mut().unwrap().push(rule);
        chain.with(|chain| {
            let surroundings = Surroundings {
                now: time(NOW),
                chain: Some(chain),
                is_public_suffix: Some(&is_public_suffix),
                update_address: Some("https://api.example.com/policy"),
            };
            found.extend(compiled(&policy(rules)).policy().lint(&surroundings));
        });
    }
    let mut codes: Vec<&str> = found.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let every_code = [
        "duplicate-pin",
        "exempt-without-parent",
        "expired",
        "expires-after-certificate",
        "expires-late",
        "expires-soon",
        "leaf-only-short-lived",
        "no-backup-pin",
        "no-expiry",
        "no-true-backup",
        "overlapping-rules",
        "public-suffix",
        "report-not-https",
        "report-to-pinned-host",
        "report-without-address",
        "rotating-intermediate",
        "single-label",
        "single-pin",
        "update-from-pinned-host",
    ];
    assert_eq!(codes, every_code);

    let advice = [
        "add ", "choose ", "fetch ", "give ", "keep ", "let ", "make ", "name ", "pin ", "publish ", "put ", "remove ", "reuse ",
        "set ", "use ",
    ];
    for Finding { code, severity, rule, message } in &found {
        assert!(advice.iter().any(|verb| message.contains(verb)), "{code} does not say what to do: {message}");
        assert!(rule.is_some() && !message.ends_with('.') && message.len() < 300, "{code}: {message}");
        let is_error = ["exempt-without-parent", "expired", "public-suffix", "report-not-https"].contains(code);
        assert_eq!(*severity == Severity::Error, is_error, "{code}");
    }
}

#[test]
fn findings_come_in_the_policys_order() {
    let rules = json!([
        with(sound(), json!({ "host": "b.example", "backupPins": [] })),
        with(sound(), json!({ "host": "a.example", "backupPins": [] }))
    ]);
    let policy = with(policy(rules), json!({ "expires": "2026-01-01" }));
    let places: Vec<Option<String>> = findings(&policy).into_iter().map(|finding| finding.rule).collect();
    let [b, a] = [Some("b.example".to_owned()), Some("a.example".to_owned())];
    assert_eq!(places, [None, b.clone(), b, a.clone(), a]);
}

/// A leaf and the CA that signed it.
struct Served {
    leaf: Made,
    ca: Made,
}

impl Served {
    fn new() -> Self {
        let ca = ca("CA").self_signed();
        Self { leaf: leaf(HOST).signed_by(&ca), ca }
    }

    fn with<T>(&self, look: impl FnOnce(&Chain<'_>) -> T) -> T {
        let bytes = ChainBytes::decode([&self.leaf, &self.ca].map(|made| Encoded::Der(&made.der))).unwrap();
        look(&bytes.parse().unwrap())
    }

    fn codes(&self, policy: &Value) -> Vec<&'static str> {
        self.with(|chain| findings_at(policy, Some(chain), NOW).iter().map(|finding| finding.code).collect())
    }
}

fn codes(policy: &Value) -> Vec<&'static str> {
    let mut codes: Vec<&str> = findings(policy).iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes
}

fn findings(policy: &Value) -> Vec<Finding> {
    findings_at(policy, None, NOW)
}

fn findings_at(policy: &Value, chain: Option<&Chain<'_>>, now: &str) -> Vec<Finding> {
    compiled(policy).policy().lint(&Surroundings { now: time(now), chain, is_public_suffix: None, update_address: None })
}

fn without(mut value: Value, field: &str) -> Value {
    value.as_object_mut().unwrap().remove(field);
    value
}
