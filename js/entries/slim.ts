/**
 * chainpin without the module inside: the app provides `chainpin/chainpin.wasm`, as bytes, or as a compiled module if the engine
 * does not compile modules at run time (Cloudflare's workerd).
 *
 * ```js
 * import { createVerifier, init } from "chainpin/slim";
 * import module from "chainpin/chainpin.wasm";
 * await init(module);
 * ```
 */

import { chainpin } from "../engine/api.js";
import { type WasmSource, providedWasm } from "../engine/payloads/provided-wasm.js";

const api = /* @__PURE__ */ chainpin(providedWasm);

/**
 * Makes the module ready. Call it once, before anything else. Later calls return the same promise.
 * @throws TypeError if `source` is neither bytes nor a module; ChainpinError `wasm-unavailable` for a module of another version,
 * for bytes that the engine does not compile, or if it has no WebAssembly.
 */
export async function init(source: WasmSource): Promise<void> {
  providedWasm.provide(source);
  return api.init();
}

/** The same, synchronously. Some browsers refuse to compile a module of this size on the main thread: prefer `init` there. */
export function initSync(source: WasmSource): void {
  providedWasm.provide(source);
  api.initSync();
}

export const {
  /** The kind of module in use: `"wasm"`. */
  backend,
  /**
   * Compiles a policy, an object or JSON text.
   * @throws PolicyError, with `code` and `path`; ChainpinError `not-initialised` before `init`.
   */
  createVerifier,
  /** The same, synchronously. */
  createVerifierSync,
  /**
   * Parses the app's trusted roots once, for the `anchors` of many requests.
   * @throws TypeError if there are none or too many, or if one cannot be read.
   */
  createAnchors,
  /**
   * Details of each certificate of a chain, to show to people.
   * @throws ChainpinError `chain-empty`, `chain-malformed` or `chain-too-large`; `not-initialised`.
   */
  inspect,
  /**
   * For each certificate, the certificates of the chain that have its issuer's name, and whether their key signed it.
   * @throws as `inspect` does.
   */
  issuersOf,
  /**
   * The pin of each certificate's key, `sha256/…`, leaf first.
   * @throws as `inspect` does.
   */
  pinsOf,
  /**
   * What is valid in a policy but unwise.
   * @throws PolicyError for an invalid policy; for the chain, as `inspect` does.
   */
  lint,
  /**
   * Verifies a signed policy, as `chainpin/updates` does with each one that it fetches.
   * @throws TypeError for invalid terms.
   */
  verifyBundle,
} = api;

export type { WasmSource } from "../engine/payloads/provided-wasm.js";
export * from "./common-exports.js";
