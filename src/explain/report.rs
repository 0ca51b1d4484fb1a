//! The report of RFC 7469 on a verdict.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Serialize;

use super::details::MatchDetails;
use crate::decision::{Source, Verdict};
use crate::pin::Pin;
use crate::policy::{Policy, Subdomains};
use crate::x509::Certificate;

impl Verdict<'_> {
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
            pins.filter(move |pin| pin.pin.is_of_certificate() == certificates)
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
}

/// RFC 7469 section 3: `pin-sha256="…"`.
fn known_pin(pin: &Pin) -> String {
    let text = pin.to_string();
    format!("pin-sha256=\"{}\"", text.strip_prefix("sha256/").unwrap_or(&text))
}

/// PEM (RFC 7468) with lines of 64 characters.
fn pem(certificate: &Certificate<'_>) -> String {
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for (place, character) in STANDARD.encode(certificate.der()).chars().enumerate() {
        if place > 0 && place % 64 == 0 {
            pem.push('\n');
        }
        pem.push(character);
    }
    pem.push_str("\n-----END CERTIFICATE-----\n");
    pem
}

/// RFC 7469 section 3.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct PinReport {
    /// When the verdict was made (RFC 3339).
    pub date_time: String,
    /// The host that the connection was for.
    pub hostname: String,
    /// Its port.
    pub port: u16,
    /// The earlier of the rule's and the policy's expiry; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_expiration_date: Option<String>,
    /// Whether the rule reaches names below its host.
    pub include_subdomains: bool,
    /// The rule's host; absent if no rule decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noted_hostname: Option<String>,
    /// PEM; filled for source `presented`.
    pub served_certificate_chain: Vec<String>,
    /// PEM; filled for source `validated`.
    pub validated_certificate_chain: Vec<String>,
    /// Each key pin of the rule, such as `pin-sha256="…"`.
    pub known_pins: Vec<String>,
    /// What the RFC has no field for.
    pub chainpin: ReportDetails,
}

/// The part of a report that is chainpin's own.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReportDetails {
    /// Of this part.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u8,
    /// Whose policy decided.
    pub policy: PolicyName,
    /// As in the verdict.
    #[cfg_attr(feature = "schema", schemars(extend("x-codes" = "Outcome")))]
    pub outcome: &'static str,
    /// As in the verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-codes" = "Reason")))]
    pub reason: Option<&'static str>,
    /// As in the verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matched: Option<MatchDetails>,
    /// As in the request.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["presented", "validated"])))]
    pub source: &'static str,
    /// As in the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-codes" = "Anchor")))]
    pub anchor: Option<&'static str>,
    /// `cert-sha256/…` pins of the rule.
    pub known_certificate_pins: Vec<String>,
    /// As in the verdict.
    pub message: String,
}

const REPORT_VERSION: u8 = 1;

/// Which policy.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
