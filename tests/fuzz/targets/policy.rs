//! A policy: written anew it is the same, and every verdict on a chain that the platform has validated is the model's.
//!
//! `@k0` to `@k2` and `@c0` to `@c2` stand for the pins of a real chain, so that mutations leave them whole.
#![no_main]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chainpin::{Anchor, ChainBytes, Encoded, Policy, Request, Source, Surroundings, Time, Verifier};
use chainpin_fuzz::certificate::openssl_key;
use chainpin_fuzz::model::{Subject, date, host_of, judge, told};
use libfuzzer_sys::fuzz_target;
use openssl::x509::X509;
use serde_json::Value;

static PATH: LazyLock<Vec<Subject>> = LazyLock::new(|| {
    let certificates = X509::stack_from_pem(include_bytes!("../../vectors/chains/google.com.pem")).expect("a chain");
    let subject = |it: &X509| Subject::new(&it.to_der().expect("DER"), &openssl_key(it).expect("a key"));
    certificates.iter().map(subject).collect()
});

fuzz_target!(|data: &[u8]| {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let text = with_pins(text);
    let policy = match Policy::parse(&text) {
        Ok(policy) => policy,
        Err(error) => return drop(error.to_string()),
    };
    let value: Value = serde_json::from_str(&text).expect("a policy is JSON");
    let again = Policy::parse(&value.to_string());
    assert_eq!(again.map(|again| format!("{again:?}")).ok(), Some(format!("{policy:?}")), "written anew");

    let verifier = Verifier::new(policy);
    let bytes = ChainBytes::decode(PATH.iter().map(|subject| Encoded::Der(&subject.der)));
    let chain = bytes.as_ref().map_err(|error| *error).and_then(ChainBytes::parse);
    for now in instants(&value) {
        let surroundings = Surroundings {
            now: Time::from_millis(now),
            chain: chain.as_ref().ok(),
            is_public_suffix: Some(&|name| !name.contains('.')),
            update_address: Some("https://api.example.com/policy"),
        };
        verifier.policy().lint(&surroundings);
        for host in hosts(&value) {
            for (anchor, by_user) in [(Anchor::System, false), (Anchor::User, true)] {
                let source = Source::Validated { anchor };
                let verdict = verifier.verify(Request { host: &host, chain: &chain, source, now: Time::from_millis(now) });
                assert_eq!(told(&verdict.outcome), judge(&value, &host, &PATH, by_user, now), "{host} at {now}");
                verdict.message();
            }
        }
    }
});

fn with_pins(text: &str) -> String {
    PATH.iter().enumerate().fold(text.to_owned(), |text, (index, subject)| {
        let [key, certificate] = &subject.names;
        text.replace(&format!("@k{index}"), key).replace(&format!("@c{index}"), certificate)
    })
}

/// The first rules' hosts and names below them, and one that no rule can name.
fn hosts(policy: &Value) -> Vec<String> {
    let rules = policy["rules"].as_array().expect("rules").iter().take(6);
    let around = rules.map(host_of).flat_map(|host| [format!("a.{host}"), format!("b.a.{host}"), format!("b{host}"), host]);
    around.chain(["unlisted.example".to_owned(), "a..b".to_owned()]).collect()
}

/// Every date in the text, and the moment before.
fn instants(policy: &Value) -> BTreeSet<i64> {
    fn collect(value: &Value, found: &mut BTreeSet<i64>) {
        match value {
            Value::Array(list) => list.iter().for_each(|value| collect(value, found)),
            Value::Object(object) => {
                let expires = object.get("expires").and_then(Value::as_str).map(date);
                found.extend(expires.into_iter().flat_map(|expires| [expires - 1, expires]));
                object.values().for_each(|value| collect(value, found));
            }
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    collect(policy, &mut found);
    found.into_iter().take(6).chain([1_800_000_000_000]).collect()
}
