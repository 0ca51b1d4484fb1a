// The reporter and the collector understand each other: what chainpin/report sends is taken, whatever the verdict.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createAnchors, createVerifierSync } from "chainpin";
import { createReporter, fetchSender } from "chainpin/report";
import { policyOf, strayPin, vector, vectors } from "../node/lib/vectors.mjs";
import { ask, folder, start } from "./collector.mjs";

const akamai = vector("akamai.com");
const google = vector("google.com");
const largest = vectors.flatMap(({ ders }) => ders).sort((a, b) => b.length - a.length)[0];
const validated = { host: akamai.host, chain: akamai.ders, source: "validated", anchor: "system", now: akamai.now };
const presented = { host: akamai.host, chain: akamai.ders, now: akamai.now };
const rule = { host: akamai.host, subdomains: true, pins: [strayPin(1), strayPin(2).replace("sha256/", "cert-sha256/")] };

let collector;
let disk;

before(async () => {
  disk = folder();
  collector = await start(disk.file);
});

after(async () => {
  await collector.kill();
  disk.remove();
});

for (const [what, rules, request, more] of [
  ["a mismatch on a validated chain", [rule], validated],
  ["a mismatch on a presented chain", [rule], presented],
  ["a path to no anchor", [rule], { ...presented, anchors: createAnchors(google.ders.slice(-1)) }],
  ["a tolerated mismatch", [{ ...rule, mode: "report" }], validated],
  ["a mismatch after expiry", [{ ...rule, expires: "2020-01-01" }], validated],
  ["an expired certificate", [rule], { ...presented, now: Date.UTC(2040, 0) }],
  ["another host", [rule], { ...presented, host: `x.${akamai.host}` }],
  ["a blocked key", [rule], validated, { blocked: [akamai.pins[0]] }],
  ["an unlisted host", [rule], { ...validated, host: "unlisted.example" }, { unlisted: "deny" }],
  ["an IP address", [{ host: "2001:db8::1", pins: [strayPin(1)] }], { ...validated, host: "[2001:DB8::1]" }],
  ["no chain", [rule], { ...validated, chain: [] }],
  ["half a certificate", [rule], { ...validated, chain: [akamai.ders[0].slice(0, 300)] }],
  ["a host that is none", [rule], { ...validated, host: `\u202e<b>${"x".repeat(5000)}` }],
  ["an empty host", [rule], { ...validated, host: "" }],
  ["a backup pin in use", [{ ...rule, backupPins: [{ pin: akamai.pins[1], label: "鍵 <b>" }] }], validated],
  ["sixty-four pins", [{ ...rule, pins: Array.from({ length: 64 }, (_, index) => strayPin(index)) }], validated],
  ["a report that is too large", [rule], { ...validated, chain: Array(16).fill(largest) }],
]) {
  test(`${what}: taken, and shown`, async () => {
    const verifier = createVerifierSync({ ...policyOf(...rules), ...more });
    const reporter = createReporter({ verifier, send: fetchSender(fetch), reportTo: [`${collector.origin}/reports`] });
    const verdict = verifier.verify(request);
    reporter.report(verdict, { port: 8443 });
    await reporter.flush();
    assert.equal(reporter.counts.delivered, 1, JSON.stringify(reporter.counts));
    const [newest] = /\/reports\/\d+/.exec((await ask(collector.origin, "/")).text);
    const { status, text } = await ask(collector.origin, newest);
    assert.equal(status, 200);
    assert.match(text, new RegExp(`${verdict.outcome}</span> ${verdict.reason ?? "backup-pin-used"}`));
  });
}
