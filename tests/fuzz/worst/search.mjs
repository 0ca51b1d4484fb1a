// A climb to the chain that costs most: from a genome of each family, the best so far is changed a little, again and again. It is bounded
// by evaluations and not by time, and its chance is seeded: the same build gives the same result.
import { mutated } from "./genome.mjs";

/**
 * The costliest genome found from `start`, `{ genome, cost }`, after `evaluations` of them. `stop`: a number of steps that is enough.
 */
export function climb(start, { cost, worth, evaluations, seed, stop = Infinity }) {
  const pick = chooser(seed);
  // A few that differ, so that the climb does not end on the first hill.
  let best = [];
  const enter = (genome) => {
    const found = cost(genome);
    best = [...best, { genome, cost: found, worth: worth(found) }].sort((one, other) => other.worth - one.worth).slice(0, 4);
  };
  enter(start);
  for (let evaluation = 1; evaluation < evaluations && best[0].worth < stop; evaluation++) enter(mutated(pick(best).genome, pick));
  return best[0];
}

/** Chooses by a generator of 32 bits (mulberry32). */
function chooser(seed) {
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return (values) => values[Math.floor(random() * values.length)];
}
