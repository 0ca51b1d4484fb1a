//! From the JSON of a policy to its model: every rule is checked once, and a policy is rejected as a whole.

use super::blocked::Blocked;
use super::model::{
    Matching, Mode, PinRole, PinSet, Policy, PolicyExpiry, Requirement, Rule, RuleExpiry, RulePin, Subdomains, Unlisted,
    UserAnchors,
};
use super::problem::{PolicyError, PolicyProblem};
use super::{FORMAT_VERSION, json};
use crate::host::Host;
use crate::index::Index;
use crate::limits::{POLICY_BYTES, POLICY_ID_BYTES, POLICY_RULES, RULE_PINS};
use crate::pin::Pin;
use crate::time::Time;

impl Policy {
    /// Reads and checks a policy in JSON.
    ///
    /// # Errors
    /// [`PolicyError`], which names the rule and field. A policy is rejected as a whole.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        if text.len() > POLICY_BYTES {
            return Err(PolicyError::new("", PolicyProblem::TextTooLarge { bytes: text.len() }));
        }
        Self::compile(json::Policy::parse(text)?)
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
        // A duplicate host is reported before a fault in a later rule.
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
                rules,
                by_host,
            }),
        }
    }
}

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
