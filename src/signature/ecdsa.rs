//! ECDSA signatures (FIPS 186-5) as RFC 5480 puts them into certificates: what encodings are accepted.

use super::{Curve, Hash, arithmetic, two_integers};

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
    arithmetic::ecdsa(curve, coordinates, &hash.digest(&[message]), r, s)
}

/// The only form of a point that RFC 5480 section 2.2 requires; the compressed ones, left open there, are refused, as by ring.
const UNCOMPRESSED: u8 = 4;
