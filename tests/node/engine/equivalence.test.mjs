// One verdict on every backend: native, WebAssembly, JavaScript in Node and in Hermes give the same outcome, reason and index for the
// real chains, those of x509-limbo, and 10,000 mutations of both. CHAINPIN_SEED repeats a run, CHAINPIN_MUTATIONS makes it longer.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import * as wasm from "chainpin";
import * as js from "chainpin/js";
import { root } from "../../../scripts/lib/paths.mjs";
import { cargo, cargoFlags } from "../../../scripts/lib/tools.mjs";
import { eachCase } from "../../equivalence/cases.mjs";
import { judgeOf } from "../../equivalence/judge.mjs";
import { seeds as makeSeeds } from "../../equivalence/seeds.mjs";
import { bundleForHermes, runInHermes } from "../../hermes/vm.mjs";

const randomSeed = Number(process.env.CHAINPIN_SEED ?? Math.floor(Math.random() * 2 ** 31));
const mutations = Number(process.env.CHAINPIN_MUTATIONS ?? 10_000);

wasm.initSync();
const seeds = makeSeeds();
const cases = [];
eachCase(seeds, randomSeed, mutations, (one) => cases.push(one));
const expected = native();
console.log(`${cases.length} cases, CHAINPIN_SEED=${randomSeed}, ${new Set(expected).size} different verdicts`);

test("the cases are of many kinds", () => {
  for (const start of ["pinned leaf 0", "pinned ca", "rejected path-invalid", "rejected pin-mismatch", "rejected chain-malformed"]) {
    assert.ok(
      expected.some((line) => line.startsWith(start)),
      start,
    );
  }
});

for (const [name, chainpin] of Object.entries({ wasm, js })) {
  test(`${name} agrees with native`, () => {
    assert.equal(chainpin.backend(), name);
    const judge = judgeOf(chainpin, seeds);
    compare(cases.map(judge));
  });
}

test("js in Hermes agrees with native", async () => {
  const source = `
    import * as chainpin from "chainpin";
    import { eachCase } from "./equivalence/cases.mjs";
    import { judgeOf } from "./equivalence/judge.mjs";
    import seeds from "given:seeds";
    const judge = judgeOf(chainpin, seeds);
    print(chainpin.backend());
    eachCase(seeds, ${randomSeed}, ${mutations}, (one) => print(judge(one)));`;
  const [backend, ...answers] = runInHermes(await bundleForHermes(source, { seeds }), { seconds: 300 });
  assert.equal(backend, "js");
  compare(answers);
});

function compare(actual) {
  assert.equal(actual.length, cases.length);
  const differing = actual.flatMap((line, index) => (line === expected[index] ? [] : [tell(cases[index], line, expected[index])]));
  assert.deepEqual(differing.slice(0, 5), [], `${differing.length} differ, CHAINPIN_SEED=${randomSeed}`);
}

function tell({ seed, policy, source, chain, mutations }, actual, native) {
  return { name: seeds[seed].name, policy, source, mutations, actual, native, chain: chain.map(base64) };
}

function native() {
  const lines = cases.map(({ seed, policy, source, chain }) => JSON.stringify({ seed, policy, source, chain: chain.map(base64) }));
  const args = ["run", ...cargoFlags, "--example", "equivalence"];
  const { status, stdout } = spawnSync(cargo, args, {
    cwd: root,
    encoding: "utf8",
    input: [JSON.stringify(seeds), ...lines].join("\n"),
    maxBuffer: 1 << 28,
    stdio: ["pipe", "pipe", "inherit"],
  });
  assert.equal(status, 0);
  return stdout.split("\n").slice(0, -1);
}

function base64(der) {
  return Buffer.from(der).toString("base64");
}
