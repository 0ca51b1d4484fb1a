// Chains that nobody has checked, through the package: paths to pins and to the app's roots, and what becomes of the roots.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { instances, memory } from "../lib/instances.mjs";
import { policyOf, strayPin, vectors } from "../lib/vectors.mjs";

const { createAnchors, createVerifierSync } = await import("chainpin");

const rooted = vectors
  .filter(({ root }) => root)
  .map((vector) => ({ ...vector, rootPem: rootOf(vector), rootPin: `sha256/${vector.root.spki_sha256}` }));
const google = rooted.find(({ host }) => host === "google.com");
const akamai = rooted.find(({ host }) => host === "akamai.com");

function rootOf({ root }) {
  return readFileSync(new URL(`../../vectors/chains/${root.file}`, import.meta.url), "utf8");
}

function der(pem) {
  return Uint8Array.from(new X509Certificate(pem).raw);
}

/** The verdict on a presented chain, and what it says in short. */
function judge(pins, { host, ders, now }, more = {}) {
  const verifier = createVerifierSync(policyOf({ host, pins }));
  const verdict = verifier.verify({ host, chain: ders, source: "presented", now, ...more });
  const { outcome, reason, matched } = verdict;
  return { verdict, short: [outcome, reason ?? matched.role, matched?.index].filter((part) => part !== undefined).join(" ") };
}

test("real chains lead to their roots, sent or not", () => {
  assert.ok(rooted.length >= 8);
  for (const vector of rooted) {
    const { verdict, short } = judge([vector.rootPin], vector, { anchors: vector.rootPem });
    assert.match(short, /^pinned ca (-1|\d)$/, `${vector.host}: ${verdict.message}`);
    assert.equal(verdict.matched.pin, vector.rootPin);
    const sent = { ...vector, ders: [...vector.ders, der(vector.rootPem)] };
    assert.match(judge([vector.rootPin], sent, { anchors: vector.rootPem }).short, /^pinned ca \d$/);
    assert.equal(judge([vector.pins[0]], vector, { anchors: vector.rootPem }).short, "pinned leaf 0");
    assert.equal(judge([vector.pins[1]], vector).short, "pinned ca 1");
    assert.equal(judge([strayPin(1)], vector, { anchors: vector.rootPem }).short, "rejected pin-mismatch");
  }
});

test("a root that is not in the chain has the index -1", () => {
  const { verdict } = judge([akamai.rootPin], akamai, { anchors: [akamai.rootPem] });
  assert.deepEqual([verdict.outcome, verdict.matched.role, verdict.matched.index], ["pinned", "ca", -1]);
  assert.match(verdict.message, /anchor that is not in the chain/);
  assert.deepEqual(
    verdict.chain.map(({ onPath, offPath }) => [onPath, offPath]),
    [
      [true, undefined],
      [true, undefined],
    ],
  );
  assert.equal(verdict.toReport().chainpin.matched.index, -1);
});

test("a chain says of each certificate whether it is on the path, and why not", () => {
  const appended = { ...akamai, ders: [...akamai.ders, google.ders[1]] };
  const off = (pins, more) => judge(pins, appended, more).verdict.chain.map(({ onPath, offPath }) => (onPath ? "on" : offPath));

  // CVE-2016-2402: a genuine CA, pinned, at the end of another's chain.
  const [, , attacked] = off([google.pins[1]]);
  assert.match(attacked, /^the leaf does not lead here: /);
  assert.equal(judge([google.pins[1]], appended).short, "rejected pin-mismatch");
  assert.equal(judge([google.pins[1]], appended, { anchors: [akamai.rootPem, google.rootPem] }).short, "rejected pin-mismatch");
  assert.equal(judge([google.rootPin], appended, { anchors: [akamai.rootPem, google.rootPem] }).short, "rejected pin-mismatch");

  assert.deepEqual(off([akamai.pins[1]]), ["on", "on", "no pin names it, so no path to it was built"]);
  assert.deepEqual(off([akamai.rootPin], { anchors: akamai.rootPem }), ["on", "on", "not on the verified path"]);
  const { verdict, short } = judge([akamai.pins[0]], appended, { anchors: google.rootPem });
  assert.equal(short, "rejected path-invalid");
  assert.deepEqual(
    verdict.chain.slice(1).map(({ offPath }) => offPath),
    Array(2).fill("no path to an anchor was found"),
  );
});

test("anchors come as text, as a list, or made once", () => {
  const bundle = google.rootPem + akamai.rootPem;
  const base64 = Buffer.from(der(akamai.rootPem)).toString("base64");
  const made = createAnchors(bundle);
  for (const anchors of [
    akamai.rootPem,
    bundle,
    [akamai.rootPem],
    [google.rootPem, akamai.rootPem],
    [der(akamai.rootPem)],
    [der(akamai.rootPem).buffer],
    [base64],
    [der(google.rootPem), base64, akamai.rootPem],
    made,
    made,
    createAnchors([der(akamai.rootPem)]),
  ]) {
    assert.equal(judge([akamai.rootPin], akamai, { anchors }).short, "pinned ca -1");
  }
});

test("anchors that are none are a programmer's mistake", () => {
  const many = (count) => Array(count).fill(der(akamai.rootPem));
  createAnchors(many(1_024)).dispose();
  const verifier = createVerifierSync(policyOf({ host: akamai.host, pins: [akamai.rootPin] }));
  for (const [name, anchors] of [
    ["none", []],
    ["no text", ""],
    ["blank", " \n"],
    ["malformed", [der(akamai.rootPem).subarray(1)]],
    ["malformed second", [akamai.rootPem, "nonsense"]],
    ["PEM as bytes", [new TextEncoder().encode(akamai.rootPem)]],
    ["a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"],
    ["1025", many(1_025)],
    ["a million", Array(1_000_000).fill(akamai.rootPem)],
    ["4 MiB and a byte", [new Uint8Array(4 * 1024 * 1024 + 1)]],
    ["17 MiB", [new Uint8Array(17 * 1024 * 1024)]],
    ["17 MiB of text", "A".repeat(17 * 1024 * 1024)],
    ["null", null],
    ["a number", 5],
    ["an object", {}],
    ["a list of numbers", [5]],
    ["a look-alike", { dispose() {} }],
    ["bytes", der(akamai.rootPem)],
  ]) {
    assert.throws(() => createAnchors(anchors), TypeError, name);
    assert.throws(() => verifier.verify({ host: akamai.host, chain: akamai.ders, anchors, now: akamai.now }), TypeError, name);
  }
  assert.throws(() => createAnchors(), TypeError);
  for (const anchors of [akamai.rootPem, createAnchors(akamai.rootPem), []]) {
    const request = { host: akamai.host, chain: akamai.ders, source: "validated", anchors, now: akamai.now };
    assert.throws(() => verifier.verify(request), TypeError);
  }
});

test("disposed anchors can be used again, and so can verdicts of theirs", () => {
  const anchors = createAnchors(akamai.rootPem);
  const { verdict } = judge([akamai.rootPin], akamai, { anchors });
  anchors.dispose();
  anchors.dispose();
  assert.match(verdict.message, /matched an anchor/);
  assert.equal(verdict.chain[1].onPath, true);
  assert.equal(judge([akamai.rootPin], akamai, { anchors }).short, "pinned ca -1");
});

test("the handle of disposed anchors serves no other", () => {
  const old = createAnchors(google.rootPem);
  assert.equal(judge([akamai.pins[0]], akamai, { anchors: old }).short, "rejected path-invalid");
  old.dispose();
  const next = createAnchors(akamai.rootPem);
  assert.equal(judge([akamai.pins[0]], akamai, { anchors: old }).short, "rejected path-invalid");
  assert.equal(judge([akamai.pins[0]], akamai, { anchors: next }).short, "pinned leaf 0");
});

test("a thousand sets of anchors, disposed or given in passing, leave nothing behind", () => {
  const verifier = createVerifierSync(policyOf({ host: akamai.host, pins: [akamai.rootPin] }));
  const many = Array(150).fill(akamai.rootPem);
  const disposed = createAnchors(many);
  disposed.dispose();
  const work = (count) => {
    for (let index = 0; index < count; index++) {
      createAnchors(many).dispose();
      for (const anchors of [many, disposed]) {
        const verdict = verifier.verify({ host: akamai.host, chain: akamai.ders, anchors, now: akamai.now });
        assert.equal(verdict.matched.index, -1);
        if (index % 10 === 0) assert.ok(verdict.message && verdict.chain[1].onPath && verdict.toReport());
      }
    }
  };
  work(20);
  const { byteLength } = memory().buffer;
  work(300);
  assert.equal(memory().buffer.byteLength, byteLength);
});

for (const byte of [0xff, 0x00, 0x01, 0x80]) {
  test(`after a trap the anchors are parsed anew (memory full of 0x${byte.toString(16)})`, () => {
    const [ours, theirs] = [createAnchors(akamai.rootPem), createAnchors(google.rootPem)];
    const verifier = createVerifierSync(policyOf({ host: akamai.host, pins: [akamai.rootPin] }));
    const ask = (anchors) => verifier.verify({ host: akamai.host, chain: akamai.ders, source: "presented", anchors, now: akamai.now });
    const earlier = ask(ours);
    assert.equal(earlier.matched.index, -1);
    const before = instances.length;

    new Uint8Array(memory().buffer).fill(byte);
    const failed = ask(ours);
    assert.deepEqual([failed.ok, failed.outcome, failed.reason, failed.matched], [false, "rejected", "internal", undefined]);

    assert.equal(ask(theirs).reason, "path-invalid");
    const verdict = ask(ours);
    assert.deepEqual([verdict.ok, verdict.matched.index, verdict.matched.pin], [true, -1, akamai.rootPin]);
    assert.equal(ask(theirs).reason, "path-invalid");
    assert.equal(instances.length, before + 1, "one fresh instance");
    assert.match(earlier.message, /matched an anchor/);
    assert.deepEqual(
      earlier.chain.map(({ onPath }) => onPath),
      [true, true],
    );
  });
}

test("a chain seen before is judged at its time", () => {
  const verifier = createVerifierSync(policyOf({ host: akamai.host, pins: [akamai.pins[1]] }));
  const at = (now) => verifier.verify({ host: akamai.host, chain: akamai.ders, source: "presented", now });
  for (let round = 0; round < 2; round++) {
    assert.equal(at(akamai.now).matched.index, 1);
    assert.equal(at(Date.UTC(2100, 0)).reason, "certificate-expired");
    assert.equal(at(0).reason, "certificate-not-yet-valid");
  }
  assert.equal(verifier.verify({ host: akamai.host, chain: [akamai.ders[0], google.ders[1]], now: akamai.now }).reason, "pin-mismatch");
});
