// The cases, made alike wherever this runs: each seed as it is, in every way to ask, then so many mutations.
// Plain JavaScript, no engine's help: Hermes runs it too.

/** A way to ask, in numbers that `native.rs` reads too. */
export const VALIDATED = 0;
export const PRESENTED = 1;
export const WITH_ANCHORS = 2;

/**
 * `seeds`: `{ name, policies: [JSON text], host, now (ms), chain: [base64], anchors: [base64] }`. Calls `take` with each
 * `{ seed (its index), policy (its index), source, chain: [Uint8Array], mutations }`.
 */
export function eachCase(seeds, randomSeed, count, take) {
  const ders = seeds.map((seed) => seed.chain.map(bytesOf));
  seeds.forEach((seed, index) => {
    for (let policy = 0; policy < seed.policies.length; policy++) {
      for (const source of [VALIDATED, PRESENTED, WITH_ANCHORS]) take({ seed: index, policy, source, chain: ders[index], mutations: "" });
    }
  });
  const random = randomOf(randomSeed);
  for (let made = 0; made < count; made++) {
    const index = random(seeds.length);
    const policy = random(seeds[index].policies.length);
    const source = random(3);
    let chain = ders[index].slice();
    const names = [];
    for (let left = 1 + random(3); left > 0; left--) {
      const name = MUTATIONS[random(MUTATIONS.length)];
      chain = mutate[name](chain, random, ders);
      names.push(name);
    }
    take({ seed: index, policy, source, chain, mutations: names.join(" ") });
  }
}

const mutate = {
  flip: (chain, random) =>
    edited(chain, random, (der) => {
      der[random(der.length)] ^= 1 << random(8);
      return der;
    }),
  set: (chain, random) =>
    edited(chain, random, (der) => {
      der[random(der.length)] = random(256);
      return der;
    }),
  cut: (chain, random) => edited(chain, random, (der) => der.slice(0, random(der.length))),
  extend: (chain, random) => edited(chain, random, (der) => joined(der, new Uint8Array(1 + random(4)))),
  insert: (chain, random) =>
    edited(chain, random, (der) => {
      const at = random(der.length);
      return joined(der.slice(0, at), new Uint8Array([random(256)]), der.slice(at));
    }),
  remove: (chain, random) =>
    edited(chain, random, (der) => {
      const at = random(der.length);
      return joined(der.slice(0, at), der.slice(at + 1));
    }),
  swap: (chain, random) => {
    const swapped = chain.slice();
    const [one, other] = [random(chain.length || 1), random(chain.length || 1)];
    if (chain.length > 1) [swapped[one], swapped[other]] = [chain[other], chain[one]];
    return swapped;
  },
  duplicate: (chain, random) => (chain.length === 0 ? chain : chain.concat([chain[random(chain.length)]])),
  drop: (chain, random) => {
    const dropped = random(chain.length || 1);
    return chain.filter((_, index) => index !== dropped);
  },
  append: (chain, random, all) => {
    const other = all[random(all.length)];
    return chain.concat(other.length === 0 ? [] : [other[random(other.length)]]);
  },
  prepend: (chain, random, all) => {
    const other = all[random(all.length)];
    return (other.length === 0 ? [] : [other[random(other.length)]]).concat(chain);
  },
};

const MUTATIONS = Object.keys(mutate);

/** The chain with one certificate, not empty, changed. */
function edited(chain, random, edit) {
  if (chain.length === 0) return chain;
  const index = random(chain.length);
  const copy = chain.slice();
  if (copy[index].length > 0) copy[index] = edit(copy[index].slice());
  return copy;
}

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** mulberry32: a whole number below `below`. */
function randomOf(seed) {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

export function bytesOf(base64) {
  const digits = base64.replace(/[^A-Za-z0-9+/]/g, "");
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let buffer = 0;
  for (let index = 0, at = 0, bits = 0; index < digits.length; index++) {
    buffer = ((buffer << 6) | DIGITS.indexOf(digits[index])) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = buffer >> bits;
    }
  }
  return bytes;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
