//! What RFC 5280 asks of the certificates of a path, and webpki does not.
//!
//! An anchor that the app gave is trusted as given, except for a key usage without keyCertSign. What only binds CAs (serial numbers, key
//! identifiers, which extensions are critical) is not checked: private CAs get it wrong, and no decision depends on it.

use super::problem::PathProblem;
use crate::der::{Malformed, list, tag};
use crate::time::Time;
use crate::x509::{BasicConstraints, Certificate, NAME_CONSTRAINTS, Version};

/// The leaf of a built path.
pub(crate) fn check_leaf(leaf: &Certificate<'_>) -> Result<(), PathProblem> {
    check(leaf, Place::Leaf)
}

/// A CA that came with the chain: an intermediate, or where the path ends.
pub(crate) fn check_issuer(issuer: &Certificate<'_>) -> Result<(), PathProblem> {
    check_key_usage(issuer)?;
    check(issuer, Place::Issuer)
}

/// Any issuer, also an anchor that the app gave: section 4.2.1.3, keyCertSign where there is a key usage.
pub(crate) fn check_key_usage(issuer: &Certificate<'_>) -> Result<(), PathProblem> {
    if issuer.extensions().may_sign_certificates() { Ok(()) } else { Err(PathProblem::IssuerMayNotSign) }
}

/// What webpki does not ask of a trust anchor, and what must hold of one that only came with the chain. Its own signature is not
/// verified: anybody can put the pinned key into a certificate with other dates. These checks guard against mistakes; the key is what is pinned.
pub(crate) fn check_target(certificate: &Certificate<'_>, now: Time) -> Result<(), PathProblem> {
    if certificate.extensions().has_many_parts() {
        return Err(PathProblem::TooManyExtensions);
    }
    if certificate.version() != Version::V3 {
        return Err(PathProblem::IssuerVersion);
    }
    match certificate.validity() {
        Ok(validity) if now >= validity.not_before && !validity.is_over(now) => {}
        Ok(_) | Err(_) => return Err(PathProblem::IssuerOutdated),
    }
    if !matches!(certificate.extensions().basic_constraints(), Ok(Some(BasicConstraints { ca: true, .. }))) {
        return Err(PathProblem::IssuerNotCa);
    }
    check_issuer(certificate)?;
    if !certificate.extensions().is_for_servers() {
        return Err(PathProblem::IssuerNotForServers);
    }
    if certificate.extensions().has_unknown_critical() {
        return Err(PathProblem::IssuerCriticalExtension);
    }
    Ok(())
}

/// Section 4.2.1.9: intermediates between this issuer and the leaf, without those that are self-issued.
pub(crate) fn check_path_length<'c>(
    issuer: &Certificate<'_>,
    intermediates: impl Iterator<Item = &'c Certificate<'c>>,
) -> Result<(), PathProblem> {
    let Ok(Some(BasicConstraints { path_length: Some(most), .. })) = issuer.extensions().basic_constraints() else {
        return Ok(());
    };
    let between = intermediates.filter(|intermediate| intermediate.subject() != intermediate.issuer()).count();
    if between > most { Err(PathProblem::PathTooLong) } else { Ok(()) }
}

#[derive(Clone, Copy)]
enum Place {
    Issuer,
    Leaf,
}

fn check(certificate: &Certificate<'_>, place: Place) -> Result<(), PathProblem> {
    // Section 4.1.2.4: the issuer has a name; chaining by names depends on it.
    if certificate.issuer() == NO_NAME {
        return Err(PathProblem::IssuerNameless);
    }
    let mut seen = Vec::new();
    for extension in certificate.extensions() {
        seen.push(extension.oid);
        match (extension.oid, place) {
            (AUTHORITY_INFO_ACCESS, _) if describes_access(extension.value) != Ok(true) => {
                return Err(PathProblem::AuthorityAccessUnreadable);
            }
            (NAME_CONSTRAINTS, Place::Issuer) if constrains_names(extension.value) != Ok(true) => {
                return Err(PathProblem::IssuerConstraintsUnreadable);
            }
            // Section 4.2.1.10: only a CA has them.
            (NAME_CONSTRAINTS, Place::Leaf) => return Err(PathProblem::LeafConstrainsNames),
            _ => {}
        }
    }
    // Section 4.2: no extension twice. webpki checks those that it reads.
    let count = seen.len();
    seen.sort_unstable();
    seen.dedup();
    if seen.len() < count { Err(PathProblem::ExtensionTwice) } else { Ok(()) }
}

/// Section 4.2.1.10: subtrees that are permitted, or excluded, or both, and no empty list. webpki reads what they say.
fn constrains_names(value: &[u8]) -> Result<bool, Malformed> {
    let mut lists = list(value)?;
    let mut constrains = !lists.is_finished();
    while !lists.is_finished() {
        constrains &= !lists.any()?.content.is_empty();
    }
    Ok(constrains)
}

/// Section 4.2.2.1: at least one description, each of a method and a location.
fn describes_access(value: &[u8]) -> Result<bool, Malformed> {
    let mut descriptions = list(value)?;
    let describes = !descriptions.is_finished();
    while !descriptions.is_finished() {
        let mut description = descriptions.expect(tag::SEQUENCE)?.inside();
        description.object_identifier()?;
        description.any()?;
        description.finish()?;
    }
    Ok(describes)
}

/// A Name without any part.
const NO_NAME: &[u8] = &[tag::SEQUENCE, 0];
/// id-pe-authorityInfoAccess, 1.3.6.1.5.5.7.1.1.
const AUTHORITY_INFO_ACCESS: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01];
