//! The native side of `tests/node/engine/equivalence.test.mjs`: a first line of seeds, then a case a line, both JSON; answers a line for each.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::io::{BufRead, Write, stdin, stdout};

use base64::{Engine, engine::general_purpose::STANDARD};
use chainpin::{Anchor, Anchors, ChainBytes, Encoded, Outcome, Policy, Request, Role, Source, Time, Verifier};
use serde::Deserialize;

#[derive(Deserialize)]
struct Seed {
    policies: Vec<String>,
    host: String,
    now: f64,
    anchors: Vec<String>,
}

#[derive(Deserialize)]
struct Case {
    seed: usize,
    policy: usize,
    source: u8,
    chain: Vec<String>,
}

struct Ready {
    verifiers: Vec<Verifier>,
    anchors: Option<Anchors>,
    host: String,
    now: Time,
}

impl Ready {
    fn of(seed: Seed) -> Self {
        let verifiers = seed.policies.iter().map(|text| Verifier::new(Policy::parse(text).unwrap())).collect();
        let anchors = Anchors::parse(seed.anchors.iter().map(|text| Encoded::Text(text.as_bytes()))).ok();
        Self { verifiers, anchors, host: seed.host, now: Time::from_millis(seed.now as i64) }
    }

    fn judge(&self, case: &Case) -> String {
        let ders: Vec<Vec<u8>> = case.chain.iter().map(|text| STANDARD.decode(text).unwrap()).collect();
        let bytes = ChainBytes::decode(ders.iter().map(|der| Encoded::Der(der)));
        let chain = bytes.as_ref().map_err(|error| *error).and_then(ChainBytes::parse);
        let source = match case.source {
            0 => Source::Validated { anchor: Anchor::System },
            1 => Source::Presented { anchors: None },
            _ => Source::Presented { anchors: self.anchors.as_ref() },
        };
        let verdict = self.verifiers[case.policy].verify(Request { host: &self.host, chain: &chain, source, now: self.now });
        let code = verdict.outcome.code();
        match &verdict.outcome {
            Outcome::Pinned(matched) => {
                let role = if matched.role == Role::Ca { "ca" } else { "leaf" };
                let index = matched.certificate.map_or(-1, |index| i64::try_from(index).unwrap());
                let pin = verdict.matched().unwrap().pin;
                format!("{code} {role} {index} {pin}{}", if matched.backup { " backup" } else { "" })
            }
            Outcome::Rejected(refusal) | Outcome::Tolerated(refusal) => format!("{code} {}", refusal.reason().code()),
            Outcome::Exempt | Outcome::Unlisted => code.to_owned(),
        }
    }
}

fn main() {
    let mut lines = stdin().lock().lines();
    let seeds: Vec<Seed> = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    let seeds: Vec<Ready> = seeds.into_iter().map(Ready::of).collect();
    let mut out = stdout().lock();
    for line in lines {
        let case: Case = serde_json::from_str(&line.unwrap()).unwrap();
        writeln!(out, "{}", seeds[case.seed].judge(&case)).unwrap();
    }
}
