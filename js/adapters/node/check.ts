/** The check after each handshake: Node's own check of the name, then the verifier. */

import tls, { type ConnectionOptions, type PeerCertificate } from "node:tls";
import type { Verifier } from "../../model/types.js";
import { linked } from "./chain.js";
import { Evidence } from "./evidence.js";
import { unsafe } from "./handshake.js";
import { FALLBACK, hostUnknown, isNamed } from "./name.js";
import type { OnVerdict, SafeOptions } from "./options.js";
import { markAsOurs } from "./own-checks.js";
import { anchorsOf } from "./roots.js";

/** Node calls it with the connection's options as `this`, and closes the connection with the error that it returns. */
export type CheckServerIdentity = (this: unknown, hostname: string, certificate: PeerCertificate) => Error | undefined;

/** For connections that others open. They may have options of their own, of which Node tells. `passed` is called where the verifier does not object. */
export function checkFor({ verifier, onVerdict, tls: { ca } }: SafeOptions, passed: () => void = () => {}): CheckServerIdentity {
  const check: CheckServerIdentity = function (this: unknown, checked, certificate) {
    // Absent where a client, as gRPC, calls it with a name of its own.
    const options = (this ?? {}) as ConnectionOptions;
    if (options.rejectUnauthorized === false) {
      // Node reads it after this, from the same object, and closes the connection; only to throw would leave it open.
      options.rejectUnauthorized = true;
      return unsafe();
    }
    if (checked === FALLBACK && this !== undefined && !isNamed(options)) return hostUnknown();
    const found = evidenceOf(verifier, onVerdict, { ...options, ca: options.ca ?? ca }, checked, certificate);
    const objection = found instanceof Error ? found : found.objection();
    if (objection === undefined) passed();
    return objection;
  };
  markAsOurs(check, verifier);
  return check;
}

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
