// The pages keep their word: tables are complete, every link leads somewhere. docs.test.mjs runs the examples.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { codesOf, listOf, unionOf } from "../../../scripts/docs/codes.mjs";

const root = new URL("../../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const schema = JSON.parse(read("pkg/policy.schema.json"));
const codes = "js/model/bridge-codes.ts";
const refusals = listOf(codes, "REFUSALS");
const failures = [...refusals, ...listOf(codes, "FAILURES")];

for (const [path, heading, expected] of [
  ["README.md", "## Entries", entries()],
  ["docs/policy.md", "## The policy", Object.keys(schema.properties)],
  ["docs/policy.md", "## A rule", fieldsOf(schema.$defs.Rule.oneOf)],
  ["docs/policy.md", "## A pin", Object.keys(schema.$defs.PinObject.properties)],
  ["docs/verdicts.md", "## Outcomes", codesOf("Outcome")],
  ["docs/updates.md", "## Events", eventsOf(read("js/updates/types.ts"))],
  ["docs/reports.md", "## Events of reports", unionOf("js/report/types.ts", "ReportEventCode")],
]) {
  test(`${path}: the table at "${heading}" is complete, and says nothing else`, () => {
    assert.deepEqual(rows(read(path), heading).sort(), expected.sort());
  });
}

test("docs/bridge.md: the table of refusals is complete, and says nothing else", () => {
  const [, table] = read("docs/bridge.md").split("### Codes of refusal");
  assert.deepEqual(
    [...table.split("\n\n")[1].matchAll(/^\| `([^`]+)` \|/gm)].map(([, code]) => code),
    refusals,
  );
});

test("the schema of the bridge has the same codes", () => {
  const { failure, notice } = JSON.parse(read("pkg/bridge.schema.json")).$defs;
  assert.deepEqual(failure.properties.code.enum, failures);
  assert.deepEqual(notice.properties.code.enum, [...refusals, ...listOf(codes, "NOTICES")]);
});

const readmes = (folder) => readdirSync(new URL(folder, root)).map((name) => `${folder}/${name}/README.md`);
const pages = [...inside("."), ...inside("docs"), ...readmes("examples"), ...inside("native"), ...readmes("native"), ...readmes("tests")];

for (const path of pages.filter((path) => existsSync(new URL(path, root)))) {
  test(`${path}: every link to a file or a heading leads there`, () => {
    for (const [, target] of read(path).matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [file, heading] = target.split("#");
      const text = file === "" ? read(path) : read(new URL(file, new URL(path, root)));
      if (heading) assert.ok(headings(text).includes(heading), target);
    }
  });
}

test("pkg/README.md: links lead out of the package by whole addresses", () => {
  for (const [, target] of read("pkg/README.md").matchAll(/\]\(([^)]+)\)/g)) assert.match(target, /^https:/);
});

test("docs/README.md names every page", () => {
  const index = read("docs/README.md");
  for (const path of inside("docs")) if (path !== "docs/README.md") assert.ok(index.includes(`](${path.slice("docs/".length)})`), path);
});

test("docs/command.md: every command, and every exit code with the order in which they win, is that of the command", () => {
  const page = read("docs/command.md");
  const help = chainpin("--help");
  const commands = [
    ...help
      .split("Commands:")[1]
      .split("Exit codes:")[0]
      .matchAll(/^  ([a-z-]+) /gm),
  ].map(([, name]) => name);
  const told = [...page.matchAll(/^\| ((?:`[a-z-]+`(?:, )?)+) \|/gm)].flatMap(([, names]) => names.match(/[a-z-]+/g));
  assert.deepEqual(told.sort(), commands.sort());
  const codes = (text, pattern) => [...text.matchAll(pattern)].map(([, code]) => Number(code));
  assert.deepEqual(codes(page, /^\| (\d+) \|/gm), codes(help, /^  (\d+) /gm));
  const order = /the first of ([\d, and]+\d)\./;
  assert.equal(order.exec(page)?.[1], order.exec(help)[1]);
});

test("CONTRIBUTING.md: every command of package.json, and every folder of tests/", () => {
  const text = read("CONTRIBUTING.md");
  for (const name of Object.keys(JSON.parse(read("package.json")).scripts))
    assert.match(text, new RegExp(`\`npm (?:run )?${name}\``), name);
  const [, layout] = text.split("\ntests/ ");
  const folders = readdirSync(new URL("tests", root), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) assert.ok(layout.split("```")[0].includes(`\n  ${name}/ `), name);
});

function chainpin(...args) {
  return execFileSync(process.execPath, [fileURLToPath(new URL("pkg/dist/cli.cjs", root)), ...args], { encoding: "utf8" });
}

function inside(folder) {
  return readdirSync(new URL(folder, root))
    .filter((name) => name.endsWith(".md"))
    .map((name) => (folder === "." ? name : `${folder}/${name}`));
}

/** Paths of the package that are code. */
function entries() {
  const { name, exports } = JSON.parse(read("pkg/package.json"));
  return Object.entries(exports).flatMap(([path, target]) => (typeof target === "string" ? [] : [path.replace(".", name)]));
}

/** The codes in the first column of the first table from `heading` on. */
function rows(text, heading) {
  const at = text.indexOf(`\n${heading}\n`);
  assert.ok(at >= 0, `no ${heading}`);
  const table = /^\|.*\|\n\|[-|]+\|\n((?:\|.*\|\n)+)/m.exec(text.slice(at));
  return table[1]
    .trim()
    .split("\n")
    .map((row) => /^\| `([^`]+)` \|/.exec(row)?.[1] ?? row);
}

/** As GitHub makes anchors of headings; one that stands twice gets a number. */
function headings(text) {
  const seen = new Map();
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}0-9 _-]/gu, "")
      .replaceAll(" ", "-");
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

function eventsOf(source) {
  return [...source.matchAll(/\{ readonly code: "([^"]+)"/g)].map(([, code]) => code);
}

function fieldsOf(kinds) {
  return [...new Set(kinds.flatMap((kind) => Object.keys(kind.properties)))];
}
