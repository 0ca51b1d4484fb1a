// A policy store whose storage and clock fail in every way that JavaScript allows: it never throws, never goes back, uses nothing that
// nobody signed, and is up to date as soon as they work again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { createPolicyStore, memoryStorage } from "chainpin/updates";
import { chance, seed } from "../lib/random.mjs";
import { now, policy, signer } from "../lib/signer.mjs";

const key = signer("k");
const embedded = policy(5, { age: 10, days: 365 });
const bundles = new Map(Array.from({ length: 10 }, (_, index) => [6 + index, key.sign(policy(6 + index))]));
const rulesOf = (sequence) => JSON.stringify(policy(sequence).rules);
const DAY = 24 * 60 * 60 * 1000;
const REASONS = /^(storage-failed|internal|expired|issued-in-future|not-newer|rollback|signature-invalid|bundle-malformed|fetch-failed)$/;

const open = (options) => createPolicyStore({ keys: [key.jwk], embedded, now: () => now, storage: memoryStorage(), ...options });
const hanging = () => new Promise(() => {});

test("storage that never answers is given up after half a minute, at the start and later", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const settled = async (promise) => {
    let isSettled = false;
    promise.then(() => (isSettled = true));
    while (!isSettled) {
      for (let turns = 0; turns < 8; turns++) await turn();
      if (!isSettled) context.mock.timers.tick(10_000);
    }
    return promise;
  };
  const events = [];
  const storage = memoryStorage();
  let failing = ["get"];
  let late;
  const flaky = {
    get: (key) => (failing.includes("get") ? hanging() : storage.get(key)),
    set: (key, value) =>
      failing.includes("set") ? new Promise((resolve) => (late = () => resolve(storage.set(key, value)))) : storage.set(key, value),
  };
  const store = await settled(open({ storage: flaky, fetch: async () => bundles.get(6), onEvent: ({ code }) => events.push(code) }));
  await turn();
  assert.deepEqual([store.policy.sequence, events], [5, ["storage-unreadable"]]);
  assert.equal((await settled(store.update())).reason, "storage-failed");
  failing = ["set"];
  const { reason, message } = await settled(store.update());
  assert.deepEqual([reason, message, store.policy.sequence], ["storage-failed", "the storage's set gave no answer in 30 s", 5]);
  failing = [];
  await late();
  assert.equal(store.policy.sequence, 5, "a write that comes late changes nothing by itself");
  assert.equal((await store.update()).reason, "not-newer");
  assert.equal(store.policy.sequence, 6, "it is a signed policy like any other");
});

/** What no storage should give back, and some do. */
const garbage = [
  undefined,
  null,
  0,
  1,
  true,
  NaN,
  [],
  {},
  /x/,
  Symbol.iterator,
  12n,
  new Uint8Array(100),
  new Date(),
  "\0",
  "{}",
  "[".repeat(100_000),
  '{"version":1,"log":{"length":3}}',
  '{"version":1,"log":[[]]}',
];

test("what is in storage may be anything", async () => {
  for (const value of garbage) {
    const storage = { get: async () => value, set: async () => {} };
    const store = await open({ storage, fetch: async () => bundles.get(6) });
    assert.equal(store.policy.sequence, 5);
    assert.equal((await store.update()).reason, "storage-failed", "what was written does not come back");
    for (const fault of [
      () => value,
      () => Promise.reject(value),
      () => {
        throw value;
      },
      () => ({ then: value }),
      () => ({
        then() {
          throw value;
        },
      }),
    ]) {
      const store = await open({
        storage: { get: fault, set: fault, lock: (work) => work().then(fault) },
        fetch: async () => bundles.get(6),
      });
      assert.deepEqual([(await store.update()).reason, store.policy.sequence], ["storage-failed", 5]);
    }
  }
});

test(`a thousand lives among faults (CHAINPIN_SEED=${seed})`, { timeout: 120_000 }, async () => {
  const { random, pick } = chance(seed);
  const counts = { accepted: 0, refused: 0, faults: 0 };
  for (let life = 0; life < 1_000; life++) {
    const kept = new Map();
    const written = [];
    let isFaulty = true;
    const fault = (good, value) => {
      if (!isFaulty || random() < 0.7) return good();
      counts.faults += 1;
      return pick([
        () => Promise.reject(value),
        () => {
          throw value;
        },
        () => Promise.resolve(value),
        () => value,
        () => Promise.resolve(pick([...written, undefined])), // older, or the other place's
        () => turn().then(good),
      ])();
    };
    const storage = {
      get: (name) => fault(async () => kept.get(name), pick(garbage)),
      set: (name, value) => {
        written.push(value);
        if (isFaulty && random() < 0.2) kept.set(name, value.slice(0, random() * value.length));
        return fault(async () => void kept.set(name, value), pick(garbage));
      },
    };
    // Another time at each look.
    const clock = () => {
      if (!isFaulty || random() < 0.7) return now;
      counts.faults += 1;
      return pick([
        () => now + 400 * DAY,
        () => now - 4000 * DAY,
        () => NaN,
        () => Infinity,
        () => -1e300,
        () => 0,
        () => "now",
        () => undefined,
        () => {
          throw new Error("no clock");
        },
      ])();
    };
    let offered;
    const options = { storage, fetch: async () => offered };
    let isOpen = false;
    const store = await open({ ...options, now: () => (isOpen ? clock() : now) });
    isOpen = true;
    for (let step = 0, last = 5; step < 8; step++) {
      const newest = 6 + Math.floor(random() * 9);
      offered = random() < 0.1 ? bundles.get(newest).slice(0, -3) : bundles.get(newest);
      const { accepted, reason } = await store.update();
      counts[accepted ? "accepted" : "refused"] += 1;
      if (!accepted) assert.match(reason, REASONS);
      const { sequence } = store.policy;
      assert.ok(sequence >= last && (!accepted || sequence === newest), `life ${life}: ${sequence} after ${last}`);
      assert.equal(JSON.stringify(store.policy.rules), sequence === 5 ? JSON.stringify(embedded.rules) : rulesOf(sequence));
      last = sequence;
    }
    isFaulty = false;
    offered = bundles.get(15);
    assert.deepEqual(await store.update(), { accepted: true }, `life ${life}`);
    assert.equal((await open({ ...options, now: () => now })).policy.sequence, 15, "and it is there after a restart");
  }
  for (const count of Object.values(counts)) assert.ok(count > 500, JSON.stringify(counts));
});
