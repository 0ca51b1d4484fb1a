/**
 * chainpin as JavaScript, for engines without WebAssembly: React Native's Hermes, iOS Lockdown Mode, a page whose
 * Content-Security-Policy refuses it.
 */

import { chainpin } from "./api.js";
import { javascript } from "./payloads/javascript.js";

export const { init, initSync, backend, createVerifier, createVerifierSync, createAnchors, inspect, pinsOf, lint } = /* @__PURE__ */ chainpin(javascript);

export * from "./surface.js";
