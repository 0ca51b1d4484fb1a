// chainpin/report: what happens when a report does not arrive.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { collector, hour, judge, mismatch, other, reporting, settle, verifierOf } from "./reporting.mjs";

const day = 24 * hour;

test("the wait doubles with each failure up to six hours, with jitter, and ends with the first success", async () => {
  for (const random of [0, 0.5, 0.999]) {
    const { reporter, requests, verifier, clock } = reporting({ random: () => random });
    reporter.report(judge(verifier));
    await clock.pass(0);
    assert.equal(requests.length, random === 0 ? 1 : 0, "a fleet's first reports are spread");
    await clock.pass(10_000);
    assert.equal(requests.length, 1);
  }
  for (const random of [0, 0.999]) {
    const world = reporting({ random: () => random });
    world.answer = () => ({ status: 503 });
    world.reporter.report(judge(world.verifier));
    await world.clock.pass(3 * day);
    const waits = world.requests.slice(1).map(({ at }, index) => (at - world.requests[index].at) / 60_000);
    const expected = [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360].map((minutes) => minutes * (0.5 + random / 2));
    for (const [index, minutes] of expected.entries()) assert.ok(Math.abs(waits[index] - minutes) < 0.01, `${waits[index]} for ${minutes}`);
    assert.ok(Math.max(...waits) <= 360);

    world.answer = () => ({ status: 200 });
    await world.clock.pass(6 * hour);
    assert.equal(world.reporter.waiting, 0);
    const before = world.requests.length;
    world.reporter.report(judge(world.verifier), { port: 8443 });
    await world.clock.pass(10_000);
    assert.equal(world.requests.length, before + 1, "no wait is left of the failures");
  }
});

test("one address that fails does not keep the reports from another", async () => {
  const world = reporting({ verifier: verifierOf({ ...mismatch, reportTo: [collector, other] }) });
  world.answer = ({ url }) => (url === collector ? new Promise(() => {}) : { status: 204 });
  for (const port of [1, 2, 3]) world.reporter.report(judge(world.verifier), { port });
  await world.clock.pass(20_000);
  assert.deepEqual(
    world.requests.map(({ url }) => url),
    [collector, other, other, other],
  );
  assert.equal(world.reporter.waiting, 3);
});

for (const [status, kept] of [
  [200, 0],
  [201, 0],
  [204, 0],
  [400, 0],
  [413, 0],
  [415, 0],
  [422, 0],
  [302, 1],
  [308, 1],
  [401, 1],
  [404, 1],
  [408, 1],
  [429, 1],
  [500, 1],
  [503, 1],
  [0, 1],
  [NaN, 1],
  [undefined, 1],
]) {
  test(`after an answer of ${status}, the report ${kept ? "waits for another try" : "is done with"}`, async () => {
    const world = reporting({ timers: false });
    world.answer = () => ({ status });
    world.reporter.report(judge(world.verifier));
    await world.reporter.flush();
    assert.equal(world.reporter.waiting, kept);
    const code = kept ? "send-failed" : status < 300 ? "delivered" : "refused";
    assert.deepEqual(
      world.events
        .map((event) => [event.code, event.status])
        .slice(1)
        .at(-1),
      [code, status],
    );
  });
}

for (const [what, answer] of [
  ["rejects", () => Promise.reject(new TypeError("fetch failed"))],
  [
    "throws",
    () => {
      throw new Error("no");
    },
  ],
  ["answers nothing", () => undefined],
  ["never answers", () => new Promise(() => {})],
]) {
  test(`a sender that ${what} is a failure like others`, async () => {
    const world = reporting();
    world.answer = answer;
    world.reporter.report(judge(world.verifier));
    await world.clock.pass(45_000);
    assert.deepEqual([world.reporter.counts["send-failed"], world.reporter.waiting], [1, 1]);
    assert.ok(world.events.at(-1).error instanceof Error);
    world.answer = () => ({ status: 204 });
    await world.clock.pass(120_000);
    assert.equal(world.reporter.counts.delivered, 1);
  });
}

test("without timers, what failed is tried again at the next report and by flush", async () => {
  const world = reporting({ timers: false });
  world.answer = () => ({ status: 500 });
  world.reporter.report(judge(world.verifier));
  await settle();
  assert.equal(world.requests.length, 1);
  world.reporter.report(judge(world.verifier), { port: 8443 });
  await settle();
  assert.equal(world.requests.length, 1, "the address has just failed");
  world.answer = () => ({ status: 204 });
  world.clock.now += hour;
  world.reporter.report(judge(world.verifier), { port: 8444 });
  await settle();
  assert.deepEqual([world.requests.length, world.reporter.waiting], [4, 0]);

  world.answer = () => ({ status: 500 });
  world.reporter.report(judge(world.verifier), { port: 8445 });
  await settle();
  world.answer = () => ({ status: 204 });
  await world.reporter.flush();
  assert.equal(world.reporter.waiting, 0, "flush waits for nothing");
});

test("by the platform's timers, a report that failed comes again by itself, and keeps no process alive", () => {
  const script = `
    import { createReporter } from "chainpin/report";
    import { judge, mismatch, verifierOf } from "./reporting.mjs";
    const verifier = verifierOf(mismatch);
    const send = async () => console.log("sent") ?? { status: 503 };
    createReporter({ verifier, send, random: () => 0.01 }).report(judge(verifier));
    if (process.argv[1] === "stay") setTimeout(() => {}, 1000);
  `;
  const run = (...args) => {
    const options = { cwd: new URL(".", import.meta.url), encoding: "utf8", timeout: 20_000 };
    return spawnSync(process.execPath, ["--input-type=module", "-e", script, ...args], options);
  };
  assert.deepEqual([run("stay").stdout, run().stdout], ["sent\n", ""]);
});
