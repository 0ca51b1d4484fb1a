/**
 * chainpin as JavaScript, for engines without WebAssembly: React Native's Hermes, iOS Lockdown Mode, a page whose
 * Content-Security-Policy refuses it.
 */

// In a file of its own: a bundler leaves it out for who uses nothing but the errors.
export { init, initSync, backend, createVerifier, createVerifierSync, createAnchors, inspect, issuersOf, pinsOf, lint, verifyBundle } from "../engine/with-javascript.js";

export * from "./common-exports.js";
