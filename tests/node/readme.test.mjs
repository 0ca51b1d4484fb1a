// The README keeps its word: its examples run and print what it shows, its policies compile, its tables are complete.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createVerifier } from "chainpin";

const root = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const readme = read("README.md");
const types = read("js/types.ts");
const errors = read("js/errors.ts");
const schema = JSON.parse(read("pkg/policy.schema.json"));
const messages = read("js/bridge/messages.ts");
const refusals = listed("REFUSALS");
const failures = [...refusals, ...listed("FAILURES")];

const examples = blocks(readme).filter(({ info }) => info === "js run");

test("there are examples to run, and each shows its output", () => {
  assert.ok(examples.length >= 3);
  for (const { next } of examples) assert.equal(next?.info, "text");
});

for (const { code, line, next } of examples) {
  test(`README.md: the example in line ${line} prints what is shown`, () => {
    assert.equal(run(code), next.code);
  });
}

test("pkg/README.md: the example runs, given a chain", () => {
  const [{ code }] = blocks(read("pkg/README.md")).filter(({ info }) => info === "js");
  const chain = JSON.stringify(read("tests/vectors/chains/akamai.com.pem"));
  assert.match(run(`const chain = ${chain};\n${code}`), /^false rejected [a-z-]+\n`api\.example\.com` rejected/);
});

test("README.md: every policy is accepted", async () => {
  const policies = blocks(readme).filter(({ info, code }) => info === "json" && code.includes('"rules"'));
  assert.ok(policies.length >= 1);
  for (const { code } of policies) (await createVerifier(code)).dispose();
});

for (const [heading, expected] of [
  ["### The policy", Object.keys(schema.properties)],
  ["### A rule", fieldsOf(schema.$defs.Rule.oneOf)],
  ["### A pin", Object.keys(schema.$defs.PinObject.properties)],
  ["### Outcomes", union(types, "Outcome")],
  ["### Reasons", union(types, "Reason")],
  ["## Findings", union(types, "FindingCode")],
  ["### Why an update is not accepted", [...union(read("js/bundle.ts"), "BundleReason"), ...union(read("js/updates/types.ts"), "UpdateReason")]],
  ["### Events", eventsOf(read("js/updates/types.ts"))],
  ["### Events of reports", union(read("js/report/types.ts"), "ReportEventCode")],
  ["| `ChainpinError` code", union(errors, "ChainpinErrorCode")],
  ["| `PolicyError` code", union(errors, "PolicyErrorCode")],
  ["| `BridgeError` code", [...new Set([...failures, ...union(messages, "PushCode"), ...union(errors, "BridgeErrorCode")])]],
  ["| `ConvertError` code", union(errors, "ConvertErrorCode")],
  ["| finding | direction", union(read("js/convert/finding.ts"), "ConversionCode")],
]) {
  test(`README.md: the table at "${heading}" is complete, and says nothing else`, () => {
    assert.deepEqual(rows(heading).sort(), expected.sort());
  });
}

test("README.md: every link to a file or a heading leads there", () => {
  for (const [, target] of readme.matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
    if (target.startsWith("#")) assert.match(readme.toLowerCase(), new RegExp(`^#+ ${target.slice(1).replaceAll("-", " ")}$`, "m"));
    else assert.ok(read(target));
  }
});

/** Fenced blocks with the line they begin in, each with the block after it. */
function blocks(markdown) {
  const found = [...markdown.matchAll(/^```(.*)\n([^]*?)^```$/gm)].map(({ 1: info, 2: code, index }) => {
    return { info, code, line: markdown.slice(0, index).split("\n").length };
  });
  return found.map((block, index) => ({ ...block, next: found[index + 1] }));
}

/** Runs a module in the root, where a reader of a checkout stands, and gives what it prints. */
function run(code) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-"], {
    cwd: fileURLToPath(root),
    input: code,
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.equal(status, 0, stderr.slice(-2000));
  return stdout;
}

/** The codes in the first column of the first table from `heading` on. */
function rows(heading) {
  const at = readme.indexOf(`\n${heading}`);
  assert.ok(at >= 0, `no ${heading}`);
  const table = /^\|.*\|\n\|[-|]+\|\n((?:\|.*\|\n)+)/m.exec(readme.slice(at));
  return table[1].trim().split("\n").map((row) => /^\| `([^`]+)` \|/.exec(row)?.[1] ?? row);
}

/** The words of a union of string literals in a TypeScript file. */
test("docs/bridge.md: the table of refusals is complete, and says nothing else", () => {
  const [, table] = read("docs/bridge.md").split("### Codes of refusal");
  assert.deepEqual([...table.split("\n\n")[1].matchAll(/^\| `([^`]+)` \|/gm)].map(([, code]) => code), refusals);
});

test("the schema of the bridge has the same codes", () => {
  const { failure, notice } = JSON.parse(read("pkg/bridge.schema.json")).$defs;
  assert.deepEqual(failure.properties.code.enum, failures);
  assert.deepEqual(notice.properties.code.enum, [...refusals, ...listed("NOTICES")]);
});

for (const path of ["docs/bridge.md", ...["capacitor", "react-native", "native"].map((name) => `examples/${name}/README.md`)]) {
  test(`${path}: every link to a file or a heading leads there`, () => {
    for (const [, target] of read(path).matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [file, heading] = target.split("#");
      const text = file === "" ? read(path) : read(new URL(file, new URL(path, root)));
      if (heading) assert.match(headings(text), new RegExp(`^${heading}$`, "m"), target);
    }
  });
}

/** As GitHub makes anchors of headings. */
function headings(text) {
  const lines = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
  return lines.map((heading) => heading.toLowerCase().replace(/[^a-z0-9 _-]/g, "").replaceAll(" ", "-")).join("\n");
}

/** The words of a list in messages.ts, without those of another that it includes. */
function listed(name) {
  return [...new RegExp(`^export const ${name} = \\[([^\\]]+)\\]`, "m").exec(messages)[1].matchAll(/"([^"]+)"/g)].map(([, word]) => word);
}

function union(source, name) {
  const text = new RegExp(`^export type ${name} =([^;]+);`, "m").exec(source)[1];
  return [...text.matchAll(/"([^"]+)"/g)].map(([, word]) => word);
}

function eventsOf(source) {
  return [...source.matchAll(/\{ readonly code: "([^"]+)"/g)].map(([, code]) => code);
}

function fieldsOf(kinds) {
  return [...new Set(kinds.flatMap((kind) => Object.keys(kind.properties)))];
}
