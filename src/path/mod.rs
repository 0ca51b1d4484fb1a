//! Chains that nobody has checked: which of their certificates may match.
//!
//! An attacker can append any public certificate to a chain, so presence proves nothing (CVE-2016-2402). The leaf counts, for TLS
//! proved that the peer holds its key. Another certificate counts only on a path that `webpki` built and verified from the leaf to it,
//! or through it to one of the app's anchors.

mod problem;
mod profile;
mod search;
mod signature_cache;
mod work;

use crate::matching::{Match, Miss, match_pins};
use crate::pin::Pin;
use crate::policy::{Blocked, PinSet};
use crate::time::Time;
use crate::x509::{Anchors, Certificate, Chain};
use search::{End, Next, Paths, Trust};

pub use problem::PathProblem;
pub(crate) use signature_cache::SignatureCache;

/// A presented chain, and what a search for paths in it needs.
#[derive(Clone, Copy)]
pub(crate) struct Presented<'a> {
    pub chain: &'a Chain<'a>,
    pub blocked: &'a Blocked,
    pub cache: &'a SignatureCache,
    pub now: Time,
}

/// The pins found on verified paths, and what the search learned.
#[derive(Debug)]
pub(crate) struct Found {
    pub pins: Result<Match, Miss>,
    pub trail: Trail,
}

/// Which certificates of the chain are on a verified path, and why others do not.
#[derive(Clone, Debug)]
pub(crate) struct Trail {
    pub on_path: Vec<usize>,
    pub off_path: Vec<(usize, PathProblem)>,
}

impl Trail {
    /// The leaf alone, which needs no path.
    pub fn of_leaf() -> Self {
        Self { on_path: vec![0], off_path: Vec::new() }
    }
}

/// Why no path leads around what the policy blocks.
#[derive(Debug)]
pub(crate) enum NoWayAround {
    /// A path exists, and ends in a blocked anchor.
    Blocked(Pin),
    /// There is no path at all.
    None(PathProblem),
}

impl Presented<'_> {
    /// Pins without anchors: the leaf alone, then paths to each certificate that a pin names.
    pub fn match_pinned(self, set: &PinSet) -> Found {
        let leaf = self.chain.leaf();
        let mut found = self.match_leaf(set);
        if found.pins.is_ok() {
            return found;
        }
        let paths = Paths::of(self.chain, self.cache, self.now);
        for (index, certificate) in self.chain.certificates().enumerate().skip(1) {
            let is_named = set.pins.iter().any(|pin| certificate.matches(&pin.pin));
            if !is_named || certificate.der() == leaf.der() {
                continue;
            }
            let end = End { index: Some(index), certificate, trust: Trust::Pinned };
            match profile::check_target(certificate, self.now).and_then(|()| self.match_paths(set, &paths, &[end], None)) {
                Ok(ended) => {
                    found.pins = better(found.pins, ended.pins);
                    found.trail.on_path.extend(ended.trail.on_path);
                }
                Err(problem) => found.trail.off_path.push((index, problem)),
            }
            if found.pins.is_ok() {
                break;
            }
        }
        found
    }

    /// Pins with anchors: paths to any of them that the policy does not block; there must be one.
    pub fn match_anchored(self, set: &PinSet, anchors: &Anchors) -> Result<Found, PathProblem> {
        // A leaf that the app trusts is a path of its own, with or without one above it.
        let alone = self.is_anchor(anchors).then(|| self.match_leaf(set));
        let trusted = self.anchors(anchors);
        let ends = self.ends(trusted.iter().filter(|anchor| self.blocked.pin_of(anchor).is_none()));
        self.match_paths(set, &Paths::of(self.chain, self.cache, self.now), &ends, alone)
    }

    /// For hosts without pins: a path to an anchor that the policy does not block.
    ///
    /// A namesake in the chain can hide a blocked CA from software that links certificates by name, such as Node, and a server need not
    /// send a blocked root.
    pub fn way_around_blocked(self, anchors: &Anchors) -> Result<Trail, NoWayAround> {
        if self.is_anchor(anchors) {
            return Ok(Trail::of_leaf());
        }
        let named = self.anchors(anchors);
        let (lost, trusted): (Vec<_>, Vec<_>) = named.iter().partition(|anchor| self.blocked.pin_of(anchor).is_some());
        let paths = Paths::of(self.chain, self.cache, self.now);
        let mut trail = Trail::of_leaf();
        let any = paths.to(&self.ends(trusted.into_iter()), &mut |path| {
            trail.on_path = path.indices();
            Next::Stop
        });
        let Err(problem) = any else {
            return Ok(trail);
        };
        let mut pin = None;
        // Only for the report: it is decided that there is no way around.
        let _ = paths.to(&self.ends(lost.into_iter()), &mut |path| {
            pin = self.blocked.pin_of(path.end());
            Next::Stop
        });
        Err(pin.map_or(NoWayAround::None(problem), NoWayAround::Blocked))
    }

    fn match_leaf(self, set: &PinSet) -> Found {
        let pins = match_pins(set, self.chain.members(1), self.now);
        Found { pins, trail: Trail::of_leaf() }
    }

    /// Pins on paths to one of `ends`, until one matches; the most telling miss otherwise. `best`: what was found before.
    fn match_paths<'a>(
        self,
        set: &PinSet,
        paths: &Paths<'a>,
        ends: &[End<'a>],
        mut best: Option<Found>,
    ) -> Result<Found, PathProblem> {
        if !matches!(best, Some(Found { pins: Ok(_), .. })) {
            let any = paths.to(ends, &mut |path| {
                let pins = match_pins(set, path.members(), self.now);
                if best.as_ref().is_none_or(|earlier| better(earlier.pins, pins) != earlier.pins) {
                    best = Some(Found { pins, trail: Trail { on_path: path.indices(), off_path: Vec::new() } });
                }
                if pins.is_ok() { Next::Stop } else { Next::Path }
            });
            if let (None, Err(problem)) = (&best, any) {
                return Err(problem);
            }
        }
        best.ok_or(search::NOT_ISSUED)
    }

    /// A leaf that the app trusts is a path of its own.
    fn is_anchor(self, anchors: &Anchors) -> bool {
        let leaf = self.chain.leaf();
        anchors.named(leaf.subject()).any(|anchor| anchor.der() == leaf.der())
    }

    /// The anchors that bear the name of an issuer in the chain.
    fn anchors(self, anchors: &Anchors) -> Vec<Certificate<'_>> {
        let mut issuers: Vec<&[u8]> = self.chain.certificates().map(Certificate::issuer).collect();
        issuers.sort_unstable();
        issuers.dedup();
        issuers.iter().flat_map(|issuer| anchors.named(issuer)).collect()
    }

    fn ends<'e>(self, anchors: impl Iterator<Item = &'e Certificate<'e>>) -> Vec<End<'e>> {
        let index_of = |anchor: &Certificate<'_>| self.chain.certificates().position(|other| other.der() == anchor.der());
        anchors.map(|certificate| End { index: index_of(certificate), certificate, trust: Trust::Given }).collect()
    }
}

/// A match, else the more specific miss; the earlier of two equal ones.
fn better(earlier: Result<Match, Miss>, later: Result<Match, Miss>) -> Result<Match, Miss> {
    match (earlier, later) {
        (Ok(_), _) => earlier,
        (_, Ok(_)) => later,
        (Err(earlier), Err(later)) => Err(earlier.max(later)),
    }
}
