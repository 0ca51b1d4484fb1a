//! What a search for paths may cost, counted before it begins.
//!
//! Names, keys and extensions cost an attacker nothing but bytes. Fourteen CAs of one name can be put together in millions of ways, of
//! which webpki tries 200,000, for seconds; at each step it reads every certificate again; and on each path whose signatures verify it
//! compares names with constraints.

use core::cell::{Cell, RefCell};

use super::problem::PathProblem;
use crate::limits::{INTERMEDIATES, NAME_COMPARISONS, PATH_BYTES};
use crate::x509::Certificate;

/// The certificates of a chain as numbers, and what remains to spend.
pub(super) struct Work<'a> {
    /// The leaf, then what may issue.
    nodes: Vec<Node>,
    /// Bytes of all that may issue.
    bytes: usize,
    names: RefCell<Classes<'a>>,
    left: Cell<Cost>,
}

struct Node {
    subject: usize,
    issuer: usize,
    key: usize,
    key_length: usize,
    /// Names that constraints are compared with.
    names: usize,
    /// Subtrees of its constraints.
    subtrees: usize,
}

/// Where a path may end.
struct Goal {
    subject: usize,
    subtrees: usize,
}

#[derive(Clone, Copy)]
struct Cost {
    bytes: usize,
    comparisons: usize,
}

impl<'a> Work<'a> {
    pub fn of(leaf: &'a Certificate<'a>, issuers: impl Iterator<Item = &'a Certificate<'a>> + Clone) -> Self {
        let (mut names, mut keys) = (Classes::default(), Classes::default());
        let node = |certificate: &'a Certificate<'a>| Node {
            subject: names.of(certificate.subject()),
            issuer: names.of(certificate.issuer()),
            key: keys.of(certificate.spki()),
            key_length: certificate.spki().len(),
            names: certificate.extensions().alt_name_count() + 1,
            subtrees: certificate.extensions().subtree_count(),
        };
        Self {
            nodes: core::iter::once(leaf).chain(issuers.clone()).map(node).collect(),
            bytes: issuers.map(|issuer| issuer.der().len()).sum(),
            names: RefCell::new(names),
            left: Cell::new(Cost { bytes: PATH_BYTES, comparisons: NAME_COMPARISONS }),
        }
    }

    /// Subtracts the most that a search for paths to `ends` may cost.
    pub fn spend(&self, ends: impl Iterator<Item = &'a Certificate<'a>>) -> Result<(), PathProblem> {
        let mut names = self.names.borrow_mut();
        let goals: Vec<Goal> =
            ends.map(|end| Goal { subject: names.of(end.subject()), subtrees: end.extensions().subtree_count() }).collect();
        let mut left = self.left.get();
        let affordable = self.follow(&mut vec![0], &goals, &mut left);
        self.left.set(left);
        affordable.ok_or(PathProblem::WorkLimit)
    }

    /// As webpki does: tries every end at the last of `path`, reads every certificate, and continues with each that has the issuer's name and whose key
    /// is not yet on the path. `None` if that is too much.
    fn follow(&self, path: &mut Vec<usize>, goals: &[Goal], left: &mut Cost) -> Option<()> {
        let last = self.nodes.get(*path.last()?)?;
        for goal in goals.iter().filter(|goal| goal.subject == last.issuer) {
            left.comparisons = left.comparisons.checked_sub(self.comparisons(path, goal))?;
        }
        left.bytes = left.bytes.checked_sub(self.bytes)?;
        for (index, next) in self.nodes.iter().enumerate().skip(1).filter(|(_, next)| next.subject == last.issuer) {
            left.bytes = left.bytes.checked_sub(path.len() * next.key_length)?;
            let is_next = |earlier: &Node| earlier.key == next.key && earlier.subject == next.subject;
            if path.len() <= INTERMEDIATES && !self.on(path).any(is_next) {
                path.push(index);
                self.follow(path, goals, left)?;
                path.pop();
            }
        }
        Some(())
    }

    /// Each issuer's subtrees with all names below it.
    fn comparisons(&self, path: &[usize], goal: &Goal) -> usize {
        let mut names: usize = 0;
        let mut comparisons: usize = 0;
        for node in self.on(path) {
            comparisons = comparisons.saturating_add(node.subtrees.saturating_mul(names));
            names += node.names;
        }
        comparisons.saturating_add(goal.subtrees.saturating_mul(names))
    }

    fn on<'p>(&'p self, path: &'p [usize]) -> impl Iterator<Item = &'p Node> {
        path.iter().filter_map(|index| self.nodes.get(*index))
    }
}

/// Numbers for texts, each compared once: equal bytes have equal numbers.
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
