/** What the module throws, as the errors of this package. */

import { isThrown } from "./backend.js";
import { ChainpinError, PolicyError } from "../model/errors.js";
import type { ChainpinErrorCode, PolicyErrorCode } from "../model/errors.js";

/** Runs `work` and translates what the module throws. */
export function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isThrown(error)) throw error;
    const { code, message, path } = error;
    // Anchors are the app's own: bad ones are a mistake in the program.
    if (code === "anchors-invalid") throw new TypeError(message);
    throw path === undefined
      ? new ChainpinError(code as ChainpinErrorCode, message)
      : new PolicyError(code as PolicyErrorCode, message, path);
  }
}
