/** Signed policies: what is asked of the module about one, and what comes of it. */

import { oneOf, requireObject, requireString, toMillis, wrong } from "../base/arguments.js";
import { type Backend, isThrown } from "./backend.js";
import { Compiled, POLICY } from "./compiled.js";
import type { BundleReason } from "../model/codes.js";
import { BUNDLE_BYTES } from "../model/generated.js";

/** The terms that a signed policy must meet. */
export interface BundleTerms {
  /** The public keys that may sign it: 1 to 8, each with a `kid` of its own. */
  keys: readonly Jwk[];
  /** The `id` that its policy must have. */
  id: string;
  /** The highest sequence accepted so far; only a higher one is accepted. Default: 0. */
  floor?: number;
  /** Default: this machine's clock. */
  now?: number | Date;
  /** The highest `issuedAt` accepted so far (milliseconds since 1970, or a Date): it is at least that late, whatever the clock says. */
  latest?: number | Date;
  /** How far this machine's clock may be behind the signer's, in milliseconds. Default: 24 hours. */
  clockSkew?: number;
  /** `accept`: read back what was accepted before it expired. Default: `refuse`. */
  expired?: "refuse" | "accept";
}

/** A public key (RFC 7517): P-256, which signs by ES256, or Ed25519, which signs by EdDSA. */
export interface Jwk {
  /** `EC` or `OKP`. */
  readonly kty: string;
  /** `P-256` or `Ed25519`. */
  readonly crv: string;
  /** 32 bytes in base64url without padding. */
  readonly x: string;
  /** The same; P-256 only. */
  readonly y?: string;
  /** Its name, 1 to 128 bytes. */
  readonly kid: string;
  /** `ES256` or `EdDSA`, as the curve wants it. */
  readonly alg?: string;
  /** `sig`. */
  readonly use?: string;
  /** `["verify"]`. */
  readonly key_ops?: readonly string[];
  /** As WebCrypto exports it; not looked at. */
  readonly ext?: boolean;
}

/** What comes of a signed policy. */
export type BundleVerdict = AcceptedBundle | RefusedBundle;

/** An accepted signed policy. */
export interface AcceptedBundle {
  /** It may be used. */
  readonly accepted: true;
  /** The policy as JSON text, without `signingKeys`. */
  readonly policy: string;
  /** The policy's. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  /** Milliseconds since 1970. */
  readonly expires: number;
  /** The keys to trust from now on, if they have changed. */
  readonly keys?: readonly Jwk[];
}

/** A rejected signed policy. */
export interface RefusedBundle {
  /** It may not. */
  readonly accepted: false;
  /** Stable. */
  readonly reason: BundleReason;
  /** For a developer's log. */
  readonly message: string;
}

export type { BundleReason };

/** Checks bundles, and keeps the policy of the newest one that was accepted: most often it is the next one in use. */
export class Bundles {
  private newest: { readonly accepted: AcceptedBundle; readonly compiled: Compiled<string> } | undefined;

  constructor(private readonly backend: Backend) {}

  verify(bundle: string, terms: BundleTerms): BundleVerdict {
    const { verdict, compiled } = verifyBundle(this.backend, bundle, terms);
    if (verdict.accepted && compiled !== undefined) {
      this.newest?.compiled.free();
      this.newest = { accepted: verdict, compiled };
    }
    return verdict;
  }

  /** The compiled policy of the newest accepted bundle, once. */
  take(policy: unknown): Compiled<string> | undefined {
    if (this.newest === undefined || this.newest.accepted !== policy) return undefined;
    const { compiled } = this.newest;
    this.newest = undefined;
    return compiled;
  }
}

export function isAcceptedBundle(policy: object): policy is AcceptedBundle {
  const { accepted, policy: text } = policy as Partial<AcceptedBundle>;
  return accepted === true && typeof text === "string";
}

interface Checked {
  readonly verdict: BundleVerdict;
  readonly compiled?: Compiled<string>;
}

function verifyBundle(backend: Backend, bundle: string, terms: BundleTerms): Checked {
  requireString(bundle, "the bundle");
  requireObject(terms, "the terms");
  const { keys, id } = terms;
  if (!Array.isArray(keys)) throw wrong("keys", "a list of JWKs", keys);
  requireString(id, "id");
  const floor = toCount(terms.floor, 0, "floor");
  const now = toMillis(terms.now, "now");
  const latest = terms.latest === undefined ? 0 : toMillis(terms.latest, "latest");
  const clockSkew = toCount(terms.clockSkew, CLOCK_SKEW, "clockSkew");
  const expiryCounts = oneOf(terms.expired, "expired", ["refuse", "accept"], "refuse") === "refuse";
  // A flood stays out of the memory of the module, whose own check counts bytes.
  if (bundle.length > BUNDLE_BYTES) {
    return { verdict: { accepted: false, reason: "bundle-too-large", message: `${bundle.length} characters are too many` } };
  }
  try {
    const asked = { keys: JSON.stringify(keys), id, floor, now, latest, clockSkew, expiryCounts };
    const [handle, policy, sequence, issuedAt, expires, newKeys] = backend.run((engine) =>
      engine.acceptBundle(bundle, asked),
    ) as AcceptedFields;
    const compiled = new Compiled(backend, POLICY, policy, { handle });
    return {
      verdict: {
        accepted: true,
        policy,
        sequence,
        issuedAt,
        expires,
        ...(newKeys === undefined ? {} : { keys: JSON.parse(newKeys) as Jwk[] }),
      },
      compiled,
    };
  } catch (error) {
    if (!isThrown(error)) throw error;
    if (error.code === "keys-invalid") throw new TypeError(`keys${error.message}`);
    return { verdict: { accepted: false, reason: error.code as BundleReason, message: error.message } };
  }
}

/** 24 hours: clocks of devices that nobody sets, and zones mistaken for others. */
export const CLOCK_SKEW = 24 * 60 * 60 * 1000;

type AcceptedFields = [handle: number, policy: string, sequence: number, issuedAt: number, expires: number, keys?: string];

function toCount(value: unknown, absent: number, name: string): number {
  if (value === undefined) return absent;
  if (typeof value !== "number" || value % 1 !== 0 || value < 0 || value >= 2 ** 53)
    throw wrong(name, "an integer from 0 to 2^53 - 1", value);
  return value;
}
