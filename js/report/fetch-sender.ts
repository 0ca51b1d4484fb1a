/** The platform's `fetch` as a sender of reports. */

import { wrong } from "../base/arguments.js";
import { printable } from "../base/printable.js";
import type { SendReport } from "./types.js";

/** What is used of `fetch`. */
export type Fetch = (url: string, init: any) => Promise<FetchAnswer>;

interface FetchAnswer {
  readonly status: number;
  readonly redirected?: boolean;
  readonly body?: unknown;
}

/**
 * Sends with `platformFetch`: no redirects, no cookies, no cache, no referrer. Where `fetch` follows redirects all the same, as React
 * Native's does, a report that was led elsewhere counts as not delivered.
 */
export function fetchSender(platformFetch: Fetch): SendReport {
  if (typeof platformFetch !== "function") throw wrong("fetch", "a function", platformFetch);
  return async ({ url, method, contentType, body, redirect, credentials }) => {
    const headers = { "content-type": contentType };
    const answer = await platformFetch(url, {
      method,
      headers,
      body,
      redirect,
      credentials,
      cache: "no-store",
      referrerPolicy: "no-referrer",
    });
    discard(answer.body);
    if (answer.redirected === true) throw new Error(`${printable(url)} redirects; a report follows no redirect`);
    return { status: answer.status };
  };
}

/** Nobody reads the answer's body; where it is a stream, leaving it would keep the connection. */
function discard(body: any): void {
  if (body && typeof body.cancel === "function") Promise.resolve(body.cancel()).then(undefined, () => {});
}
