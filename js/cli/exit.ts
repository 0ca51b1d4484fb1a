/** How the command ends. */

export const OK = 0;
/** A policy or a bundle is refused. */
export const REFUSED = 1;
/** Wrong usage, or a file or key that cannot be used. */
export const UNUSABLE = 2;

/** What a person can act on: its message is all that is shown. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly exitCode: typeof REFUSED | typeof UNUSABLE = UNUSABLE,
  ) {
    super(message);
  }
}
