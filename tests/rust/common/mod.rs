//! What the tests share: real chains, made certificates, and one way to ask for a verdict.
#![allow(dead_code, reason = "each test file uses a part")]

pub mod der;
#[cfg(not(target_arch = "wasm32"))]
pub mod made;
pub mod real;

use base64::{Engine, engine::general_purpose::STANDARD};
use chainpin::{Anchor, ChainBytes, ChainEntry, Encoded, MatchDetails, Outcome, Policy, Request, Role, Source, Time, Verifier};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const VALIDATED: Source<'static> = Source::Validated { anchor: Anchor::System };
pub const PRESENTED: Source<'static> = Source::Presented { anchors: None };

/// What was decided on one connection, free of what it was decided from.
#[derive(Debug)]
pub struct Judged {
    pub outcome: Outcome,
    pub message: String,
    pub matched: Option<MatchDetails>,
    pub chain: Vec<ChainEntry>,
    pub report: Value,
}

impl Judged {
    /// The verdict in a few words: `pinned leaf 0`, `pinned ca 1 backup`, `rejected pin-mismatch`, `unlisted`.
    pub fn summary(&self) -> String {
        let code = self.outcome.code();
        match &self.outcome {
            Outcome::Pinned(matched) => {
                let role = match matched.role {
                    Role::Ca => "ca",
                    Role::Leaf => "leaf",
                };
                let index = matched.certificate.map_or("outside".to_owned(), |index| index.to_string());
                let backup = if matched.backup { " backup" } else { "" };
                format!("{code} {role} {index}{backup}")
            }
            Outcome::Rejected(refusal) | Outcome::Tolerated(refusal) => format!("{code} {}", refusal.reason()),
            Outcome::Exempt | Outcome::Unlisted => code.to_owned(),
        }
    }

    pub fn is_ok(&self) -> bool {
        self.outcome.is_ok()
    }
}

/// Asks `policy` about a chain in DER.
pub fn judge<C: AsRef<[u8]>>(policy: &Value, host: &str, chain: &[C], source: Source<'_>, now: &str) -> Judged {
    judge_at(policy, host, chain, source, time(now))
}

pub fn judge_at<C: AsRef<[u8]>>(policy: &Value, host: &str, chain: &[C], source: Source<'_>, now: Time) -> Judged {
    judge_encoded(&compiled(policy), host, chain.iter().map(|der| Encoded::Der(der.as_ref())), source, now)
}

pub fn judge_encoded<'a>(
    verifier: &Verifier,
    host: &str,
    chain: impl IntoIterator<Item = Encoded<'a>>,
    source: Source<'_>,
    now: Time,
) -> Judged {
    let bytes = ChainBytes::decode(chain);
    let chain = bytes.as_ref().map_err(|error| *error).and_then(ChainBytes::parse);
    let verdict = verifier.verify(Request { host, chain: &chain, source, now });
    Judged {
        message: verdict.message(),
        matched: verdict.matched(),
        chain: verdict.chain(),
        report: serde_json::to_value(verdict.report(443)).unwrap(),
        outcome: verdict.outcome,
    }
}

pub fn compiled(policy: &Value) -> Verifier {
    Verifier::new(Policy::parse(&policy.to_string()).unwrap_or_else(|error| panic!("{error}: {policy:#}")))
}

/// A policy of these rules.
pub fn policy(rules: Value) -> Value {
    json!({ "version": 1, "id": "acme-mobile", "sequence": 12, "rules": rules })
}

/// `value` with further fields, or other values for its own.
pub fn with(mut value: Value, fields: Value) -> Value {
    let (Value::Object(object), Value::Object(fields)) = (&mut value, fields) else { panic!("not objects") };
    object.extend(fields);
    value
}

pub fn time(text: &str) -> Time {
    Time::parse_rfc3339(text).unwrap_or_else(|| panic!("`{text}` is no time"))
}

pub fn millis_after(text: &str, millis: i64) -> Time {
    Time::from_millis(time(text).as_millis() + millis)
}

/// Pins of keys that nobody has.
pub fn stray_pin(number: u8) -> String {
    pin_of(&[b'#', number])
}

/// The pin of a SubjectPublicKeyInfo, without the code under test.
pub fn pin_of(spki: &[u8]) -> String {
    format!("sha256/{}", STANDARD.encode(Sha256::digest(spki)))
}

/// The pin of a certificate, without the code under test.
pub fn certificate_pin_of(der: &[u8]) -> String {
    format!("cert-{}", pin_of(der))
}
