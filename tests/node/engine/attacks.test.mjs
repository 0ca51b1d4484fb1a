// The attacks of tests/attacks on every backend: native, WebAssembly, JavaScript in Node and in Hermes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import * as wasm from "chainpin";
import * as js from "chainpin/js";
import { root } from "../../../scripts/lib/paths.mjs";
import { cargo, cargoFlags } from "../../../scripts/lib/tools.mjs";
import { answer } from "../../attacks/ask.mjs";
import { attacks, terms } from "../../attacks/cases.mjs";
import { bundleForHermes, runInHermes } from "../../hermes/vm.mjs";

wasm.initSync();
const cases = Object.values(attacks).flat();
const inHermes = await bundleForHermes(
  `
  import * as chainpin from "chainpin";
  import { answer } from "./attacks/ask.mjs";
  import given from "given:attacks";
  print(chainpin.backend());
  given.cases.forEach((one) => print(answer(chainpin, given.terms, one)));`,
  { attacks: { terms, cases } },
);

const engines = {
  native,
  wasm: () => [wasm.backend(), ...cases.map((one) => answer(wasm, terms, one))],
  js: () => [js.backend(), ...cases.map((one) => answer(js, terms, one))],
  hermes: () => runInHermes(inHermes),
};
const backends = { native: "native", wasm: "wasm", js: "js", hermes: "js" };

for (const [engine, ask] of Object.entries(engines)) {
  test(`attacks: ${engine}`, async (context) => {
    const [backend, ...answers] = ask();
    assert.equal(backend, backends[engine]);
    assert.equal(answers.length, cases.length);
    let next = 0;
    for (const [attack, { length }] of Object.entries(attacks)) {
      const from = next;
      next += length;
      await context.test(`${engine}: ${attack}`, () => assert.deepEqual(named(from, length, answers), named(from, length, expected)));
    }
  });
}

const expected = cases.map((one) => one.expected);

test("every attack has near misses, which pass or match", () => {
  const passes = /^(pinned|unlisted|exempt|tolerated|accepted|sha256\/|nothing found)/;
  for (const [attack, list] of Object.entries(attacks))
    assert.ok(
      list.some((one) => passes.test(one.expected)),
      attack,
    );
});

function native() {
  const input = [terms, ...cases].map((line) => JSON.stringify(line)).join("\n");
  const args = ["run", ...cargoFlags, "--example", "attacks"];
  const { status, stdout } = spawnSync(cargo, args, {
    cwd: root,
    encoding: "utf8",
    input,
    maxBuffer: 1 << 28,
    stdio: ["pipe", "pipe", "inherit"],
  });
  assert.equal(status, 0);
  return ["native", ...stdout.split("\n").slice(0, -1)];
}

/** So that a difference is shown with the name of its case. */
function named(from, length, answers) {
  return Object.fromEntries(answers.slice(from, from + length).map((line, index) => [cases[from + index].name, line]));
}
