/** `chainpin convert`: a policy in the format of another pinning library, and such a format as a policy. */

import { ChainpinError, type Policy, initSync, pinsOf } from "chainpin";
import {
  type ConversionFinding,
  type PolicyConversion,
  type TextConversion,
  fromAndroid,
  fromChromium,
  fromHpkp,
  fromIos,
  fromOkHttp,
  fromReactNative,
  fromTrustKit,
  okHttpSource,
  toAndroid,
  toIos,
  toOkHttp,
  toReactNative,
  toTrustKit,
} from "chainpin/convert";
import { Command, Option } from "commander";
import { Failure, INCOMPLETE, OK } from "./exit.js";
import { readText, requireFree, writePrivately } from "./files.js";
import { requireUninterrupted } from "./interrupt.js";
import { toDate, toId, toInteger } from "./options.js";
import { isPublicSuffix, readVerifier } from "./policies.js";
import { type Colour, bold, count, dim, line, note, printDocument, printJson, red, wrapped, yellow } from "./print.js";

interface Options {
  to?: ToFormat;
  from?: FromFormat;
  lossy?: true;
  format?: "plist" | "json";
  unmarked?: "leaf" | "ca";
  now?: Date;
  id?: string;
  sequence?: number;
  host?: string;
  pins?: string;
  out?: string;
  force: boolean;
  json: boolean;
}

export function convert(): Command {
  return new Command("convert")
    .summary("policies to other libraries' formats, and back")
    .description("Turns a policy into the format of another pinning library, or such a format into a policy; and tells what gets lost.")
    .argument("<file>", "the policy, or the other format's file; - is standard input")
    .addOption(new Option("--to <format>", "what a policy becomes").choices(Object.keys(TO)).conflicts("from"))
    .addOption(new Option("--from <format>", "what becomes a policy").choices(Object.keys(FROM)))
    .option("--lossy", "to: write the nearest form of a rule that the format cannot say exactly (default: leave it out)")
    .addOption(new Option("--format <kind>", "to trustkit: a property list (default), or JSON").choices(["plist", "json"]))
    .addOption(
      new Option("--unmarked <role>", "to ios, with --lossy: what a pin without a role counts as (default: leaf)").choices(["leaf", "ca"]),
    )
    .option("--now <date>", "to, and from hpkp: as on this day (default: now)", toDate)
    .option("--id <name>", "from: the policy's name (default: converted)", toId)
    .option("--sequence <number>", "from: the policy's number (default: 1)", toInteger(1, Number.MAX_SAFE_INTEGER))
    .option("--host <name>", "from hpkp: the host that sends the headers")
    .option("--pins <file>", "from chromium: transport_security_state_static.pins, which explains the names of keys")
    .option("--out <file>", "where the result goes (default: standard output)")
    .option("--force", "write over a file that is there", false)
    .option("--json", "tell of it in JSON; the result is in it where there is no --out", false)
    .addHelpText(
      "after",
      `
Ends with 3 where the result is not quite the same: each difference is told.

Examples:
  chainpin convert --to android policy.json --out network_security_config.xml
  chainpin convert --to trustkit policy.json --format json --lossy
  chainpin convert --from okhttp Pinning.kt --id acme-mobile --out policy.json
  chainpin convert --from hpkp headers.txt --host example.com`,
    )
    .action(run);
}

async function run(file: string, options: Options): Promise<void> {
  const { out, force, json } = options;
  requireFitting(file, options);
  if (out !== undefined) requireFree([out], force);
  const result = options.to === undefined ? toPolicy(file, options) : fromPolicy(file, options.to, options);
  await requireUninterrupted();
  const { text, findings } = result;

  if (out !== undefined) writePrivately(out, text, force);
  if (json) printJson({ ...result.told, findings, ...(out === undefined ? result.content : { file: out }) });
  else {
    if (out === undefined) printDocument(text);
    findings.forEach(noteFinding);
    const words = findings.length === 0 ? "nothing gets lost" : `${count(findings.length, "difference")}, as told above`;
    note(out === undefined ? line`${words}` : line`${bold(out)}  ${words}`);
  }
  process.exitCode = findings.length > 0 ? INCOMPLETE : OK;
}

interface Result {
  readonly text: string;
  readonly findings: readonly ConversionFinding[];
  /** For `--json`: what was done, and what came of it. */
  readonly told: object;
  readonly content: object;
}

/** To each format. */
const TO = {
  android: toAndroid,
  ios: (policy: Policy, { unmarked, ...options }: ToOptions) => toIos(policy, { ...options, ...(unmarked && { unmarked }) }),
  trustkit: (policy: Policy, { format, ...options }: ToOptions) =>
    toTrustKit(policy, { ...options, isPublicSuffix, ...(format && { format }) }),
  okhttp: (policy: Policy, options: ToOptions) => {
    const { pins, findings } = toOkHttp(policy, options);
    return { text: okHttpSource(pins), findings };
  },
  "react-native": (policy: Policy, options: ToOptions) => {
    const { value, findings } = toReactNative(policy, { ...options, isPublicSuffix });
    return { text: inJson(value), findings };
  },
} satisfies Record<string, (policy: Policy, options: ToOptions) => TextConversion>;

/** From each format. */
const FROM = {
  android: fromAndroid,
  ios: fromIos,
  trustkit: fromTrustKit,
  okhttp: fromOkHttp,
  hpkp: (text: string, { host = "", now, ...options }: FromOptions) => fromHpkp(text, { ...options, host, ...(now && { now }) }),
  "react-native": fromReactNative,
  chromium: (text: string, { pins, ...options }: FromOptions) =>
    fromChromium(text, { ...options, ...(pins !== undefined && { pins: readText(pins), pinsOf }) }),
} satisfies Record<string, (text: string, options: FromOptions) => PolicyConversion>;

type ToFormat = keyof typeof TO;
type FromFormat = keyof typeof FROM;
type ToOptions = { lossy?: boolean; now?: Date; format?: "plist" | "json"; unmarked?: "leaf" | "ca" };
type FromOptions = { id?: string; sequence?: number; host?: string; now?: Date; pins?: string };

function fromPolicy(file: string, to: ToFormat, { lossy, now, format, unmarked }: Options): Result {
  const { policy } = readVerifier(file);
  const options = { ...(lossy && { lossy }), ...(now && { now }), ...(format && { format }), ...(unmarked && { unmarked }) };
  const { text, findings } = TO[to](policy, options);
  return { text, findings, told: { to }, content: { text } };
}

function toPolicy(file: string, { from, id, sequence, host, now, pins }: Options): Result {
  if (from === undefined) throw new Failure("either --to or --from must say which format");
  const options = {
    ...(id !== undefined && { id }),
    ...(sequence !== undefined && { sequence }),
    ...(host !== undefined && { host }),
    ...(now && { now }),
    ...(pins !== undefined && { pins }),
  };
  initSync();
  const { policy, findings } = refused(file, () => FROM[from](readText(file), options));
  return { text: inJson(policy), findings, told: { from }, content: { policy } };
}

/** What its format does not allow, or a certificate in it that cannot be read, with the file's name. */
function refused<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ChainpinError)) throw error;
    throw new Failure(`${file === "-" ? "standard input" : file} cannot be converted, ${error.code}: ${error.message}`);
  }
}

/** An option that does nothing would be a mistake that nobody sees. */
function requireFitting(file: string, options: Options): void {
  const { to, from } = options;
  const fits: [keyof Options, boolean, string][] = [
    ["lossy", to !== undefined, "goes with --to"],
    ["format", to === "trustkit", "goes with --to trustkit"],
    ["unmarked", to === "ios", "goes with --to ios"],
    ["now", to !== undefined || from === "hpkp", "goes with --to, or --from hpkp"],
    ["id", from !== undefined, "goes with --from"],
    ["sequence", from !== undefined, "goes with --from"],
    ["host", from === "hpkp", "goes with --from hpkp"],
    ["pins", from === "chromium", "goes with --from chromium"],
  ];
  if (to === undefined && from === undefined) throw new Failure("either --to or --from must say which format");
  for (const [name, fit, words] of fits) if (options[name] !== undefined && !fit) throw new Failure(`--${name} ${words}`);
  if (options.pins === "-" && file === "-") throw new Failure("standard input is either the JSON or the pins");
  if (from === "hpkp" && options.host === undefined) throw new Failure("--from hpkp needs --host, the host that sends the headers");
}

const COLOURS: Record<ConversionFinding["effect"], Colour> = { weaker: red, stricter: yellow, same: dim };

function noteFinding({ effect, code, host, message }: ConversionFinding): void {
  note(line`${COLOURS[effect](effect)} ${bold(code)}, ${host === "*" ? "all hosts" : host}`);
  note(wrapped(message, 2));
}

function inJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
