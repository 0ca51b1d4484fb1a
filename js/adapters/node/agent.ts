/** An `https.Agent` whose every connection is pinned. */

import type { ClientRequest } from "node:http";
import { type AgentOptions as HttpsAgentOptions, Agent } from "node:https";
import type { Duplex } from "node:stream";
import type { Verifier } from "../../model/types.js";
import { checkFor } from "./check.js";
import { open } from "./connect.js";
import { type OnVerdict, type Refused, SafeOptions, requireSafe } from "./options.js";
import { IN_AGENT, IN_REQUEST, SECURE_OPTIONS, requirePlaced } from "./place.js";

/** Those of `https.Agent`, less what is refused. */
export interface AgentOptions extends Omit<HttpsAgentOptions, Refused> {
  /** Called at once with each verdict. What it throws refuses the connection. */
  onVerdict?: OnVerdict | undefined;
}

/**
 * An agent for `https.request` and for every client that takes one: axios, got, node-fetch, superagent, ws.
 *
 * A request over a connection that is refused fails with the `PinningError`; no byte of it has been sent. Pooled connections keep
 * their verdict, until a verifier made by `createReplaceable` gets another policy: those that it refuses are closed.
 *
 * ```js
 * https.get("https://api.example.com/", { agent: createAgent(verifier) });
 * ```
 * @throws TypeError for options with which a connection could get past the verifier, and for those that have no effect.
 */
export function createAgent(verifier: Verifier, options: AgentOptions = {}): Agent {
  return new PinnedAgent(verifier, options);
}

class PinnedAgent extends Agent {
  readonly #safe: SafeOptions;

  constructor(verifier: Verifier, options: AgentOptions) {
    const safe = SafeOptions.parse(verifier, options);
    if ("proxyEnv" in options)
      throw new TypeError("the options: proxyEnv is not supported; connect to the proxy yourself, and give each request its `socket`");
    requirePlaced(options, IN_AGENT, "the options");
    // In its options too: a client that goes through a proxy, as axios does where HTTPS_PROXY is set, takes these and connects by itself.
    super({ ...safe.tls, rejectUnauthorized: true, checkServerIdentity: checkFor(safe), maxCachedSessions: 0 });
    this.#safe = safe;
  }

  /** Node calls it with a request's own options: what they must not ask for is refused, not silently overridden by the agent's. */
  addRequest(request: ClientRequest, options: object | string, ...more: unknown[]): void {
    if (typeof options === "object") this.#require(options);
    (Agent.prototype as unknown as { addRequest(...how: unknown[]): void }).addRequest.call(this, request, options, ...more);
  }

  #require(options: object): void {
    const name = "the request's options";
    requireSafe(options, this.#safe.verifier, name);
    requirePlaced(options, IN_REQUEST, name);
    // Node lets an agent's options win over those of a request.
    for (const option of SECURE_OPTIONS) {
      const [own, given] = [this.#safe.tls, options].map((one) => (one as Record<string, unknown>)[option]);
      if (own === undefined || given === undefined || given === null || own === given) continue;
      throw new TypeError(`${name}: ${option} has no effect here: the agent has its own. Give it to createAgent`);
    }
  }

  override createConnection(options: object, callback?: (error: Error | null, stream: Duplex) => void): Duplex | undefined {
    try {
      return open(this.#safe.with(options));
    } catch (error) {
      if (callback === undefined) throw error;
      // Node's own agent calls it with the error alone.
      (callback as (error: unknown) => void)(error);
      return undefined;
    }
  }
}
