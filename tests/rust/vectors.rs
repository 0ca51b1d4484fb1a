//! Every value of `tests/vectors/chains/expected.json`, which another implementation wrote, from each encoding.
//! Runs natively, and in a browser as a part of `browser.rs`.

use crate::common::real::{Expected, Vector, ders, rfc3339, text, vectors};
use crate::common::{PRESENTED, VALIDATED, certificate_pin_of, compiled, judge_encoded, policy, time};
use base64::{Engine, engine::general_purpose::STANDARD};
use chainpin::{Anchors, Certificate, CertificateDetails, ChainBytes, Encoded, Source, inspect, summarize};
use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn every_value_is_read_from_pem() {
    for vector in vectors() {
        let pem = vector.pem();
        assert_chain(&vector, &[Encoded::Text(pem.as_bytes())], "one bundle");
        let blocks: Vec<&[u8]> = pem.split_inclusive("-----END CERTIFICATE-----\n").map(str::as_bytes).collect();
        assert_eq!(blocks.len(), vector.certificates.len(), "{}", vector.file);
        assert_chain(&vector, &blocks.into_iter().map(Encoded::Text).collect::<Vec<_>>(), "one block a piece");
    }
}

#[test]
fn every_value_is_read_from_base64() {
    for vector in vectors() {
        let texts: Vec<String> = vector.ders().iter().map(|der| STANDARD.encode(der)).collect();
        assert_chain(&vector, &texts.iter().map(|text| Encoded::Text(text.as_bytes())).collect::<Vec<_>>(), "base64");
    }
}

#[test]
fn every_value_is_read_from_der() {
    for vector in vectors() {
        let ders = vector.ders();
        assert_chain(&vector, &ders.iter().map(|der| Encoded::Der(der)).collect::<Vec<_>>(), "DER");
    }
}

#[test]
fn every_root_has_its_pin() {
    let roots: Vec<_> = vectors().into_iter().filter_map(|vector| vector.root).collect();
    assert_eq!(roots.len(), 10);
    for root in roots {
        let pem = text(&root.file);
        let der = &ders(&pem)[0];
        let expected = format!("sha256/{}", root.spki_sha256);
        let bytes = ChainBytes::decode([Encoded::Text(pem.as_bytes())]).unwrap();
        for certificate in [bytes.parse().unwrap().leaf().clone(), Certificate::parse(der).unwrap()] {
            assert_eq!(certificate.key_pin().to_string(), expected, "{}", root.file);
            assert_eq!(certificate.certificate_pin().to_string(), certificate_pin_of(der), "{}", root.file);
        }
    }
}

#[test]
fn the_spki_is_the_bytes_as_they_stand() {
    for vector in vectors() {
        for (der, expected) in vector.ders().iter().zip(&vector.certificates) {
            let certificate = Certificate::parse(der).unwrap();
            assert_eq!(crate::common::pin_of(certificate.spki()), format!("sha256/{}", expected.spki_sha256));
            let inside = der.windows(certificate.spki().len()).any(|window| window == certificate.spki());
            assert!(inside, "{}: the key of {} is no part of it", vector.file, expected.subject);
        }
    }
}

/// The same values again, by way of a verdict.
#[test]
fn a_verdict_tells_the_same() {
    for vector in vectors() {
        let policy = compiled(&policy(json!([{ "host": vector.host, "pins": [vector.pins()[0]] }])));
        let ders = vector.ders();
        for source in [VALIDATED, PRESENTED] {
            let pieces = ders.iter().map(|der| Encoded::Der(der));
            let judged = judge_encoded(&policy, &vector.host, pieces, source, time(&vector.now()));
            assert_eq!(judged.summary(), "pinned leaf 0", "{}, {source:?}: {}", vector.file, judged.message);
            for (entry, expected) in judged.chain.iter().zip(&vector.certificates) {
                assert_summary(&entry.certificate, expected, &vector.file);
            }
        }
    }
}

fn assert_chain(vector: &Vector, pieces: &[Encoded<'_>], encoding: &str) {
    let context = format!("{} as {encoding}", vector.file);
    let bytes = ChainBytes::decode(pieces.iter().copied()).unwrap_or_else(|error| panic!("{context}: {error}"));
    let chain = bytes.parse().unwrap_or_else(|error| panic!("{context}: {error}"));
    let certificates: Vec<&Certificate<'_>> = chain.certificates().collect();
    assert_eq!(certificates.len(), vector.certificates.len(), "{context}");
    for (certificate, expected) in certificates.iter().zip(&vector.certificates) {
        assert_eq!(certificate.der().len(), expected.der_bytes, "{context}");
        assert_summary(&summarize(certificate), expected, &context);
        assert_details(&inspect(certificate), expected, &context);
    }
}

fn assert_details(details: &CertificateDetails, expected: &Expected, context: &str) {
    assert_summary(&details.summary, expected, context);
    assert_eq!(usize::try_from(details.bytes), Ok(expected.der_bytes), "{context}");
    assert_eq!(details.version, 3, "{context}");
}

fn assert_summary(summary: &chainpin::CertificateSummary, expected: &Expected, context: &str) {
    assert_eq!(summary.pin, format!("sha256/{}", expected.spki_sha256), "{context}");
    assert_eq!(summary.fingerprint, expected.certificate_sha256, "{context}");
    assert_eq!(summary.subject, expected.subject, "{context}");
    assert_eq!(summary.issuer, expected.issuer, "{context}");
    assert_eq!(summary.not_before.as_deref(), Some(rfc3339(&expected.not_before).as_str()), "{context}");
    assert_eq!(summary.not_after.as_deref(), Some(rfc3339(&expected.not_after).as_str()), "{context}");
}

#[test]
fn every_chain_leads_to_its_root() {
    for vector in vectors() {
        let (Some(root), Some(at)) = (&vector.root, &vector.at) else { continue };
        let pin = format!("sha256/{}", root.spki_sha256);
        let policy = compiled(&policy(json!([{ "host": vector.host, "pins": [pin] }])));
        let root = text(&root.file);
        let anchors = Anchors::parse([Encoded::Text(root.as_bytes())]).unwrap();
        let judge = |anchors| {
            let source = Source::Presented { anchors };
            judge_encoded(&policy, &vector.host, [Encoded::Text(vector.pem().as_bytes())], source, time(at)).summary()
        };
        assert_eq!(judge(Some(&anchors)), "pinned ca outside", "{}", vector.host);
        assert_eq!(judge(None), "rejected pin-mismatch", "{}", vector.host);
    }
}
