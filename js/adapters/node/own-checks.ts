/** Which `checkServerIdentity` functions are made here, and which verifier each asks. */

import tls from "node:tls";
import type { Verifier } from "../../model/types.js";

const verifiers = new WeakMap<object, Verifier>();

export function markAsOurs(check: object, verifier: Verifier): void {
  verifiers.set(check, verifier);
}

/** Whether a `checkServerIdentity` was made here for this verifier, or is Node's own: neither takes the decision away from it. */
export function isHarmless(check: unknown, verifier: Verifier): boolean {
  return check === undefined || check === tls.checkServerIdentity || (typeof check === "function" && verifiers.get(check) === verifier);
}
