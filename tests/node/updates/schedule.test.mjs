// When a store updates: at the start, weekly, more often near the expiry, and soon again after a failure.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { createPolicyStore, memoryStorage } from "chainpin/updates";
import { build } from "esbuild";
import { at } from "../../../scripts/lib/paths.mjs";
import { now, policy, signer } from "../lib/signer.mjs";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const key = signer("a");

const { outputFiles } = await build({ entryPoints: [at("js", "updates", "schedule.ts")], bundle: true, write: false, format: "esm" });
const { delayUntilNext } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

test("the delay: a week, an eighth of what remains inside 14 days, an hour at least", () => {
  for (const [days, expected] of [
    [undefined, 7 * DAY],
    [365, 7 * DAY],
    [14, 7 * DAY],
    [13.9, (13.9 / 8) * DAY],
    [8, DAY],
    [1, 3 * HOUR],
    [0.1, HOUR],
    [0, HOUR],
    [-400, HOUR],
  ]) {
    assert.equal(
      Math.round(delayUntilNext(now, days === undefined ? undefined : now + days * DAY, 0, 0.5)),
      Math.round(expected),
      `${days} days`,
    );
  }
});

test("after failures: a minute, doubled each time, never longer than without", () => {
  const minutes = [1, 2, 3, 10, 13, 14, 15, 60, 2000].map((failures) => delayUntilNext(now, undefined, failures, 0.5) / 60_000);
  assert.deepEqual(minutes, [1, 2, 4, 512, 4096, 8192, 10080, 10080, 10080]);
  assert.equal(delayUntilNext(now, now - DAY, 9, 0.5), HOUR);
});

test("a tenth of jitter, either way", () => {
  assert.equal(Math.round(delayUntilNext(now, undefined, 0, 0)), 6.3 * DAY);
  assert.equal(Math.round(delayUntilNext(now, undefined, 0, 1)), 7.7 * DAY);
});

/** A store whose clock and timers are moved by `pass`, and when it fetched, in days. */
async function live(context, { expiresIn = 365, answer, clock = (time) => time } = {}) {
  const embedded = policy(5, { age: 1, days: expiresIn + 1 });
  let elapsed = 0;
  const fetches = [];
  const store = await createPolicyStore({
    keys: [key.jwk],
    embedded,
    storage: memoryStorage(),
    now: () => clock(now + elapsed),
    fetch: async () => {
      fetches.push(elapsed / DAY);
      return answer ? answer() : key.sign(embedded);
    },
  });
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const settle = async () => {
    for (let turns = 0; turns < 8; turns++) await turn();
  };
  const pass = async (days, step = HOUR) => {
    for (const end = elapsed + days * DAY; elapsed < end; ) {
      elapsed += step;
      context.mock.timers.tick(step);
      await settle();
    }
  };
  return { store, fetches, pass, settle, sleep: (days) => (elapsed += days * DAY) };
}

test("at the start, then weekly; `start` twice is once, and `stop` ends it", async (context) => {
  const { store, fetches, pass, settle } = await live(context);
  store.start();
  store.start();
  await settle();
  assert.deepEqual(fetches, [0]);
  await pass(16); // twice a week and its jitter, 7.8 days at most
  assert.equal(fetches.length, 3);
  for (const day of [fetches[1], fetches[2] - fetches[1]]) assert.ok(day >= 6.3 && day <= 7.8, String(fetches));
  store.stop();
  await pass(30, 6 * HOUR);
  assert.equal(fetches.length, 3);
  store.start();
  await settle();
  assert.equal(fetches.length, 4);
  store.stop();
});

test("near the expiry, ever more often", async (context) => {
  context.mock.method(Math, "random", () => 0.5); // without jitter: with the most of it, there are 24
  const { store, fetches, pass, settle } = await live(context, { expiresIn: 8 });
  store.start();
  await settle();
  await pass(8);
  const gaps = fetches.slice(1).map((day, index) => day - fetches[index]);
  assert.ok(gaps[0] > 0.85 && gaps[0] < 1.15, String(gaps));
  assert.ok(fetches.length > 25 && gaps.at(-1) < 0.1, String(fetches.length));
  store.stop();
});

test("a server that is down for 90 days is asked ever less, and the policy stays", async (context) => {
  const { store, fetches, pass } = await live(context, { answer: () => Promise.reject(new Error("down")) });
  store.start();
  await pass(0.5, 60_000);
  assert.ok(fetches.length >= 9 && fetches.length <= 12, `${fetches.length} in half a day`);
  await pass(89.5);
  assert.ok(fetches.length >= 20 && fetches.length <= 40, `${fetches.length} in 90 days`);
  assert.equal(store.policy.sequence, 5);
  store.stop();
});

test("a device that slept updates within the hour", async (context) => {
  const { store, fetches, pass, settle, sleep } = await live(context);
  store.start();
  await settle();
  sleep(10);
  await pass(1.1 / 24, 60_000);
  assert.equal(fetches.length, 2);
  store.stop();
});

test("a clock that is set back does not end the updates", async (context) => {
  const { store, fetches, pass, settle, sleep } = await live(context);
  store.start();
  await settle();
  sleep(-1000);
  await pass(8);
  assert.equal(fetches.length, 2);
  store.stop();
});

for (const [what, faulty] of Object.entries({
  "tells no time": () => NaN,
  "is at the end of time": () => Infinity,
  throws: () => {
    throw new Error("no clock");
  },
  "jumps a year to and fro, between any two reads": (time, read) => time + (read % 2 === 0 ? 365 : -365) * DAY,
  "is a month later at each look": (time, read) => time + read * 30 * DAY,
  "jumps a million years to and fro": (time, read) => time + (read % 3 === 0 ? 3.65e8 : -3.65e8) * DAY,
})) {
  test(`a clock that ${what} neither ends the updates nor lets them race`, async (context) => {
    let isFaulty = false;
    let reads = 0;
    const { store, fetches, pass, settle } = await live(context, { clock: (time) => (isFaulty ? faulty(time, reads++) : time) });
    store.start();
    await settle();
    isFaulty = true;
    await pass(40, HOUR / 6);
    const most = (40 * 24) / 0.9 + 40; // an hour less its jitter is the least, but for what comes soon after a failure
    assert.ok(fetches.length > 4 && fetches.length < most, `${fetches.length} fetches`);
    assert.ok(reads < 40 * most, `${reads} looks at the clock`);
    assert.equal(
      store.verifier.verify({ host: "other.example", chain: [], now }).reason,
      "chain-empty",
      "verdicts have a clock of their own",
    );
    isFaulty = false;
    const { length } = fetches;
    await pass(9);
    assert.ok(fetches.length > length, "and the clock that is right again is enough");
    assert.equal(store.policy.sequence, 5);
    store.stop();
  });
}

test("a bundle that was accepted is followed at once by the next, until nothing is newer", async (context) => {
  let sequence = 5;
  const { store, fetches, settle } = await live(context, { answer: () => key.sign(policy((sequence = Math.min(sequence + 1, 8)))) });
  store.start();
  for (let turns = 0; turns < 6; turns++) await settle();
  assert.deepEqual([store.policy.sequence, fetches.length], [8, 4]);
  store.stop();
});
