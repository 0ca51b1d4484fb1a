// The JavaScript payload's own SHA-256 against Node's: pins rest on it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import test from "node:test";
import { build } from "esbuild";

const source = fileURLToPath(new URL("../../../js/host-crypto/sha256.ts", import.meta.url));
const { outputFiles } = await build({ entryPoints: [source], bundle: true, format: "esm", write: false });
const { sha256 } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);

function digestOf(bytes) {
  const digest = new Uint8Array(32);
  sha256(bytes, digest);
  return Buffer.from(digest).toString("hex");
}

function expected(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

// Every place where the padding can fall, several blocks over, in bytes that use all bits; one after the other, so that nothing is left behind.
test("every length up to five blocks has Node's digest", () => {
  for (let length = 0; length <= 320; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 151 + length * 7 + 128) & 255);
    assert.equal(digestOf(bytes), expected(bytes), `${length} bytes`);
  }
});

test("a view inside a larger buffer, and the largest chain, have Node's digest", () => {
  const memory = Uint8Array.from({ length: 256 * 1024 + 100 }, (_, index) => (index ^ (index >> 8)) & 255);
  for (const view of [memory.subarray(3, 294 + 3), memory.subarray(100)]) assert.equal(digestOf(view), expected(view));
  assert.equal(digestOf(new TextEncoder().encode("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
