//! Which certificate of a chain issued which: for people who look at a chain. No verdict depends on it.

use rustls_pki_types::SignatureVerificationAlgorithm as _;
use serde::Serialize;

use crate::crypto::{ALGORITHMS, Algorithm, Weighed as _};
use crate::der::{Cursor, Malformed, list, tag};
use crate::limits::ISSUERS_WORK;
use crate::x509::{Certificate, Chain};

/// A certificate of the chain that bears the name of another's issuer.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Issuer {
    /// Its place in the chain; the certificate's own, if it bears the name of its own issuer.
    pub index: u32,
    /// Whether its key made the other's signature.
    pub signature: IssuerSignature,
}

/// The result of checking a signature.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum IssuerSignature {
    /// The key did not make it: only the name is equal, and anybody can write a name.
    Invalid,
    /// Not checked: all of them would be too much work.
    Unchecked,
    /// The pair of key and signature algorithm is not supported, such as SHA-1.
    Unsupported,
    /// The key made it.
    Valid,
}

/// For each certificate, all those of the chain that bear its issuer's name, byte by byte, in their order.
///
/// Only names and signatures are checked: a path needs more (RFC 5280 section 6), and a verdict finds one. The work of all
/// signatures is limited; those beyond the limit are [`IssuerSignature::Unchecked`].
pub fn issuers(chain: &Chain<'_>) -> Vec<Vec<Issuer>> {
    let mut work = ISSUERS_WORK;
    let mut found = Vec::new();
    for certificate in chain.certificates() {
        let named = (0..).zip(chain.certificates()).filter(|(_, issuer)| issuer.subject() == certificate.issuer());
        found.push(named.map(|(index, issuer)| Issuer { index, signature: check(certificate, issuer, &mut work) }).collect());
    }
    found
}

/// Spends `work` on one signature.
fn check(certificate: &Certificate<'_>, issuer: &Certificate<'_>, work: &mut usize) -> IssuerSignature {
    let Some(Parts { algorithm, signature, key_algorithm, key }) = Parts::of(certificate, issuer) else {
        return IssuerSignature::Invalid;
    };
    let fits = |each: &&Algorithm| *each.public_key_alg_id() == *key_algorithm && *each.signature_alg_id() == *algorithm;
    let mut outcome = IssuerSignature::Unsupported;
    // Several may fit: an RSA key verifies more than one kind of signature.
    for fitting in ALGORITHMS.iter().filter(fits) {
        match work.checked_sub(fitting.cost(key, certificate.signed())) {
            Some(rest) => *work = rest,
            None => return IssuerSignature::Unchecked,
        }
        match fitting.verify_signature(key, certificate.signed(), signature) {
            Ok(()) => return IssuerSignature::Valid,
            Err(_) => outcome = IssuerSignature::Invalid,
        }
    }
    outcome
}

/// A signature, and the key that is claimed to have made it.
struct Parts<'a> {
    algorithm: &'a [u8],
    signature: &'a [u8],
    key_algorithm: &'a [u8],
    key: &'a [u8],
}

impl<'a> Parts<'a> {
    /// `None` if there is no whole signature, or two algorithms are named for it (RFC 5280 section 4.1.1.2).
    fn of(certificate: &Certificate<'a>, issuer: &Certificate<'a>) -> Option<Self> {
        if certificate.signature_algorithm() != certificate.inner_algorithm() {
            return None;
        }
        let (key_algorithm, key) = public_key(issuer.spki()).ok()?;
        let algorithm = content(certificate.signature_algorithm()).ok()?;
        Some(Self { algorithm, signature: certificate.signature()?, key_algorithm, key })
    }
}

/// SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7): the algorithm without its frame, as `rustls-pki-types` has it, and the key.
fn public_key(spki: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let mut fields = list(spki)?;
    let algorithm = fields.expect(tag::SEQUENCE)?.content;
    let (_, key) = fields.bit_string()?;
    Ok((algorithm, key))
}

fn content(sequence: &[u8]) -> Result<&[u8], Malformed> {
    Ok(Cursor::new(sequence).expect(tag::SEQUENCE)?.content)
}
