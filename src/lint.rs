//! Findings: what in a valid policy will hurt one day. Each has a stable code and says what to do.

use serde::Serialize;

use crate::cert::{Certificate, Validity};
use crate::chain::Chain;
use crate::host::{AltName, Host};
use crate::inspect::subject;
use crate::pin::Pin;
use crate::policy::{Matching, Mode, PinRole, PinSet, Policy, PolicyExpiry, Requirement, Rule, Subdomains, Unlisted};
use crate::printable::Printable;
use crate::time::{DAY, Time};

/// What a policy is looked at with.
pub struct Surroundings<'a> {
    /// The time from which expiries are judged.
    pub now: Time,
    /// A chain that is served today for some host of the policy.
    pub chain: Option<&'a Chain<'a>>,
    /// Whether a name is a public suffix; without it only single labels are told.
    pub is_public_suffix: Option<&'a dyn Fn(&str) -> bool>,
    /// Where this app fetches its policy updates.
    pub update_address: Option<&'a str>,
}

/// One finding.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Finding {
    /// Stable.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The host of the rule; absent for the policy as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What it is and what to do.
    pub message: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Users may be locked out, or less protected than it seems.
    Warning,
    /// The policy does not do what it says.
    Error,
}

/// What is found; the code of each is stable.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Problem {
    /// The policy blocks keys, and some hosts pass without pins.
    ///
    /// Why: For those, a server can hide a blocked CA behind a certificate of the same name, or not send a blocked root. Where your app
    /// gives `anchors`, as `chainpin/node` does, or the platform validates the chain, it is found all the same.
    ///
    /// Do: Give `anchors` with every `presented` chain, or pin those hosts, or set `unlisted` to `"deny"`.
    BlockedWithoutPins,
    /// A pin stands more than once in a rule.
    ///
    /// Why: It was copied, or both `pins` and `backupPins` have it. It is one key all the same, and no backup of itself.
    ///
    /// Do: Keep one of them.
    DuplicatePin { pin: Pin },
    /// An exemption from no rule.
    ///
    /// Why: No other rule with `subdomains` reaches this host.
    ///
    /// Do: Remove it, or add the parent's rule.
    ExemptWithoutParent,
    /// The policy, a rule or a pin has expired.
    ///
    /// Why: Its `expires` is over. An expired rule lets mismatches pass, unless its `onExpiry` says otherwise.
    ///
    /// Do: Publish a policy with current pins and a later date.
    Expired { what: &'static str, expires: Time },
    /// A pin counts longer than its certificate. Needs `chain`.
    ///
    /// Why: The date was not taken from the certificate. That is right where the key is kept at renewal.
    ///
    /// Do: Let the pin expire with the certificate, unless the key is kept.
    ExpiresAfterCertificate { pin: Pin, expires: Time, not_after: Time },
    /// An expiry is more than a year away.
    ///
    /// Why: Keys change sooner, so nobody looks at the policy before it hurts.
    ///
    /// Do: Choose a date that makes somebody look.
    ExpiresLate { what: &'static str, expires: Time },
    /// An expiry is within 30 days.
    ///
    /// Why: Reviews of app stores and staged roll-outs take weeks.
    ///
    /// Do: Publish the successor now.
    ExpiresSoon { what: &'static str, expires: Time },
    /// Only a leaf is pinned, and its certificate lasts 100 days or less. Needs `chain`.
    ///
    /// Why: Machines renew such certificates, and most of them make a new key each time, by default.
    ///
    /// Do: Keep the key at renewal, pin your own CA, or publish the next key as a backup pin in time.
    LeafOnlyShortLived { days: i64 },
    /// `backupPins` is empty.
    ///
    /// Why: When the key is lost or stolen, no other key opens the way to your users.
    ///
    /// Do: Make a second key, keep it offline, and pin it.
    NoBackupPin,
    /// Neither the rule nor the policy nor every pin expires.
    ///
    /// Why: A copy of the app that nobody updates enforces these pins for ever.
    ///
    /// Do: Set the rule's `expires`.
    NoExpiry,
    /// Every pin is in the chain that is served today. Needs `chain`.
    ///
    /// Why: The backup was taken from the chain itself, as an intermediate. It is lost together with the rest.
    ///
    /// Do: Pin a key that is not in use yet.
    NoTrueBackup,
    /// A parent's rule reaches this host too, and has other pins.
    ///
    /// Why: Here the nearer rule decides alone. OkHttp unites them and accepts both.
    ///
    /// Do: Give both rules the same pins where you use OkHttp.
    OverlappingRules { parent: String },
    /// `subdomains` on a name like `co.uk`. Needs `isPublicSuffix`, which the command and the page have.
    ///
    /// Why: Below such a name are the hosts of strangers.
    ///
    /// Do: Name your own domain.
    PublicSuffix,
    /// A report address that is not https.
    ///
    /// Why: Reports are not sent in the clear.
    ///
    /// Do: Use an https address.
    ReportNotHttps { address: String },
    /// A report address is on a host that the policy pins.
    ///
    /// Why: When its pins fail, the report of that cannot arrive.
    ///
    /// Do: Use another host.
    ReportToPinnedHost { address: String },
    /// Mode `report` without `reportTo`.
    ///
    /// Why: Every mismatch passes, and nobody is told. (A reporter with an address of its own still tells.)
    ///
    /// Do: Add an address, or enforce.
    ReportWithoutAddress,
    /// A pin of a public intermediate that its CA replaces without notice. Needs `chain`.
    ///
    /// Why: Let's Encrypt, Google Trust Services, Amazon and ZeroSSL issue from sets of intermediates, and change them when they
    /// like.
    ///
    /// Do: Pin your own key, or the root with a backup at another CA.
    RotatingIntermediate { pin: Pin, subject: String },
    /// `subdomains` on a name without a dot.
    ///
    /// Why: It reaches every name below, as all of `.com`.
    ///
    /// Do: Name a domain of your own.
    SingleLabel,
    /// Only one key is pinned.
    ///
    /// Why: When it is lost or must change, every user is locked out.
    ///
    /// Do: Pin a second key in `backupPins`.
    SinglePin,
    /// Updates come from a host that the policy pins. Needs `updateUrl`; `store.findings` has it.
    ///
    /// Why: They stop just when they are needed: when its pins no longer match.
    ///
    /// Do: Fetch updates from another host.
    UpdateFromPinnedHost { address: String },
}

impl Problem {
    fn code(&self) -> &'static str {
        match self {
            Self::BlockedWithoutPins => "blocked-without-pins",
            Self::DuplicatePin { .. } => "duplicate-pin",
            Self::ExemptWithoutParent => "exempt-without-parent",
            Self::Expired { .. } => "expired",
            Self::ExpiresAfterCertificate { .. } => "expires-after-certificate",
            Self::ExpiresLate { .. } => "expires-late",
            Self::ExpiresSoon { .. } => "expires-soon",
            Self::LeafOnlyShortLived { .. } => "leaf-only-short-lived",
            Self::NoBackupPin => "no-backup-pin",
            Self::NoExpiry => "no-expiry",
            Self::NoTrueBackup => "no-true-backup",
            Self::OverlappingRules { .. } => "overlapping-rules",
            Self::PublicSuffix => "public-suffix",
            Self::ReportNotHttps { .. } => "report-not-https",
            Self::ReportToPinnedHost { .. } => "report-to-pinned-host",
            Self::ReportWithoutAddress => "report-without-address",
            Self::RotatingIntermediate { .. } => "rotating-intermediate",
            Self::SingleLabel => "single-label",
            Self::SinglePin => "single-pin",
            Self::UpdateFromPinnedHost { .. } => "update-from-pinned-host",
        }
    }

    fn severity(&self) -> Severity {
        match self {
            Self::ExemptWithoutParent | Self::Expired { .. } | Self::PublicSuffix | Self::ReportNotHttps { .. } => {
                Severity::Error
            }
            Self::ExpiresSoon { .. }
            | Self::LeafOnlyShortLived { .. }
            | Self::NoBackupPin
            | Self::NoTrueBackup
            | Self::OverlappingRules { .. }
            | Self::ReportToPinnedHost { .. }
            | Self::ReportWithoutAddress
            | Self::RotatingIntermediate { .. }
            | Self::SingleLabel
            | Self::SinglePin
            | Self::UpdateFromPinnedHost { .. } => Severity::Warning,
            Self::BlockedWithoutPins
            | Self::DuplicatePin { .. }
            | Self::ExpiresAfterCertificate { .. }
            | Self::ExpiresLate { .. }
            | Self::NoExpiry => Severity::Info,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::BlockedWithoutPins => {
                "some hosts pass without pins, where a server can hide a blocked CA in a chain that nobody has validated; give `anchors` with every presented chain, or pin those hosts".into()
            }
            Self::DuplicatePin { pin } => format!("{pin} stands here more than once; keep one"),
            Self::ExemptWithoutParent => {
                "no other rule reaches this host, so the exemption exempts it from nothing; remove it, or add the parent's rule"
                    .into()
            }
            Self::Expired { what, expires } => {
                format!("{what} expired at {expires}; publish a policy with current pins and a later date")
            }
            Self::ExpiresAfterCertificate { pin, expires, not_after } => {
                format!(
                    "{pin} counts until {expires}, but its certificate ends at {not_after}; let it expire with the certificate, unless the key is kept"
                )
            }
            Self::ExpiresLate { what, expires } => {
                format!(
                    "{what} expires at {expires}, more than a year from now; keys change sooner, so choose a date that makes somebody look"
                )
            }
            Self::ExpiresSoon { what, expires } => {
                format!("{what} expires at {expires}, within {EXPIRES_SOON_DAYS} days; publish its successor now")
            }
            Self::LeafOnlyShortLived { days } => {
                format!(
                    "only the leaf is pinned, and its certificate lasts {days} days; reuse the key at renewal, pin your own CA, or publish the next key as a backup pin in time"
                )
            }
            Self::NoBackupPin => {
                "no backup pin; make a second key, keep it offline, and pin it in `backupPins`, or a lost key locks users out"
                    .into()
            }
            Self::NoExpiry => {
                "no expiry on the rule, its pins or the policy, so an app that is never updated enforces these pins for ever; set `expires`".into()
            }
            Self::NoTrueBackup => {
                "every pin is in the chain that is served today, so none is a backup; pin a key that is not in use yet".into()
            }
            Self::OverlappingRules { parent } => {
                format!(
                    "the rule of `{parent}` reaches this host too, with other pins; here the nearer rule alone decides, but OkHttp accepts the pins of both, so give both rules the same pins where you use it"
                )
            }
            Self::PublicSuffix => "`subdomains` on a public suffix pins hosts of strangers; name your own domain".into(),
            Self::ReportNotHttps { address } => format!("reports to `{}` are not sent; use an https address", Printable(address)),
            Self::ReportToPinnedHost { address } => {
                format!(
                    "`{}` is on a host that this policy pins, so a report of its own failure cannot arrive; use another host",
                    Printable(address)
                )
            }
            Self::ReportWithoutAddress => {
                "mode `report` lets every mismatch pass, and `reportTo` names nobody to tell; add an address, or set mode `enforce`".into()
            }
            Self::RotatingIntermediate { pin, subject } => {
                format!(
                    "{pin} is the key of {subject}, which its CA replaces without notice; pin a key of your own, or the root with a backup at another CA"
                )
            }
            Self::SingleLabel => "`subdomains` on a single label reaches every name below it; name a domain of your own".into(),
            Self::SinglePin => "only one key is pinned; when it is lost or must change, every user is locked out: pin a second key in `backupPins`".into(),
            Self::UpdateFromPinnedHost { address } => {
                format!(
                    "updates come from `{}`, which this policy pins, so they fail when its pins do; use another host",
                    Printable(address)
                )
            }
        }
    }
}

/// Days before an expiry from which on it is a finding: two app store reviews and a staged roll-out.
const EXPIRES_SOON_DAYS: i64 = 30;
/// Days after which an expiry no longer makes anybody look; pin lists of browsers lapse after 70 days.
const EXPIRES_LATE_DAYS: i64 = 366;
/// Certificates that last at most so many days are renewed by machines (CA/Browser Forum SC-081: 100 days from March 2027 on).
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
            AltName::Ip(_) => rule.host.is_covered_by(&name),
            AltName::Dns(pattern) => {
                let named = core::str::from_utf8(pattern).ok().map(|pattern| pattern.replacen('*', "any", 1));
                let decides = named.and_then(|name| Host::parse(&name).ok()).and_then(|host| self.rule_for(&host));
                rule.host.is_covered_by(&name) || decides.is_some_and(|(_, decides)| decides.host == rule.host)
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
        let subject = subject(certificate);
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
