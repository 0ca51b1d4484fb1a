// What the package contains of others: named with its licence in THIRD-PARTY-NOTICES, and listed in valid bills of materials.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { bundledModules } from "../../../scripts/lib/modules.mjs";
import { at, root, target } from "../../../scripts/lib/paths.mjs";
import { cargo } from "../../../scripts/lib/tools.mjs";

const require = createRequire(import.meta.url);
const { default: Ajv } = require("ajv");
const { version } = require("../../../pkg/package.json");

/** By Cargo's own list of what is compiled into the module. */
const crates = execFileSync(
  cargo,
  ["tree", "--locked", "--target", "wasm32-unknown-unknown", "-e", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"],
  { cwd: root, encoding: "utf8" },
)
  .split("\n")
  .map((line) => /^(\S+) v(\S+)/.exec(line))
  .filter((match) => match !== null && match[1] !== "chainpin")
  .map(([, name, version]) => `${name} ${version}`);

/** By the lock file: what a bundled script of the package can hold. */
const modules = bundledModules().map(({ name, version }) => `${name} ${version}`);

test("both lists are of what they should be", () => {
  for (const name of ["base64", "p256", "rustls-webpki", "serde_json", "x509-cert"])
    assert.ok(
      crates.some((crate) => crate.startsWith(`${name} `)),
      name,
    );
  assert.deepEqual(
    modules.map((module) => module.split(" ")[0]),
    ["@noble/curves", "@noble/hashes", "commander", "picocolors", "saxes", "tldts", "tldts-core", "xmlchars"],
  );
});

test("THIRD-PARTY-NOTICES names each, with the text of a licence", () => {
  const [, ...sections] = readFileSync(at("pkg", "THIRD-PARTY-NOTICES"), "utf8").split(`\n${"-".repeat(80)}\n`);
  const named = new Set();
  for (const section of sections) {
    const [head] = section.trim().split("\n\n");
    const text = section.trim().slice(head.length);
    for (const line of head.split("\n")) named.add(/^(\S+ \S+) \((?:crate|npm|the standard library)\b.*\)$/.exec(line)?.[1]);
    assert.match(text, /Permission (?:is hereby granted|to use)|Redistribution and use|Apache License/, head);
  }
  const missing = [...crates, ...modules].filter((work) => !named.has(work));
  assert.deepEqual(missing, []);
  for (const name of ["rust-std", "compiler-builtins", "dlmalloc", "hashbrown"])
    assert.ok(
      [...named].some((work) => work.startsWith(`${name} `)),
      name,
    );
});

execFileSync(process.execPath, [at("scripts", "sbom.mjs")]);
const bills = Object.fromEntries(
  ["crate", "npm"].map((name) => [name, readFileSync(join(target, "sbom", `chainpin-${name}.cdx.json`), "utf8")]),
);
const namesOf = (bill) => JSON.parse(bill).components.map(({ name, version }) => `${name} ${version}`);

for (const [name, bill] of Object.entries(bills)) {
  test(`the bill of materials of the ${name} is valid CycloneDX 1.6`, () => {
    const validate = cycloneDx();
    assert.ok(validate(JSON.parse(bill)), JSON.stringify(validate.errors?.slice(0, 3)));
    // It can fail.
    assert.equal(validate({ ...JSON.parse(bill), bomFormat: "SPDX" }), false);
    assert.equal(validate({ ...JSON.parse(bill), components: [{ type: "library" }] }), false);
    const { components, dependencies, metadata } = JSON.parse(bill);
    const refs = new Set([metadata.component, ...components].map((component) => component["bom-ref"]));
    assert.equal(refs.size, components.length + 1);
    assert.deepEqual(new Set(dependencies.map(({ ref }) => ref)), refs);
    for (const { dependsOn } of dependencies) for (const ref of dependsOn) assert.ok(refs.has(ref), ref);
  });
}

test("they list what is shipped, no more and no less, with hashes", () => {
  assert.deepEqual(new Set(namesOf(bills.crate)), new Set(crates));
  assert.deepEqual(new Set(namesOf(bills.npm)), new Set([...crates, ...modules, `chainpin ${version}`]));
  for (const { purl, hashes } of JSON.parse(bills.npm).components) {
    if (!purl.startsWith("pkg:cargo/chainpin@")) assert.match(hashes[0].content, /^(?:[0-9a-f]{64}|[0-9a-f]{128})$/, purl);
  }
});

test("the same lock files give the same bytes", () => {
  execFileSync(process.execPath, [at("scripts", "sbom.mjs")], { env: { ...process.env, TZ: "Pacific/Kiritimati" } });
  for (const [name, bill] of Object.entries(bills))
    assert.equal(readFileSync(join(target, "sbom", `chainpin-${name}.cdx.json`), "utf8"), bill);
});

function cycloneDx() {
  const schemas = at("node_modules", "@cyclonedx", "cyclonedx-library", "res", "schema");
  const load = (file) => JSON.parse(readFileSync(join(schemas, `${file}.SNAPSHOT.schema.json`), "utf8"));
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const other of ["spdx", "jsf-0.82"]) ajv.addSchema(load(other), `http://cyclonedx.org/schema/${other}.SNAPSHOT.schema.json`);
  return ajv.compile(load("bom-1.6"));
}
