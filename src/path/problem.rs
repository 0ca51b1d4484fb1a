//! Why there is no path.

use core::fmt;

/// Why a presented chain cannot be trusted, or one of its certificates cannot match.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PathProblem {
    /// A certificate's authority information access cannot be read.
    AuthorityAccessUnreadable,
    /// A certificate has an extension twice.
    ExtensionTwice,
    /// An issuer's name constraints are empty, or cannot be read.
    IssuerConstraintsUnreadable,
    /// An issuer has a critical extension that is not known here.
    IssuerCriticalExtension,
    /// An issuer's key usage lacks keyCertSign.
    IssuerMayNotSign,
    /// A certificate does not name its issuer.
    IssuerNameless,
    /// An issuer is no CA.
    IssuerNotCa,
    /// An issuer's extended key usage lacks serverAuth.
    IssuerNotForServers,
    /// An issuer is not valid now.
    IssuerOutdated,
    /// An issuer is not of version 3.
    IssuerVersion,
    /// The leaf has name constraints.
    LeafConstrainsNames,
    /// The leaf's extended key usage does not allow TLS servers.
    LeafNotForServers,
    /// The leaf's dates cannot be read.
    LeafValidityUnreadable,
    /// More intermediates than an issuer allows.
    PathTooLong,
    /// More extensions or purposes than a certificate on a path may have.
    TooManyExtensions,
    /// One certificate, twice on a path.
    UsedTwice,
    /// No path that webpki accepts.
    Webpki(webpki::Error),
    /// More signatures, paths or names to check than one verdict may cost.
    WorkLimit,
}

impl fmt::Display for PathProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::AuthorityAccessUnreadable => "a certificate's authority information access is malformed",
            Self::ExtensionTwice => "a certificate has an extension twice",
            Self::IssuerConstraintsUnreadable => "an issuer's name constraints are empty or malformed",
            Self::IssuerCriticalExtension => "an issuer has a critical extension that is not known here",
            Self::IssuerMayNotSign => "an issuer's key usage does not allow it to sign certificates",
            Self::IssuerNameless => "a certificate does not name its issuer",
            Self::IssuerNotCa => "an issuer is not a CA",
            Self::IssuerNotForServers => "an issuer's extended key usage lacks serverAuth",
            Self::IssuerOutdated => "an issuer is not valid at this time",
            Self::IssuerVersion => "an issuer is not of version 3",
            Self::LeafConstrainsNames => "the leaf has name constraints, which only a CA may have",
            Self::LeafNotForServers => "the leaf's extended key usage lacks serverAuth",
            Self::LeafValidityUnreadable => "the leaf's validity cannot be read",
            Self::PathTooLong => "more intermediates than an issuer allows",
            Self::TooManyExtensions => "a certificate has more than 64 extensions or purposes",
            Self::UsedTwice => "the only path uses a certificate twice",
            Self::Webpki(error) => return write!(f, "{}", Cause(error)),
            Self::WorkLimit => "this chain asks for more work than one verdict may cost",
        };
        f.write_str(text)
    }
}

/// webpki's error for a path, for people.
struct Cause<'a>(&'a webpki::Error);

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use webpki::Error;
        let text = match self.0 {
            Error::CaUsedAsEndEntity => "the leaf is a CA certificate",
            Error::CertExpired { .. } => "a certificate of the path has expired",
            Error::CertNotValidYet { .. } => "a certificate of the path is not valid yet",
            Error::EndEntityUsedAsCa => "an issuer is not a CA",
            Error::ExtensionValueInvalid => "a certificate has an extension twice",
            Error::InvalidSignatureForPublicKey => "a signature does not verify with the key of the named issuer",
            Error::MaximumPathDepthExceeded => "the path has more than 6 intermediates",
            Error::NameConstraintViolation => "a name is outside the constraints of a CA",
            Error::PathLenConstraintViolated => "more intermediates than an issuer allows",
            Error::EmptyEkuExtension | Error::RequiredEkuNotFoundContext(_) => "an issuer's extended key usage lacks serverAuth",
            Error::SignatureAlgorithmMismatch => "a certificate names two signature algorithms",
            Error::UnknownIssuer => "an issuer is neither in the chain nor among the anchors",
            Error::UnsupportedCertVersion => "a certificate is not of version 3",
            Error::UnsupportedCriticalExtension => "a critical extension is not known here",
            Error::UnsupportedSignatureAlgorithmContext(_) => "a signature algorithm that is not accepted, such as SHA-1",
            Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
                "a signature algorithm that is not accepted for the issuer's key"
            }
            Error::InvalidCertValidity => "a certificate ends before it begins",
            Error::BadDer
            | Error::BadDerTime
            | Error::InvalidNetworkMaskConstraint
            | Error::InvalidSerialNumber
            | Error::MalformedDnsIdentifier
            | Error::MalformedExtensions
            | Error::MalformedNameConstraint
            | Error::TrailingData(_)
            | Error::UnsupportedNameType => "a field of a certificate is malformed",
            // What remains is about revocation, or newer than this list. Their names would bring a tenth of the formatting code.
            _ => "path validation refuses a certificate",
        };
        f.write_str(text)
    }
}
