// Random policies, in both directions, beside models of the peers: verdicts agree, except where a finding says that they do not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVerifierSync } from "chainpin";
import {
  fromAndroid,
  fromChromium,
  fromIos,
  fromOkHttp,
  fromReactNative,
  fromTrustKit,
  okHttpSource,
  toAndroid,
  toIos,
  toOkHttp,
  toReactNative,
  toTrustKit,
} from "chainpin/convert";
import { inputsOf } from "./random-policies.mjs";
import { explanation } from "./differences.mjs";
import { android, chromium, ios, okHttp, plist, reactNative, trustKit } from "./peers.mjs";
import { chance, seed } from "../lib/random.mjs";
import { strayPin, vector } from "../lib/vectors.mjs";

const hour = 3_600_000;
const now = Date.parse("2026-11-24T00:00:00Z");
const dates = ["2026-11-01", "2026-12-24T15:00:00Z", "2027-03-01", "2028-01-01T00:00:00+02:00"];
// Not at the very millisecond: there the policy has expired, and its peers not yet.
const moments = [1, -13 * hour, 13 * hour, 1000, -1000]
  .flatMap((shift) => dates.map((date) => Date.parse(date) + shift))
  .filter((at) => at >= now);
const names = ["a.com", "b.a.com", "c.b.a.com", "d.c.b.a.com", "x.net"];
const hosts = [...names, "y.b.a.com", "z.y.x.net", "y.x.net", "v.w.c.b.a.com", "192.0.2.1", "other.com"];
const chains = ["akamai.com", "fastly.com", "google.com"].map(vector);
const known = [...chains.flatMap(({ pins }) => [pins[0], pins.at(-1)]), strayPin(1)];
const inputs = inputsOf({ names, known, dates, days: ["2026-11-01", "2027-03-01"] });
const FEWEST = 10_000;

/** Each: what is written, and the peer's verdict on it. */
const targets = {
  android: {
    to: (policy, options) => toAndroid(policy, options),
    model: ({ text }) => android(text),
    from: ({ text }) => fromAndroid(text),
  },
  ios: { to: (policy, options) => toIos(policy, options), model: ({ text }) => ios(text), from: ({ text }) => fromIos(text) },
  "trustkit plist": {
    to: (policy, options) => toTrustKit(policy, options),
    model: ({ text }) => trustKit(plist(text).TSKConfiguration),
    from: ({ text }) => fromTrustKit(text),
  },
  "trustkit json": {
    to: (policy, options) => toTrustKit(policy, { ...options, format: "json" }),
    model: ({ text }) => trustKit(JSON.parse(text)),
    from: ({ text }) => fromTrustKit(text),
  },
  okhttp: {
    to: toOkHttp,
    model: ({ pins }) => okHttp(pins),
    from: ({ pins }) => (pins.length === 0 ? undefined : fromOkHttp(okHttpSource(pins))),
  },
  "react-native": { to: toReactNative, model: ({ value }) => reactNative(value), from: ({ value }) => fromReactNative(value) },
};

test(`policies to ${Object.keys(targets).join(", ")}, and back; seed ${seed}`, () => {
  const { random, pick, sometimes } = chance(seed);
  const counts = Object.fromEntries(
    Object.keys(targets).map((name) => [name, { compared: 0, weaker: 0, stricter: 0, refused: 0, back: 0 }]),
  );
  for (let round = 0; round < 1000; round++) {
    const policy = inputs.policy({ random, pick, sometimes });
    const verifier = createVerifierSync(policy);
    const written = Object.entries(targets).map(([name, { to, model, from }]) => {
      const options = { now, lossy: random() < 0.5, ...(name === "ios" ? sometimes(0.5, { unmarked: "ca" }) : {}) };
      const result = to(policy, options);
      const back = from(result);
      return { name, result, decide: model(result), back, backVerifier: back && createVerifierSync(back.policy) };
    });
    for (let asked = 0; asked < 12; asked++) {
      const { request, device } = randomRequest({ random, pick });
      const { host, at } = device;
      const { ok, reason } = verifier.verify(request);
      const rule = verifier.ruleFor(host);
      for (const { name, result, decide, back, backVerifier } of written) {
        const count = counts[name];
        const accepted = decide(device);
        const told = () =>
          `seed ${seed}: ${JSON.stringify({ name, policy, result, back, device: { ...device, at: new Date(at).toISOString() }, ok, reason, accepted }, null, 1)}`;
        count.compared++;
        if (!accepted) count.refused++;
        if (accepted !== ok) {
          const effect = accepted ? "weaker" : "stricter";
          assert.ok(explanation({ findings: result.findings, effect, policy, rule, device }), told());
          count[effect]++;
        }
        if (backVerifier === undefined) continue;
        const again = backVerifier.verify(request).ok;
        count.back++;
        if (again !== accepted)
          assert.ok(
            explanation({
              findings: back.findings,
              effect: again ? "weaker" : "stricter",
              policy: back.policy,
              rule: backVerifier.ruleFor(host),
              device,
            }),
            `back: ${again}, ${told()}`,
          );
      }
    }
    verifier.dispose();
    for (const { backVerifier } of written) backVerifier?.dispose();
  }
  for (const [name, { compared, refused, back, weaker, stricter }] of Object.entries(counts)) {
    console.log(`  ${name}: ${compared} compared, ${refused} refused; ${weaker} weaker and ${stricter} stricter, each found; ${back} back`);
    assert.ok(compared >= FEWEST && refused > 300 && back >= FEWEST / 2, name);
  }
});

test(`where nothing is found, the way back brings the same policy; seed ${seed}`, () => {
  const { random, pick, sometimes } = chance(seed + 1);
  const counts = {};
  for (let round = 0; round < 3000; round++) {
    const policy = inputs.policy({ random, pick, sometimes });
    for (const [name, { to, from }] of Object.entries(targets)) {
      const there = to(policy, { now });
      if (there.findings.some(({ code }) => code !== "expiry-time-zone" && code !== "expiry-at-start")) continue;
      const back = from(there);
      if (
        back === undefined ||
        back.findings.some(({ code }) => !["expiry-time-zone", "expiry-at-start", "overlapping-rules"].includes(code))
      )
        continue;
      counts[name] = (counts[name] ?? 0) + 1;
      assert.deepEqual(normal(back.policy), normal(policy), `seed ${seed} ${name} ${JSON.stringify({ policy, there })}`);
    }
  }
  for (const name of Object.keys(targets)) assert.ok(counts[name] >= 50, `${name}: ${counts[name]}`);
});

test(`random OkHttp sources; seed ${seed}`, () => {
  compare(
    inputs.okHttp,
    ({ entries }) => okHttp(entries),
    ({ text }) => fromOkHttp(text),
  );
});

test(`random Android files, nested; seed ${seed}`, () => {
  compare(
    inputs.android,
    ({ text }) => android(text),
    ({ text }) => fromAndroid(text),
  );
});

test(`random Chromium lists; seed ${seed}`, () => {
  compare(
    inputs.chromium,
    (list) => chromium(list),
    (list) => fromChromium(`// comment\n${JSON.stringify(list)}`),
  );
});

test(`random TrustKit files; seed ${seed}`, () => {
  compare(
    inputs.trustKit,
    (configuration) => trustKit(configuration),
    (configuration) => fromTrustKit(JSON.stringify(configuration)),
  );
});

/** Inputs of a peer's own making. */
function compare(make, model, from) {
  const chances = chance(seed + 2);
  let compared = 0;
  let refused = 0;
  let found = 0;
  for (let round = 0; round < 1500; round++) {
    const input = make(chances);
    const decide = model(input);
    const { policy, findings } = from(input);
    const verifier = createVerifierSync(policy);
    for (let asked = 0; asked < 8; asked++) {
      const { request, device } = randomRequest(chances);
      const accepted = decide(device);
      const { ok } = verifier.verify(request);
      compared++;
      if (!accepted) refused++;
      if (ok === accepted) continue;
      found++;
      assert.ok(
        explanation({ findings, effect: ok ? "weaker" : "stricter", policy, rule: verifier.ruleFor(device.host), device }),
        `seed ${seed} ${JSON.stringify({ input, policy, findings, device, ok, accepted }, null, 1)}`,
      );
    }
    verifier.dispose();
  }
  console.log(`  ${compared} compared, ${refused} refused, ${found} differ as found`);
  assert.ok(compared >= FEWEST && refused > 500);
}

function randomRequest({ random, pick }) {
  const host = pick(hosts);
  const { ders, pins } = pick(chains);
  const at = pick(moments);
  const userAnchor = random() < 0.1;
  const device = {
    host,
    pins,
    at,
    userAnchor,
    zone: pick([-12, -5, 0, 9, 14]),
    overlap: pick(["all", "any"]),
    platform: pick(["ios", "android"]),
    started: pick([at, at, now]),
  };
  return { request: { host, chain: ders, source: "validated", anchor: userAnchor ? "user" : "system", now: at }, device };
}

/** What every format keeps. */
function normal({ rules }) {
  const pinned = rules.filter(({ exempt }) => !exempt);
  const reached = (host) =>
    pinned.some(
      (rule) =>
        (rule.subdomains === true && host.endsWith(`.${rule.host}`)) ||
        (rule.subdomains === "one" && host.slice(host.indexOf(".") + 1) === rule.host),
    );
  return rules
    .filter(({ host, exempt }) => !exempt || reached(host))
    .map(({ pins = [], backupPins = [], expires, onExpiry, label, ...rule }) => {
      const all = [...pins, ...backupPins]
        .map((pin) => (typeof pin === "string" ? { pin } : pin))
        .filter(({ expires }) => expires === undefined);
      const plain = all.map(({ pin, role = "any" }) => `${role} ${pin}`);
      const open = expires !== undefined && onExpiry !== "enforce" ? { expires: Date.parse(expires) } : {};
      return {
        subdomains: false,
        match: "any",
        mode: "enforce",
        userAnchors: "enforce",
        ...rule,
        pins: [...new Set(plain)].sort(),
        ...open,
      };
    })
    .sort((a, b) => (a.host < b.host ? -1 : 1));
}
