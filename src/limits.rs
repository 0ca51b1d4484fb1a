//! Every limit of the core, with where the number comes from.

/// Certificates in one chain. The longest real chain in common use has 5; Android and OpenSSL stop at 10 by default.
pub const CHAIN_CERTIFICATES: usize = 16;

/// Bytes of DER in one chain (256 KiB). A leaf of 1,000 names takes 28 KB; TLS servers send 3 to 8 KB.
pub const CHAIN_BYTES: usize = 256 * 1024;

/// Trust anchors that an app may give. The Mozilla root store holds about 150 certificates.
pub const ANCHORS: usize = 1_024;

/// Bytes of DER in one set of anchors (4 MiB): 1,024 of 4 KiB, twice a large root's size.
pub const ANCHOR_BYTES: usize = 4 * 1024 * 1024;

/// The cost limit of the signatures of one verdict, in thousandths of one by P-256, for any number of candidate paths. An honest chain
/// has two or three; the longest path, seven of the costliest common kind (P-384), is within it. Hermes takes 0.7 s for all.
pub const SIGNATURE_WORK: usize = 16_200;

/// The same for `issuers`, which no connection waits for: enough for every pair of an honest chain.
pub const ISSUERS_WORK: usize = 64_000;

/// Intermediates on one path: webpki's limit, from mozilla::pkix.
pub const INTERMEDIATES: usize = 6;

/// Bytes of certificates that the searches of one verdict read again (2 MiB). Each step from a certificate to its issuer reads all
/// others; an honest chain of 8 KB takes three or four, a tangle of cross-signatures a hundred.
pub const PATH_BYTES: usize = 2 * 1024 * 1024;

/// Comparisons of names with name constraints for one verdict, on all paths. A thousand names below a CA with a dozen subtrees, the
/// most that occurs, are 12,000; Hermes takes 0.3 s for all.
pub const NAME_COMPARISONS: usize = 25_000;

/// Extensions of a certificate on a path, and purposes of one in its extended key usage: real ones have fewer than 20, and each step
/// reads them all again.
pub const EXTENSIONS: usize = 64;

/// Verified signatures that a verifier remembers: the chains of some twenty hosts.
pub const CACHED_SIGNATURES: usize = 64;

/// Bytes of a signature with its key and message that is worth remembering (8 KiB); with `CACHED_SIGNATURES` this limits the cache to
/// 512 KiB.
pub const CACHED_SIGNATURE_BYTES: usize = 8 * 1024;

/// Bytes in a host name without its trailing dot (RFC 1035 section 2.3.4: 255 octets on the wire).
pub const HOST_BYTES: usize = 253;

/// Bytes in one label of a host name (RFC 1035 section 2.3.4).
pub const LABEL_BYTES: usize = 63;

/// Rules in one policy: ten times the largest pin list known (Chromium's static list, with its HSTS entries).
pub const POLICY_RULES: usize = 100_000;

/// Bytes of policy text (32 MiB): 100,000 rules of 300 bytes.
pub const POLICY_BYTES: usize = 32 * 1024 * 1024;

/// Pins and backup pins in one rule.
pub const RULE_PINS: usize = 64;

/// Characters in a policy's `id`.
pub const POLICY_ID_BYTES: usize = 128;

/// Bytes of a signed policy: the largest policy in base64url, and some for header and signature.
pub const BUNDLE_BYTES: usize = POLICY_BYTES.div_ceil(3) * 4 + 4096;

/// Bytes of a bundle's header in base64url: its three members, the longest `kid` in escapes included.
pub const BUNDLE_HEADER_BYTES: usize = 2048;

/// Keys that may sign policies at a time.
pub const SIGNING_KEYS: usize = 8;

/// Bytes in the name of a signing key.
pub const SIGNING_KEY_ID_BYTES: usize = 128;
