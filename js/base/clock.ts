/** The time of an app's own clock. */

/**
 * If the clock throws or returns no valid time, the last time counts. Otherwise a timer would fire at once, again and again, and an invalid
 * date would never be over. Only for what decides nothing: verdicts and updates require a valid time.
 */
export function steady(clock: () => number): () => number {
  let last = Date.now();
  return () => {
    try {
      const now = clock();
      if (typeof now === "number" && isFinite(now)) last = now;
    } catch {
      // A timer's caller cannot report it.
    }
    return last;
  };
}
