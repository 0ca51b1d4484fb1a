//! SHA-2: for pins, and for signatures.

/// 32 bytes of SHA-256.
pub type Digest = [u8; 32];

#[cfg(not(all(feature = "host-crypto", target_arch = "wasm32")))]
pub(crate) fn sha256(bytes: &[u8]) -> Digest {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).into()
}

#[cfg(all(feature = "host-crypto", target_arch = "wasm32"))]
pub(crate) fn sha256(bytes: &[u8]) -> Digest {
    let mut digest = [0; 32];
    super::imports::sha256(bytes, &mut digest);
    digest
}

/// The hash of a signature algorithm.
#[derive(Clone, Copy, Debug)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The digest of `parts`, concatenated.
    #[cfg(not(all(feature = "host-crypto", target_arch = "wasm32")))]
    pub fn digest(self, parts: &[&[u8]]) -> Vec<u8> {
        use sha2::{Digest, Sha256, Sha384, Sha512};
        fn of<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut hash = D::new();
            for part in parts {
                hash.update(part);
            }
            hash.finalize().to_vec()
        }
        match self {
            Self::Sha256 => of::<Sha256>(parts),
            Self::Sha384 => of::<Sha384>(parts),
            Self::Sha512 => of::<Sha512>(parts),
        }
    }

    /// The digest of `parts`, concatenated.
    #[cfg(all(feature = "host-crypto", target_arch = "wasm32"))]
    pub fn digest(self, parts: &[&[u8]]) -> Vec<u8> {
        let message = parts.concat();
        match self {
            Self::Sha256 => sha256(&message).to_vec(),
            Self::Sha384 => super::imports::sha2(384, &message),
            Self::Sha512 => super::imports::sha2(512, &message),
        }
    }

    /// The cost of a message of this length, in the unit of [`super::Weighed::cost`].
    pub fn cost(self, length: usize) -> usize {
        match self {
            Self::Sha256 => length / 88,
            Self::Sha384 | Self::Sha512 => length / 55,
        }
    }

    /// Bytes in a digest.
    pub fn len(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}
