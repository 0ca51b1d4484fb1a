//! One policy, one verdict, with reasons: certificate pinning as a pure function, `(policy, host, chain, time) -> verdict`.
//!
//! ```
//! use chainpin::{ChainBytes, Encoded, Outcome, Policy, Request, Source, Time, Verifier};
//!
//! # let pem = include_bytes!("../tests/vectors/chains/akamai.com.pem");
//! let verifier = Verifier::new(Policy::parse(
//!     r#"{ "version": 1, "id": "acme-mobile", "sequence": 1, "rules": [{
//!         "host": "akamai.com",
//!         "pins": ["sha256/Ag8DLRMBM6q9IaD6zwCd3wNMFVIrFP7Cl8nZwunBHHk="],
//!         "backupPins": ["sha256/uUwZgwDOxcBXrQcntwu+kYFpkiVkOaezL0WYEZ3anJc="]
//!     }] }"#,
//! )?);
//! let bytes = ChainBytes::decode([Encoded::Text(pem)])?;
//! let chain = bytes.parse();
//! let verdict = verifier.verify(Request {
//!     host: "akamai.com",
//!     chain: &chain,
//!     source: Source::Presented { anchors: None },
//!     now: Time::parse_rfc3339("2025-07-05T00:00:01Z").ok_or("a date")?,
//! });
//! assert!(matches!(verdict.outcome, Outcome::Pinned(_)), "{}", verdict.message());
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! `ok` means that *the policy does not object*. It never replaces the platform's own checks of chain and name.

mod bundle;
mod codes;
mod crypto;
mod decision;
mod der;
#[cfg(feature = "schema")]
mod description;
mod explain;
mod host;
mod index;
mod inspect;
mod limits;
mod lint;
mod matching;
mod path;
mod pin;
mod policy;
mod printable;
mod time;
#[cfg(any(feature = "schema", target_arch = "wasm32"))]
mod wasm;
mod x509;

pub use crate::der::{Malformed, Problem};
pub use bundle::{Accepted, BundleError, Expiry, KeysError, Terms, TrustedKeys, accept};
pub use crypto::Digest;
pub use decision::{Anchor, Outcome, Reason, Refusal, Request, Source, Verdict, Verifier};
#[cfg(feature = "schema")]
pub use description::description;
pub use explain::{ChainEntry, MatchDetails, PinReport, PolicyName, ReportDetails};
pub use host::{Host, HostError};
pub use inspect::{
    BasicConstraintsDetails, CertificateDetails, CertificateSummary, ExtensionDetails, Issuer, IssuerSignature, KeySummary,
    inspect, issuers, summarize,
};
pub use lint::{Finding, Severity, Surroundings};
pub use matching::{Match, Miss, Role};
pub use path::PathProblem;
pub use pin::{Hashed, Pin, PinError};
#[cfg(feature = "schema")]
pub use policy::policy_schema;
pub use policy::{Policy, PolicyError, PolicyProblem};
pub use time::Time;
pub use x509::{Anchors, Certificate, Chain, ChainBytes, ChainError, ChainProblem, Encoded, TooLarge};
