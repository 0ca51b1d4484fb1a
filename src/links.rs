//! Signatures over certificates: verified once per policy, and never more than so many per verdict.

use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm};

use crate::limits::{LINK_BYTES, LINKS, SIGNATURES};
use crate::signature::ALGORITHMS;

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
        Verification { links: self, left: AtomicUsize::new(SIGNATURES) }
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
}

impl Verification<'_> {
    /// Every algorithm, its checks counted and remembered.
    pub fn algorithms(&self) -> Vec<CountedAlgorithm<'_>> {
        ALGORITHMS
            .iter()
            .enumerate()
            .map(|(index, algorithm)| CountedAlgorithm { index, algorithm: *algorithm, verification: self })
            .collect()
    }

    /// Whether a check was refused because there had been too many.
    pub fn is_exhausted(&self) -> bool {
        self.left.load(Ordering::Relaxed) == 0
    }

    /// Takes one check from what is left; the last is never given out, so that exhaustion shows.
    fn spend(&self) -> Result<(), InvalidSignature> {
        let spent = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if spent.is_ok() && !self.is_exhausted() { Ok(()) } else { Err(InvalidSignature) }
    }
}

/// An algorithm whose checks are counted and remembered.
#[derive(Debug)]
pub(crate) struct CountedAlgorithm<'v> {
    index: usize,
    algorithm: &'static dyn SignatureVerificationAlgorithm,
    verification: &'v Verification<'v>,
}

impl SignatureVerificationAlgorithm for CountedAlgorithm<'_> {
    fn verify_signature(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let Verification { links, .. } = self.verification;
        if links.contains(self.index, public_key, message, signature) {
            return Ok(());
        }
        self.verification.spend()?;
        self.algorithm.verify_signature(public_key, message, signature)?;
        links.remember(self.index, public_key, message, signature);
        Ok(())
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.public_key_alg_id()
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.signature_alg_id()
    }
}
