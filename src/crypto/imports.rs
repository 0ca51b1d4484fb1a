//! The functions that the JavaScript payload imports from its host: compiled arithmetic on 64-bit words is slow there. The slices are
//! views of this module's memory.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "../host-crypto/sha256.ts")]
extern "C" {
    /// Writes 32 bytes.
    pub(super) fn sha256(bytes: &[u8], digest: &mut [u8]);
}

#[wasm_bindgen(raw_module = "../host-crypto/signatures.ts")]
extern "C" {
    /// SHA-384 or SHA-512.
    pub(super) fn sha2(bits: u32, bytes: &[u8]) -> Vec<u8>;

    /// `curve`: 256 or 384; `key`: x and y; `r` and `s`: no longer than a coordinate.
    #[wasm_bindgen(js_name = verifyEcdsa)]
    pub(super) fn verify_ecdsa(curve: u32, key: &[u8], digest: &[u8], r: &[u8], s: &[u8]) -> bool;

    /// `digest`: SHA-512 of R, the key and the message.
    #[wasm_bindgen(js_name = verifyEd25519)]
    pub(super) fn verify_ed25519(key: &[u8], digest: &[u8], signature: &[u8]) -> bool;

    /// base^exponent mod modulus, as long as the modulus.
    pub(super) fn power(base: &[u8], exponent: f64, modulus: &[u8]) -> Option<Vec<u8>>;
}
