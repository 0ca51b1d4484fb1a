// `npm run fuzz -- worst`: looks for the chain that makes a verdict cost most, and fails where one costs more than any may.
//   --evaluations N  of each family; bounded by them and not by time, so that the same build gives the same result
//   --seed N
import { parseArgs } from "node:util";
import { Failure, main } from "../../../scripts/lib/run.mjs";
import { costs } from "./cost.mjs";
import { VERDICT_STEPS, families, found as known } from "./genome.mjs";
import { climb } from "./search.mjs";

main(async () => {
  const { evaluations, seed } = parseArgs({
    options: { evaluations: { type: "string", default: "40" }, seed: { type: "string", default: "1" } },
  }).values;
  const { cost } = await costs();
  const rows = {};
  const over = [];
  for (const [name, start] of Object.entries({ ...families, ...known })) {
    const found = climb(start, {
      cost,
      worth: ({ first }) => first,
      evaluations: Number(evaluations),
      seed: Number(seed),
      stop: VERDICT_STEPS,
    });
    const { outcome, bytes, first } = found.cost;
    rows[name] = { steps: first, bytes, outcome };
    if (first > VERDICT_STEPS) over.push(`${name}: ${first} steps, more than ${VERDICT_STEPS}, by\n  ${JSON.stringify(found.genome)}`);
  }
  console.table(rows);
  if (over.length > 0) throw new Failure(over.join("\n"));
});
