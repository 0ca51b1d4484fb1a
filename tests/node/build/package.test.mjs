// The package as it is built: every entry loads both ways. What its files may hold is checked in the tarball (tests/packaging/apps/scan).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { entries, manifestFields, paths } from "../../../scripts/entries.mjs";

const require = createRequire(import.meta.url);
const folder = new URL("../../../pkg/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));

for (const [path, entry] of paths) {
  const conditions = manifest.exports[path];
  const name = manifest.name + path.slice(1);

  // tests/packaging and tests/bridges have the peers.
  if (!entries[entry].needsPeer)
    test(`${name} exports the same by import and by require`, async () => {
      const imported = await import(name);
      const required = require(name);
      assert.deepEqual(Object.keys(required).sort(), Object.keys(imported).sort());
    });

  test(`${name} declares its types for both`, () => {
    for (const { types } of [conditions.import, conditions.require]) {
      assert.match(readFileSync(new URL(types, folder), "utf8"), /export /);
    }
  });
}

test("the manifest says of the entries what the table says, in its order", () => {
  for (const [name, value] of Object.entries(manifestFields())) assert.equal(JSON.stringify(manifest[name]), JSON.stringify(value), name);
});
