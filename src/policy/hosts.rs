//! The rules of a policy by their host.

use core::cmp::Ordering;

use super::Rule;

/// Canonical host to index. A name and an address are never written alike.
///
/// Sorted by hash, then by host: found by numbers alone, and hosts that someone chose to have one hash cost a comparison of texts
/// each, no more. std's hash maps need random numbers for that, which this crate does not have.
#[derive(Debug)]
pub(crate) struct Hosts(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    hash: u32,
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
            Entry { hash: fnv_1a(&host), host, index }
        };
        let mut entries: Vec<Entry> = rules.iter().enumerate().map(entry).collect();
        let by_host = |one: &Entry, other: &Entry| one.hash.cmp(&other.hash).then_with(|| by_words(&one.host, &other.host));
        entries.sort_unstable_by(|one, other| by_host(one, other).then_with(|| one.index.cmp(&other.index)));
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
        let hash = fnv_1a(host);
        let found = self.0.binary_search_by(|entry| entry.hash.cmp(&hash).then_with(|| by_words(&entry.host, host))).ok()?;
        self.0.get(found).map(|entry| entry.index)
    }
}

/// An order of texts, eight bytes at a time: WebAssembly compares texts byte by byte, and chosen hosts begin alike for most of theirs.
fn by_words(one: &str, other: &str) -> Ordering {
    let ((one, one_rest), (other, other_rest)) = (one.as_bytes().as_chunks::<8>(), other.as_bytes().as_chunks::<8>());
    for (one, other) in one.iter().zip(other) {
        match u64::from_be_bytes(*one).cmp(&u64::from_be_bytes(*other)) {
            Ordering::Equal => {}
            unequal => return unequal,
        }
    }
    one.len().cmp(&other.len()).then_with(|| one_rest.cmp(other_rest))
}

/// FNV-1a in 32 bits: std's SipHash is slow where JavaScript has to do its 64-bit arithmetic.
fn fnv_1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The authors' own test vectors: with a hash that tells hosts apart badly, a lookup would compare texts at each step.
    #[test]
    fn hosts_are_hashed_by_fnv_1a() {
        for (text, hash) in [("", 0x811c_9dc5), ("a", 0xe40c_292c), ("foobar", 0xbf9c_f968)] {
            assert_eq!(fnv_1a(text), hash, "{text}");
        }
    }
}
