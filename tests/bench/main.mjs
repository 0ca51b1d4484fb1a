// What `npm run bench` runs: chainpin beside its peers, on real chains, in one run; then every limit, and whether it is met.
//   --json FILE  the same figures as JSON
//   --quick      fewer rounds: shows that all of it runs; ratios wobble
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Failure, main } from "../../scripts/lib/run.mjs";
import { groups } from "./groups.mjs";
import { machine } from "./machine.mjs";
import { printBudgets, printGroup, printHead } from "./table.mjs";

main(async () => {
  const { json, quick } = options();
  const head = { machine: machine(), date: new Date().toISOString(), quick };
  printHead(head);

  const figures = [];
  for (const { measure } of groups) {
    const group = await measure({ quick });
    printGroup(group);
    figures.push(...group.figures);
  }
  printBudgets(figures);
  if (json) writeFileSync(json, `${JSON.stringify({ ...head, figures }, null, 1)}\n`);
});

function options() {
  try {
    return parseArgs({ options: { json: { type: "string" }, quick: { type: "boolean", default: false } } }).values;
  } catch (error) {
    throw new Failure(`${error.message}\nusage: npm run bench -- [--json FILE] [--quick]`);
  }
}
