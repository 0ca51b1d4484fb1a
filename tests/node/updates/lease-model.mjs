// The lease of `fileStorage` under random schedules: processes that are stopped, killed and slow add to one number, and none writes over
// another's. storage.test.mjs runs this in a process of its own.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { fileStorage } from "chainpin/file-storage";
import { Machine } from "./lease-machine.mjs";
import { chance } from "../lib/random.mjs";

const SCHEDULES = Number(process.env.SCHEDULES ?? 25);
const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
const ROUNDS = 3;

const counts = { written: 0, refused: 0, gaveUp: 0, killed: 0, stopped: 0, swept: 0 };
for (let schedule = 0; schedule < SCHEDULES; schedule++) await run(below(seed + schedule), `SEED=${seed + schedule} SCHEDULES=1`);
console.log(`${SCHEDULES} schedules, SEED=${seed} ${JSON.stringify(counts)}`);
if (SCHEDULES >= 25)
  for (const [name, count] of Object.entries(counts)) assert.ok(name === "gaveUp" || count > 0, `no schedule has ${name}`);

/** Numbers from 0 to below `most`. */
function below(seed) {
  const { random } = chance(seed);
  return (most) => Math.floor(random() * most);
}

/** Several processes add one to a number, again and again. */
async function run(random, name) {
  const machine = new Machine(random, counts);
  let number = 0;
  machine.landed = (text) => {
    assert.equal(Number(text), number + 1, `${name}: a write that is not the next one: somebody wrote over another's`);
    number++;
  };
  const workers = Array.from({ length: 2 + random(4) }, () => {
    const worker = machine.start();
    worker.isTroubled = true;
    const storage = fileStorage("/f", worker.fs, worker.timers);
    worker.ended = (async () => {
      for (let round = 0; round < ROUNDS; round++) {
        let written = false;
        try {
          // At any of the steps of a turn: before it has the lock, while it reads and writes, when it gives the lock back.
          if (random(3) === 0) worker.troubleIn = random(50);
          await storage.lock(async () => {
            const before = Number((await storage.get("n")) ?? 0);
            if (random(3) === 0) worker.troubleIn = random(9);
            if (random(4) === 0) await worker.timers.sleep(random(7_000));
            await storage.set("n", String(before + 1));
            written = true;
            counts.written++;
          });
        } catch (error) {
          assert.ok(!written, `${name}: ${error}`);
          if (/is held by another/.test(error.message)) counts.gaveUp++;
          else if (/nothing was written/.test(error.message)) counts.refused++;
          else throw error;
        }
      }
    })();
    return worker;
  });
  await machine.play(workers, name);
  const last = machine.start();
  const storage = fileStorage("/f", last.fs, last.timers);
  // Twice: what was left behind in the middle of a takeover goes when the next one is over.
  for (let turn = 0; turn < 2; turn++) {
    last.ended = storage.lock(async () => assert.equal(Number((await storage.get("n")) ?? 0), number));
    await machine.play([last], name);
  }
  assert.deepEqual(machine.names("/f"), number === 0 ? [] : ["n"], `${name}: left behind`);
}
