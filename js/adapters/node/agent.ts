/** An `https.Agent` whose every connection is pinned. */

import type { ClientRequest } from "node:http";
import { type AgentOptions as HttpsAgentOptions, Agent } from "node:https";
import type { Duplex } from "node:stream";
import type { Verifier } from "../../types.js";
import { checkFor } from "./check.js";
import { connect } from "./connect.js";
import { type OnVerdict, type PinnedOptions, type Refused, requireSafe, requireSafeEnvironment, requireVerifier } from "./options.js";
import { anchorsOf } from "./roots.js";

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
 * @throws TypeError for options with which a connection could get past the verifier.
 */
export function createAgent(verifier: Verifier, options: AgentOptions = {}): Agent {
  return new PinnedAgent(verifier, options);
}

class PinnedAgent extends Agent {
  readonly #verifier: Verifier;
  readonly #onVerdict: OnVerdict | undefined;

  constructor(verifier: Verifier, options: AgentOptions) {
    requireVerifier(verifier);
    requireSafe(options, verifier);
    requireSafeEnvironment();
    const { onVerdict, ...given } = options;
    if ("proxyEnv" in given) throw new TypeError("the options: proxyEnv is not supported; connect to the proxy yourself, and give each request its `socket`");
    anchorsOf(given.ca);
    // In its options too: a client that goes through a proxy, as axios does where HTTPS_PROXY is set, takes these and connects by itself.
    super({ ...given, rejectUnauthorized: true, checkServerIdentity: checkFor(verifier, given.ca, onVerdict), maxCachedSessions: 0 });
    this.#verifier = verifier;
    this.#onVerdict = onVerdict;
  }

  /** Node calls it with a request's own options: what they must not ask for is refused, not silently overridden by the agent's. */
  addRequest(request: ClientRequest, options: object | string, ...more: unknown[]): void {
    if (typeof options === "object") requireSafe(options, this.#verifier, "the request's options");
    (Agent.prototype as unknown as { addRequest(...how: unknown[]): void }).addRequest.call(this, request, options, ...more);
  }

  override createConnection(options: object, callback?: (error: Error | null, stream: Duplex) => void): Duplex | undefined {
    try {
      return connect(this.#verifier, { ...(options as PinnedOptions), onVerdict: this.#onVerdict });
    } catch (error) {
      if (callback === undefined) throw error;
      // Node's own agent calls it with the error alone.
      (callback as (error: unknown) => void)(error);
      return undefined;
    }
  }
}
