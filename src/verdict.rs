//! A verdict told to people: the message for a developer's log, the chain, and the report of RFC 7469.

use core::fmt::{self, Write as _};

use serde::Serialize;

use crate::cert::Certificate;
use crate::chain::{ChainError, ChainProblem};
use crate::inspect::{CertificateSummary, pem, subject, summarize};
use crate::matching::{Match, Miss, Role};
use crate::pin::Pin;
use crate::policy::{Matching, Mode, PinRole, PinSet, Policy, Requirement, Rule, RulePin, Subdomains};
use crate::printable::Printable;
use crate::verify::{Anchor, Outcome, Refusal, Source, Verdict};

impl Verdict<'_> {
    /// For a developer's log: what was expected, what came, what to do.
    pub fn message(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write_message(&mut text);
        text
    }

    /// The certificates as far as they could be read, leaf first.
    pub fn chain(&self) -> Vec<ChainEntry> {
        let entry = |(index, certificate): (usize, &Certificate<'_>)| ChainEntry {
            index: u32::try_from(index).unwrap_or(u32::MAX),
            certificate: summarize(certificate),
            on_path: self.is_on_path(index),
            off_path: self.off_path(index),
        };
        self.certificates().enumerate().map(entry).collect()
    }

    /// The report of RFC 7469 section 3, with what that format has no field for under `chainpin`.
    pub fn report(&self, port: u16) -> PinReport {
        let pems: Vec<String> = self.certificates().map(pem).collect();
        let (served, validated) = match self.request.source {
            Source::Presented { .. } => (pems, Vec::new()),
            Source::Validated { .. } => (Vec::new(), pems),
        };
        let set = self.pin_set();
        let known = |certificates: bool| {
            let pins = set.into_iter().flat_map(|set| &set.pins);
            pins.filter(move |pin| matches!(pin.pin, Pin::Certificate(_)) == certificates)
        };
        let expires = [set.and_then(|set| set.expires), self.policy.expires].into_iter().flatten().min();
        PinReport {
            date_time: self.request.now.to_string(),
            hostname: self.host_text(),
            port,
            effective_expiration_date: expires.map(|expires| expires.to_string()),
            include_subdomains: self.rule.is_some_and(|(_, rule)| rule.subdomains != Subdomains::None),
            noted_hostname: self.rule.map(|(_, rule)| rule.host.to_string()),
            served_certificate_chain: served,
            validated_certificate_chain: validated,
            known_pins: known(false).map(|pin| known_pin(&pin.pin)).collect(),
            chainpin: ReportDetails {
                version: REPORT_VERSION,
                policy: PolicyName::of(self.policy),
                outcome: self.outcome.code(),
                reason: self.outcome.refusal().map(|refusal| refusal.reason().code()),
                matched: self.matched(),
                source: self.request.source.code(),
                anchor: match self.request.source {
                    Source::Presented { .. } => None,
                    Source::Validated { anchor } => Some(anchor.code()),
                },
                known_certificate_pins: known(true).map(|pin| pin.pin.to_string()).collect(),
                message: self.message(),
            },
        }
    }

    /// The pin that matched, in words.
    pub fn matched(&self) -> Option<MatchDetails> {
        let Outcome::Pinned(Match { pin, certificate, role, backup }) = self.outcome else {
            return None;
        };
        let pin = self.pin_set()?.pins.get(pin)?;
        Some(MatchDetails {
            pin: pin.pin.to_string(),
            role: role.code(),
            index: certificate.and_then(|index| i32::try_from(index).ok()).unwrap_or(-1),
            backup,
            label: pin.label.as_deref().map(str::to_owned),
        })
    }

    fn certificates(&self) -> impl Iterator<Item = &Certificate<'_>> {
        self.request.chain.iter().flat_map(|chain| chain.certificates())
    }

    fn pin_set(&self) -> Option<&PinSet> {
        match self.rule {
            Some((_, Rule { requirement: Requirement::Pinned(set), .. })) => Some(set),
            Some((_, Rule { requirement: Requirement::Exempt, .. })) | None => None,
        }
    }

    fn is_on_path(&self, index: usize) -> bool {
        self.off_path(index).is_none()
    }

    /// Why no pin may match a certificate; nothing for one on the path.
    fn off_path(&self, index: usize) -> Option<String> {
        match (self.request.source, &self.trail) {
            (Source::Validated { .. }, _) => None,
            // Decided without a path: the leaf is what TLS spoke with, and nothing is known of the others.
            (Source::Presented { .. }, None) => (index > 0).then(|| "no path was looked for".to_owned()),
            (Source::Presented { .. }, Some(trail)) if trail.on_path.contains(&index) => None,
            (Source::Presented { anchors }, Some(trail)) => {
                let problem = trail.off_path.iter().find_map(|(tried, problem)| (*tried == index).then_some(problem));
                Some(match (problem, anchors, &self.outcome) {
                    (Some(problem), _, _) => format!("the leaf does not lead here: {problem}"),
                    (None, Some(_), Outcome::Rejected(Refusal::PathInvalid(_))) => "no path to an anchor was found".to_owned(),
                    (None, Some(_), _) => "not on the verified path".to_owned(),
                    (None, None, _) => self.untried(index).to_owned(),
                })
            }
        }
    }

    /// Why no path was built to a certificate, without anchors.
    fn untried(&self, index: usize) -> &'static str {
        let (leaf, certificate) = (self.certificates().next(), self.certificates().nth(index));
        let is_named =
            self.pin_set().into_iter().flat_map(|set| &set.pins).any(|pin| certificate.is_some_and(|it| it.matches(&pin.pin)));
        match leaf.map(Certificate::der) == certificate.map(Certificate::der) {
            true => "a copy of the leaf, which is no CA",
            false if is_named => "a pin had matched before, so no path to it was built",
            false => "no pin names it, so no path to it was built",
        }
    }

    /// The canonical host, or the given one with what cannot be printed escaped.
    pub(crate) fn host_text(&self) -> String {
        match &self.host {
            Ok(host) => host.to_string(),
            Err(_) => shortened(self.request.host),
        }
    }

    fn write_message(&self, text: &mut String) -> fmt::Result {
        let host = self.host_text();
        match &self.outcome {
            Outcome::Exempt => write!(text, "`{host}` is not pin-checked: {}", self.exemption()),
            Outcome::Pinned(_) => self.write_match(&host, text),
            Outcome::Rejected(refusal) => {
                write!(text, "`{host}` rejected, {}: ", refusal.reason())?;
                self.write_refusal(refusal, text)
            }
            Outcome::Tolerated(refusal) => {
                write!(text, "`{host}` let pass without a match ({}), {}: ", self.tolerance(), refusal.reason())?;
                self.write_refusal(refusal, text)
            }
            Outcome::Unlisted => write!(text, "`{host}` is not pinned: policy `{}` has no rule for it", self.policy.id),
        }
    }

    fn exemption(&self) -> &'static str {
        match self.rule {
            Some((_, Rule { requirement: Requirement::Exempt, .. })) => "its rule is an exemption",
            Some(_) | None => "the path ends in a CA that the user installed, and the rule allows those",
        }
    }

    fn tolerance(&self) -> String {
        match self.pin_set().map(|set| (set.mode, set.expires)) {
            Some((Mode::Enforce, Some(expires))) => format!("its rule expired at {expires}"),
            Some((Mode::Enforce, None) | (Mode::Report, _)) | None => "its rule only reports".to_owned(),
        }
    }

    fn write_match(&self, host: &str, text: &mut String) -> fmt::Result {
        let Some(MatchDetails { pin, role, index, backup, label }) = self.matched() else {
            return Ok(());
        };
        write!(text, "`{host}` is pinned: {pin}")?;
        if let Some(label) = label {
            write!(text, " ({})", Printable(&label))?;
        }
        match self.certificates().nth(usize::try_from(index).unwrap_or(usize::MAX)) {
            Some(certificate) => write!(text, " matched the {role} certificate at index {index}, {}", subject(certificate))?,
            None => write!(text, " matched an anchor that is not in the chain")?,
        }
        if backup {
            write!(text, "; it is a backup pin, so the key has been rotated: give the policy a new backup pin")?;
        }
        Ok(())
    }

    fn write_refusal(&self, refusal: &Refusal, text: &mut String) -> fmt::Result {
        match refusal {
            Refusal::CertificateExpired { not_after } => {
                write!(
                    text,
                    "the leaf expired at {not_after}, and it is {}; renew the certificate, or set this clock",
                    self.request.now
                )
            }
            Refusal::CertificateNotYetValid { not_before } => {
                write!(
                    text,
                    "the leaf is valid from {not_before} on, and it is only {}; set this clock, or wait",
                    self.request.now
                )
            }
            Refusal::Chain(error) => write!(text, "{error}{}", advice(*error)),
            Refusal::Host(error) => write!(text, "this is not a host name: {error}"),
            Refusal::HostnameMismatch => self.write_names(text),
            Refusal::KeyBlocked { certificate: Some(index), pin } => {
                let subject = self.certificates().nth(*index).map(subject).unwrap_or_default();
                write!(
                    text,
                    "the policy blocks {pin}, the key of certificate {index} of the chain, {subject}; do not trust this connection"
                )
            }
            Refusal::KeyBlocked { certificate: None, pin } => {
                write!(
                    text,
                    "the policy blocks {pin}, the key of the only anchor that this chain leads to; do not trust this connection"
                )
            }
            Refusal::PathInvalid(problem) => write!(text, "{problem}"),
            Refusal::PinMiss(miss) => self.write_miss(*miss, text),
            Refusal::PolicyExpired { expires } => {
                write!(text, "policy `{}` expired at {expires} and denies from then on; fetch a newer one", self.policy.id)
            }
            Refusal::RuleExpired { expires } => {
                write!(text, "the rule expired at {expires} and denies from then on; fetch a newer policy")
            }
            Refusal::UnlistedHost => {
                write!(text, "policy `{}` has no rule for it and refuses such hosts; add a rule", self.policy.id)
            }
        }
    }

    fn write_names(&self, text: &mut String) -> fmt::Result {
        let names = self.certificates().next().map(|leaf| summarize(leaf).subject_alt_names).unwrap_or_default();
        let shown: Vec<&str> = names.iter().take(NAMES_SHOWN).map(String::as_str).collect();
        match names.len().saturating_sub(shown.len()) {
            0 if shown.is_empty() => write!(text, "the leaf is for no host at all (its common name does not count)")?,
            0 => write!(text, "the leaf is for {}", shown.join(", "))?,
            more => write!(text, "the leaf is for {} and {more} more", shown.join(", "))?,
        }
        write!(text, "; ask for one of its names, or give the server a certificate for this one")
    }

    /// What came, then what was configured, so that the right pin can be read off the first failure.
    fn write_miss(&self, miss: Miss, text: &mut String) -> fmt::Result {
        let Some((_, rule)) = self.rule else {
            return Ok(());
        };
        let host = &rule.host;
        let asks_for_both = self.pin_set().is_some_and(|set| set.matching == Matching::LeafAndCa);
        match (miss, self.request.source) {
            (Miss::Expired, _) => {
                write!(text, "only an expired pin matches the chain; give the rule of `{host}` its current pins")?;
            }
            (Miss::Mismatch, _) if asks_for_both => {
                write!(text, "the rule of `{host}` wants both a leaf pin and a ca pin to match, and they do not")?;
            }
            (Miss::Mismatch, Source::Validated { .. }) => write!(text, "no pin of the rule of `{host}` is in the chain")?,
            (Miss::Mismatch, Source::Presented { .. }) => {
                write!(text, "no pin of the rule of `{host}` is on a verified path of the chain")?;
            }
            (Miss::Role, _) => write!(
                text,
                "a pin of the rule of `{host}` is in the chain, but not in its role: leaf pins count for certificate 0, ca pins for the others"
            )?,
        }
        write!(text, "\n  the chain:")?;
        for (index, certificate) in self.certificates().enumerate() {
            let off_path = self.off_path(index).map(|why| format!("  ({why})")).unwrap_or_default();
            write!(text, "\n    {index}  {}  {}{off_path}", certificate.key_pin(), subject(certificate))?;
        }
        write!(text, "\n  the pins of the rule:")?;
        for pin in self.pin_set().into_iter().flat_map(|set| &set.pins) {
            write!(text, "\n    {}{}", pin.pin, self.remarks(pin))?;
        }
        if matches!(self.request.source, Source::Presented { anchors: None }) {
            write!(text, "\n  a root that the server does not send can match only where `anchors` are given")?;
        }
        write!(text, "\n  if the chain is yours, put one of its pins into the rule; if not, somebody else answers for this host")
    }

    fn remarks(&self, pin: &RulePin) -> String {
        let role = match pin.role {
            PinRole::Any => None,
            PinRole::Ca => Some("ca".to_owned()),
            PinRole::Leaf => Some("leaf".to_owned()),
        };
        let backup = pin.backup.then(|| "backup".to_owned());
        let expired = pin.expires.filter(|_| pin.is_expired(self.request.now)).map(|expires| format!("expired at {expires}"));
        let label = pin.label.as_deref().map(|label| Printable(label).to_string());
        let remarks: Vec<String> = [label, role, backup, expired].into_iter().flatten().collect();
        match remarks.as_slice() {
            [] => String::new(),
            remarks => format!("  ({})", remarks.join(", ")),
        }
    }
}

/// What to do about a chain that cannot be judged, where its error does not say so itself.
fn advice(error: ChainError) -> &'static str {
    match error {
        ChainError::Empty => "; hand over the certificates of this connection, the leaf first",
        ChainError::Malformed { problem: ChainProblem::Base64 | ChainProblem::Certificate(_), .. } => {
            "; hand over whole certificates: DER as bytes or in base64, or PEM"
        }
        ChainError::Malformed { .. } | ChainError::TooLarge(_) => "",
    }
}

/// Names that a message lists before it counts the rest.
const NAMES_SHOWN: usize = 8;

/// Characters of an unreadable host that are shown.
const HOST_SHOWN: usize = 80;

fn shortened(host: &str) -> String {
    let mut shown: String = host.chars().take(HOST_SHOWN).flat_map(char::escape_default).collect();
    if host.chars().nth(HOST_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// RFC 7469 section 3: `pin-sha256="…"`.
fn known_pin(pin: &Pin) -> String {
    let text = pin.to_string();
    format!("pin-sha256=\"{}\"", text.strip_prefix("sha256/").unwrap_or(&text))
}

/// One certificate of a verdict's chain.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainEntry {
    /// Its place, from 0.
    pub index: u32,
    /// What it is.
    #[serde(flatten)]
    pub certificate: CertificateSummary,
    /// May a pin match it?
    pub on_path: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub off_path: Option<String>,
}

/// The pin that matched.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MatchDetails {
    /// As the policy would write it.
    pub pin: String,
    /// `leaf` or `ca`.
    pub role: &'static str,
    /// In the chain; -1 for an anchor that is not in it.
    pub index: i32,
    /// A backup pin: the key has been rotated.
    pub backup: bool,
    /// The pin's label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// RFC 7469 section 3.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct PinReport {
    /// When the connection was judged (RFC 3339).
    pub date_time: String,
    /// The host that the connection was for.
    pub hostname: String,
    /// Its port.
    pub port: u16,
    /// The earlier of the rule's and the policy's expiry; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_expiration_date: Option<String>,
    /// Whether the rule reaches names below its host.
    pub include_subdomains: bool,
    /// The rule's host; absent where no rule decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noted_hostname: Option<String>,
    /// PEM; filled for source `presented`.
    pub served_certificate_chain: Vec<String>,
    /// PEM; filled for source `validated`.
    pub validated_certificate_chain: Vec<String>,
    /// `pin-sha256="…"` of each key pin of the rule.
    pub known_pins: Vec<String>,
    /// What the RFC has no field for.
    pub chainpin: ReportDetails,
}

/// The part of a report that is chainpin's own.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReportDetails {
    /// Of this part.
    pub version: u8,
    /// Whose policy decided.
    pub policy: PolicyName,
    /// As in the verdict.
    pub outcome: &'static str,
    /// As in the verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// As in the verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matched: Option<MatchDetails>,
    /// As in the request.
    pub source: &'static str,
    /// As in the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<&'static str>,
    /// `cert-sha256/…` pins of the rule.
    pub known_certificate_pins: Vec<String>,
    /// As in the verdict.
    pub message: String,
}

const REPORT_VERSION: u8 = 1;

/// Which policy.
#[derive(Debug, Serialize)]
pub struct PolicyName {
    /// Its id.
    pub id: String,
    /// Its sequence, exact up to 2^53 - 1.
    pub sequence: f64,
}

impl PolicyName {
    pub(crate) fn of(policy: &Policy) -> Self {
        Self { id: policy.id.clone(), sequence: policy.sequence as f64 }
    }
}

impl Outcome {
    /// The code as callers see it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Exempt => "exempt",
            Self::Pinned(_) => "pinned",
            Self::Rejected(_) => "rejected",
            Self::Tolerated(_) => "tolerated",
            Self::Unlisted => "unlisted",
        }
    }
}

impl Role {
    fn code(self) -> &'static str {
        match self {
            Self::Ca => "ca",
            Self::Leaf => "leaf",
        }
    }
}

impl Source<'_> {
    fn code(self) -> &'static str {
        match self {
            Self::Presented { .. } => "presented",
            Self::Validated { .. } => "validated",
        }
    }
}

impl Anchor {
    fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Unknown => "unknown",
            Self::User => "user",
        }
    }
}
