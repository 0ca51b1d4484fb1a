/** The one place where text becomes a message of the bridge: exactly the fields of docs/bridge.md, or none of it counts. */

import type { PatternPins } from "../convert/index.js";
import { FAILURES, NOTICES } from "../model/bridge-codes.js";
import type { Answer, Attached, FromNative, FromPage, Pushed } from "./messages.js";

/** What a text is: a message, or why not, with what it says of itself. */
export type Parsed<Message> = { message: Message } | { fault: "protocol" | "version"; session?: unknown; id?: unknown; request?: unknown };

export function fromPage(text: string): Parsed<FromPage> {
  return parse(text, PAGE);
}

export function fromNative(text: string): Parsed<FromNative> {
  return parse(text, NATIVE);
}

export function toText(message: FromPage | FromNative): string {
  return JSON.stringify({ v: VERSION, ...message });
}

const VERSION = 1;

/** 24 MiB: a body of 16 MiB in base64, and its headers. */
const LONGEST = 24 << 20;
export const MOST_CERTIFICATES = 16;
export const MOST_CHAIN_BYTES = 256 << 10;
export const MOST_BODY_BYTES = 16 << 20;
export const MOST_PATTERNS = 1000;
export const MOST_HEADERS = 200;
export const LONGEST_TEXT = 16384;
export const LONGEST_URL = 8192;
export const LONGEST_TIMEOUT = 600_000;

function parse<Message>(text: string, shapes: Record<string, Shape>): Parsed<Message> {
  const message = text.length <= LONGEST ? read(text) : undefined;
  if (!isRecord(message)) return { fault: "protocol" };
  const { v, type, session, id, request } = message;
  if (v !== VERSION) return { fault: "version", session, id, request };
  const shape = typeof type === "string" && has(shapes, type) ? shapes[type] : undefined;
  if (shape === undefined || !fits(message, shape)) return { fault: "protocol", session, id, request };
  delete message.v;
  return { message: message as Message };
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Each field's test; a name that ends in `?` may be absent. `""`: of several fields together. */
type Shape = Record<string, (value: unknown) => boolean>;

function fits(message: Record<string, unknown>, shape: Shape): boolean {
  if (Object.keys(message).some((name) => name === "" || (COMMON.indexOf(name) < 0 && !has(shape, name) && !has(shape, `${name}?`))))
    return false;
  return Object.keys(shape).every((name) => {
    const test = shape[name] as (value: unknown) => boolean;
    if (name === "") return test(message);
    if (name.charAt(name.length - 1) !== "?") return test(message[name]);
    const field = message[name.slice(0, -1)];
    return field === undefined || test(field);
  });
}

const text = (longest: number) => (value: unknown) => typeof value === "string" && value.length <= longest;
const like = (pattern: RegExp, longest: number) => (value: unknown) =>
  typeof value === "string" && value.length <= longest && pattern.test(value);
const oneOf = (words: readonly unknown[]) => (value: unknown) => words.indexOf(value) >= 0;
const integer = (least: number, most: number) => (value: unknown) =>
  typeof value === "number" && value % 1 === 0 && value >= least && value <= most;
const list = (least: number, most: number, item: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.length >= least && value.length <= most && value.every(item);

const isSecret = like(/^[0-9a-f]{32}$/, 32);
const isCount = integer(1, Number.MAX_SAFE_INTEGER);
const isHost = like(/^[0-9a-z._:-]+$/, 253);
const isFlag = oneOf([true, false]);
const isNonce = like(/^[A-Za-z0-9_-]+$/, 64);
const isBase64 = (longest: number) => (value: unknown) =>
  like(/^[A-Za-z0-9+/]*={0,2}$/, longest)(value) && (value as string).length % 4 === 0;
const isBody = isBase64(4 * Math.ceil(MOST_BODY_BYTES / 3));
const isUrl = like(/^https:\/\/[!-[\]-~]+$/, LONGEST_URL);
const isHeaders = list(0, MOST_HEADERS, (value) => {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    like(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, LONGEST)(value[0]) &&
    like(/^[^\0-\x08\n-\x1f\x7f]*$/, LONGEST)(value[1])
  );
});

const PAGE: Record<FromPage["type"], Shape> = {
  attach: { nonce: isNonce, sequence: isCount },
  answer: {
    session: isSecret,
    id: isSecret,
    sequence: isCount,
    ok: isFlag,
    outcome: oneOf(["pinned", "unlisted", "exempt", "tolerated", "rejected"]),
    "reason?": like(/^[a-z]+(?:-[a-z]+)*$/, 64),
    message: text(LONGEST_TEXT),
    "": (answer) => agrees(answer as Answer),
  },
  policy: { session: isSecret, sequence: isCount },
  push: {
    session: isSecret,
    sequence: isCount,
    pins: (value) => list(0, MOST_PATTERNS, isPatternPins)(value) && areDistinct((value as PatternPins[]).map(({ pattern }) => pattern)),
    weaker: list(0, MOST_PATTERNS, text(253)),
  },
  fetch: {
    session: isSecret,
    request: isCount,
    url: isUrl,
    method: like(/^[A-Za-z]+$/, 16),
    headers: isHeaders,
    "body?": isBody,
    timeout: integer(1, LONGEST_TIMEOUT),
    fresh: isFlag,
  },
  abort: { session: isSecret, request: isCount },
  detach: { session: isSecret },
};

const NATIVE: Record<FromNative["type"], Shape> = {
  attached: {
    nonce: isNonce,
    "session?": isSecret,
    "code?": oneOf(["wrong-sequence"]),
    "": (attached) => ((attached as Attached).session === undefined) !== ((attached as Attached).code === undefined),
  },
  hold: {
    session: isSecret,
    id: isSecret,
    host: isHost,
    port: integer(1, 65535),
    chain: (value) => list(1, MOST_CERTIFICATES, isBase64(LONGEST))(value) && bytesOf(value as string[]) <= MOST_CHAIN_BYTES,
    source: oneOf(["validated", "presented"]),
    anchor: oneOf(["system", "user", "unknown"]),
    "request?": isCount,
  },
  pushed: {
    session: isSecret,
    sequence: isCount,
    ok: isFlag,
    "code?": oneOf(["store-failed", "wrong-sequence"]),
    "": (pushed) => (pushed as Pushed).ok === ((pushed as Pushed).code === undefined),
  },
  response: {
    session: isSecret,
    request: isCount,
    url: isUrl,
    status: integer(200, 599),
    statusText: text(LONGEST_TEXT),
    headers: isHeaders,
    body: isBody,
  },
  failure: { session: isSecret, request: isCount, code: oneOf(FAILURES), "id?": isSecret, message: text(LONGEST_TEXT) },
  notice: { session: isSecret, code: oneOf(NOTICES), "id?": isSecret, "host?": isHost },
};

/** Whether an answer's fields say the same. */
function agrees({ ok, outcome, reason }: Answer): boolean {
  return ok === (outcome !== "rejected") && (reason !== undefined) === (outcome === "rejected" || outcome === "tolerated");
}

const COMMON = ["v", "type"];

function isPatternPins(value: unknown): boolean {
  return (
    isRecord(value) &&
    Object.keys(value).length === 2 &&
    like(/^(?:\*\*?\.)?[0-9a-z._:-]+$/, 256)(value.pattern) &&
    list(1, 64, like(/^sha256\/[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 51))(value.pins)
  );
}

/** Bytes of DER in a chain. */
export function bytesOf(chain: readonly string[]): number {
  return chain.reduce((sum, certificate) => sum + (certificate.length / 4) * 3 - (certificate.split("=").length - 1), 0);
}

function areDistinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

function has(object: object, name: string): boolean {
  return Object.prototype.hasOwnProperty.call(object, name);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
