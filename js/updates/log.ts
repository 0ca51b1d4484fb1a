/**
 * What a store writes down: the bundle of every accepted policy that changed keys, and of the newest. Read back, it is judged again from
 * the embedded keys on, as if nobody could be trusted with it.
 */

import type { AcceptedBundle, BundleReason, BundleVerdict, Jwk } from "../engine/bundle.js";

/** What is in use, and how it came to be. */
export interface State {
  readonly sequence: number;
  /** As JSON text. */
  readonly policy: string;
  /** What it came from, which is compiled already; the embedded policy came from nothing. */
  readonly accepted?: AcceptedBundle;
  /** Milliseconds since 1970. */
  readonly expires: number | undefined;
  /** The keys that may sign the next one. */
  readonly keys: readonly Jwk[];
  /** The highest `issuedAt` so far, in milliseconds since 1970. */
  readonly latest: number;
  /** Oldest first; empty for the embedded policy. */
  readonly log: readonly Entry[];
}

export interface Entry {
  readonly sequence: number;
  readonly bundle: string;
  readonly changesKeys: boolean;
}

/** Judges a bundle by keys, floor and time of a state. */
export type Judge = (bundle: string, by: Pick<State, "keys" | "latest"> & { floor: number }, expired: "refuse" | "accept") => BundleVerdict;

/** The state after `bundle`, which was accepted in `state`. */
export function advance(state: State, bundle: string, accepted: AcceptedBundle): State {
  const { sequence, policy, expires, issuedAt, keys } = accepted;
  return {
    sequence,
    policy,
    accepted,
    expires,
    keys: keys ?? state.keys,
    latest: Math.max(state.latest, issuedAt),
    log: [...state.log.filter((entry) => entry.changesKeys), { sequence, bundle, changesKeys: keys !== undefined }],
  };
}

export function writeLog({ log }: State): string {
  return JSON.stringify({ version: 1, log: log.map(({ sequence, bundle }) => ({ sequence, bundle })) });
}

export type Replayed = { readonly state: State } | { readonly reason: BundleReason | "log-malformed"; readonly message: string };

/**
 * Goes through a log from the embedded policy and keys on: an update of the app takes back keys that were trusted before. What that
 * policy has overtaken tells the time, where its key is still known, and nothing else; the last of it is enough. What is newer must follow.
 */
export function replay(text: string, embedded: State, judge: Judge): Replayed {
  const entries = readLog(text);
  if (entries === undefined) return { reason: "log-malformed", message: "what is in storage is no log of bundles" };
  let state = embedded;
  const overtaken = entries.filter(({ sequence }) => sequence <= embedded.sequence);
  for (const { bundle } of overtaken.slice(-1)) {
    const verdict = judge(bundle, { ...state, floor: 0 }, "accept");
    if (verdict.accepted) state = { ...state, latest: Math.max(state.latest, verdict.issuedAt) };
  }
  for (const { sequence, bundle } of entries.filter(({ sequence }) => sequence > embedded.sequence)) {
    const verdict = judge(bundle, { ...state, floor: state.sequence }, "accept");
    if (!verdict.accepted) return { reason: verdict.reason, message: `sequence ${sequence} in storage: ${verdict.message}` };
    state = advance(state, bundle, verdict);
  }
  return { state };
}

function readLog(text: string): Pick<Entry, "sequence" | "bundle">[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { version, log } = (typeof parsed === "object" && parsed !== null ? parsed : {}) as { version?: unknown; log?: unknown };
  if (version !== 1 || !Array.isArray(log)) return undefined;
  return log.every((entry) => typeof entry?.sequence === "number" && typeof entry.bundle === "string") ? log : undefined;
}
