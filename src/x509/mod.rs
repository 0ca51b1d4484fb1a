//! X.509: certificates, their names and extensions, chains of them, and trust anchors (RFC 5280).

mod anchors;
mod certificate;
mod chain;
mod extensions;
mod names;
mod notation;

pub use anchors::Anchors;
pub use certificate::Certificate;
pub(crate) use certificate::{Validity, Version};
pub use chain::{Chain, ChainBytes, ChainError, ChainProblem, Encoded, TooLarge};
pub(crate) use extensions::{BASIC_CONSTRAINTS, BasicConstraints, EXTENDED_KEY_USAGE, KEY_USAGE, NAME_CONSTRAINTS};
pub(crate) use names::{AltName, distinguished_name};
pub(crate) use notation::{UNREADABLE, dotted, hex, named};
