// chainpin/report: restarts, faulty storages and faulty programs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createReporter } from "chainpin/report";
import { memoryStorage } from "chainpin/updates";
import { Clock, akamai, collector, hour, judge, memory, mismatch, reporting, settle, verifierOf } from "./reporting.mjs";

const day = 24 * hour;

test("a storage of chainpin/updates serves", async () => {
  const storage = memoryStorage();
  const first = reporting({ storage, timers: false });
  first.answer = () => ({ status: 503 });
  first.reporter.report(judge(first.verifier));
  await first.reporter.flush();
  const second = reporting({ storage, timers: false });
  await second.reporter.flush();
  assert.equal(second.requests[0].body, first.requests[0].body);
});

test("reports survive a restart, with their names, and what was told stays told", async () => {
  const storage = memory();
  const clock = new Clock();
  const first = reporting({ storage, clock });
  first.answer = () => ({ status: 503 });
  first.reporter.report(judge(first.verifier));
  await clock.pass(10_000);
  first.reporter.stop();
  const { length } = first.requests;
  await clock.pass(hour);
  assert.equal(first.requests.length, length, "a stopped reporter sends nothing");

  const second = reporting({ storage, clock });
  second.reporter.report(judge(second.verifier));
  await clock.pass(hour);
  assert.deepEqual([second.requests.length, second.reporter.counts.repeated, second.reporter.waiting], [1, 1, 0]);
  assert.equal(second.requests[0].body, first.requests[0].body);

  const third = reporting({ storage, clock });
  third.reporter.report(judge(third.verifier));
  await third.reporter.flush();
  assert.deepEqual([third.requests.length, third.reporter.counts.repeated], [0, 1]);
});

test("a back-off survives a restart, too: an app that is started again and again does not hammer", async () => {
  const storage = memory();
  const clock = new Clock();
  let sent = 0;
  for (let start = 0; start < 30; start++) {
    const world = reporting({ storage, clock });
    world.answer = () => ({ status: 503 });
    world.reporter.report(judge(world.verifier));
    await clock.pass(20_000);
    world.reporter.stop();
    sent += world.requests.length;
  }
  assert.ok(sent >= 3 && sent <= 5, `${sent} in ten minutes`);
});

test("reports older than seven days are given up, and counted", async () => {
  const world = reporting();
  world.answer = () => ({ status: 503 });
  world.reporter.report(judge(world.verifier));
  await world.clock.pass(7 * day + 6 * hour);
  assert.deepEqual([world.reporter.waiting, world.reporter.counts.expired], [0, 1]);
  const { length } = world.requests;
  await world.clock.pass(7 * day);
  assert.equal(world.requests.length, length);
});

test("a clock that is set back does not silence the reporter", async () => {
  const world = reporting();
  world.answer = () => ({ status: 503 });
  world.clock.now += 3650 * day;
  world.reporter.report(judge(world.verifier));
  await world.clock.pass(hour);
  world.clock.now = akamai.now;
  world.clock.timers = [];
  world.answer = () => ({ status: 204 });
  world.reporter.report(judge(world.verifier));
  await world.clock.pass(hour);
  assert.deepEqual([world.reporter.counts.queued, world.reporter.counts.delivered, world.reporter.waiting], [2, 1, 0]);
});

for (const [what, faulty] of Object.entries({
  "tells no time": () => NaN,
  "tells something else": () => "noon",
  throws: () => {
    throw new Error("no clock");
  },
})) {
  test(`a clock that ${what} stands still for the reporter, and nothing comes of it`, async () => {
    const storage = memory();
    const clock = new Clock();
    let isFaulty = true;
    const now = () => (isFaulty ? faulty() : clock.now);
    const first = reporting({ clock, now, storage });
    first.answer = () => ({ status: 503 });
    for (let times = 0; times < 20; times++) {
      first.reporter.report(judge(first.verifier));
      await clock.pass(60_000);
    }
    const { counts } = first.reporter;
    assert.deepEqual([counts.queued, counts.repeated, counts["report-failed"]], [1, 19, 0], "one report, as ever");
    const { length } = first.requests;
    assert.ok(length <= 12, `${length} requests in 20 minutes`);
    await first.reporter.flush();
    assert.equal(first.requests.length, length + 1, "asked to, it sends all the same");

    const second = reporting({ clock, now, storage });
    isFaulty = false;
    await second.reporter.flush();
    assert.equal(second.reporter.counts["storage-corrupt"], 0, "what was kept meanwhile can be read");
    second.reporter.report(judge(second.verifier, { host: "www.akamai.com" }));
    second.reporter.report(judge(second.verifier));
    await clock.pass(7 * hour);
    assert.equal(second.reporter.waiting, 0, "and with the clock all is told");
  });
}

const sound = JSON.stringify({ version: 1, waiting: [], taken: [], delays: [] });
const waiting = { id: "a", address: collector, hostname: "a", body: "{}", at: 1 };
for (const text of [
  "",
  "{",
  "null",
  "[]",
  "1",
  sound.slice(0, -1),
  JSON.stringify({ version: 2, waiting: [], taken: [], delays: [] }),
  JSON.stringify({ version: 1 }),
  JSON.stringify({ version: 1, waiting: [null], taken: [], delays: [] }),
  JSON.stringify({ version: 1, waiting: {}, taken: [], delays: [] }),
  JSON.stringify({ version: 1, waiting: [{ ...waiting, body: 1 }], taken: [], delays: [] }),
  JSON.stringify({ version: 1, waiting: [{ ...waiting, at: null }], taken: [], delays: [] }),
  JSON.stringify({ version: 1, waiting: [{ ...waiting, body: "a".repeat(70_000) }], taken: [], delays: [] }),
  JSON.stringify({ version: 1, waiting: Array(65).fill(waiting), taken: [], delays: [] }),
  JSON.stringify({ version: 1, waiting: [], taken: Array(300).fill({ key: "a", hostname: "a", at: 1 }), delays: [] }),
  JSON.stringify({ version: 1, waiting: [], taken: [], delays: [{ address: collector, failures: -1, until: 0 }] }),
]) {
  test(`a corrupt storage is dropped and counted: ${text.slice(0, 60)}`, async () => {
    const storage = memory(new Map([["chainpin.reports", text]]));
    const { reporter, requests, verifier, events } = reporting({ storage, timers: false });
    reporter.report(judge(verifier));
    await reporter.flush();
    assert.deepEqual([reporter.counts["storage-corrupt"], reporter.counts.delivered, requests.length], [1, 1, 1]);
    assert.equal(events[0].code, "storage-corrupt");
    assert.equal(JSON.parse(storage.content.get("chainpin.reports")).taken.length, 1);
  });
}

test("a stored report goes only where reports may go", async () => {
  const now = akamai.now;
  const stored = ["http://evil.example/", "https://user@evil.example/", `https://${akamai.host}/`].map((address) => ({
    ...waiting,
    address,
    at: now,
  }));
  const storage = memory(new Map([["chainpin.reports", JSON.stringify({ version: 1, waiting: stored, taken: [], delays: [] })]]));
  const { reporter, requests } = reporting({ storage });
  await reporter.flush();
  assert.deepEqual([requests.length, reporter.counts["address-refused"], reporter.waiting], [0, 3, 0]);
});

for (const [what, storage] of [
  ["cannot be read", { ...memory(), get: () => Promise.reject(new Error("no")) }],
  [
    "throws",
    {
      ...memory(),
      get: () => {
        throw new Error("no");
      },
    },
  ],
  ["is full", { ...memory(), set: () => Promise.reject(new Error("QuotaExceededError")) }],
  ["never answers", { ...memory(), get: () => new Promise(() => {}) }],
]) {
  test(`a storage that ${what} is counted, and reports arrive all the same`, async () => {
    const { reporter, requests, verifier, clock } = reporting({ storage });
    reporter.report(judge(verifier));
    await clock.pass(60_000);
    assert.equal(requests.length, 1);
    assert.ok(reporter.counts["storage-failed"] >= 1);
  });
}

test("the storage is written one write after the other, and the newest state last", async () => {
  const writes = [];
  let running = 0;
  const set = async (_, value) => {
    assert.equal(++running, 1);
    await settle();
    writes.push(JSON.parse(value).waiting.length);
    running--;
  };
  const { reporter, verifier } = reporting({ storage: { ...memory(), set }, timers: false });
  await settle();
  for (const port of [1, 2, 3]) reporter.report(judge(verifier), { port });
  await reporter.flush();
  assert.equal(writes.at(-1), 0);
});

test("reports before the storage is read are kept, up to a limit", async () => {
  let ready;
  const storage = { ...memory(), get: () => new Promise((resolve) => (ready = resolve)) };
  const rules = Array.from({ length: 100 }, (_, index) => ({ ...mismatch, host: `host-${index}.example` }));
  const { reporter, requests, verifier } = reporting({ verifier: verifierOf(...rules), storage });
  for (const { host } of rules) reporter.report(judge(verifier, { host, chain: [] }));
  await settle();
  assert.deepEqual([requests.length, reporter.waiting, reporter.counts["over-limit"]], [0, 64, 36]);
  ready(null);
  await reporter.flush();
  assert.equal(requests.length, 64);
});

test("report never throws: what goes wrong is counted and told", () => {
  const { reporter, verifier, events } = reporting({ timers: false });
  const verdict = judge(verifier);
  for (const [wrong, connection] of [
    [undefined],
    [null],
    [{}],
    [{ outcome: "rejected" }],
    [verdict, { port: 70_000 }],
    [verdict, { port: "443" }],
    [verdict, null],
  ]) {
    assert.doesNotThrow(() => reporter.report(wrong, connection));
  }
  assert.equal(reporter.counts["report-failed"], 5);
  verifier.dispose();
  assert.doesNotThrow(() => reporter.report(verdict));
  assert.equal(reporter.counts["report-failed"], 6);
  assert.equal(events.at(-1).error.code, "disposed");
});

test("a listener that throws changes nothing", async () => {
  const onEvent = () => {
    throw new Error("the app's own");
  };
  const { reporter, requests, verifier } = reporting({ onEvent, timers: false });
  assert.doesNotThrow(() => reporter.report(judge(verifier)));
  await reporter.flush();
  assert.deepEqual([requests.length, reporter.counts["listener-failed"]], [1, 2]);
});

test("report can be handed over as a callback, and flush as well", async () => {
  const { reporter, requests, verifier } = reporting({ timers: false });
  const { report: onVerdict, flush } = reporter;
  onVerdict(judge(verifier), { host: akamai.host, port: undefined });
  await flush();
  assert.equal(requests[0].report.port, 443);
});

test("wrong options are refused by name", () => {
  const verifier = verifierOf(mismatch);
  const send = async () => ({ status: 204 });
  const start = () => 1;
  for (const [options, name] of [
    [undefined, /options/],
    [{ send }, /options\.verifier/],
    [{ verifier }, /options\.send/],
    [{ verifier, send, storage: {} }, /options\.storage\.get/],
    [{ verifier, send, storage: { get: send } }, /options\.storage\.set/],
    [{ verifier, send, reportTo: collector }, /options\.reportTo/],
    [{ verifier, send, reportTo: ["http://reports.example.net"] }, /options\.reportTo/],
    [{ verifier, send, backupUse: 1 }, /options\.backupUse/],
    [{ verifier, send, setTimeout: start }, /options\.clearTimeout/],
    [{ verifier, send, setTimeout: start, clearTimeout: null }, /options\.clearTimeout/],
    [{ verifier, send, now: 1 }, /options\.now/],
    [{ verifier, send, random: 1 }, /options\.random/],
    [{ verifier, send, onEvent: 1 }, /options\.onEvent/],
  ]) {
    assert.throws(
      () => createReporter(options),
      (error) => error instanceof TypeError && name.test(error.message),
      JSON.stringify(options),
    );
  }
});
