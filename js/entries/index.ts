/**
 * chainpin: one policy, one verdict, with reasons.
 *
 * This entry contains the module as WebAssembly, inside the script.
 */

// In a file of its own, so that a bundler can leave it out of an app that uses only the errors.
export {
  init,
  initSync,
  backend,
  createVerifier,
  createVerifierSync,
  createAnchors,
  inspect,
  issuersOf,
  pinsOf,
  lint,
  verifyBundle,
} from "../engine/with-wasm.js";

export * from "./common-exports.js";
