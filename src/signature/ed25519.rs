//! Ed25519 (RFC 8032), as RFC 8410 puts it into certificates.

use ed25519_dalek::{Signature, VerifyingKey};

/// `Some` if `signature` is `public_key`'s over `message`.
///
/// Strict: small-order keys and R are refused besides what RFC 8032 refuses, so that no signature fits several messages.
pub(super) fn verify(public_key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let key = VerifyingKey::from_bytes(public_key.try_into().ok()?).ok()?;
    let signature = Signature::from_slice(signature).ok()?;
    key.verify_strict(message, &signature).ok()
}
