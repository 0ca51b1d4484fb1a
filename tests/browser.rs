//! The real chains again, in a browser: `npm run test:browser`.
#![cfg(target_arch = "wasm32")]

#[path = "vectors.rs"]
mod vectors;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
