// The glue as the build patched it: what of an old memory or an old instance must not survive, and text without the engine's help.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const module = new WebAssembly.Module(readFileSync(new URL("../../../js/generated/chainpin.wasm", import.meta.url)));
let copies = 0;

async function freshGlue() {
  const glue = await import(`../../../js/generated/glue.js?${copies++}`);
  return { glue, start: () => start(glue) };
}

function start(glue) {
  const { exports } = new WebAssembly.Instance(module, glue.imports);
  glue.__wbg_set_wasm(exports);
  return exports;
}

function policy(id) {
  const pin = `sha256/${createHash("sha256").update(id).digest("base64")}`;
  return JSON.stringify({ version: 1, id, sequence: 1, rules: [{ host: "a.example", pins: [{ pin, label: "Schlüssel 😀" }] }] });
}

test("views follow a memory that grew", async () => {
  const { glue, start } = await freshGlue();
  const { memory } = start();
  const before = glue.compilePolicy(policy("a"));
  memory.grow(16);
  assert.equal(glue.policyName(before).id, "a");
  assert.equal(glue.policyName(glue.compilePolicy(policy("b"))).id, "b");
});

test("nothing of an instance survives the next one", async () => {
  const { glue, start } = await freshGlue();
  const first = start();
  assert.equal(glue.policyName(glue.compilePolicy(policy("a"))).id, "a");
  assert.throws(() => first.compilePolicy(1024, -8, 2 ** 30), WebAssembly.RuntimeError);
  const second = start();
  assert.notEqual(second.memory.buffer, first.memory.buffer);
  assert.throws(() => glue.policyName(0), { code: "internal" });
  const handle = glue.compilePolicy(policy("b"));
  assert.equal(glue.policyName(handle).id, "b");
  assert.throws(
    () => glue.compilePolicy("{"),
    (error) => typeof error.code === "string",
  );
});

test("text needs nothing of the engine when a codec is given", async (context) => {
  const [utf8, TextDecoder, TextEncoder] = [Buffer, globalThis.TextDecoder, globalThis.TextEncoder];
  const { glue, start } = await freshGlue();
  delete globalThis.TextDecoder;
  delete globalThis.TextEncoder;
  context.after(() => Object.assign(globalThis, { TextDecoder, TextEncoder }));

  glue.setTextCodec({
    decode: (bytes) => utf8.from(bytes).toString("utf8"),
    encode: (text) => utf8.from(text, "utf8"),
    encodeInto: (text, bytes) => ({ read: text.length, written: utf8.from(text, "utf8").copy(bytes) }),
  });
  start();
  const handle = glue.compilePolicy(policy("a"));
  assert.equal(glue.rulePin(handle, 0, 0)[1], "Schlüssel 😀");
});
