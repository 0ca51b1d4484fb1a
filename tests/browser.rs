//! The real chains again, in a browser: `npm run test:browser`.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

#[path = "rust/common/mod.rs"]
mod common;
#[path = "rust/vectors.rs"]
mod vectors;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
