//! Bad input: what is no certificate chain is refused with its place, never accepted, and never a panic.

use crate::common::der::{Fields, UNIX_2030, alt_names, extension, offset, sequence, tlv};
use crate::common::real::{Vector, vector, vectors};
use crate::common::{PRESENTED, VALIDATED, certificate_pin_of, compiled, judge_encoded, policy, time};
use base64::{Engine, engine::general_purpose::STANDARD};
use chainpin::{
    Certificate, Chain, ChainBytes, ChainError, ChainProblem, Encoded, Outcome, Problem, Refusal, Request, Source, Verifier,
};
use proptest::prelude::*;
use serde_json::json;

// Cut and flipped

#[test]
fn a_certificate_cut_anywhere_is_refused() {
    for vector in vectors() {
        let ders = vector.ders();
        for der in &ders {
            for length in 0..der.len() {
                let error = error_of([Encoded::Der(&der[..length])]);
                let ChainError::Malformed { index: 0, offset, problem: ChainProblem::Certificate(_) } = error else {
                    panic!("{} cut to {length} bytes: {error:?}", vector.file)
                };
                assert!(offset <= length, "{} cut to {length} bytes: offset {offset}", vector.file);
            }
        }
    }
}

#[test]
fn an_error_names_the_certificate_that_is_cut() {
    let vector = vector("akamai.com");
    let ders = vector.ders();
    for cut in [0, 1, 4, 100, ders[1].len() - 1] {
        let error = error_of([Encoded::Der(&ders[0]), Encoded::Der(&ders[1][..cut])]);
        assert!(matches!(error, ChainError::Malformed { index: 1, offset, .. } if offset <= cut), "{cut}: {error:?}");
    }
}

/// 1,418 bytes, 8 bits each: the pin of the whole certificate never matches, the pin of the key only where its bytes are whole.
#[test]
fn a_flipped_bit_never_makes_a_match() {
    let Leaf { vector, der, spki, by_key, by_certificate } = Leaf::akamai();
    let now = time(&vector.now());
    let untouched = |verifier: &Verifier| judge_encoded(verifier, &vector.host, [Encoded::Der(&der)], VALIDATED, now).summary();
    assert_eq!([&by_key, &by_certificate].map(untouched), ["pinned leaf 0", "pinned leaf 0"]);

    for at in 0..der.len() {
        for mask in (0..8).map(|bit| 1 << bit).chain([0xff]) {
            let mut flipped = der.clone();
            flipped[at] ^= mask;
            let sources: &[Source<'_>] = if mask == 0xff { &[VALIDATED, PRESENTED] } else { &[VALIDATED] };
            for source in sources {
                let whole = outcome(&by_certificate, &vector.host, &flipped, *source, now);
                assert!(!whole.is_ok(), "byte {at} ^ {mask:#04x}, {source:?}, by certificate: {whole:?}");
                let key = outcome(&by_key, &vector.host, &flipped, *source, now);
                assert!(!key.is_ok() || !spki.contains(&at), "byte {at} ^ {mask:#04x}, {source:?}, by key: {key:?}");
            }
        }
    }
}

#[test]
fn a_flipped_byte_outside_the_key_leaves_the_key_or_breaks_the_frame() {
    let Leaf { vector, der, spki, by_key, .. } = Leaf::akamai();
    for at in (0..der.len()).filter(|at| !spki.contains(at)) {
        let mut flipped = der.clone();
        flipped[at] ^= 0xff;
        let outcome = outcome(&by_key, &vector.host, &flipped, VALIDATED, time(&vector.now()));
        let fits = match &outcome {
            Outcome::Pinned(_) => true,
            Outcome::Rejected(Refusal::Chain(ChainError::Malformed { index: 0, offset, .. })) => *offset <= der.len(),
            _ => false,
        };
        assert!(fits, "byte {at}: {outcome:?}");
    }
}

struct Leaf {
    vector: Vector,
    der: Vec<u8>,
    spki: std::ops::Range<usize>,
    by_key: Verifier,
    by_certificate: Verifier,
}

impl Leaf {
    fn akamai() -> Self {
        let vector = vector("akamai.com");
        let der = vector.ders().swap_remove(0);
        let spki = Certificate::parse(&der).unwrap().spki().to_vec();
        let start = der.windows(spki.len()).position(|window| window == spki).unwrap();
        let pinning = |pin: &str| compiled(&policy(json!([{ "host": vector.host, "pins": [pin] }])));
        Self {
            by_key: pinning(&vector.pins()[0]),
            by_certificate: pinning(&certificate_pin_of(&der)),
            spki: start..start + spki.len(),
            vector,
            der,
        }
    }
}

// Strict DER (the checklist is OkHttp's DerTest, as far as it is about certificates)

#[test]
fn the_smallest_certificate_is_one() {
    let der = Fields::minimal().encode();
    assert_eq!(der.len(), offset::END);
    let certificate = Certificate::parse(&der).unwrap();
    assert_eq!(certificate.spki(), &der[offset::SPKI..offset::OUTER_ALGORITHM]);
    assert_eq!(certificate.der(), &der[..]);
}

/// What may be odd: nothing of it says where the key begins and ends.
#[test]
fn what_no_step_needs_is_not_judged() {
    let minimal = Fields::minimal();
    for (what, fields) in [
        ("version 1, by default", Fields { version: Vec::new(), ..minimal.clone() }),
        ("version 2", Fields { version: vec![0xa0, 0x03, 0x02, 0x01, 0x01], ..minimal.clone() }),
        ("serial 0", Fields { serial: vec![0x02, 0x01, 0x00], ..minimal.clone() }),
        ("a negative serial", Fields { serial: vec![0x02, 0x01, 0xff], ..minimal.clone() }),
        ("a padded serial", Fields { serial: vec![0x02, 0x02, 0x00, 0x01], ..minimal.clone() }),
        ("a serial of 100 bytes", Fields { serial: tlv(0x02, &[0x7f; 100]), ..minimal.clone() }),
        ("a subject of nonsense", Fields { subject: tlv(0x30, &[0xff; 3]), ..minimal.clone() }),
        ("dates of nonsense", Fields { validity: sequence(&[&tlv(0x17, b"never"), &tlv(0x18, b"")]), ..minimal.clone() }),
        ("unique identifiers", with_unique_ids(&[0x81, 0x02, 0x00, 0x01], &[0x82, 0x02, 0x00, 0x01])),
        ("an extension of nonsense", Fields::with_extensions(&[&extension(&[0x55, 0x1d, 0x11], true, b"nonsense")])),
        ("a key of a kind that nobody knows", Fields { spki: spki(&[0x03, 0x03, 0x00, 0xde, 0xad]), ..minimal.clone() }),
    ] {
        assert!(Certificate::parse(&fields.encode()).is_ok(), "{what}");
    }
}

#[test]
fn lengths_are_in_their_shortest_form_and_definite() {
    for (what, serial, problem) in [
        ("a long form where the short one does", &[0x02, 0x81, 0x01, 0x01][..], Problem::Length),
        ("a leading zero in a length", &[0x02, 0x82, 0x00, 0x01, 0x01], Problem::Length),
        ("an indefinite length", &[0x02, 0x80, 0x01, 0x00, 0x00], Problem::Length),
        ("a length of five bytes", &[0x02, 0x85, 0x00, 0x00, 0x00, 0x00, 0x01, 0x01], Problem::Length),
        ("a length of nine bytes", &[0x02, 0x89, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], Problem::Length),
        ("the reserved length", &[0x02, 0xff, 0x01, 0x01], Problem::Length),
        ("a length of 4 GiB", &[0x02, 0x84, 0xff, 0xff, 0xff, 0xff, 0x01], Problem::Truncated),
        ("a large element inside a small one", &[0x02, 0x7f, 0x01], Problem::Truncated),
    ] {
        let der = Fields { serial: serial.to_vec(), ..Fields::minimal() }.encode();
        assert_eq!(malformed(&der), (offset::SERIAL, problem), "{what}");
    }
    let content = &Fields::minimal().encode()[2..];
    for (what, der, problem) in [
        ("a long form where the short one does", [&[0x30, 0x81, 0x4d], content].concat(), Problem::Length),
        ("a leading zero in the length", [&[0x30, 0x82, 0x00, 0x4d], content].concat(), Problem::Length),
        ("an indefinite length", [&[0x30, 0x80], content, &[0, 0]].concat(), Problem::Length),
        ("4 GiB", vec![0x30, 0x84, 0xff, 0xff, 0xff, 0xff], Problem::Truncated),
        ("a length without its bytes", vec![0x30, 0x82, 0x01], Problem::Truncated),
        ("a tag alone", vec![0x30], Problem::Truncated),
        ("nothing", vec![], Problem::Truncated),
    ] {
        assert_eq!(malformed(&der), (0, problem), "{what}, outside");
    }
}

#[test]
fn nothing_follows_the_last_field() {
    let minimal = Fields::minimal();
    let null = vec![0x05, 0x00];
    for (what, after) in [("a byte", vec![0]), ("another certificate", minimal.encode())] {
        assert_eq!(malformed(&[minimal.encode(), after].concat()), (offset::END, Problem::Trailing), "{what}");
    }
    for (what, fields, at) in [
        ("after the signature", Fields { after_signature: null.clone(), ..minimal.clone() }, offset::END),
        ("after the key, in the TBSCertificate", Fields { after_tbs_fields: null, ..minimal.clone() }, offset::OUTER_ALGORITHM),
        ("a third date", Fields { validity: sequence(&[UNIX_2030; 3]), ..minimal.clone() }, offset::SUBJECT),
        ("a third field of the key", Fields { spki: spki(&[0x03, 0x02, 0x00, 0x55, 0x05, 0x00]), ..minimal.clone() }, 68),
        ("a second list of extensions", Fields { extensions: tlv(0xa3, &[0x30, 0, 0x30, 0]), ..minimal.clone() }, 72),
        ("a fourth field of an extension", Fields { extensions: raw_extension(&[0x04, 0, 0x05, 0]), ..minimal.clone() }, 81),
        ("a unique identifier twice", with_unique_ids(&[0x81, 0x02, 0, 1], &[0x81, 0x02, 0, 1]), 72),
        ("unique identifiers in the wrong order", with_unique_ids(&[0x82, 0x02, 0, 1], &[0x81, 0x02, 0, 1]), 72),
    ] {
        assert_eq!(malformed(&fields.encode()), (at, Problem::Trailing), "{what}");
    }
}

#[test]
fn every_field_has_its_tag() {
    let minimal = Fields::minimal();
    let text = vec![0x0c, 0x00];
    for (what, fields, at) in [
        ("the serial a text", Fields { serial: text.clone(), ..minimal.clone() }, offset::SERIAL),
        ("the serial missing", Fields { serial: Vec::new(), ..minimal.clone() }, offset::SERIAL),
        ("the algorithm a text", Fields { inner_algorithm: text.clone(), ..minimal.clone() }, offset::INNER_ALGORITHM),
        ("the issuer a SET", Fields { issuer: vec![0x31, 0x00], ..minimal.clone() }, offset::ISSUER),
        ("the validity a text", Fields { validity: text.clone(), ..minimal.clone() }, offset::VALIDITY),
        ("a date as text", Fields { validity: sequence(&[&text, UNIX_2030]), ..minimal.clone() }, offset::NOT_BEFORE),
        ("the other date as text", Fields { validity: sequence(&[UNIX_2030, &text]), ..minimal.clone() }, offset::NOT_AFTER),
        ("one date", Fields { validity: sequence(&[UNIX_2030]), ..minimal.clone() }, offset::NOT_AFTER),
        ("the subject a text", Fields { subject: text.clone(), ..minimal.clone() }, offset::SUBJECT),
        ("the key a text", Fields { spki: text.clone(), ..minimal.clone() }, offset::SPKI),
        ("the key's bits as bytes", Fields { spki: spki(&[0x04, 0x02, 0x00, 0x55]), ..minimal.clone() }, 64),
        ("the signature's bits as bytes", Fields { signature: vec![0x04, 0x02, 0, 0xaa], ..minimal.clone() }, offset::SIGNATURE),
        ("the signature missing", Fields { signature: Vec::new(), ..minimal.clone() }, offset::SIGNATURE),
    ] {
        let (offset, problem) = malformed(&fields.encode());
        assert_eq!(offset, at, "{what}");
        assert!(matches!(problem, Problem::Tag { .. } | Problem::Truncated), "{what}: {problem}");
    }
    let set = tlv(0x31, &Fields::minimal().encode()[2..]);
    assert_eq!(malformed(&set), (0, Problem::Tag { expected: 0x30, found: 0x31 }));
}

/// X.690 section 10.2: strings are primitive; and no tag of a certificate needs more than one byte.
#[test]
fn constructed_strings_and_long_tags_are_refused() {
    let minimal = Fields::minimal();
    let constructed_bits = [0x23, 0x04, 0x03, 0x02, 0x00, 0x55];
    for (what, fields) in [
        ("a constructed key", Fields { spki: spki(&constructed_bits), ..minimal.clone() }),
        ("a constructed signature", Fields { signature: constructed_bits.to_vec(), ..minimal.clone() }),
        ("a constructed integer", Fields { serial: vec![0x22, 0x03, 0x02, 0x01, 0x01], ..minimal.clone() }),
        ("a constructed date", Fields { validity: sequence(&[&tlv(0x37, UNIX_2030), UNIX_2030]), ..minimal.clone() }),
        ("a constructed extension value", Fields { extensions: raw_extension(&[0x24, 0x02, 0x04, 0x00]), ..minimal.clone() }),
        ("a constructed unique identifier", with_unique_ids(&[0xa1, 0x04, 0x03, 0x02, 0x00, 0x01], &[])),
        ("a primitive sequence", Fields { issuer: vec![0x10, 0x00], ..minimal.clone() }),
        ("a long tag", Fields { issuer: vec![0x3f, 0x81, 0x00, 0x00], ..minimal.clone() }),
        ("a short tag in long form", Fields { issuer: vec![0x3f, 0x10, 0x00], ..minimal.clone() }),
    ] {
        let (_, problem) = malformed(&fields.encode());
        assert!(matches!(problem, Problem::Tag { .. } | Problem::Trailing), "{what}: {problem}");
    }
}

#[test]
fn bit_strings_count_their_unused_bits() {
    for (what, bits) in [
        ("not even a count", &[0x03, 0x00][..]),
        ("eight unused bits", &[0x03, 0x02, 0x08, 0x00]),
        ("unused bits of nothing", &[0x03, 0x01, 0x03]),
        ("an unused bit that is set", &[0x03, 0x02, 0x01, 0xff]),
    ] {
        for (fields, at) in [
            (Fields { spki: spki(bits), ..Fields::minimal() }, 64),
            (Fields { signature: bits.to_vec(), ..Fields::minimal() }, offset::SIGNATURE),
        ] {
            assert_eq!(malformed(&fields.encode()), (at, Problem::BitString), "{what}");
        }
    }
    let unused = Fields { spki: spki(&[0x03, 0x02, 0x01, 0xfe]), ..Fields::minimal() };
    assert!(Certificate::parse(&unused.encode()).is_ok(), "an unused bit that is not set");
}

#[test]
fn versions_booleans_and_object_identifiers_are_canonical() {
    for version in [
        &[0x02, 0x01, 0x03][..],
        &[0x02, 0x01, 0xff],
        &[0x02, 0x02, 0x00, 0x02],
        &[0x02, 0x00],
        &[],
        &[0x04, 0x01, 0x02],
        &[0x02, 0x01, 0x02, 0x05, 0x00],
    ] {
        let der = Fields { version: tlv(0xa0, version), ..Fields::minimal() }.encode();
        assert_eq!(malformed(&der), (offset::VERSION, Problem::Version), "{version:02x?}");
    }
    for critical in [&[0x01, 0x01, 0x01][..], &[0x01, 0x00], &[0x01, 0x02, 0xff, 0xff]] {
        let extensions = raw_extension(&[critical, &[0x04, 0x00]].concat());
        let der = Fields { extensions, ..Fields::minimal() }.encode();
        assert_eq!(malformed(&der), (79, Problem::Boolean), "{critical:02x?}");
    }
    for oid in [&[0x06, 0x00][..], &[0x06, 0x01, 0x80], &[0x06, 0x03, 0x2a, 0x03, 0x84], &[0x06, 0x03, 0x2a, 0x80, 0x04]] {
        let der = Fields { inner_algorithm: tlv(0x30, oid), ..Fields::minimal() }.encode();
        assert_eq!(malformed(&der), (offset::INNER_ALGORITHM + 2, Problem::ObjectIdentifier), "{oid:02x?}");
    }
}

/// Ten thousand levels: as a certificate, and where only `inspect` looks.
#[test]
fn depth_costs_nothing() {
    let deep = (0..10_000).fold(Vec::new(), |inner, _| tlv(0x30, &inner));
    malformed(&deep);
    let policy = compiled(&policy(json!([{ "host": "deep.example", "pins": [crate::common::stray_pin(0)] }])));
    for fields in [
        Fields { subject: deep.clone(), ..Fields::minimal() },
        Fields { issuer: deep.clone(), ..Fields::minimal() },
        Fields {
            spki: sequence(&[&sequence(&[&[0x06, 0x03, 0x2a, 0x03, 0x04], &deep]), &[0x03, 0x01, 0x00]]),
            ..Fields::minimal()
        },
        Fields::with_extensions(&[&extension(&[0x55, 0x1d, 0x11], false, &deep)]),
        Fields::with_extensions(&[&extension(&[0x55, 0x1d, 0x13], true, &deep)]),
        Fields::with_extensions(&[&extension(&[0x55, 0x1d, 0x25], true, &deep)]),
    ] {
        let der = fields.encode();
        chainpin::inspect(&Certificate::parse(&der).unwrap());
        for (source, expected) in [(VALIDATED, "rejected pin-mismatch"), (PRESENTED, "rejected hostname-mismatch")] {
            let judged = judge_encoded(&policy, "deep.example", [Encoded::Der(&der)], source, time("2026-01-01"));
            assert_eq!(judged.summary(), expected);
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(der in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Certificate::parse(&der).is_err());
    }

    /// Three bytes changed anywhere in a certificate: whatever can still be read can be told to people.
    #[test]
    fn no_damage_makes_it_panic(changes in proptest::collection::vec((0usize..675, any::<u8>()), 1..4)) {
        let mut der = vector("cloudflare.com").ders().swap_remove(1);
        for (at, byte) in changes {
            der[at] = byte;
        }
        if let Ok(certificate) = Certificate::parse(&der) {
            chainpin::inspect(&certificate);
        }
        let policy = compiled(&policy(json!([{ "host": "cloudflare.com", "pins": [crate::common::stray_pin(0)] }])));
        for source in [VALIDATED, PRESENTED] {
            let judged = judge_encoded(&policy, "cloudflare.com", [Encoded::Der(&der)], source, time("2026-03-13"));
            prop_assert!(!judged.is_ok());
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "(-----BEGIN CERTIFICATE-----|-----END CERTIFICATE-----|-----|[A-Za-z0-9+/= \n]|\\PC){0,30}") {
        let bytes = ChainBytes::decode([Encoded::Text(text.as_bytes())]);
        prop_assert!(bytes.as_ref().map_err(|error| *error).and_then(ChainBytes::parse).is_err());
    }
}

// Size

#[test]
fn sixteen_certificates_are_read_and_seventeen_are_not() {
    let der = Fields::minimal().encode();
    assert_eq!(length_of(&vec![Encoded::Der(&der); 16]), Ok(16));
    assert!(matches!(length_of(&vec![Encoded::Der(&der); 17]), Err(ChainError::TooLarge(limits)) if limits.certificates == 16));
    let pem = pem_of(&der);
    assert_eq!(length_of(&[Encoded::Text(pem.repeat(16).as_bytes())]), Ok(16));
    assert!(matches!(length_of(&[Encoded::Text(pem.repeat(17).as_bytes())]), Err(ChainError::TooLarge(_))));
    assert!(matches!(length_of(&vec![Encoded::Text(pem.as_bytes()); 17]), Err(ChainError::TooLarge(_))));
}

#[test]
fn a_quarter_of_a_mebibyte_is_read_and_a_byte_more_is_not() {
    const LIMIT: usize = 256 * 1024;
    let limit = certificate_of(LIMIT);
    assert_eq!(length_of(&[Encoded::Der(&limit)]), Ok(1));
    let over = certificate_of(LIMIT + 1);
    assert!(matches!(length_of(&[Encoded::Der(&over)]), Err(ChainError::TooLarge(limits)) if limits.bytes == LIMIT));

    let (half, other) = (certificate_of(LIMIT / 2), certificate_of(LIMIT / 2 + 1));
    assert_eq!(length_of(&[Encoded::Der(&half), Encoded::Der(&half)]), Ok(2));
    assert!(matches!(length_of(&[Encoded::Der(&half), Encoded::Der(&other)]), Err(ChainError::TooLarge(_))));

    assert_eq!(length_of(&[Encoded::Text(STANDARD.encode(&limit).as_bytes())]), Ok(1));
    assert_eq!(length_of(&[Encoded::Text(pem_of(&limit).as_bytes())]), Ok(1));
    assert!(matches!(length_of(&[Encoded::Text(pem_of(&over).as_bytes())]), Err(ChainError::TooLarge(_))));
    assert!(matches!(length_of(&[Encoded::Oversize]), Err(ChainError::TooLarge(_))));
    let explained = format!("{}{}", " ".repeat(5 * LIMIT), pem_of(&half));
    assert!(matches!(length_of(&[Encoded::Text(explained.as_bytes())]), Err(ChainError::TooLarge(_))));
}

#[test]
fn no_certificate_at_all_is_an_empty_chain() {
    assert_eq!(length_of(&[]), Err(ChainError::Empty));
}

// Text

#[test]
fn pem_is_read_as_people_hand_it_over() {
    let vector = vector("akamai.com");
    let pem = vector.pem();
    for (what, text) in [
        ("as it is", pem.clone()),
        ("CRLF", pem.replace('\n', "\r\n")),
        ("CR", pem.replace('\n', "\r")),
        ("no line breaks in the body", pem_of_line(&vector)),
        ("no line break at the end", pem.trim_end().to_owned()),
        ("blank lines between", pem.replace("-----BEGIN", "\n\n-----BEGIN")),
        ("indented", pem.replace('\n', "\n    ")),
        (
            "explanations around",
            pem.replace("-----BEGIN", "subject=CN = example, O = \"-\"\nissuer=…\n-----BEGIN") + "\nthe end\n",
        ),
        ("dashes around", format!("-----\n{pem}----- -- ---\n")),
        ("a byte order mark", format!("\u{feff}{pem}")),
    ] {
        assert_eq!(pins_of(&[Encoded::Text(text.as_bytes())]), Ok(vector.pins()), "{what}");
    }
}

#[test]
fn base64_is_read_with_its_line_breaks() {
    let vector = vector("akamai.com");
    let texts: Vec<String> = vector.ders().iter().map(|der| STANDARD.encode(der)).collect();
    let broken = |separator: &str| {
        let lines =
            |text: &String| text.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line).into_owned()).collect::<Vec<_>>();
        texts.iter().map(|text| lines(text).join(separator) + separator).collect::<Vec<_>>()
    };
    for texts in [texts.clone(), broken("\n"), broken("\r\n"), broken(" "), broken("\t")] {
        let pieces: Vec<Encoded<'_>> = texts.iter().map(|text| Encoded::Text(text.as_bytes())).collect();
        assert_eq!(pins_of(&pieces), Ok(vector.pins()), "{:?}", &texts[0][..90]);
    }
}

#[test]
fn base64_is_standard_padded_and_canonical() {
    // 79 bytes: 106 digits and two of padding; the last digit carries four bits that must be zero.
    let text = STANDARD.encode(Fields::minimal().encode());
    assert!(text.ends_with("qg=="), "{text}");
    for (what, text, at) in [
        ("url-safe", text.replacen('A', "_", 1), text.find('A').unwrap()),
        ("url-safe", text.replacen('A', "-", 1), text.find('A').unwrap()),
        ("no padding", text.trim_end_matches('=').to_owned(), 106),
        ("half the padding", text[..107].to_owned(), 107),
        ("bits after the end", text.replace("qg==", "qh=="), 105),
        ("padding inside", format!("{}={}", &text[..8], &text[8..]), 8),
        ("a NUL", format!("{}\0{}", &text[..8], &text[8..]), 8),
        ("not ASCII", format!("{}é{}", &text[..8], &text[8..]), 8),
        ("a quoted string", format!("\"{text}\""), 0),
        ("a bad digit after a line break", format!("{}\r\n!{}", &text[..8], &text[8..]), 10),
        ("a file name", "certificate.pem".to_owned(), 11),
    ] {
        let expected = Err(ChainError::Malformed { index: 0, offset: at, problem: ChainProblem::Base64 });
        assert_eq!(length_of(&[Encoded::Text(text.as_bytes())]), expected, "{what}");
    }
}

#[test]
fn an_error_in_pem_names_the_block_and_the_byte() {
    let pem = pem_of(&Fields::minimal().encode());
    let in_second = |text: String, at: usize, problem: ChainProblem| {
        let bundle = format!("{pem}{text}");
        let expected = Err(ChainError::Malformed { index: 1, offset: pem.len() + at, problem });
        assert_eq!(length_of(&[Encoded::Text(bundle.as_bytes())]), expected, "{text}");
    };
    // The body begins after `-----BEGIN CERTIFICATE-----` (27 bytes) and its line break.
    in_second(pem.replacen("ME", "M!", 1), 29, ChainProblem::Base64);
    in_second(pem.replace("-----END CERTIFICATE-----", ""), 0, ChainProblem::PemUnfinished);
    in_second(pem.replace("END CERTIFICATE-----", "END CERTIFICATE----"), 0, ChainProblem::PemUnfinished);
    in_second("-----BEGIN CERTIFICATE".to_owned(), 0, ChainProblem::PemUnfinished);
    in_second(format!("-----BEGIN CERTIFICATE-----\n{pem}"), 28, ChainProblem::Base64);
    for label in
        ["TRUSTED CERTIFICATE", "X509 CRL", "CERTIFICATE REQUEST", "PUBLIC KEY", "PKCS7", "certificate", " CERTIFICATE", ""]
    {
        in_second(pem.replace("CERTIFICATE", label), 0, ChainProblem::PemLabel);
    }
}

#[test]
fn an_empty_block_is_no_certificate() {
    let empty = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
    let error = error_of([Encoded::Text(empty.as_bytes())]);
    assert!(matches!(error, ChainError::Malformed { index: 0, offset: 0, problem: ChainProblem::Certificate(_) }), "{error:?}");
    let second = pem_of(&Fields::minimal().encode()) + empty;
    assert!(matches!(error_of([Encoded::Text(second.as_bytes())]), ChainError::Malformed { index: 1, offset: 0, .. }));
}

/// An empty piece is refused and not passed over: else the next one would be taken for the leaf.
#[test]
fn an_empty_piece_is_no_certificate() {
    let der = Fields::minimal().encode();
    for empty in [Encoded::Der(b""), Encoded::Text(b""), Encoded::Text(b" \n")] {
        assert!(matches!(error_of([empty, Encoded::Der(&der)]), ChainError::Malformed { index: 0, .. }), "{empty:?}");
        assert!(matches!(error_of([Encoded::Der(&der), empty]), ChainError::Malformed { index: 1, .. }), "{empty:?}");
    }
}

#[test]
fn a_private_key_is_refused_and_not_repeated() {
    let certificate = pem_of(&Fields::minimal().encode());
    let secret = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v";
    for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY"] {
        let key = format!("-----BEGIN {label}-----\n{secret}\n-----END {label}-----\n");
        for (text, index, offset) in
            [(format!("{key}{certificate}"), 0, 0), (format!("{certificate}{key}"), 1, certificate.len())]
        {
            let error = error_of([Encoded::Text(text.as_bytes())]);
            assert_eq!(error, ChainError::Malformed { index, offset, problem: ChainProblem::PrivateKey });
            let policy = compiled(&policy(json!([{ "host": "example.com", "pins": [crate::common::stray_pin(0)] }])));
            let pieces = [Encoded::Text(text.as_bytes())];
            let judged = judge_encoded(&policy, "example.com", pieces, VALIDATED, time("2026-01-01"));
            assert_eq!(judged.summary(), "rejected chain-malformed");
            assert!(judged.message.contains("private key"), "{}", judged.message);
            let told = format!("{} {:?} {error} {error:?}", judged.message, judged.report);
            assert!(!told.contains(secret) && !told.contains("MC4C"), "{told}");
        }
    }
}

#[test]
fn pem_handed_over_as_bytes_is_told_from_der() {
    let pem = pem_of(&Fields::minimal().encode());
    let expected = ChainError::Malformed { index: 0, offset: 0, problem: ChainProblem::PemAsDer };
    assert_eq!(error_of([Encoded::Der(pem.as_bytes())]), expected);
}

#[test]
fn an_error_says_which_certificate_and_what_it_is() {
    let said = |problem| ChainError::Malformed { index: 1, offset: 7, problem }.to_string();
    for (problem, what) in [
        (ChainProblem::Base64, "base64"),
        (ChainProblem::Certificate(Problem::Truncated), "cut off"),
        (ChainProblem::PemAsDer, "hand PEM over as a string"),
        (ChainProblem::PemLabel, "something other than a CERTIFICATE"),
        (ChainProblem::PemUnfinished, "without its END line"),
        (ChainProblem::PrivateKey, "treat this key as disclosed"),
    ] {
        let said = said(problem);
        assert!(said.starts_with("certificate 1, byte 7: ") && said.contains(what), "{said}");
    }
    let expected = [(0x17, "UTCTime"), (0x18, "GeneralizedTime"), (0xa3, "tag 0xa3")];
    for (expected, name) in expected {
        let said = said(ChainProblem::Certificate(Problem::Tag { expected, found: 0x05 }));
        assert!(said.ends_with(&format!("expected {name}, found tag 0x05")), "{said}");
    }
}

#[test]
fn encodings_may_be_mixed() {
    let vector = vector("akamai.com");
    let ders = vector.ders();
    let (base64, pem) = (STANDARD.encode(&ders[0]), pem_of(&ders[1]));
    assert_eq!(pins_of(&[Encoded::Text(base64.as_bytes()), Encoded::Text(pem.as_bytes())]), Ok(vector.pins()));
    assert_eq!(pins_of(&[Encoded::Der(&ders[0]), Encoded::Text(pem.as_bytes())]), Ok(vector.pins()));
}

/// Nothing but a certificate's own SubjectAltName is read, and only by a step that needs it.
#[test]
fn alternative_names_that_cannot_be_read_cover_nothing() {
    let names = |value: &[u8]| extension(&[0x55, 0x1d, 0x11], false, value);
    let good = Fields::with_extensions(&[&alt_names(&["example.com"])]).encode();
    let pin = Certificate::parse(&good).unwrap().key_pin().to_string();
    let policy = compiled(&policy(json!([{ "host": "example.com", "pins": [pin] }])));
    let outcome =
        |der: &[u8], source| judge_encoded(&policy, "example.com", [Encoded::Der(der)], source, time("2026-01-01")).summary();
    assert_eq!(outcome(&good, PRESENTED), "pinned leaf 0");
    let dns = tlv(0x82, b"example.com");
    for (what, value) in [
        ("nonsense", b"nonsense".to_vec()),
        ("a text", tlv(0x0c, b"example.com")),
        ("trailing bytes", [tlv(0x30, &dns), vec![0x00]].concat()),
        ("a length too long", vec![0x30, 0x0d, 0x82, 0x7f, b'e']),
        ("an indefinite length", [vec![0x30, 0x80], dns.clone(), vec![0, 0]].concat()),
        ("a constructed name", tlv(0x30, &tlv(0xa2, &dns))),
        ("the name as e-mail", tlv(0x30, &tlv(0x81, b"example.com"))),
        ("the name as address", tlv(0x30, &tlv(0x87, b"example.com"))),
        ("nothing", tlv(0x30, &[])),
    ] {
        let der = Fields::with_extensions(&[&names(&value)]).encode();
        assert_eq!(outcome(&der, VALIDATED), "pinned leaf 0", "{what}");
        assert_eq!(outcome(&der, PRESENTED), "rejected hostname-mismatch", "{what}");
    }
}

/// What is wrong, and where the element at fault begins, counted by hand.
fn malformed(der: &[u8]) -> (usize, Problem) {
    match Certificate::parse(der) {
        Ok(_) => panic!("accepted: {der:02x?}"),
        Err(error) => (error.offset, error.problem),
    }
}

fn outcome(verifier: &Verifier, host: &str, leaf: &[u8], source: Source<'_>, now: chainpin::Time) -> Outcome {
    let bytes = ChainBytes::decode([Encoded::Der(leaf)]).unwrap();
    verifier.verify(Request { host, chain: &bytes.parse(), source, now }).outcome
}

fn error_of<'a>(pieces: impl IntoIterator<Item = Encoded<'a>>) -> ChainError {
    match read(&pieces.into_iter().collect::<Vec<_>>(), |_| ()) {
        Ok(()) => panic!("accepted"),
        Err(error) => error,
    }
}

fn length_of(pieces: &[Encoded<'_>]) -> Result<usize, ChainError> {
    read(pieces, |chain| chain.certificates().count())
}

fn pins_of(pieces: &[Encoded<'_>]) -> Result<Vec<String>, ChainError> {
    read(pieces, |chain| chain.certificates().map(|certificate| certificate.key_pin().to_string()).collect())
}

fn read<T>(pieces: &[Encoded<'_>], look: impl FnOnce(&Chain<'_>) -> T) -> Result<T, ChainError> {
    let bytes = ChainBytes::decode(pieces.iter().copied())?;
    let chain = bytes.parse()?;
    Ok(look(&chain))
}

fn pem_of(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

fn pem_of_line(vector: &Vector) -> String {
    let block = |der: &Vec<u8>| format!("-----BEGIN CERTIFICATE-----{}-----END CERTIFICATE-----", STANDARD.encode(der));
    vector.ders().iter().map(block).collect()
}

/// A certificate of exactly so many bytes: its serial number fills it up.
fn certificate_of(bytes: usize) -> Vec<u8> {
    let of_serial = |length: usize| Fields { serial: tlv(0x02, &vec![1; length]), ..Fields::minimal() }.encode();
    let frame = of_serial(100_000).len() - 100_000;
    let der = of_serial(bytes - frame);
    assert_eq!(der.len(), bytes);
    der
}

/// A SubjectPublicKeyInfo around these bits; in the minimal certificate they begin at byte 64.
fn spki(bits: &[u8]) -> Vec<u8> {
    sequence(&[&[0x30, 0x05, 0x06, 0x03, 0x2a, 0x03, 0x04], bits])
}

/// One extension with whatever follows its OID.
fn raw_extension(rest: &[u8]) -> Vec<u8> {
    tlv(0xa3, &sequence(&[&sequence(&[&[0x06, 0x03, 0x55, 0x1d, 0x11], rest])]))
}

fn with_unique_ids(issuer: &[u8], subject: &[u8]) -> Fields {
    Fields { issuer_unique_id: issuer.to_vec(), subject_unique_id: subject.to_vec(), ..Fields::minimal() }
}
