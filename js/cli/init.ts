/** `chainpin init`: a first policy, made from what hosts present. */

import { type Finding, type Pin, type Policy, createVerifierSync, initSync, lint } from "chainpin";
import { Command, Option } from "commander";
import { type Backup, askForBackup, canAsk, newBackup, toBackup } from "./backup.js";
import { Failure, REFUSED, UNREACHABLE } from "./exit.js";
import { requireFree, writePrivately } from "./files.js";
import { ordered, printFindings } from "./findings.js";
import { visit } from "./fleet.js";
import { type ConnectionOptions, toDate, toId, withConnection } from "./options.js";
import { inPolicy, isPublicSuffix } from "./policies.js";
import * as err from "./print.js";
import { bold, line, note, printDocument, printJson } from "./print.js";
import { type Roots, readRoots } from "./roots.js";
import { type Inspected, inspected, trustInWords } from "./source.js";
import { type Target, shown, toTarget } from "./target.js";

type What = "leaf" | "issuer";

interface Options extends ConnectionOptions {
  id?: string;
  pin: What;
  /** false: none. */
  backup?: string[] | false;
  generateBackup?: string;
  subdomains: boolean;
  reportOnly: boolean;
  expires?: Date;
  out?: string;
  force: boolean;
  json: boolean;
}

/** Days until a new policy expires: time for two releases of an app, and soon enough that somebody looks. */
const EXPIRES = 180;
const DAY = 86_400_000;

export function init(): Command {
  return withConnection(new Command("init"))
    .summary("makes a policy from what hosts present now")
    .description("Makes a policy from what hosts present now, with a backup key. On a terminal it asks for that.")
    .argument("<hosts...>", "host, host:port, https://…, or name=address:port")
    .option("--id <id>", "whose policy it is (default: the first host)", toId)
    .addOption(new Option("--pin <what>", "of each host").choices(["leaf", "issuer"]).default("leaf"))
    .option("--backup <sources...>", "backup keys: a file with a request (CSR), a key or a certificate, or a pin")
    .option("--generate-backup <file>", "make a new key pair as backup; its private key goes into this file")
    .option("--no-backup", "go without; a lost key then locks every user out")
    .option("--subdomains", "for the names below the hosts, too", false)
    .option("--report-only", "mode report: let mismatches pass, and report them", false)
    .option("--expires <date>", `when the rules expire (default: in ${EXPIRES} days)`, toDate)
    .option("--out <file>", "where the policy goes (default: standard output)")
    .option("--force", "write over files that are there", false)
    .option("--json", "tell of it in JSON, with the policy in it", false)
    .addHelpText(
      "after",
      `
Examples:
  chainpin init api.example.com www.example.com --out policy.json
  chainpin init api.example.com --generate-backup backup.key --out policy.json
  chainpin init api.example.com --backup backup.csr --out policy.json`,
    )
    .action(run);
}

async function run(hosts: string[], options: Options): Promise<void> {
  const { out, force, json, backup, generateBackup } = options;
  initSync();
  if (backup !== false && backup === undefined && generateBackup === undefined && !canAsk()) {
    throw new Failure("which key is the backup? Give --backup, --generate-backup or --no-backup (on a terminal you are asked)");
  }
  if (out !== undefined) requireFree([out], force);
  const targets = hosts.map((host) => toTarget(host, { startTls: options.starttls }));
  // Before the network: what cannot be used is told at once.
  const given = givenBackups(options);
  const roots = readRoots(options.anchors);
  const sources = await look(targets, options, roots);
  const asked = backup === undefined && generateBackup === undefined ? await askForBackup(force) : undefined;
  const backups = asked === undefined ? given : [asked];
  const policy = toPolicy(sources, backups, options);
  requireMatches(policy, sources, roots);
  const findings = findingsOf(policy, sources);
  const text = `${JSON.stringify(policy, null, 2)}\n`;

  const refusing = findings.filter(({ severity }) => severity === "error");
  if (refusing.length > 0) {
    printFindings(refusing, note, err);
    throw new Failure("nothing was written", REFUSED);
  }
  // The key first: a policy with the pin of a key that was lost would be worse.
  for (const { save } of backups) save?.();
  if (out !== undefined) writePrivately(out, text, force);
  if (json)
    return printJson({
      policy,
      findings,
      backups: backups.map(({ pin, file }) => ({ pin, file })),
      ...(out !== undefined && { file: out }),
    });
  if (out === undefined) printDocument(text);
  printFindings(findings, note, err);
  for (const { file } of backups)
    if (file !== undefined) note(line`${bold(file)}  the backup's private key: move it to a safe place offline, and keep it`);
  if (out !== undefined)
    note(line`${bold(out)}  policy 1 of \`${policy.id}\`, for ${sources.map(({ server }) => `\`${server?.target.name}\``).join(", ")}`);
}

function givenBackups({ backup, generateBackup, force }: Options): Backup[] {
  const given = (backup || []).map(toBackup);
  return generateBackup === undefined ? given : [...given, newBackup(generateBackup, force)];
}

/** All hosts, or nothing: a policy that lacks some would look whole. */
async function look(targets: readonly Target[], { timeout }: Options, roots: Roots): Promise<Inspected[]> {
  const answers = await visit(targets, { timeout, context: roots.context });
  const unreached = answers.flatMap(({ error }) => (error === undefined ? [] : [error.message]));
  if (unreached.length > 0) throw new Failure(unreached, UNREACHABLE);
  return answers.flatMap(({ target, presented }) => {
    if (presented === undefined) return [];
    requireTrusted(target, presented.trust, roots);
    return [inspected({ name: shown(target), chain: presented.chain, server: presented })];
  });
}

/** What anybody on the way could have sent must not become a pin, unless one says so. */
function requireTrusted(target: Target, trust: Parameters<typeof trustInWords>[0], roots: Roots): void {
  if (trust.trusted || roots.anchors === undefined) return;
  throw new Failure(
    `${shown(target)} is ${trustInWords(trust, roots)}; if its certificate is of an authority of your own, name that with --anchors, and if the network is yours, give --no-anchors`,
    REFUSED,
  );
}

function toPolicy(
  sources: readonly Inspected[],
  backups: readonly Backup[],
  { id, pin: what, subdomains, reportOnly, expires }: Options,
): Policy {
  const issuedAt = new Date();
  const until = (expires ?? new Date(issuedAt.getTime() + EXPIRES * DAY)).toISOString();
  const pins = new Map<string, Set<string>>();
  for (const source of sources) {
    const host = source.server?.target.name.toLowerCase() ?? "";
    pins.set(host, (pins.get(host) ?? new Set()).add(pinOf(source, what)));
  }
  const backupPins = backups.map(({ pin }) => pin);
  for (const [host, used] of pins) {
    const inUse = backupPins.find((pin) => used.has(pin));
    if (inUse !== undefined) throw new Failure(`${inUse} is the key that ${host} uses now, so it is no backup: make another key`);
  }
  const withRole = (pin: string): Pin => (what === "leaf" ? pin : { pin, role: "ca" });
  return {
    version: 1,
    id: id ?? sources[0]?.server?.target.name ?? "",
    sequence: 1,
    issuedAt: issuedAt.toISOString(),
    expires: until,
    rules: [...pins].map(([host, used]) => ({
      host,
      ...(subdomains && { subdomains }),
      ...(reportOnly && { mode: "report" as const }),
      expires: until,
      pins: [...used].map(withRole),
      ...(backupPins.length > 0 && { backupPins }),
    })),
  };
}

function pinOf(source: Inspected, what: What): string {
  const certificate = source.certificates[what === "leaf" ? 0 : 1];
  if (certificate === undefined) throw new Failure(`${source.name} presents no certificate above its own; pin the leaf`);
  return certificate.pin;
}

/** A policy that refuses the very hosts that it is made from helps nobody: a certificate for other names, an expired one. */
function requireMatches(policy: Policy, sources: readonly Inspected[], { anchors }: Roots): void {
  const verifier = inPolicy("the new policy", () => createVerifierSync(policy));
  for (const { server, chain } of sources) {
    const verdict = verifier.verify({ host: server?.target.name ?? "", chain, ...(anchors && { anchors }) });
    if (verdict.outcome !== "pinned") throw new Failure(`a policy for it would not hold: ${verdict.message.split("\n")[0]}`, REFUSED);
  }
}

function findingsOf(policy: Policy, sources: readonly Inspected[]): Finding[] {
  return inPolicy("the new policy", () => ordered(sources.flatMap(({ chain }) => lint(policy, { chain, isPublicSuffix }))));
}
