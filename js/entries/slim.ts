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

import { chainpin } from "../engine/api.js";
import { type WasmSource, givenWasm } from "../engine/payloads/provided-wasm.js";

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

export const {
  /** Which kind of module answers: `"wasm"`. */
  backend,
  /**
   * Compiles a policy, given as an object or as JSON text.
   * @throws PolicyError, with `code` and `path`; ChainpinError `not-initialised` before `init`.
   */
  createVerifier,
  /** The same at once. */
  createVerifierSync,
  /**
   * Parses the app's trusted roots once, for the `anchors` of many requests.
   * @throws TypeError where they are none, too many or unreadable.
   */
  createAnchors,
  /**
   * Everything about each certificate of a chain, for people.
   * @throws ChainpinError `chain-empty`, `chain-malformed` or `chain-too-large`; `not-initialised`.
   */
  inspect,
  /**
   * Which certificates of a chain bear the name of each one's issuer, and whether their key signed it.
   * @throws as `inspect` does.
   */
  issuersOf,
  /**
   * The pin of each certificate's key, `sha256/…`, leaf first.
   * @throws as `inspect` does.
   */
  pinsOf,
  /**
   * What is valid in a policy and yet unwise.
   * @throws PolicyError for a policy that is refused; as `inspect` does for the chain.
   */
  lint,
  /**
   * Judges a signed policy, as `chainpin/updates` does with each that it fetches.
   * @throws TypeError for wrong terms.
   */
  verifyBundle,
} = api;

export type { WasmSource } from "../engine/payloads/provided-wasm.js";
export * from "./common-exports.js";
