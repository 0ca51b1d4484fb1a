//! Signed policies: a JWS in compact form (RFC 7515 section 7.1) whose payload is a policy, all of it.
//!
//! A key that the app trusts fixes the algorithm; the header only has to agree. Nothing is read of the payload before its signature
//! is verified, and then it is read from the very bytes that were signed.

mod keys;
mod members;

use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::limits::{BUNDLE_BYTES, BUNDLE_HEADER_BYTES, POLICY_BYTES};
use crate::policy::{Policy, PolicyError};
use crate::printable::Printable;
use crate::time::Time;
use keys::Key;
use members::Members;

pub use keys::{KeysError, TrustedKeys};

/// What a bundle is judged by.
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

/// Whether an expired bundle is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Expiry {
    /// It is: a bundle that has just been fetched.
    Counts,
    /// It is not: one that was accepted earlier, and is read back.
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
    /// The keys that are trusted from now on, where they are others than before.
    pub keys: Option<TrustedKeys>,
}

/// Judges a bundle: the first fault in the order of `BundleError`'s checks, or the policy.
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

/// The payload's bytes, after everything that RFC 7515 section 5.2 asks.
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

/// The `typ` of a bundle: a JWS made for something else is none, whoever signed it (RFC 8725 section 3.11).
const TYPE: &str = "chainpin-policy+jws";

/// The policy with its own text, and the keys that only a bundle may carry.
fn read_payload(payload: Vec<u8>) -> Result<(Policy, String, Option<TrustedKeys>), BundleError> {
    let text = String::from_utf8(payload).map_err(|_| BundleError::Malformed("the payload is not UTF-8"))?;
    if text.len() > POLICY_BYTES {
        return Err(BundleError::TooLarge { bytes: text.len() });
    }
    // Most bundles are a policy and nothing else, and where an interpreter runs this, parsing is most of the work.
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

/// Base64url without padding and without any other way to write the same bytes (RFC 7515 section 2, RFC 4648 section 3.5).
#[inline(never)]
fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

const NOT_BASE64URL: BundleError = BundleError::Malformed("a part is not base64url in its one form: no padding, no white space");

/// Why a bundle is refused.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum BundleError {
    /// The header's `alg` is not that of the key it names.
    ///
    /// Why: It is `none`, `HS256` or another curve's: a mistake of the signer, or an old trick of forgers.
    ///
    /// Do: Sign by the key's own algorithm. If you do, somebody forges.
    Algorithm {
        /// What the header says.
        alg: String,
        /// What the key is for.
        expected: &'static str,
    },
    /// No `issuedAt` or no `expires`, or not in this order.
    ///
    /// Why: The policy was signed with another tool than `chainpin sign`, which refuses it.
    ///
    /// Do: Give the policy both.
    DatesMissing,
    /// `issuedAt` is not before `expires`.
    DatesReversed {
        /// When it was issued.
        issued_at: Time,
        /// When it expires.
        expires: Time,
    },
    /// Its `expires` is over, by the device's clock or by what newer bundles said of the time.
    ///
    /// Why: Nobody signed a newer one, somebody holds newer ones back, or the clock is ahead.
    ///
    /// Do: Sign a policy in time; set the device's clock.
    Expired {
        /// When.
        expires: Time,
        /// The time by which it was judged.
        now: Time,
    },
    /// Issued more than the clock skew (24 hours by default) after the device's time.
    ///
    /// Why: One of the two clocks is wrong.
    ///
    /// Do: Set the clocks of signer and device.
    Future {
        /// When it was issued.
        issued_at: Time,
        /// The time by which it was judged.
        now: Time,
    },
    /// The header has another member, one twice, another `typ`, or is no JSON object.
    ///
    /// Why: Another tool made it.
    ///
    /// Do: Sign with `alg`, `kid` and `typ: "chainpin-policy+jws"` alone, as `chainpin sign` does.
    Header(&'static str),
    /// The policy of another app or environment.
    ///
    /// Why: The address serves another product's bundle, or staging's to production.
    ///
    /// Do: Serve the policy whose `id` is that of the embedded one.
    Id {
        /// Whose it is.
        id: String,
        /// Whose it should be.
        expected: String,
    },
    /// No trusted key has this `kid`.
    ///
    /// Why: The signing key was changed, and this copy of the app has not heard of it.
    ///
    /// Do: Sign with a key that the app knows; bring a new one in by `signingKeys` first.
    Key {
        /// What the header says.
        kid: String,
    },
    /// Not a JWS in compact form.
    ///
    /// Why: It was cut off, or has white space, a line feed at its end, padding, or bytes that are not UTF-8.
    ///
    /// Do: Serve the very bytes that were signed.
    Malformed(&'static str),
    /// This policy is in use already.
    ///
    /// Why: Nothing has been published since. So it is on most days.
    ///
    /// Do: Nothing.
    NotNewer {
        /// Its sequence.
        sequence: u64,
    },
    /// The policy in it is refused. The message says where.
    ///
    /// Why: It has a mistake, or is of a newer format than this app reads.
    ///
    /// Do: Run `chainpin verify-bundle` before you publish.
    Policy(PolicyError),
    /// Older than the policy in use.
    ///
    /// Why: A cache serves old files, or somebody wants an old policy back.
    ///
    /// Do: Find out who serves old policies.
    Rollback {
        /// Its sequence.
        sequence: u64,
        /// The highest one accepted so far.
        floor: u64,
    },
    /// The signature is not the key's over these bytes.
    ///
    /// Why: The bytes were changed on the way, or somebody forges.
    ///
    /// Do: Serve the very bytes that were signed.
    Signature,
    /// The keys that it brings are refused.
    ///
    /// Why: They are not 1 to 8 public keys, each with a `kid` of its own.
    ///
    /// Do: Correct `signingKeys`.
    SigningKeys(KeysError),
    /// More text than a policy of 32 MiB.
    ///
    /// Why: Something else is served at that address, or somebody wants to fill the memory.
    ///
    /// Do: Serve the bundle, not a download page.
    TooLarge {
        /// Its size.
        bytes: usize,
    },
}

impl BundleError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Algorithm { .. } => "algorithm-mismatch",
            Self::Malformed(_) => "bundle-malformed",
            Self::DatesMissing | Self::DatesReversed { .. } => "dates-invalid",
            Self::Expired { .. } => "expired",
            Self::Future { .. } => "issued-in-future",
            Self::Header(_) => "header-invalid",
            Self::Id { .. } => "id-mismatch",
            Self::Key { .. } => "key-unknown",
            Self::NotNewer { .. } => "not-newer",
            Self::Policy(_) => "policy-invalid",
            Self::Rollback { .. } => "rollback",
            Self::Signature => "signature-invalid",
            Self::SigningKeys(_) => "signing-keys-invalid",
            Self::TooLarge { .. } => "bundle-too-large",
        }
    }
}

impl core::error::Error for BundleError {}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Algorithm { alg, expected } => write!(f, "the header says `{}`, and its key is for {expected}", Printable(alg)),
            Self::DatesMissing => f.write_str("a signed policy has `issuedAt` and `expires`"),
            Self::DatesReversed { issued_at, expires } => {
                write!(f, "issued at {issued_at}, it expires at {expires}, which is not after that")
            }
            Self::Expired { expires, now } => write!(f, "it expired at {expires}, and it is {now}"),
            Self::Future { issued_at, now } => {
                write!(f, "it is from the future: issued at {issued_at}, and it is {now}; is the clock right?")
            }
            Self::Header(message) => write!(f, "the header is not a bundle's: {message}"),
            Self::Id { id, expected } => write!(f, "it is the policy of `{}`, not of `{}`", Printable(id), Printable(expected)),
            Self::Key { kid } => write!(f, "no trusted key is named `{}`", Printable(kid)),
            Self::Malformed(what) => write!(f, "not a JWS in compact form: {what}"),
            Self::NotNewer { sequence } => write!(f, "sequence {sequence} is in use already"),
            Self::Policy(error) => write!(f, "the policy is refused: {error}"),
            Self::Rollback { sequence, floor } => write!(f, "sequence {sequence} is older than {floor}, which is in use"),
            Self::Signature => f.write_str("the signature is not that of the key"),
            Self::SigningKeys(error) => write!(f, "signingKeys{error}"),
            Self::TooLarge { bytes } => write!(f, "{bytes} bytes are too many"),
        }
    }
}
