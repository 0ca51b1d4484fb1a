/** What an app gives to chainpin, and what it gets. */

import type { Verdict } from "./errors.js";
import type { Finding } from "./generated.js";
import type { Policy, Rule } from "./policy.js";

export type { FindingCode, Outcome, Reason } from "./codes.js";
export type { Verdict } from "./errors.js";
export type * from "./evidence.js";
export type { CertificateDetails, Finding, Issuer } from "./generated.js";

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
