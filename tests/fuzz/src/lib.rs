//! What the fuzz targets hold chainpin to: the same answers, found by other code.

pub mod certificate;
#[allow(dead_code, reason = "the crate's tests use the rest")]
#[path = "../../rust/common/der.rs"]
mod der;
pub mod host;
pub mod model;
pub mod pki;
pub mod trust;
