//! The decision: `(policy, host, chain, time) -> verdict`.

use core::fmt;

use crate::anchors::Anchors;
use crate::cert::Certificate;
use crate::chain::{Chain, ChainError};
use crate::host::{Host, HostError};
use crate::path::{self, PathProblem, Search, Trail};
use crate::pin::Pin;
use crate::policy::{
    Matching, Mode, PinRole, PinSet, Policy, PolicyExpiry, Requirement, Rule, RuleExpiry, RulePin, Unlisted, UserAnchors,
};
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

/// Which pin matched which certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Match {
    /// Index among the rule's pins, backup pins after the others.
    pub pin: usize,
    /// Index in the chain; `None` for an anchor that is not in it.
    pub certificate: Option<usize>,
    /// Its place on the path.
    pub role: Role,
    /// A backup pin: the key has been rotated.
    pub backup: bool,
}

/// The place of a certificate on the path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// Not the first.
    Ca,
    /// The first, even if self-signed.
    Leaf,
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
    /// The policy never accepts a certificate of this chain.
    KeyBlocked {
        /// Its index.
        certificate: usize,
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

/// Why no pin matched, the more telling later: what is reported is the greatest that holds.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Miss {
    /// No certificate of the path is pinned.
    Mismatch,
    /// A pinned one stands in a place where its pin does not count.
    Role,
    /// Only an expired pin would have matched.
    Expired,
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
    /// The policy's `blocked` names a key or a certificate of this chain.
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
        return Err(Refusal::KeyBlocked { certificate, pin });
    }
    let set = match (rule.map(|rule| &rule.requirement), policy.unlisted) {
        (None, Unlisted::Allow) => return Ok(Outcome::Unlisted),
        (None, Unlisted::Deny) => return Err(Refusal::UnlistedHost),
        (Some(Requirement::Exempt), _) => return Ok(Outcome::Exempt),
        (Some(Requirement::Pinned(set)), _) => set,
    };
    let pins = match (request.source, set.user_anchors) {
        (Source::Validated { anchor: Anchor::User }, UserAnchors::Allow) => return Ok(Outcome::Exempt),
        (Source::Validated { .. }, _) => {
            let path = chain.certificates().enumerate().map(|(index, certificate)| (Some(index), certificate));
            match_pins(set, path, request.now)
        }
        (Source::Presented { anchors }, _) => {
            path::check_leaf(chain.leaf(), host, request.now)?;
            let search = Search { chain, set, blocked: &policy.blocked, links: &policy.links, now: request.now };
            let found = match anchors {
                None => path::search_pinned(search),
                Some(anchors) => path::search_anchored(search, anchors).map_err(|problem| {
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

/// Step 7 on one path, leaf first: the first certificate that an unexpired pin in its role names.
pub(crate) fn match_pins<'p, 'c: 'p>(
    set: &PinSet,
    path: impl Iterator<Item = (Option<usize>, &'p Certificate<'c>)>,
    now: Time,
) -> Result<Match, Miss> {
    match set.matching {
        Matching::Any => match_any(set, path, now),
        Matching::LeafAndCa => match_leaf_and_ca(set, path, now),
    }
}

fn match_any<'p, 'c: 'p>(
    set: &PinSet,
    path: impl Iterator<Item = (Option<usize>, &'p Certificate<'c>)>,
    now: Time,
) -> Result<Match, Miss> {
    let mut miss = Miss::Mismatch;
    for hit in hits(set, path) {
        match (hit.pin.role.fits(hit.matched.role), hit.pin.is_expired(now)) {
            (true, false) => return Ok(hit.matched),
            (true, true) => miss = miss.max(Miss::Expired),
            (false, _) => miss = miss.max(Miss::Role),
        }
    }
    Err(miss)
}

/// Apple's rule: a `leaf` pin on the leaf and a `ca` pin on another certificate; pins for any place do not count.
fn match_leaf_and_ca<'p, 'c: 'p>(
    set: &PinSet,
    path: impl Iterator<Item = (Option<usize>, &'p Certificate<'c>)>,
    now: Time,
) -> Result<Match, Miss> {
    /// What is known of one of the two places.
    enum Place {
        Empty,
        Expired,
        Held(Match),
    }
    let (mut leaf, mut ca) = (Place::Empty, Place::Empty);
    let mut miss = Miss::Mismatch;
    for hit in hits(set, path) {
        let place = match (hit.pin.role, hit.matched.role) {
            (PinRole::Leaf, Role::Leaf) => &mut leaf,
            (PinRole::Ca, Role::Ca) => &mut ca,
            (PinRole::Any, _) => continue,
            (PinRole::Leaf, Role::Ca) | (PinRole::Ca, Role::Leaf) => {
                miss = Miss::Role;
                continue;
            }
        };
        match (&place, hit.pin.is_expired(now)) {
            (Place::Held(_), _) | (Place::Expired, true) => {}
            (Place::Empty, true) => *place = Place::Expired,
            (Place::Empty | Place::Expired, false) => *place = Place::Held(hit.matched),
        }
    }
    match (leaf, ca) {
        (Place::Held(matched), Place::Held(_)) => Ok(matched),
        (Place::Empty, _) | (_, Place::Empty) => Err(miss),
        (Place::Expired, _) | (_, Place::Expired) => Err(Miss::Expired),
    }
}

/// A pin that names a certificate of the path, wherever it may count.
struct Hit<'s> {
    pin: &'s RulePin,
    matched: Match,
}

/// Every pair of certificate and pin, by certificate. A copy of the leaf further up is no CA, and passed over.
fn hits<'s, 'p, 'c: 'p>(
    set: &'s PinSet,
    path: impl Iterator<Item = (Option<usize>, &'p Certificate<'c>)>,
) -> impl Iterator<Item = Hit<'s>> {
    let mut leaf: Option<&'p Certificate<'c>> = None;
    path.filter_map(move |(index, certificate)| match leaf {
        None => {
            leaf = Some(certificate);
            Some((index, certificate, Role::Leaf))
        }
        Some(leaf) => (leaf.der() != certificate.der()).then_some((index, certificate, Role::Ca)),
    })
    .flat_map(move |(index, certificate, role)| {
        set.pins.iter().enumerate().filter(move |(_, pin)| certificate.matches(&pin.pin)).map(move |(pin_index, pin)| Hit {
            pin,
            matched: Match { pin: pin_index, certificate: index, role, backup: pin.backup },
        })
    })
}

impl PinRole {
    fn fits(self, role: Role) -> bool {
        match (self, role) {
            (Self::Any, _) | (Self::Ca, Role::Ca) | (Self::Leaf, Role::Leaf) => true,
            (Self::Ca, Role::Leaf) | (Self::Leaf, Role::Ca) => false,
        }
    }
}
