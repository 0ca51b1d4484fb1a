/** One TLS connection that carries no byte of the app's before the verifier has passed it. */

import { isIP } from "node:net";
import tls, { type ConnectionOptions, type TLSSocket } from "node:tls";
import { ChainpinError } from "../../errors.js";
import type { Verifier } from "../../types.js";
import { evidenceOf } from "./check.js";
import { watch } from "./connections.js";
import { type PinnedOptions, requireSafe, requireSafeEnvironment, requireVerifier } from "./options.js";
import { anchorsOf } from "./roots.js";

/**
 * `tls.connect` with pinning: Node's own checks, then the verifier, then `secureConnect`. What is written before waits. Where one
 * of them refuses, the socket is destroyed with its error (`PinningError` where it was the policy), and nothing has been sent.
 *
 * A verifier made by `createReplaceable` judges the connection again when its policy is replaced.
 * @throws TypeError for options with which a connection could get past the verifier.
 */
export function connect(verifier: Verifier, options: PinnedOptions): TLSSocket {
  requireVerifier(verifier);
  requireSafe(options, verifier);
  requireSafeEnvironment();
  const { onVerdict, ...given } = options;
  anchorsOf(given.ca);
  let passed = false;

  const pinned: ConnectionOptions = {
    ...given,
    ...withName(given),
    rejectUnauthorized: true,
    checkServerIdentity(checked, certificate) {
      const evidence = evidenceOf(verifier, onVerdict, given, checked, certificate);
      if (evidence instanceof Error) return evidence;
      // Watched first: `onVerdict` may replace the policy.
      watch(verifier, socket, evidence);
      const objection = evidence.objection();
      passed = objection === undefined;
      return objection;
    },
  };
  const socket = tls.connect(pinned);
  hold(socket, () => passed);
  return socket;
}

/**
 * Until the handshake is done, nothing is written. Then `secureConnect` is told only of a connection that has passed: a listener cannot
 * keep it from others, and http2 takes the connection over in it, which ends the process where it has been closed.
 */
function hold(socket: TLSSocket, hasPassed: () => boolean): void {
  const emit = socket.emit as (...what: unknown[]) => boolean;
  const gate = (...what: unknown[]): boolean => {
    if (what[0] !== "secureConnect") return emit.apply(socket, what);
    if (socket.emit === gate) socket.emit = emit;
    // Where a session is resumed, or something has taken the check out of the options, nobody has seen a certificate.
    if (!hasPassed() || socket.isSessionReused()) {
      socket.destroy(new ChainpinError("connection-unjudged", "the connection was made without a verdict on its certificate, and was closed"));
    }
    // Closed already, where the policy was replaced while it answered.
    if (socket.destroyed) return false;
    socket.uncork();
    return emit.apply(socket, what);
  };
  socket.emit = gate;
  socket.cork();
}

/** Node's https does it, tls does not: a host that is a name is also the server name, unless another is given. */
function withName({ host, servername }: ConnectionOptions): { servername?: string } {
  if (servername !== undefined || host === undefined) return {};
  return { servername: isIP(host) === 0 ? host : "" };
}
