// SECURITY.md: its table of attacks names tests that exist, and leaves out no test of an attack.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { at } from "../../../scripts/lib/paths.mjs";
import { attacks } from "../../attacks/cases.mjs";

const rows = readFileSync(at("SECURITY.md"), "utf8")
  .split("\n## Attacks")[1]
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .slice(1)
  .map((line) => line.slice(2, -2).split(" | "));
const named = rows.flatMap(([attack, , tests]) =>
  tests.split("; ").map((one) => ({ attack, one, match: /^`([^`]+)`: `([^`]+)`$/.exec(one) })),
);

const SUITE = "tests/node/engine/attacks.test.mjs";
const ADAPTERS = "tests/node/adapters/attacks.test.mjs";

test("every row has an attack, a source, tests and a result", () => {
  assert.ok(rows.length >= 20, `${rows.length} rows`);
  for (const row of rows) assert.deepEqual([row.length, row.every((cell) => cell.trim() !== "")], [4, true], row[0]);
  assert.equal(new Set(rows.map(([attack]) => attack)).size, rows.length);
});

test("every test that is named exists", () => {
  for (const { attack, one, match } of named) {
    assert.ok(match, `${attack}: ${one}`);
    const [, file, name] = match;
    if (file === SUITE) assert.ok(name in attacks, `${attack}: ${one}`);
    else
      assert.ok(
        titles(file).some((title) => title.includes(name)),
        `${attack}: ${one}`,
      );
  }
});

test("every test of an attack is named", () => {
  const namedIn = (file) => named.filter(({ match }) => match[1] === file).map(({ match }) => match[2]);
  assert.deepEqual(
    Object.keys(attacks).filter((name) => !namedIn(SUITE).includes(name)),
    [],
  );
  assert.deepEqual(
    titles(ADAPTERS).filter((title) => !namedIn(ADAPTERS).some((name) => title.includes(name))),
    [],
  );
});

/** What the tests of a file are called: of `test(…)`, and of a list of scenarios. */
function titles(file) {
  const text = readFileSync(at(...file.split("/")), "utf8");
  if (file.endsWith(".swift")) return [...text.matchAll(/\brow\("([^"]+)"/g)].map(([, title]) => title);
  return [...text.matchAll(/(?:\btest\(\s*|\bname: )(["'`])((?:(?!\1).)+)\1/g)].map(([, , title]) => title);
}
