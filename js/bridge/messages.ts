/** The messages of the bridge, version 1: docs/bridge.md tells what they mean. `parse.ts` reads them. */

import type { Outcome } from "../types.js";

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

/** Pins for the hosts that a pattern of OkHttp's `CertificatePinner` matches: `host`, `*.host` (one label), `**.host` (any depth, or none). */
export interface PatternPins {
  readonly pattern: string;
  readonly pins: readonly string[];
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
  host: string;
  port: number;
  chain: readonly string[];
  source: "validated" | "presented";
  anchor: "system" | "user" | "unknown";
  request?: number;
}

export interface Pushed {
  type: "pushed";
  session: string;
  sequence: number;
  ok: boolean;
  code?: PushCode;
}

/** Why native did not take pins. */
export type PushCode = "store-failed" | "wrong-sequence";

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

export const REFUSALS = [
  "chain-invalid",
  "closed",
  "deadline",
  "not-attached",
  "page-closed",
  "policy-changed",
  "protocol",
  "rejected",
  "superseded",
  "too-many",
  "version",
  "wrong-sequence",
] as const;
export const FAILURES = [...REFUSALS, "aborted", "body-too-large", "network", "request-invalid", "timeout", "untrusted"] as const;
export const NOTICES = [...REFUSALS, "unknown-id", "wrong-session"] as const;

/** Why native refused a held connection. */
export type RefusalCode = (typeof REFUSALS)[number];
/** Why a request through the bridge failed. */
export type FailureCode = (typeof FAILURES)[number];
/** What native tells besides: a hold that it refused by itself (with `host`), or a message that it ignored. */
export type NoticeCode = (typeof NOTICES)[number];

export type FromPage = Attach | Answer | PolicyChange | Push | Fetch | Abort | Detach;
export type FromNative = Attached | Hold | Pushed | Response | Failure | Notice;
