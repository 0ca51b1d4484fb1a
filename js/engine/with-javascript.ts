/** The functions, over the module as JavaScript. */

import { chainpin } from "./api.js";
import { javascript } from "./payloads/javascript.js";

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
} = chainpin(javascript);
