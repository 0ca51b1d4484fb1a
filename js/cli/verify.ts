/** `chainpin verify`: the verdict of a policy on a server, or on a chain in a file. */

import type { Verdict, VerifyRequest } from "chainpin";
import { Command } from "commander";
import { Failure, REFUSED, UNUSABLE } from "./exit.js";
import { type ConnectionOptions, toDate, withConnection } from "./options.js";
import { readVerifier } from "./policies.js";
import { line, lines, paint, printJson, say } from "./print.js";
import { readRoots } from "./roots.js";
import { isFile, printHead, readSource } from "./source.js";

interface Options extends ConnectionOptions {
  host?: string;
  servername?: string;
  validated: boolean;
  now?: Date;
  json: boolean;
}

export function verify(): Command {
  return withConnection(new Command("verify"))
    .summary("what a policy says to a server or a chain, and why")
    .description("Tells what a policy says to a server's certificates, or to a file's, and why.")
    .argument("<policy>", "a JSON file; - is standard input")
    .argument("<source>", "host, host:port, https://… or smtp://…; or a file with a chain, leaf first, PEM or DER")
    .option("--host <name>", "the host that a file's chain is of")
    .option("--servername <name>", "the name to ask for and to judge, where it is not the host")
    .option("--validated", "a platform has checked the file's chain already, so each of its certificates may match", false)
    .option("--now <date>", "judge as on this day (default: now)", toDate)
    .option("--json", "tell of it in JSON", false)
    .addHelpText(
      "after",
      `
Without --validated the chain is judged as presented: the leaf must be valid and
for this host, and must lead to a trusted root.

Examples:
  chainpin verify policy.json api.example.com
  chainpin verify policy.json device.local:8443 --no-anchors
  chainpin verify policy.json chain.pem --host api.example.com --now 2027-03-01`,
    )
    .action(run);
}

async function run(policy: string, text: string, options: Options): Promise<void> {
  if (policy === "-" && text === "-") throw new Failure("standard input is either the policy or the chain", UNUSABLE);
  const { host, validated, now, json } = options;
  const verifier = readVerifier(policy);
  const file = isFile(text);
  if (file && host === undefined) throw new Failure("a file's chain needs --host, the host that it is of");
  if (!file && (host !== undefined || validated))
    throw new Failure("--host and --validated are for a chain in a file; for a server there is --servername");
  if (validated && options.anchors) throw new Failure("a chain that is --validated needs no --anchors");
  const roots = readRoots(options.anchors);
  const source = await readSource(text, options, () => roots);
  const { name, chain, server } = source;
  const request: VerifyRequest = {
    host: server?.target.name ?? host ?? "",
    chain,
    source: validated ? "validated" : "presented",
    ...(server && { port: server.target.port }),
    ...(now && { now }),
    ...(!validated && roots.anchors && { anchors: roots.anchors }),
  };
  const verdict = verifier.verify(request);
  if (json) printJson({ source: name, ...(server && { protocol: server.protocol, trust: server.trust }), verdict });
  else {
    printHead(source, roots);
    printVerdict(verdict);
  }
  if (!verdict.ok) process.exitCode = REFUSED;
}

function printVerdict({ outcome, message, matched }: Verdict): void {
  const colour = outcome === "rejected" ? paint.red : outcome === "pinned" && matched?.backup === false ? paint.green : paint.yellow;
  const [, host = "", words = ""] = /^(`[^`]*` (?:is )?)([^,:(]+)/.exec(message) ?? [];
  say(line`${host}${colour(words)}${lines(message.slice(host.length + words.length))}`);
}
