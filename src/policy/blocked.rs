//! Keys that are never accepted.

use super::problem::{PolicyError, PolicyProblem};
use crate::pin::Pin;
use crate::x509::Certificate;

/// The keys that a policy blocks.
///
/// Only keys: whoever holds a certificate with an ECDSA signature (r, s) can rewrite it as (r, n - s), which is just as valid and has
/// another hash.
#[derive(Debug)]
pub(crate) struct Blocked {
    /// Pins of keys, sorted.
    keys: Vec<Pin>,
}

impl Blocked {
    pub(super) fn parse(pins: &[String]) -> Result<Self, PolicyError> {
        let key = |(index, text): (usize, &String)| {
            blockable(text).map_err(|problem| PolicyError::new(&format!("blocked[{index}]"), problem))
        };
        let mut keys = pins.iter().enumerate().map(key).collect::<Result<Vec<_>, _>>()?;
        keys.sort_unstable();
        Ok(Self { keys })
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub(super) fn contains(&self, pin: &Pin) -> bool {
        self.keys.binary_search(pin).is_ok()
    }

    /// The pin by which a certificate is blocked. Nothing is hashed if nothing is blocked.
    pub fn pin_of(&self, certificate: &Certificate<'_>) -> Option<Pin> {
        if self.is_empty() {
            return None;
        }
        certificate.key_pins().find(|key| self.contains(key))
    }
}

fn blockable(text: &str) -> Result<Pin, PolicyProblem> {
    let pin = Pin::parse(text).map_err(PolicyProblem::Pin)?;
    if pin.is_of_certificate() { Err(PolicyProblem::BlockedCertificate) } else { Ok(pin) }
}
