//! Where the mutations begin: the certificates of `tests/vectors`.

use std::fs;
use std::path::{Path, PathBuf};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::tree::Node;

/// A certificate as it stands, and as a tree.
pub struct Seed {
    pub der: Vec<u8>,
    pub tree: Node,
}

/// Certificates of more bytes are mutated seldom enough that they need not be among the seeds.
const LARGEST: usize = 6_000;

/// Every certificate in the vectors, each once.
pub fn seeds() -> Vec<Seed> {
    let vectors = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../vectors");
    let mut ders = Vec::new();
    for folder in ["chains", "limbo", "weak"] {
        collect(&vectors.join(folder), &mut ders);
    }
    ders.sort();
    ders.dedup();
    let seeds: Vec<Seed> = ders
        .into_iter()
        .filter(|der| der.len() <= LARGEST)
        .filter_map(|der| Some(Seed { tree: Node::list(&der)?.into_iter().next()?, der }))
        .collect();
    assert!(seeds.len() > 200, "only {} certificates in tests/vectors", seeds.len());
    seeds
}

/// The PEM blocks of every file of a folder; in JSON their line ends are escaped.
fn collect(folder: &Path, ders: &mut Vec<Vec<u8>>) {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        ders.extend(pem_blocks(&text));
    }
}

/// The content of every PEM block in a text, also where its line ends are escaped.
pub fn pem_blocks(text: &str) -> impl Iterator<Item = Vec<u8>> {
    text.split("-----BEGIN ").skip(1).map(|block| {
        let base64 = block.split("-----").nth(1).unwrap().replace("\\n", "").replace(['\n', '\r'], "");
        STANDARD.decode(base64).unwrap()
    })
}
