//! The decision on one connection.

use super::reason::Refusal;
use super::request::Request;
use crate::codes::codes;
use crate::host::{Host, HostError};
use crate::matching::Match;
use crate::path::Trail;
use crate::policy::{Policy, Rule};

/// The decision on one connection.
#[derive(Debug)]
pub struct Verdict<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) request: Request<'a>,
    pub(crate) host: Result<Host, HostError>,
    pub(crate) rule: Option<(usize, &'a Rule)>,
    /// What the search for paths found; `None` if there was none.
    pub(crate) trail: Option<Trail>,
    /// The decision, with what it depends on.
    pub outcome: Outcome,
}

codes! {
    /// What was decided.
    #[derive(Clone, Debug, Eq, PartialEq)]
    pub enum Outcome {
        /// The rule requires no pin.
        Exempt = "exempt",
        /// A pin matched.
        Pinned(Match) = "pinned",
        /// The connection must not be used.
        Rejected(Refusal) = "rejected",
        /// It would have been rejected, and the rule allows and reports it.
        Tolerated(Refusal) = "tolerated",
        /// No rule applies to this host.
        Unlisted = "unlisted",
    }
}

impl Outcome {
    /// The policy does not object.
    pub fn is_ok(&self) -> bool {
        match self {
            Self::Exempt | Self::Pinned(_) | Self::Tolerated(_) | Self::Unlisted => true,
            Self::Rejected(_) => false,
        }
    }

    /// Why a connection was rejected or tolerated.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Rejected(refusal) | Self::Tolerated(refusal) => Some(refusal),
            Self::Exempt | Self::Pinned(_) | Self::Unlisted => None,
        }
    }
}
