//! The boundary: the only file that names JavaScript. Plain numbers and bytes go in, small values come out.
//!
//! Policies live in here and are named by handles. Every function is total: bad input is an answer or a thrown
//! `{ code, message, path? }`, which the TypeScript side turns into its error classes.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::anchors::Anchors;
use crate::bundle::{Accepted, Expiry, Terms, TrustedKeys, accept};
use crate::chain::{Chain, ChainBytes, ChainError, Encoded};
use crate::host::Host;
use crate::inspect::inspect as details_of;
use crate::issuers::issuers;
use crate::lint::Surroundings;
use crate::matching::{Match, Role};
use crate::policy::{Policy, Requirement};
use crate::time::Time;
use crate::verdict::{ChainEntry, PolicyName};
use crate::verify::{Anchor, Outcome, Reason, Refusal, Request, Source, Verdict};

/// Compiles a policy's JSON text; its handle.
#[wasm_bindgen(js_name = compilePolicy)]
pub fn compile_policy(text: &str) -> Result<u32, JsValue> {
    #[cfg(feature = "panic-hook")]
    console_error_panic_hook::set_once();
    let policy = match ACCEPTED.take() {
        Some((accepted, policy)) if accepted == text => policy,
        Some(_) | None => parse_policy(text)?,
    };
    POLICIES.with_borrow_mut(|policies| policies.insert(policy)).ok_or_else(|| thrown("internal", "no handle is free", None))
}

/// Frees a compiled policy.
#[wasm_bindgen(js_name = freePolicy)]
pub fn free_policy(handle: u32) {
    POLICIES.with_borrow_mut(|policies| policies.remove(handle));
}

/// Reads trust anchors, packed like a chain; their handle.
#[wasm_bindgen(js_name = compileAnchors)]
pub fn compile_anchors(packed: &[u8]) -> Result<u32, JsValue> {
    let anchors = Anchors::parse(Packed(packed)).map_err(|error| thrown("anchors-invalid", &error.to_string(), None))?;
    ANCHORS.with_borrow_mut(|all| all.insert(anchors)).ok_or_else(|| thrown("internal", "no handle is free", None))
}

/// Frees trust anchors.
#[wasm_bindgen(js_name = freeAnchors)]
pub fn free_anchors(handle: u32) {
    ANCHORS.with_borrow_mut(|all| all.remove(handle));
}

/// Judges one connection; `anchors` counts where `flags` says so. The verdict as one number (see `pack`), or -1 for an unknown handle.
#[wasm_bindgen]
pub fn verify(policy: u32, host: &str, chain: &[u8], flags: u32, anchors: u32, now: f64) -> f64 {
    let mut packed = -1.0;
    with_verdict(policy, host, chain, (flags, anchors), now, &mut |verdict| packed = pack(verdict));
    packed
}

/// The same decision as `verify`, in words: `{ host, message, chain }`.
#[wasm_bindgen]
pub fn describe(policy: u32, host: &str, chain: &[u8], flags: u32, anchors: u32, now: f64) -> Result<JsValue, JsValue> {
    let mut described = Err(JsValue::NULL);
    with_verdict(policy, host, chain, (flags, anchors), now, &mut |verdict| described = to_js(&Description::of(verdict)));
    described
}

/// The same decision as `verify`, as a report of RFC 7469.
#[wasm_bindgen]
pub fn report(policy: u32, host: &str, chain: &[u8], flags: u32, anchors: u32, now: f64, port: u16) -> Result<JsValue, JsValue> {
    let mut reported = Err(JsValue::NULL);
    with_verdict(policy, host, chain, (flags, anchors), now, &mut |verdict| reported = to_js(&verdict.report(port)));
    reported
}

/// Whose policy: `{ id, sequence }`.
#[wasm_bindgen(js_name = policyName)]
pub fn policy_name(policy: u32) -> Result<JsValue, JsValue> {
    let policy = find_policy(policy).ok_or_else(|| thrown("internal", "the policy is gone", None))?;
    to_js(&PolicyName::of(&policy))
}

/// The host of a rule.
#[wasm_bindgen(js_name = ruleHost)]
pub fn rule_host(policy: u32, rule: usize) -> Option<String> {
    find_policy(policy)?.rules().get(rule).map(|rule| rule.host.to_string())
}

/// The text of a rule's pin, then its label if it has one.
#[wasm_bindgen(js_name = rulePin)]
pub fn rule_pin(policy: u32, rule: usize, pin: usize) -> Option<Array> {
    let policy = find_policy(policy)?;
    let Requirement::Pinned(set) = &policy.rules().get(rule)?.requirement else {
        return None;
    };
    let pin = set.pins.get(pin)?;
    let texts = [Some(pin.pin.to_string()), pin.label.as_deref().map(str::to_owned)];
    Some(texts.into_iter().flatten().map(JsValue::from).collect())
}

/// The index of the rule that decides for a host; -1 where there is none.
#[wasm_bindgen(js_name = ruleIndex)]
pub fn rule_index(policy: u32, host: &str) -> Result<i32, JsValue> {
    let host = Host::parse(host).map_err(|error| thrown("host-invalid", &error.to_string(), None))?;
    let policy = find_policy(policy).ok_or_else(|| thrown("internal", "the policy is gone", None))?;
    Ok(policy.rule_for(&host).and_then(|(index, _)| i32::try_from(index).ok()).unwrap_or(-1))
}

/// Everything about each certificate of a chain.
#[wasm_bindgen]
pub fn inspect(chain: &[u8]) -> Result<JsValue, JsValue> {
    with_chain(chain, |chain| to_js(&chain.certificates().map(details_of).collect::<Vec<_>>()))
}

/// Which certificates of a chain bear the name of each one's issuer, and whether their key signed it.
#[wasm_bindgen(js_name = issuersOf)]
pub fn issuers_of(chain: &[u8]) -> Result<JsValue, JsValue> {
    with_chain(chain, |chain| to_js(&issuers(chain)))
}

/// The pin of each certificate's key.
#[wasm_bindgen(js_name = pinsOf)]
pub fn pins_of(chain: &[u8]) -> Result<Array, JsValue> {
    with_chain(chain, |chain| {
        Ok(chain.certificates().map(|certificate| JsValue::from(certificate.key_pin().to_string())).collect())
    })
}

/// What is unwise in a policy. `is_public_suffix` takes a name, answers a boolean and does not throw.
#[wasm_bindgen]
pub fn lint(
    text: &str,
    chain: Option<Vec<u8>>,
    now: f64,
    is_public_suffix: Option<Function>,
    update_address: Option<String>,
) -> Result<JsValue, JsValue> {
    let policy = parse_policy(text)?;
    let ask = |name: &str| {
        let answer = is_public_suffix.as_ref().map(|function| function.call1(&JsValue::UNDEFINED, &JsValue::from(name)));
        answer.is_some_and(|answer| answer.is_ok_and(|answer| answer.is_truthy()))
    };
    let look = |chain: Option<&Chain<'_>>| {
        let is_public_suffix = is_public_suffix.is_some().then_some(&ask as &dyn Fn(&str) -> bool);
        let update_address = update_address.as_deref();
        to_js(&policy.lint(&Surroundings { now: time(now), chain, is_public_suffix, update_address }))
    };
    match chain {
        None => look(None),
        Some(packed) => with_chain(&packed, |chain| look(Some(chain))),
    }
}

/// Judges a signed policy: `[policy, sequence, issuedAt, expires, keys?]`, policy and keys as text; or its reason is thrown.
#[wasm_bindgen(js_name = acceptBundle)]
#[allow(clippy::too_many_arguments, reason = "plain values cross the boundary cheaply")]
pub fn accept_bundle(
    bundle: &str,
    keys: &str,
    id: &str,
    floor: f64,
    now: f64,
    latest: f64,
    clock_skew: f64,
    expiry_counts: bool,
) -> Result<Array, JsValue> {
    let keys = TrustedKeys::parse(keys).map_err(|error| thrown("keys-invalid", &error.to_string(), None))?;
    let expiry = if expiry_counts { Expiry::Counts } else { Expiry::Ignored };
    let (now, latest) = (time(now), time(latest));
    let terms = Terms { keys: &keys, id, floor: floor as u64, now, latest, clock_skew: clock_skew as i64, expiry };
    let accepted = accept(bundle, &terms).map_err(|error| thrown(error.code(), &error.to_string(), None))?;
    let values = Array::new();
    values.push(&JsValue::from(&accepted.text));
    let Accepted { policy, issued_at, expires, .. } = &accepted;
    for number in [policy.sequence as f64, issued_at.as_millis() as f64, expires.as_millis() as f64] {
        values.push(&number.into());
    }
    if let Some(keys) = &accepted.keys {
        values.push(&keys.as_json().into());
    }
    ACCEPTED.set(Some((accepted.text, accepted.policy)));
    Ok(values)
}

/// The codes of all reasons, in the order in which `verify` numbers them.
#[wasm_bindgen]
pub fn reasons() -> Array {
    Reason::ALL.iter().map(|reason| JsValue::from(reason.code())).collect()
}

/// One signature by itself, for the tests of `host`.
#[cfg(feature = "signature-tests")]
#[wasm_bindgen(js_name = verifySignature)]
pub fn verify_signature(key_algorithm: &[u8], algorithm: &[u8], key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    use rustls_pki_types::SignatureVerificationAlgorithm as _;

    crate::signature::ALGORITHMS
        .iter()
        .filter(|each| *each.public_key_alg_id() == *key_algorithm && *each.signature_alg_id() == *algorithm)
        .any(|each| each.verify_signature(key, message, signature).is_ok())
}

/// What the JavaScript payload takes from its host. The slices are views of this module's memory.
#[cfg(feature = "host-crypto")]
pub(crate) mod host {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen(raw_module = "../host-crypto/sha256.ts")]
    extern "C" {
        /// Writes 32 bytes.
        pub(crate) fn sha256(bytes: &[u8], digest: &mut [u8]);
    }

    #[wasm_bindgen(raw_module = "../host-crypto/signatures.ts")]
    extern "C" {
        /// SHA-384 or SHA-512.
        pub(crate) fn sha2(bits: u32, bytes: &[u8]) -> Vec<u8>;

        /// `curve`: 256 or 384; `key`: x and y; `r` and `s`: no longer than a coordinate.
        #[wasm_bindgen(js_name = verifyEcdsa)]
        pub(crate) fn verify_ecdsa(curve: u32, key: &[u8], digest: &[u8], r: &[u8], s: &[u8]) -> bool;

        /// `digest`: SHA-512 of R, the key and the message.
        #[wasm_bindgen(js_name = verifyEd25519)]
        pub(crate) fn verify_ed25519(key: &[u8], digest: &[u8], signature: &[u8]) -> bool;

        /// base^exponent mod modulus, as long as the modulus.
        pub(crate) fn power(base: &[u8], exponent: f64, modulus: &[u8]) -> Option<Vec<u8>>;
    }
}

/// Bits of `flags`.
const VALIDATED: u32 = 1;
const ANCHOR_SYSTEM: u32 = 2;
const ANCHOR_USER: u32 = 4;
const WITH_ANCHORS: u32 = 8;

fn source(flags: u32, anchors: Option<&Anchors>) -> Source<'_> {
    let anchor = match (flags & ANCHOR_SYSTEM != 0, flags & ANCHOR_USER != 0) {
        (true, false) => Anchor::System,
        (false, true) => Anchor::User,
        (false, false) | (true, true) => Anchor::Unknown,
    };
    if flags & VALIDATED != 0 { Source::Validated { anchor } } else { Source::Presented { anchors } }
}

/// A verdict in one number below 2^53, lowest bits first: 3 outcome; 6 reason + 1, or 0; 1 role is ca; 1 backup;
/// 5 certificate index + 2, 1 for an anchor outside the chain, 0 for no match; 7 pin index; the rest rule index + 1, or 0.
fn pack(verdict: &Verdict<'_>) -> f64 {
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
            u64::from(*role == Role::Ca) | u64::from(*backup) << 1 | certificate << 2 | (*pin as u64) << 7
        }
        Outcome::Exempt | Outcome::Rejected(_) | Outcome::Tolerated(_) | Outcome::Unlisted => 0,
    };
    let rule = verdict.rule.map_or(0, |(index, _)| index as u64 + 1);
    (outcome | reason << 3 | matched << 9 | rule << 23) as f64
}

/// A verdict in words.
#[derive(Serialize)]
struct Description {
    host: String,
    message: String,
    chain: Vec<ChainEntry>,
}

impl Description {
    fn of(verdict: &Verdict<'_>) -> Self {
        Self { host: verdict.host_text(), message: verdict.message(), chain: verdict.chain() }
    }
}

thread_local! {
    /// The policy of the bundle that was accepted last, until the next one is compiled: most often that very text.
    static ACCEPTED: Cell<Option<(String, Policy)>> = const { Cell::new(None) };
    static POLICIES: RefCell<Handles<Policy>> = const { RefCell::new(Handles(Vec::new())) };
    static ANCHORS: RefCell<Handles<Anchors>> = const { RefCell::new(Handles(Vec::new())) };
}

/// Values named by small numbers; a freed number is used again.
struct Handles<T>(Vec<Option<Rc<T>>>);

impl<T> Handles<T> {
    fn insert(&mut self, value: T) -> Option<u32> {
        let free = self.0.iter().position(Option::is_none);
        let index = free.unwrap_or(self.0.len());
        match self.0.get_mut(index) {
            Some(place) => *place = Some(Rc::new(value)),
            None => self.0.push(Some(Rc::new(value))),
        }
        u32::try_from(index).ok()
    }

    fn remove(&mut self, handle: u32) {
        if let Some(place) = usize::try_from(handle).ok().and_then(|index| self.0.get_mut(index)) {
            *place = None;
        }
    }

    fn get(&self, handle: u32) -> Option<Rc<T>> {
        usize::try_from(handle).ok().and_then(|index| self.0.get(index)?.clone())
    }
}

fn find_policy(handle: u32) -> Option<Rc<Policy>> {
    POLICIES.with_borrow(|policies| policies.get(handle))
}

/// Judges and hands the verdict to `read`; not generic, so that the module holds it once. False where a handle is unknown.
fn with_verdict(
    policy: u32,
    host: &str,
    chain: &[u8],
    (flags, anchors): (u32, u32),
    now: f64,
    read: &mut dyn FnMut(&Verdict<'_>),
) -> bool {
    let anchors = match flags & WITH_ANCHORS != 0 {
        false => Some(None),
        true => ANCHORS.with_borrow(|all| all.get(anchors)).map(Some),
    };
    let (Some(policy), Some(anchors)) = (find_policy(policy), anchors) else {
        return false;
    };
    let bytes = ChainBytes::decode(Packed(chain));
    let chain = bytes.as_ref().map_err(|error| *error).and_then(ChainBytes::parse);
    let request = Request { host, chain: &chain, source: source(flags, anchors.as_deref()), now: time(now) };
    read(&policy.verify(request));
    true
}

fn with_chain<R>(packed: &[u8], read: impl FnOnce(&Chain<'_>) -> Result<R, JsValue>) -> Result<R, JsValue> {
    let refuse = |error: ChainError| thrown(Refusal::Chain(error).reason().code(), &error.to_string(), None);
    let bytes = ChainBytes::decode(Packed(packed)).map_err(refuse)?;
    read(&bytes.parse().map_err(refuse)?)
}

fn parse_policy(text: &str) -> Result<Policy, JsValue> {
    Policy::parse(text).map_err(|error| thrown(error.problem.code(), &error.to_string(), Some(&error.path)))
}

/// Milliseconds as JavaScript counts them; the adapter has refused what is not finite.
fn time(millis: f64) -> Time {
    Time::from_millis(millis as i64)
}

/// A chain as the TypeScript side packs it: for each piece its kind (one byte), its length (four, little-endian) and its bytes.
struct Packed<'a>(&'a [u8]);

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

fn thrown(code: &str, message: &str, path: Option<&str>) -> JsValue {
    to_js(&Thrown { code, message, path }).unwrap_or_else(|error| error)
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value.serialize(&Serializer::json_compatible()).map_err(JsValue::from)
}
