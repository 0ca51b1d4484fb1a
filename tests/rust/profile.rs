//! What RFC 5280 asks of the certificates of a path beyond what webpki does: of which, and of which not.

use crate::common::der::{sequence, tlv};
use crate::common::made::{Made, Template, Usage, ca, leaf};
use crate::common::{PRESENTED, judge, policy};
use chainpin::{Anchors, Encoded, Source};
use serde_json::json;

const HOST: &str = "api.example.com";
const NOW: &str = "2026-06-01T00:00:00Z";

const AUTHORITY_INFO_ACCESS: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 1, 1];
const NAME_CONSTRAINTS: &[u64] = &[2, 5, 29, 30];
const PRIVATE: &[u64] = &[1, 3, 6, 1, 4, 1, 99_999, 1];

#[test]
fn no_extension_stands_twice() {
    let twice = |template: Template| template.extension(PRIVATE, false, b"\x05\0").extension(PRIVATE, false, b"\x05\0");
    assert_refused_anywhere("a certificate has an extension twice", twice);
    let once = |template: Template| template.extension(PRIVATE, false, b"\x05\0");
    assert_accepted_anywhere(once);
}

#[test]
fn authority_information_access_is_readable() {
    let with = |content: Vec<u8>| move |template: Template| template.extension(AUTHORITY_INFO_ACCESS, false, &content);
    let method = tlv(0x06, &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01]);
    let location = tlv(0x86, b"http://ocsp.example.com");
    let description = sequence(&[&method, &location]);
    assert_accepted_anywhere(with(sequence(&[&description])));
    assert_accepted_anywhere(with(sequence(&[&description, &description])));
    for content in [
        b"malformed".to_vec(),
        sequence(&[]),
        sequence(&[&method]),
        sequence(&[&sequence(&[])]),
        sequence(&[&sequence(&[&method])]),
        sequence(&[&sequence(&[&location, &method])]),
        sequence(&[&description, &sequence(&[&method, &location, &location])]),
        [sequence(&[&description]), sequence(&[])].concat(),
    ] {
        assert_refused_anywhere("a certificate's authority information access is malformed", with(content));
    }
}

#[test]
fn name_constraints_are_for_a_ca() {
    let chain = Chain { leaf: leaf(HOST).name_constraints(&["example.com"], &[]), ..Chain::new() }.issue();
    let expected = "path-invalid: the leaf has name constraints, which only a CA may have";
    assert_eq!(chain.ask_with_anchors(), expected);
    assert_eq!(chain.ask_with_pinned_intermediate(), "rejected");
    // No path, no question: TLS proved that the peer holds the pinned key.
    assert_eq!(judge_pinned(&chain.leaf.pin(), &chain.served(), PRESENTED), "pinned leaf 0");
}

#[test]
fn name_constraints_constrain() {
    let with = |content: Vec<u8>| move |template: Template| template.extension(NAME_CONSTRAINTS, true, &content);
    let subtree = sequence(&[&tlv(0x82, b"example.com")]);
    let other = sequence(&[&tlv(0x82, b"example.net")]);
    for content in [
        sequence(&[&tlv(0xa0, &subtree)]),
        sequence(&[&tlv(0xa1, &other)]),
        sequence(&[&tlv(0xa0, &subtree), &tlv(0xa1, &other)]),
    ] {
        assert_eq!(Chain::of_intermediate(with(content.clone())).ask_with_anchors(), "pinned");
        assert_eq!(Chain::of_intermediate(with(content)).ask_with_pinned_intermediate(), "pinned");
    }
    for content in [sequence(&[]), sequence(&[&tlv(0xa0, b"")]), sequence(&[&tlv(0xa0, &subtree), &tlv(0xa1, b"")])] {
        let chain = Chain::of_intermediate(with(content));
        assert_eq!(chain.ask_with_anchors(), "path-invalid: an issuer's name constraints are empty or malformed");
        assert_eq!(chain.ask_with_pinned_intermediate(), "rejected");
    }
}

#[test]
fn an_issuer_has_a_name() {
    let nameless = Chain { intermediate: ca("Intermediate").without_name(), ..Chain::new() }.issue();
    assert_eq!(nameless.ask_with_anchors(), "path-invalid: a certificate does not name its issuer");
    assert_eq!(nameless.ask_with_pinned_intermediate(), "rejected");
    let nameless = Chain { root: ca("Root").without_name(), ..Chain::new() }.issue();
    assert_eq!(nameless.ask_with_anchors(), "path-invalid: a certificate does not name its issuer");
}

/// An anchor that the app gave is trusted as given, but for a key usage that says that it signs no certificates.
#[test]
fn an_anchor_is_trusted_as_given() {
    let odd = ca("Root")
        .valid("2020-01-01", "2021-01-01")
        .extension(PRIVATE, true, b"\x05\0")
        .extension(PRIVATE, false, b"\x05\0")
        .extension(AUTHORITY_INFO_ACCESS, false, b"malformed");
    assert_eq!(Chain { root: odd, ..Chain::new() }.issue().ask_with_anchors(), "pinned");
    assert_eq!(Chain { root: ca("Root").key_usage(&[]), ..Chain::new() }.issue().ask_with_anchors(), "pinned");
    let no_signer = Chain { root: ca("Root").key_usage(&[Usage::CrlSign]), ..Chain::new() }.issue();
    assert_eq!(no_signer.ask_with_anchors(), "path-invalid: an issuer's key usage does not allow it to sign certificates");
}

/// In the leaf and in the intermediate, whether that is in the middle of a path or at its end.
fn assert_refused_anywhere(problem: &str, change: impl Fn(Template) -> Template) {
    let expected = format!("path-invalid: {problem}");
    for chain in Chain::of_either(change) {
        assert_eq!(chain.ask_with_anchors(), expected);
        assert_eq!(chain.ask_with_pinned_intermediate(), "rejected");
        assert_eq!(judge_pinned(&chain.leaf.pin(), &chain.served(), PRESENTED), "pinned leaf 0");
    }
}

fn assert_accepted_anywhere(change: impl Fn(Template) -> Template) {
    for chain in Chain::of_either(change) {
        assert_eq!(chain.ask_with_anchors(), "pinned");
        assert_eq!(chain.ask_with_pinned_intermediate(), "pinned");
    }
}

/// Root, intermediate and leaf, about to be issued.
struct Chain {
    root: Template,
    intermediate: Template,
    leaf: Template,
}

impl Chain {
    fn new() -> Self {
        Self { root: ca("Root"), intermediate: ca("Intermediate"), leaf: leaf(HOST) }
    }

    fn of_intermediate(change: impl FnOnce(Template) -> Template) -> Issued {
        Self { intermediate: change(ca("Intermediate")), ..Self::new() }.issue()
    }

    /// Two chains: one whose leaf is changed, and one whose intermediate is.
    fn of_either(change: impl Fn(Template) -> Template) -> [Issued; 2] {
        [Self { leaf: change(leaf(HOST)), ..Self::new() }.issue(), Self::of_intermediate(change)]
    }

    fn issue(self) -> Issued {
        let root = self.root.self_signed();
        let intermediate = self.intermediate.signed_by(&root);
        let leaf = self.leaf.signed_by(&intermediate);
        Issued { root, intermediate, leaf }
    }
}

struct Issued {
    root: Made,
    intermediate: Made,
    leaf: Made,
}

impl Issued {
    fn served(&self) -> [Made; 2] {
        [self.leaf.clone(), self.intermediate.clone()]
    }

    /// With the root as anchor and pinned: `pinned`, or `path-invalid` and the problem.
    fn ask_with_anchors(&self) -> String {
        let anchors = Anchors::parse([Encoded::Der(&self.root.der)]).unwrap();
        let policy = policy(json!([{ "host": HOST, "pins": [self.root.pin()] }]));
        let judged = judge(&policy, HOST, &self.served(), Source::Presented { anchors: Some(&anchors) }, NOW);
        match judged.is_ok() {
            true => judged.outcome.code().to_owned(),
            false => judged.message.split_once("rejected, ").unwrap().1.to_owned(),
        }
    }

    /// With the intermediate pinned and nothing as anchor: `pinned` or `rejected`.
    fn ask_with_pinned_intermediate(&self) -> &'static str {
        let policy = policy(json!([{ "host": HOST, "pins": [self.intermediate.pin()] }]));
        judge(&policy, HOST, &self.served(), PRESENTED, NOW).outcome.code()
    }
}

fn judge_pinned(pin: &str, chain: &[Made], source: Source<'_>) -> String {
    judge(&policy(json!([{ "host": HOST, "pins": [pin] }])), HOST, chain, source, NOW).summary()
}
