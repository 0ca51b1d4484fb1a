//! ECDSA signatures (FIPS 186-5) as RFC 5480 puts them into certificates and RFC 7518 into a JWS: which encodings are accepted.

use super::curves::Curve;
use super::digest::Hash;
use super::integers::two_integers;

/// `Some` if `signature`, a DER ECDSA-Sig-Value, is `public_key`'s, a SEC 1 point, over `message`.
pub(super) fn verify(curve: Curve, public_key: &[u8], hash: Hash, message: &[u8], signature: &[u8]) -> Option<()> {
    let (&UNCOMPRESSED, coordinates) = public_key.split_first()? else {
        return None;
    };
    let (r, s) = two_integers(signature)?;
    let length = curve.field_length();
    if coordinates.len() != 2 * length || r.len() > length || s.len() > length {
        return None;
    }
    curve.verify(coordinates, &hash.digest(&[message]), r, s)
}

/// Whether `signature`, r and s as RFC 7518 section 3.4 writes them, is that of the P-256 key with these coordinates (x, y).
pub(crate) fn verify_es256(coordinates: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let length = Curve::P256.field_length();
    match signature.split_at_checked(length) {
        Some((r, s)) if s.len() == length => {
            let digest = Hash::Sha256.digest(&[message]);
            Curve::P256.verify(coordinates, &digest, r, s).is_some()
        }
        Some(_) | None => false,
    }
}

/// The only form of a point that RFC 5480 section 2.2 requires; the compressed ones, left open there, are refused, as by ring.
const UNCOMPRESSED: u8 = 4;
