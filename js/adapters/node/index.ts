/**
 * chainpin for Node: pinned connections for `https`, `tls`, `http2`, `fetch`, and the clients built on them.
 *
 * ```js
 * import { createVerifier } from "chainpin";
 * import { createAgent } from "chainpin/node";
 * const agent = createAgent(await createVerifier(policy));
 * https.get("https://api.example.com/", { agent });
 * ```
 */

export { createAgent } from "./agent.js";
export type { AgentOptions } from "./agent.js";
export { chainOf } from "./chain.js";
export { connect } from "./connect.js";
export { createConnector, createDispatcher } from "./dispatcher.js";
export type { Connector, ConnectorOptions, ConnectorTarget, DispatcherOptions } from "./dispatcher.js";
export type { OnVerdict, Peer, PinnedOptions } from "./options.js";
export { selfTest } from "./self-test.js";
export type { SelfTestOptions, SelfTestTarget } from "./self-test.js";
export { tlsOptions } from "./tls.js";
export type { PinnedTlsOptions } from "./tls.js";
