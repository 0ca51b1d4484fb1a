//! The decision on a connection: `Verifier` takes a `Request` and gives a `Verdict`.

mod decide;
mod reason;
mod request;
mod verdict;
mod verifier;

pub use reason::{Reason, Refusal};
pub use request::{Anchor, Request, Source};
pub use verdict::{Outcome, Verdict};
pub use verifier::Verifier;
