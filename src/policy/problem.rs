//! Why a policy is invalid, and where.

use core::fmt;

use super::FORMAT_VERSION;
use crate::codes::codes;
use crate::host::HostError;
use crate::limits::{POLICY_BYTES, POLICY_ID_BYTES, POLICY_RULES, RULE_PINS};
use crate::pin::PinError;
use crate::printable::Printable;

/// Why a policy is invalid, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct PolicyError {
    /// Rule and field, as `rules[3].pins[0]`; empty for the policy as a whole.
    pub path: String,
    /// What is wrong there.
    pub problem: PolicyProblem,
}

impl PolicyError {
    pub(super) fn new(path: &str, problem: PolicyProblem) -> Self {
        Self { path: path.to_owned(), problem }
    }

    /// The same, with the path from one level up.
    pub(super) fn within(mut self, outer: &str) -> Self {
        self.path = match self.path.as_str() {
            "" => outer.to_owned(),
            inner => format!("{outer}.{inner}"),
        };
        self
    }
}

codes! {
    /// What is wrong with a policy.
    #[derive(Clone, Debug, Eq, PartialEq)]
    #[non_exhaustive]
    pub enum PolicyProblem {
        /// A `cert-sha256/` pin in `blocked`.
        ///
        /// Do: Block the key. `chainpin pin CERTIFICATE` prints its pin, which starts with `sha256/`.
        BlockedCertificate = "blocked-certificate",
        /// Not a date of RFC 3339 with a zone.
        ///
        /// Do: Write `2027-02-01T00:00:00Z`, or `2027-02-01` for midnight UTC.
        Date = "date-invalid",
        /// Two rules for one host.
        ///
        /// Do: One rule decides for a host: put their pins together.
        DuplicateHost {
            /// The host, canonical.
            host: String,
            /// The index of the first rule for it.
            first: usize,
        } = "host-duplicate",
        /// `exempt: false`.
        ///
        /// Do: Leave it out; the only value is `true`.
        ExemptFalse = "exempt-false",
        /// `exempt` next to a field that it makes meaningless.
        ///
        /// Do: Keep only `host` and `subdomains` next to it.
        ExemptWithField = "exempt-with-field",
        /// Neither a DNS name in ASCII nor an IP address.
        ///
        /// Do: Write the bare name, without scheme, port or `*`; Unicode names as `xn--…`.
        Host(HostError) = "host-invalid",
        /// `id` is not 1 to 128 printable ASCII characters.
        ///
        /// Do: Choose another, such as `acme-mobile`.
        Id = "id-invalid",
        /// Not a pin: SHA-1, hexadecimal, `sha256//`, base64url, a placeholder.
        ///
        /// Do: The message says what to write instead.
        Pin(PinError) = "pin-invalid",
        /// A pin is in a rule and in `blocked`.
        ///
        /// Do: Remove it from one of the two.
        PinBlocked = "pin-blocked",
        /// A rule with no pin in `pins`.
        ///
        /// Do: Pin a key that is in use; `backupPins` alone are not enough.
        PinsEmpty = "pins-empty",
        /// A rule with neither `pins` nor `exempt`.
        ///
        /// Do: Give it `pins`, or `exempt: true`.
        PinsMissing = "pins-missing",
        /// `leaf-and-ca` without a pin of each role.
        ///
        /// Do: Give one pin the role `leaf` and one the role `ca`.
        RolesMissing = "roles-missing",
        /// `sequence` is not an integer from 1 to 2^53 - 1.
        ///
        /// Do: Start with 1, and add 1 with every change.
        Sequence = "sequence-invalid",
        /// An unknown, missing or repeated field, or a value of the wrong type.
        ///
        /// Do: Correct the field at `path`; check its spelling.
        Shape(String) = "policy-shape",
        /// `subdomains` on an IP address.
        ///
        /// Do: Leave it out.
        SubdomainsOfAddress = "subdomains-on-ip",
        /// Not JSON.
        ///
        /// Do: Correct it at the line in the message; JSON has no comments and no trailing commas.
        Syntax(String) = "policy-syntax",
        /// More than 32 MiB of text.
        ///
        /// Do: Remove what you do not need.
        TextTooLarge {
            /// Its size.
            bytes: usize,
        } = "policy-too-large",
        /// More than 64 pins in a rule, backup pins included.
        ///
        /// Do: Remove old ones.
        TooManyPins {
            /// Their number.
            pins: usize,
        } = "too-many-pins",
        /// More than 100,000 rules.
        ///
        /// Do: Use `subdomains`, or several policies.
        TooManyRules {
            /// Their number.
            rules: usize,
        } = "too-many-rules",
        /// A format that this code does not read.
        ///
        /// Do: Write `"version": 1`, or update chainpin.
        Version {
            /// The version given.
            version: u64,
        } = "version-unsupported",
    }
}

impl core::error::Error for PolicyError {}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => self.problem.fmt(f),
            path => write!(f, "{path}: {}", self.problem),
        }
    }
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BlockedCertificate => f.write_str(
                "a certificate cannot be blocked: its holder can change its hash; block its key, `chainpin pin CERTIFICATE` prints the pin",
            ),
            Self::Date => f.write_str(
                "not a date; write RFC 3339 with a zone, as 2027-02-01T00:00:00Z, or a bare 2027-02-01 for 00:00:00 UTC",
            ),
            Self::DuplicateHost { host, first } => {
                write!(f, "`{host}` has a rule already (rules[{first}]); one rule decides for a host, so put their pins together")
            }
            Self::ExemptFalse => f.write_str("leave `exempt` out of a rule that has pins; the only value is true"),
            Self::ExemptWithField => f.write_str("an exempt rule takes `host` and `subdomains`, and nothing else"),
            Self::Host(error) => write!(f, "not a host: {error}"),
            Self::Id => write!(f, "the policy's id has 1 to {POLICY_ID_BYTES} printable ASCII characters"),
            Self::Pin(error) => error.fmt(f),
            Self::PinBlocked => {
                f.write_str("this pin is also in `blocked`, where it can never match; take it out of one of the two")
            }
            Self::PinsEmpty => f.write_str("no pin; write at least one, or `exempt: true` in their place"),
            Self::PinsMissing => f.write_str("a rule has `pins`, or `exempt: true`"),
            Self::RolesMissing => f.write_str("`leaf-and-ca` needs a pin with role `leaf` and a pin with role `ca`"),
            Self::Sequence => f.write_str("the sequence is an integer from 1 to 2^53 - 1, and grows with each change"),
            Self::Shape(message) | Self::Syntax(message) => Printable(message).fmt(f),
            Self::SubdomainsOfAddress => f.write_str("an IP address has no subdomains"),
            Self::TextTooLarge { bytes } => write!(f, "the policy has {bytes} bytes; {POLICY_BYTES} are the most"),
            Self::TooManyPins { pins } => write!(f, "the rule has {pins} pins; {RULE_PINS} are the most"),
            Self::TooManyRules { rules } => write!(f, "the policy has {rules} rules; {POLICY_RULES} are the most"),
            Self::Version { version } => {
                write!(f, "version {version} of the policy format is not known here; this is version {FORMAT_VERSION}")
            }
        }
    }
}
