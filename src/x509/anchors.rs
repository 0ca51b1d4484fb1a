//! The roots that an app trusts, parsed and indexed once.

use super::certificate::Certificate;
use super::chain::{ChainBytes, ChainError, Encoded, Limits};

/// Trust anchors. They are trusted as given: their dates and extensions are not checked.
#[derive(Debug)]
pub struct Anchors {
    /// By subject, so that those that may have issued a certificate are adjacent.
    anchors: Vec<Anchor>,
}

#[derive(Debug)]
struct Anchor {
    subject: Box<[u8]>,
    der: Box<[u8]>,
}

impl Anchors {
    /// Reads trust anchors, in any order.
    ///
    /// # Errors
    /// [`ChainError`]: empty, over a limit, or not certificates.
    pub fn parse<'a>(pieces: impl IntoIterator<Item = Encoded<'a>>) -> Result<Self, ChainError> {
        let bytes = ChainBytes::decode_within(Limits::ANCHORS, pieces)?;
        let chain = bytes.parse()?;
        let anchor =
            |certificate: &Certificate<'_>| Anchor { subject: certificate.subject().into(), der: certificate.der().into() };
        let mut anchors: Vec<Anchor> = chain.certificates().map(anchor).collect();
        anchors.sort_by(|one, other| one.subject.cmp(&other.subject));
        Ok(Self { anchors })
    }

    /// The anchors that bear the name of this issuer.
    pub(crate) fn named(&self, issuer: &[u8]) -> impl Iterator<Item = Certificate<'_>> {
        let start = self.anchors.partition_point(|anchor| *anchor.subject < *issuer);
        let named = self.anchors.get(start..).unwrap_or_default().iter().take_while(move |anchor| *anchor.subject == *issuer);
        // Each anchor was parsed before.
        named.filter_map(|anchor| Certificate::parse(&anchor.der).ok())
    }
}
