// Made from the Rust types by `npm run schema`; do not edit.

/** `pinned`: a pin matched. `unlisted`: no rule. `exempt`: opted out. `tolerated`: no match, allowed and reported. `rejected`: do not use the connection. */
export type Outcome =
  | "exempt"
  | "pinned"
  | "rejected"
  | "tolerated"
  | "unlisted";

/** Why a connection is rejected or tolerated, as the crate decides. */
export type CoreReason =
  | "certificate-expired"
  | "certificate-not-yet-valid"
  | "chain-empty"
  | "chain-malformed"
  | "chain-too-large"
  | "host-invalid"
  | "hostname-mismatch"
  | "key-blocked"
  | "path-invalid"
  | "pin-expired"
  | "pin-mismatch"
  | "policy-expired"
  | "role-mismatch"
  | "rule-expired"
  | "unlisted-host";

/** What can be found. */
export type FindingCode =
  | "blocked-without-pins"
  | "duplicate-pin"
  | "exempt-without-parent"
  | "expired"
  | "expires-after-certificate"
  | "expires-late"
  | "expires-soon"
  | "leaf-only-short-lived"
  | "no-backup-pin"
  | "no-expiry"
  | "no-true-backup"
  | "overlapping-rules"
  | "public-suffix"
  | "report-not-https"
  | "report-to-pinned-host"
  | "report-without-address"
  | "rotating-intermediate"
  | "single-label"
  | "single-pin"
  | "update-from-pinned-host";

/** Why a policy is invalid. */
export type PolicyErrorCode =
  | "blocked-certificate"
  | "date-invalid"
  | "host-duplicate"
  | "exempt-false"
  | "exempt-with-field"
  | "host-invalid"
  | "id-invalid"
  | "pin-invalid"
  | "pin-blocked"
  | "pins-empty"
  | "pins-missing"
  | "roles-missing"
  | "sequence-invalid"
  | "policy-shape"
  | "subdomains-on-ip"
  | "policy-syntax"
  | "policy-too-large"
  | "too-many-pins"
  | "too-many-rules"
  | "version-unsupported";

/** Why a signed policy is rejected. */
export type BundleReason =
  | "algorithm-mismatch"
  | "dates-invalid"
  | "expired"
  | "issued-in-future"
  | "header-invalid"
  | "id-mismatch"
  | "key-unknown"
  | "bundle-malformed"
  | "not-newer"
  | "policy-invalid"
  | "rollback"
  | "signature-invalid"
  | "signing-keys-invalid"
  | "bundle-too-large";

/** In the order of their numbers in a packed verdict. */
export const OUTCOMES: readonly Outcome[] = ["exempt", "pinned", "rejected", "tolerated", "unlisted"];

/** Limits of the crate, with their reasons in src/limits.rs. */
export const ANCHORS = 1024;
export const ANCHOR_BYTES = 4194304;
export const BUNDLE_BYTES = 44743340;
export const CHAIN_BYTES = 262144;
export const CHAIN_CERTIFICATES = 16;
export const HOST_BYTES = 253;
export const POLICY_BYTES = 33554432;
export const POLICY_RULES = 100000;
export const RULE_PINS = 64;

/** Bits of the `flags` of a request. */
export const VALIDATED = 1;
export const ANCHOR_SYSTEM = 2;
export const ANCHOR_USER = 4;
export const WITH_ANCHORS = 8;

/** Where the fields of a packed verdict are, each with its number of bits (src/wasm/layout.rs). */
export const PACKED = {
  OUTCOME: { shift: 0, bits: 3 },
  REASON: { shift: 3, bits: 6 },
  ROLE: { shift: 9, bits: 1 },
  BACKUP: { shift: 10, bits: 1 },
  CERTIFICATE: { shift: 11, bits: 5 },
  PIN: { shift: 16, bits: 7 },
  RULE: { shift: 23, bits: 30 },
} as const;

/** Which policy. */
export interface PolicyName {
  /** Its id. */
  readonly id: string;
  /** Its sequence, exact up to 2^53 - 1. */
  readonly sequence: number;
}

/** The pin that matched. */
export interface Matched {
  /** As the policy would write it. */
  readonly pin: string;
  /** `leaf` or `ca`. */
  readonly role: "ca" | "leaf";
  /** In the chain; -1 for an anchor that is not in it. */
  readonly index: number;
  /** A backup pin: the key has been rotated. */
  readonly backup: boolean;
  /** The pin's label. */
  readonly label?: string;
}

/** One certificate of a verdict's chain. */
export interface CertificateSummary {
  /** Its place, from 0. */
  readonly index: number;
  /** RFC 4514. */
  readonly subject: string;
  /** RFC 4514. */
  readonly issuer: string;
  /** DNS names and IP addresses of the SubjectAltName. */
  readonly subjectAltNames: readonly string[];
  /** RFC 3339; absent if it cannot be read. */
  readonly notBefore?: string;
  /** RFC 3339; absent if it cannot be read. */
  readonly notAfter?: string;
  /** The key's kind. */
  readonly key: {
    /** `RSA`, `EC P-256`, `Ed25519`, …, or an OID. */
    readonly algorithm: string;
    /** Length of an RSA modulus. */
    readonly bits?: number;
  };
  /** `sha256/…` of the key. */
  readonly pin: string;
  /** SHA-256 of the certificate in hexadecimal. */
  readonly fingerprint: string;
  /** May a pin match it? */
  readonly onPath: boolean;
  /** Why not. */
  readonly offPath?: string;
}

/** All that is shown of a certificate. */
export interface CertificateDetails {
  /** RFC 4514. */
  readonly subject: string;
  /** RFC 4514. */
  readonly issuer: string;
  /** DNS names and IP addresses of the SubjectAltName. */
  readonly subjectAltNames: readonly string[];
  /** RFC 3339; absent if it cannot be read. */
  readonly notBefore?: string;
  /** RFC 3339; absent if it cannot be read. */
  readonly notAfter?: string;
  /** The key's kind. */
  readonly key: {
    /** `RSA`, `EC P-256`, `Ed25519`, …, or an OID. */
    readonly algorithm: string;
    /** Length of an RSA modulus. */
    readonly bits?: number;
  };
  /** `sha256/…` of the key. */
  readonly pin: string;
  /** SHA-256 of the certificate in hexadecimal. */
  readonly fingerprint: string;
  /** `cert-sha256/…` of the certificate. */
  readonly certificatePin: string;
  /** 1, 2 or 3. */
  readonly version: number;
  /** Hexadecimal, as received. */
  readonly serialNumber: string;
  /** A name, or an OID. */
  readonly signatureAlgorithm: string;
  /** Whether it is a CA, and how many CAs may follow. */
  readonly basicConstraints?: {
    /** The key may sign certificates. */
    readonly ca: boolean;
    /** CAs that may follow on a path. */
    readonly pathLength?: number;
  };
  /** Names of RFC 5280 section 4.2.1.3. */
  readonly keyUsage?: readonly string[];
  /** Names, or OIDs. */
  readonly extendedKeyUsage?: readonly string[];
  /** Every extension, in order. */
  readonly extensions: readonly {
    /** Dotted. */
    readonly oid: string;
    /** Software that does not know it must reject the certificate. */
    readonly critical: boolean;
  }[];
  /** Bytes of DER. */
  readonly bytes: number;
}

/** A certificate of the chain that bears the name of another's issuer. */
export interface Issuer {
  /** Its place in the chain; the certificate's own, if it bears the name of its own issuer. */
  readonly index: number;
  /** Whether its key made the other's signature. */
  readonly signature: "invalid" | "unchecked" | "unsupported" | "valid";
}

/** RFC 7469 section 3. */
export interface PinReport {
  /** When the verdict was made (RFC 3339). */
  readonly "date-time": string;
  /** The host that the connection was for. */
  readonly hostname: string;
  /** Its port. */
  readonly port: number;
  /** The earlier of the rule's and the policy's expiry; absent if there is none. */
  readonly "effective-expiration-date"?: string;
  /** Whether the rule reaches names below its host. */
  readonly "include-subdomains": boolean;
  /** The rule's host; absent if no rule decided. */
  readonly "noted-hostname"?: string;
  /** PEM; filled for source `presented`. */
  readonly "served-certificate-chain": readonly string[];
  /** PEM; filled for source `validated`. */
  readonly "validated-certificate-chain": readonly string[];
  /** Each key pin of the rule, such as `pin-sha256="…"`. */
  readonly "known-pins": readonly string[];
  /** What the RFC has no field for. */
  readonly chainpin: {
    /** Of this part. */
    readonly version: 1;
    /** Whose policy decided. */
    readonly policy: PolicyName;
    /** As in the verdict. */
    readonly outcome: Outcome;
    /** As in the verdict. */
    readonly reason?: CoreReason | "internal";
    /** As in the verdict. */
    readonly matched?: Matched;
    /** As in the request. */
    readonly source: "presented" | "validated";
    /** As in the request. */
    readonly anchor?: "system" | "unknown" | "user";
    /** `cert-sha256/…` pins of the rule. */
    readonly "known-certificate-pins": readonly string[];
    /** As in the verdict. */
    readonly message: string;
  };
}

/** One finding. */
export interface Finding {
  /** Stable. */
  readonly code: FindingCode;
  /** How bad it is. */
  readonly severity: "info" | "warning" | "error";
  /** The host of the rule; absent for the policy as a whole. */
  readonly rule?: string;
  /** What it is and what to do. */
  readonly message: string;
}
