//! The crate, natively: what it decides, says and refuses.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod bundle;
mod chain;
mod common;
mod decision;
mod issuers;
mod limbo;
mod lint;
mod message;
mod path;
mod policy;
mod printable;
mod profile;
mod vectors;
