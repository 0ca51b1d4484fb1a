//! Ed25519 signatures (RFC 8032).
//!
//! Strict: small-order keys and R are refused as well as what RFC 8032 refuses, so that no signature fits several messages.

/// Whether `signature` is the key's over `message`.
pub(crate) fn verify_ed25519(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    verify(public_key, message, signature).is_some()
}

/// `Some` if `signature` is `public_key`'s over `message`.
#[cfg(not(all(feature = "host-crypto", target_arch = "wasm32")))]
pub(super) fn verify(public_key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    use ed25519_dalek::{Signature, VerifyingKey};
    let key = VerifyingKey::from_bytes(public_key.try_into().ok()?).ok()?;
    let signature = Signature::from_slice(signature).ok()?;
    key.verify_strict(message, &signature).ok()
}

/// `Some` if `signature` is `public_key`'s over `message`.
#[cfg(all(feature = "host-crypto", target_arch = "wasm32"))]
pub(super) fn verify(public_key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    if public_key.len() != 32 || signature.len() != 64 {
        return None;
    }
    let digest = super::digest::Hash::Sha512.digest(&[signature.get(..32)?, public_key, message]);
    super::imports::verify_ed25519(public_key, &digest, signature).then_some(())
}
