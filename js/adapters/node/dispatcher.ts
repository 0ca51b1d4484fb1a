/** Pinned connections for undici, and so for `fetch`. */

import { createRequire } from "node:module";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { requireObject } from "../../base/arguments.js";
import { ChainpinError } from "../../model/errors.js";
import type { Verifier } from "../../model/types.js";
import { open } from "./connect.js";
import { type PinnedOptions, SafeOptions, requireSafe } from "./options.js";
import { BESIDE_CONNECT, IN_CONNECTOR, requirePlaced } from "./place.js";

/** TLS options, as undici takes them under `connect`. Host, port and protocols are those of each request. */
export interface ConnectorOptions extends Omit<PinnedOptions, "ALPNProtocols" | "host" | "port"> {
  /** Offer HTTP/2. Default: false. */
  allowH2?: boolean | undefined;
  /** Milliseconds for connecting and for the handshake. Default: 10,000, as undici's; 0 for no limit. */
  timeout?: number | undefined;
}

/** What undici calls for each new connection. */
export type Connector = (target: ConnectorTarget, callback: (...result: [Error, null] | [null, TLSSocket]) => void) => void;

/** Where undici wants to go. */
export interface ConnectorTarget {
  /** The host of the URL. */
  hostname: string;
  /** With its port. */
  host?: string | undefined;
  /** `https:`; another is refused. */
  protocol: string;
  /** As text; empty for 443. */
  port: string;
  /** The name that TLS asks for and checks. */
  servername?: string | undefined;
  /** The address to connect from. */
  localAddress?: string | null | undefined;
  /** A socket to the target that is there already, as from a proxy. */
  httpSocket?: Duplex | undefined;
}

/** Those of undici's `Agent`, `connect` as an object only. */
export interface DispatcherOptions<Dispatcher> {
  /** The undici of your app, `import * as undici from "undici"`. Default: the one that is installed beside chainpin. */
  undici?: { Agent: new (options: any) => Dispatcher } | undefined;
  /** TLS options. */
  connect?: ConnectorOptions | undefined;
  /** Called at once with each verdict. What it throws refuses the connection. */
  onVerdict?: PinnedOptions["onVerdict"];
  /** Whatever else undici's `Agent` takes. */
  [option: string]: unknown;
}

/**
 * An `Agent` of undici 6, 7 or 8 for `fetch` and for undici's own functions, whose every connection is pinned.
 *
 * A request over a connection that is refused fails with the `PinningError`, in `fetch` as the `cause`; no byte of it has been sent.
 * `http:` is refused: it shows no certificate.
 *
 * ```js
 * await fetch("https://api.example.com/", { dispatcher: createDispatcher(verifier) });
 * ```
 * @throws TypeError where undici is not installed, for options with which a connection could get past the verifier, and for those that
 * have no effect.
 */
export function createDispatcher<Dispatcher = any>(verifier: Verifier, options: DispatcherOptions<Dispatcher> = {}): Dispatcher {
  requireSafe(options, verifier, "the options");
  const { undici, connect: tlsOptions = {}, onVerdict, ...agentOptions } = options;
  if (typeof tlsOptions !== "object")
    throw new TypeError("connect must be an object of TLS options: the verifier's own function takes its place");
  requirePlaced(agentOptions, BESIDE_CONNECT, "the options");
  if ("factory" in agentOptions) {
    throw new TypeError(
      "factory is not supported: what it makes need not ask the verifier. Give createConnector(verifier) to an `Agent` of your own, as `connect`",
    );
  }
  const { allowH2, connectTimeout, socketPath, autoSelectFamily, autoSelectFamilyAttemptTimeout } = agentOptions as ForConnecting;
  const connector = createConnector(verifier, {
    allowH2,
    timeout: connectTimeout,
    ...(socketPath && { path: socketPath }),
    ...(autoSelectFamily !== undefined && { autoSelectFamily }),
    ...(autoSelectFamilyAttemptTimeout !== undefined && { autoSelectFamilyAttemptTimeout }),
    ...(onVerdict !== undefined && { onVerdict }),
    ...tlsOptions,
  });
  const { Agent } = undici ?? installedUndici<Dispatcher>();
  const { maxCachedSessions: _, ...rest } = agentOptions;
  return new Agent({ ...rest, connect: connector });
}

/** Those of the `Agent` that undici hands to its own connector. */
interface ForConnecting {
  allowH2?: boolean;
  connectTimeout?: number;
  socketPath?: string;
  autoSelectFamily?: boolean;
  autoSelectFamilyAttemptTimeout?: number;
}

/**
 * The same as a `connect` function, for undici's other dispatchers: `new Pool(origin, { connect: createConnector(verifier) })`.
 * @throws TypeError for options with which a connection could get past the verifier, and for those that have no effect.
 */
export function createConnector(verifier: Verifier, options: ConnectorOptions = {}): Connector {
  requireObject(options, "the options");
  const { allowH2 = false, timeout = TIMEOUT, ...given } = options;
  const safe = SafeOptions.parse(verifier, given);
  requirePlaced(given, IN_CONNECTOR, "the options");
  return (target, callback) => {
    const once = onlyOnce(callback);
    if (target.protocol !== "https:") {
      once(
        new ChainpinError(
          "not-tls",
          `\`${target.protocol}\` to ${target.hostname} shows no certificate to judge; use another dispatcher for it`,
        ),
        null,
      );
      return;
    }
    try {
      const socket = open(safe.with({ ...DEFAULTS, ...safe.tls, ...toOptions(target, allowH2) }));
      const timer = timeout > 0 ? setTimeout(() => socket.destroy(timedOut(target, timeout)), timeout) : undefined;
      socket.once("close", () => {
        clearTimeout(timer);
        // Without an error where a tunnel of the caller's closes. undici would wait for ever.
        once(closed(target), null);
      });
      socket.once("error", (error) => once(error, null));
      socket.once("secureConnect", () => {
        clearTimeout(timer);
        if (!socket.destroyed) once(null, socket);
      });
    } catch (error) {
      once(error as Error, null);
    }
  };
}

/** As undici's own connector has them. */
const TIMEOUT = 10_000;
const DEFAULTS = { keepAlive: true, keepAliveInitialDelay: 60_000, noDelay: true };

function toOptions({ hostname, port, servername, localAddress, httpSocket }: ConnectorTarget, allowH2: boolean): PinnedOptions {
  return {
    host: hostname,
    port: port ? Number(port) : 443,
    ALPNProtocols: allowH2 ? ["http/1.1", "h2"] : ["http/1.1"],
    ...(servername && { servername }),
    ...(localAddress && { localAddress }),
    ...(httpSocket && { socket: httpSocket }),
  };
}

function onlyOnce(callback: Parameters<Connector>[1]): Parameters<Connector>[1] {
  let called = false;
  return (...result) => {
    if (called) return;
    called = true;
    callback(...result);
  };
}

function closed({ hostname, port }: ConnectorTarget): Error {
  return Object.assign(new Error(`the connection to ${hostname}:${port || 443} was closed in the handshake`), { code: "ECONNRESET" });
}

function timedOut({ hostname, port }: ConnectorTarget, timeout: number): Error {
  return Object.assign(new Error(`no connection to ${hostname}:${port || 443} within ${timeout} ms`), { code: "ETIMEDOUT" });
}

function installedUndici<Dispatcher>(): { Agent: new (options: any) => Dispatcher } {
  try {
    return createRequire(import.meta.url)("undici");
  } catch (cause) {
    throw new TypeError("undici cannot be loaded: `npm install undici`, or give yours as `undici`", { cause });
  }
}
