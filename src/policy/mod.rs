//! A policy: parsed once from its JSON text into a form in which every rule is valid and quickly found. No cache is in here: parsed
//! data depends on no signature.

mod blocked;
mod compile;
mod json;
mod json_path;
mod model;
#[cfg(feature = "schema")]
mod patterns;
mod problem;
#[cfg(feature = "schema")]
mod schema;

pub(crate) use blocked::Blocked;
pub use model::Policy;
pub(crate) use model::{
    Matching, Mode, PinRole, PinSet, PolicyExpiry, Requirement, Rule, RuleExpiry, RulePin, Subdomains, Unlisted, UserAnchors,
};
pub use problem::{PolicyError, PolicyProblem};
#[cfg(feature = "schema")]
pub use schema::policy_schema;
#[cfg(feature = "schema")]
pub(crate) use schema::tidy;

/// The version of the policy format that this code reads.
const FORMAT_VERSION: u64 = 1;
