//! The facts of a verdict, as texts and numbers: the chain, the pin that matched, the host.

use serde::Serialize;

use crate::decision::{Outcome, Refusal, Source, Verdict};
use crate::host::{Host, HostError};
use crate::inspect::{CertificateSummary, summarize};
use crate::matching::Match;
use crate::policy::{PinSet, Requirement, Rule};
use crate::x509::Certificate;

impl Verdict<'_> {
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

    pub(super) fn certificates(&self) -> impl Iterator<Item = &Certificate<'_>> {
        self.request.chain.iter().flat_map(|chain| chain.certificates())
    }

    pub(super) fn pin_set(&self) -> Option<&PinSet> {
        match self.rule {
            Some((_, Rule { requirement: Requirement::Pinned(set), .. })) => Some(set),
            Some((_, Rule { requirement: Requirement::Exempt, .. })) | None => None,
        }
    }

    fn is_on_path(&self, index: usize) -> bool {
        self.off_path(index).is_none()
    }

    /// Why no pin may match a certificate; `None` for one on the path.
    pub(super) fn off_path(&self, index: usize) -> Option<String> {
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
        host_text(&self.host, self.request.host)
    }
}

/// The canonical host, or the given text with what cannot be printed escaped.
pub(crate) fn host_text(host: &Result<Host, HostError>, given: &str) -> String {
    match host {
        Ok(host) => host.to_string(),
        Err(_) => shortened(given),
    }
}

/// Characters of an unreadable host that are shown.
const HOST_SHOWN: usize = 80;

fn shortened(host: &str) -> String {
    let mut shown: String = host.chars().take(HOST_SHOWN).flat_map(char::escape_default).collect();
    if host.chars().nth(HOST_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// One certificate of a verdict's chain.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MatchDetails {
    /// As the policy would write it.
    pub pin: String,
    /// `leaf` or `ca`.
    #[cfg_attr(feature = "schema", schemars(extend("x-codes" = "Role")))]
    pub role: &'static str,
    /// In the chain; -1 for an anchor that is not in it.
    pub index: i32,
    /// A backup pin: the key has been rotated.
    pub backup: bool,
    /// The pin's label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}
