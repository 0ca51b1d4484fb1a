import { spawnSync } from "node:child_process";
import { basename } from "node:path";
import { root } from "./paths.mjs";

/** What a person can act on; scripts print its message and no stack. */
export class Failure extends Error {}

/** Runs a script's main function; a Failure becomes one line and exit code 1. */
export async function main(body) {
  await undefined; // the constants further down in the script exist only after it has been read to its end
  try {
    await body();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}

/** Runs a command with its output shown; throws a Failure unless it ends with 0. */
export function run(command, args, { env = {}, cwd } = {}) {
  const { status, signal, error } = spawn(command, args, { env, cwd, stdio: ["ignore", "inherit", "inherit"] });
  if (status === 0) return;
  throw new Failure(`\`${shown(command, args)}\` ${error ? `could not run: ${error.message}` : `ended with ${signal ?? status}`}`);
}

/** The command's standard output, trimmed; undefined if it is missing or fails. */
export function output(command, args, { env = {}, cwd } = {}) {
  const { status, stdout = "" } = spawn(command, args, { env, cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return status === 0 ? stdout.trim() : undefined;
}

function shown(command, args) {
  const words = [command === process.execPath ? "node" : basename(command), ...args.map((word) => word.replaceAll(root, ""))];
  return words.length > 6 ? `${words.slice(0, 6).join(" ")} …` : words.join(" ");
}

function spawn(command, args, { env, ...options }) {
  return spawnSync(command, args, { ...options, env: { ...process.env, ...env }, maxBuffer: 1 << 28 });
}
