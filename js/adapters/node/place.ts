/** Options in a place where they would have no effect: Node and undici ignore what they do not know. */

import type { ConnectionOptions, SecureContextOptions } from "node:tls";

/** For each option that has no effect: where it belongs. */
export type Misplaced = Readonly<Record<string, string>>;

/** @throws TypeError that says where the option belongs. */
export function requirePlaced(options: object, misplaced: Misplaced, name: string): void {
  for (const [option, value] of Object.entries(options)) {
    if (value !== undefined && Object.hasOwn(misplaced, option))
      throw new TypeError(`${name}: ${option} has no effect here: ${misplaced[option]}`);
  }
}

/** What makes a secure context. Node's `SecureContextOptions`, complete: the type sees to it. */
const SECURE = {
  ALPNCallback: 0,
  allowPartialTrustChain: 0,
  ca: 0,
  cert: 0,
  ciphers: 0,
  clientCertEngine: 0,
  crl: 0,
  dhparam: 0,
  ecdhCurve: 0,
  honorCipherOrder: 0,
  key: 0,
  maxVersion: 0,
  minVersion: 0,
  passphrase: 0,
  pfx: 0,
  privateKeyEngine: 0,
  privateKeyIdentifier: 0,
  secureOptions: 0,
  secureProtocol: 0,
  sessionIdContext: 0,
  sessionTimeout: 0,
  sigalgs: 0,
  ticketKeys: 0,
} satisfies Record<keyof SecureContextOptions, 0>;

/** The rest of what `tls.connect` takes. */
const CONNECTION = {
  ALPNProtocols: 0,
  SNICallback: 0,
  checkServerIdentity: 0,
  enableTrace: 0,
  host: 0,
  lookup: 0,
  minDHSize: 0,
  path: 0,
  port: 0,
  pskCallback: 0,
  rejectUnauthorized: 0,
  requestCert: 0,
  secureContext: 0,
  servername: 0,
  session: 0,
  socket: 0,
  timeout: 0,
} satisfies Record<Exclude<keyof ConnectionOptions, keyof SecureContextOptions>, 0>;

/** What it hands to `net.connect`. */
const NET = ["family", "hints", "keepAlive", "keepAliveInitialDelay", "localPort", "noDelay", "onread", "blockList"];

/** Names of what makes a secure context. */
export const SECURE_OPTIONS: readonly string[] = [...Object.keys(SECURE), "secureContext"];

const named = (options: readonly string[], where: string): Misplaced => Object.fromEntries(options.map((option) => [option, where]));

const OF_DISPATCHER = named(
  ["undici", "connect", "factory", "interceptors", "pipelining", "connectTimeout", "keepAliveTimeout", "headersTimeout", "bodyTimeout"],
  "it is one of createDispatcher's",
);
const OF_PROXY = named(["requestTls", "proxyTls", "uri"], "give `requestTls: tlsOptions(verifier)` to a ProxyAgent of undici's");
const OF_AGENT = named(
  ["keepAliveMsecs", "maxSockets", "maxTotalSockets", "maxFreeSockets", "scheduling", "proxyEnv"],
  "it is one of an agent's",
);
const OF_SELF_TEST = named(["verifier", "request"], "it is one of selfTest's");
const OF_REQUEST = named(["agent", "dispatcher", "httpsAgent", "httpAgent"], "it is one of a request's");
const OF_URL = named(["host", "hostname", "port"], "it comes from the URL of each request");

/** Not for `createDispatcher` itself, but for its `connect`. */
export const BESIDE_CONNECT: Misplaced = {
  ...OF_PROXY,
  ...OF_AGENT,
  ...OF_SELF_TEST,
  ...OF_REQUEST,
  ...named([...Object.keys(SECURE), ...Object.keys(CONNECTION), ...NET], "give TLS options under `connect`"),
  tls: "give TLS options under `connect`, not under `tls`",
  path: "it is `socketPath` here",
  timeout: "it is `connectTimeout` here",
  ...OF_URL,
  ALPNProtocols: "it is `allowH2` here",
};

/** Not for `createConnector`, nor for the `connect` of `createDispatcher`. */
export const IN_CONNECTOR: Misplaced = {
  ...OF_DISPATCHER,
  ...OF_PROXY,
  ...OF_AGENT,
  ...OF_SELF_TEST,
  ...OF_REQUEST,
  ...OF_URL,
  ...named(
    ["connections", "clientTtl", "maxConcurrentStreams", "keepAliveMaxTimeout", "maxHeaderSize", "maxResponseSize", "maxRequestsPerClient"],
    "it is one of the dispatcher's",
  ),
  ALPNProtocols: "it is `allowH2` here",
  connectTimeout: "it is `timeout` here",
  socketPath: "it is `path` here",
};

export const IN_AGENT: Misplaced = {
  ...OF_DISPATCHER,
  ...OF_PROXY,
  ...OF_SELF_TEST,
  ...OF_REQUEST,
  hostname: "it comes from the URL of each request",
  allowH2: "`https` knows no HTTP/2; use createDispatcher or `http2.connect`",
};

export const IN_CONNECT: Misplaced = {
  ...OF_DISPATCHER,
  ...OF_PROXY,
  ...OF_AGENT,
  ...OF_SELF_TEST,
  ...OF_REQUEST,
  hostname: "it is `host` here",
  socketPath: "it is `path` here",
  allowH2: 'it is `ALPNProtocols: ["h2"]` here',
};

/** They go to whatever the app spreads them into: what is left is chainpin's own. */
export const IN_TLS_OPTIONS: Misplaced = { ...OF_DISPATCHER, ...OF_PROXY, ...OF_SELF_TEST, ...OF_REQUEST };

/** Of one request with an agent of ours. */
export const IN_REQUEST: Misplaced = { onVerdict: "give it to createAgent" };
