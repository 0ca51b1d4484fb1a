/** For a native side that says nothing: what waits for it fails in the end. An engine without timers waits on. */

/** Milliseconds in which native answers an attachment or a push. */
export const MOST_SILENCE = 10_000;

/** Native keeps a request's time by itself; so many milliseconds later the page does not believe in an answer any more. */
export const LATEST_ANSWER = 5_000;

/** Returns what stops it. */
export function after(millis: number, then: () => void): () => void {
  if (typeof setTimeout !== "function") return () => {};
  const timer = setTimeout(then, millis);
  // Node's: what waits for native keeps no process alive.
  (timer as { unref?: () => void }).unref?.();
  return () => clearTimeout(timer);
}
