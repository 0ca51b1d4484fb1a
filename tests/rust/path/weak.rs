//! Signatures of every kind, from end to end: those of the specification verify, and no other does, however valid.

use std::time::{Duration, Instant};

use super::*;
use crate::common::pin_of;
use crate::common::real::ders;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    name: String,
    verifies: bool,
    pem: String,
}

/// Made by `make.py` beside the file, with the openssl command.
const CHAINS: &str = include_str!("../../vectors/weak/chains.json");
const THEN: &str = "2030-01-01";
/// Two verdicts in an unoptimised build. An RSA key of 8192 bits is the slowest that is worked with.
const PATIENCE: Duration = Duration::from_secs(2);

#[test]
fn signatures_of_the_specification_verify_and_no_others() {
    let cases: Vec<Case> = serde_json::from_str(CHAINS).unwrap();
    assert!(cases.iter().filter(|case| case.verifies).count() >= 10 && cases.iter().filter(|case| !case.verifies).count() >= 14);
    for Case { name, verifies, pem } in cases {
        let chain = ders(&pem);
        let root_pin = pin_of(&crate::common::der::Fields::of(&chain[1]).spki);
        let policy = policy_of(json!({ "pins": [root_pin] }));
        let start = Instant::now();
        let without = judge(&policy, HOST, &chain, PRESENTED, THEN);
        let anchors = Anchors::parse([Encoded::Der(&chain[1])]).unwrap();
        let with = judge(&policy, HOST, &chain[..1], Source::Presented { anchors: Some(&anchors) }, THEN);
        assert!(start.elapsed() < PATIENCE, "{name}: {:?}", start.elapsed());
        if verifies {
            assert_eq!((without.summary().as_str(), with.summary().as_str()), ("pinned ca 1", "pinned ca outside"), "{name}");
        } else {
            assert_eq!(
                (without.summary().as_str(), with.summary().as_str()),
                ("rejected pin-mismatch", "rejected path-invalid"),
                "{name}"
            );
            println!("{name}: {}", without.chain[1].off_path.as_ref().unwrap());
            // The key is pinned all the same where TLS has proved that the peer holds it: pins do not interpret keys.
            let own = policy_of(json!({ "pins": [pin_of(&crate::common::der::Fields::of(&chain[0]).spki)] }));
            assert_eq!(judge(&own, HOST, &chain, PRESENTED, THEN).summary(), "pinned leaf 0", "{name}");
        }
    }
}
