//! A valid policy: its rules, and which one decides for a host.

use super::blocked::Blocked;
use crate::host::Host;
use crate::index::Index;
use crate::pin::Pin;
use crate::time::Time;
use crate::x509::Chain;

/// A valid policy, ready to decide.
#[derive(Debug)]
pub struct Policy {
    pub(crate) id: String,
    pub(crate) sequence: u64,
    /// Bundles are checked by it.
    pub(crate) issued_at: Option<Time>,
    pub(crate) expires: Option<Time>,
    pub(crate) on_expiry: PolicyExpiry,
    pub(crate) unlisted: Unlisted,
    pub(crate) blocked: Blocked,
    pub(super) rules: Vec<Rule>,
    /// Canonical hosts; a name and an address are never the same text.
    pub(super) by_host: Index,
}

impl Policy {
    /// The rule that decides for a host: its own, else that of the longest ancestor whose `subdomains` reaches it.
    /// The cost depends on the number of labels, not of rules.
    pub(crate) fn rule_for(&self, host: &Host) -> Option<(usize, &Rule)> {
        let name = match host {
            Host::Ip(address) => return self.rule_at(&address.to_string()),
            Host::Dns(name) => name,
        };
        self.rule_at(name).or_else(|| self.ancestor_rule(host))
    }

    /// The rule of the longest ancestor that reaches a name.
    pub(crate) fn ancestor_rule(&self, host: &Host) -> Option<(usize, &Rule)> {
        let Host::Dns(name) = host else {
            return None;
        };
        let ancestors = name.match_indices('.').filter_map(|(dot, _)| name.get(dot + 1..));
        ancestors.enumerate().find_map(|(labels_between, ancestor)| {
            let (index, rule) = self.rule_at(ancestor)?;
            let reaches = match rule.subdomains {
                Subdomains::Any => true,
                Subdomains::None => false,
                Subdomains::One => labels_between == 0,
            };
            reaches.then_some((index, rule))
        })
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub(crate) fn is_expired(&self, now: Time) -> bool {
        is_expired(self.expires, now)
    }

    /// The first certificate whose key is blocked.
    pub(crate) fn blocked_in(&self, chain: &Chain<'_>) -> Option<(usize, Pin)> {
        chain.certificates().enumerate().find_map(|(index, certificate)| Some((index, self.blocked.pin_of(certificate)?)))
    }

    fn rule_at(&self, host: &str) -> Option<(usize, &Rule)> {
        let index = self.by_host.places(host.as_bytes()).next()?;
        self.rules.get(index).map(|rule| (index, rule))
    }
}

/// What happens to hosts with a rule once the policy has expired.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum PolicyExpiry {
    Deny,
    Enforce,
}

/// What happens to hosts without a rule.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Unlisted {
    Allow,
    Deny,
}

/// One rule of a policy.
#[derive(Debug)]
pub(crate) struct Rule {
    pub host: Host,
    pub subdomains: Subdomains,
    pub requirement: Requirement,
}

/// Which names below a rule's host the rule reaches.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Subdomains {
    Any,
    None,
    One,
}

/// What a rule asks of a connection.
#[derive(Debug)]
pub(crate) enum Requirement {
    Exempt,
    Pinned(PinSet),
}

/// The pins of a rule and how they count.
#[derive(Debug)]
pub(crate) struct PinSet {
    /// Primary pins first, then backup pins, in the policy's order.
    pub pins: Vec<RulePin>,
    pub matching: Matching,
    pub mode: Mode,
    pub expires: Option<Time>,
    pub on_expiry: RuleExpiry,
    pub user_anchors: UserAnchors,
    pub report_to: Vec<String>,
}

/// Which pins of a set must match.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Matching {
    Any,
    LeafAndCa,
}

/// Whether a mismatch refuses the connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mode {
    Enforce,
    Report,
}

/// What happens once a rule has expired.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum RuleExpiry {
    Deny,
    Enforce,
    Report,
}

/// Whether a validated path to a CA that the user installed is pin-checked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum UserAnchors {
    Allow,
    Enforce,
}

/// One pin of a rule.
#[derive(Debug)]
pub(crate) struct RulePin {
    pub pin: Pin,
    pub role: PinRole,
    pub backup: bool,
    pub label: Option<Box<str>>,
    pub expires: Option<Time>,
}

/// Where on the path a pin may match.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum PinRole {
    Any,
    Ca,
    Leaf,
}

impl RulePin {
    pub fn is_expired(&self, now: Time) -> bool {
        is_expired(self.expires, now)
    }
}

impl PinSet {
    pub fn is_expired(&self, now: Time) -> bool {
        is_expired(self.expires, now)
    }
}

/// Pins, rules and policies alike: expired from the very instant on.
fn is_expired(expires: Option<Time>, now: Time) -> bool {
    expires.is_some_and(|expires| now >= expires)
}
