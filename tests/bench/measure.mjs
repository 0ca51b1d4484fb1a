import { setImmediate as idle } from "node:timers/promises";

/** How many rounds, and milliseconds of a turn and of warming up. */
export const effort = (quick) => (quick ? { rounds: 15, turn: 1, warmUp: 60 } : { rounds: 301, turn: 2, warmUp: 500 });

/**
 * Contenders take turns in every round, each at another place than in the round before, so that what disturbs the machine
 * disturbs all of them alike. Answers id -> the median over the rounds of a turn's mean, in µs an operation.
 *
 * A contender: `{ id, run(i), prepare?, asynchronous?, most? }`. `prepare` runs before each turn, off the clock; `most` bounds
 * the operations of a turn.
 */
export async function race(contenders, { rounds, turn, warmUp }) {
  const lanes = [];
  for (const contender of contenders) lanes.push(await warmed(contender, turn, warmUp));

  for (let round = 0; round < rounds; round += 1) {
    for (let place = 0; place < lanes.length; place += 1) {
      const lane = lanes[(round + place) % lanes.length];
      lane.means.push(await takeTurn(lane));
    }
  }
  return new Map(lanes.map(({ contender, means }) => [contender.id, median(means)]));
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

async function warmed(contender, turn, warmUp) {
  const lane = { contender, count: 1, next: 0, means: [] };
  const end = performance.now() + warmUp;
  do {
    const mean = await takeTurn(lane);
    lane.count = Math.max(1, Math.min(contender.most ?? Infinity, lane.count * 10, Math.round((turn * 1000) / mean)));
  } while (performance.now() < end);
  return lane;
}

async function takeTurn(lane) {
  const { contender, count, next } = lane;
  contender.prepare?.();
  await idle(); // what V8 and Node have put off, as freeing native objects, is not the next one's to pay
  const from = clock();
  if (contender.asynchronous) for (let i = next; i < next + count; i += 1) sink = await contender.run(i);
  else for (let i = next; i < next + count; i += 1) sink = contender.run(i);
  const elapsed = clock() - from;
  lane.next = next + count;
  return elapsed / count;
}

/**
 * In µs: this process's own time on the processor, all its threads', so that a busy machine changes little.
 * Windows counts that in steps of 15 ms.
 */
const clock = process.platform === "win32" ? () => performance.now() * 1000 : processorTime;

function processorTime() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Results go where the optimiser cannot prove them unused. */
export let sink;
