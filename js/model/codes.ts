/** The codes of verdicts and errors. They are stable; messages are not. Each has its text here or in the crate: docs/reasons.md lists them. */

import type { FailureCode, PushCode } from "./bridge-codes.js";
import type { CoreReason, PolicyErrorCode } from "./generated.js";

export type { BundleReason, FindingCode, Outcome, PolicyErrorCode } from "./generated.js";

/** Why a connection is rejected or tolerated. */
export type Reason =
  | CoreReason
  /**
   * The verifier itself failed; nothing is known of the connection.
   *
   * Why: A mistake in chainpin, or memory ran out. The verifier is restarted by itself.
   *
   * Do: Do not use the connection; please report it.
   */
  | "internal";

/** The codes of every error; `switch` on it. */
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

/** Why text of another format is invalid. */
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
   * More than 32 MiB, of the text or of the policy that it becomes, 2,000,000 values, 64 of them in one another, or 64 KiB in a header.
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
