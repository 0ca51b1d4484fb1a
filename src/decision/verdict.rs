//! The decision on one connection.

use super::reason::Refusal;
use super::request::Request;
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

/// What was decided.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// The rule requires no pin.
    Exempt,
    /// A pin matched.
    Pinned(Match),
    /// The connection must not be used.
    Rejected(Refusal),
    /// It would have been rejected, and the rule allows and reports it.
    Tolerated(Refusal),
    /// No rule applies to this host.
    Unlisted,
}

impl Outcome {
    /// The policy does not object.
    pub fn is_ok(&self) -> bool {
        match self {
            Self::Exempt | Self::Pinned(_) | Self::Tolerated(_) | Self::Unlisted => true,
            Self::Rejected(_) => false,
        }
    }

    /// The code as callers see it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Exempt => "exempt",
            Self::Pinned(_) => "pinned",
            Self::Rejected(_) => "rejected",
            Self::Tolerated(_) => "tolerated",
            Self::Unlisted => "unlisted",
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
