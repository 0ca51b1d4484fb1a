// Chance that can be had again: a seed, printed where a test fails.

/** `CHAINPIN_SEED` repeats a run. */
export const seed = Number(process.env.CHAINPIN_SEED ?? Date.now() % 2 ** 31);

/** Chance from a seed: `random()` in [0, 1), `pick(list)`, `sometimes(chance, value)`, which is an empty object otherwise. */
export function chance(seed) {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const pick = (list) => list[Math.floor(random() * list.length)];
  return { random, pick, sometimes: (likely, value) => (random() < likely ? value : {}) };
}
