// Power cuts: a storage that is stopped at any point of any write, in random schedules, and never leaves less than was in use.
// updates.test.mjs runs this in a process of its own; the test runner would watch every promise.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import * as chainpin from "chainpin";
import { createPolicyStoreWith } from "chainpin/updates";
import { encode, now, policy, signer } from "../lib/signer.mjs";

const SCHEDULES = Number(process.env.SCHEDULES ?? 10_000);
const seed = Number(process.env.SEED ?? randomInt(2 ** 31));

const keys = [signer("k0"), signer("k1")];
const embedded = policy(5, { age: 10, days: 365 });
/** Sequence 6 to 12, signed by turns: 8 and 10 hand over to the other key. Odd ones in between are left out now and then. */
const bundles = new Map();
for (let sequence = 6, by = 0; sequence <= 12; sequence++) {
  const next = sequence % 2 === 0 && sequence >= 8 && sequence <= 10 ? 1 - by : by;
  bundles.set(sequence, keys[by].sign(policy(sequence, next === by ? {} : { signingKeys: [keys[next].jwk] })));
  by = next;
}
const rules = new Map([5, ...bundles.keys()].map((sequence) => [sequence, JSON.stringify(policy(sequence).rules)]));
const hostile = [
  keys[0].sign(policy(99, { id: "other" })),
  signer("k0").sign(policy(98)),
  `${encode('{"alg":"none","kid":"k0","typ":"chainpin-policy+jws"}')}.${encode(JSON.stringify(policy(97)))}.`,
  bundles.get(7).slice(0, -9),
  "",
];

/** A verdict depends on its arguments alone, and most of these come again: each is asked for once. */
const verdicts = new Map();
const using = {
  ...chainpin,
  verifyBundle(bundle, terms) {
    const key = JSON.stringify([bundle, terms]);
    if (!verdicts.has(key)) verdicts.set(key, chainpin.verifyBundle(bundle, terms));
    return verdicts.get(key);
  },
};

const random = randomOf(seed);
const counts = { crashes: 0, torn: 0, corrupted: 0, accepted: 0, restarts: 0 };
for (let schedule = 0; schedule < SCHEDULES; schedule++) await run(random, counts, `schedule ${schedule} of SEED=${seed}`);
console.log(`${SCHEDULES} schedules, SEED=${seed} ${JSON.stringify(counts)}`);
for (const [name, count] of Object.entries(counts)) assert.ok(count > SCHEDULES / 50, `${name}: ${count}`);

/** A life of one device: starts, updates, and power cuts between and inside of writes. */
async function run(random, counts, name) {
  const disk = new Map();
  let floor = embedded.sequence; // the highest sequence that ever gave a verdict
  for (let life = 0; life < 3; life++) {
    const device = power(disk, random, counts);
    let offered;
    const store = await createPolicyStoreWith(using, {
      keys: [keys[0].jwk],
      embedded,
      storage: device.storage,
      now: () => now,
      fetch: async () => offered,
    });
    counts.restarts++;
    check(store);
    device.arm();
    for (let step = 0; step < 4 && !device.isOff(); step++) {
      offered = random(4) === 0 ? hostile[random(hostile.length)] : bundles.get(6 + random(7));
      const from = store.policy.sequence;
      // When the power goes, the promise never settles: nobody is there to see it.
      const answer = await Promise.race([store.update(), device.off]);
      if (answer !== undefined) {
        assert.equal(answer.accepted, store.policy.sequence > from, name);
        if (answer.accepted) counts.accepted++;
      }
      check(store);
    }
  }

  function check(store) {
    const { sequence } = store.policy;
    assert.ok(sequence >= floor, `${name}: ${sequence} after ${floor}`);
    assert.equal(JSON.stringify(store.verifier.policy.rules), rules.get(sequence), `${name}: a policy that nobody signed`);
    assert.ok(sequence === 5 || bundles.has(sequence), name);
    assert.equal(store.verifier.ruleFor("api.example.com").host, "api.example.com", name);
    floor = sequence;
  }
}

/** A storage over `disk` that loses power at a random point of a random write: before it, in the middle of it, after it. */
function power(disk, random, counts) {
  let armed = false;
  let left = random(30);
  let cut;
  const off = new Promise((resolve) => (cut = resolve));
  const never = new Promise(() => {});
  let isOff = false;
  const stop = () => {
    isOff = true;
    counts.crashes++;
    cut();
    return never;
  };
  const point = () => armed && left-- === 0;
  const storage = {
    get: async (key) => (isOff ? never : point() ? stop() : disk.get(key)),
    set: async (key, value) => {
      if (isOff) return never;
      if (point()) return stop();
      // In half of the writes, something of it is there before all of it is.
      if (random(2) === 0) disk.set(key, value.slice(0, random(value.length)));
      else if (random(2) === 0) disk.set(key, flipped(value, random)), counts.corrupted++;
      if (point()) return (counts.torn++, stop());
      // A full disk says so; what it has is torn.
      if (random(10) === 0) throw new Error("no space left");
      disk.set(key, value);
      if (point()) return stop();
    },
  };
  return { storage, off, isOff: () => isOff, arm: () => (armed = true) };
}

function flipped(text, random) {
  const at = random(text.length);
  return `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`;
}

/** Numbers from 0 to below `below`; the same for the same seed (mulberry32). */
function randomOf(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
