// Anchors of any entry serve the verifiers of every entry, and leave no memory behind in any.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { instances, memory } from "../lib/instances.mjs";
import { policyOf, vector } from "../lib/vectors.mjs";

const require = createRequire(import.meta.url);
const module = readFileSync(new URL("../../../pkg/dist/chainpin.wasm", import.meta.url));

const entries = {
  chainpin: await import("chainpin"),
  "chainpin as CommonJS": require("chainpin"),
  "chainpin/js": await import("chainpin/js"),
  "chainpin/slim": await import("chainpin/slim"),
  "chainpin/auto": await import("chainpin/auto"),
};
entries["chainpin/slim"].initSync(module);

const akamai = vector("akamai.com");
const google = vector("google.com");
const root = ({ root }) => readFileSync(new URL(`../../vectors/chains/${root.file}`, import.meta.url), "utf8");
const rootPin = `sha256/${akamai.root.spki_sha256}`;
const verifierOf = ({ createVerifierSync }) => createVerifierSync(policyOf({ host: akamai.host, pins: [rootPin] }));
const ask = (verifier, anchors) =>
  verifier.verify({ host: akamai.host, chain: akamai.ders, source: "presented", anchors, now: akamai.now });

for (const [maker, { createAnchors }] of Object.entries(entries)) {
  for (const [asker, entry] of Object.entries(entries)) {
    test(`anchors by ${maker} with a verifier by ${asker}`, () => {
      const verifier = verifierOf(entry);
      const [ours, theirs] = [createAnchors(root(akamai)), createAnchors(root(google))];
      const verdict = ask(verifier, ours);
      assert.deepEqual([verdict.outcome, verdict.matched.index], ["pinned", -1]);
      assert.equal(ask(verifier, theirs).reason, "path-invalid");
      ours.dispose();
      assert.match(verdict.message, /matched an anchor/);
      assert.equal(ask(verifier, ours).matched.index, -1);
      assert.equal(ask(verifier, theirs).reason, "path-invalid");
      theirs.dispose();
    });
  }
}

test("disposed before a module has seen them, they serve it all the same", () => {
  const anchors = entries["chainpin/js"].createAnchors(root(akamai));
  anchors.dispose();
  for (const entry of Object.values(entries)) assert.equal(ask(verifierOf(entry), anchors).matched.index, -1);
});

test("what only looks like anchors is none", () => {
  for (const entry of Object.values(entries)) {
    for (const anchors of [{ dispose() {} }, new Map(), () => undefined]) assert.throws(() => ask(verifierOf(entry), anchors), TypeError);
  }
});

test("another entry's anchors leave nothing behind once disposed", () => {
  const verifier = verifierOf(entries.chainpin);
  ask(verifier, root(akamai));
  const ours = instances.findIndex(({ exports }) => exports.memory === memory());
  const many = Array(150).fill(root(akamai));
  const work = (count) => {
    for (let index = 0; index < count; index++) {
      const anchors = entries["chainpin/js"].createAnchors(many);
      assert.equal(ask(verifier, anchors).matched.index, -1);
      anchors.dispose();
      if (index % 10 === 0) assert.equal(ask(verifier, anchors).matched.index, -1);
    }
  };
  work(20);
  const sizes = () => instances.map(({ exports }) => exports.memory.buffer.byteLength);
  const before = sizes();
  assert.ok(ours >= 0);
  work(200);
  assert.deepEqual(sizes(), before);
});
