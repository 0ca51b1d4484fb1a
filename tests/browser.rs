//! The crate in a browser: `npm run test:browser`.
#![cfg(target_arch = "wasm32")]

use chainpin::{ChainBytes, Encoded};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn reads_a_chain() {
    let bytes = ChainBytes::decode([Encoded::Text(include_bytes!("vectors/chains/akamai.com.pem"))]).unwrap();
    assert_eq!(bytes.parse().unwrap().certificates().count(), 2);
}
