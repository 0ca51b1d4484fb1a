// No reader takes more than its share of time: for a text four times as long, it may take about four times as long. Measured by the processor's time,
// never the clock's, in several tries; `node tests/node/convert/slow-inputs.mjs` looks longer, and prints milliseconds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { attachBridge } from "chainpin/bridge";
import { createVerifierSync } from "chainpin";
import { chance, seed } from "../lib/random.mjs";
import { SHARING, SUBJECTS, TEXTS, cost } from "./slow-inputs.mjs";

const SHORT = 60_000;
/** What is read in this time needs no second look, whatever its growth. */
const QUICK = 40;
/** A reader whose time is a square takes 16 times as long for four times the text. */
const MOST_GROWTH = 10;
const TRIES = 5;

/** Fails if every try takes too long. */
function assertLinear(read, inputOf, what) {
  const [short, long] = [inputOf(SHORT), inputOf(4 * SHORT)];
  const tries = [];
  for (let n = 0; n < TRIES; n++) {
    const ms = cost(read, long, 1);
    if (ms < QUICK) return;
    const growth = ms / cost(read, short, 2);
    if (growth < MOST_GROWTH) return;
    tries.push(`${ms.toFixed(0)} ms, ${growth.toFixed(1)} times that of a quarter`);
  }
  assert.fail(`${what}: ${tries.join("; ")}`);
}

const named = (recipe) => JSON.stringify(recipe, (_, value) => (typeof value === "function" ? String(value) : value)).slice(0, 1000);

for (const [name, subject] of Object.entries(SUBJECTS)) {
  test(`${name}: time grows with the text; seed ${seed}`, () => {
    for (let n = 0; n < 25; n++) {
      const recipe = subject.random(chance(seed + n));
      assertLinear(subject.read, (length) => subject.input(recipe, length), named(recipe));
    }
  });
}

test("texts that were slow once", () => {
  for (const [name, recipe] of [
    ["fromChromium, .pins", { head: "", unit: "K%\n-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n", tail: "" }],
    ["fromHpkp", { head: "Public-Key-Pins: a", unit: " ", tail: '"' }],
    ["fromOkHttp", { head: "", unit: '"""."""', tail: "" }],
    [
      "fromReactNative",
      {
        head: "{",
        unit: TEXTS.fromReactNative.pieces.find((piece) => piece.startsWith('"^"')),
        tail: '"x.y":{"publicKeyHashes":["Ykazh9NJhD33TfirhWevXyQOdqkB0qT152NZ6dNo+/I="]}}',
      },
    ],
  ]) {
    const { read, input } = SUBJECTS[name];
    // A header has a limit of its own.
    assertLinear(read, (length) => input(recipe, name === "fromHpkp" ? length / 4 : length), name);
  }
});

for (const [name, recipes] of Object.entries(SHARING)) {
  test(`${name}: many hosts that share many things`, () => {
    const { read, input } = SUBJECTS[name];
    for (const recipe of recipes) assertLinear(read, (length) => input(recipe, length), named(recipe));
  });
}

test("pinnedFetch: a header of blanks", async () => {
  let listener;
  const channel = {
    post(text) {
      const { type, nonce } = JSON.parse(text);
      if (type === "attach") queueMicrotask(() => listener(JSON.stringify({ v: 1, type: "attached", nonce, session: "0".repeat(32) })));
    },
    listen(each) {
      listener = each;
      return () => {};
    },
  };
  const verifier = createVerifierSync({ version: 1, id: "x", sequence: 1, rules: [] });
  const bridge = await attachBridge(channel, verifier);
  const read = (value) => void bridge.pinnedFetch("https://a.example/", { headers: { x: value }, timeout: 1 }).catch(() => {});
  for (const blank of [" ", "\t", " \t"]) {
    assertLinear(read, (length) => `a${blank.repeat(length)}b`, JSON.stringify(blank));
    assertLinear(read, (length) => `${blank.repeat(length)}a`, JSON.stringify(blank));
  }
  bridge.detach?.();
  verifier.dispose();
});
