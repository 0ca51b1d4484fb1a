//! Large integers: how signatures and keys encode them, and RSA's arithmetic on them.

use der::{Decode, asn1::AnyRef, asn1::UintRef};

/// `SEQUENCE { INTEGER, INTEGER }` in strict DER, neither negative, as big-endian bytes without leading zeros:
/// the shape of both ECDSA-Sig-Value (RFC 3279 section 2.2.3) and RSAPublicKey (RFC 8017 A.1.1).
pub(crate) fn two_integers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (first, second) = AnyRef::from_der(der)
        .ok()?
        .sequence(|reader| Ok::<_, der::Error>((UintRef::decode(reader)?, UintRef::decode(reader)?)))
        .ok()?;
    Some((first.as_bytes(), second.as_bytes()))
}

/// base^exponent mod modulus, all big-endian, as long as the modulus; base < modulus, which is odd.
///
/// The `rsa` crate raises to e with a table for secret exponents, twice the multiplications that 65537 needs.
#[cfg(not(all(feature = "host-crypto", target_arch = "wasm32")))]
pub(super) fn power(base: &[u8], exponent: u64, modulus: &[u8]) -> Option<Vec<u8>> {
    use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
    use crypto_bigint::{BoxedUint, Odd};
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

/// base^exponent mod modulus, all big-endian, as long as the modulus; base < modulus, which is odd.
#[cfg(all(feature = "host-crypto", target_arch = "wasm32"))]
pub(super) fn power(base: &[u8], exponent: u64, modulus: &[u8]) -> Option<Vec<u8>> {
    super::imports::power(base, exponent as f64, modulus).filter(|power| power.len() == modulus.len())
}
