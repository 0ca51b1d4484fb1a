//! The search for paths: `webpki` builds and verifies them, within the limits of one verdict.

use core::cell::{OnceCell, RefCell};
use core::time::Duration;

use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage, VerifiedPath, anchor_from_trusted_cert};

use super::problem::PathProblem;
use super::profile;
use super::signature_cache::{SignatureCache, Verification};
use super::work::Work;
use crate::time::Time;
use crate::x509::{Certificate, Chain};

/// The paths of one presented chain. What they cost is counted over all searches.
pub(crate) struct Paths<'a> {
    chain: &'a Chain<'a>,
    now: Time,
    leaf_fits: OnceCell<bool>,
    issuers: Vec<Issuer<'a>>,
    signatures: Verification<'a>,
    work: Work<'a>,
}

/// A certificate that may stand between the leaf and the end.
struct Issuer<'a> {
    index: usize,
    certificate: &'a Certificate<'a>,
    /// Whether it has the profile of an issuer.
    fits: OnceCell<bool>,
}

/// Where a path may end.
#[derive(Clone, Copy)]
pub(crate) struct End<'a> {
    /// In the chain, if it is there.
    pub index: Option<usize>,
    pub certificate: &'a Certificate<'a>,
    pub trust: Trust,
}

/// Why a path may end there.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Trust {
    /// The app gave it as an anchor; its own fields are not checked.
    Given,
    /// A pin names it; it is a certificate like any other.
    Pinned,
}

/// A verified path: from the leaf up, each certificate with its index in the chain, and where it ends.
pub(crate) struct Path<'p> {
    below: Vec<(Option<usize>, &'p Certificate<'p>)>,
    end: End<'p>,
}

impl<'p> Path<'p> {
    pub fn members(&self) -> impl Iterator<Item = (Option<usize>, &'p Certificate<'p>)> {
        self.below.iter().copied().chain([(self.end.index, self.end.certificate)])
    }

    /// Those of its certificates that are in the chain.
    pub fn indices(&self) -> Vec<usize> {
        self.members().filter_map(|(index, _)| index).collect()
    }

    pub fn end(&self) -> &'p Certificate<'p> {
        self.end.certificate
    }
}

/// Whether the search continues after a path.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Next {
    Path,
    Stop,
}

impl<'a> Paths<'a> {
    pub fn of(chain: &'a Chain<'a>, cache: &'a SignatureCache, now: Time) -> Self {
        let mut issuers: Vec<Issuer<'a>> = Vec::new();
        for (index, certificate) in chain.certificates().enumerate().skip(1) {
            // A copy opens no other path. What has too many parts is rejected on every path.
            let is_new = issuers.iter().all(|earlier| earlier.certificate.der() != certificate.der());
            if is_new && !certificate.extensions().has_many_parts() {
                issuers.push(Issuer { index, certificate, fits: OnceCell::new() });
            }
        }
        let work = Work::of(chain.leaf(), issuers.iter().map(|issuer| issuer.certificate));
        Self { chain, now, leaf_fits: OnceCell::new(), issuers, signatures: cache.verification(), work }
    }

    /// Shows `visit` each verified path from the leaf to one of `ends`, until it returns `Stop`. An error if there is none.
    pub fn to(&self, ends: &[End<'a>], visit: &mut dyn FnMut(&Path<'_>) -> Next) -> Result<(), PathProblem> {
        if self.chain.leaf().extensions().has_many_parts() {
            return Err(PathProblem::TooManyExtensions);
        }
        self.work.spend(ends.iter().map(|end| end.certificate))?;
        let leaf = CertificateDer::from(self.chain.leaf().der());
        let leaf = EndEntityCert::try_from(&leaf).map_err(PathProblem::Webpki)?;
        let ders: Vec<CertificateDer<'_>> = ends.iter().map(|end| CertificateDer::from(end.certificate.der())).collect();
        let mut usable = Vec::new();
        let mut anchors: Vec<TrustAnchor<'_>> = Vec::new();
        for (end, der) in ends.iter().zip(&ders) {
            match (anchor_from_trusted_cert(der), end.trust) {
                (Ok(anchor), _) => {
                    usable.push(end);
                    anchors.push(anchor);
                }
                (Err(error), Trust::Pinned) => return Err(PathProblem::Webpki(error)),
                (Err(_), Trust::Given) => {}
            }
        }
        let intermediates: Vec<CertificateDer<'_>> =
            self.issuers.iter().map(|issuer| CertificateDer::from(issuer.certificate.der())).collect();
        let algorithms = self.signatures.algorithms();
        let algorithms: Vec<&dyn SignatureVerificationAlgorithm> = algorithms.iter().map(|algorithm| algorithm as _).collect();
        let seconds = u64::try_from(self.now.as_seconds()).unwrap_or_default();
        let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));

        let seen = RefCell::new((false, visit));
        let problem: RefCell<Option<PathProblem>> = RefCell::new(None);
        let look = |path: &VerifiedPath<'_>| {
            let end = anchors.iter().zip(&usable).find(|(anchor, _)| core::ptr::eq(*anchor, path.anchor()));
            match end.ok_or(NOT_ISSUED).and_then(|(_, end)| self.complete(path, end)) {
                Ok(path) => {
                    let mut seen = seen.borrow_mut();
                    let (any, visit) = &mut *seen;
                    *any = true;
                    match visit(&path) {
                        Next::Path => Err(NEXT_PATH),
                        Next::Stop => Ok(()),
                    }
                }
                Err(other) => {
                    problem.borrow_mut().get_or_insert(other);
                    Err(NEXT_PATH)
                }
            }
        };
        let built = leaf.verify_for_usage(&algorithms, &anchors, &intermediates, now, KeyUsage::server_auth(), None, Some(&look));
        let ((any, _), problem) = (seen.into_inner(), problem.take());
        match built {
            _ if any => Ok(()),
            _ if self.signatures.is_exhausted() => Err(PathProblem::WorkLimit),
            Err(error) if is_work_limit(&error) => Err(PathProblem::WorkLimit),
            Err(error) => Err(problem.unwrap_or(PathProblem::Webpki(error))),
            Ok(_) => Err(problem.unwrap_or(NOT_ISSUED)),
        }
    }

    /// What webpki leaves to us on a path that it has verified.
    fn complete<'s>(&'s self, path: &VerifiedPath<'_>, end: &End<'s>) -> Result<Path<'s>, PathProblem> {
        if !*self.leaf_fits.get_or_init(|| profile::check_leaf(self.chain.leaf()).is_ok()) {
            profile::check_leaf(self.chain.leaf())?;
        }
        let mut below = vec![(Some(0), self.chain.leaf())];
        for intermediate in path.intermediate_certificates() {
            let der = intermediate.der();
            // webpki borrows its input, so the same bytes are at the same place.
            let issuer = self.issuers.iter().find(|issuer| core::ptr::eq(issuer.certificate.der(), &*der)).ok_or(NOT_ISSUED)?;
            if issuer.certificate.der() == end.certificate.der() {
                return Err(PathProblem::UsedTwice);
            }
            if !*issuer.fits.get_or_init(|| profile::check_issuer(issuer.certificate).is_ok()) {
                profile::check_issuer(issuer.certificate)?;
            }
            below.push((Some(issuer.index), issuer.certificate));
        }
        match end.trust {
            Trust::Given => profile::check_key_usage(end.certificate)?,
            Trust::Pinned => {
                let intermediates = below.iter().skip(1).map(|(_, certificate)| *certificate);
                profile::check_path_length(end.certificate, intermediates)?;
            }
        }
        Ok(Path { below, end: *end })
    }
}

/// Makes webpki look for the next path.
const NEXT_PATH: webpki::Error = webpki::Error::UnknownIssuer;
pub(super) const NOT_ISSUED: PathProblem = PathProblem::Webpki(webpki::Error::UnknownIssuer);

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
