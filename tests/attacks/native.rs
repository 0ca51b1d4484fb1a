//! The native side of `tests/node/engine/attacks.test.mjs`: a first line of terms for signed policies, then a case a line, all JSON; answers a
//! line for each, as `ask.mjs` does.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;
use std::io::{BufRead, Write, stdin, stdout};

use base64::{Engine, engine::general_purpose::STANDARD};
use chainpin::{
    Anchor, Anchors, ChainBytes, ChainError, Encoded, Expiry, Outcome, Policy, Request, Role, Source, Surroundings, Terms, Time,
    TrustedKeys, Verifier, accept,
};
use serde::Deserialize;
use serde_json::Value;

const DAY: i64 = 24 * 60 * 60 * 1000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BundleTerms {
    keys: Value,
    id: String,
    floor: u64,
    now: f64,
}

#[derive(Deserialize)]
#[serde(tag = "ask", rename_all = "camelCase")]
enum Case {
    Bundle { bundle: String },
    Findings { policy: String, now: f64, suffixes: Vec<String> },
    Pins { chain: Vec<String> },
    Verdict(Box<Connection>),
}

#[derive(Deserialize)]
struct Connection {
    policy: String,
    host: String,
    now: f64,
    chain: Vec<String>,
    source: String,
    anchor: Option<String>,
    anchors: Option<Vec<String>>,
    says: Option<String>,
}

fn main() {
    let mut lines = stdin().lock().lines();
    let terms: BundleTerms = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    let mut out = stdout().lock();
    for line in lines {
        let case: Case = serde_json::from_str(&line.unwrap()).unwrap();
        writeln!(out, "{}", answer(&case, &terms)).unwrap();
    }
}

fn answer(case: &Case, terms: &BundleTerms) -> String {
    match case {
        Case::Bundle { bundle } => bundle_line(bundle, terms),
        Case::Findings { policy, now, suffixes } => findings(policy, *now, suffixes),
        Case::Pins { chain } => pins(chain),
        Case::Verdict(connection) => verdict_line(connection),
    }
}

fn verdict_line(connection: &Connection) -> String {
    let verifier = match Policy::parse(&connection.policy) {
        Ok(policy) => Verifier::new(policy),
        Err(error) => return error.problem.code().to_owned(),
    };
    let anchors = connection.anchors.as_ref().map(|ders| {
        let ders = decoded(ders);
        Anchors::parse(ders.iter().map(|der| Encoded::Der(der))).unwrap()
    });
    let source = if connection.source == "validated" {
        Source::Validated { anchor: anchor(connection.anchor.as_deref()) }
    } else {
        Source::Presented { anchors: anchors.as_ref() }
    };
    let ders = decoded(&connection.chain);
    let bytes = ChainBytes::decode(ders.iter().map(|der| Encoded::Der(der)));
    let chain = bytes.as_ref().map_err(|error| *error).and_then(ChainBytes::parse);
    let verdict = verifier.verify(Request { host: &connection.host, chain: &chain, source, now: time(connection.now) });

    let mut words = vec![verdict.outcome.code().to_owned()];
    match &verdict.outcome {
        Outcome::Pinned(matched) => {
            words.push(if matched.role == Role::Ca { "ca" } else { "leaf" }.to_owned());
            words.push(matched.certificate.map_or("-1".to_owned(), |index| index.to_string()));
            words.extend(matched.backup.then(|| "backup".to_owned()));
        }
        Outcome::Rejected(refusal) | Outcome::Tolerated(refusal) => words.push(refusal.reason().code().to_owned()),
        Outcome::Exempt | Outcome::Unlisted => {}
    }
    let off_path = verdict.chain().into_iter().filter_map(|entry| entry.off_path);
    let told = std::iter::once(verdict.message()).chain(off_path).collect::<Vec<_>>().join("\n");
    if connection.says.as_ref().is_some_and(|says| !told.contains(says.as_str())) {
        words.push("and does not say so".to_owned());
    }
    words.join(" ")
}

fn bundle_line(bundle: &str, BundleTerms { keys, id, floor, now }: &BundleTerms) -> String {
    let keys = TrustedKeys::parse(&keys.to_string()).unwrap();
    let latest = Time::from_millis(0);
    let terms = Terms { keys: &keys, id, floor: *floor, now: time(*now), latest, clock_skew: DAY, expiry: Expiry::Counts };
    accept(bundle, &terms).map_or_else(|error| error.code().to_owned(), |_| "accepted".to_owned())
}

fn findings(policy: &str, now: f64, suffixes: &[String]) -> String {
    let policy = match Policy::parse(policy) {
        Ok(policy) => policy,
        Err(error) => return error.problem.code().to_owned(),
    };
    let is_public_suffix = |name: &str| suffixes.iter().any(|suffix| suffix == name);
    let surroundings =
        Surroundings { now: time(now), chain: None, is_public_suffix: Some(&is_public_suffix), update_address: None };
    let codes: BTreeSet<&str> = policy.lint(&surroundings).into_iter().map(|finding| finding.code).collect();
    if codes.is_empty() { "nothing found".to_owned() } else { codes.into_iter().collect::<Vec<_>>().join(" ") }
}

fn pins(chain: &[String]) -> String {
    let ders = decoded(chain);
    let bytes = ChainBytes::decode(ders.iter().map(|der| Encoded::Der(der)));
    match bytes.as_ref().map_err(|error| *error).and_then(ChainBytes::parse) {
        Ok(chain) => chain.certificates().map(|certificate| certificate.key_pin().to_string()).collect::<Vec<_>>().join(" "),
        Err(ChainError::Empty) => "chain-empty".to_owned(),
        Err(ChainError::Malformed { .. }) => "chain-malformed".to_owned(),
        Err(ChainError::TooLarge(_)) => "chain-too-large".to_owned(),
        Err(other) => other.to_string(),
    }
}

fn anchor(word: Option<&str>) -> Anchor {
    match word {
        Some("system") => Anchor::System,
        Some("user") => Anchor::User,
        _ => Anchor::Unknown,
    }
}

fn decoded(chain: &[String]) -> Vec<Vec<u8>> {
    chain.iter().map(|text| STANDARD.decode(text).unwrap()).collect()
}

fn time(millis: f64) -> Time {
    Time::from_millis(millis as i64)
}
