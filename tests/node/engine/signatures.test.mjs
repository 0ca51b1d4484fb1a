// The vectors of signatures on the JavaScript payload, in Node and in Hermes: the host's arithmetic is as strict as RustCrypto's.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { bigIntPowers } from "../../../scripts/build/bundle.mjs";
import { makeGlue } from "../../../scripts/build/glue.mjs";
import { makeJavaScript } from "../../../scripts/build/javascript.mjs";
import { buildWasm } from "../../../scripts/build/wasm.mjs";
import { hashOf, isFresh, markFresh } from "../../../scripts/lib/inputs.mjs";
import { withLock } from "../../../scripts/lib/lock.mjs";
import { at, target } from "../../../scripts/lib/paths.mjs";
import { bundleForHermes, runInHermes } from "../../hermes/vm.mjs";

const { cases } = JSON.parse(readFileSync(at("tests", "vectors", "signatures", "cases.json"), "utf8"));
const folder = join(target, "signature-tests");
const module = join(folder, "module.js");
/** Beside its like, as it imports from js/host-crypto/signatures.ts. */
const glue = at("js", "generated", "js-glue-test.js");

const judge = `
export function judge({ keyAlgorithm, signatureAlgorithm, key, message, signature }) {
  return verifySignature(bytes(keyAlgorithm), bytes(signatureAlgorithm), bytes(key), bytes(message), bytes(signature));
}
function bytes(base64) {
  const digits = base64.replace(/=+$/, "");
  const out = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let buffer = 0, bits = 0, at = 0;
  for (const digit of digits) {
    buffer = (buffer << 6) | "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".indexOf(digit);
    bits += 6;
    if (bits >= 8) { bits -= 8; out[at++] = (buffer >> bits) & 255; }
  }
  return out;
}`;

test("every case in Node", async () => {
  const { judge } = await import(await entry());
  assert.deepEqual(
    cases.filter((one) => judge(one) !== one.valid).map(({ name }) => name),
    [],
  );
});

test("every case in Hermes", async () => {
  const source = `import { judge } from ${JSON.stringify(await entry())}; import cases from "given:cases"; for (const one of cases) print(judge(one));`;
  const answers = runInHermes(await bundleForHermes(source, { cases }));
  assert.equal(answers.length, cases.length);
  assert.deepEqual(
    cases.filter(({ valid }, index) => answers[index] !== String(valid)).map(({ name }) => name),
    [],
  );
});

test("without BigInt nothing verifies", async () => {
  const { BigInt } = globalThis;
  delete globalThis.BigInt;
  try {
    const { judge } = await import(`${await entry()}?without`);
    assert.deepEqual(
      cases.filter((one) => judge(one)).map(({ name }) => name),
      [],
    );
  } finally {
    globalThis.BigInt = BigInt;
  }
});

let made;

/** A module of the payload with the test entry: exports `judge`. */
function entry() {
  return (made ??= bundleEntry());
}

async function bundleEntry() {
  await withLock(join(target, "locks", "build"), buildModule);
  const out = join(folder, "entry.mjs");
  const contents = `
    import { __wbg_set_wasm, imports, setTextCodec, verifySignature } from "./js/generated/js-glue-test.js";
    import { instantiate } from ${JSON.stringify(module)};
    import { utf8 } from "./js/base/utf8.ts";
    setTextCodec(utf8);
    __wbg_set_wasm(instantiate(imports));
    ${judge}`;
  await build({
    stdin: { contents, resolveDir: at(), loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2020",
    outfile: out,
    plugins: [bigIntPowers],
  });
  return out;
}

/** Only when the crate or the build changes: it takes a minute. */
function buildModule() {
  const hash = hashOf(["src", "Cargo.toml", "Cargo.lock", "scripts/build", "package-lock.json"]);
  if (isFresh(join(folder, "stamp"), hash)) return;
  mkdirSync(folder, { recursive: true });
  const { bytes, file, ...bound } = buildWasm("jsTest");
  writeFileSync(glue, makeGlue({ ...bound, module: new WebAssembly.Module(bytes) }).source);
  writeFileSync(module, makeJavaScript(file));
  markFresh(join(folder, "stamp"), hash, [glue, module]);
}
