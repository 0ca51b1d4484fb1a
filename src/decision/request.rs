//! What a verdict is about: a host, a chain, who checked it, and a time.

use crate::codes::codes;
use crate::time::Time;
use crate::x509::{Anchors, Chain, ChainError};

/// One connection, as the caller describes it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// As the caller wrote it.
    pub host: &'a str,
    /// As far as it could be read.
    pub chain: &'a Result<Chain<'a>, ChainError>,
    /// Who checked the chain.
    pub source: Source<'a>,
    /// The time of the connection.
    pub now: Time,
}

/// Who checked that the chain is a path to a trusted root.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// Nobody: the chain is what the peer sent.
    Presented {
        /// The app's trusted roots, to one of which a path must lead; without them a pin is the only anchor.
        anchors: Option<&'a Anchors>,
    },
    /// The platform built and validated this path.
    Validated {
        /// What the path ends in.
        anchor: Anchor,
    },
}

codes! {
    /// What a validated path ends in.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    #[non_exhaustive]
    pub enum Anchor {
        /// A CA that came with the system.
        System = "system",
        /// The platform did not say.
        Unknown = "unknown",
        /// A CA that the user installed.
        User = "user",
    }
}

impl Source<'_> {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Presented { .. } => "presented",
            Self::Validated { .. } => "validated",
        }
    }
}
