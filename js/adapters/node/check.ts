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
    if (options.rejectUnauthorized === false) throw new TypeError("rejectUnauthorized must not be false: Node then ignores what the verifier answers");
    const found = examine(verifier, onVerdict, { ...options, ca: options.ca ?? ca }, checked, certificate);
    return found instanceof Error ? found : undefined;
  };
  ours.add(check);
  return check;
}

/** Whether a `checkServerIdentity` was made here, or is Node's own: neither takes the decision away from the verifier. */
export function isHarmless(check: unknown): boolean {
  return check === undefined || check === tls.checkServerIdentity || (typeof check === "function" && ours.has(check));
}

const ours = new WeakSet<object>();

/** Why the connection must not be used, or what it was passed by. `checked` is the name that TLS checked. */
export function examine(
  verifier: Verifier,
  onVerdict: OnVerdict | undefined,
  { host, port, ca }: ConnectionOptions,
  checked: string,
  certificate: PeerCertificate,
): Error | Evidence {
  const failure = tls.checkServerIdentity(checked, certificate);
  if (failure !== undefined) return failure;
  const facts = { checked, host, port: portOf(port), chain: linked(certificate), anchors: anchorsOf(ca) };
  const evidence = new Evidence(verifier, facts, onVerdict);
  return evidence.objection() ?? evidence;
}

/** Some clients give it as text. */
function portOf(port: unknown): number | undefined {
  return port === undefined || port === null ? undefined : Number(port);
}
