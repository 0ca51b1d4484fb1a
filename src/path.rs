//! Chains that nobody has checked: what the leaf must be, and which certificates may match.
//!
//! An attacker can append any public certificate to his chain, so presence proves nothing (CVE-2016-2402). The leaf counts, for TLS
//! proved that the peer holds its key. Another certificate counts only on a path that `webpki` built and verified from the leaf to it,
//! or through it to one of the app's anchors.

use core::cell::RefCell;
use core::fmt;
use core::time::Duration;

use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage, VerifiedPath, anchor_from_trusted_cert};

use crate::anchors::Anchors;
use crate::cert::Certificate;
use crate::chain::Chain;
use crate::host::Host;
use crate::limits::{INTERMEDIATES, PATH_STEPS, SIGNATURES};
use crate::links::{Links, Verification};
use crate::policy::{Blocked, PinSet};
use crate::profile;
use crate::time::Time;
use crate::verify::{Match, Miss, Refusal, match_pins};

/// What TLS would check of a leaf: validity, name, purpose; the first that fails is the most telling.
pub(crate) fn check_leaf(leaf: &Certificate<'_>, host: &Host, now: Time) -> Result<(), Refusal> {
    let validity = leaf.validity().map_err(|_| Refusal::PathInvalid(PathProblem::LeafValidityUnreadable))?;
    if validity.is_over(now) {
        return Err(Refusal::CertificateExpired { not_after: validity.not_after });
    }
    if now < validity.not_before {
        return Err(Refusal::CertificateNotYetValid { not_before: validity.not_before });
    }
    if !leaf.alt_names().any(|name| host.is_covered_by(&name)) {
        return Err(Refusal::HostnameMismatch);
    }
    if !leaf.is_for_servers() {
        return Err(Refusal::PathInvalid(PathProblem::LeafNotForServers));
    }
    Ok(())
}

/// What a search needs besides the chain.
#[derive(Clone, Copy)]
pub(crate) struct Search<'a> {
    pub chain: &'a Chain<'a>,
    pub set: &'a PinSet,
    pub blocked: &'a Blocked,
    pub links: &'a Links,
    pub now: Time,
}

/// What was found on verified paths, and what was learned on the way.
#[derive(Debug)]
pub(crate) struct Found {
    pub pins: Result<Match, Miss>,
    pub trail: Trail,
}

/// Which certificates of the chain stand on a verified path, and why others do not.
#[derive(Clone, Debug)]
pub(crate) struct Trail {
    pub on_path: Vec<usize>,
    pub off_path: Vec<(usize, PathProblem)>,
}

impl Trail {
    /// The leaf's, which needs no path.
    pub fn of_leaf() -> Self {
        Self { on_path: vec![0], off_path: Vec::new() }
    }
}

/// Without anchors: the leaf alone, then paths to each certificate that a pin names.
pub(crate) fn search_pinned(search: Search<'_>) -> Found {
    let leaf = search.chain.leaf();
    let mut found = search.leaf_alone();
    let verification = search.links.verification();
    for (index, certificate) in search.chain.certificates().enumerate().skip(1) {
        if found.pins.is_ok() {
            break;
        }
        let is_named = search.set.pins.iter().any(|pin| certificate.matches(&pin.pin));
        if !is_named || certificate.der() == leaf.der() {
            continue;
        }
        let target = Target { index: Some(index), certificate, trust: Trust::Pinned };
        match profile::check_target(certificate, search.now).and_then(|()| search.paths_to(&[target], &verification)) {
            Ok(paths) => {
                found.pins = better(found.pins, paths.pins);
                found.trail.on_path.extend(paths.trail.on_path);
            }
            Err(problem) => found.trail.off_path.push((index, problem)),
        }
    }
    found
}

/// With anchors: paths to any of them that the policy does not block; there must be one.
pub(crate) fn search_anchored(search: Search<'_>, anchors: &Anchors) -> Result<Found, PathProblem> {
    let chain = search.chain;
    let leaf = chain.leaf();
    // A leaf that the app trusts is a path of its own.
    if anchors.named(leaf.subject()).any(|anchor| anchor.der() == leaf.der()) {
        return Ok(search.leaf_alone());
    }
    let mut issuers: Vec<&[u8]> = chain.certificates().map(Certificate::issuer).collect();
    issuers.sort_unstable();
    issuers.dedup();
    let trusted = issuers.iter().flat_map(|issuer| anchors.named(issuer));
    let trusted: Vec<Certificate<'_>> = trusted.filter(|anchor| search.blocked.pin_of(anchor).is_none()).collect();
    let index_of = |anchor: &Certificate<'_>| chain.certificates().position(|other| other.der() == anchor.der());
    let target = |certificate| Target { index: index_of(certificate), certificate, trust: Trust::Given };
    let targets: Vec<Target<'_>> = trusted.iter().map(target).collect();
    search.paths_to(&targets, &search.links.verification())
}

/// Where a path is to end.
#[derive(Clone, Copy)]
struct Target<'a> {
    /// In the chain, if it is there.
    index: Option<usize>,
    certificate: &'a Certificate<'a>,
    trust: Trust,
}

/// Why a path may end there.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Trust {
    /// The app gave it as an anchor; its own fields are not looked at.
    Given,
    /// A pin names it; it is a certificate like any other.
    Pinned,
}

impl Search<'_> {
    fn leaf_alone(&self) -> Found {
        let pins = match_pins(self.set, core::iter::once((Some(0), self.chain.leaf())), self.now);
        Found { pins, trail: Trail::of_leaf() }
    }

    /// Looks at verified paths from the leaf to a target until one matches; the most telling of them otherwise.
    fn paths_to(&self, targets: &[Target<'_>], verification: &Verification<'_>) -> Result<Found, PathProblem> {
        if !has_few_paths(self.chain) {
            return Err(PathProblem::WorkLimit);
        }
        let leaf = CertificateDer::from(self.chain.leaf().der());
        let leaf = EndEntityCert::try_from(&leaf).map_err(PathProblem::Webpki)?;
        let ders: Vec<CertificateDer<'_>> = targets.iter().map(|target| CertificateDer::from(target.certificate.der())).collect();
        let mut usable = Vec::new();
        let mut anchors: Vec<TrustAnchor<'_>> = Vec::new();
        for (target, der) in targets.iter().zip(&ders) {
            match (anchor_from_trusted_cert(der), target.trust) {
                (Ok(anchor), _) => {
                    usable.push(target);
                    anchors.push(anchor);
                }
                (Err(error), Trust::Pinned) => return Err(PathProblem::Webpki(error)),
                (Err(_), Trust::Given) => {}
            }
        }
        let others = self.chain.certificates().skip(1);
        let intermediates: Vec<CertificateDer<'_>> = others.map(|certificate| CertificateDer::from(certificate.der())).collect();
        let algorithms = verification.algorithms();
        let algorithms: Vec<&dyn SignatureVerificationAlgorithm> = algorithms.iter().map(|algorithm| algorithm as _).collect();
        let seconds = u64::try_from(self.now.as_seconds()).unwrap_or_default();
        let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));

        let best: RefCell<Option<Found>> = RefCell::new(None);
        let problem: RefCell<Option<PathProblem>> = RefCell::new(None);
        let look = |path: &VerifiedPath<'_>| {
            let target = anchors.iter().zip(&usable).find(|(anchor, _)| core::ptr::eq(*anchor, path.anchor()));
            match target.ok_or(NOT_ISSUED).and_then(|(_, target)| self.look(path, target)) {
                Ok(found) => {
                    let matched = found.pins.is_ok();
                    let mut best = best.borrow_mut();
                    if best.as_ref().is_none_or(|earlier| better(earlier.pins, found.pins) != earlier.pins) {
                        *best = Some(found);
                    }
                    matched.then_some(()).ok_or(NEXT_PATH)
                }
                Err(other) => {
                    problem.borrow_mut().get_or_insert(other);
                    Err(NEXT_PATH)
                }
            }
        };
        let built = leaf.verify_for_usage(&algorithms, &anchors, &intermediates, now, KeyUsage::server_auth(), None, Some(&look));
        let (best, problem) = (best.take(), problem.take());
        match (best, built) {
            (Some(found), _) => Ok(found),
            (None, _) if verification.is_exhausted() => Err(PathProblem::WorkLimit),
            (None, Err(error)) if is_work_limit(&error) => Err(PathProblem::WorkLimit),
            (None, Err(error)) => Err(problem.unwrap_or(PathProblem::Webpki(error))),
            (None, Ok(_)) => Err(problem.unwrap_or(NOT_ISSUED)),
        }
    }

    /// What webpki leaves to us on a path that it has verified, and the pins on it.
    fn look(&self, path: &VerifiedPath<'_>, target: &Target<'_>) -> Result<Found, PathProblem> {
        profile::check_leaf(self.chain.leaf())?;
        let mut members = vec![(Some(0), self.chain.leaf())];
        for intermediate in path.intermediate_certificates() {
            let der = intermediate.der();
            let found = self.chain.certificates().enumerate().find(|(_, other)| *other.der() == *der);
            let (index, certificate) = found.ok_or(NOT_ISSUED)?;
            if *der == *target.certificate.der() {
                return Err(PathProblem::UsedTwice);
            }
            profile::check_issuer(certificate)?;
            members.push((Some(index), certificate));
        }
        match target.trust {
            Trust::Given => profile::check_key_usage(target.certificate)?,
            Trust::Pinned => {
                let intermediates = members.iter().skip(1).map(|(_, certificate)| *certificate);
                profile::check_path_length(target.certificate, intermediates)?;
            }
        }
        members.push((target.index, target.certificate));
        let pins = match_pins(self.set, members.iter().copied(), self.now);
        let on_path = members.iter().filter_map(|(index, _)| *index).collect();
        Ok(Found { pins, trail: Trail { on_path, off_path: Vec::new() } })
    }
}

/// Whether the names in a chain let few enough certificates follow each other. Names cost an attacker nothing: fourteen CAs of one
/// name can be put together in millions of ways, of which webpki tries 200,000, for seconds, before it gives up.
fn has_few_paths(chain: &Chain<'_>) -> bool {
    /// As webpki does: from the last of `path` to every certificate of its issuer's name whose key the path does not hold yet.
    fn count<'p>(others: &'p [Certificate<'_>], path: &mut Vec<&'p Certificate<'p>>, left: &mut usize) -> Option<()> {
        let issuer = path.last()?.issuer();
        for next in others.iter().filter(|other| other.subject() == issuer) {
            if path.iter().any(|earlier| earlier.spki() == next.spki() && earlier.subject() == issuer) {
                continue;
            }
            *left = left.checked_sub(1)?;
            if path.len() <= INTERMEDIATES {
                path.push(next);
                count(others, path, left)?;
                path.pop();
            }
        }
        Some(())
    }
    count(chain.others(), &mut vec![chain.leaf()], &mut PATH_STEPS.clone()).is_some()
}

/// Makes webpki look for the next path.
const NEXT_PATH: webpki::Error = webpki::Error::UnknownIssuer;
const NOT_ISSUED: PathProblem = PathProblem::Webpki(webpki::Error::UnknownIssuer);

/// webpki's own limits, for one search each.
fn is_work_limit(error: &webpki::Error) -> bool {
    use webpki::Error;
    matches!(
        error,
        Error::MaximumNameConstraintComparisonsExceeded
            | Error::MaximumPathBuildCallsExceeded
            | Error::MaximumSignatureChecksExceeded
    )
}

/// A match, else the more telling miss; the earlier of two alike.
fn better(earlier: Result<Match, Miss>, later: Result<Match, Miss>) -> Result<Match, Miss> {
    match (earlier, later) {
        (Ok(_), _) => earlier,
        (_, Ok(_)) => later,
        (Err(earlier), Err(later)) => Err(earlier.max(later)),
    }
}

/// Why a presented chain cannot be trusted, or one of its certificates cannot match.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PathProblem {
    /// A certificate's authority information access cannot be read.
    AuthorityAccessUnreadable,
    /// A certificate has an extension twice.
    ExtensionTwice,
    /// An issuer's name constraints are empty, or cannot be read.
    IssuerConstraintsUnreadable,
    /// An issuer has a critical extension that nobody here knows.
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
            Self::UsedTwice => "the only path uses a certificate twice",
            Self::Webpki(error) => return write!(f, "{}", Cause(error)),
            Self::WorkLimit => {
                return write!(
                    f,
                    "this would be more work than one verdict may cost: {SIGNATURES} signatures, and webpki's limits on paths"
                );
            }
        };
        f.write_str(text)
    }
}

/// webpki's word on a path, for people.
struct Cause<'a>(&'a webpki::Error);

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use webpki::Error;
        let text = match self.0 {
            Error::CaUsedAsEndEntity => "the leaf is a CA certificate",
            Error::CertExpired { .. } => "a CA certificate of the path has expired",
            Error::CertNotValidYet { .. } => "a CA certificate of the path is not valid yet",
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
            // webpki adds errors in minor versions; its own name for one is better than none.
            other => return write!(f, "{other:?}"),
        };
        f.write_str(text)
    }
}
