//! ECDSA's arithmetic on the two curves that certificates are signed on.

#[cfg(not(all(feature = "host-crypto", target_arch = "wasm32")))]
mod jacobian;
#[cfg(not(all(feature = "host-crypto", target_arch = "wasm32")))]
mod weierstrass;

#[derive(Clone, Copy, Debug)]
pub(super) enum Curve {
    P256,
    P384,
}

impl Curve {
    /// Bytes of a coordinate, and of a scalar.
    pub fn field_length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
        }
    }

    /// `Some` if r and s, big-endian, are those of the key with these coordinates over a message with this digest.
    #[cfg(not(all(feature = "host-crypto", target_arch = "wasm32")))]
    pub fn verify(self, coordinates: &[u8], digest: &[u8], r: &[u8], s: &[u8]) -> Option<()> {
        match self {
            Self::P256 => weierstrass::verify::<p256::NistP256>(coordinates, digest, r, s),
            Self::P384 => weierstrass::verify::<p384::NistP384>(coordinates, digest, r, s),
        }
    }

    /// `Some` if r and s, big-endian, are those of the key with these coordinates over a message with this digest.
    #[cfg(all(feature = "host-crypto", target_arch = "wasm32"))]
    pub fn verify(self, coordinates: &[u8], digest: &[u8], r: &[u8], s: &[u8]) -> Option<()> {
        let bits = match self {
            Self::P256 => 256,
            Self::P384 => 384,
        };
        super::imports::verify_ecdsa(bits, coordinates, digest, r, s).then_some(())
    }
}
