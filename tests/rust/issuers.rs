//! Who issued what in a chain: by name and signature, from everything that an attacker may put there.

use crate::common::made::{ED25519, Made, P384, ca, leaf};
use crate::common::real::vectors;
use chainpin::{ChainBytes, Encoded, Issuer, IssuerSignature, issuers};

const HOST: &str = "api.example.com";
const ECDSA_SHA256: [u8; 8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];

#[test]
fn real_chains_lead_from_each_to_the_next_and_to_their_root() {
    for vector in vectors() {
        let mut ders = vector.ders();
        let served = ders.len();
        let root = vector.root.as_ref().map(|root| crate::common::real::ders(&crate::common::real::text(&root.file)).remove(0));
        ders.extend(root);
        let found = told(&ders);
        for index in 1..served {
            assert!(found[index - 1].contains(&format!("{index} Valid")), "{}: {found:?}", vector.file);
        }
        if ders.len() > served {
            assert!(found[served - 1].contains(&format!("{served} Valid")), "{}: {found:?}", vector.file);
        }
    }
}

#[test]
fn every_kind_of_key_and_a_root_that_signed_itself() {
    let root = ca("Root").with_new_key(&P384).self_signed();
    let intermediate = ca("Intermediate").with_new_key(&ED25519).signed_by(&root);
    let leaf = leaf(HOST).signed_by(&intermediate);
    assert_eq!(told(&[&leaf, &intermediate, &root]), ["1 Valid", "2 Valid", "2 Valid"]);
    assert_eq!(told(&[&leaf, &root, &intermediate]), ["2 Valid", "1 Valid", "1 Valid"]);
}

/// CVE-2016-2402: what is appended has signed nothing.
#[test]
fn an_appended_ca_has_issued_nothing() {
    let genuine = ca("Genuine").self_signed();
    let rogue = ca("Rogue").self_signed();
    assert_eq!(told(&[&leaf(HOST).signed_by(&rogue), &rogue, &genuine]), ["1 Valid", "1 Valid", "2 Valid"]);
    let namesake = ca("Genuine").self_signed();
    let forged = leaf(HOST).signed_by(&namesake);
    assert_eq!(told(&[&forged, &genuine]), ["1 Invalid", "1 Valid"]);
    assert_eq!(told(&[&forged, &genuine, &namesake]), ["1 Invalid, 2 Valid", "1 Valid, 2 Invalid", "1 Invalid, 2 Valid"]);
}

#[test]
fn a_signature_that_nobody_verifies_is_not_valid() {
    let root = ca("Root").self_signed();
    let leaf: Vec<u8> = leaf(HOST).signed_by(&root).as_ref().to_vec();
    let places: Vec<usize> = (0..leaf.len()).filter(|at| leaf[*at..].starts_with(&ECDSA_SHA256)).collect();
    let [inner, outer] = places[..] else { unreachable!("one in the signed part, one beside it") };
    // An algorithm that is none: ecdsa-with-SHA2, 9.
    let with = |places: &[usize]| {
        let mut changed = leaf.clone();
        for at in places {
            changed[at + 7] = 9;
        }
        told(&[changed.as_slice(), root.as_ref()])[0].clone()
    };
    assert_eq!(with(&[]), "1 Valid");
    assert_eq!(with(&[inner, outer]), "1 Unsupported");
    assert_eq!(with(&[outer]), "1 Invalid");
    // Signed is what stands inside.
    assert_eq!(with(&[inner]), "1 Invalid");
    for at in [inner, leaf.len() - 1] {
        let mut flipped = leaf.clone();
        flipped[at - 12] ^= 1;
        assert_eq!(told(&[flipped.as_slice(), root.as_ref()])[0], "1 Invalid", "{at}");
    }
}

/// Sixteen namesakes would ask for 256 signatures: 63 are checked, for the message costs too.
#[test]
fn work_is_bounded() {
    let namesakes: Vec<Made> = (0..16).map(|_| ca("Namesake").self_signed()).collect();
    let found = told(&namesakes);
    let count = |what: &str| found.iter().map(|line| line.matches(what).count()).sum::<usize>();
    assert_eq!((count("Valid"), count("Invalid"), count("Unchecked")), (4, 59, 193));
}

/// `["1 Valid", "1 Valid, 2 Invalid", ""]`.
fn told<C: AsRef<[u8]>>(ders: &[C]) -> Vec<String> {
    let bytes = ChainBytes::decode(ders.iter().map(|der| Encoded::Der(der.as_ref()))).unwrap();
    let describe = |Issuer { index, signature }: &Issuer| format!("{index} {signature:?}");
    let found = issuers(&bytes.parse().unwrap());
    assert!(
        found.iter().flatten().all(|issuer| issuer.signature != IssuerSignature::Valid || (issuer.index as usize) < ders.len())
    );
    found.iter().map(|issuers| issuers.iter().map(describe).collect::<Vec<_>>().join(", ")).collect()
}
