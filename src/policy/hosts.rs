//! The rules of a policy by their host.

use super::Rule;

/// Canonical host to index. A name and an address are never written alike.
///
/// Sorted by hash, then by host: found by numbers alone. Hosts that someone chose to have one hash only cost comparisons of texts, as in
/// any sorted list; std's hash maps need random numbers for that, which this crate does not have.
#[derive(Debug)]
pub(crate) struct Hosts(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    hash: Hash,
    host: Box<str>,
    index: usize,
}

/// Two rules for one host.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Twice {
    pub first: usize,
    pub second: usize,
}

impl Hosts {
    /// The hosts of `rules`, or the first rule whose host stands before it.
    pub(super) fn of(rules: &[Rule]) -> Result<Self, Twice> {
        let entry = |(index, rule): (usize, &Rule)| {
            let host: Box<str> = rule.host.to_string().into();
            Entry { hash: hash(&host), host, index }
        };
        let mut entries: Vec<Entry> = rules.iter().enumerate().map(entry).collect();
        entries.sort_unstable_by(|one, other| (one.hash, &one.host, one.index).cmp(&(other.hash, &other.host, other.index)));
        let same = entries.windows(2).filter_map(|pair| match pair {
            [first, second] if first.host == second.host => Some(Twice { first: first.index, second: second.index }),
            _ => None,
        });
        match same.min_by_key(|twice| twice.second) {
            Some(twice) => Err(twice),
            None => Ok(Self(entries)),
        }
    }

    /// The index of the rule for exactly this host.
    pub fn get(&self, host: &str) -> Option<usize> {
        let hash = hash(host);
        let found = self.0.binary_search_by(|entry| (entry.hash, &*entry.host).cmp(&(hash, host))).ok()?;
        self.0.get(found).map(|entry| entry.index)
    }
}

/// Two numbers, for whoever finds hosts with one first number finds few with one second, within the length of a host.
type Hash = (u32, u32);

/// FNV-1a in 32 bits, and the same with a rotation and another prime (the golden ratio's, as in xxHash32): std's SipHash is slow where
/// JavaScript has to do its 64-bit arithmetic.
fn hash(text: &str) -> Hash {
    text.bytes().map(u32::from).fold((0x811c_9dc5, 0), |(first, second), byte| {
        ((first ^ byte).wrapping_mul(0x0100_0193), (second.rotate_left(5) ^ byte).wrapping_mul(0x9e37_79b1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The authors' own test vectors: with a hash that tells hosts apart badly, a lookup would compare texts at each step.
    #[test]
    fn hosts_are_hashed_by_fnv_1a() {
        for (text, first) in [("", 0x811c_9dc5), ("a", 0xe40c_292c), ("foobar", 0xbf9c_f968)] {
            assert_eq!(hash(text).0, first, "{text}");
        }
    }

    /// Hosts with one FNV-1a, as anybody can find them: the second number tells them apart.
    #[test]
    fn hosts_of_one_first_hash_have_different_second_ones() {
        let mut by_first = std::collections::HashMap::new();
        let mut pairs = 0;
        for number in 0..200_000_u32 {
            let host = format!("{number:x}.example");
            let (first, second) = hash(&host);
            if let Some(other) = by_first.insert(first, second) {
                pairs += 1;
                assert_ne!(other, second, "{host}");
            }
        }
        assert!(pairs > 0, "two of 200,000 numbers of 32 bits are alike");
    }
}
