// What `npm run proof` runs: the slow suites, each in its bounded form.
import { runLanes } from "./lib/lanes.mjs";
import { root } from "./lib/paths.mjs";
import { main, run } from "./lib/run.mjs";

main(async () => {
  // First, for two at once would be in each other's way.
  run(process.execPath, ["scripts/setup.mjs", "inspector", "oracles", "differential", "spark", "coverage", "fuzz", "audit", "mutants", "bridges", "ios"], { cwd: root });
  run(process.execPath, ["scripts/build.mjs"], { cwd: root });

  await runLanes([
    [["fuzz"], ["coverage"], ["mutants", "--changed"]],
    [["test:inspector"], ["test:oracles"], ["test:differential"], ["test:spark"], ["test:ios"], ["test:android"], ["soak"], ["reproducible"], ["audit"], ["budgets"]],
  ]);
});
