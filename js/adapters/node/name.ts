/** Which host a connection is for. Where nobody has said, Node falls back to `localhost`. */

import { ChainpinError } from "../../model/errors.js";

/** The options of a connection, as Node or a client hands them over. */
export interface Naming {
  readonly servername?: unknown;
  readonly host?: unknown;
  readonly socket?: unknown;
}

/** Whether somebody has named the host: Node checks the first of `servername`, `host`, and the name that `socket` was connected to. */
export function isNamed(options: Naming): boolean {
  if (Object.hasOwn(options, HTTPS_MARK)) return isRequestNamed(options);
  const { servername, host, socket } = options;
  return Boolean(servername || host || (socket as { _host?: unknown } | null | undefined)?._host);
}

export function hostUnknown(): ChainpinError {
  return new ChainpinError(
    "host-unknown",
    "the connection has neither `host` nor `servername`, so Node falls back to `localhost`. Give the host that the connection is for",
  );
}

/** What Node says for no name. */
export const FALLBACK = "localhost";

/**
 * A request without a host goes to `localhost`, so that name is right; but over a `socket` or a `socketPath`, it goes somewhere else.
 * `https.request` then writes its own `host` and `servername` behind the mark; what the caller gave stands before it.
 */
function isRequestNamed(options: Naming & { hostname?: unknown; socketPath?: unknown }): boolean {
  if (!options.socket && !options.socketPath) return true;
  const order = Object.keys(options);
  const given = order.slice(0, order.indexOf(HTTPS_MARK));
  const names = (key: "servername" | "host" | "hostname") => Boolean(options[key]) && (options[key] !== FALLBACK || given.includes(key));
  return names("servername") || names("host") || names("hostname");
}

/** In the options of every `https.request`. */
const HTTPS_MARK = "_defaultAgent";
