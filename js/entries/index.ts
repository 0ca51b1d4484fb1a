/**
 * chainpin: one policy, one verdict, with reasons.
 *
 * This entry brings the module as WebAssembly, inside the script.
 */

// In a file of its own: a bundler leaves it out for who uses nothing but the errors.
export { init, initSync, backend, createVerifier, createVerifierSync, createAnchors, inspect, issuersOf, pinsOf, lint, verifyBundle } from "../engine/with-wasm.js";

export * from "./common-exports.js";
