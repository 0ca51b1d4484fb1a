/**
 * chainpin, choosing: as WebAssembly where the engine runs it, else as JavaScript, which is loaded only then. For apps whose
 * engine is not known beforehand, as Capacitor's: iOS in Lockdown Mode has no WebAssembly.
 */

import type { Chainpin } from "./api.js";
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

export const backend: Chainpin["backend"] = () => chosen.backend();

/** Compiles a policy, given as an object or as JSON text. Chooses by itself. */
export const createVerifier: Chainpin["createVerifier"] = async (policy) => {
  await init();
  return chosen.createVerifier(policy);
};

export const createVerifierSync: Chainpin["createVerifierSync"] = (policy) => chosen.createVerifierSync(policy);
export const createAnchors: Chainpin["createAnchors"] = (certificates) => chosen.createAnchors(certificates);
export const inspect: Chainpin["inspect"] = (chain) => chosen.inspect(chain);
export const issuersOf: Chainpin["issuersOf"] = (chain) => chosen.issuersOf(chain);
export const pinsOf: Chainpin["pinsOf"] = (chain) => chosen.pinsOf(chain);
export const verifyBundle: Chainpin["verifyBundle"] = (bundle, terms) => chosen.verifyBundle(bundle, terms);
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

export * from "./surface.js";
