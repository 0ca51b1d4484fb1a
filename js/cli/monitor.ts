/** `chainpin monitor`: whether a fleet still presents what a policy expects. */

import { Command } from "commander";
import { BACKUP_IN_USE, EXPIRY_NEAR, Failure, INTERRUPTED, OK, REFUSED, UNREACHABLE } from "./exit.js";
import { readText } from "./files.js";
import { type Visit, CONCURRENCY, visit } from "./fleet.js";
import { interruption } from "./interrupt.js";
import { type ConnectionOptions, toInteger, withConnection } from "./options.js";
import { pinnedHosts, readVerifier } from "./policies.js";
import { type Colour, type Shown, count, line, paint, printJson, say, wrapped } from "./print.js";
import { Progress } from "./progress.js";
import { readRoots } from "./roots.js";
import { type Expiry, STATUSES, type MonitorResult, type Status, expiryInWords, resultOf, policyExpiry } from "./monitor-result.js";
import { type Target, shown, toTarget } from "./target.js";

interface Options extends ConnectionOptions {
  hosts?: string;
  concurrency: number;
  expiryDays: number;
  all: boolean;
  json: boolean;
}

export function monitor(): Command {
  return withConnection(new Command("monitor"))
    .summary("whether a fleet presents what a policy expects")
    .description(
      "Looks at many hosts in parallel, and tells which no longer present what a policy expects, or soon will not. For CI and cron.",
    )
    .argument("<policy>", "a JSON file; - is standard input")
    .argument(
      "[hosts...]",
      "host, host:port, https://…, or name=address:port for one server of many (default: all that the policy has pins for)",
    )
    .option("--hosts <file>", "more of them, one a line; # begins a comment; - is standard input")
    .option(
      "--expiry-days <days>",
      "what expires sooner than this is told; short-lived certificates in the last third of their life",
      toInteger(0, 3650),
      14,
    )
    .option("--concurrency <number>", "connections at a time", toInteger(1, 10_000), CONCURRENCY)
    .option("--all", "tell of hosts that are in order, too", false)
    .option("--json", "tell of it in JSON", false)
    .addHelpText(
      "after",
      `
Ends with 1 for a mismatch (also one that the policy lets pass), else 4 where
a host is not reached, else 5 for a backup pin in use, else 6 where something
expires soon.

Examples:
  chainpin monitor policy.json
  chainpin monitor policy.json api.example.com=192.0.2.7:8443 --timeout 5s
  chainpin monitor policy.json --hosts fleet.txt --expiry-days 30 --json`,
    )
    .action(run);
}

async function run(policy: string, hosts: string[], options: Options): Promise<void> {
  const { expiryDays: days, concurrency, timeout, all, json } = options;
  if (policy === "-" && options.hosts === "-") throw new Failure("standard input is either the policy or the hosts");
  const verifier = readVerifier(policy);
  const targets = targetsOf(hosts, options, () => pinnedHosts(verifier));
  const { context, anchors } = readRoots(options.anchors);
  const progress = new Progress(targets.length);
  const started = performance.now();
  const results: MonitorResult[] = [];
  const onAnswer = (answer: Visit) => {
    results.push(resultOf(answer, { verifier, anchors, days }));
    progress.draw(results.length, inCounts(results, true));
  };
  try {
    await visit(targets, { timeout, context, concurrency, onAnswer });
  } catch (error) {
    if (!interruption.aborted) throw error;
    const seen = results.length === 0 ? "" : `: ${inCounts(results)}`;
    throw new Failure(`interrupted, after ${results.length} of ${count(targets.length, "host")}${seen}`, INTERRUPTED);
  } finally {
    progress.clear();
  }
  const seconds = Math.round(performance.now() - started) / 1000;
  const expiring = policyExpiry(verifier, days);
  const { id, sequence } = verifier.policy;
  if (json) printJson({ policy: { id, sequence }, seconds, counts: counted(results), expiring, hosts: inOrder(results).map(told) });
  else printAll(results, expiring, { all, seconds });
  process.exitCode = exitCodeOf(results, expiring);
}

/** Each once. */
function targetsOf(hosts: readonly string[], { hosts: file, starttls }: Options, pinned: () => string[]): Target[] {
  const listed =
    file === undefined
      ? []
      : readText(file)
          .split(/\r?\n/)
          .map((line) => line.replace(/#.*/, "").trim())
          .filter((line) => line !== "");
  const texts = [...hosts, ...listed];
  const targets = (texts.length === 0 && file === undefined ? pinned() : texts).map((text) => toTarget(text, { startTls: starttls }));
  if (targets.length === 0)
    throw new Failure(file === undefined ? "the policy has pins for no host; name hosts to look at" : `${file} names no host`);
  return [...new Map(targets.map((target) => [`${target.startTls} ${shown(target)}`, target])).values()];
}

/** The exit codes of `monitor`, the gravest first. */
const EXITS: Readonly<Record<Status, number>> = {
  mismatch: REFUSED,
  unreachable: UNREACHABLE,
  "backup-in-use": BACKUP_IN_USE,
  "expires-soon": EXPIRY_NEAR,
  ok: OK,
};

function exitCodeOf(results: readonly MonitorResult[], expiring: readonly Expiry[]): number {
  const worst = STATUSES.find((status) => results.some((result) => result.status === status)) ?? "ok";
  return worst === "ok" && expiring.length > 0 ? EXPIRY_NEAR : EXITS[worst];
}

function counted(results: readonly MonitorResult[]): Record<Status, number> {
  const counts = { mismatch: 0, unreachable: 0, "backup-in-use": 0, "expires-soon": 0, ok: 0 };
  for (const { status } of results) counts[status]++;
  return counts;
}

const WORDS: Readonly<Record<Status, string>> = {
  mismatch: "mismatch",
  unreachable: "unreachable",
  "backup-in-use": "backup in use",
  "expires-soon": "expires soon",
  ok: "ok",
};

const COLOURS: Readonly<Record<Status, Colour>> = {
  mismatch: paint.red,
  unreachable: paint.red,
  "backup-in-use": paint.yellow,
  "expires-soon": paint.yellow,
  ok: paint.green,
};

function inCounts(results: readonly MonitorResult[], troubleOnly = false): string {
  const counts = counted(results);
  return STATUSES.filter((status) => counts[status] > 0 && !(troubleOnly && status === "ok"))
    .map((status) => `${counts[status]} ${WORDS[status]}`)
    .join(", ");
}

/** The gravest first, then by name. */
function inOrder(results: readonly MonitorResult[]): MonitorResult[] {
  return [...results].sort(
    (a, b) => STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status) || (shown(a.target) < shown(b.target) ? -1 : 1),
  );
}

function told({ target: { text, name, address, port }, status, verdict, error, trusted, expiring }: MonitorResult) {
  const { outcome, reason, rule, matched, message } = verdict ?? {};
  const judged = { outcome, reason, rule, matched, ...(reason !== undefined && { message }) };
  return {
    target: text,
    host: name,
    address,
    port,
    status,
    trusted,
    ...(error === undefined ? judged : { error: error.reason, message: error.why }),
    expiring,
  };
}

const COLUMN = 15;

function printAll(
  results: readonly MonitorResult[],
  expiring: readonly Expiry[],
  { all, seconds }: { all: boolean; seconds: number },
): void {
  const row = (status: Status, subject: string | Shown) => say(line`${COLOURS[status](WORDS[status].padEnd(COLUMN))}${subject}`);
  for (const result of inOrder(results)) {
    // A host without a rule is in order for the policy, and hardly for who watches it.
    if (result.status === "ok" && !all && result.verdict?.outcome !== "unlisted") continue;
    row(result.status, paint.bold(shown(result.target)));
    for (const words of reasons(result)) say(wrapped(words, COLUMN));
  }
  for (const expiry of expiring) row("expires-soon", expiryInWords(expiry));
  say(line`${count(results.length, "host")} in ${seconds.toFixed(1)} s: ${inCounts(results)}`);
  if (results.some(({ status }) => status === "mismatch"))
    say(paint.dim("`chainpin verify POLICY HOST` tells more of a mismatch: what came, and what was expected"));
}

function reasons({ verdict, error, expiring }: MonitorResult): string[] {
  const told = expiring.map(expiryInWords);
  if (error !== undefined) return [`${error.reason}: ${error.why}`];
  if (verdict?.reason !== undefined) return [firstLine(verdict.message), ...told];
  if (verdict?.matched?.backup === true) return [`${verdict.matched.pin} matched, a backup: give the policy a new one`, ...told];
  return verdict?.outcome === "pinned" ? told : [verdict?.outcome === "exempt" ? "exempt" : "no rule is for this host", ...told];
}

/** Without the host, which stands above it. */
function firstLine(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/^`[^`]*` /, "");
}
