//! The decision: `(policy, host, chain, time) -> verdict`.

use core::fmt;

use crate::anchors::Anchors;
use crate::chain::{Chain, ChainError};
use crate::host::{Host, HostError};
use crate::matching::{Match, Miss, match_pins};
use crate::path::{self, NoWayAround, PathProblem, Presented, Trail};
use crate::pin::Pin;
use crate::policy::{Mode, PinSet, Policy, PolicyExpiry, Requirement, Rule, RuleExpiry, Unlisted, UserAnchors};
use crate::time::Time;

/// What a verdict is made of, besides the policy.
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

/// What a validated path ends in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Anchor {
    /// A CA that came with the system.
    System,
    /// The platform did not say.
    Unknown,
    /// A CA that the user installed.
    User,
}

/// The decision on one connection.
#[derive(Debug)]
pub struct Verdict<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) request: Request<'a>,
    pub(crate) host: Result<Host, HostError>,
    pub(crate) rule: Option<(usize, &'a Rule)>,
    /// Where paths were looked for, what was found.
    pub(crate) trail: Option<Trail>,
    /// What was decided, and what led to it.
    pub outcome: Outcome,
}

/// What was decided.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// The rule asks for no pin.
    Exempt,
    /// A pin matched.
    Pinned(Match),
    /// The connection must not be used.
    Rejected(Refusal),
    /// It would have been rejected, and the rule lets it pass.
    Tolerated(Refusal),
    /// No rule is for this host.
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

    /// Why a connection was rejected or tolerated.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Rejected(refusal) | Self::Tolerated(refusal) => Some(refusal),
            Self::Exempt | Self::Pinned(_) | Self::Unlisted => None,
        }
    }
}

/// Why a connection is refused, with both sides of the comparison that failed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Refusal {
    /// The leaf's validity is over.
    CertificateExpired {
        /// Its last valid second.
        not_after: Time,
    },
    /// The leaf's validity has not begun.
    CertificateNotYetValid {
        /// Its first valid second.
        not_before: Time,
    },
    /// The chain is empty, too large or malformed.
    Chain(ChainError),
    /// The host cannot be read.
    Host(HostError),
    /// The leaf is for other hosts.
    HostnameMismatch,
    /// The policy never accepts a key of this chain, or the one that its only path ends in.
    KeyBlocked {
        /// The certificate's index; `None` for an anchor that is not in the chain.
        certificate: Option<usize>,
        /// The blocked pin.
        pin: Pin,
    },
    /// The chain is not a path that could be trusted.
    PathInvalid(PathProblem),
    /// No pin matched.
    PinMiss(Miss),
    /// The policy has expired and says to deny.
    PolicyExpired {
        /// When it did.
        expires: Time,
    },
    /// The rule has expired and says to deny.
    RuleExpired {
        /// When it did.
        expires: Time,
    },
    /// The policy refuses hosts without a rule.
    UnlistedHost,
}

/// The stable code of a refusal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reason {
    /// The leaf's validity is over. Looked at only where the chain is `presented`.
    ///
    /// Why: The server's certificate was not renewed in time, or this clock is ahead. No mode and no expiry of a rule softens it.
    ///
    /// Do: Renew the server's certificate, or set the clock.
    CertificateExpired,
    /// The leaf's validity has not begun. Looked at only where the chain is `presented`.
    ///
    /// Why: This clock is behind, as after a flat battery, or the certificate was made for a later day.
    ///
    /// Do: Set the clock, or wait for the day.
    CertificateNotYetValid,
    /// No certificate was handed over.
    ///
    /// Why: The adapter asked too early, or asked a resumed TLS session, which shows no certificates.
    ///
    /// Do: Hand over the certificates of this very connection, leaf first.
    ChainEmpty,
    /// Something in the chain is no certificate. The message names its index and the byte.
    ///
    /// Why: A text was cut off, a file holds something else, or the peer sends rubbish on purpose.
    ///
    /// Do: Hand over whole certificates, as DER, base64 or PEM. If you do, the peer is at fault: do not use the connection.
    ChainMalformed,
    /// More than 16 certificates, or more than 256 KiB of them.
    ///
    /// Why: A root store was handed over instead of a chain, or a peer wants to keep the verifier busy.
    ///
    /// Do: Hand over the server's chain alone. Roots go into `anchors`.
    ChainTooLarge,
    /// The host is neither a DNS name in ASCII nor an IP address.
    ///
    /// Why: It is a URL, has a port or Unicode letters, or writes an address oddly, as `127.1`. Such a host is never taken for one
    /// that is not pinned.
    ///
    /// Do: Pass `new URL(url).hostname`.
    HostInvalid,
    /// The leaf is for other hosts. Looked at only where the chain is `presented`; the common name does not count.
    ///
    /// Why: The server has no certificate for this name, or the connection went to another server.
    ///
    /// Do: Ask for one of the names in the message, or give the server a certificate for this one.
    HostnameMismatch,
    /// The policy's `blocked` names a key of this chain, or of the only anchor that it leads to.
    ///
    /// Why: Somebody uses a key that is known to be stolen or wrongly certified. Exempt and unlisted hosts are refused, too, and
    /// report mode does not help.
    ///
    /// Do: Do not use the connection. If the key is good after all, take it out of `blocked`.
    KeyBlocked,
    /// The chain cannot be trusted, whatever is pinned. Looked at only where the chain is `presented`.
    ///
    /// Why: The leaf is not for servers, or it leads to none of the `anchors`: an intermediate is missing, or the authority is not
    /// among them. The message says which.
    ///
    /// Do: Correct the server's certificate or chain, or the anchors.
    PathInvalid,
    /// Only an expired pin would have matched.
    ///
    /// Why: The pin's `expires` is over and the server still uses that key.
    ///
    /// Do: Ship a policy with current pins.
    PinExpired,
    /// No pin of the rule matches a certificate of the path.
    ///
    /// Why: The key was changed and the policy was not, or a proxy or an attacker answers for this host. In a `presented` chain, a
    /// pinned CA certificate counts only if the leaf verifiably leads to it.
    ///
    /// Do: Compare the pins in the message with your own keys. If the chain is yours, put one of its pins into the rule; if not, do
    /// not use the connection.
    PinMismatch,
    /// The policy has expired, and its `onExpiry` is `"deny"`.
    ///
    /// Why: No newer policy has reached this copy of the app.
    ///
    /// Do: Ship a newer policy; see that updates arrive.
    PolicyExpired,
    /// A pinned key is there, but in a place where its pin does not count.
    ///
    /// Why: A pin with role `leaf` stands on a CA, or one with role `ca` on the leaf. Certificate 0 is the leaf, even where it is
    /// self-signed.
    ///
    /// Do: Correct `role` in the policy, or leave it out.
    RoleMismatch,
    /// The rule has expired, and its `onExpiry` is `"deny"`.
    ///
    /// Why: No newer policy has reached this copy of the app. A match does not help, and neither does report mode.
    ///
    /// Do: Ship a newer policy.
    RuleExpired,
    /// No rule is for this host, and the policy's `unlisted` is `"deny"`.
    ///
    /// Why: The app talks to a host that nobody has put into the policy: a new one, a redirect, a library's.
    ///
    /// Do: Add a rule, or find out why your app talks to that host.
    UnlistedHost,
}

impl Reason {
    /// Every reason, in the order of the enum.
    pub const ALL: [Self; 15] = [
        Self::CertificateExpired,
        Self::CertificateNotYetValid,
        Self::ChainEmpty,
        Self::ChainMalformed,
        Self::ChainTooLarge,
        Self::HostInvalid,
        Self::HostnameMismatch,
        Self::KeyBlocked,
        Self::PathInvalid,
        Self::PinExpired,
        Self::PinMismatch,
        Self::PolicyExpired,
        Self::RoleMismatch,
        Self::RuleExpired,
        Self::UnlistedHost,
    ];

    /// The code as callers see it.
    pub fn code(self) -> &'static str {
        match self {
            Self::CertificateExpired => "certificate-expired",
            Self::CertificateNotYetValid => "certificate-not-yet-valid",
            Self::ChainEmpty => "chain-empty",
            Self::ChainMalformed => "chain-malformed",
            Self::ChainTooLarge => "chain-too-large",
            Self::HostInvalid => "host-invalid",
            Self::HostnameMismatch => "hostname-mismatch",
            Self::KeyBlocked => "key-blocked",
            Self::PathInvalid => "path-invalid",
            Self::PinExpired => "pin-expired",
            Self::PinMismatch => "pin-mismatch",
            Self::PolicyExpired => "policy-expired",
            Self::RoleMismatch => "role-mismatch",
            Self::RuleExpired => "rule-expired",
            Self::UnlistedHost => "unlisted-host",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Refusal {
    /// Its stable code.
    pub fn reason(&self) -> Reason {
        match self {
            Self::CertificateExpired { .. } => Reason::CertificateExpired,
            Self::CertificateNotYetValid { .. } => Reason::CertificateNotYetValid,
            Self::Chain(ChainError::Empty) => Reason::ChainEmpty,
            Self::Chain(ChainError::Malformed { .. }) => Reason::ChainMalformed,
            Self::Chain(ChainError::TooLarge(_)) => Reason::ChainTooLarge,
            Self::Host(_) => Reason::HostInvalid,
            Self::HostnameMismatch => Reason::HostnameMismatch,
            Self::KeyBlocked { .. } => Reason::KeyBlocked,
            Self::PathInvalid(_) => Reason::PathInvalid,
            Self::PinMiss(Miss::Expired) => Reason::PinExpired,
            Self::PinMiss(Miss::Mismatch) => Reason::PinMismatch,
            Self::PinMiss(Miss::Role) => Reason::RoleMismatch,
            Self::PolicyExpired { .. } => Reason::PolicyExpired,
            Self::RuleExpired { .. } => Reason::RuleExpired,
            Self::UnlistedHost => Reason::UnlistedHost,
        }
    }
}

impl Policy {
    /// Judges one connection.
    pub fn verify<'a>(&'a self, request: Request<'a>) -> Verdict<'a> {
        let host = Host::parse(request.host);
        let rule = host.as_ref().ok().and_then(|host| self.rule_for(host));
        let mut trail = None;
        let outcome = decide(self, &host, rule.map(|(_, rule)| rule), &request, &mut trail).unwrap_or_else(Outcome::Rejected);
        Verdict { policy: self, request, host, rule, trail, outcome }
    }
}

/// The steps in the order of the specification; an `Err` is a rejection that nothing softens.
fn decide(
    policy: &Policy,
    host: &Result<Host, HostError>,
    rule: Option<&Rule>,
    request: &Request<'_>,
    trail: &mut Option<Trail>,
) -> Result<Outcome, Refusal> {
    let host = host.as_ref().map_err(|error| Refusal::Host(error.clone()))?;
    let chain = request.chain.as_ref().map_err(|error| Refusal::Chain(*error))?;
    if let Some((certificate, pin)) = policy.blocked_in(chain) {
        return Err(Refusal::KeyBlocked { certificate: Some(certificate), pin });
    }
    let presented = Presented { chain, blocked: &policy.blocked, links: &policy.links, now: request.now };
    let set = match (rule.map(|rule| &rule.requirement), policy.unlisted) {
        (None, Unlisted::Allow) => return check_blocked(presented, request.source, trail).map(|()| Outcome::Unlisted),
        (None, Unlisted::Deny) => return Err(Refusal::UnlistedHost),
        (Some(Requirement::Exempt), _) => return check_blocked(presented, request.source, trail).map(|()| Outcome::Exempt),
        (Some(Requirement::Pinned(set)), _) => set,
    };
    let pins = match (request.source, set.user_anchors) {
        (Source::Validated { anchor: Anchor::User }, UserAnchors::Allow) => return Ok(Outcome::Exempt),
        (Source::Validated { .. }, _) => match_pins(set, chain.members(usize::MAX), request.now),
        (Source::Presented { anchors }, _) => {
            path::check_leaf(chain.leaf(), host, request.now)?;
            let found = match anchors {
                None => presented.match_pinned(set),
                Some(anchors) => presented.match_anchored(set, anchors).map_err(|problem| {
                    *trail = Some(Trail::of_leaf());
                    Refusal::PathInvalid(problem)
                })?,
            };
            *trail = Some(found.trail);
            found.pins
        }
    };
    apply_expiry(policy, set, request.now, pins)
}

/// Step 3 for hosts without pins: of a presented chain, a certificate that hides a blocked one is found by its signature alone.
fn check_blocked(presented: Presented<'_>, source: Source<'_>, trail: &mut Option<Trail>) -> Result<(), Refusal> {
    let Source::Presented { anchors: Some(anchors) } = source else {
        return Ok(());
    };
    if presented.blocked.is_empty() {
        return Ok(());
    }
    *trail = Some(Trail::of_leaf());
    match presented.way_around_blocked(anchors) {
        Ok(found) => {
            *trail = Some(found);
            Ok(())
        }
        Err(NoWayAround::Blocked(pin)) => Err(Refusal::KeyBlocked { certificate: None, pin }),
        Err(NoWayAround::None(problem)) => Err(Refusal::PathInvalid(problem)),
    }
}

/// Steps 8 to 10: what the policy's and the rule's expiry and mode make of a match or a miss.
fn apply_expiry(policy: &Policy, set: &PinSet, now: Time, found: Result<Match, Miss>) -> Result<Outcome, Refusal> {
    if let (Some(expires), PolicyExpiry::Deny, true) = (policy.expires, policy.on_expiry, policy.is_expired(now)) {
        return Err(Refusal::PolicyExpired { expires });
    }
    let mut tolerates = set.mode == Mode::Report;
    if let (Some(expires), true) = (set.expires, set.is_expired(now)) {
        match set.on_expiry {
            RuleExpiry::Deny => return Err(Refusal::RuleExpired { expires }),
            RuleExpiry::Enforce => {}
            RuleExpiry::Report => tolerates = true,
        }
    }
    match found.map_err(Refusal::PinMiss) {
        Ok(matched) => Ok(Outcome::Pinned(matched)),
        Err(refusal) if tolerates => Ok(Outcome::Tolerated(refusal)),
        Err(refusal) => Err(refusal),
    }
}
