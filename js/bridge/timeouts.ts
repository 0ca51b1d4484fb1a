/** Time-outs for a native side that does not answer. In an engine without timers, the page waits forever. */

/** Milliseconds that native has to answer an attachment or a push. */
export const ANSWER_TIMEOUT = 10_000;

/** Native enforces a request's time-out itself. If it has not answered so many milliseconds later, the page gives up. */
export const REQUEST_GRACE = 5_000;

/** Returns a function that cancels it. */
export function after(millis: number, then: () => void): () => void {
  if (typeof setTimeout !== "function") return () => {};
  const timer = setTimeout(then, millis);
  // Node's: what waits for native keeps no process alive.
  (timer as { unref?: () => void }).unref?.();
  return () => clearTimeout(timer);
}
