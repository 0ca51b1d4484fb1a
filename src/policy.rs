//! A policy: parsed once from its JSON text into a form in which every rule is valid and quickly found.

mod blocked;
mod json;
mod place;
#[cfg(feature = "schema")]
mod schema;

use core::fmt;

use crate::chain::Chain;
use crate::host::{Host, HostError};
use crate::index::Index;
use crate::limits::{POLICY_BYTES, POLICY_ID_BYTES, POLICY_RULES, RULE_PINS};
use crate::links::Links;
use crate::pin::{Pin, PinError};
use crate::printable::Printable;
use crate::time::Time;

pub(crate) use blocked::Blocked;
#[cfg(feature = "schema")]
pub use schema::policy_schema;

/// A valid policy, ready to decide.
#[derive(Debug)]
pub struct Policy {
    pub(crate) id: String,
    pub(crate) sequence: u64,
    /// Bundles are judged by it.
    pub(crate) issued_at: Option<Time>,
    pub(crate) expires: Option<Time>,
    pub(crate) on_expiry: PolicyExpiry,
    pub(crate) unlisted: Unlisted,
    pub(crate) blocked: Blocked,
    /// Signatures that were verified for this policy: what is remembered ends with it.
    pub(crate) links: Links,
    rules: Vec<Rule>,
    /// Canonical hosts; a name and an address are never written alike.
    by_host: Index,
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

impl Policy {
    /// Reads and checks a policy in JSON.
    ///
    /// # Errors
    /// [`PolicyError`], which names the rule and field. A policy is refused as a whole.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        if text.len() > POLICY_BYTES {
            return Err(PolicyError::new("", PolicyProblem::TextTooLarge { bytes: text.len() }));
        }
        Self::compile(json::Policy::parse(text)?)
    }

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

    fn compile(raw: json::Policy<'_>) -> Result<Self, PolicyError> {
        if raw.version != FORMAT_VERSION {
            return Err(PolicyError::new("version", PolicyProblem::Version { version: raw.version }));
        }
        let printable = raw.id.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        if !printable || !(1..=POLICY_ID_BYTES).contains(&raw.id.len()) {
            return Err(PolicyError::new("id", PolicyProblem::Id));
        }
        if !(1..=MAX_SEQUENCE).contains(&raw.sequence) {
            return Err(PolicyError::new("sequence", PolicyProblem::Sequence));
        }
        if raw.rules.len() > POLICY_RULES {
            return Err(PolicyError::new("rules", PolicyProblem::TooManyRules { rules: raw.rules.len() }));
        }
        let issued_at = parse_date(raw.issued_at.as_deref(), "issuedAt")?;
        let expires = parse_date(raw.expires.as_deref(), "expires")?;
        let blocked = Blocked::parse(&raw.blocked)?;
        let mut rules = Vec::with_capacity(raw.rules.len());
        let mut refused = None;
        for (index, rule) in raw.rules.into_iter().enumerate() {
            match Rule::compile(rule, &blocked) {
                Ok(rule) => rules.push(rule),
                Err(error) => {
                    refused = Some(error.within(&format!("rules[{index}]")));
                    break;
                }
            }
        }
        // A host that stands twice comes before a fault in a later rule.
        let by_host = Index::of(rules.iter().map(|rule| rule.host.to_string().into_bytes().into()));
        if let Some((first, second)) = by_host.first_twice() {
            let host = rules.get(second).map(|rule| rule.host.to_string()).unwrap_or_default();
            return Err(PolicyError::new(&format!("rules[{second}].host"), PolicyProblem::DuplicateHost { host, first }));
        }
        match refused {
            Some(error) => Err(error),
            None => Ok(Self {
                id: raw.id.into_owned(),
                sequence: raw.sequence,
                issued_at,
                expires,
                on_expiry: raw.on_expiry.map_or(PolicyExpiry::Enforce, Into::into),
                unlisted: raw.unlisted.map_or(Unlisted::Allow, Into::into),
                blocked,
                links: Links::default(),
                rules,
                by_host,
            }),
        }
    }
}

/// The format that this code reads.
const FORMAT_VERSION: u64 = 1;
/// The largest integer that every JSON implementation keeps exact, 2^53 - 1 (RFC 8259 section 6).
const MAX_SEQUENCE: u64 = (1 << 53) - 1;

impl Rule {
    fn compile(raw: json::Rule<'_>, blocked: &Blocked) -> Result<Self, PolicyError> {
        let host = Host::parse(&raw.host).map_err(|error| PolicyError::new("host", PolicyProblem::Host(error)))?;
        let subdomains = match raw.subdomains {
            None => Subdomains::None,
            Some(reach) => reach.into(),
        };
        if matches!(host, Host::Ip(_)) && subdomains != Subdomains::None {
            return Err(PolicyError::new("subdomains", PolicyProblem::SubdomainsOfAddress));
        }
        let requirement = match raw.exempt {
            Some(true) => match raw.field_beside_exempt() {
                Some(field) => return Err(PolicyError::new(field, PolicyProblem::ExemptWithField)),
                None => Requirement::Exempt,
            },
            Some(false) => return Err(PolicyError::new("exempt", PolicyProblem::ExemptFalse)),
            None => Requirement::Pinned(PinSet::compile(raw, blocked)?),
        };
        Ok(Self { host, subdomains, requirement })
    }
}

impl PinSet {
    fn compile(raw: json::Rule<'_>, blocked: &Blocked) -> Result<Self, PolicyError> {
        let Some(primary) = raw.pins else {
            return Err(PolicyError::new("pins", PolicyProblem::PinsMissing));
        };
        let backup = raw.backup_pins.unwrap_or_default();
        if primary.is_empty() {
            return Err(PolicyError::new("pins", PolicyProblem::PinsEmpty));
        }
        if primary.len() + backup.len() > RULE_PINS {
            return Err(PolicyError::new("pins", PolicyProblem::TooManyPins { pins: primary.len() + backup.len() }));
        }
        let mut pins = Vec::with_capacity(primary.len() + backup.len());
        for (field, list, is_backup) in [("pins", primary, false), ("backupPins", backup, true)] {
            for (index, raw) in list.into_iter().enumerate() {
                let pin =
                    RulePin::compile(raw, is_backup, blocked).map_err(|error| error.within(&format!("{field}[{index}]")))?;
                pins.push(pin);
            }
        }
        let matching = raw.matching.map_or(Matching::Any, Into::into);
        let has = |role| pins.iter().any(|pin: &RulePin| pin.role == role);
        if matching == Matching::LeafAndCa && !(has(PinRole::Leaf) && has(PinRole::Ca)) {
            return Err(PolicyError::new("match", PolicyProblem::RolesMissing));
        }
        Ok(Self {
            pins,
            matching,
            mode: raw.mode.map_or(Mode::Enforce, Into::into),
            expires: parse_date(raw.expires.as_deref(), "expires")?,
            on_expiry: raw.on_expiry.map_or(RuleExpiry::Report, Into::into),
            user_anchors: raw.user_anchors.map_or(UserAnchors::Enforce, Into::into),
            report_to: raw.report_to.unwrap_or_default(),
        })
    }
}

impl RulePin {
    fn compile(raw: json::Pin<'_>, backup: bool, blocked: &Blocked) -> Result<Self, PolicyError> {
        let pin = Pin::parse(&raw.pin).map_err(|error| PolicyError::new("", PolicyProblem::Pin(error)))?;
        if blocked.contains(&pin) {
            return Err(PolicyError::new("", PolicyProblem::PinBlocked));
        }
        Ok(Self {
            pin,
            role: raw.role.map_or(PinRole::Any, Into::into),
            backup,
            label: raw.label.map(|label| label.into()),
            expires: parse_date(raw.expires.as_deref(), "expires")?,
        })
    }
}

fn parse_date(text: Option<&str>, field: &str) -> Result<Option<Time>, PolicyError> {
    let read = |text| Time::parse_rfc3339(text).ok_or_else(|| PolicyError::new(field, PolicyProblem::Date));
    text.map(read).transpose()
}

/// Why a policy is refused, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PolicyError {
    /// Rule and field, as `rules[3].pins[0]`; empty for the policy as a whole.
    pub path: String,
    /// What is wrong there.
    pub problem: PolicyProblem,
}

impl PolicyError {
    fn new(path: &str, problem: PolicyProblem) -> Self {
        Self { path: path.to_owned(), problem }
    }

    /// The same, seen from one level above.
    fn within(mut self, outer: &str) -> Self {
        self.path = match self.path.as_str() {
            "" => outer.to_owned(),
            inner => format!("{outer}.{inner}"),
        };
        self
    }
}

/// What is wrong with a policy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PolicyProblem {
    /// A `cert-sha256/` pin in `blocked`.
    ///
    /// Do: Block the key. `chainpin pin CERTIFICATE` prints its pin, which starts with `sha256/`.
    BlockedCertificate,
    /// Not a date of RFC 3339 with a zone.
    ///
    /// Do: Write `2027-02-01T00:00:00Z`, or `2027-02-01` for midnight UTC.
    Date,
    /// Two rules for one host.
    ///
    /// Do: One rule decides for a host: put their pins together.
    DuplicateHost {
        /// The host, canonical.
        host: String,
        /// The index of the first rule for it.
        first: usize,
    },
    /// `exempt: false`.
    ///
    /// Do: Leave it out; the only value is `true`.
    ExemptFalse,
    /// `exempt` beside a field that it makes meaningless.
    ///
    /// Do: Leave only `host` and `subdomains` beside it.
    ExemptWithField,
    /// Neither a DNS name in ASCII nor an IP address.
    ///
    /// Do: Write the bare name, without scheme, port or `*`; Unicode names as `xn--…`.
    Host(HostError),
    /// `id` is not 1 to 128 printable ASCII characters.
    ///
    /// Do: Choose another, as `acme-mobile`.
    Id,
    /// Not a pin: SHA-1, hexadecimal, `sha256//`, base64url, a placeholder.
    ///
    /// Do: The message says what to write instead.
    Pin(PinError),
    /// A pin stands in a rule and in `blocked`.
    ///
    /// Do: Take it out of one of the two.
    PinBlocked,
    /// A rule with no pin in `pins`.
    ///
    /// Do: Pin a key that is in use; those in `backupPins` are not enough.
    PinsEmpty,
    /// A rule with neither `pins` nor `exempt`.
    ///
    /// Do: Give it `pins`, or `exempt: true`.
    PinsMissing,
    /// `leaf-and-ca` without a pin of each role.
    ///
    /// Do: Give one pin the role `leaf` and one the role `ca`.
    RolesMissing,
    /// `sequence` is not an integer from 1 to 2^53 - 1.
    ///
    /// Do: Begin with 1, and add 1 at each change.
    Sequence,
    /// An unknown, missing or repeated field, or a value of the wrong type.
    ///
    /// Do: Correct the field at `path`; it may be misspelt.
    Shape(String),
    /// `subdomains` on an IP address.
    ///
    /// Do: Leave it out.
    SubdomainsOfAddress,
    /// Not JSON.
    ///
    /// Do: Correct it at the line in the message; JSON has no comments and no commas at the end.
    Syntax(String),
    /// More than 32 MiB of text.
    ///
    /// Do: Leave out what is not needed.
    TextTooLarge {
        /// Its size.
        bytes: usize,
    },
    /// More than 64 pins in a rule, backup pins included.
    ///
    /// Do: Leave out old ones.
    TooManyPins {
        /// Their number.
        pins: usize,
    },
    /// More than 100,000 rules.
    ///
    /// Do: Use `subdomains`, or several policies.
    TooManyRules {
        /// Their number.
        rules: usize,
    },
    /// A format that this code does not read.
    ///
    /// Do: Write `"version": 1`, or update chainpin.
    Version {
        /// The version given.
        version: u64,
    },
}

impl PolicyProblem {
    /// The stable code of a problem.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BlockedCertificate => "blocked-certificate",
            Self::Date => "date-invalid",
            Self::DuplicateHost { .. } => "host-duplicate",
            Self::ExemptFalse => "exempt-false",
            Self::ExemptWithField => "exempt-with-field",
            Self::Host(_) => "host-invalid",
            Self::Id => "id-invalid",
            Self::Pin(_) => "pin-invalid",
            Self::PinBlocked => "pin-blocked",
            Self::PinsEmpty => "pins-empty",
            Self::PinsMissing => "pins-missing",
            Self::RolesMissing => "roles-missing",
            Self::Sequence => "sequence-invalid",
            Self::Shape(_) => "policy-shape",
            Self::SubdomainsOfAddress => "subdomains-on-ip",
            Self::Syntax(_) => "policy-syntax",
            Self::TextTooLarge { .. } => "policy-too-large",
            Self::TooManyPins { .. } => "too-many-pins",
            Self::TooManyRules { .. } => "too-many-rules",
            Self::Version { .. } => "version-unsupported",
        }
    }
}

impl core::error::Error for PolicyError {}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => self.problem.fmt(f),
            path => write!(f, "{path}: {}", self.problem),
        }
    }
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BlockedCertificate => f.write_str(
                "a certificate cannot be blocked by its hash: whoever holds it can rewrite its ECDSA signature, which changes the hash; block its key, the `sha256/` pin that `chainpin pin CERTIFICATE` prints",
            ),
            Self::Date => f.write_str(
                "not a date; write RFC 3339 with a zone, as 2027-02-01T00:00:00Z, or a bare 2027-02-01 for 00:00:00 UTC",
            ),
            Self::DuplicateHost { host, first } => {
                write!(f, "`{host}` has a rule already (rules[{first}]); one rule decides for a host, so put their pins together")
            }
            Self::ExemptFalse => f.write_str("leave `exempt` out of a rule that has pins; the only value is true"),
            Self::ExemptWithField => f.write_str("an exempt rule takes `host` and `subdomains`, and nothing else"),
            Self::Host(error) => write!(f, "not a host: {error}"),
            Self::Id => write!(f, "the policy's id has 1 to {POLICY_ID_BYTES} printable ASCII characters"),
            Self::Pin(error) => error.fmt(f),
            Self::PinBlocked => {
                f.write_str("this pin is also in `blocked`, where it can never match; take it out of one of the two")
            }
            Self::PinsEmpty => f.write_str("no pin; write at least one, or `exempt: true` in their place"),
            Self::PinsMissing => f.write_str("a rule has `pins`, or `exempt: true`"),
            Self::RolesMissing => f.write_str("`leaf-and-ca` needs a pin with role `leaf` and a pin with role `ca`"),
            Self::Sequence => f.write_str("the sequence is an integer from 1 to 2^53 - 1, and grows with each change"),
            Self::Shape(message) | Self::Syntax(message) => Printable(message).fmt(f),
            Self::SubdomainsOfAddress => f.write_str("an IP address has no subdomains"),
            Self::TextTooLarge { bytes } => write!(f, "the policy has {bytes} bytes; {POLICY_BYTES} are the most"),
            Self::TooManyPins { pins } => write!(f, "the rule has {pins} pins; {RULE_PINS} are the most"),
            Self::TooManyRules { rules } => write!(f, "the policy has {rules} rules; {POLICY_RULES} are the most"),
            Self::Version { version } => {
                write!(f, "version {version} of the policy format is not known here; this is version {FORMAT_VERSION}")
            }
        }
    }
}
