/** The `chainpin` command. It runs in Node alone, with all that it needs inside of it. */

import { Command, CommanderError } from "commander";
import { completion } from "./completion.js";
import { convert } from "./convert.js";
import { EXIT_CODES, Failure, OK, UNUSABLE } from "./exit.js";
import { init } from "./init.js";
import { inspect } from "./inspect.js";
import { interrupt } from "./interrupt.js";
import { keygen } from "./keygen.js";
import { lint } from "./lint.js";
import { monitor } from "./monitor.js";
import { pin } from "./pin.js";
import { complain, parserOutput } from "./print.js";
import { rehearse } from "./rehearse.js";
import { taskOfThread, work } from "./rehearse/worker-pool.js";
import { sign } from "./sign.js";
import { verify } from "./verify.js";
import { verifyBundle } from "./verify-bundle.js";

/** The package's, put in by the build. */
declare const VERSION: string;

// A thread of `rehearse` runs this very file.
const task = taskOfThread();
if (task === undefined) command();
else work(task);

function command(): void {
  const program = new Command("chainpin")
    .description("Certificate pin policies: the right pins, what a policy says to a server or a fleet, and signed bundles.")
    .version(VERSION)
    .addHelpText("after", EXIT_CODES)
    .exitOverride()
    .configureOutput(parserOutput)
    .helpCommand(false)
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .showHelpAfterError("(`--help` tells more)");

  for (const command of [pin, init, lint, verify, inspect, convert, rehearse, monitor, keygen, sign, verifyBundle, completion]) {
    program.addCommand(command(program).exitOverride().configureOutput(parserOutput).showHelpAfterError("(`--help` tells more)"));
  }

  process.on("SIGINT", interrupt);
  // Whoever reads the answer has read enough, as `head` does.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") complain(`cannot write the answer: ${error.message}`);
    process.exit(error.code === "EPIPE" ? process.exitCode : UNUSABLE);
  });

  program.parseAsync().then(
    () => undefined,
    (error: unknown) => {
      process.exitCode = codeOf(error);
    },
  );
}

/** Says what went wrong, and gives the exit code for it. */
function codeOf(error: unknown): number {
  // Commander has said it already, to the right stream.
  if (error instanceof CommanderError) return error.exitCode === 0 ? OK : UNUSABLE;
  if (error instanceof Failure) {
    complain(...error.messages);
    return error.exitCode;
  }
  complain(`failed inside; please report this: ${error instanceof Error ? error.message : String(error)}`);
  return UNUSABLE;
}
