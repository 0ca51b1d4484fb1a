//! The real chains of `tests/vectors/chains`, with what another implementation read in them.

use std::fs;
use std::path::PathBuf;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;

/// One chain as it was served.
#[derive(Debug, Deserialize)]
pub struct Vector {
    pub file: String,
    pub host: String,
    /// A time at which the leaf is valid; none for the chains of badssl.com, which have expired.
    pub at: Option<String>,
    /// Leaf first.
    pub certificates: Vec<Expected>,
    pub root: Option<Root>,
}

/// What one certificate holds.
#[derive(Debug, Deserialize)]
pub struct Expected {
    pub spki_sha256: String,
    pub certificate_sha256: String,
    pub subject: String,
    pub issuer: String,
    pub not_before: String,
    pub not_after: String,
    pub der_bytes: usize,
}

/// The root in which the chain ends, which servers leave out.
#[derive(Debug, Deserialize)]
pub struct Root {
    pub file: String,
    pub spki_sha256: String,
}

/// Every chain.
pub fn vectors() -> Vec<Vector> {
    serde_json::from_str(&text("expected.json")).unwrap()
}

/// The chain of one host.
pub fn vector(host: &str) -> Vector {
    vectors().into_iter().find(|vector| vector.host == host).unwrap_or_else(|| panic!("no chain of {host}"))
}

impl Vector {
    pub fn pem(&self) -> String {
        text(&self.file)
    }

    pub fn ders(&self) -> Vec<Vec<u8>> {
        ders(&self.pem())
    }

    /// The pins of the chain's keys, leaf first.
    pub fn pins(&self) -> Vec<String> {
        self.certificates.iter().map(|certificate| format!("sha256/{}", certificate.spki_sha256)).collect()
    }

    /// `at`, or a moment in the leaf's lifetime.
    pub fn now(&self) -> String {
        self.at.clone().unwrap_or_else(|| rfc3339(&self.certificates[0].not_after))
    }
}

/// `expected.json` writes a blank where RFC 3339 has its `T`.
pub fn rfc3339(date: &str) -> String {
    date.replace(' ', "T")
}

/// The DER of each block of a bundle, without the code under test.
pub fn ders(pem: &str) -> Vec<Vec<u8>> {
    let blocks = pem.split("-----BEGIN CERTIFICATE-----").skip(1);
    blocks.map(|block| STANDARD.decode(block.split('-').next().unwrap().replace(['\r', '\n'], "")).unwrap()).collect()
}

/// A file of `tests/vectors/chains`.
pub fn text(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/chains").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
