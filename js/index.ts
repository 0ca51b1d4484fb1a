/**
 * chainpin: one policy, one verdict, with reasons.
 *
 * This entry brings the module as WebAssembly, inside the script.
 */

import { chainpin } from "./api.js";
import { inlineWasm } from "./payloads/inline-wasm.js";

export const { init, initSync, backend, createVerifier, createVerifierSync, createAnchors, inspect, pinsOf, lint } = /* @__PURE__ */ chainpin(inlineWasm);

export * from "./surface.js";
