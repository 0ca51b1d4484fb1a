//! Chains at random: shuffled, appended to, cut, with bytes changed. Whatever comes of it, nothing is pinned on a CA that the leaf does
//! not lead to, and an honest chain in any order is.

use std::sync::LazyLock;

use super::*;
use crate::common::der::Fields;
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};

/// A small world of CAs: who has signed whom is known by construction.
struct World {
    certificates: Vec<Certificate>,
    /// For each certificate, those that may have issued it: their name, their key, and the right to sign.
    issuers: Vec<Vec<usize>>,
    leaves: Vec<usize>,
}

struct Certificate {
    der: Vec<u8>,
    pin: String,
    certificate_pin: String,
}

static WORLD: LazyLock<World> = LazyLock::new(World::new);

/// A leaf, its issuer, that one's, and the root; indices in the world.
const STRAIGHT: [usize; 4] = [9, 4, 2, 0];

impl World {
    fn new() -> Self {
        let mut world = Self { certificates: Vec::new(), issuers: Vec::new(), leaves: Vec::new() };
        let (root, other) = (ca("Root").self_signed(), ca("Other Root").self_signed());
        let upper = ca("Upper").signed_by(&root);
        let cross = ca("Upper").with_key_of(&upper).signed_by(&other);
        let lower = ca("Lower").path_length(0).signed_by(&upper);
        let root_namesake = ca("Root").self_signed();
        let upper_namesake = ca("Upper").signed_by(&root_namesake);
        let lower_namesake = ca("Lower").signed_by(&upper_namesake);
        let no_ca = ca("Lower").with_ca_bit_off().with_key_of(&lower).signed_by(&upper);
        let leaf_of_lower = leaf(HOST).signed_by(&lower);
        let leaf_of_upper = leaf(HOST).signed_by(&upper);
        let leaf_of_namesake = leaf(HOST).signed_by(&lower_namesake);
        let forged = leaf(HOST).signed_in_the_name_of(&lower, &other);
        let self_signed = leaf(HOST).self_signed();
        let root = world.add(root, &[0]);
        let other = world.add(other, &[1]);
        let upper = world.add(upper, &[root]);
        let cross = world.add(cross, &[other]);
        let lower = world.add(lower, &[upper, cross]);
        let root_namesake = world.add(root_namesake, &[5]);
        let upper_namesake = world.add(upper_namesake, &[root_namesake]);
        let lower_namesake = world.add(lower_namesake, &[upper_namesake]);
        world.add(no_ca, &[]);
        for (leaf, issuers) in [
            (leaf_of_lower, vec![lower]),
            (leaf_of_upper, vec![upper, cross]),
            (leaf_of_namesake, vec![lower_namesake]),
            (forged, vec![]),
            (self_signed, vec![]),
        ] {
            let index = world.add(leaf, &issuers);
            world.leaves.push(index);
        }
        world
    }

    fn add(&mut self, made: Made, issuers: &[usize]) -> usize {
        self.certificates.push(Certificate { pin: made.pin(), certificate_pin: made.certificate_pin(), der: made.der });
        self.issuers.push(issuers.to_vec());
        self.certificates.len() - 1
    }

    fn ders(&self, chain: &[usize]) -> Vec<Vec<u8>> {
        chain.iter().map(|index| self.certificates[*index].der.clone()).collect()
    }

    /// Is there a way from one certificate to another within a chain?
    fn leads_from(&self, chain: &[usize], from: usize, to: usize) -> bool {
        let within: Vec<usize> = core::iter::once(from).chain(chain.iter().copied()).collect();
        self.leads(&within, to)
    }

    /// May a pin on `target` match a chain of these certificates, by construction?
    fn leads(&self, chain: &[usize], target: usize) -> bool {
        let mut reached = vec![chain[0]];
        let mut at = 0;
        while let Some(from) = reached.get(at) {
            reached.extend(
                self.issuers[*from]
                    .iter()
                    .filter(|issuer| chain.contains(issuer) && !reached.contains(issuer))
                    .collect::<Vec<_>>(),
            );
            at += 1;
        }
        reached.contains(&target)
    }
}

fn summary<C: AsRef<[u8]>>(pin: &str, chain: &[C]) -> String {
    judge(&policy_of(json!({ "pins": [pin] })), HOST, chain, PRESENTED, NOW).summary()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any leaf, any of the CAs in any order, any pin: pinned exactly where the construction says so.
    #[test]
    fn a_pin_matches_where_the_leaf_leads(
        leaf in any::<Index>(),
        others in subsequence((0..14).collect::<Vec<usize>>(), 0..=14).prop_shuffle(),
        target in 0_usize..14,
        whole in any::<bool>(),
    ) {
        let world = &*WORLD;
        let chain: Vec<usize> = core::iter::once(*leaf.get(&world.leaves)).chain(others).collect();
        let ders = world.ders(&chain);
        let Certificate { pin, certificate_pin, .. } = &world.certificates[target];
        let verdict = summary(if whole { certificate_pin } else { pin }, &ders);
        // A key pin is on every certificate of the key.
        let same_key = |index: &usize| if whole { *index == target } else { world.certificates[*index].pin == *pin };
        let leads = (0..world.certificates.len()).filter(same_key).any(|index| world.leads(&chain, index));
        prop_assert_eq!(verdict.starts_with("pinned "), leads, "{:?} {} {}", chain, target, verdict);
    }

    /// With roots that the app trusts, a pin matches on a path to one of them, and on no other.
    #[test]
    fn a_pin_matches_on_a_path_to_an_anchor(
        others in subsequence((0..9).collect::<Vec<usize>>(), 0..=9).prop_shuffle(),
        leaf in any::<Index>(),
        target in 0_usize..9,
        roots in subsequence(vec![0_usize, 1, 5], 1..=3),
    ) {
        let world = &*WORLD;
        let chain: Vec<usize> = core::iter::once(*leaf.get(&world.leaves)).chain(others).collect();
        let ders = world.ders(&chain);
        let anchors = Anchors::parse(roots.iter().map(|root| Encoded::Der(&world.certificates[*root].der))).unwrap();
        let policy = policy_of(json!({ "pins": [world.certificates[target].certificate_pin] }));
        let verdict = judge(&policy, HOST, &ders, Source::Presented { anchors: Some(&anchors) }, NOW).summary();
        // The roots stand beyond the chain, and a path ends at the first of them that is trusted.
        let beyond: Vec<usize> = chain.iter().chain(&roots).copied().collect();
        let trusted = roots.iter().any(|root| world.leads(&beyond, *root));
        let on_a_path = roots.iter().any(|root| world.leads(&beyond, *root) && (*root == target || (world.leads(&beyond, target) && world.leads_from(&beyond, target, *root))));
        match (trusted, on_a_path) {
            (false, _) => prop_assert_eq!(verdict, "rejected path-invalid"),
            (true, false) => prop_assert_eq!(verdict, "rejected pin-mismatch"),
            (true, true) => prop_assert!(verdict.starts_with("pinned ca "), "{:?} {:?} {} {}", chain, roots, target, verdict),
        }
    }

    /// Bytes of the certificates between the leaf and the pinned one are changed: the pin no longer matches, unless on another copy.
    #[test]
    fn a_changed_certificate_leads_nowhere(at in any::<Index>(), bit in 0_u8..8, which in 0_usize..3) {
        let world = &*WORLD;
        // Leaf, lower, upper, root; the root's own signature is nobody's to check, its key is pinned.
        let mut ders = world.ders(&STRAIGHT);
        let at = at.index(ders[which].len());
        ders[which][at] ^= 1 << bit;
        let verdict = summary(&world.certificates[0].pin, &ders);
        prop_assert!(verdict.starts_with("rejected "), "byte {} of certificate {}: {}", at, which, verdict);
    }

    /// Anything at all in the place of any field: a verdict, and never a match above the leaf.
    #[test]
    fn a_field_of_anything_leads_nowhere(
        junk in proptest::collection::vec(any::<u8>(), 0..80),
        field in 0_usize..8,
        framed in any::<bool>(),
        which in 0_usize..3,
    ) {
        let world = &*WORLD;
        let mut ders = world.ders(&STRAIGHT);
        let mut fields = Fields::of(&ders[which]);
        let place = match field {
            0 => &mut fields.serial,
            1 => &mut fields.inner_algorithm,
            2 => &mut fields.issuer,
            3 => &mut fields.validity,
            4 => &mut fields.subject,
            5 => &mut fields.spki,
            6 => &mut fields.outer_algorithm,
            _ => &mut fields.signature,
        };
        *place = if framed { crate::common::der::tlv(place[0], &junk) } else { junk };
        ders[which] = fields.encode();
        prop_assert!(summary(&world.certificates[0].pin, &ders).starts_with("rejected "));
    }
}
