//! The signature algorithms of certificates, as `rustls-webpki` takes them.

use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};

use super::curves::Curve;
use super::digest::Hash;
use super::{ecdsa, ed25519, rsa};

/// Each pair of a public key's algorithm and a signature's algorithm that verifies; nothing else does.
pub(crate) static ALGORITHMS: &[Algorithm] = &[
    Algorithm(Scheme::EcdsaP256, Hash::Sha256, alg_id::ECDSA_SHA256),
    Algorithm(Scheme::EcdsaP256, Hash::Sha384, alg_id::ECDSA_SHA384),
    Algorithm(Scheme::EcdsaP256, Hash::Sha512, alg_id::ECDSA_SHA512),
    Algorithm(Scheme::EcdsaP384, Hash::Sha256, alg_id::ECDSA_SHA256),
    Algorithm(Scheme::EcdsaP384, Hash::Sha384, alg_id::ECDSA_SHA384),
    Algorithm(Scheme::EcdsaP384, Hash::Sha512, alg_id::ECDSA_SHA512),
    Algorithm(Scheme::Ed25519, Hash::Sha512, alg_id::ED25519),
    Algorithm(Scheme::RsaPkcs1, Hash::Sha256, alg_id::RSA_PKCS1_SHA256),
    Algorithm(Scheme::RsaPkcs1, Hash::Sha384, alg_id::RSA_PKCS1_SHA384),
    Algorithm(Scheme::RsaPkcs1, Hash::Sha512, alg_id::RSA_PKCS1_SHA512),
    Algorithm(Scheme::RsaPkcs1, Hash::Sha256, RSA_PKCS1_SHA256_WITHOUT_NULL),
    Algorithm(Scheme::RsaPkcs1, Hash::Sha384, RSA_PKCS1_SHA384_WITHOUT_NULL),
    Algorithm(Scheme::RsaPkcs1, Hash::Sha512, RSA_PKCS1_SHA512_WITHOUT_NULL),
    Algorithm(Scheme::RsaPss, Hash::Sha256, alg_id::RSA_PSS_SHA256),
    Algorithm(Scheme::RsaPss, Hash::Sha384, alg_id::RSA_PSS_SHA384),
    Algorithm(Scheme::RsaPss, Hash::Sha512, alg_id::RSA_PSS_SHA512),
];

// RFC 4055 section 5: the parameters must be NULL, and implementations must also accept their absence.
const RSA_PKCS1_SHA256_WITHOUT_NULL: AlgorithmIdentifier =
    AlgorithmIdentifier::from_slice(&[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 11]);
const RSA_PKCS1_SHA384_WITHOUT_NULL: AlgorithmIdentifier =
    AlgorithmIdentifier::from_slice(&[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 12]);
const RSA_PKCS1_SHA512_WITHOUT_NULL: AlgorithmIdentifier =
    AlgorithmIdentifier::from_slice(&[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 13]);

#[derive(Debug)]
pub(crate) struct Algorithm(Scheme, Hash, AlgorithmIdentifier);

impl SignatureVerificationAlgorithm for Algorithm {
    fn verify_signature(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let Self(scheme, hash, _) = self;
        let valid = match scheme {
            Scheme::EcdsaP256 => ecdsa::verify(Curve::P256, public_key, *hash, message, signature),
            Scheme::EcdsaP384 => ecdsa::verify(Curve::P384, public_key, *hash, message, signature),
            Scheme::Ed25519 => ed25519::verify(public_key, message, signature),
            Scheme::RsaPkcs1 => rsa::verify_pkcs1(public_key, *hash, message, signature),
            Scheme::RsaPss => rsa::verify_pss(public_key, *hash, message, signature),
        };
        valid.ok_or(InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        match self.0 {
            Scheme::EcdsaP256 => alg_id::ECDSA_P256,
            Scheme::EcdsaP384 => alg_id::ECDSA_P384,
            Scheme::Ed25519 => alg_id::ED25519,
            Scheme::RsaPkcs1 | Scheme::RsaPss => alg_id::RSA_ENCRYPTION,
        }
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.2
    }
}

/// An algorithm whose work can be weighed before it is done.
pub(crate) trait Weighed: SignatureVerificationAlgorithm {
    /// In thousandths of a short message's by P-256, as measured in Hermes: the engine in which signatures take longest.
    fn cost(&self, public_key: &[u8], message: &[u8]) -> usize;
}

impl Weighed for Algorithm {
    fn cost(&self, public_key: &[u8], message: &[u8]) -> usize {
        let Self(scheme, hash, _) = self;
        let key = match scheme {
            Scheme::EcdsaP256 => 1_000,
            Scheme::EcdsaP384 => 2_300,
            Scheme::Ed25519 => 650,
            Scheme::RsaPkcs1 | Scheme::RsaPss => rsa::cost(public_key),
        };
        key + hash.cost(message.len())
    }
}

#[derive(Clone, Copy, Debug)]
enum Scheme {
    EcdsaP256,
    EcdsaP384,
    Ed25519,
    RsaPkcs1,
    RsaPss,
}

#[cfg(test)]
mod tests {
    use super::{ALGORITHMS, SignatureVerificationAlgorithm as _, Weighed as _};
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use serde::Deserialize;
    use std::time::{Duration, Instant};

    /// Made by `make.py` beside the file, with the openssl command where it can.
    const CASES: &str = include_str!("../../tests/vectors/signatures/cases.json");

    /// Far above what the slowest case, an 8192-bit modulus, takes in a debug build; unbounded work is far above this.
    const SLOWEST: Duration = Duration::from_secs(2);

    #[derive(Deserialize)]
    struct Vectors {
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Case {
        name: String,
        valid: bool,
        key_algorithm: String,
        signature_algorithm: String,
        key: String,
        message: String,
        signature: String,
    }

    impl Case {
        fn verifies(&self) -> bool {
            let bytes = |base64: &str| STANDARD.decode(base64).unwrap();
            let (key_algorithm, signature_algorithm) = (bytes(&self.key_algorithm), bytes(&self.signature_algorithm));
            let (key, message, signature) = (bytes(&self.key), bytes(&self.message), bytes(&self.signature));
            ALGORITHMS
                .iter()
                .filter(|algorithm| *algorithm.public_key_alg_id() == *key_algorithm)
                .filter(|algorithm| *algorithm.signature_alg_id() == *signature_algorithm)
                .any(|algorithm| algorithm.verify_signature(&key, &message, &signature).is_ok())
        }
    }

    fn cases() -> Vec<Case> {
        serde_json::from_str::<Vectors>(CASES).unwrap().cases
    }

    #[test]
    fn verifies_the_valid_cases_and_no_other() {
        let wrong: Vec<String> = cases()
            .into_iter()
            .filter(|case| case.verifies() != case.valid)
            .map(|case| format!("{} (expected {})", case.name, if case.valid { "valid" } else { "invalid" }))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn work_is_bounded() {
        for case in cases() {
            let start = Instant::now();
            case.verifies();
            assert!(start.elapsed() < SLOWEST, "{}: {:?}", case.name, start.elapsed());
        }
    }

    /// As Hermes took for each kind, in proportion to P-256.
    #[test]
    fn work_is_weighed_before_it_is_done() {
        let cost = |name: &str| {
            let bytes = |base64: &str| STANDARD.decode(base64).unwrap();
            let case = cases().into_iter().find(|case| case.name == name).unwrap();
            let fits = |algorithm: &&super::Algorithm| {
                *algorithm.public_key_alg_id() == *bytes(&case.key_algorithm)
                    && *algorithm.signature_alg_id() == *bytes(&case.signature_algorithm)
            };
            ALGORITHMS.iter().find(fits).unwrap().cost(&bytes(&case.key), &[])
        };
        assert_eq!(cost("P-256 with SHA-256"), 1_000);
        assert_eq!(cost("P-384 with SHA-384"), 2_300);
        assert_eq!(cost("Ed25519"), 650);
        assert!((120..200).contains(&cost("RSA PKCS#1 with SHA-256")), "{}", cost("RSA PKCS#1 with SHA-256"));
    }

    #[test]
    fn longer_messages_and_larger_keys_cost_more() {
        let p256 = &ALGORITHMS[0];
        assert_eq!(p256.cost(&[], &[0; 88_000]), 2_000);
        assert_eq!(ALGORITHMS[1].cost(&[], &[0; 55_000]), 2_000);
        let case = cases().into_iter().find(|case| case.name == "RSA PKCS#1 with SHA-256").unwrap();
        let key = STANDARD.decode(case.key).unwrap();
        let rsa = ALGORITHMS.iter().find(|algorithm| matches!(algorithm.0, super::Scheme::RsaPkcs1)).unwrap();
        // The exponent's three bytes stand at the end.
        let with_exponent = |exponent: [u8; 3]| [&key[..key.len() - 3], exponent.as_slice()].concat();
        let [usual, large] = [[1, 0, 1], [0x7f, 0xff, 0xff]].map(|exponent| rsa.cost(&with_exponent(exponent), &[]));
        // 17 multiplications, and 22 squarings with 23.
        assert_eq!(large, usual / 18 * 45);
        assert_eq!(rsa.cost(b"not a key", &[]), 1, "refused before any work");
    }

    #[test]
    fn any_changed_bit_is_refused() {
        for name in ["P-256 with SHA-256", "P-384 with SHA-384", "RSA PKCS#1 with SHA-256", "RSA PSS with SHA-256", "Ed25519"] {
            let mut case = cases().into_iter().find(|case| case.name == name).unwrap();
            let (key, signature) = (STANDARD.decode(&case.key).unwrap(), STANDARD.decode(&case.signature).unwrap());
            for bit in (0..8 * signature.len()).step_by(5) {
                case.signature = STANDARD.encode(with_bit_flipped(&signature, bit));
                assert!(!case.verifies(), "{name}: bit {bit} of the signature");
            }
            case.signature = STANDARD.encode(&signature);
            // Each exponent of RSA, at the end of the key, verifies something; so do few moduli, but none this signature.
            for bit in (0..8 * key.len()).step_by(5) {
                case.key = STANDARD.encode(with_bit_flipped(&key, bit));
                assert!(!case.verifies(), "{name}: bit {bit} of the key");
            }
        }
    }

    fn with_bit_flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
        let flip = |(i, byte): (usize, &u8)| if i == bit / 8 { byte ^ 1 << (bit % 8) } else { *byte };
        bytes.iter().enumerate().map(flip).collect()
    }
}
