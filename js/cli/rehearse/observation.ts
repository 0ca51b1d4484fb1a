/** One line of observations: what a connection was seen to present, once or many times. */

import type { VerifyRequest } from "chainpin";
import { toMoment } from "../days.js";

/** A connection, or many alike. What is in its chain holds until the next one is read. */
export interface Observation {
  readonly request: VerifyRequest;
  /** How many connections it stands for. */
  readonly count: number;
}

/** Why a line is none. */
export type Problem = "not-json" | "not-utf8" | "shape" | "too-long";

/** A line that is left out. */
export class Broken {
  constructor(
    readonly problem: Problem,
    readonly message: string,
  ) {}
}

/** Bytes of a line: four times the largest chain (src/limits.rs), so that any chain in base64 or PEM has room. */
export const LINE_BYTES = 1024 * 1024;
export const TOO_LONG = new Broken("too-long", `longer than ${LINE_BYTES} bytes`);
export const NOT_UTF8 = new Broken("not-utf8", "not UTF-8");
const NOT_JSON = new Broken("not-json", "not JSON");
const CUT_OFF = new Broken("not-json", "not JSON; it seems to be cut off");

/** Connections of one line: far more than anyone counts, and still exact in sums (2^53) of two million such lines. */
const MOST_COUNT = 2 ** 32;

/** What fits into no observation throws a `Broken`. `day`: where the line tells no day, in milliseconds since 1970; `always`: whatever it tells. */
export function readObservation(text: string, day: number, always: boolean): Observation {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw text.trimEnd().endsWith("}") ? NOT_JSON : CUT_OFF;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Broken("shape", "not an object");
  const { host, chain, source, anchor, port, at, count } = value as Record<string, unknown>;
  if (typeof host !== "string") throw wrong("host", "a string");
  const seen = at === undefined || at === null ? day : toMillis(at);
  const request: VerifyRequest = {
    host,
    chain: toChain(chain),
    source: oneOf(source, "source", SOURCES) ?? "presented",
    anchor: oneOf(anchor, "anchor", ANCHORS) ?? "unknown",
    now: always ? day : seen,
  };
  if (port !== undefined && port !== null) request.port = toInteger(port, "port", 0, 65_535);
  return { request, count: count === undefined || count === null ? 1 : toInteger(count, "count", 1, MOST_COUNT) };
}

const SOURCES = ["validated", "presented"] as const;
const ANCHORS = ["system", "user", "unknown"] as const;

/** Canonical base64 as bytes, which the engine reads sooner; all else as it stands, for the engine to read or to refuse. */
function toChain(chain: unknown): string | (string | Uint8Array)[] {
  if (typeof chain === "string") return chain;
  if (!Array.isArray(chain)) throw wrong("chain", "an array of strings: base64 of DER, or PEM");
  const certificates: (string | Uint8Array)[] = [];
  let at = 0;
  for (const text of chain as unknown[]) {
    if (typeof text !== "string") throw wrong("chain", "an array of strings: base64 of DER, or PEM");
    const end = at + scratch.write(text, at, "base64");
    // Node passes over what is no base64: only what comes out again as it went in was canonical.
    const canonical = scratch.toString("base64", at, end) === text;
    certificates.push(canonical ? scratch.subarray(at, end) : text);
    if (canonical) at = end;
  }
  return certificates;
}

/** Where certificates are decoded, the next line's over this one's; a line has no more of them. */
const scratch = Buffer.alloc(LINE_BYTES);

function oneOf<T extends string>(value: unknown, name: string, words: readonly T[]): T | undefined {
  if (value === undefined || value === null) return undefined;
  if (!words.includes(value as T)) throw wrong(name, words.map((word) => `"${word}"`).join(" or "));
  return value as T;
}

function toMillis(at: unknown): number {
  const millis = typeof at === "string" ? toMoment(at) : at;
  if (typeof millis !== "number" || !Number.isFinite(millis))
    throw wrong("at", "a moment as 2026-11-24T12:00:00Z, or milliseconds since 1970");
  return millis;
}

function toInteger(value: unknown, name: string, least: number, most: number): number {
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
    throw wrong(name, `an integer from ${least} to ${most}`);
  return value as number;
}

function wrong(name: string, expected: string): Broken {
  return new Broken("shape", `\`${name}\` must be ${expected}`);
}
