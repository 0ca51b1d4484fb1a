/** `chainpin pin`: the pins of a server or a file, and which of them to take. */

import type { CertificateDetails } from "chainpin";
import { Command } from "commander";
import { ALWAYS, type Advice, advise } from "./advice.js";
import { readCertificates } from "./files.js";
import { type PinnedKey, readKey } from "./key-source.js";
import { inspected, isFile, printHead, readChain, readSource } from "./source.js";
import { type ConnectionOptions, withConnection } from "./options.js";
import { type Colour, line, paint, printJson, say, wrapped } from "./print.js";
import { readRoots } from "./roots.js";
import { daysUntil, inDays } from "./days.js";

interface Options extends ConnectionOptions {
  servername?: string;
  json: boolean;
}

export function pin(): Command {
  return withConnection(new Command("pin"))
    .summary("the pins of a server or a file, and which to take")
    .description("Prints the pins of a server's certificates, or of a file's, and says which to pin and why.")
    .argument(
      "<source>",
      "host, host:port, https://… or smtp://…; or a file with certificates, a key or a request (CSR), PEM or DER; - is standard input",
    )
    .option("--servername <name>", "the name to ask for, where it is not the host")
    .option("--json", "tell of it in JSON", false)
    .addHelpText(
      "after",
      `
Examples:
  chainpin pin api.example.com
  chainpin pin 192.0.2.7:8443 --servername api.example.com
  chainpin pin mail.example.com --starttls smtp     at port 587
  chainpin pin backup.csr
  chainpin pin - < server.crt`,
    )
    .action(run);
}

async function run(text: string, options: Options): Promise<void> {
  const bytes = isFile(text) ? readCertificates(text) : undefined;
  if (bytes !== undefined && !/BEGIN (?:X509 |TRUSTED )?CERTIFICATE-/.test(bytes.toString("latin1"))) {
    const key = readKey(text, bytes);
    if (key.kind !== "certificate") return printKey(text, key, options.json);
  }
  const roots = readRoots(options.anchors);
  const source = inspected(bytes === undefined ? await readSource(text, options, () => roots) : readChain(text, bytes));
  const { server, certificates } = source;
  const advice = advise(source, server === undefined ? undefined : server.trust.trusted && roots.isPublic);
  if (options.json) {
    const connection = server && { host: server.target.name, port: server.target.port, protocol: server.protocol, trust: server.trust };
    const told = certificates.map(({ pin, certificatePin, subject, issuer, notBefore, notAfter, key }, index) => {
      const { what, pin: verdict, why } = advice[index]!;
      return { index, what, pin, certificatePin, subject, issuer, notBefore, notAfter, key, advice: verdict, why };
    });
    return printJson({ source: source.name, ...connection, certificates: told });
  }
  printHead(source, roots);
  certificates.forEach((certificate, index) => printCertificate(certificate, advice[index]!));
  say();
  if (server?.trust.trusted === false) {
    say(wrapped(COMPARE, 0));
    say();
  }
  say(wrapped(ALWAYS, 0));
}

const COMPARE =
  "Compare before you paste: this chain is not trusted, so somebody else may have answered. " +
  "Where the server has a certificate of an authority of your own, name that with --anchors.";

const COLUMN = 14;

function printCertificate({ subject, pin, key, notAfter }: CertificateDetails, { what, pin: verdict, why }: Advice): void {
  const margin = " ".repeat(COLUMN);
  const [mark, colour] = MARKS[verdict];
  say();
  say(line`${paint.bold(what.padEnd(COLUMN))}${subject === "" ? "(no subject)" : subject}`);
  say(line`${margin}${verdict === "best" ? paint.green(pin) : pin}`);
  const until = notAfter === undefined ? "" : `, until ${notAfter.slice(0, 10)} (${inDays(daysUntil(notAfter))})`;
  say(line`${margin}${paint.dim(`${key.algorithm}${key.bits === undefined ? "" : ` ${key.bits}`}${until}`)}`);
  say(wrapped(mark + why, COLUMN, colour(mark), mark.length));
}

const MARKS: Record<Advice["pin"], readonly [mark: string, colour: Colour]> = {
  best: ["pin this: ", paint.green],
  possible: ["possible: ", (mark) => line`${mark}`],
  avoid: ["avoid: ", paint.yellow],
};

/** A file without certificates: a key, or a request for one. */
function printKey(file: string, { pin, kind }: PinnedKey, json: boolean): void {
  if (json) return printJson({ source: file, kind, pin });
  say(line`${paint.bold(pin)}  ${paint.dim(`the ${kind} in ${file}`)}`);
}
