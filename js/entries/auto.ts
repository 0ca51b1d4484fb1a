/**
 * chainpin, choosing: as WebAssembly where the engine runs it, else as JavaScript, which is loaded only then. For apps whose
 * engine is not known beforehand, as Capacitor's: iOS in Lockdown Mode has no WebAssembly.
 */

import type { Chainpin } from "../engine/api.js";
import * as wasm from "./index.js";

let chosen: Chainpin = wasm;
let starting: Promise<void> | undefined;

/** Chooses and makes ready; later calls answer with the same promise. `backend()` tells which it became. */
export function init(): Promise<void> {
  starting ??= choose().catch((error) => {
    starting = undefined;
    throw error;
  });
  return starting;
}

/** WebAssembly at once, or `wasm-unavailable`: JavaScript is there after `init` only. */
export const initSync: Chainpin["initSync"] = () => chosen.initSync();

/** Which kind of module answers: `"wasm"` or `"js"`. */
export const backend: Chainpin["backend"] = () => chosen.backend();

/** Compiles a policy, given as an object or as JSON text. Chooses by itself. */
export const createVerifier: Chainpin["createVerifier"] = async (policy) => {
  await init();
  return chosen.createVerifier(policy);
};

/** The same at once, as WebAssembly before `init`. */
export const createVerifierSync: Chainpin["createVerifierSync"] = (policy) => chosen.createVerifierSync(policy);
/**
 * Parses the app's trusted roots once, for the `anchors` of many requests.
 * @throws TypeError where they are none, too many or unreadable.
 */
export const createAnchors: Chainpin["createAnchors"] = (certificates) => chosen.createAnchors(certificates);
/**
 * Everything about each certificate of a chain, for people.
 * @throws ChainpinError `chain-empty`, `chain-malformed` or `chain-too-large`; `not-initialised`.
 */
export const inspect: Chainpin["inspect"] = (chain) => chosen.inspect(chain);
/**
 * Which certificates of a chain bear the name of each one's issuer, and whether their key signed it.
 * @throws as `inspect` does.
 */
export const issuersOf: Chainpin["issuersOf"] = (chain) => chosen.issuersOf(chain);
/**
 * The pin of each certificate's key, `sha256/…`, leaf first.
 * @throws as `inspect` does.
 */
export const pinsOf: Chainpin["pinsOf"] = (chain) => chosen.pinsOf(chain);
/**
 * Judges a signed policy, as `chainpin/updates` does with each that it fetches.
 * @throws TypeError for wrong terms.
 */
export const verifyBundle: Chainpin["verifyBundle"] = (bundle, terms) => chosen.verifyBundle(bundle, terms);
/**
 * What is valid in a policy and yet unwise.
 * @throws PolicyError for a policy that is refused; as `inspect` does for the chain.
 */
export const lint: Chainpin["lint"] = (policy, options) => chosen.lint(policy, options);

/** No WebAssembly, or a Content-Security-Policy that forbids to compile it: both show when the module is compiled. */
async function choose(): Promise<void> {
  try {
    await wasm.init();
  } catch {
    const js = await import("./js.js");
    await js.init();
    chosen = js;
  }
}

export * from "./common-exports.js";
