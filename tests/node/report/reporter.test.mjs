// chainpin/report: what is reported, to whom and how often.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createReplaceable, createVerifierSync } from "chainpin";
import { policyOf, strayPin, vector, vectors } from "../lib/vectors.mjs";
import { akamai, collector, hour, judge, memory, mismatch, other, reporting, settle, verifierOf } from "./reporting.mjs";

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
  const both = reporting({
    verifier: verifierOf({ ...mismatch, reportTo: [collector, other, collector] }),
    reportTo: ["https://third.example"],
    timers: false,
  });
  both.reporter.report(judge(both.verifier));
  await both.reporter.flush();
  assert.deepEqual(
    both.requests.map(({ url }) => url),
    [collector, other],
  );
  assert.equal(both.requests[0].report.chainpin["report-id"], both.requests[1].report.chainpin["report-id"]);

  const { reportTo, ...silent } = mismatch;
  const own = reporting({ verifier: verifierOf(silent), reportTo: [other], timers: false });
  own.reporter.report(judge(own.verifier));
  own.reporter.report(own.verifier.verify({ host: "not a host", chain: akamai.ders }));
  await own.reporter.flush();
  assert.deepEqual(
    own.requests.map(({ url }) => url),
    [other, other],
  );

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

for (const address of [
  "https://reports.example.net",
  "HTTPS://Reports.Example.NET:8443/?app=1",
  "https://192.0.2.1/pins",
  "https://[2001:db8::1]:8443/",
  "http://127.0.0.1:8080/reports",
  "http://localhost/",
  "http://[::1]:1/",
]) {
  test(`a report may go to ${address}`, async () => {
    const { reporter, requests, verifier } = reporting({ verifier: verifierOf({ ...mismatch, reportTo: [address] }), timers: false });
    reporter.report(judge(verifier));
    await reporter.flush();
    assert.deepEqual(
      requests.map(({ url }) => url),
      [address],
    );
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
  assert.deepEqual(
    requests.slice(0, 8).map(({ report }) => report.port),
    [1, 2, 3, 4, 5, 6, 7, 8],
    "the first failures tell the most",
  );
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
