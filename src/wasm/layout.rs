//! How a request's flags and a verdict are packed into one number each. TypeScript's half is generated from these.

/// Bits of `flags`.
pub(crate) mod flags {
    pub const VALIDATED: u32 = 1;
    pub const ANCHOR_SYSTEM: u32 = 2;
    pub const ANCHOR_USER: u32 = 4;
    pub const WITH_ANCHORS: u32 = 8;
}

/// A field of a packed verdict: some bits above the lower ones.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    pub shift: u32,
    pub bits: u32,
}

impl Field {
    const fn above(below: Self, bits: u32) -> Self {
        Self { shift: below.shift + below.bits, bits }
    }
}

/// The number of the outcome: exempt, pinned, rejected, tolerated, unlisted.
pub(crate) const OUTCOME: Field = Field { shift: 0, bits: 3 };
/// The number of a reason plus 1; 0 for none.
pub(crate) const REASON: Field = Field::above(OUTCOME, 6);
/// 1 for a match with role `ca`.
pub(crate) const ROLE: Field = Field::above(REASON, 1);
/// 1 for a match of a backup pin.
pub(crate) const BACKUP: Field = Field::above(ROLE, 1);
/// The index of the matched certificate plus 2; 1 for an anchor that is not in the chain; 0 for no match.
pub(crate) const CERTIFICATE: Field = Field::above(BACKUP, 5);
/// The index of the matched pin.
pub(crate) const PIN: Field = Field::above(CERTIFICATE, 7);
/// The index of the rule plus 1; 0 for none. The number stays below 2^53, which a JavaScript number keeps exact.
pub(crate) const RULE: Field = Field::above(PIN, 30);
