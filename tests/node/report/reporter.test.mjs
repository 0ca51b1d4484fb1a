// chainpin/report: what is told, to whom, how often, and what happens when it does not arrive.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { createReplaceable, createVerifierSync } from "chainpin";
import { createReporter } from "chainpin/report";
import { memoryStorage } from "chainpin/updates";
import { policyOf, strayPin, vector, vectors } from "../lib/vectors.mjs";
import { Clock, akamai, collector, hour, judge, memory, mismatch, other, reporting, settle, verifierOf } from "./reporting.mjs";

const day = 24 * hour;
const unlisted = "www.unlisted.example";

test("a mismatch arrives as the report of RFC 7469, section 3, in one POST without redirects and credentials", async () => {
  const { reporter, requests, verifier, clock } = reporting();
  const verdict = judge(verifier);
  reporter.report(verdict, { host: akamai.host, port: 8443 });
  await clock.pass(10_000);
  assert.equal(requests.length, 1);
  const [{ at, body, report, ...request }] = requests;
  assert.deepEqual(request, { url: collector, method: "POST", contentType: "application/json", redirect: "error", credentials: "omit" });
  const { "report-id": id, ...chainpin } = report.chainpin;
  assert.match(id, /^[0-9a-f]{32}$/);
  assert.deepEqual({ ...report, chainpin }, JSON.parse(JSON.stringify(verdict.toReport(8443))));
  assert.equal(report.port, 8443);
  assert.equal(report["validated-certificate-chain"].length, akamai.ders.length);
  assert.match(body, /^[\x20-\x7e]*$/);
});

for (const [what, rule, told] of [
  ["a rejected verdict", { pins: [strayPin(1)] }, true],
  ["a tolerated verdict", { pins: [strayPin(1)], mode: "report" }, true],
  ["a mismatch after the rule's expiry", { pins: [strayPin(1)], expires: "2020-01-01" }, true],
  ["a backup pin in use", { pins: [strayPin(1)], backupPins: [akamai.pins[0]] }, true],
  ["a match", { pins: [akamai.pins[0]], backupPins: [strayPin(1)] }, false],
]) {
  test(`${what} is ${told ? "told" : "not told"}`, async () => {
    const { reporter, requests, verifier } = reporting({ verifier: verifierOf({ ...mismatch, ...rule }), timers: false });
    const verdict = judge(verifier);
    const before = JSON.stringify(verdict);
    reporter.report(verdict, { port: 443 });
    await reporter.flush();
    assert.equal(requests.length, told ? 1 : 0);
    assert.equal(JSON.stringify(verdict), before, "the verdict stays as it was");
    if (told) assert.equal(requests[0].report.chainpin.outcome, verdict.outcome);
  });
}

test("the use of a backup pin can be kept to oneself", async () => {
  const verifier = verifierOf({ ...mismatch, backupPins: [akamai.pins[0]] });
  const { reporter, requests } = reporting({ verifier, backupUse: false, timers: false });
  reporter.report(judge(verifier));
  await reporter.flush();
  assert.deepEqual([requests.length, reporter.counts.queued], [0, 0]);
});

test("after a rotation, each use of the backup pin is known at once: no report is made to find that it repeats another", async () => {
  const rule = { ...mismatch, backupPins: [akamai.pins[0]] };
  const verifier = verifierOf(rule, { ...rule, host: "other.example" });
  const { reporter, requests, clock } = reporting({ verifier });
  let made = 0;
  const use = (host = akamai.host, port = 443) => {
    const verdict = judge(verifier, { host });
    const toReport = verdict.toReport.bind(verdict);
    verdict.toReport = (given) => (made++, toReport(given));
    reporter.report(verdict, { host, port });
  };
  for (let connection = 0; connection < 20; connection++) use();
  assert.deepEqual([made, reporter.counts.queued, reporter.counts.repeated], [1, 1, 19]);
  use("other.example");
  use(akamai.host, 8443);
  assert.deepEqual([made, reporter.counts.queued], [3, 3]);
  await clock.pass(25 * hour);
  use();
  await clock.pass(hour);
  assert.deepEqual([made, requests.length], [4, 4]);
});

test("an exempt and an unlisted host are not told, whatever address there is", async () => {
  const verifier = verifierOf({ ...mismatch, subdomains: true }, { host: `www.${akamai.host}`, exempt: true });
  const { reporter, requests } = reporting({ verifier, reportTo: [other], timers: false });
  for (const host of [`www.${akamai.host}`, unlisted]) reporter.report(judge(verifier, { host }));
  await reporter.flush();
  assert.equal(requests.length, 0);
});

test("a rule's addresses come first, then those of the app; without either nothing is told, and that is counted", async () => {
  const both = reporting({ verifier: verifierOf({ ...mismatch, reportTo: [collector, other, collector] }), reportTo: ["https://third.example"], timers: false });
  both.reporter.report(judge(both.verifier));
  await both.reporter.flush();
  assert.deepEqual(both.requests.map(({ url }) => url), [collector, other]);
  assert.equal(both.requests[0].report.chainpin["report-id"], both.requests[1].report.chainpin["report-id"]);

  const { reportTo, ...silent } = mismatch;
  const own = reporting({ verifier: verifierOf(silent), reportTo: [other], timers: false });
  own.reporter.report(judge(own.verifier));
  own.reporter.report(own.verifier.verify({ host: "not a host", chain: akamai.ders }));
  await own.reporter.flush();
  assert.deepEqual(own.requests.map(({ url }) => url), [other, other]);

  const none = reporting({ verifier: verifierOf(silent), timers: false });
  none.reporter.report(judge(none.verifier));
  assert.equal(none.reporter.counts["no-address"], 1);
});

for (const address of [
  "http://reports.example.net/pins",
  "https://user:password@reports.example.net/",
  "https://reports.example.net\\@evil.example/",
  "https://reports.example.net%2eevil.example/",
  "https://reports.example.net:port/",
  "https:reports.example.net",
  "https:///pins",
  "https://reports.example.net/a b",
  "https://rëports.example.net/",
  "https://0x7f.1/",
  "https://reports..example/",
  "http://127.0.0.1.evil.example/",
  "ftp://reports.example.net/",
  `https://reports.example.net/${"a".repeat(2048)}`,
  "javascript:alert(1)",
  "",
]) {
  test(`nothing is sent to ${JSON.stringify(address.slice(0, 50))}`, async () => {
    const { reporter, requests, verifier } = reporting({ verifier: verifierOf({ ...mismatch, reportTo: [address] }), timers: false });
    reporter.report(judge(verifier));
    await reporter.flush();
    assert.deepEqual([requests.length, reporter.counts["address-refused"], reporter.waiting], [0, 1, 0]);
  });
}

for (const address of ["https://reports.example.net", "HTTPS://Reports.Example.NET:8443/?app=1", "https://192.0.2.1/pins", "https://[2001:db8::1]:8443/", "http://127.0.0.1:8080/reports", "http://localhost/", "http://[::1]:1/"]) {
  test(`a report may go to ${address}`, async () => {
    const { reporter, requests, verifier } = reporting({ verifier: verifierOf({ ...mismatch, reportTo: [address] }), timers: false });
    reporter.report(judge(verifier));
    await reporter.flush();
    assert.deepEqual(requests.map(({ url }) => url), [address]);
  });
}

test("nothing is sent to a pinned host, unless that host's own rule names the address", async () => {
  const pinned = { host: "example.net", subdomains: true, pins: [strayPin(2)] };
  for (const [rules, expected] of [
    [[mismatch, pinned], 0],
    [[mismatch, { ...pinned, reportTo: [other] }], 0],
    [[mismatch, { ...pinned, reportTo: [collector] }], 1],
    [[mismatch, pinned, { host: "reports.example.net", exempt: true }], 1],
    [[{ ...mismatch, reportTo: [`https://${akamai.host}/pins`] }], 1],
  ]) {
    const { reporter, requests, verifier } = reporting({ verifier: verifierOf(...rules), timers: false });
    reporter.report(judge(verifier));
    await reporter.flush();
    assert.deepEqual([requests.length, reporter.counts["address-refused"]], [expected, 1 - expected], JSON.stringify(rules));
  }
});

test("a report that waits is not sent to a host that a newer policy pins", async () => {
  const verifier = createReplaceable(verifierOf(mismatch));
  const { reporter, requests, clock } = reporting({ verifier });
  reporter.report(judge(verifier));
  verifier.replace(verifierOf(mismatch, { host: "reports.example.net", pins: [strayPin(2)] }));
  await clock.pass(day);
  assert.deepEqual([requests.length, reporter.waiting, reporter.counts["address-refused"]], [0, 0, 1]);
});

test("identical reports go out once in 24 hours, whatever their dates", async () => {
  const { reporter, requests, verifier, clock } = reporting();
  const report = (request) => reporter.report(judge(verifier, { now: clock.now, ...request }), { port: 443 });
  for (let hours = 0; hours < 23; hours++) {
    report();
    await clock.pass(hour);
  }
  assert.deepEqual([requests.length, reporter.counts.repeated], [1, 22]);
  await clock.pass(hour);
  report();
  await clock.pass(hour);
  assert.equal(requests.length, 2);
  assert.notEqual(requests[0].report["date-time"], requests[1].report["date-time"]);
});

test("a message that tells the time does not make another report", () => {
  const verifier = verifierOf(mismatch);
  const { reporter } = reporting({ verifier, timers: false });
  const messages = [1, 2].map((hours) => {
    const verdict = judge(verifier, { source: "presented", now: Date.UTC(2040, 0, 1, hours) });
    reporter.report(verdict);
    return verdict.message;
  });
  assert.notEqual(messages[0], messages[1]);
  assert.deepEqual([reporter.counts.queued, reporter.counts.repeated], [1, 1]);
});

test("an expiry that moves on does not make another report; a port, a chain, a reason, a mode and a sequence do", async () => {
  const verifier = createReplaceable(verifierOf({ ...mismatch, expires: "2999-01-01" }));
  const { reporter } = reporting({ verifier, timers: false });
  reporter.report(judge(verifier), { port: 443 });
  verifier.replace(verifierOf({ ...mismatch, expires: "2999-02-01" }));
  reporter.report(judge(verifier), { port: 443 });
  assert.deepEqual([reporter.counts.queued, reporter.counts.repeated], [1, 1]);
  reporter.report(judge(verifier), { port: 444 });
  reporter.report(judge(verifier, { chain: akamai.ders.slice(0, 1) }), { port: 443 });
  reporter.report(judge(verifier, { chain: [] }), { port: 443 });
  verifier.replace(verifierOf({ ...mismatch, mode: "report" }));
  reporter.report(judge(verifier), { port: 443 });
  verifier.replace(createVerifierSync({ ...policyOf(mismatch), sequence: 13 }));
  reporter.report(judge(verifier), { port: 443 });
  assert.deepEqual([reporter.counts.queued, reporter.counts.repeated], [6, 1]);
});

test("a proxy that makes a certificate for each connection gets eight reports a host told in 24 hours, and others still get theirs", async () => {
  const host = "google.com";
  const google = vector(host);
  const verifier = verifierOf(mismatch, { ...mismatch, host });
  const { reporter, requests, clock } = reporting({ verifier });
  for (let port = 1; port <= 500; port++) reporter.report(judge(verifier), { port });
  reporter.report(judge(verifier, { host, chain: google.ders, now: google.now }));
  await clock.pass(hour);
  assert.deepEqual([requests.length, reporter.counts["over-limit"]], [9, 492]);
  assert.deepEqual(requests.slice(0, 8).map(({ report }) => report.port), [1, 2, 3, 4, 5, 6, 7, 8], "the first failures tell the most");
  await clock.pass(day);
  reporter.report(judge(verifier), { port: 501 });
  await clock.pass(hour);
  assert.equal(requests.length, 10);
});

test("64 reports wait, 512 KiB, and no more; what was too much may come again later", async () => {
  const rules = Array.from({ length: 100 }, (_, index) => ({ ...mismatch, host: `host-${index}.example` }));
  const verifier = verifierOf(...rules);
  const small = reporting({ verifier });
  small.answer = () => Promise.reject(new Error("offline"));
  for (const { host } of rules) small.reporter.report(judge(verifier, { host, chain: [] }));
  assert.deepEqual([small.reporter.waiting, small.reporter.counts["over-limit"]], [64, 36]);
  small.answer = () => ({ status: 204 });
  await small.reporter.flush();
  for (const { host } of rules) small.reporter.report(judge(verifier, { host, chain: [] }));
  assert.deepEqual([small.reporter.waiting, small.reporter.counts.repeated], [36, 64]);

  const storage = memory();
  const large = reporting({ verifier, storage });
  await settle();
  const chain = vectors.flatMap(({ ders }) => ders).slice(0, 16);
  for (const { host } of rules) large.reporter.report(judge(verifier, { host, chain }));
  await settle();
  assert.ok(large.reporter.waiting > 8 && large.reporter.waiting < 64, `${large.reporter.waiting} wait`);
  assert.ok(storage.content.get("chainpin.reports").length < 700_000);
});

test("a report is at most 64 KiB of ASCII, and loses its chain from the end", async () => {
  const label = "鍵".repeat(100_000);
  const padded = Array.from({ length: 16 }, (_, index) => akamai.ders[index % 2]);
  const certificates = vectors.flatMap(({ ders }) => ders).sort((a, b) => b.length - a.length);
  const chain = [akamai.ders[0], ...Array.from({ length: 15 }, (_, index) => certificates[index % 4])];
  const verifier = verifierOf({ ...mismatch, backupPins: [{ pin: akamai.pins[0], label }] });
  const { reporter, requests } = reporting({ verifier, timers: false });
  reporter.report(judge(verifier, { chain }));
  reporter.report(judge(verifier, { chain: padded }));
  await reporter.flush();
  assert.equal(requests.length, 2, JSON.stringify(reporter.counts));
  for (const { body, report } of requests) {
    assert.ok(body.length <= 65_536, `${body.length}`);
    assert.match(body, /^[\x20-\x7e]*$/);
    assert.equal(report.chainpin.shortened, true);
    assert.equal(report["validated-certificate-chain"][0].replace(/\s/g, ""), akamai.blocks[0].replace(/\s/g, ""));
    assert.match(report.chainpin.matched.label, /^鍵+$/);
  }
});

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
  assert.deepEqual(world.requests.map(({ url }) => url), [collector, other, other, other]);
  assert.equal(world.reporter.waiting, 3);
});

for (const [status, kept] of [[200, 0], [201, 0], [204, 0], [400, 0], [413, 0], [415, 0], [422, 0], [302, 1], [308, 1], [401, 1], [404, 1], [408, 1], [429, 1], [500, 1], [503, 1], [0, 1], [NaN, 1], [undefined, 1]]) {
  test(`after an answer of ${status}, the report ${kept ? "waits for another try" : "is done with"}`, async () => {
    const world = reporting({ timers: false });
    world.answer = () => ({ status });
    world.reporter.report(judge(world.verifier));
    await world.reporter.flush();
    assert.equal(world.reporter.waiting, kept);
    const code = kept ? "send-failed" : status < 300 ? "delivered" : "refused";
    assert.deepEqual(world.events.map((event) => [event.code, event.status]).slice(1).at(-1), [code, status]);
  });
}

for (const [what, answer] of [
  ["rejects", () => Promise.reject(new TypeError("fetch failed"))],
  ["throws", () => { throw new Error("no"); }],
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
  const stored = ["http://evil.example/", "https://user@evil.example/", `https://${akamai.host}/`].map((address) => ({ ...waiting, address, at: now }));
  const storage = memory(new Map([["chainpin.reports", JSON.stringify({ version: 1, waiting: stored, taken: [], delays: [] })]]));
  const { reporter, requests } = reporting({ storage });
  await reporter.flush();
  assert.deepEqual([requests.length, reporter.counts["address-refused"], reporter.waiting], [0, 3, 0]);
});

for (const [what, storage] of [
  ["cannot be read", { ...memory(), get: () => Promise.reject(new Error("no")) }],
  ["throws", { ...memory(), get: () => { throw new Error("no"); } }],
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
  for (const [wrong, connection] of [[undefined], [null], [{}], [{ outcome: "rejected" }], [verdict, { port: 70_000 }], [verdict, { port: "443" }], [verdict, null]]) {
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
    assert.throws(() => createReporter(options), (error) => error instanceof TypeError && name.test(error.message), JSON.stringify(options));
  }
});
