//! A chain in every encoding: the same certificates from each, within the limits, and those that OpenSSL finds.
//!
//! Pieces stand between lines of `==`; the first byte of each says how it is handed over: `D` as DER, `O` as too large, else as text.
#![no_main]

use chainpin::{Certificate, ChainBytes, Encoded};
use chainpin_fuzz::certificate::pem;
use libfuzzer_sys::fuzz_target;
use openssl::base64::encode_block;
use openssl::x509::X509;

const BETWEEN: &[u8] = b"\n==\n";

fuzz_target!(|data: &[u8]| {
    let pieces = pieces(data);
    let Some(ders) = read(&pieces) else { return };
    assert!((1..=16).contains(&ders.len()) && ders.iter().map(Vec::len).sum::<usize>() <= 256 * 1024);

    let base64: Vec<String> = ders.iter().map(|der| encode_block(der)).collect();
    let blocks: Vec<String> = ders.iter().map(|der| pem(der)).collect();
    let bundle = blocks.concat();
    let texts = |texts: &[String]| read(&texts.iter().map(|text| Encoded::Text(text.as_bytes())).collect::<Vec<_>>());
    assert_eq!(read(&ders.iter().map(|der| Encoded::Der(der)).collect::<Vec<_>>()).as_ref(), Some(&ders), "as DER");
    assert_eq!(texts(&base64).as_ref(), Some(&ders), "as base64");
    assert_eq!(texts(&blocks).as_ref(), Some(&ders), "as PEM");
    assert_eq!(texts(&[bundle]).as_ref(), Some(&ders), "as one bundle");

    for piece in &pieces {
        let Encoded::Text(text) = piece else { continue };
        for found in X509::stack_from_pem(text).unwrap_or_default() {
            let der = found.to_der().expect("OpenSSL has just read it");
            assert!(ders.contains(&der) || Certificate::parse(&der).is_err(), "OpenSSL finds a certificate that was passed over");
        }
    }
});

fn pieces(data: &[u8]) -> Vec<Encoded<'_>> {
    let mut pieces = Vec::new();
    let mut rest = Some(data);
    while let Some(data) = rest {
        let end = data.windows(BETWEEN.len()).position(|window| window == BETWEEN);
        let piece = &data[..end.unwrap_or(data.len())];
        pieces.push(match piece.split_first() {
            Some((b'D', der)) => Encoded::Der(der),
            Some((b'O', _)) => Encoded::Oversize,
            Some((b'T', text)) => Encoded::Text(text),
            _ => Encoded::Text(piece),
        });
        rest = end.map(|end| &data[end + BETWEEN.len()..]);
    }
    pieces
}

fn read(pieces: &[Encoded<'_>]) -> Option<Vec<Vec<u8>>> {
    let bytes = ChainBytes::decode(pieces.iter().copied());
    match bytes.as_ref().map_err(|error| *error).and_then(ChainBytes::parse) {
        Ok(chain) => Some(chain.certificates().map(|certificate| certificate.der().to_vec()).collect()),
        Err(error) => {
            drop(error.to_string());
            None
        }
    }
}
