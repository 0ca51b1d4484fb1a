//! What a finding is about: its code, how bad it is, and what to do.

use super::EXPIRES_SOON_DAYS;
use super::finding::Severity;
use crate::codes::codes;
use crate::pin::Pin;
use crate::printable::Printable;
use crate::time::Time;

codes! {
    /// What is found; the code of each is stable.
    #[derive(Clone, Debug, Eq, PartialEq)]
    pub(crate) enum Problem: Severity {
        /// The policy blocks keys, and some hosts pass without pins.
        ///
        /// Why: For those, a server can hide a blocked CA behind a certificate of the same name, or leave out a blocked root. It is found anyway
        /// if your app passes `anchors`, as `chainpin/node` does, or if the platform validates the chain.
        ///
        /// Do: Pass `anchors` with every `presented` chain, or pin those hosts, or set `unlisted` to `"deny"`.
        BlockedWithoutPins = "blocked-without-pins" (Info),
        /// A pin occurs more than once in a rule.
        ///
        /// Why: It was copied, or both `pins` and `backupPins` have it. It is still one key, and no backup of itself.
        ///
        /// Do: Keep one of them.
        DuplicatePin { pin: Pin } = "duplicate-pin" (Info),
        /// An exemption from no rule.
        ///
        /// Why: No other rule with `subdomains` reaches this host.
        ///
        /// Do: Remove it, or add the parent's rule.
        ExemptWithoutParent = "exempt-without-parent" (Error),
        /// The policy, a rule or a pin has expired.
        ///
        /// Why: Its `expires` is in the past. An expired rule allows and reports mismatches, unless its `onExpiry` says otherwise.
        ///
        /// Do: Publish a policy with current pins and a later date.
        Expired { what: &'static str, expires: Time } = "expired" (Error),
        /// A pin counts longer than its certificate. Needs `chain`.
        ///
        /// Why: The date was not taken from the certificate. That is right if you keep the key at renewal.
        ///
        /// Do: Let the pin expire with the certificate, unless you keep the key.
        ExpiresAfterCertificate { pin: Pin, expires: Time, not_after: Time } = "expires-after-certificate" (Info),
        /// An expiry is more than a year away.
        ///
        /// Why: Keys change sooner, so nobody reviews the policy before it causes an outage.
        ///
        /// Do: Choose an earlier date, as a reminder to review the policy.
        ExpiresLate { what: &'static str, expires: Time } = "expires-late" (Info),
        /// An expiry is within 30 days.
        ///
        /// Why: Reviews of app stores and staged roll-outs take weeks.
        ///
        /// Do: Publish the successor now.
        ExpiresSoon { what: &'static str, expires: Time } = "expires-soon" (Warning),
        /// Only a leaf is pinned, and its certificate lasts 100 days or less. Needs `chain`.
        ///
        /// Why: Such certificates are renewed automatically, and most tools make a new key each time by default.
        ///
        /// Do: Keep the key at renewal, pin your own CA, or publish the next key as a backup pin in time.
        LeafOnlyShortLived { days: i64 } = "leaf-only-short-lived" (Warning),
        /// `backupPins` is empty.
        ///
        /// Why: When the key is lost or stolen, your users cannot connect with any other key.
        ///
        /// Do: Make a second key, keep it offline, and pin it.
        NoBackupPin = "no-backup-pin" (Warning),
        /// Neither the rule nor the policy nor every pin expires.
        ///
        /// Why: A copy of the app that is never updated enforces these pins forever.
        ///
        /// Do: Set the rule's `expires`.
        NoExpiry = "no-expiry" (Info),
        /// Every pin is in the chain that is served today. Needs `chain`.
        ///
        /// Why: The backup was taken from the chain itself, for example an intermediate. It is lost together with the rest.
        ///
        /// Do: Pin a key that is not in use yet.
        NoTrueBackup = "no-true-backup" (Warning),
        /// A parent's rule reaches this host too, and has other pins.
        ///
        /// Why: Here the nearer rule decides alone. OkHttp accepts the pins of both.
        ///
        /// Do: If you use OkHttp, give both rules the same pins.
        OverlappingRules { parent: String } = "overlapping-rules" (Warning),
        /// `subdomains` on a name like `co.uk`. Needs `isPublicSuffix`, which the command and the page have.
        ///
        /// Why: Hosts below such a name belong to other people.
        ///
        /// Do: Name your own domain.
        PublicSuffix = "public-suffix" (Error),
        /// A report address that is not https.
        ///
        /// Why: Reports are not sent unencrypted.
        ///
        /// Do: Use an https address.
        ReportNotHttps { address: String } = "report-not-https" (Error),
        /// A report address is on a host that the policy pins.
        ///
        /// Why: When its pins fail, the report of that failure cannot arrive.
        ///
        /// Do: Use another host.
        ReportToPinnedHost { address: String } = "report-to-pinned-host" (Warning),
        /// Mode `report` without `reportTo`.
        ///
        /// Why: Every mismatch is allowed, and nobody gets a report, unless the reporter has an address of its own.
        ///
        /// Do: Add an address, or enforce.
        ReportWithoutAddress = "report-without-address" (Warning),
        /// A pin of a public intermediate that its CA replaces without notice. Needs `chain`.
        ///
        /// Why: Let's Encrypt, Google Trust Services, Amazon and ZeroSSL issue from sets of intermediates, and replace them without
        /// notice.
        ///
        /// Do: Pin your own key, or the root with a backup at another CA.
        RotatingIntermediate { pin: Pin, subject: String } = "rotating-intermediate" (Warning),
        /// `subdomains` on a name without a dot.
        ///
        /// Why: It reaches every name below, such as all of `.com`.
        ///
        /// Do: Name a domain of your own.
        SingleLabel = "single-label" (Warning),
        /// Only one key is pinned.
        ///
        /// Why: When it is lost or must change, every user is locked out.
        ///
        /// Do: Pin a second key in `backupPins`.
        SinglePin = "single-pin" (Warning),
        /// Updates come from a host that the policy pins. Needs `updateUrl`; `store.findings` has it.
        ///
        /// Why: They stop when you need them most: when its pins no longer match.
        ///
        /// Do: Fetch updates from another host.
        UpdateFromPinnedHost { address: String } = "update-from-pinned-host" (Warning),
    }
}

impl Problem {
    pub fn message(&self) -> String {
        match self {
            Self::BlockedWithoutPins => {
                "without pins, a server can hide a blocked CA in a presented chain; pass `anchors`, or pin those hosts".into()
            }
            Self::DuplicatePin { pin } => format!("{pin} stands here more than once; keep one"),
            Self::ExemptWithoutParent => {
                "no other rule reaches this host, so the exemption exempts it from nothing; remove it, or add the parent's rule"
                    .into()
            }
            Self::Expired { what, expires } => {
                format!("{what} expired at {expires}; publish a policy with current pins and a later date")
            }
            Self::ExpiresAfterCertificate { pin, expires, not_after } => {
                format!(
                    "{pin} counts until {expires}, but its certificate ends at {not_after}; let it expire with the certificate, unless the key is kept"
                )
            }
            Self::ExpiresLate { what, expires } => {
                format!(
                    "{what} expires at {expires}, more than a year from now; keys change sooner, so choose a date that makes somebody look"
                )
            }
            Self::ExpiresSoon { what, expires } => {
                format!("{what} expires at {expires}, within {EXPIRES_SOON_DAYS} days; publish its successor now")
            }
            Self::LeafOnlyShortLived { days } => {
                format!(
                    "only the leaf is pinned, and its certificate lasts {days} days; reuse the key at renewal, pin your own CA, or publish the next key as a backup pin in time"
                )
            }
            Self::NoBackupPin => {
                "no backup pin; make a second key, keep it offline, and pin it in `backupPins`, or a lost key locks users out"
                    .into()
            }
            Self::NoExpiry => {
                "no expiry on the rule, its pins or the policy, so an app that is never updated enforces these pins for ever; set `expires`".into()
            }
            Self::NoTrueBackup => {
                "every pin is in the chain that is served today, so none is a backup; pin a key that is not in use yet".into()
            }
            Self::OverlappingRules { parent } => {
                format!(
                    "the rule of `{parent}` reaches this host too, with other pins; here the nearer rule alone decides, but OkHttp accepts the pins of both, so give both rules the same pins where you use it"
                )
            }
            Self::PublicSuffix => "`subdomains` on a public suffix pins hosts of strangers; name your own domain".into(),
            Self::ReportNotHttps { address } => format!("reports to `{}` are not sent; use an https address", Printable(address)),
            Self::ReportToPinnedHost { address } => {
                format!(
                    "`{}` is on a host that this policy pins, so a report of its own failure cannot arrive; use another host",
                    Printable(address)
                )
            }
            Self::ReportWithoutAddress => {
                "mode `report` lets every mismatch pass, and `reportTo` names nobody to tell; add an address, or set mode `enforce`".into()
            }
            Self::RotatingIntermediate { pin, subject } => {
                format!(
                    "{pin} is the key of {subject}, which its CA replaces without notice; pin a key of your own, or the root with a backup at another CA"
                )
            }
            Self::SingleLabel => "`subdomains` on a single label reaches every name below it; name a domain of your own".into(),
            Self::SinglePin => "only one key is pinned; when it is lost or must change, every user is locked out: pin a second key in `backupPins`".into(),
            Self::UpdateFromPinnedHost { address } => {
                format!(
                    "updates come from `{}`, which this policy pins, so they fail when its pins do; use another host",
                    Printable(address)
                )
            }
        }
    }
}
