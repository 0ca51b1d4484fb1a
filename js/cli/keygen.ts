/** `chainpin keygen`: a key pair that signs policies. */

import { generateKeyPairSync } from "node:crypto";
import { Command, Option } from "commander";
import { requireFree, writePrivately } from "./files.js";
import { type Algorithm, signingKey } from "./keys.js";
import { bold, line, note, printJson } from "./print.js";

interface Options {
  alg: Algorithm;
  kid?: string;
  format: "jwk" | "pem";
  out?: string;
  force: boolean;
  json: boolean;
}

export function keygen(): Command {
  return new Command("keygen")
    .summary("makes a key that signs policies")
    .description("Makes a key that signs policies. Keep the private file offline; the public one goes into your app.")
    .addOption(new Option("--alg <name>", "the algorithm that it is for").choices(["EdDSA", "ES256"]).default("EdDSA"))
    .option("--kid <name>", "its name, as bundles give it (default: its thumbprint, RFC 7638)")
    .addOption(new Option("--format <format>", "of the private file; the public one is a JWK").choices(["jwk", "pem"]).default("jwk"))
    .option("--out <path>", "files <path>.private.jwk (or .pem) and <path>.public.jwk (default: the key's name)")
    .option("--force", "write over files that are there", false)
    .option("--json", "tell of it in JSON", false)
    .addHelpText(
      "after",
      `
Examples:
  chainpin keygen --kid 2026 --out signing
  chainpin keygen --alg ES256 --format pem --out signing     a PKCS#8 key, for openssl and other tools`,
    )
    .action(run);
}

function run({ alg, kid, format, out, force, json }: Options): void {
  const { privateKey } = alg === "EdDSA" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = signingKey(privateKey, kid, "the new key");
  const base = out ?? key.kid.replace(/[^\w.-]/g, "_");
  const files = { private: `${base}.private.${format}`, public: `${base}.public.jwk` };
  const secret =
    format === "pem"
      ? privateKey.export({ type: "pkcs8", format: "pem" }).toString()
      : text({ ...privateKey.export({ format: "jwk" }), kid: key.kid, alg });
  requireFree(Object.values(files), force);
  writePrivately(files.private, secret, force);
  writePrivately(files.public, text(key.publicJwk), force);
  if (json) return printJson({ kid: key.kid, alg, files, jwk: key.publicJwk });
  note(line`${bold(files.private)}  signs policies as \`${key.kid}\`: keep it offline, and keep it`);
  note(line`${bold(files.public)}   goes into your app, among the \`keys\` of createPolicyStore`);
}

function text(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
