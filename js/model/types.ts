/** What an app gives to chainpin, and what it gets. */

import type { Verdict } from "./errors.js";
import type { CertificateSummary } from "./evidence.js";
import type { Policy, Rule } from "./policy.js";

export type { Outcome, Reason } from "./codes.js";
export type { Verdict } from "./errors.js";
export type * from "./evidence.js";

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
