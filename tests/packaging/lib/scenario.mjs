// scenario.mjs with its vectors inside: scenario.js and scenario.cjs of every app.
import { X509Certificate } from "node:crypto";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { at } from "../../../scripts/lib/paths.mjs";
import { vectors } from "../../node/lib/vectors.mjs";

export async function bundleScenario(folder) {
  const entry = join(folder, "scenario.mjs");
  const json = join(folder, "vectors.json");
  copyFileSync(new URL("../scenario.mjs", import.meta.url), entry);
  writeFileSync(json, JSON.stringify(Object.fromEntries(vectors.filter(({ root }) => root).map((vector) => [vector.host, plain(vector)]))));
  for (const [format, outfile] of [
    ["esm", "scenario.js"],
    ["cjs", "scenario.cjs"],
  ]) {
    await build({ entryPoints: [entry], outfile: join(folder, outfile), bundle: true, format, target: "es2015", logLevel: "warning" });
  }
  rmSync(entry);
  rmSync(json);
}

function plain({ host, now, pins, ders, certificates, root }) {
  const { raw } = new X509Certificate(readFileSync(at("tests", "vectors", "chains", root.file)));
  return {
    host,
    now,
    pins,
    chain: ders.map(base64),
    subject: certificates[0].subject,
    root: base64(raw),
    rootPin: `sha256/${root.spki_sha256}`,
  };
}

function base64(bytes) {
  return Buffer.from(bytes).toString("base64");
}
