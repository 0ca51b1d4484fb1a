//! Signed policies: a JWS in compact form (RFC 7515 section 7.1) whose payload is a whole policy.
//!
//! A key that the app trusts fixes the algorithm; the header only has to agree. Nothing of the payload is read before its signature
//! is verified, and then it is read from the very bytes that were signed.

mod accept;
mod base64url;
mod keys;
mod members;
mod problem;

pub use accept::{Accepted, Expiry, Terms, accept};
pub use keys::{KeysError, TrustedKeys};
pub use problem::BundleError;
