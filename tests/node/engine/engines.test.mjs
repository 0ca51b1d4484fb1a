// The same scenario on every backend, with the memory made to grow, and for JavaScript without whatever an engine may lack.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import * as wasm from "chainpin";
import { at } from "../../../scripts/lib/paths.mjs";
import { scenario } from "../../equivalence/scenario.mjs";
import { bundleForHermes, runInHermes } from "../../hermes/vm.mjs";
import { strayPin, vectors } from "../lib/vectors.mjs";

const chains = vectors.slice(0, 8).map(({ host, now, pem, pins, root }) => {
  return { host, now, pem, pins, root: root && readFileSync(at("tests", "vectors", "chains", root.file), "utf8") };
});
const stray = strayPin(1);
const expected = await scenario(wasm, chains, stray);

/** No polyfill is asked of anybody. */
const optional = ["TextDecoder", "TextEncoder", "atob", "btoa", "URL", "crypto", "FinalizationRegistry", "WebAssembly", "queueMicrotask"];

for (const absent of [[], ...optional.map((name) => [name]), optional]) {
  test(`chainpin/js ${absent.length === 0 ? "in Node" : `without ${absent.length === 1 ? absent : "any of these"}`}`, () => {
    const script = `
      import { readFileSync } from "node:fs";
      import { scenario } from "../../equivalence/scenario.mjs";
      const { chains, stray, absent } = JSON.parse(readFileSync(0, "utf8"));
      const { log } = console;
      for (const name of absent) if (!delete globalThis[name] || name in globalThis) throw new Error(name + " stays");
      const chainpin = await import("chainpin/js");
      const answers = await scenario(chainpin, chains, stray);
      log(JSON.stringify([chainpin.backend(), ...answers]));`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      cwd: fileURLToPath(new URL(".", import.meta.url)),
      encoding: "utf8",
      input: JSON.stringify({ chains, stray, absent }),
      maxBuffer: 1 << 28,
    });
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), ["js", ...expected]);
  });
}

test("chainpin in Hermes", async () => {
  const source = `
    import * as chainpin from "chainpin";
    import { scenario } from "./equivalence/scenario.mjs";
    import given from "given:given";
    print([typeof WebAssembly, typeof TextDecoder, typeof atob, typeof URL, typeof crypto, typeof FinalizationRegistry].join());
    print(chainpin.backend());
    scenario(chainpin, given.chains, given.stray).then((answers) => answers.forEach((answer) => print(answer)), (error) => print(error.stack));`;
  const [missing, backend, ...answers] = runInHermes(await bundleForHermes(source, { given: { chains, stray } }));
  assert.equal(missing, Array(6).fill("undefined").join());
  assert.equal(backend, "js");
  assert.deepEqual(answers, expected);
});

test("the UTF-8 codec answers as the engine's", async () => {
  const { outputFiles } = await build({ entryPoints: [at("js", "base", "utf8.ts")], bundle: true, write: false, format: "esm" });
  const { utf8 } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const encoder = new TextEncoder();
  const bytes = [
    0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xbb, 0xf0, 0xf1, 0xf4, 0xf5, 0xff,
  ];
  const units = [0, 0x41, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xfeff, 0xfffd, 0xffff];
  const pick = randomOf();
  for (let round = 0; round < 50_000; round++) {
    const some = Uint8Array.from({ length: pick(7) }, () => bytes[pick(bytes.length)]);
    assert.equal(utf8.decode(some), decoder.decode(some), String(some));
    const text = String.fromCharCode(...Array.from({ length: pick(7) }, () => units[pick(units.length)]));
    assert.deepEqual(utf8.encode(text), encoder.encode(text));
    const ours = new Uint8Array(pick(12));
    const theirs = new Uint8Array(ours.length);
    assert.deepEqual([utf8.encodeInto(text, ours), ours], [encoder.encodeInto(text, theirs), theirs], JSON.stringify(text));
  }
  const long = "aß鍵😀".repeat(20_000);
  assert.equal(utf8.decode(encoder.encode(long)), long);
});

function randomOf() {
  let state = 1;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
