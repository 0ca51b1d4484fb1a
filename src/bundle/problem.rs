//! Why a bundle is rejected.

use core::fmt;

use super::keys::KeysError;
use crate::codes::codes;
use crate::policy::PolicyError;
use crate::printable::Printable;
use crate::time::Time;

codes! {
    /// Why a bundle is rejected.
    #[derive(Clone, Debug, Eq, PartialEq)]
    #[non_exhaustive]
    pub enum BundleError {
        /// The header's `alg` is not that of the key it names.
        ///
        /// Why: It is `none`, `HS256` or another curve's: a mistake of the signer, or an old trick of forgers.
        ///
        /// Do: Sign with the key's own algorithm. If you do, somebody is forging bundles.
        Algorithm {
            /// What the header says.
            alg: String,
            /// What the key is for.
            expected: &'static str,
        } = "algorithm-mismatch",
        /// No `issuedAt` or no `expires`, or not in this order.
        ///
        /// Why: The policy was signed with another tool than `chainpin sign`, which rejects it.
        ///
        /// Do: Give the policy both.
        DatesMissing = "dates-invalid",
        /// `issuedAt` is not before `expires`.
        DatesReversed {
            /// When it was issued.
            issued_at: Time,
            /// When it expires.
            expires: Time,
        } = "dates-invalid",
        /// It has expired, by the device's clock or by the dates of newer bundles.
        ///
        /// Why: There is no newer one, somebody withholds newer ones, or the clock is ahead.
        ///
        /// Do: Sign a policy in time; set the device's clock.
        Expired {
            /// When.
            expires: Time,
            /// The time by which it was judged.
            now: Time,
        } = "expired",
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
        } = "issued-in-future",
        /// The header has another member, one twice, another `typ`, or is no JSON object.
        ///
        /// Why: Another tool made it.
        ///
        /// Do: Sign with only `alg`, `kid` and `typ: "chainpin-policy+jws"`, as `chainpin sign` does.
        Header(&'static str) = "header-invalid",
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
        } = "id-mismatch",
        /// No trusted key has this `kid`.
        ///
        /// Why: The signing key was changed, and this copy of the app does not have the new one.
        ///
        /// Do: Sign with a key that the app knows; introduce a new one with `signingKeys` first.
        Key {
            /// What the header says.
            kid: String,
        } = "key-unknown",
        /// Not a JWS in compact form.
        ///
        /// Why: It is incomplete, or has white space, a line feed at its end, padding, or bytes that are not UTF-8.
        ///
        /// Do: Serve exactly the bytes that were signed.
        Malformed(&'static str) = "bundle-malformed",
        /// This policy is in use already.
        ///
        /// Why: Nothing has been published since. This is the usual case.
        ///
        /// Do: Nothing.
        NotNewer {
            /// Its sequence.
            sequence: u64,
        } = "not-newer",
        /// The policy in it is invalid. The message says where.
        ///
        /// Why: It has a mistake, or a newer format than this app reads.
        ///
        /// Do: Run `chainpin verify-bundle` before you publish.
        Policy(PolicyError) = "policy-invalid",
        /// Older than the policy in use.
        ///
        /// Why: A cache serves old files, or somebody replays an old policy.
        ///
        /// Do: Find out who serves old policies.
        Rollback {
            /// Its sequence.
            sequence: u64,
            /// The highest one accepted so far.
            floor: u64,
        } = "rollback",
        /// The signature is not the key's over these bytes.
        ///
        /// Why: The bytes were changed in transit, or somebody is forging bundles.
        ///
        /// Do: Serve exactly the bytes that were signed.
        Signature = "signature-invalid",
        /// The keys that it has are invalid.
        ///
        /// Why: They are not 1 to 8 public keys, each with its own `kid`.
        ///
        /// Do: Correct `signingKeys`.
        SigningKeys(KeysError) = "signing-keys-invalid",
        /// More text than a policy of 32 MiB.
        ///
        /// Why: The address serves something else, or somebody tries to fill the memory.
        ///
        /// Do: Serve the bundle, not a download page.
        TooLarge {
            /// Its size.
            bytes: usize,
        } = "bundle-too-large",
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
