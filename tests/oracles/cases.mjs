// Random policies as each peer gets them, and random texts of the peers' own, each with the connections that both sides judge.
import { createVerifierSync } from "chainpin";
import { fromAndroid, fromOkHttp, fromTrustKit, okHttpSource, toAndroid, toOkHttp, toTrustKit } from "chainpin/convert";
import { inputsOf } from "../node/convert/random-policies.mjs";
import { strayPin } from "../node/lib/vectors.mjs";
import { broken, spelled, trustKitAndroid, trustKitXml } from "./texts.mjs";

const hour = 3_600_000;
const day = 24 * hour;
const names = ["a.com", "b.a.com", "c.b.a.com", "d.c.b.a.com", "x.net"];
export const hosts = [...names, "y.b.a.com", "z.y.x.net", "y.x.net", "v.w.c.b.a.com", "192.0.2.1", "other.com"];

/** Of a Network Security Config that was read in a zone; Android's clock is the test's. */
const androidNow = Date.parse("2026-11-24T00:00:00Z");
const androidDates = ["2026-11-01", "2026-12-24T15:00:00Z", "2027-03-01", "2028-01-01T00:00:00+02:00"];

/** TrustKit's clock is the computer's: so the dates lie around today, and the conversion was two months ago. */
const today = Date.now();
const around = [-30, -1, 0, 1, 2, 30].map((days) => new Date(today + days * day).toISOString());
const dayOf = (date) => date.slice(0, 10);

/** Cases of one peer: `{ id, direction, source?, text, findings?, back?, zone, targetSdk, connections }`. `to`: written for the policy in `source`; `from`: a text of the peer's own. */
export function casesOf(peer, { policies, texts }, world, chances) {
  const { pick, random } = chances;
  const known = [...new Set(world.chains.flatMap(({ pins }) => [pins[0], pins.at(-1)])), world.chains[0].pins[1], strayPin(1)];
  const { dates, now, moments, askable, zones, write, read } = PEERS[peer];
  const inputs = inputsOf({ names, known, dates, days: dates.map(dayOf) });
  const cases = [];
  for (let round = 0; round < policies; round++) {
    const policy = inputs.policy(chances);
    const lossy = random() < 0.5;
    add("to", { policy, lossy }, write(policy, { now, lossy }), 12);
  }
  for (let round = 0; round < texts; round++) add("from", undefined, read(inputs, chances), 8);
  return cases;

  function add(direction, source, written, asked) {
    const zone = pick(written.zones ?? zones);
    const targetSdk = pick([23, 34]);
    const connections = Array.from({ length: asked }, () => {
      const chain = pick(world.chains);
      return { host: pick(askable), chain: chain.name, at: pick(moments), userAnchor: chain.userAnchor };
    });
    cases.push({ id: cases.length, direction, source, ...written, zone, targetSdk, connections });
  }
}

/** Whether chainpin lets each connection pass, with the rule that decided. */
export function judged(policy, connections, world) {
  const verifier = createVerifierSync(policy);
  const verdicts = connections.map(({ host, chain, at, userAnchor }) => {
    const { ders } = world.chains.find(({ name }) => name === chain);
    const { ok } = verifier.verify({ host, chain: ders, source: "validated", anchor: userAnchor ? "user" : "system", now: at });
    return { ok, rule: verifier.ruleFor(host) };
  });
  verifier.dispose();
  return verdicts;
}

const everywhere = [-12, -5, 0, 9, 14];

/**
 * `write`: a policy in the peer's format, `read`: a text of the peer's own; each gives `{ text, findings, back }`, where `back` makes a policy of
 * the text. The peer's `text` is not always what the converter wrote: TrustKit's property list is for iOS.
 */
const PEERS = {
  okhttp: {
    dates: androidDates,
    now: androidNow,
    moments: androidDates.map((date) => Date.parse(date) + 1).filter((at) => at > androidNow),
    askable: hosts,
    zones: [0],
    write: (policy, options) => {
      const { pins, findings } = toOkHttp(policy, options);
      const source = okHttpSource(pins);
      return { text: `return ${source}`, findings, back: pins.length === 0 ? undefined : () => fromOkHttp(source) };
    },
    read: (inputs, chances) => {
      const text = spelled(inputs.okHttp(chances).entries, chances);
      return { text, back: () => fromOkHttp(text) };
    },
  },
  android: {
    dates: androidDates,
    now: androidNow,
    // Not at the very millisecond: there the policy has expired, and Android's pins not yet.
    moments: [1, -13 * hour, 13 * hour, 1000, -1000]
      .flatMap((shift) => androidDates.map((date) => Date.parse(date) + shift))
      .filter((at) => at >= androidNow),
    askable: hosts,
    zones: everywhere,
    write: (policy, options) => {
      const { text, findings } = toAndroid(policy, options);
      return { text, findings, back: () => fromAndroid(text) };
    },
    read: (inputs, chances) => {
      const text = broken(inputs.android(chances).text, chances);
      return { text, back: () => fromAndroid(text) };
    },
  },
  trustkit: {
    dates: around,
    now: today - 60 * day,
    moments: [today],
    // For an address TrustKit throws.
    askable: hosts.filter((host) => host !== "192.0.2.1"),
    // What is written is for iOS, which takes midnight in UTC.
    zones: [0],
    write: (policy, options) => {
      const { text, findings } = toTrustKit(policy, { ...options, format: "json" });
      return { text: trustKitXml(JSON.parse(text)), findings, back: () => fromTrustKit(text) };
    },
    read: (inputs, chances) => {
      if (chances.random() < 0.5) {
        const configuration = inputs.trustKit(chances);
        return { text: trustKitXml(configuration), back: () => fromTrustKit(JSON.stringify(configuration)) };
      }
      const text = trustKitAndroid(names, around.map(dayOf), inputs.known, chances);
      return { text, back: () => fromAndroid(text), zones: everywhere };
    },
  },
};
