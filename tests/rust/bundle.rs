//! Signed policies: every verdict of `tests/vectors/bundles`, which JavaScript gives too; what changed bytes come to; and the limits.

use std::time::{Duration, Instant};

use crate::common::time;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chainpin::{Accepted, BundleError, Expiry, Policy, Terms, Time, TrustedKeys, accept};
use proptest::prelude::*;
use serde_json::Value;

/// Made by `make.mjs` beside it, with `jose` where that is willing.
const VECTORS: &str = include_str!("../vectors/bundles/cases.json");

const DAY: i64 = 24 * 60 * 60 * 1000;

fn vectors() -> (Value, Vec<Value>) {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let cases = vectors["cases"].as_array().unwrap().clone();
    (vectors["terms"].clone(), cases)
}

fn case(name: &str) -> Value {
    vectors().1.into_iter().find(|case| case["name"] == name).unwrap_or_else(|| panic!("no case `{name}`"))
}

fn bundle(name: &str) -> String {
    case(name)["bundle"].as_str().unwrap().to_owned()
}

/// Judges a bundle by the common terms, or by those that a case has for itself.
fn judge(bundle: &str, own: &Value) -> Result<Accepted, BundleError> {
    let (common, _) = vectors();
    let term = |name: &str| own.get(name).or(common.get(name)).cloned().unwrap_or_default();
    let keys = TrustedKeys::parse(&term("keys").to_string()).unwrap();
    let id = term("id");
    accept(
        bundle,
        &Terms {
            keys: &keys,
            id: id.as_str().unwrap(),
            floor: term("floor").as_u64().unwrap(),
            now: time(term("now").as_str().unwrap()),
            latest: term("latest").as_str().map_or(Time::from_millis(0), time),
            clock_skew: term("clockSkew").as_i64().unwrap_or(DAY),
            expiry: if term("expiry") == "ignored" { Expiry::Ignored } else { Expiry::Counts },
        },
    )
}

#[test]
fn every_case_is_judged_as_it_should_be() {
    for case in vectors().1 {
        let name = case["name"].as_str().unwrap();
        match judge(case["bundle"].as_str().unwrap(), &case["terms"]) {
            Err(error) => assert_eq!(error.code(), case["expected"], "{name}: {error}"),
            Ok(accepted) => {
                assert_eq!("accepted", case["expected"], "{name}");
                assert!(Policy::parse(&accepted.text).is_ok(), "{name}: {}", accepted.text);
                let keys = accepted.keys.map_or(Value::Null, |keys| serde_json::from_str(keys.as_json()).unwrap());
                assert_eq!(keys, case["newKeys"], "{name}");
            }
        }
    }
}

#[test]
fn the_payload_is_the_policy() {
    let accepted = judge(&bundle("by jose, EdDSA"), &Value::Null).unwrap();
    assert_eq!((accepted.issued_at, accepted.expires), (time("2026-11-20"), time("2027-03-01")));
    let payload = URL_SAFE_NO_PAD.decode(bundle("by jose, EdDSA").split('.').nth(1).unwrap()).unwrap();
    assert_eq!(accepted.text.as_bytes(), payload, "as it was signed, byte by byte");

    let accepted = judge(&bundle("other keys"), &Value::Null).unwrap();
    let mut expected: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(bundle("other keys").split('.').nth(1).unwrap()).unwrap()).unwrap();
    expected.as_object_mut().unwrap().remove("signingKeys").unwrap();
    assert_eq!(serde_json::from_str::<Value>(&accepted.text).unwrap(), expected);
}

#[test]
fn a_policy_of_the_app_brings_no_keys() {
    let error = Policy::parse(r#"{"version":1,"id":"a","sequence":1,"rules":[],"signingKeys":[]}"#).unwrap_err();
    assert_eq!((error.problem.code(), error.path.as_str()), ("policy-shape", "signingKeys"));
}

#[test]
fn any_changed_byte_is_refused() {
    for name in ["by jose, EdDSA", "by jose, ES256"] {
        let good = bundle(name);
        for at in (0..good.len()).step_by(3) {
            for other in ['A', '.', '=', '\n'] {
                let changed = format!("{}{other}{}", &good[..at], &good[at + 1..]);
                assert!(changed == good || judge(&changed, &Value::Null).is_err(), "{name}: `{other}` at {at}");
            }
            assert!(judge(&good[..at], &Value::Null).is_err(), "{name}: cut at {at}");
        }
    }
}

#[test]
fn a_flood_is_refused_before_any_work() {
    let flood = "A".repeat(100_000_000);
    for flood in [flood.clone(), format!("{}.{flood}", bundle("by jose, EdDSA")), format!("{flood}.{flood}.")] {
        let started = Instant::now();
        assert_eq!(judge(&flood, &Value::Null).unwrap_err().code(), "bundle-too-large");
        assert!(started.elapsed() < Duration::from_millis(200), "{:?}", started.elapsed());
    }
}

#[test]
fn an_expiry_counts_from_its_very_instant() {
    let (good, at) = (bundle("by jose, EdDSA"), |now: &str| serde_json::json!({ "now": now }));
    assert!(judge(&good, &at("2027-02-28T23:59:59.999Z")).is_ok());
    assert_eq!(judge(&good, &at("2027-03-01T00:00:00Z")).unwrap_err().code(), "expired");
    assert!(judge(&good, &at("2026-11-19T00:00:00Z")).is_ok(), "a clock that is a day behind");
    assert_eq!(judge(&good, &at("2026-11-18T23:59:59.999Z")).unwrap_err().code(), "issued-in-future");
    assert!(judge(&good, &serde_json::json!({ "now": "1970-01-01", "latest": "2026-11-19T00:00:00Z" })).is_ok());
}

#[test]
fn keys_are_told_apart_by_number() {
    let error = |text: &str| TrustedKeys::parse(text).unwrap_err().to_string();
    assert_eq!(error("[]"), ": not a list of 1 to 8 public keys");
    assert_eq!(error("{}"), ": not a list of 1 to 8 public keys");
    let key = r#"{"kty":"OKP","crv":"Ed25519","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","kid":"a"}"#;
    assert_eq!(error(&format!("[{key},{key}]")), "[1]: an earlier key has the same `kid`");
    let private = key.replace('}', r#","d":"AAAA"}"#);
    assert!(error(&format!("[{private}]")).starts_with("[0]: this is a private key"));
}

/// Both sides of the comparison that failed, so that a log line is enough to tell what happened.
#[test]
fn a_refusal_says_what_came_and_what_was_expected() {
    for (name, parts) in [
        ("alg none, no signature", ["`none`", "EdDSA"].as_slice()),
        ("EdDSA over the P-256 key's name", &["`EdDSA`", "ES256"]),
        ("two parts", &["JWS", "three parts"]),
        ("header: crit", &["header", "`alg`, `kid` and `typ`"]),
        ("a stranger's key under a trusted name", &["signature", "not that of the key"]),
        ("another id", &["`acme-staging`", "`acme-mobile`"]),
        ("an older sequence", &["4", "older than 5"]),
        ("the same sequence", &["5", "in use already"]),
        ("dates: neither", &["`issuedAt`", "`expires`"]),
        ("dates: issued after it expires", &["2027-03-01T00:00:01Z", "2027-03-01T00:00:00Z"]),
        ("from the future", &["2026-11-25T12:00:01Z", "2026-11-24T12:00:00Z", "clock"]),
        ("expired", &["expired", "2026-11-24T12:00:00Z"]),
        ("payload: version 2", &["policy", "version 2"]),
        ("signingKeys: a private one", &["signingKeys[0]", "private key"]),
    ] {
        let error = judge(&bundle(name), &case(name)["terms"]).unwrap_err().to_string();
        assert!(parts.iter().all(|part| error.contains(part)), "{name}: {error}");
    }
    let error = judge(&bundle("a kid of nobody"), &Value::Null).unwrap_err();
    let BundleError::Key { kid } = &error else { panic!("{error}") };
    assert_eq!(error.to_string(), format!("no trusted key is named `{kid}`"));
    assert!(BundleError::TooLarge { bytes: 7_000_000 }.to_string().contains("7000000 bytes"));
}

#[test]
fn a_key_of_many_members_is_refused_before_they_are_compared() {
    let members = |count: usize| (0..count).map(|number| format!(r#""m{number}":0"#)).collect::<Vec<_>>().join(",");
    let refusal = |count| TrustedKeys::parse(&format!("[{{{}}}]", members(count))).unwrap_err().to_string();
    assert_eq!(refusal(33), "[0]: not a JSON object");
    assert!(refusal(32).contains("`kty`"), "{}", refusal(32));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,400}|[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,90}") {
        prop_assert!(judge(&text, &Value::Null).is_err());
    }

    #[test]
    fn no_header_makes_it_panic(header in "\\{(\"(alg|kid|typ|d)\":(\"(EdDSA|ed-2026|none)\"|1|\\[\\]),?){0,5}\\}?") {
        let bundle = format!("{}.e30.AAAA", URL_SAFE_NO_PAD.encode(header));
        prop_assert!(judge(&bundle, &Value::Null).is_err());
    }
}
