/**
 * chainpin as WebAssembly if the engine runs it, otherwise as JavaScript, which is loaded only then. For apps that run in unknown
 * engines, as with Capacitor: iOS in Lockdown Mode has no WebAssembly.
 */

import type { Chainpin } from "../engine/api.js";
import * as wasm from "./index.js";

let chosen: Chainpin = wasm;
let starting: Promise<void> | undefined;

/** Chooses a backend and makes it ready. Later calls return the same promise. `backend()` returns which one was chosen. */
export function init(): Promise<void> {
  starting ??= choose().catch((error) => {
    starting = undefined;
    throw error;
  });
  return starting;
}

/** Starts WebAssembly synchronously, or throws `wasm-unavailable`. JavaScript is available only after `init`. */
export const initSync: Chainpin["initSync"] = () => chosen.initSync();

/** The kind of module in use: `"wasm"` or `"js"`. */
export const backend: Chainpin["backend"] = () => chosen.backend();

/** Compiles a policy, an object or JSON text. Calls `init` if needed. */
export const createVerifier: Chainpin["createVerifier"] = async (policy) => {
  await init();
  return chosen.createVerifier(policy);
};

/** The same, synchronously. Before `init`, this uses WebAssembly. */
export const createVerifierSync: Chainpin["createVerifierSync"] = (policy) => chosen.createVerifierSync(policy);
/**
 * Parses the app's trusted roots once, for the `anchors` of many requests.
 * @throws TypeError if there are none or too many, or if one cannot be read.
 */
export const createAnchors: Chainpin["createAnchors"] = (certificates) => chosen.createAnchors(certificates);
/**
 * Details of each certificate of a chain, to show to people.
 * @throws ChainpinError `chain-empty`, `chain-malformed` or `chain-too-large`; `not-initialised`.
 */
export const inspect: Chainpin["inspect"] = (chain) => chosen.inspect(chain);
/**
 * For each certificate, the certificates of the chain that have its issuer's name, and whether their key signed it.
 * @throws as `inspect` does.
 */
export const issuersOf: Chainpin["issuersOf"] = (chain) => chosen.issuersOf(chain);
/**
 * The pin of each certificate's key, `sha256/…`, leaf first.
 * @throws as `inspect` does.
 */
export const pinsOf: Chainpin["pinsOf"] = (chain) => chosen.pinsOf(chain);
/**
 * Verifies a signed policy, as `chainpin/updates` does with each one that it fetches.
 * @throws TypeError for invalid terms.
 */
export const verifyBundle: Chainpin["verifyBundle"] = (bundle, terms) => chosen.verifyBundle(bundle, terms);
/**
 * What is valid in a policy but unwise.
 * @throws PolicyError for an invalid policy; for the chain, as `inspect` does.
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
