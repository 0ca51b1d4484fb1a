//! A verdict for people: the message for a developer's log.

use core::fmt::{self, Write as _};

use super::details::MatchDetails;
use crate::decision::{Outcome, Refusal, Source, Verdict};
use crate::inspect::summarize;
use crate::matching::Miss;
use crate::policy::{Matching, Mode, PinRole, Requirement, Rule, RulePin};
use crate::printable::Printable;
use crate::x509::{Certificate, ChainError, ChainProblem};

impl Verdict<'_> {
    /// For a developer's log: what was expected, what came, what to do.
    pub fn message(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write_message(&mut text);
        text
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
            Some(certificate) => {
                write!(text, " matched the {role} certificate at index {index}, {}", certificate.subject_name())?
            }
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
                let subject = self.certificates().nth(*index).map(Certificate::subject_name).unwrap_or_default();
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
            write!(text, "\n    {index}  {}  {}{off_path}", certificate.key_pin(), certificate.subject_name())?;
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
