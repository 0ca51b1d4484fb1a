/** What an app has in hand: the attached bridge, and what it is attached through. */

import type { ConversionFinding, PatternPins } from "../convert/index.js";
import type { NoticeCode, PushCode } from "../model/bridge-codes.js";
import type { Verdict } from "../model/types.js";
import type { PinnedRequestInit } from "./request.js";
import type { PinnedResponse } from "./response.js";

/** What carries the messages: ordered, both ways. */
export interface BridgeChannel {
  /** To native. A throw or a rejected promise: it did not get there. */
  post(text: string): void | Promise<unknown>;
  /** From native: each text, from now on. Returns a function that stops it. */
  listen(listener: (text: string) => void): (() => void) | Promise<() => void>;
}

/** Who is told of what. */
export interface BridgeOptions {
  /** Called after each answer, with the verdict that it gave: for reports (`verdict.toReport()`). */
  onVerdict?: (verdict: Verdict) => void;
  /** Called for what is worth a line in a log: holds that native refused by itself, messages that were ignored. */
  onNotice?: (notice: BridgeNotice) => void;
}

/** Something worth a line in a log. */
export interface BridgeNotice {
  /** Stable. */
  readonly code: NoticeCode | PushCode | "bridge-unavailable" | "push-too-large" | "push-weaker";
  /** Of the connection that native refused. */
  readonly host?: string;
  /** For a developer's log. */
  readonly message: string;
}

/** An attached page. */
export interface Bridge {
  /**
   * A request over a connection on which the policy has decided. Only `https://`.
   * @throws PinningError where the policy refuses; BridgeError with `code`; TypeError for a wrong argument; the signal's reason once aborted.
   */
  pinnedFetch(url: string | { readonly href: string }, init?: PinnedRequestInit): Promise<PinnedResponse>;
  /**
   * Gives native the pins that it enforces by itself, for networking that does not go through the bridge; and again after each
   * replacement of the policy. `allowWeaker`: hosts of rules, or `*`, for which less than the policy is enough.
   * @throws BridgeError `push-weaker` where OkHttp's rules cannot say what the policy does (`toOkHttp` tells what), `push-too-large`,
   * `store-failed`, `wrong-sequence`.
   */
  pushPins(options?: { allowWeaker?: readonly string[] }): Promise<PushedPins>;
  /**
   * Requests a URL over a new connection and refuses it: whether native then really does. Do it in a test, or at the start of a debug build.
   * @throws BridgeError where there was nothing to refuse: no network, no trust.
   */
  selfTest(url: string): Promise<SelfTest>;
  /** Leaves: native refuses from now on. */
  detach(): void;
}

/** What native enforces by itself from now on. */
export interface PushedPins {
  /** That of the policy. */
  readonly sequence: number;
  /** As OkHttp takes them. */
  readonly pins: readonly PatternPins[];
  /** How they differ from the policy. */
  readonly findings: readonly ConversionFinding[];
}

/** What came of `selfTest`. */
export interface SelfTest {
  /** Native refused the connection. If false, it does not gate: do not ship that. */
  readonly refused: boolean;
  /** What the policy says of that connection. Absent where native did not ask. */
  readonly verdict?: Verdict;
}
