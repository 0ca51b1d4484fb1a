//! Which certificate of a chain issued which: for people who look at a chain. No verdict is made from it.

use serde::Serialize;

use crate::cert::{Certificate, list};
use crate::chain::Chain;
use crate::limits::SIGNATURES;
use crate::signature::ALGORITHMS;
use crate::tlv::{Cursor, Malformed, tag};

/// A certificate of the chain that bears the name of another's issuer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Issuer {
    /// Its place in the chain; the certificate's own, where it bears the name of its own issuer.
    pub index: u32,
    /// Whether its key made the other's signature.
    pub signature: IssuerSignature,
}

/// What a signature came to.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IssuerSignature {
    /// The key did not make it: the name alone is equal, which anybody can write.
    Invalid,
    /// Not looked at: there were too many.
    Unchecked,
    /// Not a pair of key and signature that is verified, as SHA-1's are not.
    Unsupported,
    /// The key made it.
    Valid,
}

/// For each certificate, all those of the chain that bear its issuer's name, byte by byte, in their order.
///
/// Names and signatures alone are looked at: a path wants more (RFC 5280 section 6), and finding one is for a verdict. No more
/// signatures are checked than for one verdict.
pub fn issuers(chain: &Chain<'_>) -> Vec<Vec<Issuer>> {
    let mut left = SIGNATURES;
    let mut checked = |certificate: &Certificate<'_>, issuer: &Certificate<'_>| match left.checked_sub(1) {
        Some(rest) => {
            left = rest;
            check(certificate, issuer).unwrap_or(IssuerSignature::Invalid)
        }
        None => IssuerSignature::Unchecked,
    };
    let mut found = Vec::new();
    for certificate in chain.certificates() {
        let named = (0..).zip(chain.certificates()).filter(|(_, issuer)| issuer.subject() == certificate.issuer());
        found.push(named.map(|(index, issuer)| Issuer { index, signature: checked(certificate, issuer) }).collect());
    }
    found
}

/// Nothing where there is no whole signature, or two algorithms are named for it (RFC 5280 section 4.1.1.2).
fn check(certificate: &Certificate<'_>, issuer: &Certificate<'_>) -> Option<IssuerSignature> {
    if certificate.signature_algorithm() != certificate.inner_algorithm() {
        return None;
    }
    let signature = certificate.signature()?;
    let algorithm = content(certificate.signature_algorithm()).ok()?;
    let (key_algorithm, key) = public_key(issuer.spki()).ok()?;
    // Several may fit: an RSA key verifies more than one kind of signature.
    let mut fitting = ALGORITHMS
        .iter()
        .filter(|each| *each.public_key_alg_id() == *key_algorithm && *each.signature_alg_id() == *algorithm)
        .peekable();
    if fitting.peek().is_none() {
        return Some(IssuerSignature::Unsupported);
    }
    match fitting.any(|each| each.verify_signature(key, certificate.signed(), signature).is_ok()) {
        true => Some(IssuerSignature::Valid),
        false => Some(IssuerSignature::Invalid),
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
