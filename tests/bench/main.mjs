// What `npm run bench` runs: chainpin beside its peers, on real chains, in one run.
//   --json FILE  the same figures as JSON
//   --long       a rehearsal of 10,000,000 observations, too: some minutes more
//   --quick      fewer rounds: shows that all of it runs; ratios wobble
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Failure, main } from "../../scripts/lib/run.mjs";
import { algorithms } from "./authority.mjs";
import { measureBridge } from "./bridge.mjs";
import { measureBrowser } from "./browser.mjs";
import { measureCold } from "./cold.mjs";
import { measureCollector } from "./collector.mjs";
import { measureConnections } from "./connections.mjs";
import { measureHermes } from "./hermes.mjs";
import { measureLarge } from "./large.mjs";
import { machine } from "./machine.mjs";
import { measurePresented } from "./presented.mjs";
import { measureRehearsal } from "./rehearse.mjs";
import { measureSizes } from "./sizes.mjs";
import { printGroup, printHead } from "./table.mjs";
import { measureUpdates } from "./updates.mjs";
import { measureVerdicts } from "./verdict.mjs";

const presented = Object.keys(algorithms).map((algorithm) => (options) => measurePresented(algorithm, options));
const groups = [measureVerdicts, measureLarge, ...presented, measureConnections, measureRehearsal, measureCold, measureBrowser, measureHermes, measureBridge, measureUpdates, measureCollector, measureSizes];

main(async () => {
  const { json, quick, long } = options();
  const head = { machine: machine(), date: new Date().toISOString(), quick };
  printHead(head);

  const figures = [];
  for (const measure of groups) {
    const group = await measure({ quick, long });
    printGroup(group);
    figures.push(...group.figures);
  }
  if (json) writeFileSync(json, `${JSON.stringify({ ...head, figures }, null, 1)}\n`);
});

function options() {
  try {
    return parseArgs({ options: { json: { type: "string" }, quick: { type: "boolean", default: false }, long: { type: "boolean", default: false } } }).values;
  } catch (error) {
    throw new Failure(`${error.message}\nusage: npm run bench -- [--json FILE] [--quick] [--long]`);
  }
}
