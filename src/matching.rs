//! Which pin of a rule names which certificate of a path.

use crate::codes::codes;
use crate::policy::{Matching, PinRole, PinSet, RulePin};
use crate::time::Time;
use crate::x509::Certificate;

/// Which pin matched which certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Match {
    /// Index among the rule's pins, backup pins after the others.
    pub pin: usize,
    /// Index in the chain; `None` for an anchor that is not in it.
    pub certificate: Option<usize>,
    /// Its place on the path.
    pub role: Role,
    /// A backup pin: the key has been rotated.
    pub backup: bool,
}

codes! {
    /// The place of a certificate on the path.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    pub enum Role {
        /// Not the first.
        Ca = "ca",
        /// The first, even if self-signed.
        Leaf = "leaf",
    }
}

/// Why no pin matched, in ascending order: the greatest that applies is reported.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Miss {
    /// No certificate of the path is pinned.
    Mismatch,
    /// A pinned one is in a place where its pin does not count.
    Role,
    /// Only an expired pin would have matched.
    Expired,
}

/// Step 7 on one path, leaf first: the first certificate that an unexpired pin in its role names.
pub(crate) fn match_pins<'p, 'c: 'p>(
    set: &PinSet,
    path: impl Iterator<Item = (Option<usize>, &'p Certificate<'c>)>,
    now: Time,
) -> Result<Match, Miss> {
    match set.matching {
        Matching::Any => match_any(set, path, now),
        Matching::LeafAndCa => match_leaf_and_ca(set, path, now),
    }
}

fn match_any<'p, 'c: 'p>(
    set: &PinSet,
    path: impl Iterator<Item = (Option<usize>, &'p Certificate<'c>)>,
    now: Time,
) -> Result<Match, Miss> {
    let mut miss = Miss::Mismatch;
    for hit in hits(set, path) {
        match (hit.pin.role.fits(hit.matched.role), hit.pin.is_expired(now)) {
            (true, false) => return Ok(hit.matched),
            (true, true) => miss = miss.max(Miss::Expired),
            (false, _) => miss = miss.max(Miss::Role),
        }
    }
    Err(miss)
}

/// Apple's rule: a `leaf` pin on the leaf and a `ca` pin on another certificate; pins for any role do not count.
fn match_leaf_and_ca<'p, 'c: 'p>(
    set: &PinSet,
    path: impl Iterator<Item = (Option<usize>, &'p Certificate<'c>)>,
    now: Time,
) -> Result<Match, Miss> {
    /// What is known of one of the two places.
    enum Place {
        Empty,
        Expired,
        Held(Match),
    }
    let (mut leaf, mut ca) = (Place::Empty, Place::Empty);
    let mut miss = Miss::Mismatch;
    for hit in hits(set, path) {
        let place = match (hit.pin.role, hit.matched.role) {
            (PinRole::Leaf, Role::Leaf) => &mut leaf,
            (PinRole::Ca, Role::Ca) => &mut ca,
            (PinRole::Any, _) => continue,
            (PinRole::Leaf, Role::Ca) | (PinRole::Ca, Role::Leaf) => {
                miss = Miss::Role;
                continue;
            }
        };
        match (&place, hit.pin.is_expired(now)) {
            (Place::Held(_), _) | (Place::Expired, true) => {}
            (Place::Empty, true) => *place = Place::Expired,
            (Place::Empty | Place::Expired, false) => *place = Place::Held(hit.matched),
        }
    }
    match (leaf, ca) {
        (Place::Held(matched), Place::Held(_)) => Ok(matched),
        (Place::Empty, _) | (_, Place::Empty) => Err(miss),
        (Place::Expired, _) | (_, Place::Expired) => Err(Miss::Expired),
    }
}

/// A pin that names a certificate of the path, whether or not it counts there.
struct Hit<'s> {
    pin: &'s RulePin,
    matched: Match,
}

/// Every pair of certificate and pin, by certificate. A copy of the leaf further up is no CA, and skipped.
fn hits<'s, 'p, 'c: 'p>(
    set: &'s PinSet,
    path: impl Iterator<Item = (Option<usize>, &'p Certificate<'c>)>,
) -> impl Iterator<Item = Hit<'s>> {
    let mut leaf: Option<&'p Certificate<'c>> = None;
    path.filter_map(move |(index, certificate)| match leaf {
        None => {
            leaf = Some(certificate);
            Some((index, certificate, Role::Leaf))
        }
        Some(leaf) => (leaf.der() != certificate.der()).then_some((index, certificate, Role::Ca)),
    })
    .flat_map(move |(index, certificate, role)| {
        set.pins.iter().enumerate().filter(move |(_, pin)| certificate.matches(&pin.pin)).map(move |(pin_index, pin)| Hit {
            pin,
            matched: Match { pin: pin_index, certificate: index, role, backup: pin.backup },
        })
    })
}

impl PinRole {
    fn fits(self, role: Role) -> bool {
        match (self, role) {
            (Self::Any, _) | (Self::Ca, Role::Ca) | (Self::Leaf, Role::Leaf) => true,
            (Self::Ca, Role::Leaf) | (Self::Leaf, Role::Ca) => false,
        }
    }
}
