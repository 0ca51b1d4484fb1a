// What a verdict costs whatever the machine: steps of the module, and how far its memory grows.
import { realChains } from "./chains.mjs";
import { Group } from "./figures.mjs";
import { policyOf } from "./policies.mjs";
import { chainpin, countSteps } from "./steps.mjs";

/** A tenth above what was counted when the limit was set. */
const limits = { validated: 800, presented: 225_000, "policy-1000": 770_000 };

export async function measureWork() {
  const { counted, memory } = await countSteps();
  const verifier = chainpin.createVerifierSync(policyOf(realChains, ({ pins }) => pins[0], 10));

  const group = new Group("work", "Steps of the WebAssembly module: functions entered and loops gone round");
  const add = (id, what, steps) => group.add(id, what, steps, "steps", { atMost: limits[id] });

  const validated = ({ host, now, ders }) => expect("pinned", verifier.verify({ host, chain: ders, source: "validated", now }));
  realChains.forEach(validated);
  add(
    "validated",
    `a verdict on a validated chain of two, mean of ${realChains.length}`,
    Math.round(counted(() => realChains.forEach(validated)) / realChains.length),
  );

  // A verifier that has not seen them: it remembers signatures.
  const fresh = chainpin.createVerifierSync(policyOf(realChains, ({ pins }) => pins[1], 10));
  const presented = ({ host, now, ders }) => expect("pinned", fresh.verify({ host, chain: ders, now }));
  add(
    "presented",
    "the same, presented and pinned by its CA: one signature",
    Math.round(counted(() => realChains.forEach(presented)) / realChains.length),
  );

  const policy = JSON.stringify(policyOf(realChains, ({ pins }) => pins[0], 1000));
  add(
    "policy-1000",
    "compiling a policy of 1,000 rules",
    counted(() => chainpin.createVerifierSync(policy)),
  );

  const before = memory.buffer.byteLength;
  for (let round = 0; round < 2000; round++) validated(realChains[round % realChains.length]);
  group.add("growth", "growth of the memory in 2,000 verdicts", memory.buffer.byteLength - before, "B", { atMost: 0 });
  return group;
}

function expect(outcome, verdict) {
  if (verdict.outcome !== outcome) throw new Error(`${verdict.outcome} ${verdict.reason} instead of ${outcome}`);
}
