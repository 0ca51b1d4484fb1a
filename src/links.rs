//! Signatures over certificates: verified once per policy, and their work bounded per verdict.

use core::fmt;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm};

use crate::limits::{LINK_BYTES, LINKS, SIGNATURE_WORK};
use crate::signature::{ALGORITHMS, Weighed};

/// Links between a certificate and its issuer's key that were verified before, oldest first.
///
/// A link is known by all the bytes that its signature depends on, never by a name, and only that the signature verifies is
/// remembered: dates, names and constraints are checked each time.
#[derive(Default)]
pub(crate) struct Links(Mutex<VecDeque<Link>>);

struct Link {
    algorithm: usize,
    public_key: Box<[u8]>,
    message: Box<[u8]>,
    signature: Box<[u8]>,
}

impl Links {
    /// The signature algorithms for one verdict, whose work is counted together.
    pub fn verification(&self) -> Verification<'_> {
        Verification {
            links: self,
            left: AtomicUsize::new(SIGNATURE_WORK),
            is_exhausted: AtomicBool::new(false),
            failed: Mutex::new(Vec::new()),
        }
    }

    fn contains(&self, algorithm: usize, public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        let links = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        links.iter().any(|link| {
            // The signature first: it tells links apart by its first bytes.
            *link.signature == *signature
                && link.algorithm == algorithm
                && *link.public_key == *public_key
                && *link.message == *message
        })
    }

    fn remember(&self, algorithm: usize, public_key: &[u8], message: &[u8], signature: &[u8]) {
        if public_key.len().saturating_add(message.len()).saturating_add(signature.len()) > LINK_BYTES {
            return;
        }
        let mut links = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if links.len() >= LINKS {
            links.pop_front();
        }
        links.push_back(Link { algorithm, public_key: public_key.into(), message: message.into(), signature: signature.into() });
    }
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Links")
    }
}

/// The signature checks of one verdict.
#[derive(Debug)]
pub(crate) struct Verification<'l> {
    links: &'l Links,
    left: AtomicUsize,
    is_exhausted: AtomicBool,
    failed: Mutex<Vec<Failed>>,
}

/// A check that failed in this verdict: many paths ask for the same one. The message is known by its place, which is quick; to take
/// another for it could only refuse.
#[derive(Debug)]
struct Failed {
    algorithm: usize,
    message: usize,
    public_key: Box<[u8]>,
}

impl Verification<'_> {
    /// Every algorithm, its checks counted and remembered.
    pub fn algorithms(&self) -> Vec<CountedAlgorithm<'_>> {
        ALGORITHMS
            .iter()
            .enumerate()
            .map(|(index, algorithm)| CountedAlgorithm { index, algorithm, verification: self })
            .collect()
    }

    /// Whether a check was refused because it would have been too much work.
    pub fn is_exhausted(&self) -> bool {
        self.is_exhausted.load(Ordering::Relaxed)
    }

    fn spend(&self, cost: usize) -> Result<(), InvalidSignature> {
        let spent = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cost));
        if spent.is_err() {
            self.is_exhausted.store(true, Ordering::Relaxed);
        }
        spent.map(|_| ()).map_err(|_| InvalidSignature)
    }
}

/// An algorithm whose checks are counted and remembered.
#[derive(Debug)]
pub(crate) struct CountedAlgorithm<'v> {
    index: usize,
    algorithm: &'static dyn Weighed,
    verification: &'v Verification<'v>,
}

impl SignatureVerificationAlgorithm for CountedAlgorithm<'_> {
    fn verify_signature(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let Verification { links, failed, .. } = self.verification;
        if links.contains(self.index, public_key, message, signature) {
            return Ok(());
        }
        let place = message.as_ptr().addr();
        let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same =
            |earlier: &Failed| earlier.message == place && earlier.algorithm == self.index && *earlier.public_key == *public_key;
        if failed.iter().any(is_same) {
            return Err(InvalidSignature);
        }
        self.verification.spend(self.algorithm.cost(public_key, message))?;
        match self.algorithm.verify_signature(public_key, message, signature) {
            Ok(()) => links.remember(self.index, public_key, message, signature),
            Err(invalid) => {
                failed.push(Failed { algorithm: self.index, message: place, public_key: public_key.into() });
                return Err(invalid);
            }
        }
        Ok(())
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.public_key_alg_id()
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.signature_alg_id()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Chain, ChainBytes, Encoded, Outcome, Policy, Request, Source, Time};

    const ASKED: &[u8] = b"as asked";

    #[test]
    fn a_link_is_verified_once() {
        let links = Links::default();
        let (algorithm, verification) = (Counting::new(), links.verification());
        for _ in 0..3 {
            assert!(check(&verification, algorithm, 0, [b"key", ASKED, ASKED]));
        }
        assert!(check(&links.verification(), algorithm, 0, [b"key", ASKED, ASKED]));
        assert_eq!(algorithm.count(), 1);
    }

    /// Another certificate, another key, another algorithm, another signature, in any part of the bytes.
    #[test]
    fn a_link_is_known_by_all_its_bytes() {
        let links = Links::default();
        let algorithm = Counting::new();
        assert!(check(&links.verification(), algorithm, 0, [b"key", ASKED, ASKED]));
        for (index, parts, valid) in [
            (1, [b"key".as_slice(), ASKED, ASKED], true),
            (0, [b"ke", ASKED, ASKED], true),
            (0, [b"keys", ASKED, ASKED], true),
            (0, [b"key", b"forged", ASKED], false),
            (0, [b"key", ASKED, b"forged"], false),
            (0, [b"key", b"", ASKED], false),
            (0, [b"key", ASKED, b""], false),
        ] {
            let before = algorithm.count();
            assert_eq!(check(&links.verification(), algorithm, index, parts), valid, "{parts:?}");
            assert_eq!(algorithm.count(), before + 1, "{parts:?}");
        }
    }

    /// Within one verdict it is: many paths ask for the same check.
    #[test]
    fn a_failure_is_remembered_for_its_verdict_alone() {
        let links = Links::default();
        let algorithm = Counting::new();
        let (message, other) = (ASKED.to_vec(), ASKED.to_vec());
        for verdict in 1..=3 {
            let verification = links.verification();
            for _ in 0..3 {
                assert!(!check(&verification, algorithm, 0, [b"key", &message, b"forged"]));
            }
            assert_eq!((algorithm.count(), links.count()), (verdict, 0));
        }
        let verification = links.verification();
        for (count, index, parts) in [
            (4, 0, [b"key".as_slice(), &message, b"forged"]),
            (4, 0, [b"key", &message, b"forged"]),
            (5, 1, [b"key", &message, b"forged"]),
            (6, 0, [b"another", &message, b"forged"]),
            (7, 0, [b"key", &other, b"forged"]),
        ] {
            assert!(!check(&verification, algorithm, index, parts));
            assert_eq!(algorithm.count(), count, "{parts:?}");
        }
    }

    #[test]
    fn what_is_remembered_is_bounded_and_the_oldest_goes() {
        let links = Links::default();
        let algorithm = Counting::new();
        let check = |key: usize| check(&links.verification(), algorithm, 0, [&key.to_be_bytes(), ASKED, ASKED]);
        for key in 0..LINKS + 10 {
            assert!(check(key));
            assert!(links.count() <= LINKS);
        }
        let before = algorithm.count();
        assert!(check(LINKS + 9) && check(10));
        assert_eq!(algorithm.count(), before, "the newest are known");
        assert!(check(9));
        assert_eq!(algorithm.count(), before + 1, "the oldest are not");
    }

    #[test]
    fn what_is_large_is_not_remembered() {
        let links = Links::default();
        let algorithm = Counting::new();
        let half = (LINK_BYTES - 4) / 2;
        for (length, count) in [(half, 1), (half + 1, 1), (100 * LINK_BYTES, 1)] {
            let large = vec![7; length];
            assert!(check(&links.verification(), algorithm, 0, [b"keys", &large, &large]));
            assert_eq!(links.count(), count, "{length}");
        }
    }

    #[test]
    fn what_is_remembered_fills_no_log() {
        let links = Links::default();
        assert!(check(&links.verification(), Counting::new(), 0, [b"key", ASKED, ASKED]));
        assert_eq!(format!("{links:?}"), "Links");
    }

    #[test]
    fn work_of_one_verdict_is_counted_together() {
        let links = Links::default();
        let (algorithm, verification) = (Counting::new(), links.verification());
        let most = SIGNATURE_WORK / Counting::COST;
        for key in 0..most {
            let forged: &[u8] = if key % 2 == 0 { b"forged" } else { ASKED };
            assert_eq!(check(&verification, algorithm, key % 3, [&key.to_be_bytes(), ASKED, forged]), forged == ASKED);
            assert!(!verification.is_exhausted());
        }
        assert!(!check(&verification, algorithm, 0, [b"new", ASKED, ASKED]));
        assert!(verification.is_exhausted());
        assert_eq!(algorithm.count(), most, "and nothing is worked at after that");
        assert!(check(&verification, algorithm, 0, [&3_usize.to_be_bytes(), ASKED, ASKED]), "what is known costs nothing");
        assert!(check(&links.verification(), algorithm, 0, [b"new", ASKED, ASKED]), "the next verdict has its own");
    }

    /// A signature that is wrong, and remembered as right, is believed: so it was not verified again. Another policy does not believe.
    #[test]
    fn a_chain_seen_before_costs_no_signature_and_another_policy_knows_nothing_of_it() {
        let (bytes, mut forged) = (real_chain(), real_chain());
        *forged[0].last_mut().unwrap() ^= 1;
        let (seen, other) = (policy(), policy());
        assert!(verify(&seen, &bytes));
        assert!(!verify(&seen, &forged));
        let count = seen.links.count();
        assert!(count > 0 && other.links.count() == 0);
        for link in seen.links.0.lock().unwrap().iter_mut() {
            if forged[0].windows(link.message.len()).any(|part| part == &*link.message) {
                *link.signature.last_mut().unwrap() ^= 1;
            }
        }
        assert!(verify(&seen, &forged));
        assert!(verify(&seen, &forged) && seen.links.count() == count, "nothing was added");
        assert!(!verify(&other, &forged));
    }

    /// A signature is valid where it is the message; checks are counted.
    #[derive(Debug)]
    struct Counting(AtomicUsize);

    impl Counting {
        const COST: usize = 999;

        fn new() -> &'static Self {
            Box::leak(Box::new(Self(AtomicUsize::new(0))))
        }

        fn count(&self) -> usize {
            self.0.load(Ordering::Relaxed)
        }
    }

    impl SignatureVerificationAlgorithm for Counting {
        fn verify_signature(&self, _: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
            self.0.fetch_add(1, Ordering::Relaxed);
            if message == signature { Ok(()) } else { Err(InvalidSignature) }
        }

        fn public_key_alg_id(&self) -> AlgorithmIdentifier {
            AlgorithmIdentifier::from_slice(&[])
        }

        fn signature_alg_id(&self) -> AlgorithmIdentifier {
            AlgorithmIdentifier::from_slice(&[])
        }
    }

    impl Weighed for Counting {
        fn cost(&self, _: &[u8], _: &[u8]) -> usize {
            Self::COST
        }
    }

    fn check(verification: &Verification<'_>, algorithm: &'static Counting, index: usize, parts: [&[u8]; 3]) -> bool {
        let [public_key, message, signature] = parts;
        CountedAlgorithm { index, algorithm, verification }.verify_signature(public_key, message, signature).is_ok()
    }

    impl Links {
        fn count(&self) -> usize {
            self.0.lock().unwrap().len()
        }
    }

    fn real_chain() -> Vec<Vec<u8>> {
        let pem = include_bytes!("../tests/vectors/chains/google.com.pem");
        let bytes = ChainBytes::decode([Encoded::Text(pem)]).unwrap();
        bytes.parse().unwrap().certificates().map(|certificate| certificate.der().to_vec()).collect()
    }

    /// The pin of the chain's first CA.
    fn policy() -> Policy {
        let chain = real_chain();
        let pin = crate::Certificate::parse(&chain[1]).unwrap().key_pin();
        let rules = format!(r#"[{{ "host": "google.com", "pins": ["{pin}"] }}]"#);
        Policy::parse(&format!(r#"{{ "version": 1, "id": "test", "sequence": 1, "rules": {rules} }}"#)).unwrap()
    }

    fn verify(policy: &Policy, chain: &[Vec<u8>]) -> bool {
        let bytes = ChainBytes::decode(chain.iter().map(|der| Encoded::Der(der))).unwrap();
        let chain: Result<Chain<'_>, _> = bytes.parse();
        let now = chain.as_ref().unwrap().leaf().validity().unwrap().not_after;
        let source = Source::Presented { anchors: None };
        matches!(
            policy.verify(Request { host: "google.com", chain: &chain, source, now: Time::from_millis(now.as_millis()) }).outcome,
            Outcome::Pinned(_)
        )
    }
}
