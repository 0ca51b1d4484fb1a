import type { FailureCode, PushCode } from "./bridge/messages.js";
import type { Reason, Verdict } from "./types.js";

/** What can go wrong besides a verdict; `switch` on it. */
export type ChainpinErrorCode =
  | "connection-unjudged"
  | "disposed"
  | "internal"
  | "not-initialised"
  | "not-tls"
  | "self-test-failed"
  | "wasm-unavailable"
  | Reason
  | PolicyErrorCode
  | BridgeErrorCode
  | ConvertErrorCode;

/** Why something over the native bridge failed. */
export type BridgeErrorCode = FailureCode | PushCode | "bridge-unavailable" | "push-too-large" | "push-weaker";

/** Why a policy is refused. */
export type PolicyErrorCode =
  | "date-invalid"
  | "exempt-false"
  | "exempt-with-field"
  | "host-duplicate"
  | "host-invalid"
  | "id-invalid"
  | "pin-blocked"
  | "pin-invalid"
  | "pins-empty"
  | "pins-missing"
  | "policy-shape"
  | "policy-syntax"
  | "policy-too-large"
  | "roles-missing"
  | "sequence-invalid"
  | "subdomains-on-ip"
  | "too-many-pins"
  | "too-many-rules"
  | "version-unsupported";

/** Why another format's text is refused. */
export type ConvertErrorCode =
  | "binary-plist"
  | "date-invalid"
  | "doctype-refused"
  | "duplicate"
  | "entry-unsupported"
  | "host-invalid"
  | "input-shape"
  | "input-syntax"
  | "input-too-large"
  | "name-unknown"
  | "nothing-found"
  | "pin-invalid"
  | "pins-too-few"
  | "too-many-pins"
  | "too-many-rules";

/** Base of everything that this package throws, wrong argument types (`TypeError`) excepted. */
export class ChainpinError<Code extends ChainpinErrorCode = ChainpinErrorCode> extends Error {
  override readonly name: string = "ChainpinError";
  /** Stable; the message is not. */
  readonly code: Code;

  constructor(code: Code, message: string, options?: { cause?: unknown }) {
    super(message);
    this.code = code;
    // Not through `super`: older engines drop its second argument.
    if (options && "cause" in options) Object.defineProperty(this, "cause", { value: options.cause, configurable: true, writable: true });
  }
}

/** A policy that is refused, as a whole. */
export class PolicyError extends ChainpinError<PolicyErrorCode> {
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
  override readonly name = "BridgeError";
}

/** A text of another format that is refused, as a whole. */
export class ConvertError extends ChainpinError<ConvertErrorCode> {
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
  override readonly name = "PinningError";
  /** The verdict, with its evidence. */
  declare readonly verdict: Verdict;

  constructor(code: Reason, verdict: Verdict) {
    super(code, verdict.message);
    // Not enumerable: a logger that prints an error's properties would print the whole chain.
    Object.defineProperty(this, "verdict", { value: verdict });
  }
}
