/** What every way to connect takes, and what none may be given. */

import type { ConnectionOptions } from "node:tls";
import { requireObject, wrong } from "../../arguments.js";
import type { Verdict, Verifier } from "../../types.js";
import { isHarmless } from "./check.js";

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

export function requireVerifier(verifier: Verifier): void {
  if (typeof verifier?.verify !== "function") throw wrong("the verifier", "what `createVerifier` gives", verifier);
}

/** @throws TypeError for options with which a connection could get past the verifier. */
export function requireSafe(options: object, verifier: Verifier, name = "the options"): void {
  requireObject(options, name);
  const { rejectUnauthorized, checkServerIdentity, session, maxCachedSessions, pskCallback, secureContext, ca, onVerdict } = options as Record<string, unknown>;
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
  if (pskCallback !== undefined && pskCallback !== null) {
    throw new TypeError(`${name}: pskCallback must not be given: a connection by a pre-shared key brings no certificate to judge`);
  }
  if (secureContext !== undefined && secureContext !== null && ca === undefined) {
    throw new TypeError(`${name}: secureContext hides which roots it trusts: give them as \`ca\` too`);
  }
  if (onVerdict !== undefined && typeof onVerdict !== "function") throw wrong("onVerdict", "a function", onVerdict);
}

/** @throws TypeError where the environment switches off Node's own checks. */
export function requireSafeEnvironment(): void {
  if (process.env["NODE_TLS_REJECT_UNAUTHORIZED"] !== "0") return;
  throw new TypeError("NODE_TLS_REJECT_UNAUTHORIZED=0 switches off the checks that pinning builds on: remove it. For a CA of your own, use `ca` or NODE_EXTRA_CA_CERTS");
}
