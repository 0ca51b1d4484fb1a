// What a chain can be made of: each gene, the values that it takes, and where the search begins.
import { readFileSync } from "node:fs";

/** The costliest that long searches found, each by the family that it came from. */
export const found = JSON.parse(readFileSync(new URL("found.json", import.meta.url), "utf8"));

/** 256 KiB, the most that one chain may have. */
const MOST = 256 * 1024;

const kinds = [
  "P-256",
  "P-384",
  "Ed25519",
  ...[2048, 3072, 4096, 8192].flatMap((bits) => [3, 65537, 2 ** 33 - 1].map((exponent) => `RSA-${bits}-${exponent}`)),
];

/** What the app and its user chose: an honest authority, an honest policy. */
const honest = {
  source: ["anchors", "pinned", "unlisted"],
  authority: ["P-256", "P-384", "Ed25519", "RSA-2048-65537", "RSA-4096-65537"],
  anchors: [1, 2, 3, 4],
  crowd: [0, 150],
  pins: [1, 2, 8, 64],
  blocked: [0, 1, 64],
  matching: ["any", "leaf-and-ca"],
  expired: [false, true],
  /** Whether the attacker holds a CA's key under the authority, so that signatures in its name are valid. */
  insider: [false, true],
};

const shape = { bytes: [4096, 65536, MOST], nameLength: [1, 2, 16, 100, 1000, 5000, 8000], nameParts: [1, 2, 20] };

const part = {
  subject: [0, 1, 2, 3, 4, 5],
  issuer: [0, 1, 2, 3, 4, 5],
  key: ["pinned", "own", "shared", "alike"],
  kind: kinds,
  hash: [256, 384, 512],
  signature: ["valid", "forged", "random"],
  fill: ["none", "key", "names", "extensions", "unknown", "purposes", "access", "constraints", "sequences"],
  size: [1, 2, 3, 4, 8, 16, 64, 120, 250],
  share: [0, 1, 2, 4, 16],
  ends: ["plain", "critical", "serverAuth"],
};

const counts = [1, 2, 3, 4, 5, 7, 8, 10, 12, 14, 15];

const plain = {
  subject: 0,
  issuer: 0,
  key: "own",
  kind: "P-256",
  hash: 256,
  signature: "forged",
  fill: "none",
  size: 1,
  share: 1,
  ends: "plain",
};
const base = {
  source: "anchors",
  authority: "P-256",
  anchors: 1,
  crowd: 0,
  pins: 1,
  blocked: 0,
  matching: "any",
  expired: false,
  insider: false,
  bytes: MOST,
  nameLength: 1,
  nameParts: 1,
  leaf: { ...plain, count: 1 },
  groups: [{ ...plain, count: 15 }],
};

function family(more = {}, group = {}, leaf = {}) {
  return { ...base, ...more, leaf: { ...base.leaf, ...leaf }, groups: [{ ...base.groups[0], ...group }] };
}

/** Names that follow each other, three certificates of each: 363 paths, none of which arrives. */
function layers(more, group) {
  const genome = family(more, { ...group, count: 3 }, { issuer: 1 });
  genome.groups = [1, 2, 3, 4, 5].map((name) => ({ ...genome.groups[0], subject: name, issuer: name === 5 ? 0 : name + 1 }));
  return genome;
}

/** Five small certificates that issue each other, in all orders, and large ones that are read at each step. */
function loops(more, group) {
  const genome = family(more, { ...group, subject: 2, issuer: 2, count: 10 }, { issuer: 1, share: 0 });
  genome.groups.unshift({ ...plain, subject: 1, issuer: 1, share: 0, count: 5 });
  return genome;
}

/** A CA under the authority whose chain uses each curve, which Hermes sets up at its first use. */
function curves() {
  const genome = family({ insider: true, bytes: 65536 }, { signature: "valid", share: 0 }, { issuer: 1 });
  const level = (subject, issuer, kind, count) => ({ ...genome.groups[0], subject, issuer, kind, count });
  return { ...genome, groups: [level(1, 2, "Ed25519", 8), level(2, 0, "P-384", 7)] };
}

/** Where the search begins, one for each way to cost work that is known. */
export const families = {
  "signatures of the authority": family({ authority: "P-384", bytes: 4096 }),
  "signatures of a CA's own": family(
    { insider: true, bytes: 65536 },
    { kind: "RSA-8192-8589934591", signature: "valid" },
    { signature: "forged", issuer: 0 },
  ),
  "every curve": curves(),
  hashing: family({ authority: "P-256", anchors: 4 }, { fill: "none", share: 0 }, { fill: "unknown", hash: 512 }),
  "keys compared": family({}, { fill: "key" }, {}),
  "names compared": family({ nameLength: 5000 }, { key: "alike" }),
  "certificates read again": family({}, { fill: "extensions", key: "own" }),
  "certificates read again, critical last": family({}, { fill: "extensions", key: "own", ends: "critical" }),
  "a search for each pinned": family({ source: "pinned" }, { fill: "extensions", key: "pinned", size: 4 }),
  "purposes read again": family({}, { fill: "purposes", size: 3 }),
  "constraints compared": family(
    { insider: true },
    { count: 6, fill: "constraints", size: 120, signature: "valid" },
    { fill: "names", size: 120, share: 4 },
  ),
  "constraints compared, pinned": family(
    { source: "pinned", insider: true },
    { fill: "constraints", key: "pinned", size: 120, signature: "valid" },
    { fill: "names", size: 120, share: 4 },
  ),
  "names of the leaf": family({ bytes: MOST }, { count: 1, share: 0 }, { fill: "names", share: 16 }),
  "profile of a pinned": family({ source: "pinned" }, { fill: "extensions", key: "pinned", size: 16, issuer: 1 }),
  layers: layers({}, { fill: "extensions" }),
  "layers, purposes": layers({}, { fill: "purposes", size: 3 }),
  "layers, pinned": layers({ source: "pinned" }, { fill: "extensions", key: "own" }),
  loops: loops({}, { fill: "extensions" }),
  "loops, pinned": loops({ source: "pinned" }, { fill: "extensions", key: "pinned", size: 4 }),
  "unlisted, blocked": family({ source: "unlisted", blocked: 64, authority: "P-384", bytes: 4096 }),
};

/** Another genome, by one to three changes. `pick(values)` chooses. */
export function mutated(genome, pick) {
  const next = structuredClone(genome);
  for (let change = pick([1, 1, 2, 3]); change > 0; change--) mutate(next, pick);
  let left = 15;
  next.groups = next.groups.filter((group) => {
    group.count = Math.min(group.count, left);
    left -= group.count;
    return group.count > 0;
  });
  return next;
}

function mutate(genome, pick) {
  const set = (target, genes) => {
    const gene = pick(Object.keys(genes));
    target[gene] = pick(genes[gene]);
  };
  const group = () => pick(genome.groups);
  const changes = {
    honest: () => set(genome, honest),
    shape: () => set(genome, shape),
    leaf: () => set(genome.leaf, part),
    group: () => set(group(), part),
    count: () => (group().count = pick(counts)),
    split: () => {
      if (genome.groups.length < 6) genome.groups.push({ ...group(), count: pick(counts) });
      genome.groups[0].count = pick(counts);
    },
    join: () => genome.groups.length > 1 && genome.groups.pop(),
  };
  changes[pick(["honest", "shape", "leaf", "group", "group", "group", "count", "split", "join"])]();
}

/**
 * The most steps that a verdict may take. Hermes, the slowest engine, takes about 0.3 µs for one, and so 1.5 s for all; WebAssembly in Node
 * takes 60 ms at the most.
 */
export const VERDICT_STEPS = 5_000_000;

/** The most that `issuersOf` may take, which no connection waits for. */
export const ISSUERS_STEPS = 20_000_000;
