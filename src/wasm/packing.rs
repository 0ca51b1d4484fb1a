//! Values on their way across the boundary.

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use super::layout::{self, Field, flags};
use crate::decision::{Anchor, Outcome, Refusal, Source, Verdict};
use crate::matching::{Match, Role};
use crate::time::Time;
use crate::x509::{Anchors, Encoded};

pub(super) use super::layout::flags::WITH_ANCHORS;

pub(super) fn source(bits: u32, anchors: Option<&Anchors>) -> Source<'_> {
    let anchor = match (bits & flags::ANCHOR_SYSTEM != 0, bits & flags::ANCHOR_USER != 0) {
        (true, false) => Anchor::System,
        (false, true) => Anchor::User,
        (false, false) | (true, true) => Anchor::Unknown,
    };
    if bits & flags::VALIDATED != 0 { Source::Validated { anchor } } else { Source::Presented { anchors } }
}

/// A verdict in one number, as `layout` describes it.
pub(super) fn pack(verdict: &Verdict<'_>) -> f64 {
    let (outcome, refusal) = match &verdict.outcome {
        Outcome::Exempt => (0_u64, None),
        Outcome::Pinned(_) => (1, None),
        Outcome::Rejected(refusal) => (2, Some(refusal)),
        Outcome::Tolerated(refusal) => (3, Some(refusal)),
        Outcome::Unlisted => (4, None),
    };
    let reason = refusal.map_or(0, |refusal: &Refusal| refusal.reason() as u64 + 1);
    let matched = match &verdict.outcome {
        Outcome::Pinned(Match { pin, certificate, role, backup }) => {
            let certificate = certificate.map_or(1, |index| index as u64 + 2);
            layout::ROLE.put(u64::from(*role == Role::Ca))
                | layout::BACKUP.put(u64::from(*backup))
                | layout::CERTIFICATE.put(certificate)
                | layout::PIN.put(*pin as u64)
        }
        Outcome::Exempt | Outcome::Rejected(_) | Outcome::Tolerated(_) | Outcome::Unlisted => 0,
    };
    let rule = verdict.rule.map_or(0, |(index, _)| index as u64 + 1);
    (layout::OUTCOME.put(outcome) | layout::REASON.put(reason) | matched | layout::RULE.put(rule)) as f64
}

impl Field {
    /// Keeps a value that is too large out of its neighbours.
    fn put(self, value: u64) -> u64 {
        (value & ((1 << self.bits) - 1)) << self.shift
    }
}

/// Milliseconds as JavaScript counts them; the TypeScript side has rejected what is not finite.
pub(super) fn time(millis: f64) -> Time {
    Time::from_millis(millis as i64)
}

/// A chain as the TypeScript side packs it: for each piece its kind (one byte), its length (four, little-endian) and its bytes.
pub(super) struct Packed<'a>(pub &'a [u8]);

impl<'a> Iterator for Packed<'a> {
    type Item = Encoded<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let (header, rest) = self.0.split_first_chunk::<5>()?;
        let [kind, length @ ..] = header;
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX).min(rest.len());
        let (piece, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(match kind {
            0 => Encoded::Der(piece),
            1 => Encoded::Text(piece),
            _ => Encoded::Oversize,
        })
    }
}

/// What is thrown across the boundary.
#[derive(Serialize)]
struct Thrown<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
}

pub(super) fn thrown(code: &str, message: &str, path: Option<&str>) -> JsValue {
    to_js(&Thrown { code, message, path }).unwrap_or_else(|error| error)
}

pub(super) fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value.serialize(&Serializer::json_compatible()).map_err(JsValue::from)
}
