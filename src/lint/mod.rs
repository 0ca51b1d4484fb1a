//! Findings: what is valid in a policy and yet a risk. Each has a stable code and says what to do.

mod finding;
mod problem;

use crate::host::Host;
use crate::pin::Pin;
use crate::policy::{Matching, Mode, PinRole, PinSet, Policy, PolicyExpiry, Requirement, Rule, Subdomains, Unlisted};
use crate::time::{DAY, Time};
use crate::x509::{AltName, Certificate, Chain, Validity};
use problem::Problem;

pub use finding::{Finding, Severity};
#[cfg(feature = "schema")]
pub(crate) use problem::Problem as FindingProblem;

/// What a policy is checked with.
pub struct Surroundings<'a> {
    /// The time at which expiries are checked.
    pub now: Time,
    /// A chain that is served today for some host of the policy.
    pub chain: Option<&'a Chain<'a>>,
    /// Whether a name is a public suffix; without it, only single labels are found.
    pub is_public_suffix: Option<&'a dyn Fn(&str) -> bool>,
    /// Where this app fetches its policy updates.
    pub update_address: Option<&'a str>,
}

/// Days before an expiry from which on it is a finding: two app store reviews and a staged roll-out.
const EXPIRES_SOON_DAYS: i64 = 30;
/// Days after which an expiry is so late that nobody acts on it; pin lists of browsers lapse after 70 days.
const EXPIRES_LATE_DAYS: i64 = 366;
/// Certificates that last at most this many days are renewed automatically (CA/Browser Forum SC-081: 100 days from March 2027 on).
const SHORT_LIVED_DAYS: i64 = 100;

/// Organisations that issue from sets of intermediates which they replace without notice:
/// Let's Encrypt (announcement of 2024-03-19), Google Trust Services (FAQ), Amazon (dynamic intermediates, 2022), ZeroSSL.
const ROTATING_ISSUERS: [&str; 4] = ["O=Let's Encrypt", "O=Google Trust Services", "O=Amazon", "O=ZeroSSL"];

impl Policy {
    /// Everything that is valid and yet unwise, rule by rule.
    pub fn lint(&self, surroundings: &Surroundings<'_>) -> Vec<Finding> {
        let mut findings = Findings { rule: None, list: Vec::new() };
        check_expiry("the policy", self.expires, surroundings.now, &mut findings);
        self.check_update_address(surroundings.update_address, &mut findings);
        if !self.blocked.is_empty() && self.lets_pass_without_pins() {
            findings.push(Problem::BlockedWithoutPins);
        }
        for rule in self.rules() {
            findings.rule = Some(rule.host.to_string());
            check_reach(rule, surroundings, &mut findings);
            match &rule.requirement {
                Requirement::Exempt => {
                    // Where unlisted hosts are refused, an exemption is how one is let pass.
                    if self.unlisted == Unlisted::Allow && self.parent_of(rule).is_none() {
                        findings.push(Problem::ExemptWithoutParent);
                    }
                }
                Requirement::Pinned(set) => self.check_pins(rule, set, surroundings, &mut findings),
            }
        }
        findings.list
    }

    fn lets_pass_without_pins(&self) -> bool {
        let is_exempt = |rule: &Rule| matches!(rule.requirement, Requirement::Exempt);
        self.unlisted == Unlisted::Allow || self.rules().iter().any(is_exempt)
    }

    fn check_pins(&self, rule: &Rule, set: &PinSet, surroundings: &Surroundings<'_>, findings: &mut Findings) {
        check_backup(set, findings);
        check_expiries(self, set, surroundings.now, findings);
        let parent = self.parent_of(rule).filter(|parent| pins_of(parent).is_some_and(|other| other != pins(set)));
        if let Some(parent) = parent {
            findings.push(Problem::OverlappingRules { parent: parent.host.to_string() });
        }
        self.check_reports(set, findings);
        if let Some(chain) = surroundings.chain.filter(|chain| self.decides_for(rule, chain.leaf())) {
            check_against_chain(set, chain, self.expires, findings);
        }
    }

    fn check_reports(&self, set: &PinSet, findings: &mut Findings) {
        if set.mode == Mode::Report && set.report_to.is_empty() {
            findings.push(Problem::ReportWithoutAddress);
        }
        for address in &set.report_to {
            match https_host(address) {
                None => findings.push(Problem::ReportNotHttps { address: address.clone() }),
                Some(host) if self.pinned_rule_for(&host).is_some() => {
                    findings.push(Problem::ReportToPinnedHost { address: address.clone() })
                }
                Some(_) => {}
            }
        }
    }

    fn check_update_address(&self, address: Option<&str>, findings: &mut Findings) {
        let rule = address.and_then(https_host).and_then(|host| self.pinned_rule_for(&host));
        if let (Some(address), Some(rule)) = (address, rule) {
            findings.rule = Some(rule.host.to_string());
            findings.push(Problem::UpdateFromPinnedHost { address: address.to_owned() });
        }
    }

    fn pinned_rule_for(&self, host: &Host) -> Option<&Rule> {
        self.rule_for(host).map(|(_, rule)| rule).filter(|rule| matches!(rule.requirement, Requirement::Pinned(_)))
    }

    /// The rule that would decide if this one were not there.
    fn parent_of(&self, rule: &Rule) -> Option<&Rule> {
        self.ancestor_rule(&rule.host).map(|(_, parent)| parent)
    }

    /// Is the chain served for a host that `rule` decides for?
    fn decides_for(&self, rule: &Rule, leaf: &Certificate<'_>) -> bool {
        leaf.alt_names().any(|name| match name {
            AltName::Ip(_) => name.covers(&rule.host),
            AltName::Dns(pattern) => {
                let named = core::str::from_utf8(pattern).ok().map(|pattern| pattern.replacen('*', "any", 1));
                let decides = named.and_then(|name| Host::parse(&name).ok()).and_then(|host| self.rule_for(&host));
                name.covers(&rule.host) || decides.is_some_and(|(_, decides)| decides.host == rule.host)
            }
        })
    }
}

/// Findings so far, and the rule that is being looked at.
struct Findings {
    rule: Option<String>,
    list: Vec<Finding>,
}

impl Findings {
    fn push(&mut self, problem: Problem) {
        self.list.push(Finding {
            code: problem.code(),
            severity: problem.severity(),
            rule: self.rule.clone(),
            message: problem.message(),
        });
    }
}

fn check_reach(rule: &Rule, surroundings: &Surroundings<'_>, findings: &mut Findings) {
    let Host::Dns(name) = &rule.host else {
        return;
    };
    if rule.subdomains == Subdomains::None {
        return;
    }
    if surroundings.is_public_suffix.is_some_and(|is_public_suffix| is_public_suffix(name)) {
        findings.push(Problem::PublicSuffix);
    } else if !name.contains('.') {
        findings.push(Problem::SingleLabel);
    }
}

fn check_backup(set: &PinSet, findings: &mut Findings) {
    for (index, pin) in set.pins.iter().enumerate() {
        if set.pins.iter().take(index).any(|earlier| earlier.pin == pin.pin && earlier.role == pin.role) {
            findings.push(Problem::DuplicatePin { pin: pin.pin });
        }
    }
    if pins(set).len() == 1 {
        findings.push(Problem::SinglePin);
    }
    if !set.pins.iter().any(|pin| pin.backup) {
        findings.push(Problem::NoBackupPin);
    }
}

fn check_expiries(policy: &Policy, set: &PinSet, now: Time, findings: &mut Findings) {
    check_expiry("the rule", set.expires, now, findings);
    for pin in &set.pins {
        check_expiry("a pin of the rule", pin.expires, now, findings);
    }
    // A policy's expiry ends nothing unless it denies.
    let policy_ends = policy.expires.is_some() && policy.on_expiry == PolicyExpiry::Deny;
    let ends = set.expires.is_some() || policy_ends || set.pins.iter().all(|pin| pin.expires.is_some());
    if !ends {
        findings.push(Problem::NoExpiry);
    }
}

fn check_expiry(what: &'static str, expires: Option<Time>, now: Time, findings: &mut Findings) {
    let Some(expires) = expires else {
        return;
    };
    if now >= expires {
        findings.push(Problem::Expired { what, expires });
    } else if now.plus(EXPIRES_SOON_DAYS * DAY) >= expires {
        findings.push(Problem::ExpiresSoon { what, expires });
    } else if now.plus(EXPIRES_LATE_DAYS * DAY) < expires {
        findings.push(Problem::ExpiresLate { what, expires });
    }
}

/// What only a served chain can tell. The chain is taken as given: it is the author's own.
fn check_against_chain(set: &PinSet, chain: &Chain<'_>, policy_expires: Option<Time>, findings: &mut Findings) {
    let is_pinned = |certificate: &Certificate<'_>| set.pins.iter().any(|pin| certificate.matches(&pin.pin));
    if set.pins.iter().all(|pin| chain.certificates().any(|certificate| certificate.matches(&pin.pin))) {
        findings.push(Problem::NoTrueBackup);
    }
    for certificate in chain.certificates().skip(1).filter(|certificate| is_pinned(certificate)) {
        let subject = certificate.subject_name();
        // A comma inside a name is escaped, and ends no RDN.
        let unescaped = subject.replace("\\,", " ");
        let rotates = unescaped.split(',').any(|rdn| ROTATING_ISSUERS.iter().any(|issuer| rdn.starts_with(issuer)));
        if rotates && certificate.subject() != certificate.issuer() {
            findings.push(Problem::RotatingIntermediate { pin: certificate.key_pin(), subject });
        }
    }
    for pin in &set.pins {
        let ends = [pin.expires, set.expires, policy_expires].into_iter().flatten().min();
        let pinned = chain.certificates().find(|certificate| certificate.matches(&pin.pin));
        match (ends, pinned.and_then(|pinned| pinned.validity().ok())) {
            (Some(expires), Some(Validity { not_after, .. })) if expires > not_after => {
                findings.push(Problem::ExpiresAfterCertificate { pin: pin.pin, expires, not_after });
            }
            _ => {}
        }
    }
    let only_leaf = is_pinned(chain.leaf()) && !chain.certificates().skip(1).any(is_pinned);
    let could_match_ca = set.matching == Matching::LeafAndCa || set.pins.iter().any(|pin| pin.role == PinRole::Ca);
    if let (true, false, Ok(validity)) = (only_leaf, could_match_ca, chain.leaf().validity()) {
        let days = (validity.not_after.as_millis() - validity.not_before.as_millis()) / DAY + 1;
        if days <= SHORT_LIVED_DAYS {
            findings.push(Problem::LeafOnlyShortLived { days });
        }
    }
}

/// The distinct pins of a set, in order.
fn pins(set: &PinSet) -> Vec<Pin> {
    let mut pins: Vec<Pin> = set.pins.iter().map(|pin| pin.pin).collect();
    pins.sort_unstable();
    pins.dedup();
    pins
}

fn pins_of(rule: &Rule) -> Option<Vec<Pin>> {
    match &rule.requirement {
        Requirement::Exempt => None,
        Requirement::Pinned(set) => Some(pins(set)),
    }
}

/// The host of an https address; `None` for anything else.
fn https_host(address: &str) -> Option<Host> {
    let rest = address.get(..8).filter(|scheme| scheme.eq_ignore_ascii_case("https://")).and_then(|_| address.get(8..))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let name = match host.strip_prefix('[') {
        Some(literal) => literal.split_once(']')?.0,
        None => host.split(':').next()?,
    };
    Host::parse(name).ok()
}
