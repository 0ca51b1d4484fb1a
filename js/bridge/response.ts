/** What `pinnedFetch` gives: as fetch's Response, for engines that have none. */

import { utf8 } from "../base/utf8.js";
import { fromBase64 } from "../base/base64.js";
import type { Header, Response } from "./messages.js";

/** The whole response. Unlike fetch's, its body is there already and can be read more than once. */
export interface PinnedResponse {
  /** The status is 200 to 299. */
  readonly ok: boolean;
  /** Of HTTP. */
  readonly status: number;
  /** Of HTTP; empty with HTTP/2. */
  readonly statusText: string;
  /** After redirects, without a fragment. */
  readonly url: string;
  /** The response's headers. */
  readonly headers: PinnedHeaders;
  /** As UTF-8, without a byte order mark. */
  text(): Promise<string>;
  /** @throws SyntaxError for what is no JSON. */
  json(): Promise<unknown>;
  /** The body's bytes. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** As `Headers`, to read. */
export interface PinnedHeaders {
  /** All values of a header, in any case, joined by `, `; null where there is none. */
  get(name: string): string | null;
  /** Whether there is such a header, in any case. */
  has(name: string): boolean;
  /** Each name once, in lower case. */
  forEach(each: (value: string, name: string) => void): void;
  /** `[name, value]`, each name once, in lower case. */
  entries(): readonly Header[];
}

export function toResponse({ url, status, statusText, headers, body }: Response): PinnedResponse {
  const text = async () => utf8.decode(fromBase64(body)).replace(/^\ufeff/, "");
  return {
    ok: status >= 200 && status <= 299,
    status,
    statusText,
    url: url.split("#")[0] as string,
    headers: toHeaders(headers),
    text,
    json: async () => JSON.parse(await text()),
    arrayBuffer: async () => fromBase64(body).buffer as ArrayBuffer,
  };
}

function toHeaders(headers: readonly Header[]): PinnedHeaders {
  const values = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const before = values.get(key);
    values.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return {
    get: (name) => values.get(name.toLowerCase()) ?? null,
    has: (name) => values.has(name.toLowerCase()),
    forEach: (each) => values.forEach((value, name) => each(value, name)),
    entries: () => [...values],
  };
}
