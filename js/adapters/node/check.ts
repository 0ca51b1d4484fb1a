/** What is asked when a handshake is done: Node's own check of the name, then the verifier. */

import tls, { type ConnectionOptions, type PeerCertificate } from "node:tls";
import type { Verifier } from "../../types.js";
import { linked } from "./chain.js";
import { Evidence } from "./evidence.js";
import type { OnVerdict } from "./options.js";
import { anchorsOf } from "./roots.js";

/** Node calls it with the connection's options as `this`, and closes the connection with the error that it returns. */
export type CheckServerIdentity = (this: unknown, hostname: string, certificate: PeerCertificate) => Error | undefined;

/** For connections that others open. They may have options of their own, of which Node tells. */
export function checkFor(verifier: Verifier, ca: ConnectionOptions["ca"], onVerdict: OnVerdict | undefined): CheckServerIdentity {
  const check: CheckServerIdentity = function (this: unknown, checked, certificate) {
    const options = (this ?? {}) as ConnectionOptions;
    if (options.rejectUnauthorized === false) {
      // Node reads it after this, from the same object, and closes the connection; only to throw would leave it open.
      options.rejectUnauthorized = true;
      return new TypeError("rejectUnauthorized must not be false: Node then ignores what the verifier answers");
    }
    const found = evidenceOf(verifier, onVerdict, { ...options, ca: options.ca ?? ca }, checked, certificate);
    return found instanceof Error ? found : found.objection();
  };
  askedBy.set(check, verifier);
  return check;
}

/** Whether a `checkServerIdentity` was made here for this verifier, or is Node's own: neither takes the decision away from it. */
export function isHarmless(check: unknown, verifier: Verifier): boolean {
  return check === undefined || check === tls.checkServerIdentity || (typeof check === "function" && askedBy.get(check) === verifier);
}

const askedBy = new WeakMap<object, Verifier>();

/** Why the connection must not be used, or what the verifier is to judge it by. `checked` is the name that TLS checked. */
export function evidenceOf(
  verifier: Verifier,
  onVerdict: OnVerdict | undefined,
  { host, port, ca }: ConnectionOptions,
  checked: string,
  certificate: PeerCertificate,
): Error | Evidence {
  const failure = tls.checkServerIdentity(checked, certificate);
  if (failure !== undefined) return failure;
  const facts = { checked, host, port: portOf(port), chain: linked(certificate), anchors: anchorsOf(ca) };
  return new Evidence(verifier, facts, onVerdict);
}

/** Some clients give it as text. */
function portOf(port: unknown): number | undefined {
  return port === undefined || port === null ? undefined : Number(port);
}
