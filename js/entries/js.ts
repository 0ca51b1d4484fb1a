/**
 * chainpin as JavaScript, for engines without WebAssembly: React Native's Hermes, iOS Lockdown Mode, pages whose
 * Content-Security-Policy forbids it.
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
} from "../engine/with-javascript.js";

export * from "./common-exports.js";
