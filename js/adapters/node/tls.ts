/** Options for whatever hands them to `tls.connect`. */

import type { ConnectionOptions, TLSSocket } from "node:tls";
import type { Verifier } from "../../model/types.js";
import { type CheckServerIdentity, checkFor } from "./check.js";
import { open } from "./connect.js";
import { Handshakes } from "./handshake.js";
import { type PinnedOptions, type Refused, SafeOptions } from "./options.js";
import { IN_TLS_OPTIONS, requirePlaced } from "./place.js";

/** To be spread into the options of a connection, after all others. */
export interface PinnedTlsOptions extends Omit<ConnectionOptions, Refused> {
  /** Node's own checks stay on. */
  rejectUnauthorized: true;
  /** Ours: Node's own check of the name, then the verifier. */
  checkServerIdentity: CheckServerIdentity;
  /** undici keeps no TLS sessions then. */
  maxCachedSessions: 0;
  /** Takes the place of one that was given before, or that an agent keeps: Node would not ask anybody about the certificate. */
  session: undefined;
  /** Never gives a key. Node calls it with the socket, wherever TLS 1.3 is offered: that is how the connection is held to its verdict. */
  pskCallback: NonNullable<ConnectionOptions["pskCallback"]>;
  /** For `http2.connect`, `ws` and `https.request`, which then connect by this function alone. */
  createConnection(...how: unknown[]): TLSSocket;
}

/**
 * Options that pin one connection: for `tls.connect`, `http2.connect`, `ws`, `@grpc/grpc-js`, and undici's `ProxyAgent`
 * (`requestTls`). `options` are TLS options that go with them, as `ca`.
 *
 * ```js
 * const socket = tls.connect({ host: "api.example.com", port: 443, servername: "api.example.com", ...tlsOptions(verifier) });
 * const session = http2.connect("https://api.example.com", tlsOptions(verifier));
 * ```
 *
 * Such a connection is judged once, when it opens: Node does not show its socket, so a replaced policy is not applied to it. A client that
 * offers TLS 1.2 alone, or puts a `pskCallback` of its own after them, can get past the verifier, by a `session`, a `checkServerIdentity` or
 * a `rejectUnauthorized: false` after them. `connect` (also through `createConnection`) has neither gap.
 * @throws TypeError for options with which a connection could get past the verifier, and for those that have no effect.
 */
export function tlsOptions(verifier: Verifier, options: PinnedOptions = {}): PinnedTlsOptions {
  const safe = SafeOptions.parse(verifier, options);
  requirePlaced(options, IN_TLS_OPTIONS, "the options");
  const handshakes = new Handshakes();
  return {
    ...safe.tls,
    rejectUnauthorized: true,
    maxCachedSessions: 0,
    session: undefined,
    pskCallback: handshakes.pskCallback(),
    checkServerIdentity: checkFor(safe, () => handshakes.pass()),
    createConnection(first, second) {
      // https gives a callback as the second, http2 its options.
      const { createConnection: _, ...rest } = isObject(second) ? ofSession(first as Authority, second) : (first as SessionOptions);
      return open(SafeOptions.parse(verifier, { ...rest, onVerdict: safe.onVerdict }));
    },
  };
}

type SessionOptions = PinnedOptions & { allowHTTP1?: boolean; createConnection?: unknown };

/** A URL, or parts of one: `http2.connect` takes both. */
interface Authority {
  hostname?: string;
  host?: string;
  port?: string | number;
}

/** As `http2.connect` calls it: the authority, then its options. */
function ofSession({ hostname, host, port }: Authority, options: SessionOptions): SessionOptions {
  const ALPNProtocols = options.allowHTTP1 === true ? ["h2", "http/1.1"] : ["h2"];
  return { ALPNProtocols, ...options, host: (hostname || host)?.replace(/^\[|\]$/g, ""), port: Number(port || 443) };
}

function isObject(value: unknown): value is SessionOptions {
  return typeof value === "object" && value !== null;
}
