// Signed policies: the verdicts of tests/vectors/bundles on every backend, and what a program must not get wrong.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as wasm from "chainpin";
import * as js from "chainpin/js";
import { bundleForHermes, runInHermes } from "../../hermes/vm.mjs";

const vectors = JSON.parse(readFileSync(new URL("../../vectors/bundles/cases.json", import.meta.url), "utf8"));
const terms = { ...vectors.terms, now: new Date(vectors.terms.now) };
const expected = vectors.cases.map(({ expected, newKeys }) => (newKeys ? `${expected} ${JSON.stringify(newKeys)}` : expected));

/** Also runs in Hermes: its text is handed over. */
function judgeAll(verifyBundle, { terms, cases }) {
  return cases.map((one) => {
    const { expiry, now, latest, ...more } = { ...terms, ...one.terms };
    const time = latest === undefined ? {} : { latest: Date.parse(latest) };
    const verdict = verifyBundle(one.bundle, {
      ...more,
      ...time,
      now: Date.parse(now),
      expired: expiry === "ignored" ? "accept" : "refuse",
    });
    if (!verdict.accepted) return verdict.reason;
    return verdict.keys ? `accepted ${JSON.stringify(verdict.keys)}` : "accepted";
  });
}

for (const [name, { verifyBundle }] of Object.entries({ chainpin: wasm, "chainpin/js": js })) {
  test(`${name}: every case is judged as it should be`, () => {
    assert.deepEqual(named(judgeAll(verifyBundle, vectors)), named(expected));
  });

  test(`${name}: 100 MB are refused before any work`, () => {
    const flood = "A".repeat(100_000_000);
    const started = performance.now();
    assert.equal(verifyBundle(flood, terms).reason, "bundle-too-large");
    assert.ok(performance.now() - started < 50);
  });

  test(`${name}: an accepted bundle brings its policy and its dates`, () => {
    const { bundle } = vectors.cases.find(({ name }) => name === "other keys");
    const { policy, ...rest } = verifyBundle(bundle, terms);
    assert.deepEqual(Object.keys(JSON.parse(policy)), ["version", "id", "sequence", "issuedAt", "expires", "rules"]);
    assert.deepEqual(
      { ...rest, keys: rest.keys.length },
      { accepted: true, sequence: 6, issuedAt: Date.UTC(2026, 10, 20), expires: Date.UTC(2027, 2, 1), keys: 1 },
    );
  });

  test(`${name}: wrong terms are the program's mistake`, () => {
    const [key] = terms.keys;
    for (const [wrong, message] of [
      [{ keys: undefined }, /keys must be a list/],
      [{ keys: [] }, /keys: not a list of 1 to 8 public keys/],
      [{ keys: Array(9).fill(key) }, /1 to 8/],
      [{ keys: [key, { ...key, d: key.x }] }, /keys\[1\]: this is a private key/],
      [{ keys: [key, key] }, /keys\[1\]: an earlier key has the same `kid`/],
      [{ id: 1 }, /id must be/],
      [{ floor: -1 }, /floor must be/],
      [{ floor: 2 ** 53 }, /floor must be/],
      [{ now: NaN }, /now must be/],
      [{ clockSkew: Infinity }, /clockSkew must be/],
      [{ expired: "maybe" }, /expired must be/],
    ]) {
      assert.throws(
        () => verifyBundle("", { ...terms, ...wrong }),
        (error) => error instanceof TypeError && message.test(error.message),
        JSON.stringify(wrong),
      );
    }
    assert.throws(() => verifyBundle(undefined, terms), TypeError);
    assert.throws(() => verifyBundle("", undefined), TypeError);
  });
}

test("Hermes: every case is judged as it should be", async () => {
  const source = `
    import { verifyBundle } from "chainpin";
    import vectors from "given:vectors";
    ${judgeAll}
    print(JSON.stringify(judgeAll(verifyBundle, vectors)));`;
  const [line] = runInHermes(await bundleForHermes(source, { vectors }));
  assert.deepEqual(named(JSON.parse(line)), named(expected));
});

/** So that a difference is shown with the name of its case. */
function named(verdicts) {
  return Object.fromEntries(verdicts.map((verdict, index) => [vectors.cases[index].name, verdict]));
}
