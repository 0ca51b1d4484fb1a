//! The path-validation suite of C2SP/x509-limbo (`tests/vectors/limbo`): each case as expected, or among the exceptions.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::common::real::ders;
use crate::common::{compiled, judge_encoded, pin_of, policy, time};
use chainpin::{Anchors, Certificate, Encoded, Source};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

#[test]
fn every_case_is_as_expected_or_an_exception() {
    let suite: Suite = read("limbo.json");
    let exceptions: Vec<Exception> = read("exceptions.json");
    let mut exceptions: BTreeMap<String, Exception> = exceptions.into_iter().map(|one| (one.id.clone(), one)).collect();
    let mut surprises = Vec::new();
    for case in &suite.testcases {
        let (actual, message) = run(case);
        match exceptions.remove(&case.id) {
            None if actual == case.expected_result => {}
            None => surprises.push(format!("{}: {actual} instead of {}: {message}", case.id, case.expected_result)),
            Some(_) if actual == case.expected_result => {
                surprises.push(format!("{}: an unexpected pass; the exception can go", case.id));
            }
            Some(exception) if exception.explains(case, actual) => {}
            Some(exception) => surprises.push(format!("{}: {actual} ({message}), and in exceptions.json {exception:?}", case.id)),
        }
    }
    surprises.extend(exceptions.into_keys().map(|id| format!("{id}: an exception for no case")));
    assert_eq!(suite.testcases.len(), 95);
    assert!(surprises.is_empty(), "{} surprises:\n{}", surprises.len(), surprises.join("\n"));
}

const SUCCESS: &str = "SUCCESS";
const FAILURE: &str = "FAILURE";
/// There is no request that puts the case's question.
const UNASKED: &str = "UNASKED";

/// Where a case gives no time. Its certificates are valid for centuries.
const NOW: &str = "2026-11-24T00:00:00Z";

/// The case's result, and what the verdict says of it. CRLs and the greatest depth of a path have no place in a request:
/// a case that only they decide is among the exceptions.
fn run(case: &Case) -> (&'static str, String) {
    let Some(host) = case.expected_peer_name.as_ref().filter(|_| case.validation_kind == "SERVER") else {
        return (UNASKED, "it is not about a server of a name".to_owned());
    };
    let anchors: Vec<Vec<u8>> = case.trusted_certs.iter().flat_map(|pem| ders(pem)).collect();
    let pins: Vec<String> = anchors.iter().map(|der| pin_of(Certificate::parse(der).unwrap().spki())).collect();
    let policy = compiled(&policy(json!([{ "host": host.value, "pins": pins }])));
    let anchors = Anchors::parse(anchors.iter().map(|der| Encoded::Der(der))).unwrap();
    let chain = core::iter::once(&case.peer_certificate).chain(&case.untrusted_intermediates);
    let chain = chain.map(|pem| Encoded::Text(pem.as_bytes()));
    let now = time(case.validation_time.as_deref().unwrap_or(NOW));
    let judged = judge_encoded(&policy, &host.value, chain, Source::Presented { anchors: Some(&anchors) }, now);
    (if judged.outcome.code() == "pinned" { SUCCESS } else { FAILURE }, judged.message)
}

#[derive(Deserialize)]
struct Suite {
    testcases: Vec<Case>,
}

/// What is read of a case; the rest is for people, or is the same in all of them.
#[derive(Deserialize)]
struct Case {
    id: String,
    validation_kind: String,
    trusted_certs: Vec<String>,
    untrusted_intermediates: Vec<String>,
    peer_certificate: String,
    validation_time: Option<String>,
    expected_result: String,
    expected_peer_name: Option<PeerName>,
}

#[derive(Deserialize)]
struct PeerName {
    value: String,
}

/// A case that comes out otherwise than the suite expects, and why that is right.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    id: String,
    expected: String,
    actual: String,
    reason: String,
}

impl Exception {
    fn explains(&self, case: &Case, actual: &str) -> bool {
        self.actual == actual && self.expected == case.expected_result && !self.reason.is_empty()
    }
}

fn read<T: DeserializeOwned>(name: &str) -> T {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/limbo").join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}
