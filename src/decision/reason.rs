//! Why a connection is rejected: what failed, and its stable code.

use core::fmt;

use crate::codes::codes;
use crate::host::HostError;
use crate::matching::Miss;
use crate::path::PathProblem;
use crate::pin::Pin;
use crate::time::Time;
use crate::x509::ChainError;

/// Why a connection is rejected, with both sides of the comparison that failed.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// The leaf's validity is over.
    CertificateExpired {
        /// Its last valid second.
        not_after: Time,
    },
    /// The leaf's validity has not begun.
    CertificateNotYetValid {
        /// Its first valid second.
        not_before: Time,
    },
    /// The chain is empty, too large or malformed.
    Chain(ChainError),
    /// The host cannot be read.
    Host(HostError),
    /// The leaf is for other hosts.
    HostnameMismatch,
    /// The policy never accepts a key of this chain, or the one that its only path ends in.
    KeyBlocked {
        /// The certificate's index; `None` for an anchor that is not in the chain.
        certificate: Option<usize>,
        /// The blocked pin.
        pin: Pin,
    },
    /// The chain is not a path that could be trusted.
    PathInvalid(PathProblem),
    /// No pin matched.
    PinMiss(Miss),
    /// The policy has expired and says to deny.
    PolicyExpired {
        /// When it did.
        expires: Time,
    },
    /// The rule has expired and says to deny.
    RuleExpired {
        /// When it did.
        expires: Time,
    },
    /// The policy refuses hosts without a rule.
    UnlistedHost,
}

codes! {
    /// The stable code of a refusal.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    #[non_exhaustive]
    pub enum Reason, listed {
        /// The leaf's validity is over. Looked at only where the chain is `presented`.
        ///
        /// Why: The server's certificate was not renewed in time, or this clock is ahead. No mode and no expiry of a rule softens it.
        ///
        /// Do: Renew the server's certificate, or set the clock.
        CertificateExpired = "certificate-expired",
        /// The leaf's validity has not begun. Looked at only where the chain is `presented`.
        ///
        /// Why: This clock is behind, as after a flat battery, or the certificate was made for a later day.
        ///
        /// Do: Set the clock, or wait for the day.
        CertificateNotYetValid = "certificate-not-yet-valid",
        /// No certificate was handed over.
        ///
        /// Why: The adapter asked too early, or asked a resumed TLS session, which shows no certificates.
        ///
        /// Do: Hand over the certificates of this very connection, leaf first.
        ChainEmpty = "chain-empty",
        /// Something in the chain is no certificate. The message names its index and the byte.
        ///
        /// Why: A text was cut off, a file holds something else, or the peer sends rubbish on purpose.
        ///
        /// Do: Hand over whole certificates, as DER, base64 or PEM. If you do, the peer is at fault: do not use the connection.
        ChainMalformed = "chain-malformed",
        /// More than 16 certificates, or more than 256 KiB of them.
        ///
        /// Why: A root store was handed over instead of a chain, or a peer wants to keep the verifier busy.
        ///
        /// Do: Hand over the server's chain alone. Roots go into `anchors`.
        ChainTooLarge = "chain-too-large",
        /// The host is neither a DNS name in ASCII nor an IP address.
        ///
        /// Why: It is a URL, has a port or Unicode letters, or writes an address oddly, as `127.1`. Such a host is never taken for one
        /// that is not pinned.
        ///
        /// Do: Pass `new URL(url).hostname`.
        HostInvalid = "host-invalid",
        /// The leaf is for other hosts. Looked at only where the chain is `presented`; the common name does not count.
        ///
        /// Why: The server has no certificate for this name, or the connection went to another server.
        ///
        /// Do: Ask for one of the names in the message, or give the server a certificate for this one.
        HostnameMismatch = "hostname-mismatch",
        /// The policy's `blocked` names a key of this chain, or of the only anchor that it leads to.
        ///
        /// Why: Somebody uses a key that is known to be stolen or wrongly certified. Exempt and unlisted hosts are refused, too, and
        /// report mode does not help.
        ///
        /// Do: Do not use the connection. If the key is good after all, take it out of `blocked`.
        KeyBlocked = "key-blocked",
        /// The chain cannot be trusted, whatever is pinned. Looked at only where the chain is `presented`.
        ///
        /// Why: The leaf is not for servers, or it leads to none of the `anchors`: an intermediate is missing, or the authority is not
        /// among them. The message says which.
        ///
        /// Do: Correct the server's certificate or chain, or the anchors.
        PathInvalid = "path-invalid",
        /// Only an expired pin would have matched.
        ///
        /// Why: The pin's `expires` is over and the server still uses that key.
        ///
        /// Do: Ship a policy with current pins.
        PinExpired = "pin-expired",
        /// No pin of the rule matches a certificate of the path.
        ///
        /// Why: The key was changed and the policy was not, or a proxy or an attacker answers for this host. In a `presented` chain, a
        /// pinned CA certificate counts only if the leaf verifiably leads to it.
        ///
        /// Do: Compare the pins in the message with your own keys. If the chain is yours, put one of its pins into the rule; if not, do
        /// not use the connection.
        PinMismatch = "pin-mismatch",
        /// The policy has expired, and its `onExpiry` is `"deny"`.
        ///
        /// Why: No newer policy has reached this copy of the app.
        ///
        /// Do: Ship a newer policy; see that updates arrive.
        PolicyExpired = "policy-expired",
        /// A pinned key is there, but in a place where its pin does not count.
        ///
        /// Why: A pin with role `leaf` stands on a CA, or one with role `ca` on the leaf. Certificate 0 is the leaf, even where it is
        /// self-signed.
        ///
        /// Do: Correct `role` in the policy, or leave it out.
        RoleMismatch = "role-mismatch",
        /// The rule has expired, and its `onExpiry` is `"deny"`.
        ///
        /// Why: No newer policy has reached this copy of the app. A match does not help, and neither does report mode.
        ///
        /// Do: Ship a newer policy.
        RuleExpired = "rule-expired",
        /// No rule is for this host, and the policy's `unlisted` is `"deny"`.
        ///
        /// Why: The app talks to a host that nobody has put into the policy: a new one, a redirect, a library's.
        ///
        /// Do: Add a rule, or find out why your app talks to that host.
        UnlistedHost = "unlisted-host",
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Refusal {
    /// Its stable code.
    pub fn reason(&self) -> Reason {
        match self {
            Self::CertificateExpired { .. } => Reason::CertificateExpired,
            Self::CertificateNotYetValid { .. } => Reason::CertificateNotYetValid,
            Self::Chain(ChainError::Empty) => Reason::ChainEmpty,
            Self::Chain(ChainError::Malformed { .. }) => Reason::ChainMalformed,
            Self::Chain(ChainError::TooLarge(_)) => Reason::ChainTooLarge,
            Self::Host(_) => Reason::HostInvalid,
            Self::HostnameMismatch => Reason::HostnameMismatch,
            Self::KeyBlocked { .. } => Reason::KeyBlocked,
            Self::PathInvalid(_) => Reason::PathInvalid,
            Self::PinMiss(Miss::Expired) => Reason::PinExpired,
            Self::PinMiss(Miss::Mismatch) => Reason::PinMismatch,
            Self::PinMiss(Miss::Role) => Reason::RoleMismatch,
            Self::PolicyExpired { .. } => Reason::PolicyExpired,
            Self::RuleExpired { .. } => Reason::RuleExpired,
            Self::UnlistedHost => Reason::UnlistedHost,
        }
    }
}
