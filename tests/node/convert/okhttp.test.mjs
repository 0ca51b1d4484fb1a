import assert from "node:assert/strict";
import { test } from "node:test";
import { createVerifierSync } from "chainpin";
import { okHttpSource, toOkHttp } from "chainpin/bridge";
import { policyOf, strayPin, vector } from "../lib/vectors.mjs";

const [a, b, c] = [strayPin(1), strayPin(2), strayPin(3)];
const now = Date.parse("2026-11-24T00:00:00Z");
const convert = (...rules) => toOkHttp(policyOf(...rules), { now, lossy: true });
const codes = ({ findings }) => findings.map(({ code, effect, host }) => `${effect} ${code} ${host}`);

test("a rule becomes OkHttp's patterns, backup pins included, nothing found", () => {
  assert.deepEqual(convert({ host: "A.example.com.", pins: [a, { pin: b, label: "b" }, a], backupPins: [c] }), {
    pins: [{ pattern: "a.example.com", pins: [a, b, c] }],
    findings: [],
  });
  assert.deepEqual(convert({ host: "example.com", subdomains: true, pins: [a] }).pins, [{ pattern: "**.example.com", pins: [a] }]);
  assert.deepEqual(convert({ host: "example.com", subdomains: "one", pins: [a] }).pins, [
    { pattern: "example.com", pins: [a] },
    { pattern: "*.example.com", pins: [a] },
  ]);
  assert.deepEqual(convert({ host: "192.0.2.1", pins: [a] }), { pins: [{ pattern: "192.0.2.1", pins: [a] }], findings: [] });
});

for (const [name, policy, expected] of [
  ["blocked keys", { ...policyOf({ host: "a.example", pins: [a] }), blocked: [b] }, ["weaker blocked-keys *"]],
  ["unlisted hosts denied", { ...policyOf({ host: "a.example", pins: [a] }), unlisted: "deny" }, ["weaker unlisted-hosts *"]],
  [
    "a policy that denies after its expiry",
    { ...policyOf({ host: "a.example", pins: [a] }), expires: "2027-01-01", onExpiry: "deny" },
    ["weaker policy-expiry *"],
  ],
  ["a policy that goes on after its expiry", { ...policyOf({ host: "a.example", pins: [a] }), expires: "2027-01-01" }, []],
  [
    "a rule that denies after its expiry",
    policyOf({ host: "a.example", pins: [a], expires: "2027-01-01", onExpiry: "deny" }),
    ["weaker expiry a.example"],
  ],
  [
    "a rule that denies already",
    policyOf({ host: "a.example", pins: [a], expires: "2026-01-01", onExpiry: "deny" }),
    ["weaker expiry a.example"],
  ],
  [
    "a rule that lets pass after its expiry",
    policyOf({ host: "a.example", pins: [a], expires: "2027-01-01" }),
    ["stricter expiry a.example"],
  ],
  ["a rule that goes on after its expiry", policyOf({ host: "a.example", pins: [a], expires: "2026-01-01", onExpiry: "enforce" }), []],
  [
    "a role",
    policyOf({
      host: "a.example",
      pins: [
        { pin: a, role: "ca" },
        { pin: b, role: "any" },
      ],
    }),
    ["weaker role a.example"],
  ],
  [
    "leaf and CA",
    policyOf({
      host: "a.example",
      match: "leaf-and-ca",
      pins: [
        { pin: a, role: "leaf" },
        { pin: b, role: "ca" },
      ],
    }),
    ["weaker leaf-and-ca a.example"],
  ],
  ["a pin that expires", policyOf({ host: "a.example", pins: [a, { pin: b, expires: "2026-12-01" }] }), ["weaker pin-expiry a.example"]],
  ["a pin that has expired", policyOf({ host: "a.example", pins: [a, { pin: b, expires: "2026-11-24" }] }), []],
  ["no pin left", policyOf({ host: "a.example", pins: [{ pin: b, expires: "2026-11-24" }] }), ["weaker no-pins-left a.example"]],
  ["a certificate's pin beside another", policyOf({ host: "a.example", pins: [a, `cert-${b}`] }), ["stricter certificate-pin a.example"]],
  [
    "certificates' pins alone",
    policyOf({ host: "a.example", pins: [`cert-${b}`] }),
    ["stricter certificate-pin a.example", "weaker no-pins-left a.example"],
  ],
  ["user anchors allowed", policyOf({ host: "a.example", pins: [a], userAnchors: "allow" }), ["stricter user-anchors a.example"]],
  ["an IPv6 address", policyOf({ host: "[2001:db8::1]", pins: [a] }), ["weaker ip-v6 [2001:db8::1]"]],
  ["report mode", policyOf({ host: "a.example", pins: [a], mode: "report" }), ["same report-mode a.example"]],
  ["an exemption from nothing", policyOf({ host: "a.example", exempt: true }), []],
  [
    "a child with other pins",
    policyOf({ host: "a.example", subdomains: true, pins: [a] }, { host: "b.a.example", pins: [b] }),
    ["weaker overlapping-rules b.a.example"],
  ],
  ["a child with more pins", policyOf({ host: "a.example", subdomains: true, pins: [a] }, { host: "c.b.a.example", pins: [b, a] }), []],
  [
    "a child beside its parent's reach",
    policyOf({ host: "a.example", subdomains: "one", pins: [a] }, { host: "c.b.a.example", pins: [b] }),
    [],
  ],
  [
    "a child within its parent's reach",
    policyOf({ host: "a.example", subdomains: "one", pins: [a] }, { host: "B.A.example", pins: [b] }),
    ["weaker overlapping-rules B.A.example"],
  ],
  [
    "a grandparent",
    policyOf(
      { host: "a.example", subdomains: true, pins: [a] },
      { host: "b.a.example", subdomains: true, pins: [b, a] },
      { host: "c.b.a.example", pins: [b] },
    ),
    ["weaker overlapping-rules c.b.a.example"],
  ],
  [
    "an exemption from a parent",
    policyOf({ host: "a.example", subdomains: true, pins: [a] }, { host: "b.a.example", exempt: true }),
    ["stricter exempt-below b.a.example"],
  ],
  [
    "report mode below a parent",
    policyOf({ host: "a.example", subdomains: true, pins: [a] }, { host: "b.a.example", pins: [b], mode: "report" }),
    ["same report-mode b.a.example", "stricter report-below b.a.example"],
  ],
  ["no parent by letters alone", policyOf({ host: "a.example", subdomains: true, pins: [a] }, { host: "ba.example", pins: [b] }), []],
]) {
  test(`found: ${name}`, () => {
    createVerifierSync(policy).dispose();
    assert.deepEqual(codes(toOkHttp(policy, { now, lossy: true })), expected);
  });
}

test("what is tolerated has no entry: in report mode, after expiry, exempt", () => {
  assert.deepEqual(
    convert(
      { host: "a.example", pins: [a], mode: "report" },
      { host: "b.example", pins: [a], expires: "2026-11-24" },
      { host: "c.example", exempt: true },
    ).pins,
    [],
  );
});

test("Kotlin source", () => {
  assert.equal(
    okHttpSource(convert({ host: "example.com", subdomains: true, pins: [a, b] }).pins),
    `CertificatePinner.Builder()\n    .add("**.example.com", "${a}", "${b}")\n    .build()\n`,
  );
});

test("what is no policy is a mistake", () => {
  for (const wrong of [undefined, null, "{}", {}]) assert.throws(() => toOkHttp(wrong), TypeError);
  assert.throws(() => toOkHttp(policyOf(), { now: NaN }), TypeError);
});

test("where nothing weaker is found, OkHttp's rules accept nothing that the policy refuses: 3,000 policies, now and later", () => {
  const chains = ["akamai.com", "fastly.com", "google.com"].map(vector);
  const known = chains.flatMap(({ pins }) => [pins[0], pins.at(-1)]);
  const random = randomFrom(20261124);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const sometimes = (chance, value) => (random() < chance ? value : {});
  const names = ["a.example", "b.a.example", "c.b.a.example", "d.c.b.a.example", "x.example"];
  const dates = ["2026-11-01", "2026-12-24T00:00:00Z", "2028-01-01T00:00:00+02:00"];
  const later = [now, Date.parse("2027-06-01"), Date.parse("2029-01-01")];

  let compared = 0;
  let refusals = 0;
  for (let round = 0; round < 3000; round++) {
    const pin = () =>
      random() < 0.8
        ? pick(known)
        : { pin: pick(known), ...sometimes(0.4, { role: pick(["leaf", "ca", "any"]) }), ...sometimes(0.4, { expires: pick(dates) }) };
    const rule = (host) =>
      random() < 0.15
        ? { host, ...sometimes(0.5, { subdomains: pick([true, "one"]) }), exempt: true }
        : {
            host,
            ...sometimes(0.6, { subdomains: pick([true, "one"]) }),
            pins: Array.from({ length: 1 + Math.floor(random() * 3) }, pin),
            ...sometimes(0.2, { mode: "report" }),
            ...sometimes(0.3, { expires: pick(dates), ...sometimes(0.7, { onExpiry: pick(["enforce", "deny", "report"]) }) }),
          };
    const policy = {
      ...policyOf(...names.filter(() => random() < 0.5).map(rule)),
      ...sometimes(0.05, { unlisted: "deny" }),
      ...sometimes(0.1, { expires: pick(dates), ...sometimes(0.5, { onExpiry: "deny" }) }),
    };
    const { pins, findings } = toOkHttp(policy, { now, lossy: true });
    const weaker = new Set(findings.filter(({ effect }) => effect === "weaker").map(({ host }) => host));
    if (weaker.has("*")) continue;
    const verifier = createVerifierSync(policy);
    for (const host of [...names, "y.b.a.example", "z.y.x.example"]) {
      if (weaker.has(verifier.ruleFor(host)?.host)) continue;
      for (const { ders, pins: served } of chains) {
        if (!okHttpAccepts(pins, host, served)) {
          refusals++;
          continue;
        }
        for (const at of later) {
          compared++;
          const { ok, reason } = verifier.verify({ host, chain: ders, source: "validated", now: at });
          assert.ok(ok, `${reason} for ${host} at ${new Date(at).toISOString()}: ${JSON.stringify({ policy, pins, findings })}`);
        }
      }
    }
    verifier.dispose();
  }
  assert.ok(compared > 10_000 && refusals > 3_000, `${compared} accepted, ${refusals} refused`);
});

/** OkHttp's CertificatePinner: all entries whose pattern matches, united; without any, all pass. */
function okHttpAccepts(entries, host, served) {
  const pins = entries.filter(({ pattern }) => matches(pattern, host)).flatMap(({ pins }) => pins);
  return pins.length === 0 || pins.some((pin) => served.includes(pin));
}

function matches(pattern, host) {
  if (pattern.startsWith("**.")) return host === pattern.slice(3) || host.endsWith(pattern.slice(2));
  if (pattern.startsWith("*.")) return host.endsWith(pattern.slice(1)) && !host.slice(0, -pattern.length + 1).includes(".");
  return pattern === host;
}

function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
