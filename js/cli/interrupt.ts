/** Ctrl-C. */

import { setMaxListeners } from "node:events";
import { setImmediate } from "node:timers/promises";
import { Failure, INTERRUPTED } from "./exit.js";

const controller = new AbortController();
// One listener for each connection.
setMaxListeners(0, controller.signal);

/** Aborted by Ctrl-C; whoever waits ends then. What is being written is written to its end first. */
export const interruption: AbortSignal = controller.signal;

/** A second Ctrl-C does not wait. */
export function interrupt(): void {
  if (interruption.aborted) process.exit(INTERRUPTED);
  controller.abort(new Failure("interrupted", INTERRUPTED));
}

/**
 * Hears a Ctrl-C that came while standard input was read: whoever wrote to it has been ended by the same, and what was read may be half.
 * @throws Failure
 */
export async function requireUninterrupted(): Promise<void> {
  await setImmediate();
  interruption.throwIfAborted();
}
