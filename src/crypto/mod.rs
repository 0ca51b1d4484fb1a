//! Digests, and the signature algorithms that certificates and policies are verified with.
//!
//! RustCrypto does the arithmetic on fields, curves, integers and hashes; in the JavaScript payload, the host does ([`imports`]). This
//! code is what RFC 5480, RFC 8017, RFC 8032 and FIPS 186-5 say about verifying. Everything verified is public, so nothing needs
//! constant time. SHA-1 and MD5 are absent by design.

mod algorithms;
mod curves;
pub(crate) mod digest;
mod ecdsa;
mod ed25519;
#[cfg(all(feature = "host-crypto", target_arch = "wasm32"))]
mod imports;
mod integers;
mod rsa;

pub(crate) use algorithms::{ALGORITHMS, Algorithm, Weighed};
pub use digest::Digest;
pub(crate) use digest::sha256;
pub(crate) use ecdsa::verify_es256;
pub(crate) use ed25519::verify_ed25519;
pub(crate) use integers::two_integers;
