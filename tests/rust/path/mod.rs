//! Chains that nobody has checked: only a verified path may match. The attacks of the field, each as its attacker would try it, and the
//! honest servers that look like one.

mod anchors;
mod appended;
mod bad_input;
mod blocked;
mod honest;
mod issuers;
mod limits;

mod random;
mod signature_cache;
mod weak;

use crate::common::made::{Made, ca, leaf};
use crate::common::{Judged, PRESENTED, judge, policy, with};
use chainpin::{Anchors, Encoded, Source};
use serde::Serialize;
use serde_json::{Value, json};

const HOST: &str = "api.example.com";
const NOW: &str = "2026-06-01T00:00:00Z";
const PAST: &str = "2026-05-01T00:00:00Z";

/// The verdict where these pins are all that is trusted.
fn pinned(pins: impl Serialize, chain: &[&Made]) -> Judged {
    judge(&policy_of(json!({ "pins": pins })), HOST, chain, PRESENTED, NOW)
}

/// The verdict where a path must lead to one of the app's roots.
fn anchored(pins: impl Serialize, chain: &[&Made], anchors: &[&Made]) -> Judged {
    with_anchors(anchors, |source| judge(&policy_of(json!({ "pins": pins })), HOST, chain, source, NOW))
}

/// A policy of one rule, for `HOST`.
fn policy_of(rule: Value) -> Value {
    policy(json!([with(json!({ "host": HOST }), rule)]))
}

fn with_anchors<T>(anchors: &[&Made], ask: impl FnOnce(Source<'_>) -> T) -> T {
    let anchors = Anchors::parse(anchors.iter().map(|anchor| Encoded::Der(&anchor.der))).unwrap();
    ask(Source::Presented { anchors: Some(&anchors) })
}

/// Refused as `expected` says, with the given reason why a certificate is not on the path.
#[track_caller]
fn assert_off_path(judged: &Judged, index: usize, why: &str) {
    assert_eq!(judged.summary(), "rejected pin-mismatch", "{}", judged.message);
    assert_eq!(judged.chain[index].off_path.as_deref(), Some(&*format!("the leaf does not lead here: {why}")));
}

/// Refused, for want of a path, with this cause in the message.
#[track_caller]
fn assert_no_path(judged: &Judged, why: &str) {
    assert_eq!(judged.summary(), "rejected path-invalid", "{}", judged.message);
    assert_eq!(judged.message, format!("`{HOST}` rejected, path-invalid: {why}"));
}

/// Indices of the certificates on the path.
fn on_path(judged: &Judged) -> Vec<usize> {
    for entry in &judged.chain {
        assert_eq!(entry.on_path, entry.off_path.is_none(), "{entry:?}");
    }
    (0..).zip(&judged.chain).filter_map(|(index, entry)| entry.on_path.then_some(index)).collect()
}

/// What a CA has issued to the server.
struct Genuine {
    root: Made,
    intermediate: Made,
    leaf: Made,
}

impl Genuine {
    fn new() -> Self {
        let root = ca("Root").self_signed();
        let intermediate = ca("Intermediate").path_length(0).signed_by(&root);
        let leaf = leaf(HOST).signed_by(&intermediate);
        Self { root, intermediate, leaf }
    }

    fn served(&self) -> [&Made; 2] {
        [&self.leaf, &self.intermediate]
    }

    fn whole(&self) -> [&Made; 3] {
        [&self.leaf, &self.intermediate, &self.root]
    }
}

/// What an attacker has from a CA that the app trusts too, though it pins another.
struct Rogue {
    root: Made,
    intermediate: Made,
    leaf: Made,
}

impl Rogue {
    fn new() -> Self {
        let root = ca("Rogue Root").self_signed();
        let intermediate = ca("Rogue Intermediate").signed_by(&root);
        let leaf = leaf(HOST).signed_by(&intermediate);
        Self { root, intermediate, leaf }
    }
}
