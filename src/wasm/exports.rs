//! The functions of the module. Plain numbers and bytes go in, small values come out.
//!
//! Policies live in the module and are named by handles. Every function is total: for bad input it gives an answer or throws
//! `{ code, message, path? }`, which the TypeScript side turns into its error classes.

use std::rc::Rc;

use js_sys::{Array, Function};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::handles;
use super::packing::{Packed, WITH_ANCHORS, pack, source, thrown, time, to_js};
use crate::bundle::{Accepted, Expiry, Terms, TrustedKeys, accept};
use crate::decision::{Reason, Refusal, Request, Verdict, Verifier};
use crate::explain::{ChainEntry, PolicyName, host_text};
use crate::host::Host;
use crate::inspect::{inspect as details_of, issuers};
use crate::lint::Surroundings;
use crate::policy::{Policy, Requirement};
use crate::x509::{Anchors, Chain, ChainBytes, ChainError};

/// Compiles a policy's JSON text; its handle.
#[wasm_bindgen(js_name = compilePolicy)]
pub fn compile_policy(text: &str) -> Result<u32, JsValue> {
    #[cfg(feature = "panic-hook")]
    console_error_panic_hook::set_once();
    keep_policy(parse_policy(text)?)
}

/// Frees a compiled policy.
#[wasm_bindgen(js_name = freePolicy)]
pub fn free_policy(handle: u32) {
    handles::free_policy(handle);
}

/// Reads trust anchors, packed like a chain; their handle.
#[wasm_bindgen(js_name = compileAnchors)]
pub fn compile_anchors(packed: &[u8]) -> Result<u32, JsValue> {
    let anchors = Anchors::parse(Packed(packed)).map_err(|error| thrown("anchors-invalid", &error.to_string(), None))?;
    handles::keep_anchors(anchors).ok_or_else(|| thrown("internal", "no handle is free", None))
}

/// Frees trust anchors.
#[wasm_bindgen(js_name = freeAnchors)]
pub fn free_anchors(handle: u32) {
    handles::free_anchors(handle);
}

/// Judges one connection; `anchors` counts if `flags` says so. The verdict as one number (see `pack`), or -1 for an unknown handle.
#[wasm_bindgen]
pub fn verify(policy: u32, host: &str, chain: &[u8], flags: u32, anchors: u32, now: f64) -> f64 {
    let mut packed = -1.0;
    with_verdict(policy, host, chain, (flags, anchors), now, &mut |verdict| packed = pack(verdict));
    packed
}

/// The same decision as `verify`, in words: `{ host, message, chain }`. It is made again, without the signatures that `verify` found valid:
/// the verifier remembers those. Only failed ones are checked again.
#[wasm_bindgen]
pub fn describe(policy: u32, host: &str, chain: &[u8], flags: u32, anchors: u32, now: f64) -> Result<JsValue, JsValue> {
    let mut described = Err(JsValue::NULL);
    with_verdict(policy, host, chain, (flags, anchors), now, &mut |verdict| described = to_js(&Description::of(verdict)));
    described
}

/// The same decision as `verify`, as a report of RFC 7469; it costs what `describe` costs.
#[wasm_bindgen]
pub fn report(policy: u32, host: &str, chain: &[u8], flags: u32, anchors: u32, now: f64, port: u16) -> Result<JsValue, JsValue> {
    let mut reported = Err(JsValue::NULL);
    with_verdict(policy, host, chain, (flags, anchors), now, &mut |verdict| reported = to_js(&verdict.report(port)));
    reported
}

/// The `host` of every verdict on this host, without a decision.
#[wasm_bindgen(js_name = hostText)]
pub fn text_of_host(host: &str) -> String {
    host_text(&Host::parse(host), host)
}

/// Whose policy: `{ id, sequence }`.
#[wasm_bindgen(js_name = policyName)]
pub fn policy_name(policy: u32) -> Result<JsValue, JsValue> {
    let verifier = find(policy)?;
    to_js(&PolicyName::of(verifier.policy()))
}

/// The host of a rule.
#[wasm_bindgen(js_name = ruleHost)]
pub fn rule_host(policy: u32, rule: usize) -> Option<String> {
    handles::policy(policy)?.policy().rules().get(rule).map(|rule| rule.host.to_string())
}

/// The text of a rule's pin, then its label if it has one.
#[wasm_bindgen(js_name = rulePin)]
pub fn rule_pin(policy: u32, rule: usize, pin: usize) -> Option<Array> {
    let verifier = handles::policy(policy)?;
    let Requirement::Pinned(set) = &verifier.policy().rules().get(rule)?.requirement else {
        return None;
    };
    let pin = set.pins.get(pin)?;
    let texts = [Some(pin.pin.to_string()), pin.label.as_deref().map(str::to_owned)];
    Some(texts.into_iter().flatten().map(JsValue::from).collect())
}

/// The index of the rule that decides for a host; -1 if there is none.
#[wasm_bindgen(js_name = ruleIndex)]
pub fn rule_index(policy: u32, host: &str) -> Result<i32, JsValue> {
    let host = Host::parse(host).map_err(|error| thrown("host-invalid", &error.to_string(), None))?;
    let verifier = find(policy)?;
    Ok(verifier.policy().rule_for(&host).and_then(|(index, _)| i32::try_from(index).ok()).unwrap_or(-1))
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

/// The findings in a policy. `is_public_suffix` takes a name, returns a boolean and does not throw.
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

#[wasm_bindgen(typescript_custom_section)]
const BUNDLE_TERMS: &str = r"
/** What `acceptBundle` checks a bundle against; times in milliseconds. */
export interface BundleTerms {
    /** A JSON array of JWKs. */
    keys: string;
    id: string;
    floor: number;
    now: number;
    latest: number;
    clockSkew: number;
    expiryCounts: boolean;
}
";

#[wasm_bindgen]
extern "C" {
    /// See the declaration above.
    #[wasm_bindgen(typescript_type = "BundleTerms")]
    pub type BundleTerms;

    #[wasm_bindgen(method, getter, structural)]
    fn keys(this: &BundleTerms) -> String;
    #[wasm_bindgen(method, getter, structural)]
    fn id(this: &BundleTerms) -> String;
    #[wasm_bindgen(method, getter, structural)]
    fn floor(this: &BundleTerms) -> f64;
    #[wasm_bindgen(method, getter, structural)]
    fn now(this: &BundleTerms) -> f64;
    #[wasm_bindgen(method, getter, structural)]
    fn latest(this: &BundleTerms) -> f64;
    #[wasm_bindgen(method, getter, structural, js_name = clockSkew)]
    fn clock_skew(this: &BundleTerms) -> f64;
    #[wasm_bindgen(method, getter, structural, js_name = expiryCounts)]
    fn expiry_counts(this: &BundleTerms) -> bool;
}

/// Checks a signed policy: `[handle, policy, sequence, issuedAt, expires, keys?]`, policy and keys as text. The handle is that of the
/// compiled policy, which the caller frees. Throws the reason of a bundle that is rejected.
#[wasm_bindgen(js_name = acceptBundle)]
pub fn accept_bundle(bundle: &str, terms: &BundleTerms) -> Result<Array, JsValue> {
    let keys = TrustedKeys::parse(&terms.keys()).map_err(|error| thrown("keys-invalid", &error.to_string(), None))?;
    let expiry = if terms.expiry_counts() { Expiry::Counts } else { Expiry::Ignored };
    let (now, latest) = (time(terms.now()), time(terms.latest()));
    let (floor, clock_skew) = (terms.floor() as u64, terms.clock_skew() as i64);
    let terms = Terms { keys: &keys, id: &terms.id(), floor, now, latest, clock_skew, expiry };
    let accepted = accept(bundle, &terms).map_err(|error| thrown(error.code(), &error.to_string(), None))?;
    let Accepted { policy, text, issued_at, expires, keys } = accepted;
    let sequence = policy.sequence as f64;
    let values = Array::new();
    values.push(&keep_policy(policy)?.into());
    values.push(&text.into());
    for number in [sequence, issued_at.as_millis() as f64, expires.as_millis() as f64] {
        values.push(&number.into());
    }
    if let Some(keys) = &keys {
        values.push(&keys.as_json().into());
    }
    Ok(values)
}

/// The codes of all reasons, in the order in which `verify` numbers them.
#[wasm_bindgen]
pub fn reasons() -> Array {
    Reason::ALL.iter().map(|reason| JsValue::from(reason.code())).collect()
}

/// One signature by itself, for the tests of the host's arithmetic.
#[cfg(feature = "signature-tests")]
#[wasm_bindgen(js_name = verifySignature)]
pub fn verify_signature(key_algorithm: &[u8], algorithm: &[u8], key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    use rustls_pki_types::SignatureVerificationAlgorithm as _;

    crate::crypto::ALGORITHMS
        .iter()
        .filter(|each| *each.public_key_alg_id() == *key_algorithm && *each.signature_alg_id() == *algorithm)
        .any(|each| each.verify_signature(key, message, signature).is_ok())
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

/// A handle that is unknown is a failure of the module, like a trap.
fn find(policy: u32) -> Result<Rc<Verifier>, JsValue> {
    handles::policy(policy).ok_or_else(|| thrown("internal", "the policy is gone", None))
}

fn keep_policy(policy: Policy) -> Result<u32, JsValue> {
    handles::keep_policy(Verifier::new(policy)).ok_or_else(|| thrown("internal", "no handle is free", None))
}

/// Judges, and passes the verdict to `read`; not generic, so that the module holds it once. False if a handle is unknown.
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
        true => handles::anchors(anchors).map(Some),
    };
    let (Some(verifier), Some(anchors)) = (handles::policy(policy), anchors) else {
        return false;
    };
    let bytes = ChainBytes::decode(Packed(chain));
    let chain = bytes.as_ref().map_err(|error| *error).and_then(ChainBytes::parse);
    let request = Request { host, chain: &chain, source: source(flags, anchors.as_deref()), now: time(now) };
    read(&verifier.verify(request));
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
