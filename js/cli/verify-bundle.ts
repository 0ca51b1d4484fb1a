/** `chainpin verify-bundle`: what an app would say to a bundle. */

import { type BundleVerdict, type Policy, createVerifierSync, verifyBundle as judge } from "chainpin";
import { Command } from "commander";
import { Failure, REFUSED, UNUSABLE } from "./exit.js";
import { readPolicyText, readText } from "./files.js";
import { readPublicKeys } from "./keys.js";
import { toDate, toInteger } from "./options.js";
import { inPolicy } from "./policies.js";
import { bold, green, line, note, printJson, red } from "./print.js";
import { claimsOf } from "./sign.js";

interface Options {
  keys: string[];
  id?: string;
  floor?: number;
  embedded?: string;
  now?: Date;
  json: boolean;
}

export function verifyBundle(): Command {
  return new Command("verify-bundle")
    .summary("whether an app would accept a signed policy")
    .description("Tells whether an app would accept a bundle, and why not.")
    .argument("<bundle>", "a file; - is standard input. As it is: an app does not strip a line feed")
    .requiredOption("--keys <files...>", "the public keys that the app trusts: JWKs, lists or JWK Sets")
    .option("--embedded <file>", "the policy in the app: its id must be the bundle's, its sequence lower")
    .option("--id <id>", "the id that the policy must have (default: the embedded policy's, else any)")
    .option(
      "--floor <sequence>",
      "the highest sequence accepted so far (default: the embedded policy's, else 0)",
      toInteger(0, Number.MAX_SAFE_INTEGER),
    )
    .option("--now <date>", "judge as on this day (default: now)", toDate)
    .option("--json", "tell of it in JSON, the policy included", false)
    .addHelpText(
      "after",
      `
Examples:
  chainpin verify-bundle policy.jws --keys signing.public.jwk
  curl -s https://updates.example.net/policy.jws | chainpin verify-bundle - --keys signing.public.jwk --embedded policy.json --json`,
    )
    .action(run);
}

function run(file: string, { keys: files, id, floor, embedded, now, json }: Options): void {
  const bundle = readText(file);
  const base = embedded === undefined ? undefined : inPolicy(embedded, () => createVerifierSync(readPolicyText(embedded)).policy, UNUSABLE);
  const keys = readPublicKeys(files);
  const expected = id ?? base?.id ?? String(claimsOf(bundle).id ?? "");
  const verdict = inUsableTerms(() =>
    judge(bundle, { keys, id: expected, floor: floor ?? base?.sequence ?? 0, ...(now === undefined ? {} : { now }) }),
  );

  if (json) printJson(inWords(verdict));
  else if (verdict.accepted) {
    const { sequence, issuedAt, expires, keys: newKeys } = verdict;
    note(
      line`${green("accepted")}  policy ${bold(String(sequence))} of \`${expected}\`, issued ${date(issuedAt)}, expires ${date(expires)}`,
    );
    note(
      newKeys === undefined
        ? line`the trusted keys stay`
        : line`from then on trusted: ${newKeys.map(({ kid }) => `\`${kid}\``).join(", ")}`,
    );
  } else note(line`${red("refused")}  ${verdict.reason}: ${verdict.message}`);
  if (!verdict.accepted) process.exitCode = REFUSED;
}

function inWords(verdict: BundleVerdict) {
  if (!verdict.accepted) return verdict;
  const { policy, issuedAt, expires, ...rest } = verdict;
  return { ...rest, issuedAt: date(issuedAt), expires: date(expires), policy: JSON.parse(policy) as Policy };
}

/** Keys that an app would not start with. */
function inUsableTerms<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TypeError) throw new Failure(error.message);
    throw error;
  }
}

function date(millis: number): string {
  return new Date(millis).toISOString();
}
