//! The public keys that may sign policies, as JWKs (RFC 7517, RFC 7518 section 6.2, RFC 8037).

use core::fmt;

use serde_json::value::RawValue;

use super::base64url::decode;
use super::members::Members;
use crate::crypto::{verify_ed25519, verify_es256};
use crate::limits::{SIGNING_KEY_ID_BYTES, SIGNING_KEYS};

/// One to eight public keys, each with a name of its own.
#[derive(Clone, Debug)]
pub struct TrustedKeys {
    keys: Vec<Key>,
    text: String,
}

impl TrustedKeys {
    /// Reads a JSON array of JWKs.
    ///
    /// # Errors
    /// [`KeysError`], which names the key.
    pub fn parse(text: &str) -> Result<Self, KeysError> {
        let whole = KeysError { index: None, problem: "not a list of 1 to 8 public keys" };
        let list: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| whole)?;
        if list.is_empty() || list.len() > SIGNING_KEYS {
            return Err(whole);
        }
        let mut keys: Vec<Key> = Vec::with_capacity(list.len());
        for (index, raw) in list.into_iter().enumerate() {
            let at = |problem| KeysError { index: Some(index), problem };
            let key = Key::parse(raw.get()).map_err(at)?;
            if keys.iter().any(|other| other.kid == key.kid) {
                return Err(at("an earlier key has the same `kid`"));
            }
            keys.push(key);
        }
        Ok(Self { keys, text: text.to_owned() })
    }

    /// As they were given.
    pub fn as_json(&self) -> &str {
        &self.text
    }

    pub(super) fn find(&self, kid: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.kid == kid)
    }

    /// Whether they are the same keys, in any order and notation.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.keys.len() == other.keys.len() && self.keys.iter().all(|key| other.keys.contains(key))
    }
}

/// One public key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Key {
    kid: String,
    pub algorithm: Algorithm,
    /// x, and for P-256 y.
    coordinates: [[u8; COORDINATE_BYTES]; 2],
}

impl Key {
    /// Reads a JWK without unknown members, above all without a private part.
    fn parse(text: &str) -> Result<Self, &'static str> {
        let mut members = Members::parse(text)?;
        if members.take("d").is_some() {
            return Err("this is a private key; give its public part, and keep this one secret");
        }
        let mut string = |name| string_of(&mut members, name);
        let algorithm = match (string("kty").as_str(), string("crv").as_str()) {
            ("EC", "P-256") => Algorithm::Es256,
            ("OKP", "Ed25519") => Algorithm::EdDsa,
            _ => return Err("not of a kind that signs policies: `kty` EC with `crv` P-256, or OKP with Ed25519"),
        };
        let kid = string("kid");
        if kid.is_empty() || kid.len() > SIGNING_KEY_ID_BYTES {
            return Err("`kid` is not a string of 1 to 128 bytes");
        }
        let mut coordinates = [[0; COORDINATE_BYTES]; 2];
        for (name, coordinate) in ["x", "y"].into_iter().zip(&mut coordinates).take(algorithm.coordinates()) {
            *coordinate = decode_coordinate(&string(name)).ok_or("`x` or `y` is not 32 bytes in base64url without padding")?;
        }
        for (name, only) in [("alg", algorithm.name()), ("use", "sig")] {
            if members.has(name) && members.take_string(name).as_deref() != Some(only) {
                return Err("`alg` or `use` is not that of such a key for signatures");
            }
        }
        // Web Cryptography exports them too; they limit only its own use of a key.
        members.take("key_ops");
        members.take("ext");
        if members.is_empty() { Ok(Self { kid, algorithm, coordinates }) } else { Err("it has a member that is unknown here") }
    }

    /// Whether `signature`, as a JWS has it (RFC 7518 section 3.4, RFC 8037 section 3.1), is this key's over `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let [x, _] = &self.coordinates;
        match self.algorithm {
            Algorithm::Es256 => verify_es256(self.coordinates.as_flattened(), message, signature),
            Algorithm::EdDsa => verify_ed25519(x, message, signature),
        }
    }
}

/// Of a point of P-256, and of an Ed25519 key.
const COORDINATE_BYTES: usize = 32;

fn decode_coordinate(text: &str) -> Option<[u8; COORDINATE_BYTES]> {
    decode(text)?.try_into().ok()
}

/// A member that is a string; empty if there is none. Not inlined, as it has many callers.
#[inline(never)]
fn string_of(members: &mut Members<'_>, name: &str) -> String {
    members.take_string(name).unwrap_or_default()
}

/// The one algorithm that a key is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Algorithm {
    EdDsa,
    Es256,
}

impl Algorithm {
    /// As `alg` names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
        }
    }

    fn coordinates(self) -> usize {
        match self {
            Self::EdDsa => 1,
            Self::Es256 => 2,
        }
    }
}

/// Why keys are invalid.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct KeysError {
    /// Which one; `None` for the list as a whole.
    pub index: Option<usize>,
    /// What is wrong.
    pub problem: &'static str,
}

impl core::error::Error for KeysError {}

impl fmt::Display for KeysError {
    /// To be read after the name of the list.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(f, "[{index}]: {}", self.problem),
            None => write!(f, ": {}", self.problem),
        }
    }
}
