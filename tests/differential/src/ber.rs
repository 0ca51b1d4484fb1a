//! Elements as BER allows them (X.690 section 8): any form of length, and tags of more than one octet.

#[derive(Clone, Copy, Debug)]
pub struct Ber<'a> {
    /// Class, constructed or not, and number; a number of 31 or more is 31.
    pub tag: u8,
    pub content: &'a [u8],
    pub whole: &'a [u8],
    /// Tag and length are in the one form that DER has.
    pub is_der: bool,
}

impl<'a> Ber<'a> {
    /// The first element of `bytes`, and what stands after it.
    pub fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (tag, header, length) = header(bytes)?;
        let is_short = tag == bytes[0];
        let (content, end, is_der) = match length {
            Length::Definite { length, is_der } => {
                let end = header.checked_add(length)?;
                (bytes.get(header..end)?, end, is_der && is_short)
            }
            Length::Indefinite => {
                let inside = end_of_contents(&bytes[header..])?;
                (&bytes[header..header + inside], header + inside + 2, false)
            }
        };
        Some((Self { tag, content, whole: &bytes[..end], is_der }, &bytes[end..]))
    }

    /// The tag of the first element of `bytes`.
    pub fn peek(bytes: &[u8]) -> Option<u8> {
        header(bytes).map(|(tag, ..)| tag)
    }

    /// Every element of `bytes`, which they take up.
    pub fn list(bytes: &'a [u8]) -> Option<Vec<Self>> {
        let mut list = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (element, after) = Self::read(rest)?;
            list.push(element);
            rest = after;
        }
        Some(list)
    }

    pub fn is_constructed(&self) -> bool {
        self.tag & 0x20 != 0
    }

    pub fn has_high_tag(&self) -> bool {
        self.tag & 0x1f == 0x1f
    }

    /// The content of a string, put together where it is cut into pieces (X.690 section 8.7.3).
    pub fn string(&self) -> Option<Vec<u8>> {
        if self.is_constructed() { pieces(self.content, 0) } else { Some(self.content.to_vec()) }
    }
}

enum Length {
    Definite { length: usize, is_der: bool },
    Indefinite,
}

/// Tag, octets of identifier and length, length.
fn header(bytes: &[u8]) -> Option<(u8, usize, Length)> {
    let mut tag = *bytes.first()?;
    let mut at = 1;
    if tag & 0x1f == 0x1f {
        let mut number = 0_u32;
        loop {
            let octet = *bytes.get(at)?;
            at += 1;
            number = number << 7 | u32::from(octet & 0x7f);
            if octet & 0x80 == 0 {
                break;
            }
            // OpenSSL's numbers are of 31 bits.
            if number > 0x7fff_ffff >> 7 {
                return None;
            }
        }
        tag = tag & 0xe0 | u8::try_from(number).unwrap_or(0x1f).min(0x1f);
    }
    let first = *bytes.get(at)?;
    at += 1;
    if first < 0x80 {
        return Some((tag, at, Length::Definite { length: first.into(), is_der: true }));
    }
    if first == 0x80 {
        return (tag & 0x20 != 0).then_some((tag, at, Length::Indefinite));
    }
    // OpenSSL wants an octet of content after a length in several octets, though it be 0.
    let octets = bytes.get(at..=at + usize::from(first & 0x7f))?.split_last()?.1;
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    if octets.len() - zeros > 8 {
        return None;
    }
    let length = octets.iter().fold(0_u64, |length, octet| length << 8 | u64::from(*octet));
    let is_der = zeros == 0 && length >= 0x80;
    Some((tag, at + octets.len(), Length::Definite { length: usize::try_from(length).ok()?, is_der }))
}

/// Where the two zeros stand that end an indefinite length.
fn end_of_contents(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut open) = (0, 1);
    loop {
        if bytes.get(at..at + 2)? == [0, 0] {
            open -= 1;
            if open == 0 {
                return Some(at);
            }
            at += 2;
            continue;
        }
        let (_, header, length) = header(&bytes[at..])?;
        match length {
            Length::Indefinite => {
                open += 1;
                at += header;
            }
            Length::Definite { length, .. } => at = at.checked_add(header)?.checked_add(length)?,
        }
    }
}

/// Pieces inside pieces, as deep as OpenSSL goes (ASN1_MAX_STRING_NEST).
const DEEPEST: usize = 5;

fn pieces(content: &[u8], depth: usize) -> Option<Vec<u8>> {
    let mut string = Vec::new();
    for piece in Ber::list(content)? {
        if piece.whole == [0, 0] {
            return None;
        }
        if !piece.is_constructed() {
            string.extend_from_slice(piece.content);
        } else if depth < DEEPEST {
            string.extend(pieces(piece.content, depth + 1)?);
        } else {
            return None;
        }
    }
    Some(string)
}
