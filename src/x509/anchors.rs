//! The roots that an app trusts, parsed and indexed once.

use super::certificate::Certificate;
use super::chain::{ChainBytes, ChainError, Encoded, Limits};
use crate::index::Index;

/// Trust anchors. They are trusted as given: their dates and extensions are not checked.
#[derive(Debug)]
pub struct Anchors {
    ders: Vec<Box<[u8]>>,
    by_subject: Index,
}

impl Anchors {
    /// Reads trust anchors, in any order.
    ///
    /// # Errors
    /// [`ChainError`]: empty, over a limit, or not certificates.
    pub fn parse<'a>(pieces: impl IntoIterator<Item = Encoded<'a>>) -> Result<Self, ChainError> {
        let bytes = ChainBytes::decode_within(Limits::ANCHORS, pieces)?;
        let chain = bytes.parse()?;
        Ok(Self {
            ders: chain.certificates().map(|certificate| certificate.der().into()).collect(),
            by_subject: Index::of(chain.certificates().map(|certificate| certificate.subject().into())),
        })
    }

    /// The anchors that bear the name of this issuer, in the order in which they were given.
    pub(crate) fn named(&self, issuer: &[u8]) -> impl Iterator<Item = Certificate<'_>> {
        let ders = self.by_subject.places(issuer).filter_map(|place| self.ders.get(place));
        // Each anchor was parsed before.
        ders.filter_map(|der| Certificate::parse(der).ok())
    }
}
