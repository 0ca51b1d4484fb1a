/** `chainpin rehearse`: what a new policy would do to connections that were seen. */

import { existsSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Command, Option } from "commander";
import { BROKEN_LINES, Failure, INTERRUPTED, OK, REFUSED } from "./exit.js";
import { readPolicyText } from "./files.js";
import { interruption } from "./interrupt.js";
import { toDate, toInteger } from "./options.js";
import { readVerifier } from "./policies.js";
import { count } from "./print.js";
import { Progress } from "./progress.js";
import { readRoots } from "./roots.js";
import { WorkerPool } from "./rehearse/worker-pool.js";
import type { Judged, Task } from "./rehearse/judge.js";
import { type Chunk, chunksOf } from "./rehearse/lines.js";
import { TOO_LONG } from "./rehearse/observation.js";
import { Results } from "./rehearse/results.js";
import { lineOf } from "./rehearse/opinion.js";

interface Options {
  policy: string;
  against?: string;
  anchors?: string | false;
  now?: Date;
  workers?: number;
  hosts: number;
  json?: true;
  ndjson?: true;
  partial?: true;
}

/** Hosts that are told one by one. */
const HOSTS = 10_000;

export function rehearse(): Command {
  return new Command("rehearse")
    .summary("what a new policy would do to connections that were seen")
    .description("Tells what a new policy would do to connections that were seen: which would pass, be tolerated or be rejected, and why.")
    .argument("[files...]", "observations, one in JSON a line; - is standard input (default)")
    .requiredOption("--policy <file>", "the new policy")
    .option("--against <file>", "the policy that is in use: tells what changes")
    .option(
      "--anchors <file>",
      "the roots that you trust, for presented chains, PEM or DER (default: Node's, and those of NODE_EXTRA_CA_CERTS)",
    )
    .option("--no-anchors", "trust no roots: a pin is the only anchor")
    .option("--now <date>", "judge all as on this day (default: the day that each tells in `at`, else now)", toDate)
    .option("--workers <number>", "threads that judge (default: one for each core)", toInteger(1, 256))
    .option("--hosts <number>", "hosts that are told one by one; those that come after are summed by rule", toInteger(1, 1_000_000), HOSTS)
    .addOption(new Option("--json", "tell of it in JSON").conflicts(["ndjson", "partial"]))
    .addOption(new Option("--ndjson", "a verdict in JSON for each observation, in their order").conflicts("partial"))
    .option("--partial", "sums in JSON, one a line, to be added to those of other runs")
    .addHelpText(
      "after",
      `
An observation is {"host": "api.example.com", "chain": ["MII…", "MII…"]}, leaf
first, each certificate as base64 of DER or as PEM. It may have "source"
("validated" or "presented"), "anchor", "port", "at" (when it was seen) and
"count" (how many connections it stands for).

Lines that are none are told, and left out. Ends with 1 where connections would
be refused (with --against: that pass now), else with 7 where lines are broken.
With --partial it ends with 0 for both: the sums tell.

Examples:
  chainpin rehearse --policy new.json observations.ndjson
  chainpin rehearse --policy new.json --against old.json --json seen-*.ndjson
  zcat seen.gz | chainpin rehearse --policy new.json --ndjson > out.ndjson`,
    )
    .action(run);
}

async function run(given: string[], options: Options): Promise<void> {
  const files = given.length === 0 ? ["-"] : given;
  requireReadable(files, options);
  const task = taskOf(options);
  const outcome = new Results(files, options);
  const spare: ArrayBuffer[] = [];
  const pool = new WorkerPool(options.workers ?? availableParallelism(), task, spare);
  const progress = new Progress(totalOf(files), inBytes);
  let done = 0;
  try {
    // A queue in the order of the input: so are the verdicts, and no more than that is ever held.
    const queue: Promise<[Chunk, Judged]>[] = [];
    const takeNext = async () => {
      const next = queue.shift();
      if (next === undefined) return;
      const [chunk, judged] = await next;
      await outcome.take(chunk.file, judged);
      done += chunk.length;
      progress.draw(done, count(outcome.observations, "observation"));
    };
    for await (const chunk of chunksOf(files, spare)) {
      const judging = judge(chunk, pool, task);
      judging.catch(() => undefined); // whoever waits for it hears of it
      queue.push(judging);
      if (queue.length >= pool.room) await takeNext();
    }
    while (queue.length > 0) {
      interruption.throwIfAborted();
      await takeNext();
    }
  } catch (error) {
    if (!interruption.aborted) throw error;
    throw new Failure(`interrupted, after ${count(outcome.observations, "observation")}`, INTERRUPTED);
  } finally {
    progress.clear();
    await pool.end();
  }
  await outcome.tell();
  outcome.tellBroken();
  process.exitCode = options.partial ? OK : outcome.refused ? REFUSED : outcome.broken > 0 ? BROKEN_LINES : OK;
}

async function judge(chunk: Chunk, pool: WorkerPool, { told }: Task): Promise<[Chunk, Judged]> {
  const { buffer, length, first } = chunk;
  if (buffer !== undefined) return [chunk, await pool.judge({ buffer, length, first })];
  const { problem, message } = TOO_LONG;
  const text = new TextEncoder().encode(told ? lineOf(TOO_LONG) : "");
  return [
    chunk,
    {
      lines: 1,
      observations: 0,
      keys: [],
      sums: new Float64Array(),
      problems: [[problem, 1]],
      broken: [{ line: 0, problem, message }],
      text,
    },
  ];
}

/** The policies are compiled here once, so that a wrong one is told by its name, and then in each thread. */
function taskOf({ policy: file, against: oldFile, anchors, now, ndjson }: Options): Task {
  const policy = policyText(file);
  const against = oldFile === undefined ? undefined : policyText(oldFile);
  const { certificates } = readRoots(anchors);
  return { policy, against, anchors: certificates, day: now?.getTime() ?? Date.now(), always: now !== undefined, told: ndjson === true };
}

function policyText(file: string): string {
  const text = readPolicyText(file);
  readVerifier(file, text).dispose();
  return text;
}

/** Before the first of many is read: a name that is misspelt is told at once. */
function requireReadable(files: readonly string[], { policy, against }: Options): void {
  const inputs = [policy, ...(against === undefined ? [] : [against]), ...files];
  if (inputs.filter((file) => file === "-").length > 1) throw new Failure("standard input is one of the policies or of the observations");
  for (const file of files) {
    if (file === "-") continue;
    if (!existsSync(file)) throw new Failure(`there is no file ${file}`);
    if (statSync(file).isDirectory()) throw new Failure(`${file} is a folder`);
  }
}

/** Bytes; undefined where they cannot be known beforehand. */
function totalOf(files: readonly string[]): number | undefined {
  const sizes = files.map((file) => (file === "-" ? undefined : statSync(file)));
  return sizes.every((stats) => stats?.isFile()) ? sizes.reduce((sum, stats) => sum + (stats?.size ?? 0), 0) : undefined;
}

function inBytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
