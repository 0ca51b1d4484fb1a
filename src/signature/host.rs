//! The arithmetic of signatures, by the host's big integers: the JavaScript payload's, where compiled arithmetic on 64-bit words is
//! slow. `rustcrypto.rs` has the same functions.

use super::{Curve, Hash};
use crate::pin::sha256;
use crate::wasm::host;

/// `Some` if r and s, big-endian, are those of the key with these coordinates over a message with this digest.
pub(super) fn ecdsa(curve: Curve, coordinates: &[u8], digest: &[u8], r: &[u8], s: &[u8]) -> Option<()> {
    let curve = match curve {
        Curve::P256 => 256,
        Curve::P384 => 384,
    };
    host::verify_ecdsa(curve, coordinates, digest, r, s).then_some(())
}

/// `Some` if `signature` is `public_key`'s over `message` by Ed25519 (RFC 8032), small-order keys and R refused.
pub(super) fn ed25519(public_key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    if public_key.len() != 32 || signature.len() != 64 {
        return None;
    }
    let digest = Hash::Sha512.digest(&[signature.get(..32)?, public_key, message]);
    host::verify_ed25519(public_key, &digest, signature).then_some(())
}

/// base^exponent mod modulus, all big-endian, as long as the modulus; base < modulus, which is odd.
pub(super) fn power(base: &[u8], exponent: u64, modulus: &[u8]) -> Option<Vec<u8>> {
    host::power(base, exponent as f64, modulus).filter(|power| power.len() == modulus.len())
}

/// The digest of `parts`, one after another.
pub(super) fn digest(hash: Hash, parts: &[&[u8]]) -> Vec<u8> {
    let message = parts.concat();
    match hash {
        Hash::Sha256 => sha256(&message).to_vec(),
        Hash::Sha384 => host::sha2(384, &message),
        Hash::Sha512 => host::sha2(512, &message),
    }
}
