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

export * from "../adapters/node/index.js";
