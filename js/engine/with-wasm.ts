/** The functions, over the module as WebAssembly. */

import { chainpin } from "./api.js";
import { inlineWasm } from "./payloads/inline-wasm.js";

export const {
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
} = chainpin(inlineWasm);
