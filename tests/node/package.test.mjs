// The package as it is installed: every entry loads both ways, and holds nothing that an engine may refuse.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);
const folder = new URL("../../pkg/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
const entries = Object.entries(manifest.exports).filter(([, target]) => typeof target === "object");

for (const [path, conditions] of entries) {
  const name = manifest.name + path.slice(1);

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

/** Run in Node alone; tests/packaging/apps/scan has the same list. */
const nodeOnly = ["file-storage", "cli"];

for (const file of readdirSync(new URL("dist/", folder)).filter((name) => /\.c?js$/.test(name) && !nodeOnly.includes(name.replace(/\.c?js$/, "")))) {
  test(`${file} holds nothing that an engine may refuse`, () => {
    const code = readFileSync(new URL(`dist/${file}`, folder), "utf8");
    for (const pattern of [/\bimport\.meta\b/, /\beval\(/, /\bnew Function\b/, /(?<![.\w])fetch\(/, /["'](?:node:|fs["'])/, /["'](?:\/root|\/home|\/Users|\/tmp)\//]) {
      assert.doesNotMatch(code, pattern);
    }
  });
}

test("the module holds no path of the machine that built it", () => {
  const bytes = readFileSync(new URL("dist/chainpin.wasm", folder), "latin1");
  assert.doesNotMatch(bytes, /\/root\/|\/home\/|\/Users\/|\.cargo|rustlib/);
});
