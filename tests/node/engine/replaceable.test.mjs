import assert from "node:assert/strict";
import { test } from "node:test";
import { createReplaceable, createVerifierSync } from "chainpin";
import { policyOf, strayPin, vector } from "../lib/vectors.mjs";

const akamai = vector("akamai.com");
const request = { host: akamai.host, chain: akamai.ders, source: "validated", now: akamai.now };
const matching = () => createVerifierSync(policyOf({ host: akamai.host, pins: [akamai.pins[0]] }));
const mismatching = () => createVerifierSync({ ...policyOf({ host: akamai.host, pins: [strayPin(1)] }), sequence: 2 });

test("the new policy answers from the replacement on", () => {
  const [first, second] = [matching(), mismatching()];
  const verifier = createReplaceable(first);
  assert.equal(verifier.verify(request).ok, true);
  const old = verifier.verify(request);
  assert.equal(verifier.replace(second), first);
  assert.equal(verifier.verify(request).reason, "pin-mismatch");
  assert.deepEqual(
    [verifier.policy, verifier.findings, verifier.ruleFor(akamai.host)],
    [second.policy, second.findings, second.ruleFor(akamai.host)],
  );
  first.dispose();
  assert.equal(old.matched.pin, akamai.pins[0], "what the old one said stays readable");
  verifier.dispose();
  assert.throws(() => verifier.verify(request), { code: "disposed" });
});

test("listeners are told after the replacement, until they stop, and one that throws does not silence the others", () => {
  const verifier = createReplaceable(matching());
  const told = [];
  const stop = verifier.onReplaced(() => told.push(["first", verifier.policy.sequence]));
  const stopFailing = verifier.onReplaced(() => {
    throw new RangeError("a listener's own");
  });
  verifier.onReplaced(() => told.push(["last", verifier.policy.sequence]));
  assert.throws(() => verifier.replace(mismatching()), RangeError);
  assert.deepEqual(told, [
    ["first", 2],
    ["last", 2],
  ]);
  stop();
  stopFailing();
  verifier.replace(matching());
  assert.deepEqual(told.slice(2), [["last", 12]]);
});

test("what is no verifier is refused, and changes nothing", () => {
  const verifier = createReplaceable(matching());
  for (const wrong of [undefined, null, {}, "policy"]) {
    assert.throws(() => createReplaceable(wrong), TypeError);
    assert.throws(() => verifier.replace(wrong), TypeError);
  }
  assert.throws(() => verifier.replace(verifier), TypeError);
  // Its replacements would not be told to the outer one's listeners: open connections would keep their old verdict.
  assert.throws(() => createReplaceable(verifier), /replaceable already/);
  assert.throws(() => verifier.replace(createReplaceable(matching())), /replaceable already/);
  assert.throws(() => verifier.onReplaced(1), TypeError);
  assert.equal(verifier.verify(request).ok, true);
});
