/** One TLS connection that carries no byte of the app's before the verifier has passed it. */

import { isIP } from "node:net";
import tls, { type ConnectionOptions, type TLSSocket } from "node:tls";
import { ChainpinError } from "../../errors.js";
import type { Verifier } from "../../types.js";
import { examine } from "./check.js";
import { watch } from "./connections.js";
import { Evidence } from "./evidence.js";
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
  requireSafe(options);
  requireSafeEnvironment();
  const { onVerdict, ...given } = options;
  anchorsOf(given.ca);
  let passed = false;

  const pinned: ConnectionOptions = {
    ...given,
    ...withName(given),
    rejectUnauthorized: true,
    checkServerIdentity(checked, certificate) {
      const found = examine(verifier, onVerdict, given, checked, certificate);
      passed = found instanceof Evidence;
      if (!(found instanceof Evidence)) return found;
      watch(verifier, socket, found);
      return undefined;
    },
  };
  const socket = tls.connect(pinned);
  socket.cork();
  socket.once("secureConnect", () => {
    // Where a session is resumed, or something has taken the check out of the options, nobody has seen a certificate.
    if (passed && !socket.isSessionReused()) socket.uncork();
    else socket.destroy(new ChainpinError("connection-unjudged", "the connection was made without a verdict on its certificate, and was closed"));
  });
  return socket;
}

/** Node's https does it, tls does not: a host that is a name is also the server name, unless another is given. */
function withName({ host, servername }: ConnectionOptions): { servername?: string } {
  if (servername !== undefined || host === undefined) return {};
  return { servername: isIP(host) === 0 ? host : "" };
}
