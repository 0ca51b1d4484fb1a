/** What a verdict rests on, and the report that is made of it. */

import type { Outcome, Reason } from "./codes.js";

/** Whose policy. */
export interface PolicyName {
  /** The policy's `id`. */
  readonly id?: string;
  /** The policy's `sequence`. */
  readonly sequence?: number;
}

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
