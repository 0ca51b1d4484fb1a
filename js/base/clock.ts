/** The time of an app's own clock. */

/**
 * A clock that fails, whether it throws or tells no time, stands still: a timer for no time at all comes at once, again and again, and a
 * date that is none is never over. Only for what decides nothing; verdicts and updates refuse to be asked without a time.
 */
export function steady(clock: () => number): () => number {
  let last = Date.now();
  return () => {
    try {
      const now = clock();
      if (typeof now === "number" && isFinite(now)) last = now;
    } catch {
      // Whoever asks from a timer has nobody to tell.
    }
    return last;
  };
}
