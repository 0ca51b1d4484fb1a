//! The boundary: the only folder that knows of JavaScript.

#[cfg(target_arch = "wasm32")]
mod exports;
#[cfg(target_arch = "wasm32")]
mod handles;
pub(crate) mod layout;
#[cfg(target_arch = "wasm32")]
mod packing;
