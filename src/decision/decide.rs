//! The decision: `(policy, host, chain, time) -> verdict`.

use super::reason::Refusal;
use super::request::{Anchor, Request, Source};
use super::verdict::Outcome;
use crate::host::{Host, HostError};
use crate::matching::{Match, Miss, match_pins};
use crate::path::{NoWayAround, PathProblem, Presented, SignatureCache, Trail};
use crate::policy::{Mode, PinSet, Policy, PolicyExpiry, Requirement, Rule, RuleExpiry, Unlisted, UserAnchors};
use crate::time::Time;
use crate::x509::Certificate;

/// The steps in the order of the specification; an `Err` is a rejection that no mode or expiry softens.
pub(super) fn decide(
    policy: &Policy,
    cache: &SignatureCache,
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
    let presented = Presented { chain, blocked: &policy.blocked, cache, now: request.now };
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
            check_leaf(chain.leaf(), host, request.now)?;
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

/// What TLS would check of a leaf: validity, name, purpose; the first that fails says most.
fn check_leaf(leaf: &Certificate<'_>, host: &Host, now: Time) -> Result<(), Refusal> {
    let validity = leaf.validity().map_err(|_| Refusal::PathInvalid(PathProblem::LeafValidityUnreadable))?;
    if validity.is_over(now) {
        return Err(Refusal::CertificateExpired { not_after: validity.not_after });
    }
    if now < validity.not_before {
        return Err(Refusal::CertificateNotYetValid { not_before: validity.not_before });
    }
    if !leaf.alt_names().any(|name| name.covers(host)) {
        return Err(Refusal::HostnameMismatch);
    }
    if !leaf.extensions().is_for_servers() {
        return Err(Refusal::PathInvalid(PathProblem::LeafNotForServers));
    }
    Ok(())
}

/// Step 3 for hosts without pins: in a presented chain, only its signature shows that a certificate hides a blocked one.
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
