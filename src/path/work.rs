//! What a search for paths may cost, counted before it begins.
//!
//! Names, keys and extensions cost an attacker nothing but bytes: fourteen CAs of one name can be put together in millions of ways, of
//! which webpki tries 200,000, for seconds; and at each step it reads every certificate again.

use core::cell::Cell;

use super::problem::PathProblem;
use crate::cert::Certificate;
use crate::limits::{INTERMEDIATES, NAME_COMPARISONS, PATH_BYTES};

/// The certificates of a chain as numbers: equal ones stand for equal bytes. What is left to spend.
pub(super) struct Work {
    /// The leaf, then what may issue.
    nodes: Vec<Node>,
    /// Bytes that webpki reads at each step.
    bytes: usize,
    /// Names that constraints are compared with.
    names: usize,
    /// Subtrees of constraints of all issuers.
    subtrees: usize,
    bytes_left: Cell<usize>,
    comparisons_left: Cell<usize>,
}

struct Node {
    subject: usize,
    issuer: usize,
    key: usize,
    key_length: usize,
}

/// What one search costs.
#[derive(Default)]
struct Cost {
    bytes: usize,
    steps: usize,
}

impl Work {
    pub fn of<'c>(leaf: &'c Certificate<'c>, issuers: impl Iterator<Item = &'c Certificate<'c>> + Clone) -> Self {
        let (mut names, mut keys) = (Classes::default(), Classes::default());
        let certificates = core::iter::once(leaf).chain(issuers.clone());
        let node = |certificate: &'c Certificate<'c>| Node {
            subject: names.of(certificate.subject()),
            issuer: names.of(certificate.issuer()),
            key: keys.of(certificate.spki()),
            key_length: certificate.spki().len(),
        };
        let nodes = certificates.clone().map(node).collect();
        let subtrees = issuers.clone().map(Certificate::subtree_count).sum();
        Self {
            nodes,
            bytes: issuers.map(|issuer| issuer.der().len()).sum(),
            names: certificates.map(|certificate| certificate.alt_name_count() + 1).sum(),
            subtrees,
            bytes_left: Cell::new(PATH_BYTES),
            comparisons_left: Cell::new(NAME_COMPARISONS),
        }
    }

    /// Takes off what a search for paths to `ends` may cost at the most.
    pub fn spend<'c>(&self, ends: impl Iterator<Item = &'c Certificate<'c>> + Clone) -> Result<(), PathProblem> {
        let mut cost = Cost::default();
        self.add_paths(&mut vec![0], &mut cost).ok_or(PathProblem::WorkLimit)?;
        let subtrees = self.subtrees + ends.clone().map(Certificate::subtree_count).sum::<usize>();
        let comparisons = subtrees.saturating_mul(self.names).saturating_mul(cost.steps).saturating_mul(ends.count());
        let spend = |left: &Cell<usize>, cost: usize| left.get().checked_sub(cost).map(|rest| left.set(rest));
        spend(&self.bytes_left, cost.bytes).and(spend(&self.comparisons_left, comparisons)).ok_or(PathProblem::WorkLimit)
    }

    /// As webpki does: at the last of `path`, reads every certificate, and goes on to each of its issuer's name whose key the path does
    /// not hold yet. Nothing where that is too much.
    fn add_paths(&self, path: &mut Vec<usize>, cost: &mut Cost) -> Option<()> {
        let last = self.nodes.get(*path.last()?)?;
        cost.steps += 1;
        cost.bytes += self.bytes;
        for (index, next) in self.nodes.iter().enumerate().skip(1).filter(|(_, next)| next.subject == last.issuer) {
            cost.bytes += path.len() * next.key_length;
            if cost.bytes > self.bytes_left.get() {
                return None;
            }
            let is_on_path = |earlier: &Node| earlier.key == next.key && earlier.subject == next.subject;
            if path.len() <= INTERMEDIATES && !path.iter().filter_map(|earlier| self.nodes.get(*earlier)).any(is_on_path) {
                path.push(index);
                self.add_paths(path, cost)?;
                path.pop();
            }
        }
        Some(())
    }
}

/// Numbers for texts, each compared once.
#[derive(Default)]
struct Classes<'t>(Vec<&'t [u8]>);

impl<'t> Classes<'t> {
    fn of(&mut self, text: &'t [u8]) -> usize {
        let known = self.0.iter().position(|other| *other == text);
        known.unwrap_or_else(|| {
            self.0.push(text);
            self.0.len() - 1
        })
    }
}
