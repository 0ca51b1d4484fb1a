/** `chainpin lint`: what is valid in a policy and yet unwise. */

import { type ChainInput, type Finding, lint as find, initSync } from "chainpin";
import { Command } from "commander";
import { OK, REFUSED, UNREACHABLE } from "./exit.js";
import { readPolicyText } from "./files.js";
import { ordered, printFindings } from "./findings.js";
import { type ConnectionOptions, toDate, withConnection } from "./options.js";
import { inPolicy, isPublicSuffix, pinnedHosts, readVerifier } from "./policies.js";
import { type Shown, complain, count, line, note, paint, printJson, say, yellow } from "./print.js";
import { readRoots } from "./roots.js";
import { inspected, readChain, trustInWords } from "./source.js";
import { shown, toTarget } from "./target.js";
import { visit } from "./fleet.js";

interface Options extends ConnectionOptions {
  chain?: string[];
  connect?: string[] | true;
  updateUrl?: string;
  now?: Date;
  strict: boolean;
  json: boolean;
}

export function lint(): Command {
  return withConnection(new Command("lint"))
    .summary("finds what is unwise in a policy")
    .description("Finds what is valid in a policy and yet unwise. With the chains that are served today it finds more.")
    .argument("<policy>", "a JSON file; - is standard input")
    .option("--chain <files...>", "chains that are served today, each in a file of its own, leaf first")
    .option("--connect [hosts...]", "fetch them from these hosts (default: all that the policy has pins for)")
    .option("--update-url <url>", "where your app fetches policy updates")
    .option("--now <date>", "as on this day (default: now)", toDate)
    .option("--strict", "end with 1 for warnings, too", false)
    .option("--json", "tell of it in JSON", false)
    .addHelpText(
      "after",
      `
Examples:
  chainpin lint policy.json
  chainpin lint policy.json --connect
  chainpin lint policy.json --chain api.pem www.pem --strict`,
    )
    .action(run);
}

async function run(file: string, options: Options): Promise<void> {
  const { updateUrl, now, strict, json } = options;
  initSync();
  const text = readPolicyText(file);
  const fetched = options.connect === undefined ? { chains: [], untrusted: [], unreached: [] } : await fetchChains(file, text, options);
  const chains = [...(options.chain ?? []).map((name) => inspected(readChain(name)).chain), ...fetched.chains];
  const look = (chain?: ChainInput) =>
    inPolicy(file, () =>
      find(text, { isPublicSuffix, ...(chain && { chain }), ...(updateUrl !== undefined && { updateUrl }), ...(now && { now }) }),
    );
  const findings = ordered([...look(), ...chains.flatMap((chain) => look(chain))]);

  if (json) printJson({ findings, chains: chains.length, untrusted: fetched.untrusted, unreached: fetched.unreached });
  else {
    printFindings(findings);
    say(summary(findings));
    for (const words of fetched.untrusted) note(line`${yellow("note:")} ${words}; if somebody else answered, its findings are theirs`);
    for (const { message } of fetched.unreached) complain(message);
  }
  const refused = findings.some(({ severity }) => severity === "error" || (strict && severity === "warning"));
  process.exitCode = refused ? REFUSED : fetched.unreached.length > 0 ? UNREACHABLE : OK;
}

async function fetchChains(file: string, text: string, { connect, starttls, timeout, anchors }: Options) {
  const hosts = Array.isArray(connect) && connect.length > 0 ? connect : pinnedHosts(readVerifier(file, text));
  const roots = readRoots(anchors);
  const { context } = roots;
  const answers = await visit(
    hosts.map((host) => toTarget(host, { startTls: starttls })),
    { timeout, context },
  );
  const chains: ChainInput[] = [];
  const untrusted: string[] = [];
  const unreached: { host: string; reason: string; message: string }[] = [];
  for (const { target, presented, error } of answers) {
    if (presented === undefined) unreached.push({ host: target.name, reason: error.reason, message: error.message });
    else {
      chains.push(inspected({ name: shown(target), chain: presented.chain }).chain);
      if (roots.anchors !== undefined && !presented.trust.trusted)
        untrusted.push(`${shown(target)} is ${trustInWords(presented.trust, roots)}`);
    }
  }
  return { chains, untrusted, unreached };
}

function summary(findings: readonly Finding[]): Shown {
  if (findings.length === 0) return paint.green("nothing found");
  const of = (severity: Finding["severity"]) => findings.filter((finding) => finding.severity === severity).length;
  return line`${count(of("error"), "error")}, ${count(of("warning"), "warning")}, ${of("info")} for your information`;
}
