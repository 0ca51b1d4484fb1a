//! The rules of a policy by their host.

use crate::host::Host;

/// Canonical host to index. A name and an address are never the same text.
///
/// Sorted by hash, then by host: a search compares numbers, and hosts that an attacker chose for their equal hashes cost one comparison
/// of texts each. std's hash maps need random numbers for that, which this crate does not have.
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
    /// The host of each rule, or the first rule whose host an earlier one has.
    pub(super) fn of<'h>(hosts: impl Iterator<Item = &'h Host>) -> Result<Self, Twice> {
        let entry = |(index, host): (usize, &Host)| {
            let host: Box<str> = host.to_string().into();
            Entry { hash: fnv_1a(&host), host, index }
        };
        let mut entries: Vec<Entry> = hosts.enumerate().map(entry).collect();
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
        let hash = fnv_1a(host);
        let found = self.0.binary_search_by(|entry| (entry.hash, &*entry.host).cmp(&(hash, host))).ok()?;
        self.0.get(found).map(|entry| entry.index)
    }
}

/// FNV-1a in 32 bits: std's SipHash is slow where JavaScript has to do its 64-bit arithmetic.
fn fnv_1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The authors' own test vectors: with a bad hash, a lookup would compare texts at each step.
    #[test]
    fn hosts_are_hashed_by_fnv_1a() {
        for (text, hash) in [("", 0x811c_9dc5), ("a", 0xe40c_292c), ("foobar", 0xbf9c_f968)] {
            assert_eq!(fnv_1a(text), hash, "{text}");
        }
    }
}
