import type { FailureCode, PushCode } from "./bridge/messages.js";
import { printable } from "./printable.js";
import type { Reason, Verdict } from "./types.js";

/** What can go wrong besides a verdict; `switch` on it. */
export type ChainpinErrorCode =
  /**
   * A connection came about without a verdict, and was closed.
   *
   * Do: Find out what resumed a session or took the check away.
   */
  | "connection-unjudged"
  /**
   * This verifier was disposed.
   *
   * Do: Create another one.
   */
  | "disposed"
  /**
   * A connection has neither `host` nor `servername`. Node then checks for `localhost`, a name that nobody has asked for.
   *
   * Do: Give the host: as `servername` or `host` of a connection, as the URL or `hostname` of a request over a `socket` or a `socketPath`.
   */
  | "host-unknown"
  /**
   * The verifier failed and was restarted.
   *
   * Do: Please report it.
   */
  | "internal"
  /**
   * `inspect`, `pinsOf` or `lint` was called too early.
   *
   * Do: `await init()`, or create a verifier, before.
   */
  | "not-initialised"
  /**
   * `createDispatcher` was asked for `http:`, which shows no certificate.
   *
   * Do: Use `https:`, or another dispatcher.
   */
  | "not-tls"
  /**
   * Pinning is not active for that host. The message says why, the `cause` what else failed.
   *
   * Do: See that the client uses this verifier, and that the policy enforces a rule for the host.
   */
  | "self-test-failed"
  /**
   * The engine has no WebAssembly, or a Content-Security-Policy forbids to compile it.
   *
   * Do: Import from `chainpin/js` or `chainpin/auto`, or allow `'wasm-unsafe-eval'`.
   */
  | "wasm-unavailable"
  | Reason
  | PolicyErrorCode
  | BridgeErrorCode
  | ConvertErrorCode;

/** Why something over the native bridge failed. */
export type BridgeErrorCode =
  | FailureCode
  | PushCode
  /**
   * There is no native side, or it cannot be reached.
   *
   * Do: Install the plugin and build the app anew; in a browser there is none.
   */
  | "bridge-unavailable"
  /**
   * More than 1,000 patterns of hosts to push.
   *
   * Do: Push a policy with fewer hosts.
   */
  | "push-too-large"
  /**
   * Native would enforce less than the policy.
   *
   * Do: Name the hosts for which that is enough in `allowWeaker`, or change their rules.
   */
  | "push-weaker";

/** Why a policy is refused. */
export type PolicyErrorCode =
  | "blocked-certificate"
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
  /**
   * A binary property list.
   *
   * Do: `plutil -convert xml1 FILE` makes text of it.
   */
  | "binary-plist"
  /**
   * Not a day that there is.
   *
   * Do: Write it as `2027-03-01`.
   */
  | "date-invalid"
  /**
   * A document type, other than Apple's in a property list.
   *
   * Do: Remove it; entities are not expanded.
   */
  | "doctype-refused"
  /**
   * Something stands twice that may stand once: a host, a key, an element.
   *
   * Do: Keep one of them.
   */
  | "duplicate"
  /**
   * A pin that stands elsewhere than in string literals of a call of `add`, or source that Kotlin and Java read differently.
   *
   * Do: Write the values themselves in place of variables; take out what the message names, or give the lines of the builder alone.
   */
  | "entry-unsupported"
  /**
   * Neither a DNS name in ASCII nor an IPv4 address, or one that the format refuses.
   *
   * Do: Correct the name; the format's own library would not take it either.
   */
  | "host-invalid"
  /**
   * An unknown, missing or misplaced key, attribute or element, or a value of the wrong type.
   *
   * Do: Correct it; a misspelt key would be lost in silence.
   */
  | "input-shape"
  /**
   * Not XML, not JSON, not a header; a string or a comment without an end.
   *
   * Do: See that the text is whole, and of this format.
   */
  | "input-syntax"
  /**
   * More than 32 MiB, 2,000,000 values, 64 of them in one another, or 64 KiB in a header.
   *
   * Do: Convert a part of it.
   */
  | "input-too-large"
  /**
   * A pin set or key that Chromium's files do not explain, or a certificate without `pinsOf`.
   *
   * Do: Give the `.pins` file of the same version, and `pinsOf` of `chainpin`.
   */
  | "name-unknown"
  /**
   * No pins of that format in the text.
   *
   * Do: Give the file that holds them.
   */
  | "nothing-found"
  /**
   * Not the base64 of a SHA-256.
   *
   * Do: Take the pin anew: `npx chainpin pin HOST`.
   */
  | "pin-invalid"
  /**
   * Fewer pins than the format wants.
   *
   * Do: Add a backup pin; the format's own library would not take it either.
   */
  | "pins-too-few"
  /**
   * More than 64 pins for a host.
   *
   * Do: Leave out old ones.
   */
  | "too-many-pins"
  /**
   * More than 100,000 hosts.
   *
   * Do: Convert a part of it.
   */
  | "too-many-rules";

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
