/** Options for whatever hands them to `tls.connect`. */

import type { ConnectionOptions, TLSSocket } from "node:tls";
import type { Verifier } from "../../types.js";
import { type CheckServerIdentity, checkFor } from "./check.js";
import { connect } from "./connect.js";
import { type PinnedOptions, type Refused, requireSafe, requireSafeEnvironment, requireVerifier } from "./options.js";
import { anchorsOf } from "./roots.js";

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
  /** Likewise. */
  pskCallback: undefined;
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
 * `tls.connect` must not be given a `session` after them: Node would not ask anybody about the certificate. And it tells nobody which socket
 * it asks about, so a replaced policy is not applied to that connection; `connect` (also through `createConnection`) has neither gap.
 * @throws TypeError for options with which a connection could get past the verifier.
 */
export function tlsOptions(verifier: Verifier, options: PinnedOptions = {}): PinnedTlsOptions {
  requireVerifier(verifier);
  requireSafe(options, verifier);
  requireSafeEnvironment();
  const { onVerdict, ...given } = options;
  anchorsOf(given.ca);
  return {
    ...given,
    rejectUnauthorized: true,
    maxCachedSessions: 0,
    session: undefined,
    pskCallback: undefined,
    checkServerIdentity: checkFor(verifier, given.ca, onVerdict),
    createConnection(first, second) {
      // https gives a callback as the second, http2 its options.
      const { createConnection: _, ...rest } = isObject(second) ? ofSession(first as Authority, second) : (first as SessionOptions);
      return connect(verifier, { ...rest, onVerdict });
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
  const named = (hostname || host || "localhost").replace(/^\[|\]$/g, "");
  return { ALPNProtocols, ...options, host: named, port: Number(port || 443) };
}

function isObject(value: unknown): value is SessionOptions {
  return typeof value === "object" && value !== null;
}
