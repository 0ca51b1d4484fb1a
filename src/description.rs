//! What TypeScript and the docs share with the crate, as JSON: codes with their texts, limits, the layout of packed numbers, and the
//! shapes of what crosses the boundary. `npm run schema` makes TypeScript of it.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use crate::bundle::BundleError;
use crate::decision::{Anchor, Outcome, Reason};
use crate::explain::{ChainEntry, MatchDetails, PinReport, PolicyName};
use crate::inspect::{CertificateDetails, Issuer};
use crate::limits;
use crate::lint::{Finding, FindingProblem};
use crate::matching::Role;
use crate::policy::{PolicyProblem, tidy};
use crate::wasm::layout::{self, Field, flags};

/// Codes, texts, limits, layout and shapes, as JSON.
pub fn description() -> String {
    let description = json!({
        "codes": {
            "Outcome": codes(Outcome::TEXTS),
            "Reason": codes(Reason::TEXTS),
            "Role": codes(Role::TEXTS),
            "Anchor": codes(Anchor::TEXTS),
            "FindingCode": findings(),
            "PolicyErrorCode": codes(PolicyProblem::TEXTS),
            "BundleReason": codes(BundleError::TEXTS),
        },
        "limits": {
            "ANCHORS": limits::ANCHORS,
            "ANCHOR_BYTES": limits::ANCHOR_BYTES,
            "BUNDLE_BYTES": limits::BUNDLE_BYTES,
            "CHAIN_BYTES": limits::CHAIN_BYTES,
            "CHAIN_CERTIFICATES": limits::CHAIN_CERTIFICATES,
            "HOST_BYTES": limits::HOST_BYTES,
            "POLICY_BYTES": limits::POLICY_BYTES,
            "POLICY_RULES": limits::POLICY_RULES,
            "RULE_PINS": limits::RULE_PINS,
        },
        "flags": {
            "VALIDATED": flags::VALIDATED,
            "ANCHOR_SYSTEM": flags::ANCHOR_SYSTEM,
            "ANCHOR_USER": flags::ANCHOR_USER,
            "WITH_ANCHORS": flags::WITH_ANCHORS,
        },
        "packed": {
            "OUTCOME": field(layout::OUTCOME),
            "REASON": field(layout::REASON),
            "ROLE": field(layout::ROLE),
            "BACKUP": field(layout::BACKUP),
            "CERTIFICATE": field(layout::CERTIFICATE),
            "PIN": field(layout::PIN),
            "RULE": field(layout::RULE),
        },
        "shapes": {
            "PolicyName": shape::<PolicyName>(),
            "Matched": shape::<MatchDetails>(),
            "CertificateSummary": shape::<ChainEntry>(),
            "CertificateDetails": shape::<CertificateDetails>(),
            "Issuer": shape::<Issuer>(),
            "PinReport": shape::<PinReport>(),
            "Finding": shape::<Finding>(),
        },
    });
    format!("{description:#}")
}

/// In the order of the enum.
fn codes(texts: &[(&str, &str)]) -> Value {
    texts.iter().map(|(code, text)| json!({ "code": code, "text": unindented(text) })).collect()
}

fn findings() -> Value {
    let texts = FindingProblem::TEXTS.iter().zip(FindingProblem::SEVERITIES);
    texts.map(|((code, text), (_, severity))| json!({ "code": code, "text": unindented(text), "severity": severity })).collect()
}

/// A doc comment without the space that begins each line.
fn unindented(text: &str) -> String {
    text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

fn field(Field { shift, bits }: Field) -> Value {
    json!({ "shift": shift, "bits": bits })
}

fn shape<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .with_transform(RecursiveTransform(tidy))
        .into_generator()
        .into_root_schema_for::<T>()
}
