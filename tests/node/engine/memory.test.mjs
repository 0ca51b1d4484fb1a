// The module's memory: views that follow its growth, and nothing that stays behind. A file of its own, so that the memory is new.
import assert from "node:assert/strict";
import { test } from "node:test";
import { memory } from "../lib/instances.mjs";
import { policyOf, strayPin, vector } from "../lib/vectors.mjs";

const { createVerifierSync } = await import("chainpin");
const akamai = vector("akamai.com");
const [leafPin, caPin] = akamai.pins;
const rule = { host: akamai.host, pins: [leafPin], backupPins: [strayPin(1)] };
const request = { host: akamai.host, chain: akamai.ders, source: "validated", now: akamai.now };

test("verdicts stay right when the memory grows", () => {
  const early = createVerifierSync(policyOf(rule));
  const before = early.verify(request);
  const { byteLength } = memory().buffer;
  const rules = Array.from({ length: 15_000 }, (_, index) => ({ host: `h${index}.example`, pins: [strayPin(0), strayPin(1)] }));
  const policy = JSON.stringify(policyOf(...rules, rule));
  assert.ok(policy.length > 2_000_000);
  const large = createVerifierSync(policy);
  assert.ok(memory().buffer.byteLength > byteLength, "it grew");
  for (const verifier of [early, large]) {
    const verdict = verifier.verify(request);
    assert.deepEqual([verdict.ok, verdict.matched.pin, verdict.chain.length], [true, leafPin, 2]);
    assert.equal(verifier.verify({ ...request, host: "h14999.example" }).outcome, verifier === large ? "rejected" : "unlisted");
  }
  assert.equal(before.matched.pin, leafPin);
  assert.equal(before.chain[1].pin, caPin);
  assert.deepEqual(large.ruleFor("h14999.example"), rules[14_999]);
});

test("a hundred thousand verdicts take no more memory than a thousand", () => {
  const verifier = createVerifierSync(policyOf(rule));
  const other = { ...request, host: "other.example", chain: akamai.pem };
  const malformed = { ...request, chain: [akamai.ders[0], akamai.ders[1].subarray(0, 100)] };
  const judge = (count) => {
    for (let index = 0; index < count; index++) {
      assert.equal(verifier.verify(request).matched.pin, leafPin);
      if (index % 10 === 0) assert.equal(verifier.verify(other).outcome, "unlisted");
      if (index % 10 === 1) assert.equal(verifier.verify(malformed).reason, "chain-malformed");
      if (index % 100 === 0) assert.equal(verifier.verify(malformed).message.length > 0 && verifier.verify(request).chain.length, 2);
    }
  };
  judge(1_000);
  const { byteLength } = memory().buffer;
  judge(99_000);
  assert.equal(memory().buffer.byteLength, byteLength);
});

test("a thousand verifiers, made and disposed, leave nothing behind", () => {
  const rules = Array.from({ length: 100 }, (_, index) => ({ host: `h${index}.example`, pins: [strayPin(index)] }));
  const policy = JSON.stringify(policyOf(...rules));
  const make = (count) => {
    for (let index = 0; index < count; index++) createVerifierSync(policy).dispose();
  };
  make(100);
  const { byteLength } = memory().buffer;
  make(900);
  assert.equal(memory().buffer.byteLength, byteLength);
});
