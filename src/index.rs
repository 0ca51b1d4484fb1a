//! Places in a list by a text: rules by their host, anchors by their subject.

/// Texts with their places, in order.
///
/// Sorted by hash, then by text: found by numbers alone. Texts that someone chose to have one hash only cost comparisons, as in any
/// sorted list; std's hash maps need random numbers for that, which this crate does not have.
#[derive(Debug)]
pub(crate) struct Index(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    hash: Hash,
    text: Box<[u8]>,
    place: usize,
}

impl Index {
    pub fn of(texts: impl Iterator<Item = Box<[u8]>>) -> Self {
        let entry = |(place, text): (usize, Box<[u8]>)| Entry { hash: hash(&text), text, place };
        let mut entries: Vec<Entry> = texts.enumerate().map(entry).collect();
        entries.sort_unstable_by(|one, other| (one.hash, &one.text, one.place).cmp(&(other.hash, &other.text, other.place)));
        Self(entries)
    }

    /// The first text that stands in two places: the earlier one, and the later.
    pub fn first_twice(&self) -> Option<(usize, usize)> {
        let pairs = self.0.windows(2).filter_map(|pair| match pair {
            [first, second] if first.text == second.text => Some((first.place, second.place)),
            _ => None,
        });
        pairs.min_by_key(|(_, second)| *second)
    }

    /// The places of a text, in their order.
    pub fn places(&self, text: &[u8]) -> impl Iterator<Item = usize> + use<'_> {
        let hash = hash(text);
        let start = self.0.partition_point(|entry| (entry.hash, &*entry.text) < (hash, text));
        let rest = self.0.get(start..).unwrap_or_default();
        let count = rest.iter().take_while(|entry| *entry.text == *text).count();
        rest.iter().take(count).map(|entry| entry.place)
    }
}

/// Two numbers, for whoever finds texts with one first number finds few of them with one second, within the length of a host.
type Hash = (u32, u32);

/// FNV-1a in 32 bits, and the same with a rotation and another prime (the golden ratio's, as in xxHash32): std's SipHash is slow where
/// JavaScript has to do its 64-bit arithmetic.
fn hash(text: &[u8]) -> Hash {
    text.iter().map(|byte| u32::from(*byte)).fold((0x811c_9dc5, 0), |(first, second), byte| {
        ((first ^ byte).wrapping_mul(0x0100_0193), (second.rotate_left(5) ^ byte).wrapping_mul(0x9e37_79b1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The authors' own test vectors: with a hash that tells hosts apart badly, a lookup would compare texts at each step.
    #[test]
    fn texts_are_hashed_by_fnv_1a() {
        for (text, first) in [("", 0x811c_9dc5), ("a", 0xe40c_292c), ("foobar", 0xbf9c_f968)] {
            assert_eq!(hash(text.as_bytes()).0, first, "{text}");
        }
    }

    /// Texts with one FNV-1a, as anybody can find them: the second number tells them apart.
    #[test]
    fn texts_of_one_first_hash_have_different_second_ones() {
        let mut by_first = std::collections::HashMap::new();
        let mut pairs = 0;
        for number in 0..200_000_u32 {
            let host = format!("{number:x}.example");
            let (first, second) = hash(host.as_bytes());
            if let Some(other) = by_first.insert(first, second) {
                pairs += 1;
                assert_ne!(other, second, "{host}");
            }
        }
        assert!(pairs > 0, "two of 200,000 numbers of 32 bits are alike");
    }
}
