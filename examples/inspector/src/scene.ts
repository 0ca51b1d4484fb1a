/** All that a verdict is made from: what the page shows, edits and shares. */
export interface Scene {
  readonly host: string;
  readonly source: "presented" | "validated";
  readonly anchor: "system" | "user" | "unknown";
  /** PEM, or base64 of one certificate. */
  readonly chain: string;
  /** PEM; counts with source `presented`. */
  readonly anchors: string;
  /** JSON. */
  readonly policy: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Characters of each text: the largest chain in PEM four times over, and a policy of some thousand rules. */
export const TEXT = 1024 * 1024;

/** Characters of a host, beyond those of any. */
export const HOST = 1000;

export const DAY = 86_400_000;

/** The days that the page's calendar knows. */
export const FIRST = Date.UTC(1950, 0, 1);
export const LAST = Date.UTC(2199, 11, 31);

/** `2026-03-15`, in UTC. */
export function toDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
