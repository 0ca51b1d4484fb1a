//! A policy with its cache of verified signatures: what judges the connections of an app.

use super::decide::decide;
use super::request::Request;
use super::verdict::{Outcome, Verdict};
use crate::host::Host;
use crate::path::SignatureCache;
use crate::policy::Policy;

/// Judges connections by one policy, and remembers the signatures that it has verified.
#[derive(Debug)]
pub struct Verifier {
    policy: Policy,
    pub(crate) cache: SignatureCache,
}

impl Verifier {
    /// A verifier with an empty cache. What it remembers ends with it.
    pub fn new(policy: Policy) -> Self {
        Self { policy, cache: SignatureCache::default() }
    }

    /// The policy that it judges by.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Judges one connection.
    pub fn verify<'a>(&'a self, request: Request<'a>) -> Verdict<'a> {
        let host = Host::parse(request.host);
        let rule = host.as_ref().ok().and_then(|host| self.policy.rule_for(host));
        let mut trail = None;
        let decided = decide(&self.policy, &self.cache, &host, rule.map(|(_, rule)| rule), &request, &mut trail);
        Verdict { policy: &self.policy, request, host, rule, trail, outcome: decided.unwrap_or_else(Outcome::Rejected) }
    }
}
