/** What every way to connect takes, and what none may be given. */

import type { ConnectionOptions } from "node:tls";
import { requireObject, wrong } from "../../base/arguments.js";
import type { Verdict, Verifier } from "../../model/types.js";
import { isOurs } from "./handshake.js";
import { isHarmless } from "./own-checks.js";
import { anchorsOf } from "./roots.js";

/**
 * Told of every verdict, also of those that let a connection pass (a backup pin that matched, a mismatch that is tolerated), and of
 * those on open connections when their policy is replaced. What it throws refuses the connection; a promise is not waited for.
 */
export type OnVerdict = (verdict: Verdict, connection: Peer) => void;

/** Where a connection leads. */
export interface Peer {
  /** The name that was judged. */
  readonly host: string;
  /** Absent for a connection over a socket of the caller's, or a path. */
  readonly port?: number | undefined;
}

/** What would take the decision away from the verifier. */
export type Refused = "checkServerIdentity" | "maxCachedSessions" | "pskCallback" | "rejectUnauthorized" | "session";

/** TLS options of Node's, less what is refused. */
export interface PinnedOptions extends Omit<ConnectionOptions, Refused> {
  /** Called at once with each verdict. What it throws refuses the connection. */
  onVerdict?: OnVerdict | undefined;
}

/** A verifier with options that leave the decision to it. Only `parse` makes them, so whoever has them may connect. */
export class SafeOptions {
  private constructor(
    readonly verifier: Verifier,
    readonly onVerdict: OnVerdict | undefined,
    /** What is left for Node. */
    readonly tls: Omit<PinnedOptions, "onVerdict">,
  ) {}

  /** @throws TypeError for options with which a connection could get past the verifier. */
  static parse(verifier: Verifier, options: object, name = "the options"): SafeOptions {
    requireVerifier(verifier);
    requireSafe(options, verifier, name);
    requireSafeEnvironment();
    // Node's own checks stay on, and its caches empty, whatever of these was given.
    const { onVerdict, rejectUnauthorized, checkServerIdentity, session, pskCallback, maxCachedSessions, ...tls } = options as Record<
      string,
      unknown
    >;
    if (onVerdict !== undefined && typeof onVerdict !== "function") throw wrong("onVerdict", "a function", onVerdict);
    anchorsOf(tls["ca"] as ConnectionOptions["ca"]);
    return new SafeOptions(verifier, onVerdict as OnVerdict | undefined, tls);
  }

  /** Those of one connection go over these; the verifier and `onVerdict` stay. */
  with(more: object, name = "the request's options"): SafeOptions {
    return SafeOptions.parse(this.verifier, { ...this.tls, ...more, onVerdict: this.onVerdict }, name);
  }
}

export function requireVerifier(verifier: Verifier): void {
  if (typeof verifier?.verify !== "function") throw wrong("the verifier", "what `createVerifier` gives", verifier);
}

/** Early, for options that others will use. @throws TypeError */
export function requireSafe(options: object, verifier: Verifier, name: string): void {
  requireObject(options, name);
  const { rejectUnauthorized, checkServerIdentity, session, maxCachedSessions, pskCallback, secureContext, ca } = options as Record<
    string,
    unknown
  >;
  if (rejectUnauthorized !== undefined && rejectUnauthorized !== true) {
    throw new TypeError(
      `${name}: rejectUnauthorized must not be false: Node then ignores what the verifier answers. For a CA of your own, give its certificate as \`ca\``,
    );
  }
  // got gives Node's own with each request.
  if (!isHarmless(checkServerIdentity, verifier)) {
    throw new TypeError(
      `${name}: checkServerIdentity must not be given: the verifier answers in its place, after Node's own check of the name, and no second verifier beside it`,
    );
  }
  if (session !== undefined && session !== null) {
    throw new TypeError(`${name}: session must not be given: a resumed session brings no certificate to judge`);
  }
  if (maxCachedSessions !== undefined && maxCachedSessions !== 0) {
    throw new TypeError(`${name}: maxCachedSessions must be 0: a resumed session brings no certificate to judge`);
  }
  if (pskCallback !== undefined && pskCallback !== null && !isOurs(pskCallback)) {
    throw new TypeError(`${name}: pskCallback must not be given: a connection by a pre-shared key brings no certificate to judge`);
  }
  if (secureContext !== undefined && secureContext !== null && ca === undefined) {
    throw new TypeError(`${name}: secureContext hides which roots it trusts: give them as \`ca\` too`);
  }
}

function requireSafeEnvironment(): void {
  if (process.env["NODE_TLS_REJECT_UNAUTHORIZED"] !== "0") return;
  throw new TypeError(
    "NODE_TLS_REJECT_UNAUTHORIZED=0 switches off the checks that pinning builds on: remove it. For a CA of your own, use `ca` or NODE_EXTRA_CA_CERTS",
  );
}
