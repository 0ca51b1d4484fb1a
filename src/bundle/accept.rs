//! Accepts a signed policy, or says why not.

use super::base64url::decode;
use super::keys::{Key, TrustedKeys};
use super::members::Members;
use super::problem::BundleError;
use crate::limits::{BUNDLE_BYTES, BUNDLE_HEADER_BYTES, POLICY_BYTES};
use crate::policy::Policy;
use crate::time::Time;

/// What a bundle is checked against.
pub struct Terms<'a> {
    /// The keys that may sign it.
    pub keys: &'a TrustedKeys,
    /// The `id` that its policy must have.
    pub id: &'a str,
    /// The highest sequence accepted so far; only a higher one is accepted.
    pub floor: u64,
    /// The device's clock.
    pub now: Time,
    /// The highest `issuedAt` accepted so far: it is at least that late, whatever the clock says.
    pub latest: Time,
    /// How far the device's clock may be behind the signer's, in milliseconds.
    pub clock_skew: i64,
    /// Whether its `expires` counts.
    pub expiry: Expiry,
}

/// Whether an expired bundle is rejected.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Expiry {
    /// Rejected: for a bundle that has just been fetched.
    Counts,
    /// Accepted: for one that was accepted earlier, and is read back.
    Ignored,
}

/// A bundle that was accepted.
#[derive(Debug)]
pub struct Accepted {
    /// The policy.
    pub policy: Policy,
    /// Its JSON text, without `signingKeys`.
    pub text: String,
    /// When it was issued.
    pub issued_at: Time,
    /// When it expires.
    pub expires: Time,
    /// The keys that are trusted from now on, if they differ from those before.
    pub keys: Option<TrustedKeys>,
}

/// Checks a bundle: returns the policy, or the first fault in the order of the checks.
///
/// # Errors
/// [`BundleError`]
pub fn accept(bundle: &str, terms: &Terms<'_>) -> Result<Accepted, BundleError> {
    let payload = verified_payload(bundle, terms.keys)?;
    let (policy, text, signing_keys) = read_payload(payload)?;
    if policy.id != terms.id {
        return Err(BundleError::Id { id: policy.id, expected: terms.id.to_owned() });
    }
    let (sequence, floor) = (policy.sequence, terms.floor);
    if sequence < floor {
        return Err(BundleError::Rollback { sequence, floor });
    }
    if sequence == floor {
        return Err(BundleError::NotNewer { sequence });
    }
    let (Some(issued_at), Some(expires)) = (policy.issued_at, policy.expires) else {
        return Err(BundleError::DatesMissing);
    };
    if issued_at >= expires {
        return Err(BundleError::DatesReversed { issued_at, expires });
    }
    let now = terms.now.max(terms.latest);
    if issued_at > now.plus(terms.clock_skew) {
        return Err(BundleError::Future { issued_at, now });
    }
    if terms.expiry == Expiry::Counts && now >= expires {
        return Err(BundleError::Expired { expires, now });
    }
    let keys = signing_keys.filter(|keys| !keys.is_same(terms.keys));
    Ok(Accepted { policy, text, issued_at, expires, keys })
}

/// The payload's bytes, after all checks of RFC 7515 section 5.2.
fn verified_payload(bundle: &str, keys: &TrustedKeys) -> Result<Vec<u8>, BundleError> {
    if bundle.len() > BUNDLE_BYTES {
        return Err(BundleError::TooLarge { bytes: bundle.len() });
    }
    let parts = || {
        let (signed, signature) = bundle.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        Some((signed, header, payload, signature))
    };
    let (signed, header, payload, signature) = parts().ok_or(BundleError::Malformed("it does not have three parts"))?;
    if payload.contains('.') {
        return Err(BundleError::Malformed("it does not have three parts"));
    }
    let (key, alg) = read_header(header, keys)?;
    if alg != key.algorithm.name() {
        return Err(BundleError::Algorithm { alg, expected: key.algorithm.name() });
    }
    let signature = decode(signature).ok_or(NOT_BASE64URL)?;
    if !key.verifies(signed.as_bytes(), &signature) {
        return Err(BundleError::Signature);
    }
    decode(payload).ok_or(NOT_BASE64URL)
}

/// The trusted key that the header names, and the algorithm that it claims.
fn read_header<'k>(header: &str, keys: &'k TrustedKeys) -> Result<(&'k Key, String), BundleError> {
    if header.len() > BUNDLE_HEADER_BYTES {
        return Err(BundleError::Header("it is too long"));
    }
    let text = String::from_utf8(decode(header).ok_or(NOT_BASE64URL)?).map_err(|_| BundleError::Header("it is not UTF-8"))?;
    let mut members = Members::parse(&text).map_err(BundleError::Header)?;
    let [Some(alg), Some(kid), Some(typ)] = ["alg", "kid", "typ"].map(|name| members.take_string(name)) else {
        return Err(BundleError::Header("`alg`, `kid` or `typ` is no string, or missing"));
    };
    if !members.is_empty() {
        return Err(BundleError::Header("it has more members than `alg`, `kid` and `typ`"));
    }
    if typ != TYPE {
        return Err(BundleError::Header("`typ` is not `chainpin-policy+jws`"));
    }
    match keys.find(&kid) {
        Some(key) => Ok((key, alg)),
        None => Err(BundleError::Key { kid }),
    }
}

/// The `typ` of a bundle: a JWS made for another purpose is no bundle, whoever signed it (RFC 8725 section 3.11).
const TYPE: &str = "chainpin-policy+jws";

/// The policy with its own text, and the keys that only a bundle may carry.
fn read_payload(payload: Vec<u8>) -> Result<(Policy, String, Option<TrustedKeys>), BundleError> {
    let text = String::from_utf8(payload).map_err(|_| BundleError::Malformed("the payload is not UTF-8"))?;
    if text.len() > POLICY_BYTES {
        return Err(BundleError::TooLarge { bytes: text.len() });
    }
    // Most bundles are a policy and nothing else, and in an interpreter, parsing is most of the work.
    let error = match Policy::parse(&text) {
        Ok(policy) => return Ok((policy, text, None)),
        Err(error) => BundleError::Policy(error),
    };
    let Ok(mut members) = Members::parse(&text) else {
        return Err(error);
    };
    let keys = TrustedKeys::parse(members.take("signingKeys").ok_or(error)?).map_err(BundleError::SigningKeys)?;
    let text = members.to_json();
    let policy = Policy::parse(&text).map_err(BundleError::Policy)?;
    Ok((policy, text, Some(keys)))
}

const NOT_BASE64URL: BundleError = BundleError::Malformed("a part is not base64url in its one form: no padding, no white space");
