//! Strict DER framing (X.690 sections 8 and 10): tag, shortest length, exact content. Nothing is copied or interpreted.

use core::fmt;

/// Reads elements one after the other, and knows how far from the start of the input it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
    offset: usize,
}

/// One element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    /// Identifier octet.
    pub tag: u8,
    /// Content octets.
    pub content: &'a [u8],
    /// All octets, as received.
    pub whole: &'a [u8],
    /// Where it begins.
    pub offset: usize,
}

/// Identifier octets; every tag that a certificate's frame has fits one octet.
pub(crate) mod tag {
    pub const BOOLEAN: u8 = 0x01;
    pub const INTEGER: u8 = 0x02;
    pub const BIT_STRING: u8 = 0x03;
    pub const OCTET_STRING: u8 = 0x04;
    pub const OBJECT_IDENTIFIER: u8 = 0x06;
    pub const UTF8_STRING: u8 = 0x0c;
    pub const NUMERIC_STRING: u8 = 0x12;
    pub const PRINTABLE_STRING: u8 = 0x13;
    pub const TELETEX_STRING: u8 = 0x14;
    pub const IA5_STRING: u8 = 0x16;
    pub const UTC_TIME: u8 = 0x17;
    pub const GENERALIZED_TIME: u8 = 0x18;
    pub const VISIBLE_STRING: u8 = 0x1a;
    pub const BMP_STRING: u8 = 0x1e;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;
    /// Identifiers of 31 and more take further octets.
    pub const HIGH: u8 = 0x1f;
}

/// Why bytes are not what they should be, and where.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Malformed {
    /// Where the element at fault begins, in bytes from the start of the input.
    pub offset: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with an element.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// A BIT STRING without its count of unused bits, or with a wrong one.
    BitString,
    /// A BOOLEAN that is neither 0x00 nor 0xff.
    Boolean,
    /// A length that is indefinite, not in its shortest form, or of more than four octets.
    Length,
    /// An object identifier that is empty, unfinished or padded.
    ObjectIdentifier,
    /// Another element than belongs here.
    Tag {
        /// The identifier octet that belongs here.
        expected: u8,
        /// The one that is here.
        found: u8,
    },
    /// A time that does not exist, or is not written as RFC 5280 wants it.
    Time,
    /// Bytes after the last element.
    Trailing,
    /// The input, or the element around it, ends before it does.
    Truncated,
    /// A version other than 1, 2 or 3.
    Version,
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, offset: 0 }
    }

    pub fn is_finished(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next element's identifier octet.
    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The next element, whatever it is.
    pub fn any(&mut self) -> Result<Element<'a>, Malformed> {
        self.next(None)
    }

    /// The next element, which has this identifier octet.
    pub fn expect(&mut self, expected: u8) -> Result<Element<'a>, Malformed> {
        self.next(Some(expected))
    }

    /// The next element, if it has this identifier octet.
    pub fn optional(&mut self, expected: u8) -> Result<Option<Element<'a>>, Malformed> {
        if self.peek() == Some(expected) { self.any().map(Some) } else { Ok(None) }
    }

    fn next(&mut self, expected: Option<u8>) -> Result<Element<'a>, Malformed> {
        let offset = self.offset;
        let malformed = |problem| Malformed { offset, problem };
        let (found, header, length) = read_header(self.rest).map_err(malformed)?;
        let (whole, rest) = self.rest.split_at_checked(header.saturating_add(length)).ok_or(malformed(Problem::Truncated))?;
        if let Some(expected) = expected.filter(|expected| *expected != found) {
            return Err(malformed(Problem::Tag { expected, found }));
        }
        let content = whole.get(header..).unwrap_or_default();
        self.rest = rest;
        self.offset = offset.saturating_add(whole.len());
        Ok(Element { tag: found, content, whole, offset })
    }

    /// An object identifier (X.690 section 8.19): whole sub-identifiers, without leading zeros.
    pub fn object_identifier(&mut self) -> Result<&'a [u8], Malformed> {
        let element = self.expect(tag::OBJECT_IDENTIFIER)?;
        let mut at_start = true;
        for octet in element.content {
            if at_start && *octet == 0x80 {
                return Err(element.malformed(Problem::ObjectIdentifier));
            }
            at_start = octet & 0x80 == 0;
        }
        // `at_start` is as it was before the first octet: there was none, or the last one ended its sub-identifier.
        if element.content.is_empty() || !at_start {
            return Err(element.malformed(Problem::ObjectIdentifier));
        }
        Ok(element.content)
    }

    /// A BIT STRING (X.690 sections 8.6 and 11.2): the number of unused bits, which are zero, and the octets.
    pub fn bit_string(&mut self) -> Result<(u8, &'a [u8]), Malformed> {
        let element = self.expect(tag::BIT_STRING)?;
        let malformed = element.malformed(Problem::BitString);
        let (unused, octets) = element.content.split_first().ok_or(malformed)?;
        let last = octets.last().copied().unwrap_or_default();
        let padding = 1_u8.checked_shl((*unused).into()).map(|bits| bits.wrapping_sub(1)).ok_or(malformed)?;
        let fits = last & padding == 0 && (*unused == 0 || !octets.is_empty());
        fits.then_some((*unused, octets)).ok_or(malformed)
    }

    /// Nothing may be left.
    pub fn finish(self) -> Result<(), Malformed> {
        match self.rest.is_empty() {
            true => Ok(()),
            false => Err(Malformed { offset: self.offset, problem: Problem::Trailing }),
        }
    }
}

impl<'a> Element<'a> {
    /// The elements inside.
    pub fn inside(&self) -> Cursor<'a> {
        let header = self.whole.len().saturating_sub(self.content.len());
        Cursor { rest: self.content, offset: self.offset.saturating_add(header) }
    }

    pub fn malformed(&self, problem: Problem) -> Malformed {
        Malformed { offset: self.offset, problem }
    }
}

/// Identifier octet, length of identifier and length octets, and length of the content.
#[inline]
fn read_header(bytes: &[u8]) -> Result<(u8, usize, usize), Problem> {
    let (tag, first) = match bytes {
        [tag, first, ..] => (*tag, *first),
        _ => return Err(Problem::Truncated),
    };
    if tag & tag::HIGH == tag::HIGH {
        // Such tags stand in names and extensions only, which are not read here.
        return Err(Problem::Tag { expected: tag::SEQUENCE, found: tag });
    }
    if first < 0x80 {
        return Ok((tag, 2, first.into()));
    }
    let octets = usize::from(first & 0x7f);
    let shortest = match octets {
        1 => 0x80,
        2 => 0x100,
        3 => 0x1_0000,
        4 => 0x100_0000,
        _ => return Err(Problem::Length),
    };
    let length = bytes.get(2..2 + octets).ok_or(Problem::Truncated)?;
    let length = length.iter().fold(0_u32, |length, octet| length << 8 | u32::from(*octet));
    if length < shortest {
        return Err(Problem::Length);
    }
    Ok((tag, 2 + octets, usize::try_from(length).unwrap_or(usize::MAX)))
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BitString => f.write_str("a BIT STRING with a wrong number of unused bits"),
            Self::Boolean => f.write_str("a BOOLEAN that is neither true nor false"),
            Self::Length => f.write_str("a length that is indefinite, too large or not in its shortest form"),
            Self::ObjectIdentifier => f.write_str("an object identifier that is empty, unfinished or padded"),
            Self::Tag { expected, found } => write!(f, "expected {}, found {}", TagName(*expected), TagName(*found)),
            Self::Time => f.write_str("a time that cannot be read"),
            Self::Trailing => f.write_str("bytes after the end"),
            Self::Truncated => f.write_str("it is cut off"),
            Self::Version => f.write_str("a version other than 1, 2 or 3"),
        }
    }
}

/// An identifier octet in words.
struct TagName(u8);

impl fmt::Display for TagName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.0 {
            tag::BOOLEAN => "BOOLEAN",
            tag::INTEGER => "INTEGER",
            tag::BIT_STRING => "BIT STRING",
            tag::OCTET_STRING => "OCTET STRING",
            tag::OBJECT_IDENTIFIER => "OBJECT IDENTIFIER",
            tag::UTC_TIME => "UTCTime",
            tag::GENERALIZED_TIME => "GeneralizedTime",
            tag::SEQUENCE => "SEQUENCE",
            other => return write!(f, "tag 0x{other:02x}"),
        };
        f.write_str(name)
    }
}

/// The elements of the SEQUENCE that takes up the whole of `der`.
pub(crate) fn list(der: &[u8]) -> Result<Cursor<'_>, Malformed> {
    let mut input = Cursor::new(der);
    let elements = input.expect(tag::SEQUENCE)?.inside();
    input.finish()?;
    Ok(elements)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any(bytes: &[u8]) -> Result<&[u8], Problem> {
        Cursor::new(bytes).any().map(|element| element.content).map_err(|malformed| malformed.problem)
    }

    #[test]
    fn lengths_are_definite_and_shortest() {
        let long = [&[0x04, 0x81, 0x80][..], &[0; 0x80]].concat();
        assert_eq!(any(&long).map(<[u8]>::len), Ok(0x80));
        let longer = [&[0x04, 0x82, 0x01, 0x00][..], &[0; 0x100]].concat();
        assert_eq!(any(&longer).map(<[u8]>::len), Ok(0x100));
        assert_eq!(any(&[0x04, 0x00]), Ok(&[][..]));
        for bytes in [
            &[0x30, 0x80, 0x00, 0x00][..],
            &[0x04, 0x81, 0x01, 0x00],
            &[0x04, 0x81, 0x7f],
            &[0x04, 0x82, 0x00, 0x80],
            &[0x04, 0x83, 0x00, 0x01, 0x00],
            &[0x04, 0x85, 0x01, 0x00, 0x00, 0x00, 0x00],
            &[0x04, 0x89, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x04, 0xff],
        ] {
            assert_eq!(any(bytes), Err(Problem::Length), "{bytes:02x?}");
        }
    }

    #[test]
    fn nothing_is_read_past_the_end() {
        for bytes in [&[][..], &[0x04], &[0x04, 0x01], &[0x04, 0x82, 0x01], &[0x04, 0x84, 0xff, 0xff, 0xff, 0xff]] {
            assert_eq!(any(bytes), Err(Problem::Truncated), "{bytes:02x?}");
        }
    }

    #[test]
    fn tags_of_several_octets_belong_nowhere() {
        assert_eq!(any(&[0x1f, 0x1f, 0x00]), Err(Problem::Tag { expected: tag::SEQUENCE, found: 0x1f }));
        assert_eq!(any(&[0xbf, 0x83, 0x01]), Err(Problem::Tag { expected: tag::SEQUENCE, found: 0xbf }));
    }

    #[test]
    fn offsets_count_from_the_start_of_the_input() {
        let mut outer = Cursor::new(&[0x30, 0x04, 0x02, 0x02, 0x01, 0x00, 0x05]);
        let mut inner = outer.any().map(|sequence| sequence.inside()).unwrap_or(Cursor::new(&[]));
        assert_eq!(outer.finish(), Err(Malformed { offset: 6, problem: Problem::Trailing }));
        let expected = Problem::Tag { expected: tag::BOOLEAN, found: tag::INTEGER };
        assert_eq!(inner.expect(tag::BOOLEAN).err(), Some(Malformed { offset: 2, problem: expected }));
    }

    #[test]
    fn bit_strings_count_their_unused_bits() {
        let read = |bytes: &[u8]| Cursor::new(bytes).bit_string().is_ok();
        for bytes in [&[0x03, 0x01, 0x00][..], &[0x03, 0x02, 0x00, 0xff], &[0x03, 0x02, 0x07, 0x80], &[0x03, 0x02, 0x04, 0xf0]] {
            assert!(read(bytes), "{bytes:02x?}");
        }
        for bytes in [
            &[0x03, 0x00][..],
            &[0x03, 0x01, 0x01],
            &[0x03, 0x02, 0x08, 0x00],
            &[0x03, 0x02, 0xff, 0x00],
            &[0x03, 0x02, 0x04, 0xf8],
            &[0x23, 0x02, 0x00, 0x00],
        ] {
            assert!(!read(bytes), "{bytes:02x?}");
        }
    }

    #[test]
    fn object_identifiers_are_whole_and_not_padded() {
        let read = |bytes: &[u8]| Cursor::new(bytes).object_identifier().is_ok();
        assert!(read(&[0x06, 0x03, 0x55, 0x1d, 0x11]));
        assert!(read(&[0x06, 0x02, 0x81, 0x00]));
        for bytes in [
            &[0x06, 0x00][..],
            &[0x06, 0x01, 0x81],
            &[0x06, 0x02, 0x80, 0x01],
            &[0x06, 0x03, 0x55, 0x80, 0x01],
            &[0x06, 0x02, 0x55, 0x9d],
        ] {
            assert!(!read(bytes), "{bytes:02x?}");
        }
    }
}
