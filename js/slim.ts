/**
 * chainpin without the module inside: the app brings `chainpin/chainpin.wasm`, as bytes, or as a compiled module where the engine
 * compiles none itself (Cloudflare's workerd).
 *
 * ```js
 * import { createVerifier, init } from "chainpin/slim";
 * import module from "chainpin/chainpin.wasm";
 * await init(module);
 * ```
 */

import { chainpin } from "./api.js";
import { type WasmSource, givenWasm } from "./payloads/given-wasm.js";

const api = /* @__PURE__ */ chainpin(givenWasm);

/**
 * Makes the module ready. Needed once, before all else; later calls answer with the same promise.
 * @throws TypeError for what is neither bytes nor a module; ChainpinError `wasm-unavailable` for another module than this version's,
 * for bytes that the engine does not compile, or where it has no WebAssembly.
 */
export async function init(source: WasmSource): Promise<void> {
  givenWasm.give(source);
  return api.init();
}

/** The same at once. Some browsers refuse to compile so much on the main thread: prefer `init` there. */
export function initSync(source: WasmSource): void {
  givenWasm.give(source);
  api.initSync();
}

export const { backend, createVerifier, createVerifierSync, createAnchors, inspect, issuersOf, pinsOf, lint, verifyBundle } = api;

export type { WasmSource } from "./payloads/given-wasm.js";
export * from "./surface.js";
