//! Chains: what chainpin takes for a verified path, OpenSSL must verify too, from the same certificates to the same anchor.

pub mod openssl;
pub mod world;

use std::collections::BTreeMap;

use chainpin::{Anchors, ChainBytes, Encoded, Outcome, Policy, Refusal, Request, Source, Time, Verifier};
use serde_json::json;

use self::openssl::{Answer, Question, Role, Strictness};
use self::world::{Case, HOST};
use crate::classes::{CHAIN_CLASSES, ChainClass, Refused};

#[derive(Debug, Default)]
pub struct Counts {
    pub questions: u64,
    /// Accepted by both.
    pub both: u64,
    pub neither: u64,
    /// Accepted by chainpin alone, each with its reason.
    pub ours_alone: BTreeMap<&'static str, u64>,
    /// Accepted by chainpin, and by OpenSSL only when it is not strict: OpenSSL's words.
    pub not_strict: BTreeMap<String, u64>,
    /// Accepted by OpenSSL alone: chainpin's reasons.
    pub theirs_alone: BTreeMap<String, u64>,
    /// Verified along chainpin's path; with all that was presented OpenSSL went another way, and failed.
    pub other_way: u64,
}

/// Who may match, and where a path may end.
#[derive(Clone, Copy, Debug)]
enum Asked {
    /// The leaf is pinned; a path to an anchor must be there all the same.
    LeafWithAnchors,
    /// A certificate above the leaf is pinned, on a path to an anchor.
    CaWithAnchors,
    /// A certificate of the chain is pinned, and the only anchor.
    CaAlone,
}

/// # Errors
/// A sentence for what must not be.
pub fn compare(case: &Case, counts: &mut Counts) -> Result<(), String> {
    for asked in [Asked::LeafWithAnchors, Asked::CaWithAnchors, Asked::CaAlone] {
        ask(case, asked, counts).map_err(|what| format!("{asked:?}: {what}"))?;
    }
    Ok(())
}

fn ask<'c>(case: &'c Case, asked: Asked, counts: &mut Counts) -> Result<(), String> {
    counts.questions += 1;
    let (pin, pinned) = match asked {
        Asked::LeafWithAnchors => (json!({ "pin": world::key_pin(&case.chain[0]) }), None),
        Asked::CaWithAnchors => (json!({ "pin": case.pin, "role": "ca" }), Some(&case.pinned)),
        Asked::CaAlone => (json!({ "pin": case.pin, "role": "ca" }), Some(&case.pinned)),
    };
    let policy = json!({ "version": 1, "id": "test", "sequence": 1, "rules": [{ "host": HOST, "pins": [pin] }] });
    let verifier = Verifier::new(Policy::parse(&policy.to_string()).unwrap());
    let anchors = Anchors::parse(case.anchors.iter().map(|der| Encoded::Der(der))).unwrap();
    let bytes = ChainBytes::decode(case.chain.iter().map(|der| Encoded::Der(der)));
    let chain = bytes.as_ref().map_err(|error| *error).and_then(ChainBytes::parse);
    let with_anchors = !matches!(asked, Asked::CaAlone);
    let source = Source::Presented { anchors: with_anchors.then_some(&anchors) };
    let now = Time::from_millis(case.now * 1000);
    let verdict = verifier.verify(Request { host: HOST, chain: &chain, source, now });

    // Where a path may end, for OpenSSL: the app's anchors, or the pinned certificates of the chain.
    let pinned_in_chain: Vec<&Vec<u8>> = case
        .chain
        .iter()
        .skip(1)
        .filter(|der| world::key_pin(der) == case.pin || world::certificate_pin(der) == case.pin)
        .collect();
    let ends: Vec<&Vec<u8>> = if with_anchors { case.anchors.iter().collect() } else { pinned_in_chain.clone() };
    let all = Question {
        leaf: &case.chain[0],
        role: Role::Server,
        untrusted: case.chain.iter().skip(1).collect(),
        anchors: ends.clone(),
        now: case.now,
    };
    let theirs = openssl::verify(&all, Strictness::Usual);

    let Outcome::Pinned(matched) = &verdict.outcome else {
        let misses = matches!(&verdict.outcome, Outcome::Rejected(Refusal::PinMiss(_)));
        match (&theirs, misses && with_anchors) {
            // A path is there, and what is pinned is not on it: no matter of paths.
            (_, true) | (Answer::Refused { .. }, _) => counts.neither += 1,
            (Answer::Verified(_), false) => *counts.theirs_alone.entry(why(&verdict)).or_default() += 1,
        }
        return Ok(());
    };

    let on_path: Vec<&Vec<u8>> =
        verdict.chain().iter().zip(&case.chain).skip(1).filter(|(entry, _)| entry.on_path).map(|(_, der)| der).collect();
    let along = |strictness| {
        let mut refused = Vec::new();
        for end in &ends {
            let from = |leaf: &'c Vec<u8>, role, end: &'c Vec<u8>| Question::<'c> {
                leaf,
                role,
                untrusted: on_path.clone(),
                anchors: vec![end],
                now: case.now,
            };
            match openssl::verify(&from(&case.chain[0], Role::Server, end), strictness) {
                Answer::Verified(path) if pinned.is_none() || is_pinned(&path, &case.pin) => return Ok(()),
                Answer::Verified(_) => {
                    // OpenSSL knows a shorter one: from the leaf to the pinned certificate, then, and from there to the anchor.
                    for pinned in &pinned_in_chain {
                        let verifies = |question| matches!(openssl::verify(&question, strictness), Answer::Verified(_));
                        // OpenSSL's paths end at what is self-signed; a renewed root is signed by the anchor's key all the same.
                        let on_to_end = || verifies(from(pinned, Role::Ca, end)) || openssl::has_signed(end, pinned);
                        if verifies(from(&case.chain[0], Role::Server, pinned)) && on_to_end() {
                            return Ok(());
                        }
                    }
                }
                Answer::Refused { error, at_anchor, words } => refused.push((error, at_anchor, words)),
            }
        }
        Err(refused)
    };
    match along(Strictness::Usual) {
        Ok(()) => {
            counts.both += 1;
            if matches!(theirs, Answer::Refused { .. }) {
                counts.other_way += 1;
            }
            if let Err(refused) = along(Strictness::Strict) {
                let words = refused.into_iter().next().map_or("another path".to_owned(), |(.., words)| words);
                *counts.not_strict.entry(words).or_default() += 1;
            }
            Ok(())
        }
        Err(refused) => {
            let path: Vec<&Vec<u8>> = std::iter::once(&case.chain[0]).chain(on_path.iter().copied()).collect();
            let anchors = if with_anchors { case.anchors.as_slice() } else { &[] };
            let explains = |class: &&ChainClass| {
                refused.iter().any(|(error, at_anchor, _)| {
                    let it = Refused { case, path: &path, anchors, at_anchor: *at_anchor && with_anchors };
                    class.errors.contains(error) && (class.applies)(&it)
                })
            };
            let class = CHAIN_CLASSES.iter().find(explains).ok_or_else(|| {
                format!(
                    "chainpin: {} with {matched:?} along {} of the chain; OpenSSL: {refused:?}",
                    verdict.outcome.code(),
                    on_path.len()
                )
            })?;
            *counts.ours_alone.entry(class.name).or_default() += 1;
            Ok(())
        }
    }
}

/// Is one that the pin names on the path, above the leaf?
fn is_pinned(path: &[Vec<u8>], pin: &str) -> bool {
    path.iter().skip(1).any(|der| world::key_pin(der) == pin || world::certificate_pin(der) == pin)
}

/// A refusal in the words of the message, or why the pinned certificate is off the path.
fn why(verdict: &chainpin::Verdict<'_>) -> String {
    match verdict.outcome.refusal() {
        Some(Refusal::PathInvalid(problem)) => format!("path-invalid: {problem}"),
        Some(Refusal::PinMiss(_)) => {
            let off = verdict.chain().into_iter().find_map(|entry| entry.off_path.filter(|why| why.contains("does not lead")));
            format!("pin-mismatch: {}", off.unwrap_or_else(|| "not tried".to_owned()))
        }
        Some(refusal) => refusal.reason().code().to_owned(),
        None => verdict.outcome.code().to_owned(),
    }
}
