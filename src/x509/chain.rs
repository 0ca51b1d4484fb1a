//! A certificate chain, leaf first, from the encodings in which platforms provide one.

use core::fmt;
use std::borrow::Cow;

use base64::{DecodeError, Engine, engine::general_purpose::STANDARD};

use super::certificate::Certificate;
use crate::der::{Malformed, Problem};
use crate::limits::{ANCHOR_BYTES, ANCHORS, CHAIN_BYTES, CHAIN_CERTIFICATES};

/// One piece of a chain as received.
#[derive(Clone, Copy, Debug)]
pub enum Encoded<'a> {
    /// One certificate in DER.
    Der(&'a [u8]),
    /// More bytes than any chain may have; the caller did not copy them.
    Oversize,
    /// PEM blocks (RFC 7468), or one certificate in base64; white space in the base64 is ignored.
    Text(&'a [u8]),
}

/// How much may be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub certificates: usize,
    pub bytes: usize,
}

impl Limits {
    pub const CHAIN: Self = Self { certificates: CHAIN_CERTIFICATES, bytes: CHAIN_BYTES };
    pub const ANCHORS: Self = Self { certificates: ANCHORS, bytes: ANCHOR_BYTES };
}

/// The DER of each certificate of a chain, decoded but not yet read.
#[derive(Debug)]
pub struct ChainBytes<'a>(Vec<Cow<'a, [u8]>>);

impl<'a> ChainBytes<'a> {
    /// Takes a chain apart into the DER of its certificates.
    ///
    /// # Errors
    /// [`ChainError`]: empty, over a limit, or text that is not a certificate.
    pub fn decode(pieces: impl IntoIterator<Item = Encoded<'a>>) -> Result<Self, ChainError> {
        Self::decode_within(Limits::CHAIN, pieces)
    }

    pub(crate) fn decode_within(limits: Limits, pieces: impl IntoIterator<Item = Encoded<'a>>) -> Result<Self, ChainError> {
        let mut decoded = Collector { certificates: Vec::new(), bytes: 0, limits };
        for piece in pieces {
            match piece {
                Encoded::Der(der) => decoded.push(Cow::Borrowed(der))?,
                Encoded::Oversize => return Err(ChainError::TooLarge(limits.into())),
                Encoded::Text(text) => decode_text(text, &mut decoded)?,
            }
        }
        if decoded.certificates.is_empty() {
            return Err(ChainError::Empty);
        }
        Ok(Self(decoded.certificates))
    }

    /// Reads every certificate.
    ///
    /// # Errors
    /// [`ChainError::Malformed`], for the first certificate that cannot be read.
    pub fn parse(&self) -> Result<Chain<'_>, ChainError> {
        let mut certificates = self.0.iter().enumerate().map(|(index, der)| {
            Certificate::parse(der).map_err(|Malformed { offset, problem }| ChainError::Malformed {
                index,
                offset,
                problem: ChainProblem::Certificate(problem),
            })
        });
        let leaf = certificates.next().ok_or(ChainError::Empty)??;
        Ok(Chain { leaf, others: certificates.collect::<Result<_, _>>()? })
    }
}

/// A chain of readable certificates, leaf first, at least one.
#[derive(Clone, Debug)]
pub struct Chain<'a> {
    leaf: Certificate<'a>,
    others: Vec<Certificate<'a>>,
}

impl<'a> Chain<'a> {
    /// The certificate at index 0.
    pub fn leaf(&self) -> &Certificate<'a> {
        &self.leaf
    }

    /// The first so many certificates, each with its index.
    pub(crate) fn members(&self, most: usize) -> impl Iterator<Item = (Option<usize>, &Certificate<'a>)> {
        self.certificates().take(most).enumerate().map(|(index, certificate)| (Some(index), certificate))
    }

    /// The certificates, leaf first.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate<'a>> + Clone {
        core::iter::once(&self.leaf).chain(&self.others)
    }
}

/// Why a chain is invalid.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ChainError {
    /// No certificate.
    Empty,
    /// Something that is not a certificate.
    Malformed {
        /// Which certificate, from 0.
        index: usize,
        /// Bytes from the start of that certificate's DER, or of its text where the text is at fault.
        offset: usize,
        /// What is wrong there.
        problem: ChainProblem,
    },
    /// Over a limit.
    TooLarge(TooLarge),
}

/// The limits, one of which the chain exceeds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TooLarge {
    /// The most certificates.
    pub certificates: usize,
    /// The most bytes of DER in all.
    pub bytes: usize,
}

impl From<Limits> for TooLarge {
    fn from(Limits { certificates, bytes }: Limits) -> Self {
        Self { certificates, bytes }
    }
}

/// What is wrong with a piece of a chain.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ChainProblem {
    /// Not canonical base64.
    Base64,
    /// A certificate that cannot be read.
    Certificate(Problem),
    /// PEM in place of DER bytes.
    PemAsDer,
    /// A PEM block of something else.
    PemLabel,
    /// A PEM block without its end.
    PemUnfinished,
    /// A PEM block of a private key.
    PrivateKey,
}

impl core::error::Error for ChainError {}

impl fmt::Display for ChainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the chain holds no certificate"),
            Self::Malformed { index, offset, problem } => write!(f, "certificate {index}, byte {offset}: {problem}"),
            Self::TooLarge(TooLarge { certificates, bytes }) => {
                write!(f, "the chain has more than {certificates} certificates or more than {bytes} bytes")
            }
        }
    }
}

impl fmt::Display for ChainProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base64 => f.write_str("not canonical base64"),
            Self::Certificate(problem) => problem.fmt(f),
            Self::PemAsDer => f.write_str("this is PEM handed over as bytes; hand PEM over as a string"),
            Self::PemLabel => f.write_str("a PEM block of something other than a CERTIFICATE"),
            Self::PemUnfinished => f.write_str("a PEM block without its END line"),
            Self::PrivateKey => f.write_str("a private key; hand over certificates only, and treat this key as disclosed"),
        }
    }
}

/// Collects DER within the limits, so that nothing is decoded beyond them.
struct Collector<'a> {
    certificates: Vec<Cow<'a, [u8]>>,
    bytes: usize,
    limits: Limits,
}

impl<'a> Collector<'a> {
    fn push(&mut self, der: Cow<'a, [u8]>) -> Result<(), ChainError> {
        if der.starts_with(PEM_BOUNDARY) {
            return Err(self.malformed(0, ChainProblem::PemAsDer));
        }
        self.bytes = self.bytes.saturating_add(der.len());
        if self.bytes > self.limits.bytes || self.certificates.len() >= self.limits.certificates {
            return Err(ChainError::TooLarge(self.limits.into()));
        }
        self.certificates.push(der);
        Ok(())
    }

    /// An error in the text of the certificate that would be next.
    fn malformed(&self, offset: usize, problem: ChainProblem) -> ChainError {
        ChainError::Malformed { index: self.certificates.len(), offset, problem }
    }
}

const PEM_BOUNDARY: &[u8] = b"-----";
const PEM_BEGIN: &[u8] = b"-----BEGIN ";
const PEM_END: &[u8] = b"-----END CERTIFICATE-----";

/// Bytes of text per byte of DER that may be looked at: base64 takes 4/3, the rest leaves room for explanations around PEM.
const TEXT_PER_DER: usize = 4;

fn decode_text<'a>(text: &[u8], decoded: &mut Collector<'a>) -> Result<(), ChainError> {
    if text.len() > decoded.limits.bytes.saturating_mul(TEXT_PER_DER) {
        return Err(ChainError::TooLarge(decoded.limits.into()));
    }
    // What native bridges send: base64 and nothing else. PEM fails at its first hyphen.
    if let Ok(der) = STANDARD.decode(text) {
        return decoded.push(Cow::Owned(der));
    }
    if find(text, PEM_BEGIN).is_none() {
        let der = decode_base64(text, 0, decoded)?;
        return decoded.push(Cow::Owned(der));
    }
    // RFC 7468 section 2: text outside the blocks is an explanation, and ignored.
    let mut at = 0;
    while let Some(begin) = find(text.get(at..).unwrap_or_default(), PEM_BEGIN) {
        let label_at = at + begin + PEM_BEGIN.len();
        let after = text.get(label_at..).unwrap_or_default();
        let label_length = find(after, PEM_BOUNDARY).ok_or_else(|| decoded.malformed(at + begin, ChainProblem::PemUnfinished))?;
        match after.get(..label_length).unwrap_or_default() {
            b"CERTIFICATE" => {}
            label if label.ends_with(b"PRIVATE KEY") => return Err(decoded.malformed(at + begin, ChainProblem::PrivateKey)),
            _ => return Err(decoded.malformed(at + begin, ChainProblem::PemLabel)),
        }
        let body_at = label_at + label_length + PEM_BOUNDARY.len();
        let body = text.get(body_at..).unwrap_or_default();
        let length = find(body, PEM_END).ok_or_else(|| decoded.malformed(at + begin, ChainProblem::PemUnfinished))?;
        let der = decode_base64(body.get(..length).unwrap_or_default(), body_at, decoded)?;
        decoded.push(Cow::Owned(der))?;
        at = body_at + length + PEM_END.len();
    }
    Ok(())
}

/// `at`: where `text` begins in the piece that it is part of.
fn decode_base64(text: &[u8], at: usize, decoded: &Collector<'_>) -> Result<Vec<u8>, ChainError> {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let digits: Vec<u8> = text.iter().copied().filter(|byte| !is_space(byte)).collect();
    STANDARD.decode(&digits).map_err(|error| {
        let bad_digit = match error {
            DecodeError::InvalidByte(offset, _) | DecodeError::InvalidLastSymbol { offset, .. } => offset,
            _ => digits.len(),
        };
        let mut places = text.iter().enumerate().filter(|(_, byte)| !is_space(byte)).map(|(place, _)| place);
        decoded.malformed(at + places.nth(bad_digit).unwrap_or(text.len()), ChainProblem::Base64)
    })
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
