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
        /// The leaf's validity is over. Checked only if the chain is `presented`.
        ///
        /// Why: The server's certificate was not renewed in time, or this clock is ahead. No mode and no expired rule allows it.
        ///
        /// Do: Renew the server's certificate, or set the clock.
        CertificateExpired = "certificate-expired",
        /// The leaf's validity has not begun. Checked only if the chain is `presented`.
        ///
        /// Why: This clock is behind, for example after a flat battery, or the certificate is for a later date.
        ///
        /// Do: Set the clock, or wait until it is valid.
        CertificateNotYetValid = "certificate-not-yet-valid",
        /// The chain has no certificate.
        ///
        /// Why: The adapter asked too early, or the TLS session was resumed and has no certificates.
        ///
        /// Do: Pass the certificates of this connection, leaf first.
        ChainEmpty = "chain-empty",
        /// A part of the chain is not a certificate. The message has its index and the byte.
        ///
        /// Why: A text is incomplete, a file has other content, or the peer sends invalid data on purpose.
        ///
        /// Do: Pass complete certificates, as DER, base64 or PEM. If you do, the peer is at fault: do not use the connection.
        ChainMalformed = "chain-malformed",
        /// More than 16 certificates, or more than 256 KiB of them.
        ///
        /// Why: A root store was passed instead of a chain, or a peer tries to keep the verifier busy.
        ///
        /// Do: Pass only the server's chain. Roots go into `anchors`.
        ChainTooLarge = "chain-too-large",
        /// The host is neither a DNS name in ASCII nor an IP address.
        ///
        /// Why: It is a URL, has a port or Unicode letters, or an address in an unusual notation such as `127.1`. Such a host never counts
        /// as unpinned.
        ///
        /// Do: Pass `new URL(url).hostname`.
        HostInvalid = "host-invalid",
        /// The leaf is for other hosts. Checked only if the chain is `presented`; the common name does not count.
        ///
        /// Why: The server has no certificate for this name, or the connection went to another server.
        ///
        /// Do: Ask for one of the names in the message, or give the server a certificate for this one.
        HostnameMismatch = "hostname-mismatch",
        /// The policy's `blocked` names a key of this chain, or of the only anchor that it leads to.
        ///
        /// Why: A key is in use that is known to be stolen or wrongly certified. Exempt and unlisted hosts are rejected too, and report
        /// mode does not allow it.
        ///
        /// Do: Do not use the connection. If the key is valid after all, remove it from `blocked`.
        KeyBlocked = "key-blocked",
        /// The chain cannot be trusted, whatever you pin. Checked only if the chain is `presented`.
        ///
        /// Why: The leaf is not for servers, or it does not lead to any of the `anchors`: an intermediate is missing, or the CA is
        /// not among them. The message says which.
        ///
        /// Do: Correct the server's certificate or chain, or the anchors.
        PathInvalid = "path-invalid",
        /// Only an expired pin would have matched.
        ///
        /// Why: The pin has expired, and the server still uses that key.
        ///
        /// Do: Ship a policy with current pins.
        PinExpired = "pin-expired",
        /// No pin of the rule matches a certificate of the path.
        ///
        /// Why: The key changed and the policy did not, or a proxy or an attacker answers for this host. In a `presented` chain, a
        /// pinned CA certificate counts only if the leaf verifiably leads to it.
        ///
        /// Do: Compare the pins in the message with your own keys. If the chain is yours, add one of its pins to the rule; if not, do
        /// not use the connection.
        PinMismatch = "pin-mismatch",
        /// The policy has expired, and its `onExpiry` is `"deny"`.
        ///
        /// Why: No newer policy has reached this copy of the app.
        ///
        /// Do: Ship a newer policy; check that updates arrive.
        PolicyExpired = "policy-expired",
        /// A pinned key is in the chain, but in a place where its pin does not count.
        ///
        /// Why: A pin with role `leaf` matches a CA, or one with role `ca` the leaf. Certificate 0 is the leaf, even if it is
        /// self-signed.
        ///
        /// Do: Correct `role` in the policy, or leave it out.
        RoleMismatch = "role-mismatch",
        /// The rule has expired, and its `onExpiry` is `"deny"`.
        ///
        /// Why: No newer policy has reached this copy of the app. A match does not change that, and neither does report mode.
        ///
        /// Do: Ship a newer policy.
        RuleExpired = "rule-expired",
        /// No rule applies to this host, and the policy's `unlisted` is `"deny"`.
        ///
        /// Why: The app connects to a host that is not in the policy: a new one, a redirect, or one that a library uses.
        ///
        /// Do: Add a rule, or find out why your app connects to that host.
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
