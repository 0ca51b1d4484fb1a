/** What `pinnedFetch` takes, and the fields of the message that it becomes. */

import { requireObject, requireString, wrong } from "../base/arguments.js";
import { BridgeError } from "../model/errors.js";
import { utf8 } from "../base/utf8.js";
import { toBase64 } from "../base/base64.js";
import type { Fetch, Header } from "./messages.js";
import { LONGEST_TIMEOUT, LONGEST_URL, MOST_BODY_BYTES, MOST_HEADERS } from "./parse.js";

/** As `fetch` takes it, as far as the bridge can do it; another property is a `TypeError`. */
export interface PinnedRequestInit {
  /** Default: `GET`. */
  method?: string;
  /** An object, a list of pairs, or a `Headers`. */
  headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[] | HeadersLike;
  /** Text is sent as UTF-8. At most 16 MiB. */
  body?: string | ArrayBuffer | ArrayBufferView | null;
  /** Aborts the request. */
  signal?: AbortSignalLike | null;
  /** Milliseconds for all of it, at most 600,000. Default: 30,000. */
  timeout?: number;
}

/** What is used of a `Headers`. */
export interface HeadersLike {
  forEach(each: (value: string, name: string) => void): void;
}

/** What is used of an `AbortSignal`. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

export type RequestFields = Omit<Fetch, "type" | "session" | "request" | "fresh">;

/** @throws TypeError for what cannot be sent; BridgeError `body-too-large`. */
export function toRequest(url: unknown, init: PinnedRequestInit): RequestFields {
  requireObject(init, "init");
  const stray = Object.keys(init).find((name) => KNOWN.indexOf(name) < 0);
  if (stray !== undefined) throw new TypeError(`init.${stray} is nothing that the bridge can do; it knows ${KNOWN.join(", ")}`);
  const body = toBody(init.body);
  if (body !== undefined && body.length > MOST_BODY_BYTES)
    throw new BridgeError("body-too-large", `the body has more than ${MOST_BODY_BYTES} bytes`);
  return {
    url: toUrl(url),
    method: toMethod(init.method ?? "GET"),
    headers: toHeaders(init.headers ?? [], typeof init.body === "string"),
    ...(body === undefined ? {} : { body: toBase64(body) }),
    timeout: toTimeout(init.timeout ?? DEFAULT_TIMEOUT),
  };
}

const KNOWN = ["method", "headers", "body", "signal", "timeout"];
const DEFAULT_TIMEOUT = 30_000;

function toUrl(url: unknown): string {
  const text = typeof url === "object" && url !== null ? (url as { href?: unknown }).href : url;
  requireString(text, "url");
  if (!/^https:\/\/[!-[\]-~]+$/i.test(text)) throw wrong("url", "a URL of https in ASCII, as `new URL(url).href`", text);
  if (text.length > LONGEST_URL) throw new TypeError(`url has ${text.length} characters, and native takes ${LONGEST_URL}`);
  return `https${text.slice("https".length)}`;
}

function toMethod(method: unknown): string {
  requireString(method, "init.method");
  if (!/^[A-Za-z]{1,16}$/.test(method)) throw wrong("init.method", "1 to 16 letters", method);
  // As fetch does: these in any case, others as they are.
  return /^(?:delete|get|head|options|post|put|patch)$/i.test(method) ? method.toUpperCase() : method;
}

function toHeaders(headers: unknown, isText: boolean): Header[] {
  requireObject(headers, "init.headers");
  const pairs: [string, string][] = [];
  const add = (name: unknown, value: unknown) => {
    requireString(name, "a header's name");
    requireString(value, `the header \`${name}\``);
    const trimmed = withoutBlanks(value);
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw wrong("a header's name", "a token (RFC 9110)", name);
    if (/[\0-\x08\n-\x1f\x7f]/.test(trimmed)) throw new TypeError(`the header \`${name}\` has a control character`);
    pairs.push([name, trimmed]);
  };
  if (Array.isArray(headers)) for (const pair of headers) add(pair?.[0], pair?.[1]);
  else if (typeof (headers as HeadersLike).forEach === "function") (headers as HeadersLike).forEach((value, name) => add(name, value));
  else for (const name of Object.keys(headers)) add(name, (headers as Record<string, unknown>)[name]);
  if (isText && !pairs.some(([name]) => name.toLowerCase() === "content-type")) pairs.push(["content-type", "text/plain;charset=UTF-8"]);
  if (pairs.length > MOST_HEADERS)
    throw new TypeError(`init.headers are ${pairs.length} with the content type, and native takes ${MOST_HEADERS}`);
  return pairs;
}

/** Without tabs and spaces at its ends. By loops: `/[\\t ]+$/` looks at every run of blanks again for each of them. */
function withoutBlanks(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 9 || code === 32;
}

function toBody(body: unknown): Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === "string") return utf8.encode(body);
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  // By tag and not by class: it may come from another realm.
  if (Object.prototype.toString.call(body) === "[object ArrayBuffer]") return new Uint8Array(body as ArrayBuffer);
  throw wrong("init.body", "a string, an ArrayBuffer or a view of one", body);
}

function toTimeout(timeout: unknown): number {
  if (typeof timeout !== "number" || !(timeout >= 1 && timeout <= LONGEST_TIMEOUT))
    throw wrong("init.timeout", `1 to ${LONGEST_TIMEOUT} ms`, timeout);
  return Math.floor(timeout);
}
