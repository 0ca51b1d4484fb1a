/** What native reports over the bridge. docs/reasons.md lists the codes with their texts. */

export const REFUSALS = [
  /**
   * The connection had no certificate, or too many, or too large ones.
   *
   * Do: Look at what the server sends.
   */
  "chain-invalid",
  /**
   * The connection closed while it was held.
   *
   * Do: Try again.
   */
  "closed",
  /**
   * JavaScript did not answer in time.
   *
   * Do: Find what blocks it; then try again.
   */
  "deadline",
  /**
   * Nobody is attached.
   *
   * Do: `attach` once, when the app starts, and await it.
   */
  "not-attached",
  /**
   * The page closed, or detached.
   *
   * Do: Nothing; the next page attaches anew.
   */
  "page-closed",
  /**
   * The policy was replaced while the connection was held.
   *
   * Do: Try again, at once.
   */
  "policy-changed",
  /**
   * One side did not understand the other.
   *
   * Do: See that chainpin and the native side are of the same release.
   */
  "protocol",
  /**
   * JavaScript answered no, and its verdict is not at hand: its verifier failed, or it has judged many connections since.
   *
   * Do: Do not retry; look at what `onVerdict` was told.
   */
  "rejected",
  /**
   * Another page has attached.
   *
   * Do: Attach in one place alone.
   */
  "superseded",
  /**
   * 1,000 connections are held, or 1,000 requests under way.
   *
   * Do: Send fewer at once.
   */
  "too-many",
  /**
   * One side speaks another version of the bridge.
   *
   * Do: Bring chainpin and the native side to the same release.
   */
  "version",
  /**
   * Native has seen a newer policy.
   *
   * Do: Let `sequence` grow with each change of the policy.
   */
  "wrong-sequence",
] as const;
export const FAILURES = [
  ...REFUSALS,
  /**
   * The app aborted the request, with a signal that has no reason of its own.
   *
   * Do: Nothing.
   */
  "aborted",
  /**
   * A body of more than 16 MiB.
   *
   * Do: Ask for it in parts.
   */
  "body-too-large",
  /**
   * DNS, TCP, TLS or HTTP failed.
   *
   * Do: As with `fetch`: try again later.
   */
  "network",
  /**
   * Native refuses the request: a body with `GET`, a user in the URL, a header that native sets.
   *
   * Do: Correct the request.
   */
  "request-invalid",
  /**
   * The request took longer than its `timeout`.
   *
   * Do: Try again, or allow more.
   */
  "timeout",
  /**
   * The platform refused the certificate or its name.
   *
   * Do: Do not retry; the policy was not even asked.
   */
  "untrusted",
] as const;
export const NOTICES = [...REFUSALS, "unknown-id", "wrong-session"] as const;

/** Why native dropped a held connection. */
export type RefusalCode = (typeof REFUSALS)[number];
/** Why a request through the bridge failed. */
export type FailureCode = (typeof FAILURES)[number];
/** What native reports in addition: a connection that it dropped by itself (with `host`), or a message that it ignored. */
export type NoticeCode = (typeof NOTICES)[number];

/** Why native did not accept pins. */
export type PushCode =
  /**
   * Native could not store the pins; what it enforces has not changed.
   *
   * Do: Make room, and push again.
   */
  "store-failed" | "wrong-sequence";
