/** One TLS connection that carries no byte of the app's before the verifier has passed it. */

import { isIP } from "node:net";
import tls, { type ConnectionOptions, type TLSSocket } from "node:tls";
import type { Verifier } from "../../model/types.js";
import { evidenceOf } from "./check.js";
import { watch } from "./connections.js";
import { type Handshake, hold } from "./handshake.js";
import { hostUnknown, isNamed } from "./name.js";
import { type PinnedOptions, SafeOptions } from "./options.js";
import { IN_CONNECT, requirePlaced } from "./place.js";

/**
 * `tls.connect` with pinning: Node's own checks, then the verifier, then `secureConnect`. What is written before waits. Where one
 * of them refuses, the socket is destroyed with its error (`PinningError` where it was the policy), and nothing has been sent.
 *
 * A verifier made by `createReplaceable` judges the connection again when its policy is replaced.
 * @throws TypeError for options with which a connection could get past the verifier, and for those that have no effect.
 * @throws ChainpinError `host-unknown` without `host` and `servername`.
 */
export function connect(verifier: Verifier, options: PinnedOptions): TLSSocket {
  const safe = SafeOptions.parse(verifier, options);
  requirePlaced(options, IN_CONNECT, "the options");
  return open(safe);
}

/** For options that may be those of a request, and have what Node's clients put in. */
export function open({ verifier, onVerdict, tls: given }: SafeOptions): TLSSocket {
  if (!isNamed(given)) throw hostUnknown();
  const handshake: Handshake = { passed: false };

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
      handshake.passed = objection === undefined;
      return objection;
    },
  };
  const socket = tls.connect(pinned);
  hold(socket, handshake);
  return socket;
}

/** Node's https does it, tls does not: a host that is a name is also the server name, unless another is given. */
function withName({ host, servername }: ConnectionOptions): { servername?: string } {
  if (servername !== undefined || host === undefined) return {};
  return { servername: isIP(host) === 0 ? host : "" };
}
