// What `npm run bench` runs: chainpin beside its peers, on real chains, in one run; then every limit, and whether it is met.
//   --json FILE  the same figures as JSON
//   --long       a rehearsal of 10,000,000 observations, too: some minutes more
//   --record     writes them into BENCHMARKS.md
//   --quick      fewer rounds: shows that all of it runs; ratios wobble
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Failure, main } from "../../scripts/lib/run.mjs";
import { groups } from "./groups.mjs";
import { machine } from "./machine.mjs";
import { record } from "./record.mjs";
import { printBudgets, printGroup, printHead } from "./table.mjs";

main(async () => {
  const { json, quick, long, record: recorded } = options();
  const head = { machine: machine(), date: new Date().toISOString(), quick };
  printHead(head);

  const measured = [];
  for (const { measure } of groups) {
    const group = await measure({ quick, long });
    printGroup(group);
    measured.push(group);
  }
  const figures = measured.flatMap((group) => group.figures);
  printBudgets(figures);
  if (json) writeFileSync(json, `${JSON.stringify({ ...head, figures }, null, 1)}\n`);
  if (recorded) record(head, measured);
});

function options() {
  try {
    const flag = { type: "boolean", default: false };
    return parseArgs({ options: { json: { type: "string" }, record: flag, quick: flag, long: flag } }).values;
  } catch (error) {
    throw new Failure(`${error.message}\nusage: npm run bench -- [--json FILE] [--record] [--quick] [--long]`);
  }
}
