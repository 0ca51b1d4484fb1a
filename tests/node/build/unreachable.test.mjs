// scripts/build/unreachable.mjs takes code out: what comes nearest to it still answers.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as js from "chainpin/js";
import * as wasm from "chainpin";

const rule = { host: "example.com", pins: ["sha256/Ag8DLRMBM6q9IaD6zwCd3wNMFVIrFP7Cl8nZwunBHHk="] };
const policy = { version: 1, id: "test", sequence: 1, rules: [rule] };

const fractions = [
  [{ ...policy, sequence: 1.5 }, "sequence", /floating point `1\.5`/],
  [{ ...policy, version: -2.5e300 }, "version", /floating point `-2\.5e\+?300`/],
  [{ ...policy, id: 0.1 }, "id", /floating point `0\.1`/],
  [{ ...policy, blocked: [1e-7] }, "blocked[0]", /floating point `1e-7`/],
  [{ ...policy, rules: [{ ...rule, subdomains: 2.25 }] }, "rules[0].subdomains", /floating point `2\.25`/],
  [{ ...policy, rules: [{ ...rule, pins: [12345.678] }] }, "rules[0].pins[0]", /floating point `12345\.678`/],
];

for (const [name, { createVerifierSync }] of Object.entries({ wasm, js })) {
  test(`${name}: a fraction where none belongs is shown`, () => {
    for (const [policy, path, message] of fractions) {
      assert.throws(() => createVerifierSync(policy), { name: "PolicyError", code: "policy-shape", path, message });
    }
  });
}
