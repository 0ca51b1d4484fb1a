//! Verdicts on chains that nobody has checked, drawn from a small PKI: whatever is `ok` is explained by a pin, a rule or an exemption,
//! and by a path that OpenSSL finds too.
#![no_main]

use chainpin::{Anchor, Anchors, Certificate, ChainBytes, Encoded, Outcome, Policy, Request, Source, Time, Verdict, Verifier};
use chainpin_fuzz::certificate::keys;
use chainpin_fuzz::host::canonical;
use chainpin_fuzz::model::{Subject, before_pins, judge, matched, pins, told, tolerates};
use chainpin_fuzz::pki::{RECIPE_BYTES, as_root, certificate};
use chainpin_fuzz::trust::{leads_to, serves};
use libfuzzer_sys::fuzz_target;
use openssl::x509::X509;
use serde_json::{Value, json};

fuzz_target!(|data: &[u8]| {
    let Some((header, recipes)) = data.split_first_chunk::<HEADER_BYTES>() else { return };
    let certificates = certificates(recipes);
    if certificates.is_empty() {
        return;
    }
    let scene = Scene { header: *header, subjects: certificates.iter().map(|der| subject(der)).collect() };
    let text = scene.policy();
    let policy = Policy::parse(&text.to_string()).unwrap_or_else(|error| panic!("{error}: {text}"));
    let verifier = Verifier::new(policy);
    let chain = scene.chain();
    let bytes = ChainBytes::decode(chain.iter().map(|subject| Encoded::Der(&subject.der)));
    let parsed = bytes.as_ref().map_err(|error| *error).and_then(ChainBytes::parse);
    let anchors = Anchors::parse(scene.anchors().iter().map(|subject| Encoded::Der(&subject.der))).ok();
    let source = match header[0] & 3 {
        0 => Source::Validated { anchor: Anchor::System },
        1 => Source::Validated { anchor: Anchor::User },
        2 => Source::Presented { anchors: None },
        _ => Source::Presented { anchors: anchors.as_ref() },
    };
    let verdict = verifier.verify(Request { host: scene.host(), chain: &parsed, source, now: Time::from_millis(scene.now()) });
    verdict.message();
    verdict.report(443);
    if parsed.is_err() {
        assert!(!verdict.outcome.is_ok());
        return;
    }
    let by_user = match source {
        Source::Validated { anchor } => anchor == Anchor::User,
        Source::Presented { anchors } => return scene.explain(&text, &chain, anchors.is_some(), &verdict),
    };
    assert_eq!(told(&verdict.outcome), judge(&text, scene.host(), &chain, by_user, scene.now()), "{text}");
});

/// What the first bytes draw; the certificates come from the rest.
const HEADER_BYTES: usize = 14;

struct Scene {
    header: [u8; HEADER_BYTES],
    subjects: Vec<Subject>,
}

impl Scene {
    fn host(&self) -> &'static str {
        ["a.example.com", "A.example.com.", "127.0.0.1", "x.y.other.org", "b.example.com", "a b"][usize::from(self.header[1] % 6)]
    }

    /// Inside everything's validity, at its first and last second and just outside, and a year off.
    fn now(&self) -> i64 {
        const NOW: [i64; 6] =
            [1_780_000_000_000, 1_767_225_600_000, 1_767_225_599_999, 1_798_761_600_999, 1_798_761_601_000, 1_810_000_000_000];
        NOW[usize::from(self.header[2] % 6)]
    }

    /// In seconds. OpenSSL lets a certificate's last second end when it begins.
    fn openssl_now(&self) -> i64 {
        let seconds = self.now().div_euclid(1000);
        if seconds == 1_798_761_600 { seconds - 1 } else { seconds }
    }

    /// Those that a mask names; all where it names none.
    fn chosen(&self, mask: u8) -> Vec<Subject> {
        let chosen = |(index, _): &(usize, &Subject)| mask >> index & 1 == 1;
        let some: Vec<Subject> = self.subjects.iter().enumerate().filter(chosen).map(|(_, subject)| subject.clone()).collect();
        if some.is_empty() { self.subjects.clone() } else { some }
    }

    fn chain(&self) -> Vec<Subject> {
        self.chosen(self.header[6])
    }

    fn anchors(&self) -> Vec<Subject> {
        self.chosen(self.header[5])
    }

    fn policy(&self) -> Value {
        let [_, _, _, terms, kind, _, _, blocked, ..] = self.header;
        let mut policy = json!({ "version": 1, "id": "fuzz", "sequence": 1, "rules": [] });
        if kind & 0x40 != 0 {
            policy["unlisted"] = "deny".into();
        }
        if terms & 0x40 != 0 {
            policy["expires"] = "2026-03-01".into();
            policy["onExpiry"] = if terms & 0x80 != 0 { "deny" } else { "enforce" }.into();
        }
        let host = canonical(self.host()).unwrap_or("a.example.com".to_owned());
        let mut rule = json!({ "host": host });
        let parent = host.split_once('.').map(|(_, parent)| parent).filter(|_| host != "127.0.0.1");
        match (kind & 7, parent) {
            (5, Some(parent)) => rule = json!({ "host": parent, "subdomains": true }),
            (6, _) => {
                rule["exempt"] = true.into();
                policy["rules"] = json!([rule]);
                return policy;
            }
            (7, _) => return policy,
            _ => {}
        }
        let mut named: Vec<Value> = self.header[8..].chunks(2).map(|pin| self.pin(pin[0], pin[1])).collect();
        for (bit, value) in [(0x01, ("match", "leaf-and-ca")), (0x02, ("mode", "report")), (0x20, ("userAnchors", "allow"))] {
            if terms & bit != 0 {
                rule[value.0] = value.1.into();
            }
        }
        if terms & 0x01 != 0 {
            (named[0]["role"], named[1]["role"]) = ("leaf".into(), "ca".into());
        }
        if terms & 0x04 != 0 {
            rule["expires"] = "2026-04-01".into();
            rule["onExpiry"] = ["report", "enforce", "deny", "report"][usize::from(terms >> 3 & 3)].into();
        }
        // Only keys can be blocked, and none that is pinned as well.
        if let Some(subject) = self.subjects.get(usize::from(blocked.wrapping_sub(1))) {
            let is_free = |name: &&String| name.starts_with("sha256/") && named.iter().all(|pin| pin["pin"] != **name);
            let name = subject.names.iter().find(is_free);
            policy["blocked"] = name.into_iter().map(String::as_str).collect();
        }
        rule["backupPins"] = json!([named.pop()]);
        rule["pins"] = named.into();
        policy["rules"] = json!([rule]);
        policy
    }

    fn pin(&self, whose: u8, how: u8) -> Value {
        let subject = &self.subjects[usize::from(whose & 0x0f) % self.subjects.len()];
        let mut pin = json!({ "pin": subject.names[usize::from(whose >> 4 & 1)] });
        pin["role"] = ["any", "leaf", "ca", "any"][usize::from(how & 3)].into();
        if how & 4 != 0 {
            pin["expires"] = "2026-05-01".into();
        }
        pin
    }

    /// What stands behind a verdict that is `ok`, where nobody has checked the chain.
    fn explain(&self, policy: &Value, chain: &[Subject], anchored: bool, verdict: &Verdict<'_>) {
        let rule = match before_pins(policy, self.host(), chain) {
            Ok(rule) => rule,
            Err(outcome) => return assert_eq!(told(&verdict.outcome), outcome, "{policy}"),
        };
        match &verdict.outcome {
            Outcome::Rejected(_) => return,
            Outcome::Exempt | Outcome::Unlisted => panic!("the rule has pins: {policy}"),
            Outcome::Tolerated(_) => assert!(tolerates(rule, self.now()), "{policy}"),
            Outcome::Pinned(_) => {}
        }
        let host = canonical(self.host()).expect("a host");
        let on_path: Vec<Subject> =
            verdict.chain().iter().filter(|entry| entry.on_path).map(|entry| chain[entry.index as usize].clone()).collect();
        // OpenSSL refuses names that it cannot read; without a path nobody asks for them.
        let Ok(leaf) = X509::from_der(&chain[0].der) else {
            let is_alone = !anchored || self.anchors().iter().any(|anchor| anchor.der == chain[0].der);
            return assert!(is_alone && on_path.len() == 1, "OpenSSL cannot read the leaf: {}", verdict.message());
        };
        // Nor can it be asked about an intermediate with such a name: those are compared as bytes.
        let others: Option<Vec<X509>> = on_path.iter().skip(1).map(|subject| X509::from_der(&subject.der).ok()).collect();
        let leads_to = |anchor: &[u8]| {
            let Some(others) = &others else { return true };
            let Ok(anchor) = X509::from_der(anchor) else { return false };
            leads_to(&leaf, others, &anchor, &host, self.openssl_now())
        };
        if anchored {
            let is_anchor = self.anchors().iter().any(|anchor| anchor.der == chain[0].der);
            let reached = self.anchors().iter().filter_map(|anchor| as_root(&anchor.der)).any(|root| leads_to(&root));
            assert!(is_anchor || reached, "OpenSSL finds no path to an anchor: {}", verdict.message());
        } else {
            assert!(
                serves(&leaf, &host, self.openssl_now()),
                "OpenSSL refuses the leaf: {} {:02x?}",
                verdict.message(),
                chain[0].der
            );
        }
        let (Outcome::Pinned(pinned), Some(details)) = (&verdict.outcome, verdict.matched()) else { return };
        let subject = match pinned.certificate {
            Some(index) => chain[index].clone(),
            None => self.anchors().into_iter().find(|anchor| anchor.names.contains(&details.pin)).expect("an anchor has the pin"),
        };
        let is_live = |pin: &chainpin_fuzz::model::Pin| pin.expires.is_none_or(|expires| self.now() < expires);
        let fits = |role: &str| role == "any" || role == if pinned.certificate == Some(0) { "leaf" } else { "ca" };
        let pin = &pins(rule)[pinned.pin];
        assert!(pin.text == details.pin && subject.names.contains(&pin.text) && is_live(pin) && fits(&pin.role), "{policy}");
        if let Some(index @ 1..) = pinned.certificate {
            assert!(on_path.iter().any(|other| other.der == chain[index].der), "off the path");
            assert!(anchored || leads_to(&subject.der), "OpenSSL finds no path to the pinned CA: {}", verdict.message());
        }
        let mut whole = on_path.clone();
        whole.extend(anchored.then(|| self.anchors()).into_iter().flatten());
        assert!(matched(rule, &whole, self.now()).is_ok(), "{policy}");
    }
}

fn certificates(recipes: &[u8]) -> Vec<Vec<u8>> {
    let mut certificates: Vec<Vec<u8>> = Vec::new();
    for recipe in recipes.as_chunks::<RECIPE_BYTES>().0.iter().take(6) {
        certificates.push(certificate(recipe, certificates.last().map(Vec::as_slice)));
    }
    certificates
}

/// With the key as others read it; where they cannot read the certificate, as chainpin does.
fn subject(der: &[u8]) -> Subject {
    // Not the digest of nothing, which is no pin.
    let own = || Certificate::parse(der).map_or(b"no key".to_vec(), |certificate| certificate.spki().to_vec());
    Subject::new(der, &keys(der).pop().unwrap_or_else(own))
}
