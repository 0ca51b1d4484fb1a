/** How the command ends. */

export const OK = 0;
/** A policy, a bundle or a connection is refused; for `lint`, an error is found. */
export const REFUSED = 1;
/** Wrong usage, or a file or key that cannot be used. */
export const UNUSABLE = 2;
/** `convert`: the result is not quite the same, as its findings tell. */
export const INCOMPLETE = 3;
/** A host does not answer, or not with TLS. */
export const UNREACHABLE = 4;
/** `monitor`: only a backup pin matched. */
export const BACKUP_IN_USE = 5;
/** `monitor`: something expires soon. */
export const EXPIRY_NEAR = 6;
/** `rehearse`: lines that are no observations were left out. */
export const BROKEN_LINES = 7;
/** Ctrl-C: 128 and the number of the signal, as shells have it. */
export const INTERRUPTED = 130;

export type ExitCode = typeof REFUSED | typeof UNUSABLE | typeof UNREACHABLE | typeof INTERRUPTED;

/** What a person can act on: its message is all that is shown. */
export class Failure extends Error {
  readonly messages: readonly string[];

  /** `messages`: one, or several that are shown each in a line of its own. */
  constructor(
    messages: string | readonly string[],
    readonly exitCode: ExitCode = UNUSABLE,
  ) {
    super(typeof messages === "string" ? messages : messages.join("; "));
    this.messages = typeof messages === "string" ? [messages] : messages;
  }
}

/** For `--help`. */
export const EXIT_CODES = `
Exit codes:
  ${OK}    done; nothing to object to
  ${REFUSED}    refused: the policy, the bundle or a connection; lint: an error is found
  ${UNUSABLE}    wrong usage, or a file or key that cannot be used
  ${INCOMPLETE}    convert: done, but something was left out or differs
  ${UNREACHABLE}    a host does not answer, or not with TLS
  ${BACKUP_IN_USE}    monitor: only a backup pin matched, so the policy needs a new backup
  ${EXPIRY_NEAR}    monitor: a certificate, a pin, a rule or the policy expires soon
  ${BROKEN_LINES}    rehearse: lines that are no observations were left out
  ${INTERRUPTED}  interrupted (Ctrl-C)
Where several hold, the first of 1, 4, 5, 6 and 7.`;
