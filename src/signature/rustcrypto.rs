//! The arithmetic of signatures, by RustCrypto's fields, curves and integers. `host.rs` has the same functions.

mod jacobian;
mod weierstrass;

use super::{Curve, Hash};
use crypto_bigint::{
    BoxedUint, Odd,
    modular::{BoxedMontyForm, BoxedMontyParams},
};
use ed25519_dalek::{Signature, VerifyingKey};
use p256::NistP256;
use p384::NistP384;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// `Some` if r and s, big-endian, are those of the key with these coordinates over a message with this digest.
pub(super) fn ecdsa(curve: Curve, coordinates: &[u8], digest: &[u8], r: &[u8], s: &[u8]) -> Option<()> {
    match curve {
        Curve::P256 => weierstrass::verify::<NistP256>(coordinates, digest, r, s),
        Curve::P384 => weierstrass::verify::<NistP384>(coordinates, digest, r, s),
    }
}

/// `Some` if `signature` is `public_key`'s over `message` by Ed25519 (RFC 8032).
///
/// Strict: small-order keys and R are refused besides what RFC 8032 refuses, so that no signature fits several messages.
pub(super) fn ed25519(public_key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let key = VerifyingKey::from_bytes(public_key.try_into().ok()?).ok()?;
    let signature = Signature::from_slice(signature).ok()?;
    key.verify_strict(message, &signature).ok()
}

/// base^exponent mod modulus, all big-endian, as long as the modulus; base < modulus, which is odd.
///
/// The `rsa` crate raises to e with a table for secret exponents, twice the multiplications that 65537 needs.
pub(super) fn power(base: &[u8], exponent: u64, modulus: &[u8]) -> Option<Vec<u8>> {
    let odd = Option::from(Odd::new(BoxedUint::from_be_slice_vartime(modulus)))?;
    let base = BoxedMontyForm::new(BoxedUint::from_be_slice_vartime(base), &BoxedMontyParams::new_vartime(odd));
    let mut power = base.clone();
    for bit in (0..exponent.checked_ilog2()?).rev() {
        power = power.square();
        if exponent >> bit & 1 == 1 {
            power = power.mul(&base);
        }
    }
    let bytes = power.retrieve().to_be_bytes();
    Some(bytes.get(bytes.len().checked_sub(modulus.len())?..)?.to_vec())
}

/// The digest of `parts`, one after another.
pub(super) fn digest(hash: Hash, parts: &[&[u8]]) -> Vec<u8> {
    fn of<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
        let mut hash = D::new();
        for part in parts {
            hash.update(part);
        }
        hash.finalize().to_vec()
    }
    match hash {
        Hash::Sha256 => of::<Sha256>(parts),
        Hash::Sha384 => of::<Sha384>(parts),
        Hash::Sha512 => of::<Sha512>(parts),
    }
}
