//! Signatures over certificates: verified once per verifier, with a limit on their work per verdict.

use core::fmt;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm};

use crate::crypto::{ALGORITHMS, Weighed};
use crate::limits::{CACHED_SIGNATURE_BYTES, CACHED_SIGNATURES, SIGNATURE_WORK};

/// Signatures of issuers over certificates that were verified before, oldest first.
///
/// An entry is all the bytes that a signature depends on, never a name, and says only that the signature verifies: dates, names and
/// constraints are checked each time.
#[derive(Default)]
pub(crate) struct SignatureCache(Mutex<VecDeque<Verified>>);

struct Verified {
    algorithm: usize,
    public_key: Box<[u8]>,
    message: Box<[u8]>,
    signature: Box<[u8]>,
}

impl SignatureCache {
    /// The signature algorithms for one verdict, whose work is counted together.
    pub fn verification(&self) -> Verification<'_> {
        Verification {
            cache: self,
            left: AtomicUsize::new(SIGNATURE_WORK),
            is_exhausted: AtomicBool::new(false),
            checked: Mutex::new(Vec::new()),
        }
    }

    fn contains(&self, algorithm: usize, public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().any(|entry| {
            // The signature first: its first bytes differ from entry to entry.
            *entry.signature == *signature
                && entry.algorithm == algorithm
                && *entry.public_key == *public_key
                && *entry.message == *message
        })
    }

    fn remember(&self, algorithm: usize, public_key: &[u8], message: &[u8], signature: &[u8]) {
        if public_key.len().saturating_add(message.len()).saturating_add(signature.len()) > CACHED_SIGNATURE_BYTES {
            return;
        }
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= CACHED_SIGNATURES {
            entries.pop_front();
        }
        entries.push_back(Verified {
            algorithm,
            public_key: public_key.into(),
            message: message.into(),
            signature: signature.into(),
        });
    }
}

impl fmt::Debug for SignatureCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignatureCache")
    }
}

/// The signature checks of one verdict.
#[derive(Debug)]
pub(crate) struct Verification<'c> {
    cache: &'c SignatureCache,
    left: AtomicUsize,
    is_exhausted: AtomicBool,
    checked: Mutex<Vec<Checked>>,
}

/// A check of this verdict: many paths need the same one, and its work is counted once, whether the cache knew it or not. So the same chain
/// gets the same verdict again. The message is identified by its address, which is quick; a mistake could only reject, or count less.
#[derive(Debug)]
struct Checked {
    algorithm: usize,
    message: usize,
    public_key: Box<[u8]>,
    is_valid: bool,
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

    /// Whether a check was rejected because it would have been too much work.
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
        let Verification { cache, checked, .. } = self.verification;
        let message_at = message.as_ptr().addr();
        let is_same =
            |other: &Checked| other.message == message_at && other.algorithm == self.index && *other.public_key == *public_key;
        let mut checked = checked.lock().unwrap_or_else(PoisonError::into_inner);
        let earlier = checked.iter().find(|other| is_same(other)).map(|other| other.is_valid);
        let is_known = cache.contains(self.index, public_key, message, signature);
        match (earlier, is_known) {
            (Some(true), true) => return Ok(()),
            (Some(false), false) => return Err(InvalidSignature),
            (None | Some(_), _) => self.verification.spend(self.algorithm.cost(public_key, message))?,
        }
        let is_valid = is_known || self.algorithm.verify_signature(public_key, message, signature).is_ok();
        if is_valid && !is_known {
            cache.remember(self.index, public_key, message, signature);
        }
        if earlier.is_none() {
            checked.push(Checked { algorithm: self.index, message: message_at, public_key: public_key.into(), is_valid });
        }
        if is_valid { Ok(()) } else { Err(InvalidSignature) }
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
    use crate::{Chain, ChainBytes, Encoded, Outcome, Policy, Request, Source, Time, Verifier};

    const ASKED: &[u8] = b"as asked";

    #[test]
    fn a_signature_is_verified_once() {
        let cache = SignatureCache::default();
        let (algorithm, verification) = (Counting::new(), cache.verification());
        for _ in 0..3 {
            assert!(check(&verification, algorithm, 0, [b"key", ASKED, ASKED]));
        }
        assert!(check(&cache.verification(), algorithm, 0, [b"key", ASKED, ASKED]));
        assert_eq!(algorithm.count(), 1);
    }

    /// Another certificate, another key, another algorithm, another signature, in any part of the bytes.
    #[test]
    fn a_signature_is_known_by_all_its_bytes() {
        let cache = SignatureCache::default();
        let algorithm = Counting::new();
        assert!(check(&cache.verification(), algorithm, 0, [b"key", ASKED, ASKED]));
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
            assert_eq!(check(&cache.verification(), algorithm, index, parts), valid, "{parts:?}");
            assert_eq!(algorithm.count(), before + 1, "{parts:?}");
        }
    }

    /// Within one verdict it is: many paths ask for the same check.
    #[test]
    fn a_failure_is_remembered_for_its_verdict_alone() {
        let cache = SignatureCache::default();
        let algorithm = Counting::new();
        let (message, other) = (ASKED.to_vec(), ASKED.to_vec());
        for verdict in 1..=3 {
            let verification = cache.verification();
            for _ in 0..3 {
                assert!(!check(&verification, algorithm, 0, [b"key", &message, b"forged"]));
            }
            assert_eq!((algorithm.count(), cache.count()), (verdict, 0));
        }
        let verification = cache.verification();
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
        let cache = SignatureCache::default();
        let algorithm = Counting::new();
        let check = |key: usize| check(&cache.verification(), algorithm, 0, [&key.to_be_bytes(), ASKED, ASKED]);
        for key in 0..CACHED_SIGNATURES + 10 {
            assert!(check(key));
            assert!(cache.count() <= CACHED_SIGNATURES);
        }
        let before = algorithm.count();
        assert!(check(CACHED_SIGNATURES + 9) && check(10));
        assert_eq!(algorithm.count(), before, "the newest are known");
        assert!(check(9));
        assert_eq!(algorithm.count(), before + 1, "the oldest are not");
    }

    #[test]
    fn what_is_large_is_not_remembered() {
        let cache = SignatureCache::default();
        let algorithm = Counting::new();
        let half = (CACHED_SIGNATURE_BYTES - 4) / 2;
        for (length, count) in [(half, 1), (half + 1, 1), (100 * CACHED_SIGNATURE_BYTES, 1)] {
            let large = vec![7; length];
            assert!(check(&cache.verification(), algorithm, 0, [b"keys", &large, &large]));
            assert_eq!(cache.count(), count, "{length}");
        }
    }

    #[test]
    fn what_is_remembered_fills_no_log() {
        let cache = SignatureCache::default();
        assert!(check(&cache.verification(), Counting::new(), 0, [b"key", ASKED, ASKED]));
        assert_eq!(format!("{cache:?}"), "SignatureCache");
    }

    #[test]
    fn work_of_one_verdict_is_counted_together() {
        let cache = SignatureCache::default();
        let (algorithm, verification) = (Counting::new(), cache.verification());
        let most = SIGNATURE_WORK / Counting::COST;
        for key in 0..most {
            let forged: &[u8] = if key % 2 == 0 { b"forged" } else { ASKED };
            assert_eq!(check(&verification, algorithm, key % 3, [&key.to_be_bytes(), ASKED, forged]), forged == ASKED);
            assert!(!verification.is_exhausted());
        }
        assert!(!check(&verification, algorithm, 0, [b"new", ASKED, ASKED]));
        assert!(verification.is_exhausted());
        assert_eq!(algorithm.count(), most, "and nothing is worked at after that");
        assert!(
            check(&verification, algorithm, 0, [&3_usize.to_be_bytes(), ASKED, ASKED]),
            "what was checked in this verdict costs nothing"
        );
        assert!(check(&cache.verification(), algorithm, 0, [b"new", ASKED, ASKED]), "the next verdict has its own");
    }

    /// A signature that is wrong, and remembered as right, is believed: so it was not verified again. Another verifier does not believe it.
    #[test]
    fn a_chain_seen_before_costs_no_signature_and_another_verifier_knows_nothing_of_it() {
        let (bytes, mut forged) = (real_chain(), real_chain());
        *forged[0].last_mut().unwrap() ^= 1;
        let (seen, other) = (verifier(), verifier());
        assert!(verify(&seen, &bytes));
        assert!(!verify(&seen, &forged));
        let count = seen.cache.count();
        assert!(count > 0 && other.cache.count() == 0);
        for entry in seen.cache.0.lock().unwrap().iter_mut() {
            if forged[0].windows(entry.message.len()).any(|part| part == &*entry.message) {
                *entry.signature.last_mut().unwrap() ^= 1;
            }
        }
        assert!(verify(&seen, &forged));
        assert!(verify(&seen, &forged) && seen.cache.count() == count, "nothing was added");
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

    impl SignatureCache {
        fn count(&self) -> usize {
            self.0.lock().unwrap().len()
        }
    }

    fn real_chain() -> Vec<Vec<u8>> {
        let pem = include_bytes!("../../tests/vectors/chains/google.com.pem");
        let bytes = ChainBytes::decode([Encoded::Text(pem)]).unwrap();
        bytes.parse().unwrap().certificates().map(|certificate| certificate.der().to_vec()).collect()
    }

    /// The pin of the chain's first CA.
    fn verifier() -> Verifier {
        let chain = real_chain();
        let pin = crate::Certificate::parse(&chain[1]).unwrap().key_pin();
        let rules = format!(r#"[{{ "host": "google.com", "pins": ["{pin}"] }}]"#);
        Verifier::new(Policy::parse(&format!(r#"{{ "version": 1, "id": "test", "sequence": 1, "rules": {rules} }}"#)).unwrap())
    }

    fn verify(verifier: &Verifier, chain: &[Vec<u8>]) -> bool {
        let bytes = ChainBytes::decode(chain.iter().map(|der| Encoded::Der(der))).unwrap();
        let chain: Result<Chain<'_>, _> = bytes.parse();
        let now = chain.as_ref().unwrap().leaf().validity().unwrap().not_after;
        let source = Source::Presented { anchors: None };
        matches!(
            verifier
                .verify(Request { host: "google.com", chain: &chain, source, now: Time::from_millis(now.as_millis()) })
                .outcome,
            Outcome::Pinned(_)
        )
    }
}
