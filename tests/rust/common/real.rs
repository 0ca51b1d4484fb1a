//! The real chains of `tests/vectors/chains`, with what another implementation read in them.

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
#[cfg(not(target_arch = "wasm32"))]
pub fn text(name: &str) -> String {
    let path = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/chains").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A file of `tests/vectors/chains`; a browser has no files, so they are part of the module.
#[cfg(target_arch = "wasm32")]
pub fn text(name: &str) -> String {
    let file = FILES.iter().find_map(|(file, text)| (*file == name).then_some(*text));
    file.unwrap_or_else(|| panic!("{name} is not in the list of files")).to_owned()
}

#[cfg(target_arch = "wasm32")]
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../vectors/chains/", $name)))),+]
    };
}

#[cfg(target_arch = "wasm32")]
const FILES: [(&str, &str); 25] = files![
    "akamai.com.pem",
    "akamai.com.root.pem",
    "amazon.com.pem",
    "amazon.com.root.pem",
    "aws.amazon.com.pem",
    "aws.amazon.com.root.pem",
    "badssl-subdomain-1000-sans.pem",
    "badssl-wildcard-ecc256.pem",
    "badssl-wildcard-rsa2048.pem",
    "badssl-wildcard-self-signed.pem",
    "cloudflare.com.pem",
    "cloudflare.com.root.pem",
    "expected.json",
    "fastly.com.pem",
    "fastly.com.root.pem",
    "google.com.pem",
    "google.com.root.pem",
    "microsoft.com.pem",
    "microsoft.com.root.pem",
    "s3.amazonaws.com.pem",
    "s3.amazonaws.com.root.pem",
    "stackoverflow.com.pem",
    "stackoverflow.com.root.pem",
    "storage.googleapis.com.pem",
    "storage.googleapis.com.root.pem",
];
