//! RSA signatures (RFC 8017): PKCS#1 v1.5 and PSS.

use super::digest::Hash;
use super::integers::{power, two_integers};
use core::ops::RangeInclusive;

/// Bits of a modulus: as ring's `RSA_PKCS1_2048_8192_*`. CA/Browser Forum BR 6.1.5 asks for 2048; 8192 bounds the work.
const MODULUS_BITS: RangeInclusive<usize> = 2048..=8192;

/// Public exponents, odd ones: 3 as the least (1 verifies everything), 33 bits at most as in ring and the `rsa` crate, because large
/// ones are a way to make others work (imperialviolet.org/2012/03/17/rsados.html).
const EXPONENTS: RangeInclusive<u64> = 3..=(1 << 33) - 1;

/// `Some` if `signature` is the PKCS#1 v1.5 one (RFC 8017 section 8.2.2) of `public_key`, a DER RSAPublicKey, over `message`.
pub(super) fn verify_pkcs1(public_key: &[u8], hash: Hash, message: &[u8], signature: &[u8]) -> Option<()> {
    let encoded = PublicKey::parse(public_key)?.recover(signature)?;
    let digest_info = [&digest_info_prefix(hash), hash.digest(&[message]).as_slice()].concat();
    let padding = encoded.len().checked_sub(digest_info.len() + 3)?;
    // Built and compared whole: parsing it leniently was Bleichenbacher's forgery of 2006 (CVE-2006-4339).
    let expected = [&[0, 1], vec![0xff; padding].as_slice(), &[0], &digest_info].concat();
    (encoded == expected).then_some(())
}

/// `Some` if `signature` is the PSS one (RFC 8017 section 8.1.2) of `public_key`, a DER RSAPublicKey, over `message`, with
/// MGF1 over the same hash and a salt as long as the digest: all that the algorithm identifiers allow.
pub(super) fn verify_pss(public_key: &[u8], hash: Hash, message: &[u8], signature: &[u8]) -> Option<()> {
    let key = PublicKey::parse(public_key)?;
    let recovered = key.recover(signature)?;
    // One bit less than the modulus: a whole byte less where the modulus has one bit in its first byte.
    let bits = key.bits.checked_sub(1)?;
    let (surplus, encoded) = recovered.split_at_checked(key.length - bits.div_ceil(8))?;
    let (masked, rest) = encoded.split_at_checked(encoded.len().checked_sub(hash.len() + 1)?)?;
    let (digest, trailer) = rest.split_at_checked(hash.len())?;
    let first_byte = 0xff >> (8 * encoded.len() - bits);
    if surplus.iter().any(|byte| *byte != 0) || trailer != [0xbc] || masked.first()? & !first_byte != 0 {
        return None;
    }
    let mask = mask(hash, digest, masked.len());
    let mut block: Vec<u8> = masked.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
    *block.first_mut()? &= first_byte;
    let (padding, salt) = block.split_at_checked(block.len().checked_sub(hash.len())?)?;
    let (one, zeros) = padding.split_last()?;
    if *one != 1 || zeros.iter().any(|byte| *byte != 0) {
        return None;
    }
    let expected = hash.digest(&[&[0; 8], &hash.digest(&[message]), salt]);
    (digest == expected).then_some(())
}

/// The cost, in the unit of [`super::Weighed::cost`]; one for a key that is refused before any work.
pub(super) fn cost(public_key: &[u8]) -> usize {
    PublicKey::parse(public_key).map_or(1, |key| {
        let multiplications = usize::try_from(key.exponent.ilog2() + key.exponent.count_ones()).unwrap_or(usize::MAX);
        (key.length * key.length / BYTES_SQUARED).saturating_mul(multiplications)
    })
}

/// A multiplication modulo n takes a thousandth of a P-256 signature for this square of its bytes: 3,400 for 8,192 bits and an exponent
/// of 65,537, 150 for 2,048 bits.
const BYTES_SQUARED: usize = 5_500;

/// A key whose size, and so the work of verifying with it, is within the limits.
struct PublicKey<'k> {
    /// Big-endian, odd, without leading zeros.
    modulus: &'k [u8],
    exponent: u64,
    /// Bits of the modulus.
    bits: usize,
    /// Bytes of the modulus, and of a signature.
    length: usize,
}

impl<'k> PublicKey<'k> {
    fn parse(der: &'k [u8]) -> Option<Self> {
        let (modulus, exponent) = two_integers(der)?;
        let length = modulus.len();
        let bits = (8 * length).checked_sub(usize::try_from(modulus.first()?.leading_zeros()).ok()?)?;
        if !MODULUS_BITS.contains(&bits) || modulus.last()? % 2 == 0 || exponent.len() > size_of::<u64>() {
            return None;
        }
        let exponent = exponent.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        if exponent % 2 == 0 || !EXPONENTS.contains(&exponent) {
            return None;
        }
        Some(Self { modulus, exponent, bits, length })
    }

    /// RSAVP1 (RFC 8017 section 5.2.2): signature^e mod n, as long as the modulus.
    fn recover(&self, signature: &[u8]) -> Option<Vec<u8>> {
        // Of one length, big-endian: in the order of the numbers.
        if signature.len() != self.length || signature >= self.modulus {
            return None;
        }
        power(signature, self.exponent, self.modulus)
    }
}

/// DigestInfo (RFC 8017 section 9.2, note 1) before the digest itself.
fn digest_info_prefix(hash: Hash) -> [u8; 19] {
    let (last_arc, digest, all) = match hash {
        Hash::Sha256 => (1, 32, 17 + 32),
        Hash::Sha384 => (2, 48, 17 + 48),
        Hash::Sha512 => (3, 64, 17 + 64),
    };
    [0x30, all, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, last_arc, 5, 0, 4, digest]
}

/// MGF1 (RFC 8017 B.2.1), at least `length` bytes of it.
fn mask(hash: Hash, seed: &[u8], length: usize) -> Vec<u8> {
    (0_u32..).take(length.div_ceil(hash.len())).flat_map(|counter| hash.digest(&[seed, &counter.to_be_bytes()])).collect()
}
