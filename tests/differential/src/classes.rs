//! Why one reader takes a certificate that another refuses: what is odd in it, who refuses that, and why.
//!
//! The table says for each oddity exactly who refuses it. So every answer of every reader is foretold: one that is not as foretold
//! fails the run, also where all of them agree.

use openssl_sys as ffi;

use crate::chain::openssl::{Extensions, extensions};
use crate::chain::world::{self, Case};
use crate::reader::Reader::{self, Chainpin, Openssl, Webpki};

/// Something in a certificate that not everybody takes; found by `shape.rs`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Oddity {
    Algorithm,
    AlgorithmsDiffer,
    Boolean,
    Broken,
    BytesAfter,
    CriticalExtension,
    ExtensionTwice,
    ExtensionType,
    ExtensionValue,
    FrameForm,
    FramePieces,
    HighTag,
    InnerForm,
    InnerPieces,
    Key,
    Large,
    ListForm,
    Name,
    Padding,
    Parameters,
    ParametersReencoded,
    Serial,
    SignatureBits,
    UniqueId,
    UniqueIdBits,
    Validity,
    VersionNot3,
    VersionUnknown,
}

pub struct Class {
    pub oddity: Oddity,
    pub refused_by: &'static [Reader],
    /// Example, as octets in hexadecimal where that is clear.
    pub example: &'static str,
    pub reason: &'static str,
}

/// Node reads with OpenSSL: what is said of one is said of both.
pub const CLASSES: &[Class] = &[
    Class {
        oddity: Oddity::Algorithm,
        refused_by: &[Chainpin, Openssl],
        example: "30 00 as AlgorithmIdentifier",
        reason: "an AlgorithmIdentifier is an object identifier and at most one element; webpki only compares its bytes",
    },
    Class {
        oddity: Oddity::AlgorithmsDiffer,
        refused_by: &[Webpki],
        example: "ecdsa-with-SHA256 inside, ecdsa-with-SHA384 outside",
        reason: "RFC 5280 section 4.1.1.2; no pin rests on it, and every built path goes through webpki, which refuses it",
    },
    Class {
        oddity: Oddity::Boolean,
        refused_by: &[Chainpin, Webpki],
        example: "critical: 01 01 01",
        reason: "DER has one TRUE (X.690 section 11.1); OpenSSL takes BER's",
    },
    Class {
        oddity: Oddity::Broken,
        refused_by: &[Chainpin, Openssl, Webpki],
        example: "a field that is missing, cut off, or of another type",
        reason: "no certificate",
    },
    Class {
        oddity: Oddity::BytesAfter,
        refused_by: &[Chainpin, Webpki],
        example: "a certificate, and a zero after it",
        reason: "`d2i_X509` leaves what follows to its caller; a certificate's fingerprint must cover all that came",
    },
    Class {
        oddity: Oddity::CriticalExtension,
        refused_by: &[Webpki],
        example: "1.2.3.4, critical",
        reason: "RFC 5280 section 4.2 binds those who build paths, as webpki does; for the pin of a leaf nobody needs to know it",
    },
    Class {
        oddity: Oddity::ExtensionTwice,
        refused_by: &[Webpki],
        example: "two SubjectAltNames",
        reason: "RFC 5280 section 4.2; judged where an extension is needed: such a leaf covers no host, and stands on no path",
    },
    Class {
        oddity: Oddity::ExtensionType,
        refused_by: &[Chainpin, Openssl],
        example: "06 02 80 01",
        reason: "no object identifier (X.690 section 8.19); webpki only compares it with those that it knows",
    },
    Class {
        oddity: Oddity::ExtensionValue,
        refused_by: &[Webpki],
        example: "a SubjectAltName that is no SEQUENCE",
        reason: "the contents of extensions are judged where a step needs them",
    },
    Class {
        oddity: Oddity::FrameForm,
        refused_by: &[Chainpin, Webpki],
        example: "30 80 …, 30 81 05 …, 3f 10 05 …",
        reason: "DER has one form of each length (X.690 section 10.1) and tag (8.1.2.2); OpenSSL reads BER",
    },
    Class {
        oddity: Oddity::FramePieces,
        refused_by: &[Chainpin, Webpki],
        example: "23 … in the place of the signature",
        reason: "DER has no strings in pieces (X.690 section 10.2); OpenSSL reads BER",
    },
    Class {
        oddity: Oddity::HighTag,
        refused_by: &[Chainpin],
        example: "parameters: 1f 85 01 00",
        reason: "no algorithm has parameters with a tag of several octets; OpenSSL keeps them unread, webpki does not look",
    },
    Class {
        oddity: Oddity::InnerForm,
        refused_by: &[Chainpin],
        example: "03 81 05 … in a SubjectPublicKeyInfo",
        reason: "as forms in the frame; webpki looks into keys, dates and algorithms only when it builds a path",
    },
    Class {
        oddity: Oddity::InnerPieces,
        refused_by: &[Chainpin],
        example: "37 … as notBefore",
        reason: "as strings in pieces in the frame; webpki looks there only when it builds a path",
    },
    Class {
        oddity: Oddity::Key,
        refused_by: &[Chainpin, Openssl],
        example: "30 00 as SubjectPublicKeyInfo",
        reason: "a pin is of a well-formed SubjectPublicKeyInfo; webpki looks into it only when it builds a path",
    },
    Class {
        oddity: Oddity::Large,
        refused_by: &[Webpki],
        example: "an extension of 65,535 bytes",
        reason: "webpki's limit; chainpin's is 256 KiB for the chain",
    },
    Class {
        oddity: Oddity::ListForm,
        refused_by: &[Chainpin, Webpki],
        example: "10 … in the place of a Name",
        reason: "a SEQUENCE is constructed (X.690 section 8.10.1); OpenSSL does not look at that bit where a list stands",
    },
    Class {
        oddity: Oddity::Name,
        refused_by: &[Openssl],
        example: "an RDN that is no SET, a UTF8String that is not UTF-8",
        reason: "names are compared as bytes and shown as `(unreadable)`; OpenSSL decodes them as it reads",
    },
    Class {
        oddity: Oddity::Padding,
        refused_by: &[Chainpin],
        example: "03 02 04 ff",
        reason: "DER's unused bits are zero (X.690 section 11.2); OpenSSL clears them, so that its hash of such a key would be another",
    },
    Class {
        oddity: Oddity::Parameters,
        refused_by: &[Openssl],
        example: "05 01 00",
        reason: "parameters are framed and not looked into: every kind of key counts; OpenSSL decodes those of universal types",
    },
    Class {
        oddity: Oddity::ParametersReencoded,
        refused_by: &[],
        example: "01 01 05, 03 01 07",
        reason: "OpenSSL writes another TRUE, or other unused bits, than it has read: its hash is not that of the bytes that came",
    },
    Class {
        oddity: Oddity::Serial,
        refused_by: &[Openssl],
        example: "02 00, 02 02 00 01",
        reason: "serial numbers are not judged: platforms trust roots with odd ones",
    },
    Class {
        oddity: Oddity::SignatureBits,
        refused_by: &[Webpki],
        example: "03 02 01 00",
        reason: "no signature that verifies has unused bits; read here, as no pin of a leaf rests on it",
    },
    Class {
        oddity: Oddity::UniqueId,
        refused_by: &[Webpki],
        example: "81 02 00 01 after the key",
        reason: "RFC 5280 section 4.1.2.8 has them parsed; webpki has no use for them",
    },
    Class {
        oddity: Oddity::UniqueIdBits,
        refused_by: &[Openssl],
        example: "81 01 09",
        reason: "unique identifiers are framed, not looked into",
    },
    Class {
        oddity: Oddity::Validity,
        refused_by: &[Chainpin, Openssl],
        example: "a validity of one date",
        reason: "webpki looks into it only when it builds a path",
    },
    Class {
        oddity: Oddity::VersionNot3,
        refused_by: &[Webpki],
        example: "no version, a0 03 02 01 00",
        reason: "old roots are of version 1, and platforms validate paths to them; webpki builds paths of version 3 only",
    },
    Class {
        oddity: Oddity::VersionUnknown,
        refused_by: &[Chainpin, Webpki],
        example: "a0 03 02 01 03",
        reason: "there is no version 4; OpenSSL takes any number",
    },
];

pub fn class(oddity: Oddity) -> &'static Class {
    CLASSES.iter().find(|class| class.oddity == oddity).unwrap()
}

/// A value that readers of one certificate give otherwise, or only one of them.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Difference {
    AltNames,
    DateForm,
    KeyParameters,
    KeyRewritten,
    NameEightBits,
    NameForm,
}

impl Difference {
    pub const ALL: &[Self] =
        &[Self::AltNames, Self::DateForm, Self::KeyParameters, Self::KeyRewritten, Self::NameEightBits, Self::NameForm];

    pub fn reason(self) -> &'static str {
        match self {
            Self::AltNames => {
                "a SubjectAltName with something odd in it: webpki lists what stands before the fault, chainpin nothing where framing or \
                 kind is wrong, OpenSSL nothing where a content is wrong too, unless it is BER; of two SubjectAltNames nobody lists one"
            }
            Self::DateForm => {
                "a date that RFC 5280 section 4.1.2.5 does not allow (no seconds, no `Z`, a zone, a fraction, a day that does not exist): \
                 chainpin shows none, and such a leaf is refused; OpenSSL reads more forms"
            }
            Self::KeyParameters => {
                "parameters of type BOOLEAN or BIT STRING: OpenSSL writes its own TRUE, or unused bits, when it hashes; chainpin and webpki \
                 hash what came"
            }
            Self::KeyRewritten => {
                "`X509Certificate.publicKey.export` writes the key anew (parameters, form of the point, numbers): \
                 what it gives is what OpenSSL writes, and no hash of it is a pin"
            }
            Self::NameEightBits => {
                "octets above 127 in a string of a 7-bit type: there is no right reading; chainpin takes them for UTF-8 or shows them in \
                 hexadecimal, OpenSSL takes them for Latin-1"
            }
            Self::NameForm => {
                "BER inside a name: OpenSSL reads it; chainpin shows `(unreadable)`, or a string in pieces in hexadecimal, and compares \
                 names as bytes"
            }
        }
    }
}

/// What OpenSSL has refused.
pub struct Refused<'a> {
    pub case: &'a Case,
    /// The certificates of chainpin's path that came with the chain, leaf first.
    pub path: &'a [&'a Vec<u8>],
    /// Anchors that the app gave; none where a pinned certificate stands for one.
    pub anchors: &'a [Vec<u8>],
    /// OpenSSL's error is about one of them.
    pub at_anchor: bool,
}

/// Why chainpin may take a path that OpenSSL refuses.
pub struct ChainClass {
    pub name: &'static str,
    /// OpenSSL's X509_V_ERR_….
    pub errors: &'static [i32],
    pub applies: fn(&Refused<'_>) -> bool,
    pub reason: &'static str,
}

pub const CHAIN_CLASSES: &[ChainClass] = &[
    ChainClass {
        name: "last-second",
        errors: &[ffi::X509_V_ERR_CERT_HAS_EXPIRED],
        applies: |it| it.path.iter().any(|der| world::not_after(der) == Some(it.case.now)),
        reason: "RFC 5280 section 4.1.2.5: notAfter is the last second of the validity; OpenSSL's has ended when it begins",
    },
    ChainClass {
        name: "leaf-key-usage",
        errors: &[ffi::X509_V_ERR_INVALID_PURPOSE],
        applies: |it| world::key_usage(it.path[0]).is_some_and(|bits| bits & world::FOR_TLS == 0),
        reason: "a leaf's key usage without digitalSignature, keyEncipherment or keyAgreement: TLS asks for it when it agrees on a \
                 cipher suite; no step of a verdict rests on it",
    },
    ChainClass {
        name: "anchor-dates",
        errors: &[ffi::X509_V_ERR_CERT_NOT_YET_VALID, ffi::X509_V_ERR_CERT_HAS_EXPIRED],
        applies: |it| it.at_anchor,
        reason: "an anchor that the app gave is trusted as given; its own dates are not looked at",
    },
    ChainClass {
        name: "anchor-as-given",
        errors: &[
            ffi::X509_V_ERR_INVALID_CA,
            ffi::X509_V_ERR_INVALID_PURPOSE,
            ffi::X509_V_ERR_PATH_LENGTH_EXCEEDED,
            ffi::X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION,
        ],
        applies: |it| it.at_anchor,
        reason: "nor is its CA bit, path length, purposes and critical extensions; only its name constraints and keyCertSign are",
    },
    ChainClass {
        name: "anchor-unreadable",
        errors: &[ffi::X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY],
        applies: |it| it.anchors.iter().any(|der| extensions(der) != Extensions::Readable),
        reason: "an anchor with an extension that OpenSSL cannot read, such as a negative path length, is none to it; again: trusted as given",
    },
    ChainClass {
        name: "identifiers-unreadable",
        errors: &[ffi::X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, ffi::X509_V_ERR_INVALID_CA, ffi::X509_V_ERR_INVALID_PURPOSE],
        applies: |it| {
            let found: Vec<Extensions> = it.path.iter().map(|der| extensions(der)).collect();
            found.contains(&Extensions::IdentifiersUnreadable) && !found.contains(&Extensions::Unreadable)
        },
        reason: "a key identifier, or distribution points, that cannot be read: OpenSSL takes the whole certificate for invalid; chainpin \
                 decides nothing by them, and contents of extensions are judged where a step needs them",
    },
];
