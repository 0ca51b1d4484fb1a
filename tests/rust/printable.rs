//! Text of others in messages: whatever a policy, a bundle, a host or a certificate says, no message can steer a terminal or a log.

use crate::common::made::{ca, leaf, leaf_for};
use crate::common::{PRESENTED, VALIDATED, judge, policy, stray_pin, time};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chainpin::{Expiry, Host, Policy, Surroundings, Terms, Time, TrustedKeys, accept, inspect};
use proptest::prelude::*;
use serde_json::{Value, json};

const HOST: &str = "api.example.com";
const NOW: &str = "2026-06-01T00:00:00Z";
const PUBLIC_JWK: &str =
    r#"[{ "kty": "OKP", "crv": "Ed25519", "kid": "2026", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }]"#;

/// What steers a terminal, and a letter or two of each kind that does not show.
const HOSTILE: &str = r"(\x1b\[2K|\x1b\]0;|\x1bP|\x9b31m|\r|\n|\x08|\x7f|\x00|\x07|\u{85}|\u{ad}|\u{61c}|\u{180e}|[\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{2069}\u{fe00}-\u{fe0f}]|\u{feff}|[\u{e0000}-\u{e0fff}]|\u{3164}|`|\\|[a-z ]{1,3}|é|界){1,12}";

proptest! {
    #[test]
    fn labels_names_and_hosts_stay_in_their_place(text in HOSTILE) {
        let root = ca("Root").self_signed();
        let leaf = leaf(HOST).named(&text).of_organisation(&text).signed_by(&root);
        let chain = [&leaf, &root];
        // The same without a word of others: what it says takes as many lines.
        let plain = [&leaf_for(&[HOST]).with_key_of(&leaf).signed_by(&root), &root];
        for pin in [leaf.pin(), root.pin(), stray_pin(1)] {
            let labelled = |label: &str| policy(json!([{ "host": HOST, "pins": [{ "pin": pin, "label": label }] }]));
            for source in [VALIDATED, PRESENTED] {
                for host in [HOST, "other.example", &text, &format!("{text}.example")] {
                    let judged = judge(&labelled(&text), host, &chain, source, NOW);
                    let lines = judge(&labelled("label"), host, &plain, source, NOW).message.lines().count();
                    assert_eq!(judged.message.split('\n').count(), lines, "{:?}", judged.message);
                    judged.message.split('\n').for_each(assert_printable);
                    for entry in judged.chain {
                        assert_printable(&entry.certificate.subject);
                        assert_printable(&entry.certificate.issuer);
                        assert_printable(&entry.off_path.unwrap_or_default());
                    }
                }
            }
        }
        assert_printable(&inspect(&chainpin::Certificate::parse(&leaf.der).unwrap()).summary.subject);
    }

    #[test]
    fn refused_policies_repeat_nothing_raw(text in HOSTILE) {
        let sound = json!({ "host": HOST, "pins": [stray_pin(1)] });
        let changed = |field: &str, value: Value| { let mut rule = sound.clone(); rule[field] = value; policy(json!([rule])) };
        let mut policies = vec![
            changed(&text, json!(1)),
            changed("mode", json!(text)),
            changed("expires", json!(text)),
            changed("host", json!(text)),
            changed("host", json!(format!("-{text}.example"))),
            changed("pins", json!([text])),
            changed("pins", json!([{ "pin": stray_pin(1), "role": text }])),
            changed("pins", json!([{ "pin": stray_pin(1), (text.as_str()): text }])),
            changed("subdomains", json!({ (text.as_str()): text })),
        ].into_iter().map(|policy| policy.to_string()).collect::<Vec<_>>();
        let raw = sound.to_string();
        policies.extend([text.clone(), format!("{{\"{text}\": 1}}"), format!("{{ \"version\": 1, \"{text}\": [{raw}, }}"), raw.replace(HOST, &text)]);
        for text in policies {
            if let Err(error) = Policy::parse(&text) {
                assert_printable(&error.to_string());
                assert_printable(&error.path);
            }
        }
        if let Err(error) = Host::parse(&text) {
            assert_printable(&error.to_string());
        }
    }

    #[test]
    fn findings_repeat_nothing_raw(text in HOSTILE) {
        let rule = json!({ "host": HOST, "mode": "report", "reportTo": [text, format!("http://{text}"), format!("https://{HOST}/{text}")], "pins": [{ "pin": stray_pin(1), "label": text }] });
        let policy = Policy::parse(&policy(json!([rule])).to_string()).unwrap();
        for update_address in [text.clone(), format!("https://{HOST}/{text}")] {
            let surroundings = Surroundings { now: time(NOW), chain: None, is_public_suffix: None, update_address: Some(&update_address) };
            for finding in policy.lint(&surroundings) {
                assert_printable(&finding.message);
            }
        }
    }

    #[test]
    fn refused_bundles_repeat_nothing_raw(text in HOSTILE) {
        let keys = TrustedKeys::parse(PUBLIC_JWK).unwrap();
        let header = |alg: &str, kid: &str, typ: &str| json!({ "alg": alg, "kid": kid, "typ": typ });
        let typ = "chainpin-policy+jws";
        let mut more = header("EdDSA", "2026", typ);
        more[text.as_str()] = json!(text);
        for header in [header("EdDSA", &text, typ), header(&text, "2026", typ), header("EdDSA", "2026", &text), more, json!(text)] {
            let bundle = format!("{}.{}.{}", encode(&header.to_string()), encode(&text), encode("x"));
            for bundle in [bundle.clone(), format!("{bundle}{text}"), text.clone()] {
                let terms = Terms { keys: &keys, id: &text, floor: 0, now: time(NOW), latest: Time::from_millis(0), clock_skew: 0, expiry: Expiry::Counts };
                let error = accept(&bundle, &terms).err().unwrap();
                assert_printable(&error.to_string());
            }
        }
        if let Err(error) = TrustedKeys::parse(&json!([{ "kty": text, "kid": text }]).to_string()) {
            assert_printable(&error.to_string());
        }
    }
}

/// A bundle of a trusted signer for another app: both ids are shown.
#[test]
fn the_id_that_was_expected_is_shown_escaped() {
    let error = chainpin::BundleError::Id { id: "a\u{202e}".to_owned(), expected: "b\n".to_owned() };
    assert_eq!(error.to_string(), r"it is the policy of `a\u{202e}`, not of `b\u{a}`");
}

fn encode(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

fn assert_printable(message: &str) {
    let steers = |character: &char| {
        character.is_control()
            || matches!(*character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
            || matches!(*character, '\u{feff}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
    };
    let found: Vec<char> = message.chars().filter(steers).collect();
    assert!(found.is_empty(), "{found:?} in {message:?}");
}
