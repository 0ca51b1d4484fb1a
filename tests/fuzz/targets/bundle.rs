//! Signed policies: none is accepted unless OpenSSL verifies its signature and another reader agrees with all of it.
//!
//! The first byte says who signs and which character is changed afterwards; then the header, a line feed, and the payload.
#![no_main]

use std::sync::LazyLock;

use chainpin::{Accepted, Expiry, Policy, Terms, Time, TrustedKeys, accept};
use chainpin_fuzz::model::date;
use chainpin_fuzz::pki::{self, Key};
use libfuzzer_sys::fuzz_target;
use openssl::base64::{decode_block, encode_block};
use serde_json::{Value, json};

const NOW: &str = "2026-11-24T12:00:00Z";
const DAY: i64 = 24 * 60 * 60 * 1000;
const FLOOR: u64 = 5;
const ID: &str = "acme-mobile";

static TRUSTED: LazyLock<TrustedKeys> = LazyLock::new(|| {
    let [x] = pki::coordinates(Key::ed25519(0)).try_into().expect("one coordinate");
    let [ec_x, ec_y] = pki::coordinates(Key::p256()).try_into().expect("two coordinates");
    let keys = json!([
        { "kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": base64url(&x) },
        { "kty": "EC", "crv": "P-256", "kid": "ec", "x": base64url(&ec_x), "y": base64url(&ec_y) },
    ]);
    TrustedKeys::parse(&keys.to_string()).expect("keys")
});

fuzz_target!(|data: &[u8]| {
    let Some((choice, rest)) = data.split_first() else { return };
    let Ok(rest) = core::str::from_utf8(rest) else { return };
    let bundle = changed(made(*choice & 3, rest), choice >> 2);
    let (now, latest) = (Time::from_millis(date(NOW)), Time::from_millis(0));
    let terms = Terms { keys: &TRUSTED, id: ID, floor: FLOOR, now, latest, clock_skew: DAY, expiry: Expiry::Counts };
    let verified = verified_payload(&bundle);
    match (accept(&bundle, &terms), verified) {
        (Ok(accepted), Some(payload)) => assert_agrees(&accepted, payload),
        (Ok(_), None) => panic!("accepted, and OpenSSL does not: {bundle}"),
        (Err(error), verified) => {
            assert!(error.code() != "signature-invalid" || verified.is_none(), "OpenSSL verifies it: {bundle}");
            drop(error.to_string());
        }
    }
});

fn made(signer: u8, text: &str) -> String {
    let key = match signer {
        0 => Key::ed25519(0),
        1 => Key::p256(),
        2 => Key::ed25519(1),
        _ => return text.to_owned(),
    };
    let (header, payload) = text.split_once('\n').unwrap_or((text, ""));
    let signed = format!("{}.{}", base64url(header.as_bytes()), base64url(payload.as_bytes()));
    format!("{signed}.{}", base64url(&key.sign_jws(signed.as_bytes())))
}

/// With another character at one of 63 places.
fn changed(bundle: String, place: u8) -> String {
    let at = bundle.len() * usize::from(place) / 64;
    match (place, bundle.get(at..at + 1)) {
        (1.., Some(old)) => format!("{}{}{}", &bundle[..at], if old == "A" { "B" } else { "A" }, &bundle[at + 1..]),
        _ => bundle,
    }
}

fn assert_agrees(accepted: &Accepted, mut payload: Value) {
    let (issued, expires) = (date(text(&payload, "issuedAt")), date(text(&payload, "expires")));
    assert_eq!((accepted.issued_at.as_millis(), accepted.expires.as_millis()), (issued, expires));
    assert!(issued < expires && date(NOW) < expires && issued <= date(NOW) + DAY);
    assert!(payload["id"] == ID && payload["sequence"].as_u64() > Some(FLOOR));
    let brought = payload.as_object_mut().expect("an object").remove("signingKeys");
    assert!(accepted.keys.is_none() || brought.is_some());
    assert_eq!(serde_json::from_str::<Value>(&accepted.text).ok(), Some(payload));
    assert!(Policy::parse(&accepted.text).is_ok());
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().expect("a text")
}

/// The payload, if the bundle is one by RFC 7515 and OpenSSL.
fn verified_payload(bundle: &str) -> Option<Value> {
    let [header, payload, signature] = bundle.split('.').collect::<Vec<_>>().try_into().ok()?;
    let signed = &bundle[..bundle.len() - signature.len() - 1];
    let key = match serde_json::from_slice::<Value>(&from_base64url(header)?).ok()? {
        header if header == json!({ "alg": "EdDSA", "kid": "ed", "typ": "chainpin-policy+jws" }) => Key::ed25519(0),
        header if header == json!({ "alg": "ES256", "kid": "ec", "typ": "chainpin-policy+jws" }) => Key::p256(),
        _ => return None,
    };
    let verifies = key.verifies_jws(signed.as_bytes(), &from_base64url(signature)?);
    serde_json::from_slice(&from_base64url(payload)?).ok().filter(|_| verifies)
}

fn base64url(bytes: &[u8]) -> String {
    encode_block(bytes).replace('+', "-").replace('/', "_").replace('=', "")
}

fn from_base64url(text: &str) -> Option<Vec<u8>> {
    let padding = "===".get(..(4 - text.len() % 4) % 4)?;
    let mut bytes = decode_block(&format!("{}{padding}", text.replace('-', "+").replace('_', "/"))).ok()?;
    bytes.truncate(text.len() * 3 / 4);
    (base64url(&bytes) == text).then_some(bytes)
}
