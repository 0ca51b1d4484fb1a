/**
 * What this package throws; and the verdict, which makes a `PinningError` that carries it. One script of the package holds these classes, so that
 * an error is an instance of the same class whichever entry threw it.
 */

import { printable } from "../base/printable.js";
import type { BridgeErrorCode, ChainpinErrorCode, ConvertErrorCode, Outcome, PolicyErrorCode, Reason } from "./codes.js";
import type { CertificateSummary, Matched, PinReport, PolicyName } from "./evidence.js";

export type { BridgeErrorCode, ChainpinErrorCode, ConvertErrorCode, PolicyErrorCode } from "./codes.js";

/** Base of everything that this package throws, wrong argument types (`TypeError`) excepted. */
export class ChainpinError<Code extends ChainpinErrorCode = ChainpinErrorCode> extends Error {
  /** Tells the class where `instanceof` cannot, as across bundles. */
  override readonly name: string = "ChainpinError";
  /** Stable; the message is not. */
  readonly code: Code;

  /** `message`: one line, or several, whose texts of others are escaped: no error writes a line of its own into a log. */
  constructor(code: Code, message: string | readonly string[], options?: { cause?: unknown }) {
    super((typeof message === "string" ? [message] : message).map(printable).join("\n"));
    this.code = code;
    // Not through `super`: older engines drop its second argument.
    if (options && "cause" in options) Object.defineProperty(this, "cause", { value: options.cause, configurable: true, writable: true });
  }
}

/** A policy that is refused, as a whole. */
export class PolicyError extends ChainpinError<PolicyErrorCode> {
  /** `PolicyError`. */
  override readonly name = "PolicyError";
  /** Rule and field, as `rules[3].pins[0]`; empty for the policy as a whole. */
  readonly path: string;

  constructor(code: PolicyErrorCode, message: string, path: string) {
    super(code, message);
    this.path = path;
  }
}

/** Something over the native bridge that failed, and not by a verdict of the policy: that is a `PinningError`. */
export class BridgeError extends ChainpinError<BridgeErrorCode> {
  /** `BridgeError`. */
  override readonly name = "BridgeError";
}

/** A text of another format that is refused, as a whole. */
export class ConvertError extends ChainpinError<ConvertErrorCode> {
  /** `ConvertError`. */
  override readonly name = "ConvertError";
  /** Where in the text, in the words of its format, as `TSKPinnedDomains["example.com"].TSKPublicKeyHashes[0]`; empty for the whole. */
  readonly path: string;
  /** The line, from 1 on; `undefined` where the input is no text. */
  readonly line: number | undefined;

  constructor(code: ConvertErrorCode, message: string, path: string, line?: number) {
    super(code, `${line === undefined ? "" : `line ${line}: `}${path === "" ? "" : `${path}: `}${message}`);
    this.path = path;
    this.line = line;
  }
}

/** A connection that the policy refuses: what `verdict.toError()` makes. */
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
  /** Canonical; the host as given where it is no host. */
  readonly host: string;
  /** The host of the rule that decided. */
  readonly rule?: string | undefined;
  /** Whose policy decided. */
  readonly policy: PolicyName;
  /** Which pin matched which certificate. */
  readonly matched?: Matched | undefined;
  /** For a developer's log: what was expected, what came, what to do. Not for programs, and not for users. */
  readonly message: string;
  /** The certificates, leaf first; empty where the chain could not be read. */
  readonly chain: readonly CertificateSummary[];
  /**
   * As an error to throw; its `code` is the reason.
   * @throws TypeError where there is no reason.
   */
  toError(): PinningError;
  /** As a report of RFC 7469, section 3. `port`: default the request's, else 443. */
  toReport(port?: number): PinReport;
}
