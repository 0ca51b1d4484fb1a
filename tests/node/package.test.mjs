// The package as it is built: every entry loads both ways. What its files may hold is checked in the tarball (tests/packaging/apps/scan).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);
const folder = new URL("../../pkg/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
const entries = Object.entries(manifest.exports).filter(([, target]) => typeof target === "object");
/** Load only where the app has a peer; tests/packaging and tests/bridges have them. */
const withPeers = ["./capacitor", "./react-native"];

for (const [path, conditions] of entries) {
  const name = manifest.name + path.slice(1);

  if (!withPeers.includes(path)) test(`${name} exports the same by import and by require`, async () => {
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
