// The module fails for real: its memory is overwritten, so that the next call traps. No verdict may then be `ok` by accident,
// nothing may throw, and the call after that must be right again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { instances, memory } from "../lib/instances.mjs";
import { policyOf, strayPin, vector } from "../lib/vectors.mjs";

const { createVerifierSync, inspect, issuersOf, lint, pinsOf } = await import("chainpin");
const akamai = vector("akamai.com");
const [leafPin] = akamai.pins;
const request = { host: akamai.host, chain: akamai.ders, source: "validated", now: akamai.now };
const mismatching = policyOf({ host: akamai.host, pins: [strayPin(1)] });

function matchingVerifier() {
  return createVerifierSync(policyOf({ host: akamai.host, pins: [leafPin], backupPins: [{ pin: strayPin(1), label: "backup" }] }));
}

function corrupt(byte = 0xff) {
  new Uint8Array(memory().buffer).fill(byte);
}

for (const byte of [0xff, 0x00, 0x01, 0x7f, 0x80]) {
  test(`a trap gives a rejected verdict, and the next one is right (memory full of 0x${byte.toString(16)})`, () => {
    const verifier = matchingVerifier();
    const other = createVerifierSync(mismatching);
    assert.equal(verifier.verify(request).ok, true);
    const before = instances.length;

    corrupt(byte);
    const failed = verifier.verify(request);
    assert.deepEqual([failed.ok, failed.outcome, failed.reason, failed.matched], [false, "rejected", "internal", undefined]);

    const verdict = verifier.verify(request);
    assert.deepEqual([verdict.ok, verdict.outcome, verdict.matched.pin], [true, "pinned", leafPin]);
    assert.equal(instances.length, before + 1, "one fresh instance");
    assert.equal(other.verify(request).reason, "pin-mismatch");
    assert.equal(other.verify({ ...request, host: "other.example" }).outcome, "unlisted");
  });
}

test("an answer that is no verdict is none", () => {
  const verifier = matchingVerifier();
  for (const answer of [NaN, undefined, null, 0, -0, -1, 5, 7, -(2 ** 40), Infinity, "1", {}]) {
    const { exports } = instances[instances.length - 1];
    const { verify } = exports;
    exports.verify = () => answer;
    const verdict = verifier.verify(request);
    assert.deepEqual([verdict.ok, verdict.reason], [false, "internal"], String(answer));
    assert.equal(verifier.verify(request).ok, true, "the module is replaced");
    exports.verify = verify;
  }
});

test("a module that has lost its policies is replaced", () => {
  const [matching, other] = [matchingVerifier(), createVerifierSync(mismatching)];
  const refused = other.verify(request);
  for (const read of [
    () => matching.verify(request).ok || matching.verify(request).ok,
    () => refused.message.includes(leafPin),
    () => other.ruleFor(akamai.host),
  ]) {
    const { exports } = instances[instances.length - 1];
    for (let handle = 0; handle < 1_000; handle++) exports.freePolicy(handle);
    assert.ok(read());
  }
});

test("the failed verdict can be read, thrown and reported", () => {
  const verifier = matchingVerifier();
  corrupt();
  const failed = verifier.verify({ ...request, port: 8443 });
  assert.match(failed.message, /internal/);
  assert.deepEqual([failed.host, failed.rule, failed.chain], [akamai.host, undefined, []]);
  assert.deepEqual(failed.policy, { id: "acme-mobile", sequence: 12 });
  const error = failed.toError();
  assert.deepEqual([error.name, error.code, error.verdict], ["PinningError", "internal", failed]);
  const report = failed.toReport();
  assert.deepEqual([report.hostname, report.port, report.chainpin.reason], [akamai.host, 8443, "internal"]);
  assert.equal(verifier.verify(request).ok, true);
  corrupt();
  const beyondDates = verifier.verify({ ...request, now: 1e300 });
  assert.deepEqual([beyondDates.reason, beyondDates.toReport().chainpin.reason], ["internal", "internal"]);
  assert.equal(JSON.parse(JSON.stringify(failed)).reason, "internal");
});

test("earlier verdicts stay what they were", () => {
  const [matching, other] = [matchingVerifier(), createVerifierSync(mismatching)];
  const accepted = matching.verify(request);
  const refused = other.verify(request);
  corrupt();
  assert.equal(matching.verify(request).reason, "internal");

  assert.deepEqual([accepted.ok, accepted.matched.pin, accepted.rule], [true, leafPin, akamai.host]);
  assert.deepEqual([refused.ok, refused.reason], [false, "pin-mismatch"]);
  assert.ok(refused.message.includes(leafPin) && refused.message.includes(strayPin(1)));
  assert.deepEqual(
    refused.chain.map(({ pin }) => pin),
    akamai.pins,
  );
  assert.equal(refused.toReport().chainpin.reason, "pin-mismatch");
  assert.equal(refused.toError().code, "pin-mismatch");
});

/** A log line, a report or an error is written where something has already gone wrong: it must not throw on top of that. */
test("earlier verdicts can be read although nothing has noticed the failure yet", () => {
  for (const read of [
    (verdict) => assert.ok(verdict.message.includes(leafPin)),
    (verdict) =>
      assert.deepEqual(
        verdict.chain.map(({ pin }) => pin),
        akamai.pins,
      ),
    (verdict) => assert.equal(verdict.host, akamai.host),
    (verdict) => assert.equal(verdict.rule, akamai.host),
    (verdict) => assert.equal(verdict.toReport().chainpin.reason, "pin-mismatch"),
    (verdict) => assert.equal(verdict.toError().code, "pin-mismatch"),
    (verdict) => assert.equal(JSON.parse(JSON.stringify(verdict)).reason, "pin-mismatch"),
  ]) {
    const verdict = createVerifierSync(mismatching).verify(request);
    corrupt();
    read(verdict);
    assert.deepEqual([verdict.ok, verdict.reason], [false, "pin-mismatch"]);
  }
});

test("disposing needs no healthy module", () => {
  const [verifier, other] = [matchingVerifier(), matchingVerifier()];
  corrupt();
  verifier.dispose();
  assert.throws(() => verifier.verify(request), { code: "disposed" });
  assert.equal(other.verify(request).ok || other.verify(request).ok, true);
});

test("the other functions throw `internal`, and work again the next time", () => {
  const policy = policyOf({ host: "example.com", pins: [leafPin] });
  for (const work of [
    () => pinsOf(akamai.ders),
    () => inspect(akamai.ders),
    () => issuersOf(akamai.ders),
    () => lint(policy),
    () => matchingVerifier().policy,
    () => matchingVerifier().findings,
    () => matchingVerifier().ruleFor(akamai.host),
  ]) {
    const expected = JSON.stringify(work());
    corrupt();
    try {
      assert.equal(JSON.stringify(work()), expected);
    } catch (error) {
      assert.deepEqual([error.name, error.code], ["ChainpinError", "internal"]);
    }
    assert.equal(JSON.stringify(work()), expected);
  }
});

test("a hundred failures are a hundred refusals", () => {
  const verifier = matchingVerifier();
  for (let failure = 0; failure < 100; failure++) {
    corrupt();
    assert.equal(verifier.verify(request).reason, "internal");
    assert.equal(verifier.verify(request).ok, true);
  }
});
