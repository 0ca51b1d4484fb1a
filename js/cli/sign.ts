/** `chainpin sign`: a policy into a bundle. */

import { sign as signBytes } from "node:crypto";
import { type AcceptedBundle, PolicyError, createVerifierSync, verifyBundle } from "chainpin";
import { Command } from "commander";
import { Failure, REFUSED } from "./exit.js";
import { readPolicyText, writePrivately } from "./files.js";
import { type SigningKey, readPublicKeys, readSigningKey } from "./keys.js";
import { bold, line, note, printDocument, printJson, yellow } from "./print.js";

interface Options {
  key: string;
  kid?: string;
  signingKeys?: string[];
  out?: string;
  force: boolean;
  json: boolean;
}

export function sign(): Command {
  return new Command("sign")
    .summary("signs a policy")
    .description("Signs a policy. What an app would refuse is refused here, too.")
    .argument("<policy>", "a JSON file; - is standard input")
    .requiredOption("--key <file>", "the private key: a JWK, or PKCS#8 PEM")
    .option("--kid <name>", "the key's name (default: the JWK's own, else its thumbprint)")
    .option(
      "--signing-keys <files...>",
      "public keys that replace the trusted ones once an app has accepted this bundle: JWKs, lists or JWK Sets",
    )
    .option("--out <file>", "where the bundle goes (default: standard output)")
    .option("--force", "write over a file that is there", false)
    .option("--json", "tell of it in JSON; the bundle is in it where there is no --out", false)
    .addHelpText(
      "after",
      `
Examples:
  chainpin sign policy.json --key signing.private.jwk --out policy.jws
  chainpin sign - --key signing.private.pem --kid 2026 < policy.json > policy.jws
  chainpin sign policy.json --key old.private.jwk --signing-keys new.public.jwk --out policy.jws     a new signing key`,
    )
    .action(run);
}

function run(file: string, { key: keyFile, kid, signingKeys, out, force, json }: Options): void {
  const key = readSigningKey(keyFile, kid);
  const policy = withKeys(readPolicyText(file), signingKeys);
  const bundle = makeBundle(policy, key);
  const { sequence, policy: accepted } = requireAcceptable(bundle, key, file);
  const verifier = createVerifierSync(accepted);
  const {
    findings,
    policy: { id, issuedAt, expires },
  } = verifier;
  verifier.dispose();

  if (out !== undefined) writePrivately(out, bundle, force);
  if (json)
    return printJson({
      kid: key.kid,
      alg: key.alg,
      id,
      sequence,
      issuedAt,
      expires,
      findings,
      ...(out === undefined ? { bundle } : { file: out }),
    });
  for (const { severity, rule, code, message } of findings)
    note(line`${yellow(severity)} ${[rule, code].filter(Boolean).join(", ")}: ${message}`);
  // A bundle is these very bytes: a line feed after them is for eyes only.
  if (out === undefined) printDocument(process.stdout.isTTY ? `${bundle}\n` : bundle);
  else note(line`${bold(out)}  policy ${sequence} of \`${id}\`, expires ${String(expires)}, signed by \`${key.kid}\``);
}

/** A JWS in compact form: RFC 7515 section 7.1; RFC 7518 section 3.4 and RFC 8037 section 3.1 for the signature. */
function makeBundle(policy: string, { alg, kid, privateKey }: SigningKey): string {
  const encode = (bytes: string | Buffer) => Buffer.from(bytes).toString("base64url");
  const signed = `${encode(JSON.stringify({ alg, kid, typ: "chainpin-policy+jws" }))}.${encode(policy)}`;
  const signature = signBytes(alg === "ES256" ? "sha256" : null, Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });
  return `${signed}.${encode(signature)}`;
}

/** The policy as it is written, or with the keys that it shall bring. */
function withKeys(text: string, files: readonly string[] | undefined): string {
  if (files === undefined) return text;
  // As the app reads it: before anything is made of it, so that a key written twice is not lost.
  checkPolicy(text);
  return JSON.stringify({ ...(JSON.parse(text) as object), signingKeys: readPublicKeys(files) });
}

function checkPolicy(text: string): void {
  try {
    createVerifierSync(text).dispose();
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new Failure(`the policy is refused, ${error.code}: ${error.message}`, REFUSED);
  }
}

/** By the judgement of an app that trusts this key, on the day on which the policy is issued. */
function requireAcceptable(bundle: string, { publicJwk }: SigningKey, file: string): AcceptedBundle {
  const { id, issuedAt } = claimsOf(bundle);
  const day = typeof issuedAt === "string" ? Date.parse(issuedAt) : NaN;
  const now = Number.isNaN(day) ? Date.now() : day;
  const verdict = verifyBundle(bundle, { keys: [publicJwk], id: typeof id === "string" ? id : "", now });
  if (!verdict.accepted) throw new Failure(`${file} is no policy to sign, ${verdict.reason}: ${verdict.message}`, REFUSED);
  return verdict;
}

/** What a bundle says of itself, verified or not. */
export function claimsOf(bundle: string): { id?: unknown; issuedAt?: unknown } {
  try {
    const claims: unknown = JSON.parse(Buffer.from(bundle.split(".")[1] ?? "", "base64url").toString());
    return typeof claims === "object" && claims !== null ? claims : {};
  } catch {
    return {}; // the verdict says what is wrong with it
  }
}
