import { createHash } from "node:crypto";
import { createVerifierSync } from "chainpin";
import { realChains } from "./chains.mjs";
import { Group } from "./figures.mjs";
import { effort, race } from "./measure.mjs";
import { peers, shortCuts } from "./peers.mjs";
import { policyOf } from "./policies.mjs";

/** A whole verdict on a chain that the platform has validated, beside what finding the two pins alone costs elsewhere. */
export async function measureVerdicts({ quick }) {
  const contenders = [floor, ...ours(), ...[...peers, ...shortCuts].map(pinsOnly)];
  for (const contender of contenders) realChains.forEach((_, i) => contender.check(i));
  const times = await race(contenders, effort(quick));

  const title = `A verdict on a validated chain of two certificates (mean of ${realChains.length} real ones)`;
  const group = new Group("verdict", title, { floor: "× floor", leaf: "× verdict" });
  for (const { id, what } of contenders) group.add(id, what, times.get(id), "µs");

  group.ratio("leaf", "floor", { atMost: 5 });
  group.ratio("ca", "floor", { atMost: 5 });
  group.ratio("base64", "leaf");
  group.ratio("base64", "floor");
  group.ratio("large", "floor");
  group.ratio("large", "leaf", { atMost: 1.2 });
  const fastest = peers.filter(({ id }) => id !== "node").reduce((a, b) => (times.get(a.id) <= times.get(b.id) ? a : b));
  for (const { id } of [...peers, ...shortCuts]) {
    group.ratio(id, "floor");
    group.ratio(id, "leaf", { node: { atLeast: 80 }, [fastest.id]: { atLeast: 4 } }[id]);
  }
  group.notes.push("The last three walk to the seventh element, whatever it is: what finding a key costs at the least.");
  return group;
}

const chainAt = (i) => realChains[i % realChains.length];

const floor = {
  id: "floor",
  what: "SHA-256 of the two keys alone: createHash",
  run: (i) => chainAt(i).keys.map((key) => createHash("sha256").update(key).digest("base64")),
  check: (i) =>
    same(
      "the floor",
      floor.run(i).map((digest) => `sha256/${digest}`),
      chainAt(i).pins,
    ),
};

function ours() {
  const onLeaf = (chain) => chain.pins[0];
  const leaf = createVerifierSync(policyOf(realChains, onLeaf, 10));
  return [
    verdict("leaf", "chainpin, pin on the leaf", leaf, 0),
    verdict("ca", "chainpin, pin on the CA", createVerifierSync(policyOf(realChains, (chain) => chain.pins[1], 10)), 1),
    verdict("base64", "chainpin, the chain in base64", leaf, 0, "base64"),
    verdict("large", "chainpin, 100,000 rules instead of 10", createVerifierSync(policyOf(realChains, onLeaf, 100_000)), 0),
  ];
}

function verdict(id, what, verifier, index, form = "ders") {
  const ask = (i) => {
    const { host, now, [form]: chain } = chainAt(i);
    return verifier.verify({ host, chain, source: "validated", now });
  };
  const run = (i) => {
    const answer = ask(i);
    return answer.ok && answer.matched;
  };
  const check = (i) => same(what, [ask(i).outcome, run(i).pin, run(i).index], ["pinned", chainAt(i).pins[index], index]);
  return { id, what, run, check };
}

function pinsOnly({ id, what, pins }) {
  return { id, what, run: (i) => pins(chainAt(i).ders), check: (i) => same(what, pins(chainAt(i).ders), chainAt(i).pins) };
}

function same(what, actual, expected) {
  if (String(actual) !== String(expected)) throw new Error(`${what}: ${actual} instead of ${expected}`);
}
