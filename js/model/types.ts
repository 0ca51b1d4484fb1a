/** What an app gives to chainpin, and what it gets. */

import type { Verdict } from "./errors.js";
import type { Finding } from "./generated.js";
import type { Policy, Rule } from "./policy.js";

export type { FindingCode, Outcome, Reason } from "./codes.js";
export type { Verdict } from "./errors.js";
export type * from "./evidence.js";
export type { CertificateDetails, Finding, Issuer } from "./generated.js";

/** Judges connections by one policy. Made by `createVerifier`. */
export interface Verifier {
  /**
   * Judges one connection. Bad input from the peer never throws: it gives a rejected verdict with a reason.
   * @throws TypeError for a wrong argument type; ChainpinError `disposed` after `dispose`.
   */
  verify(request: VerifyRequest): Verdict;
  /**
   * The rule that decides for a host, as the policy writes it.
   * @throws ChainpinError `host-invalid`.
   */
  ruleFor(host: string): Rule | undefined;
  /** What is valid in the policy but unwise. Computed on first read, for the time of that read. */
  readonly findings: readonly Finding[];
  /** The policy that was passed in, frozen. */
  readonly policy: Policy;
  /** Frees the compiled policy at once. Verdicts already returned stay readable. */
  dispose(): void;
}

/** One connection. */
export interface VerifyRequest {
  /** DNS name in A-label form (as `new URL(url).hostname`), IPv4 or IPv6 literal. */
  host: string;
  /** Leaf first. */
  chain: ChainInput;
  /**
   * `validated`: the platform built and validated this path. `presented`: the chain as the server sent it, not checked by anyone.
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
   * With source `presented`: the app's trusted roots. A path must lead to one of them. Without them, a pin is the only anchor.
   * For several verdicts, create them once with `createAnchors`.
   */
  anchors?: ChainInput | Anchors;
}

/** Trusted roots, parsed once. Made by `createAnchors`. */
export interface Anchors {
  /** Frees their memory at once. They can still be used, but are then parsed for each verdict. */
  dispose(): void;
}

/**
 * A certificate chain, leaf first: DER as bytes, DER in base64, or PEM, for each certificate; or one PEM bundle.
 */
export type ChainInput = string | readonly CertificateInput[];

/** One certificate: DER bytes, DER in base64, or PEM. */
export type CertificateInput = string | Uint8Array | ArrayBuffer;

/** Options of `lint`. */
export interface LintOptions {
  /** A chain that a host of the policy serves today. */
  chain?: ChainInput;
  /** Default: this machine's clock. */
  now?: number | Date;
  /** Returns whether a name is a public suffix. `tldts` and others know them. */
  isPublicSuffix?: (name: string) => boolean;
  /** Where the app fetches its policy updates. */
  updateUrl?: string;
}
