// The JavaScript payload's own SHA-384 and SHA-512 against Node's: signatures rest on them.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { build } from "esbuild";
import { at } from "../../../scripts/lib/paths.mjs";

const { outputFiles } = await build({ entryPoints: [at("js", "host-crypto", "sha512.ts")], bundle: true, format: "esm", write: false });
const { sha512 } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);

for (const bits of [384, 512]) {
  const digestOf = (bytes) => Buffer.from(sha512(bytes, bits)).toString("hex");
  const expected = (bytes) => createHash(`sha${bits}`).update(bytes).digest("hex");

  test(`SHA-${bits}: every length up to five blocks has Node's digest`, () => {
    for (let length = 0; length <= 640; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 151 + length * 7 + 128) & 255);
      assert.equal(digestOf(bytes), expected(bytes), `${length} bytes`);
    }
  });

  test(`SHA-${bits}: extreme words, a view inside a larger buffer, and a long text have Node's digest`, () => {
    const memory = Uint8Array.from({ length: 512 * 1024 + 100 }, (_, index) => (index ^ (index >> 8)) & 255);
    for (const bytes of [memory.subarray(3, 597), memory.subarray(100), new Uint8Array(1024).fill(255), new Uint8Array(1024)]) {
      assert.equal(digestOf(bytes), expected(bytes));
    }
  });
}

test("the standard's own example", () => {
  assert.match(Buffer.from(sha512(new TextEncoder().encode("abc"), 512)).toString("hex"), /^ddaf35a193617abacc417349ae204131/);
});
