// The policy of an accepted bundle is compiled once: the verifier takes it over from the check of the bundle, and nobody leaves one behind.
import assert from "node:assert/strict";
import { test } from "node:test";
import { instances } from "../lib/instances.mjs";
import { now, policy, signer } from "../lib/signer.mjs";

const { createVerifierSync, verifyBundle, initSync } = await import("chainpin");
const key = signer("k");
const terms = { keys: [key.jwk], id: "acme-mobile", now };
const accept = (sequence) => verifyBundle(key.sign(policy(sequence)), terms);

/** How often the module compiles and frees while `work` runs. */
function counted(work) {
  const { exports } = instances.at(-1);
  const { compilePolicy, freePolicy } = exports;
  const calls = { compiled: 0, freed: 0 };
  exports.compilePolicy = (...values) => (calls.compiled++, compilePolicy(...values));
  exports.freePolicy = (...values) => (calls.freed++, freePolicy(...values));
  try {
    work();
  } finally {
    Object.assign(exports, { compilePolicy, freePolicy });
  }
  return calls;
}

initSync();
verifyBundle("", terms);

test("a verifier takes over what the check has compiled; a text is compiled", () => {
  assert.deepEqual(
    counted(() => assert.equal(createVerifierSync(accept(2)).policy.sequence, 2)),
    { compiled: 0, freed: 0 },
  );
  assert.deepEqual(
    counted(() => createVerifierSync(accept(3).policy)),
    { compiled: 1, freed: 0 },
  );
});

test("once: a second verifier compiles the text", () => {
  const accepted = accept(4);
  const first = createVerifierSync(accepted);
  assert.deepEqual(
    counted(() => assert.equal(createVerifierSync(accepted).policy.sequence, 4)),
    { compiled: 1, freed: 0 },
  );
  first.dispose();
});

test("of the bundles that nobody uses, the newest is kept and the others are freed", () => {
  accept(5);
  assert.deepEqual(
    counted(() => {
      accept(6);
      accept(7);
      accept(8);
    }),
    { compiled: 0, freed: 3 },
  );
});
