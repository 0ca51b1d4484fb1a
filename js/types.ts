import type { PinningError } from "./errors.js";
import type { Policy, Rule } from "./policy.js";

/** The opinion of one policy, ready to be asked. Made by `createVerifier`. */
export interface Verifier {
  /**
   * Judges one connection. Bad input of the peer never throws: it is a rejected verdict with a reason.
   * @throws TypeError for a wrong argument type; ChainpinError `disposed` after `dispose`.
   */
  verify(request: VerifyRequest): Verdict;
  /**
   * The rule that decides for a host, as the policy writes it.
   * @throws ChainpinError `host-invalid`.
   */
  ruleFor(host: string): Rule | undefined;
  /** What is valid in the policy and yet unwise; looked for when first read, at the time of that read. */
  readonly findings: readonly Finding[];
  /** The policy as it was given, frozen. */
  readonly policy: Policy;
  /** Frees the compiled policy at once; verdicts already given stay readable. */
  dispose(): void;
}

/** One connection. */
export interface VerifyRequest {
  /** DNS name in A-label form (as `new URL(url).hostname`), IPv4 or IPv6 literal. */
  host: string;
  /** Leaf first. */
  chain: ChainInput;
  /**
   * `validated`: the platform built and validated this path. `presented`: as the server sent it, checked by nobody.
   * Default: `presented`, the strict one.
   */
  source?: "validated" | "presented";
  /** What a validated path ends in: a CA of the system, or one that the user installed. Default: `unknown`. */
  anchor?: "system" | "user" | "unknown";
  /** For reports. */
  port?: number;
  /** Milliseconds since 1970, or a Date. Default: this machine's clock. */
  now?: number | Date;
  /**
   * With source `presented`: the app's trusted roots, to one of which a path must lead. Without them, a pin is the only anchor.
   * For more than one verdict, make them once with `createAnchors`.
   */
  anchors?: ChainInput | Anchors;
}

/** Trusted roots, parsed once. Made by `createAnchors`. */
export interface Anchors {
  /** Frees their memory at once; they can be used again, and are then parsed for each verdict. */
  dispose(): void;
}

/**
 * A certificate chain, leaf first: DER as bytes, DER in base64, or PEM, for each certificate; or one PEM bundle.
 */
export type ChainInput = string | readonly CertificateInput[];

/** One certificate: DER bytes, DER in base64, or PEM. */
export type CertificateInput = string | Uint8Array | ArrayBuffer;

/** The decision on one connection, and what led to it. */
export interface Verdict {
  /** The policy does not object. */
  readonly ok: boolean;
  /** What was decided. */
  readonly outcome: Outcome;
  /** Why; set for `tolerated` and `rejected`. */
  readonly reason?: Reason | undefined;
  /** Canonical; the host as given where it is no host. */
  readonly host: string;
  /** The host of the rule that decided. */
  readonly rule?: string | undefined;
  /** Whose policy decided. */
  readonly policy: PolicyName;
  /** Which pin matched which certificate. */
  readonly matched?: Matched | undefined;
  /** For a developer's log: what was expected, what came, what to do. Not for programs, and not for users. */
  readonly message: string;
  /** The certificates, leaf first; empty where the chain could not be read. */
  readonly chain: readonly CertificateSummary[];
  /**
   * As an error to throw; its `code` is the reason.
   * @throws TypeError where there is no reason.
   */
  toError(): PinningError;
  /** As a report of RFC 7469, section 3. `port`: default the request's, else 443. */
  toReport(port?: number): PinReport;
}

/** Whose policy. */
export interface PolicyName {
  /** The policy's `id`. */
  readonly id?: string;
  /** The policy's `sequence`. */
  readonly sequence?: number;
}

/** `pinned`: a pin matched. `unlisted`: no rule. `exempt`: opted out. `tolerated`: no match, let pass. `rejected`: do not use the connection. */
export type Outcome = "pinned" | "unlisted" | "exempt" | "tolerated" | "rejected";

/** Why a connection is rejected or tolerated. */
export type Reason =
  | "certificate-expired"
  | "certificate-not-yet-valid"
  | "chain-empty"
  | "chain-malformed"
  | "chain-too-large"
  | "host-invalid"
  | "hostname-mismatch"
  /**
   * The verifier itself failed; nothing is known of the connection.
   *
   * Why: A mistake in chainpin, or memory ran out. The verifier is restarted by itself.
   *
   * Do: Do not use the connection; please report it.
   */
  | "internal"
  | "key-blocked"
  | "path-invalid"
  | "pin-expired"
  | "pin-mismatch"
  | "policy-expired"
  | "role-mismatch"
  | "rule-expired"
  | "unlisted-host";

/** The pin that matched. */
export interface Matched {
  /** As the policy writes it. */
  readonly pin: string;
  /** Where on the path the certificate stands. */
  readonly role: "leaf" | "ca";
  /** Where in the chain; -1 for an anchor that is not in it. */
  readonly index: number;
  /** A backup pin matched: the key has been rotated, and the policy needs a new backup. */
  readonly backup: boolean;
  /** The pin's label. */
  readonly label?: string;
}

/** One certificate of a verdict. */
export interface CertificateSummary {
  /** Its place in the chain, from 0. */
  readonly index: number;
  /** RFC 4514. */
  readonly subject: string;
  /** RFC 4514. */
  readonly issuer: string;
  /** DNS names and IP addresses. */
  readonly subjectAltNames: readonly string[];
  /** RFC 3339; absent where it cannot be read. */
  readonly notBefore?: string;
  /** RFC 3339; absent where it cannot be read. */
  readonly notAfter?: string;
  /** `RSA`, `EC P-256`, …; bits for RSA. */
  readonly key: { readonly algorithm: string; readonly bits?: number };
  /** `sha256/…` of the key. */
  readonly pin: string;
  /** SHA-256 of the certificate, in hexadecimal. */
  readonly fingerprint: string;
  /** Whether a pin may match it. */
  readonly onPath: boolean;
  /** Why not. */
  readonly offPath?: string;
}

/** All that `inspect` shows of a certificate. */
export interface CertificateDetails extends Omit<CertificateSummary, "index" | "onPath" | "offPath"> {
  /** `cert-sha256/…` of the certificate. */
  readonly certificatePin: string;
  /** 1, 2 or 3. */
  readonly version: number;
  /** Hexadecimal. */
  readonly serialNumber: string;
  /** A name, or an OID. */
  readonly signatureAlgorithm: string;
  /** Absent where the extension is, or cannot be read. */
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number };
  /** Absent where the extension is, or cannot be read. */
  readonly keyUsage?: readonly string[];
  /** Absent where the extension is, or cannot be read. */
  readonly extendedKeyUsage?: readonly string[];
  /** Every extension, in order. */
  readonly extensions: readonly { readonly oid: string; readonly critical: boolean }[];
  /** Bytes of DER. */
  readonly bytes: number;
}

/** A certificate of a chain that bears the name of another's issuer. */
export interface Issuer {
  /** Its place in the chain; the certificate's own, where it bears the name of its own issuer. */
  readonly index: number;
  /**
   * Whether its key made the other's signature. `invalid`: only the name is equal, which anybody can write. `unsupported`: not a pair of
   * key and signature that is verified, as SHA-1's are not. `unchecked`: more than 100 would have to be verified.
   */
  readonly signature: "valid" | "invalid" | "unsupported" | "unchecked";
}

/** Something in a policy that is valid and yet unwise. */
export interface Finding {
  /** Stable. */
  readonly code: FindingCode;
  /** `error`: the policy does not do what it says. `warning`: users may be locked out, or less protected than it seems. `info`: good to know. */
  readonly severity: "error" | "warning" | "info";
  /** The host of the rule; absent for the policy as a whole. */
  readonly rule?: string;
  /** What it is, and what to do. */
  readonly message: string;
}

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

/** What a policy is looked at with. */
export interface LintOptions {
  /** A chain that is served today for some host of the policy. */
  chain?: ChainInput;
  /** Default: this machine's clock. */
  now?: number | Date;
  /** Whether a name is a public suffix, as `tldts` and others tell. */
  isPublicSuffix?: (name: string) => boolean;
  /** Where the app fetches its policy updates. */
  updateUrl?: string;
}

/** RFC 7469, section 3, with what that has no field for under `chainpin`. */
export interface PinReport {
  /** When it was judged, RFC 3339. */
  readonly "date-time": string;
  /** The host of the connection. */
  readonly hostname: string;
  /** Its port. */
  readonly port: number;
  /** The earlier of the rule's and the policy's expiry; absent where there is none. */
  readonly "effective-expiration-date"?: string;
  /** The rule reaches names below its host. */
  readonly "include-subdomains": boolean;
  /** Absent where no rule decided. */
  readonly "noted-hostname"?: string;
  /** PEM; filled for source `presented`. */
  readonly "served-certificate-chain": readonly string[];
  /** PEM; filled for source `validated`. */
  readonly "validated-certificate-chain": readonly string[];
  /** The rule's pins of keys, as `pin-sha256="…"`. */
  readonly "known-pins": readonly string[];
  /** What the RFC has no field for: whose policy, what it decided and why, who had checked the chain, and the pins of whole certificates. */
  readonly chainpin: {
    readonly version: 1;
    readonly policy: PolicyName;
    readonly outcome: Outcome;
    readonly reason?: Reason;
    readonly matched?: Matched;
    readonly source: "presented" | "validated";
    readonly anchor?: "system" | "user" | "unknown";
    readonly "known-certificate-pins": readonly string[];
    readonly message: string;
  };
}
