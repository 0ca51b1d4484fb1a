/** The messages of the bridge, version 1: docs/bridge.md tells what they mean. `parse.ts` reads them. */

import type { PatternPins } from "../convert/index.js";
import type { FailureCode, NoticeCode, PushCode } from "../model/bridge-codes.js";
import type { Outcome } from "../model/codes.js";

export interface Attach {
  type: "attach";
  nonce: string;
  sequence: number;
}

export interface Answer {
  type: "answer";
  session: string;
  id: string;
  sequence: number;
  ok: boolean;
  outcome: Outcome;
  reason?: string;
  message: string;
}

export interface PolicyChange {
  type: "policy";
  session: string;
  sequence: number;
}

export interface Push {
  type: "push";
  session: string;
  sequence: number;
  pins: readonly PatternPins[];
  /** Hosts for which the app allows less than its policy says. */
  weaker: readonly string[];
}

export interface Fetch {
  type: "fetch";
  session: string;
  request: number;
  url: string;
  method: string;
  headers: readonly Header[];
  body?: string;
  /** Milliseconds, for all of it. */
  timeout: number;
  fresh: boolean;
}

/** One header. */
export type Header = readonly [name: string, value: string];

export interface Abort {
  type: "abort";
  session: string;
  request: number;
}

export interface Detach {
  type: "detach";
  session: string;
}

export interface Attached {
  type: "attached";
  nonce: string;
  session?: string;
  code?: "wrong-sequence";
}

export interface Hold {
  type: "hold";
  session: string;
  id: string;
  /** The host of the connection. */
  host: string;
  /** Its port. */
  port: number;
  /** DER in base64, leaf first. */
  chain: readonly string[];
  /** Who has checked the chain. */
  source: "validated" | "presented";
  /** What a validated path ends in. */
  anchor: "system" | "user" | "unknown";
  /** The request of the page for which it was opened. */
  request?: number;
}

export interface Pushed {
  type: "pushed";
  session: string;
  sequence: number;
  ok: boolean;
  code?: PushCode;
}

export interface Response {
  type: "response";
  session: string;
  request: number;
  url: string;
  status: number;
  statusText: string;
  headers: readonly Header[];
  body: string;
}

export interface Failure {
  type: "failure";
  session: string;
  request: number;
  code: FailureCode;
  id?: string;
  message: string;
}

export interface Notice {
  type: "notice";
  session: string;
  code: NoticeCode;
  id?: string;
  host?: string;
}

export type FromPage = Attach | Answer | PolicyChange | Push | Fetch | Abort | Detach;
export type FromNative = Attached | Hold | Pushed | Response | Failure | Notice;
