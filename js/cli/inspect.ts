/** `chainpin inspect`: all that is in the certificates of a chain. */

import type { CertificateDetails } from "chainpin";
import { Command } from "commander";
import { type ConnectionOptions, withConnection } from "./options.js";
import { type Shown, line, paint, printJson, say } from "./print.js";
import { readRoots } from "./roots.js";
import { inspected, printHead, readSource } from "./source.js";

interface Options extends ConnectionOptions {
  servername?: string;
  json: boolean;
}

export function inspect(): Command {
  return withConnection(new Command("inspect"))
    .summary("all that is in the certificates of a server or a file")
    .description("Shows all that is in the certificates of a server or a file.")
    .argument("<source>", "host, host:port, https://… or smtp://…; or a file, PEM or DER; - is standard input")
    .option("--servername <name>", "the name to ask for, where it is not the host")
    .option("--json", "tell of it in JSON", false)
    .addHelpText(
      "after",
      `
Examples:
  chainpin inspect api.example.com
  chainpin inspect chain.pem --json
  chainpin inspect - < server.crt`,
    )
    .action(run);
}

async function run(text: string, options: Options): Promise<void> {
  const roots = readRoots(options.anchors);
  const source = inspected(await readSource(text, options, () => roots));
  const { server, certificates, name } = source;
  if (options.json) {
    const connection = server && { host: server.target.name, port: server.target.port, protocol: server.protocol, trust: server.trust };
    return printJson({ source: name, ...connection, certificates });
  }
  printHead(source, roots);
  certificates.forEach((certificate, index) => {
    say();
    for (const [field, values] of rows(certificate, index)) {
      values.forEach((value, at) => say(line`${paint.dim((at === 0 ? field : "").padEnd(COLUMN))}${value}`));
    }
  });
}

const COLUMN = 14;
/** Names that are shown; a certificate may have a thousand. */
const NAMES = 20;

function rows(certificate: CertificateDetails, index: number): [field: string, lines: readonly (string | Shown)[]][] {
  const { subject, issuer, subjectAltNames, notBefore, notAfter, key, pin, certificatePin, fingerprint, serialNumber, signatureAlgorithm } =
    certificate;
  const { version, basicConstraints, keyUsage, extendedKeyUsage, extensions, bytes } = certificate;
  const more = subjectAltNames.length - NAMES;
  const all: [string, string | Shown | readonly string[] | undefined][] = [
    [String(index), paint.bold(subject === "" ? "(no subject)" : subject)],
    ["issuer", issuer],
    [
      "names",
      subjectAltNames.length === 0
        ? undefined
        : listed(subjectAltNames.slice(0, NAMES), more > 0 ? ` and ${more} more (--json has all)` : ""),
    ],
    ["valid", `${notBefore ?? "?"} to ${notAfter ?? "?"}`],
    ["key", `${key.algorithm}${key.bits === undefined ? "" : ` ${key.bits}`}`],
    ["pin", paint.green(pin)],
    ["certificate", certificatePin],
    ["fingerprint", [fingerprint.slice(0, 32), fingerprint.slice(32)]],
    ["signed with", signatureAlgorithm],
    [
      "authority",
      basicConstraints &&
        (basicConstraints.ca
          ? `yes${basicConstraints.pathLength === undefined ? "" : `, path length ${basicConstraints.pathLength}`}`
          : "no"),
    ],
    ["key usage", keyUsage && listed(keyUsage)],
    ["used for", extendedKeyUsage && listed(extendedKeyUsage)],
    [
      "extensions",
      extensions.length === 0 ? undefined : listed(extensions.map(({ oid, critical }) => (critical ? `${oid} critical` : oid))),
    ],
    ["serial", serialNumber],
    ["size", `version ${version}, ${bytes} bytes`],
  ];
  return all.flatMap(([field, value]) =>
    value === undefined ? [] : [[field, Array.isArray(value) ? value : [value]] as [string, readonly (string | Shown)[]]],
  );
}

/** Items with commas, in lines of at most 78 columns beside the fields. */
function listed(items: readonly string[], end = ""): string[] {
  const lines = [""];
  for (const item of items.map((item, index) => (index < items.length - 1 ? `${item},` : item))) {
    const line = lines[lines.length - 1] ?? "";
    if (line === "") lines[lines.length - 1] = item;
    else if (line.length + 1 + item.length <= 78 - COLUMN) lines[lines.length - 1] = `${line} ${item}`;
    else lines.push(item);
  }
  return [...lines.slice(0, -1), `${lines[lines.length - 1] ?? ""}${end}`];
}
