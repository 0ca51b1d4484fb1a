/** The `chainpin` command. It runs in Node alone, with all that it needs inside of it. */

import { Command, CommanderError } from "commander";
import { Failure, OK, REFUSED, UNUSABLE } from "./exit.js";
import { keygen } from "./keygen.js";
import { complain } from "./print.js";
import { sign } from "./sign.js";
import { verifyBundle } from "./verify-bundle.js";

/** The package's, put in by the build. */
declare const VERSION: string;

const program = new Command("chainpin")
  .description("Certificate pin policies: keys that sign them, signed bundles, and what an app would say to one.")
  .version(VERSION)
  .addHelpText("after", exitCodes())
  .exitOverride()
  .showHelpAfterError("(`--help` tells more)");

for (const command of [keygen, sign, verifyBundle]) program.addCommand(command().exitOverride().showHelpAfterError("(`--help` tells more)"));

program.parseAsync().then(
  () => undefined,
  (error: unknown) => {
    process.exitCode = codeOf(error);
  },
);

/** Says what went wrong, and gives the exit code for it. */
function codeOf(error: unknown): number {
  // Commander has said it already, to the right stream.
  if (error instanceof CommanderError) return error.exitCode === 0 ? OK : UNUSABLE;
  if (error instanceof Failure) {
    complain(error.message);
    return error.exitCode;
  }
  complain(`failed inside; please report this: ${error instanceof Error ? error.message : String(error)}`);
  return UNUSABLE;
}

function exitCodes(): string {
  return `
Exit codes:
  ${OK}  done; for verify-bundle: an app would accept it
  ${REFUSED}  the policy or the bundle is refused; the reason is told
  ${UNUSABLE}  wrong usage, or a file or key that cannot be used`;
}
