/**
 * What this package throws; and the verdict, which makes a `PinningError` that carries it. One script of the package holds these classes, so that
 * an error is an instance of the same class whichever entry threw it.
 */

import { printable } from "../base/printable.js";
import type { BridgeErrorCode, ChainpinErrorCode, ConvertErrorCode, Outcome, PolicyErrorCode, Reason } from "./codes.js";
import type { CertificateSummary, Matched, PinReport, PolicyName } from "./evidence.js";

export type { BridgeErrorCode, ChainpinErrorCode, ConvertErrorCode, PolicyErrorCode } from "./codes.js";

/** The base class of every error that this package throws, except `TypeError` for wrong arguments. */
export class ChainpinError<Code extends ChainpinErrorCode = ChainpinErrorCode> extends Error {
  /** Identifies the class if `instanceof` cannot, as across bundles. */
  override readonly name: string = "ChainpinError";
  /** Stable; the message is not. */
  readonly code: Code;

  /** `message`: one line, or several. Each is escaped, so that text from outside cannot start a line in a log. */
  constructor(code: Code, message: string | readonly string[], options?: { cause?: unknown }) {
    super((typeof message === "string" ? [message] : message).map(printable).join("\n"));
    this.code = code;
    // Not through `super`: older engines drop its second argument.
    if (options && "cause" in options) Object.defineProperty(this, "cause", { value: options.cause, configurable: true, writable: true });
  }
}

/** An invalid policy. */
export class PolicyError extends ChainpinError<PolicyErrorCode> {
  /** `PolicyError`. */
  override readonly name = "PolicyError";
  /** The rule and field, such as `rules[3].pins[0]`. Empty for the policy as a whole. */
  readonly path: string;

  constructor(code: PolicyErrorCode, message: string, path: string) {
    super(code, message);
    this.path = path;
  }
}

/** A failure of the native bridge. A rejection by the policy is a `PinningError`. */
export class BridgeError extends ChainpinError<BridgeErrorCode> {
  /** `BridgeError`. */
  override readonly name = "BridgeError";
}

/** Invalid text of another format. */
export class ConvertError extends ChainpinError<ConvertErrorCode> {
  /** `ConvertError`. */
  override readonly name = "ConvertError";
  /** The place in the text, in the terms of its format, such as `TSKPinnedDomains["example.com"].TSKPublicKeyHashes[0]`; empty for the whole. */
  readonly path: string;
  /** The line, starting at 1. `undefined` if the input is not text. */
  readonly line: number | undefined;

  constructor(code: ConvertErrorCode, message: string, path: string, line?: number) {
    super(code, `${line === undefined ? "" : `line ${line}: `}${path === "" ? "" : `${path}: `}${message}`);
    this.path = path;
    this.line = line;
  }
}

/** A connection that the policy rejects. Made by `verdict.toError()`. */
export class PinningError extends ChainpinError<Reason> {
  /** `PinningError`. */
  override readonly name = "PinningError";
  /** The verdict, with its evidence. */
  declare readonly verdict: Verdict;

  constructor(code: Reason, verdict: Verdict) {
    super(code, verdict.message.split("\n"));
    // Not enumerable: a logger that prints an error's properties would print the whole chain.
    Object.defineProperty(this, "verdict", { value: verdict });
  }
}

/** The decision on one connection, and what led to it. */
export interface Verdict {
  /** The policy does not object. */
  readonly ok: boolean;
  /** What was decided. */
  readonly outcome: Outcome;
  /** Why; set for `tolerated` and `rejected`. */
  readonly reason?: Reason | undefined;
  /** Canonical. If the host is invalid: as passed in. */
  readonly host: string;
  /** The host of the rule that decided. */
  readonly rule?: string | undefined;
  /** Whose policy decided. */
  readonly policy: PolicyName;
  /** Which pin matched which certificate. */
  readonly matched?: Matched | undefined;
  /** For a developer's log: what was expected, what came, what to do. Not for programs, and not for users. */
  readonly message: string;
  /** The certificates, leaf first. Empty if the chain could not be read. */
  readonly chain: readonly CertificateSummary[];
  /**
   * As an error to throw; its `code` is the reason.
   * @throws TypeError if there is no reason.
   */
  toError(): PinningError;
  /** As a report of RFC 7469, section 3. `port`: default the request's, else 443. */
  toReport(port?: number): PinReport;
}
