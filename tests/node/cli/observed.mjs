// Observations at random, of every kind, and what two policies say to each: by a plain loop over `verify`.
import { X509Certificate } from "node:crypto";
import { createAnchors, createVerifierSync } from "chainpin";
import { chance } from "../lib/random.mjs";
import { createAuthority, selfSigned } from "../lib/servers.mjs";
import { strayPin } from "../lib/vectors.mjs";

const DAY = 86_400_000;

/** Every reason for which a connection can be rejected or tolerated, a failure of the engine aside. */
export const reasons = [
  "certificate-expired",
  "certificate-not-yet-valid",
  "chain-empty",
  "chain-malformed",
  "chain-too-large",
  "host-invalid",
  "hostname-mismatch",
  "key-blocked",
  "path-invalid",
  "pin-expired",
  "pin-mismatch",
  "policy-expired",
  "role-mismatch",
  "rule-expired",
  "unlisted-host",
];

/** `{ root, policy, against, observe(seed), judge(values) }`. */
export async function createWorld() {
  const now = Date.now();
  const day = (days) => new Date(now + days * DAY).toISOString();
  const [authority, stranger] = [await createAuthority("Acme"), await createAuthority("Stranger")];
  const names = ["api", "www.ca", "exempt.ca", "role", "expired", "gone", "report", "blocked", "unlisted"].map(
    (name) => `${name}.example.com`,
  );
  const leaves = new Map();
  for (const name of names) leaves.set(name, await authority.issue(name));
  const old = await authority.issue("api.example.com", { from: -100, until: -20 });
  const young = await authority.issue("api.example.com", { from: 20, until: 100 });
  const foreign = await stranger.issue("api.example.com");
  const device = await selfSigned("api.example.com");
  const chains = [...leaves.values(), old, young, foreign, device].map(({ cert }) =>
    cert.match(/-----BEGIN[^]*?-----END CERTIFICATE-----/g),
  );
  const pin = (name) => leaves.get(`${name}.example.com`).pin;

  const rules = [
    {
      host: "api.example.com",
      pins: [pin("api"), old.pin, young.pin, foreign.pin, device.pin],
      backupPins: [strayPin(1)],
      userAnchors: "allow",
    },
    { host: "ca.example.com", subdomains: true, pins: [{ pin: authority.pins.intermediate, role: "ca" }] },
    { host: "exempt.ca.example.com", exempt: true },
    { host: "role.example.com", pins: [{ pin: pin("role"), role: "ca" }, strayPin(2)] },
    { host: "expired.example.com", pins: [{ pin: pin("expired"), expires: day(-10) }, strayPin(3)] },
    { host: "gone.example.com", pins: [pin("gone")], expires: day(-10), onExpiry: "deny" },
    { host: "report.example.com", pins: [strayPin(4)], mode: "report" },
    { host: "blocked.example.com", pins: [strayPin(5)] },
    { host: "2001:db8::1", pins: [strayPin(6)], mode: "report" },
  ];
  const policy = {
    version: 1,
    id: "acme",
    sequence: 8,
    unlisted: "deny",
    blocked: [pin("blocked")],
    expires: day(4),
    onExpiry: "deny",
    rules,
  };
  const before = [
    { host: "example.com", subdomains: true, pins: [authority.pins.intermediate] },
    { host: "role.example.com", pins: [pin("role")] },
    { host: "api.example.com", exempt: true },
  ];
  const against = { version: 1, id: "acme", sequence: 7, rules: before };

  const base64 = (pem) => new X509Certificate(pem).raw.toString("base64");
  function* observe(seed) {
    const { random, pick, sometimes } = chance(seed);
    const forms = [
      (chain) => chain.map(base64),
      (chain) => chain.map(base64),
      (chain) => chain,
      (chain) => chain.join("\n"),
      (chain) => [base64(chain[0]), chain[1] ?? chain[0]],
    ];
    const damages = [
      () => [],
      () => "",
      () => ["MIIB"],
      () => ["not base64"],
      (chain) => Array(17).fill(base64(chain[0])),
      (chain) => [base64(chain[0]).replace(/(.{64})/g, "$1\r\n")],
      (chain) => [`${base64(chain[0])}====`],
      (chain) => [base64(chain[0]).replace(/\+/g, "-").replace(/\//g, "_")],
      (chain) => [base64(chain[0]).replace(/=+$/, "")],
      (chain) => [base64(chain[0]).slice(0, -8)],
      () => ["Ünicode"],
      () => ["A".repeat(400_000)],
    ];
    const spellings = [
      (name) => name.toUpperCase(),
      (name) => `${name}.`,
      () => "::1",
      () => "[2001:DB8:0::1]",
      () => "2001:db8::1",
      () => "",
      () => "a..b",
      () => "127.1",
      () => "ä.example.com",
      () => "a\nb",
      () => "x".repeat(300),
      () => "192.0.2.1",
    ];
    for (;;) {
      const host = pick(names);
      const chain = random() < 0.6 ? leaves.get(host).cert.match(/-----BEGIN[^]*?-----END CERTIFICATE-----/g) : pick(chains);
      yield {
        host: random() < 0.85 ? host : pick(spellings)(host),
        chain: random() < 0.9 ? pick(forms)(chain) : pick(damages)(chain),
        ...sometimes(0.8, { source: pick(["validated", "presented", null]) }),
        ...sometimes(0.3, { anchor: pick(["system", "user", "unknown", null]) }),
        ...sometimes(0.6, { at: pick([day(-3), day(0), now + DAY, day(5), null]) }),
        ...sometimes(0.5, { count: pick([1, 2, 1000, 4294967296, null]) }),
        ...sometimes(0.2, { port: pick([443, 8443]) }),
        ...sometimes(0.2, { region: "eu", client: { version: 1 } }),
      };
    }
  }

  const [verifier, other, anchors] = [createVerifierSync(policy), createVerifierSync(against), createAnchors(authority.root)];
  /** What they say to one observation, in the words of `--ndjson`. */
  const say = ({ host, chain, source, anchor, at, count }) => {
    const trusted = source === "validated" ? {} : { anchors };
    const request = {
      host,
      chain,
      source: source ?? undefined,
      anchor: anchor ?? undefined,
      now: typeof at === "string" ? Date.parse(at) : (at ?? now),
      ...trusted,
    };
    const [{ host: name, rule, outcome, reason }, before] = [verifier.verify(request), other.verify(request)];
    const [passed, passes] = [before.outcome !== "rejected", outcome !== "rejected"];
    const [was, is] = [before.outcome === "pinned", outcome === "pinned"];
    const change = passed !== passes ? (passed ? "refused" : "admitted") : was !== is ? (was ? "unpinned" : "pinned") : "same";
    return {
      host: name.slice(0, 253).replace(/\n/g, " "),
      count: count ?? 1,
      rule,
      outcome,
      reason,
      before: { outcome: before.outcome, reason: before.reason },
      change,
    };
  };
  return { root: authority.root, policy, against, observe, say: (value) => JSON.parse(JSON.stringify(say(value))) };
}

/** Lines that are no observations, each with its problem. */
export const broken = [
  ['{"host":"api.example.com","chain":["MII', "not-json"],
  ['{"host":"api.example.com","chain":[]', "not-json"],
  ["{host:1}", "not-json"],
  ["nonsense", "not-json"],
  ["{}{}", "not-json"],
  ["[]", "shape"],
  ["null", "shape"],
  ["17", "shape"],
  ["{}", "shape"],
  ['{"host":"a.com"}', "shape"],
  ['{"host":7,"chain":[]}', "shape"],
  ['{"host":"a.com","chain":{}}', "shape"],
  ['{"host":"a.com","chain":[7]}', "shape"],
  ['{"host":"a.com","chain":[],"source":"Validated"}', "shape"],
  ['{"host":"a.com","chain":[],"anchor":"none"}', "shape"],
  ['{"host":"a.com","chain":[],"port":70000}', "shape"],
  ['{"host":"a.com","chain":[],"count":0}', "shape"],
  ['{"host":"a.com","chain":[],"count":1.5}', "shape"],
  ['{"host":"a.com","chain":[],"count":4294967297}', "shape"],
  ['{"host":"a.com","chain":[],"at":"yesterday"}', "shape"],
  ['{"host":"a.com","chain":[],"at":"2026-13-41"}', "shape"],
  ['{"host":"a.com","chain":[],"at":"2026-11-24T12:00:00"}', "shape"],
];

/** Adds up lines of `--partial` or of `say`: Map of what is said to [observations, connections] or [lines]. */
export function sumsOf(lines) {
  const sums = new Map();
  for (const { observations = 1, connections, count, lines: number, message: _, ...of } of lines) {
    const key = JSON.stringify(Object.entries(of).sort());
    const [one, other] = sums.get(key) ?? [0, 0];
    sums.set(key, of.error === undefined ? [one + observations, other + (connections ?? count)] : [one + (number ?? 1), 0]);
  }
  return new Map([...sums].sort());
}
